package page

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/remote"
	"pleiades/app/syncer"
	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

// proof is where someone shows who they are, in one of several ways: after the
// password at a login, before a sensitive act, for a new password.
type proof struct {
	ctx     app.Context // of the page
	prefix  string      // of the ids
	methods []wire.Method
	chosen  wire.Method
	busy    bool
	shown   bool // the password is
	err     string
	pause   holdOff
}

// begin asks anew, in the first of the ways unless another is preferred.
func (m *proof) begin(ctx app.Context, methods []wire.Method, preferred wire.Method) {
	m.ctx, m.methods, m.chosen = ctx, methods, preferred
	if !slices.Contains(methods, preferred) && len(methods) > 0 {
		m.chosen = methods[0]
	}
	m.busy, m.shown, m.err = false, false, ""
	m.focus()
}

// focus moves the focus to where it is to be shown, once that is drawn.
func (m *proof) focus() { m.ctx.Defer(func(app.Context) { focus(m.field()) }) }

// field returns the element id of where something is typed, or of the button
// where nothing is.
func (m *proof) field() string {
	switch m.chosen {
	case wire.MethodPassword, phrase.MethodPassphrase:
		return m.prefix + "-password"
	case wire.MethodPasskey:
		return m.prefix + "-submit"
	default:
		return m.prefix + "-code"
	}
}

// typed returns what was typed, and whether that is enough to try.
func (m *proof) typed() (text message.Text, ok bool) {
	if m.chosen == wire.MethodPasskey {
		return "", true
	}
	text = message.Text(value(m.field()))
	return text, strings.TrimSpace(string(text)) != ""
}

// choose takes another way.
func (m *proof) choose(method wire.Method) {
	setValue(m.field(), "") // the box may stay, for something else
	m.chosen, m.err, m.shown = method, "", false
	m.focus()
}

// fail says why it did not work.
func (m *proof) fail(words *phrase.Catalogue, err error) {
	m.busy, m.err = false, explainProof(words, err)
	m.pause.heed(m.ctx, err)
	m.focus()
	if m.chosen != wire.MethodPasskey {
		m.ctx.Defer(func(app.Context) { selectText(m.field()) })
	}
}

// draw returns the form, with a way out that says cancel, unless onCancel is
// nil.
func (m *proof) draw(words *phrase.Catalogue, onSubmit app.EventHandler, cancel string, onCancel app.EventHandler) app.UI {
	way := words.Proof.Ways[m.chosen]
	submit := way.Submit
	if m.busy {
		submit = words.Proof.Busy
	}
	buttons := []app.UI{ui.Submit(m.prefix+"-submit", submit, m.busy || m.pause.left > 0)}
	if onCancel != nil {
		buttons = append(buttons, ui.Button(ui.Quiet, m.prefix+"-cancel", cancel, onCancel))
	}
	return app.Form().Class("form proof").Attr("novalidate", true).OnSubmit(onSubmit).Body(
		app.P().Class("proof-lead").Text(way.Lead),
		formError(m.prefix+"-error", m.err),
		m.pause.draw(words, m.prefix),
		m.input(words),
		app.Div().Class("form-buttons").Body(buttons...),
		m.others(words),
	)
}

func (m *proof) input(words *phrase.Catalogue) app.UI {
	switch m.chosen {
	case wire.MethodPasskey:
		return app.Div()
	case wire.MethodPassword, phrase.MethodPassphrase:
		return app.Div().Body(passwordField(words, ui.Field{
			ID: m.prefix + "-password", Label: words.Proof.Labels[m.chosen],
			Autocomplete: "current-password",
		}, m.shown, func(app.Context, app.Event) { m.shown = !m.shown }))
	default:
		complete := "one-time-code"
		if m.chosen == wire.MethodRecovery {
			complete = "off"
		}
		return app.Div().Body(ui.Field{
			ID: m.prefix + "-code", Label: words.Proof.Labels[m.chosen], Type: "text", Code: true,
			Digits: m.chosen == wire.MethodTOTP, Autocomplete: complete,
		}.Draw())
	}
}

// others are the other ways.
func (m *proof) others(words *phrase.Catalogue) app.UI {
	var list []app.UI
	for _, method := range m.methods {
		if method == m.chosen {
			continue
		}
		list = append(list, app.Li().Body(ui.Button(ui.Plain, m.prefix+"-use-"+string(method), words.Proof.Ways[method].Choose,
			func(app.Context, app.Event) { m.choose(method) }, app.EventScope(m.prefix+string(method)))))
	}
	if len(list) == 0 {
		return app.Div()
	}
	return app.Div().Class("proof-others").Body(
		app.P().Class("hint").Text(words.Proof.Others),
		app.Ul().Body(list...),
	)
}

// explainProof puts into words why a proof did not work.
func explainProof(words *phrase.Catalogue, err error) string {
	switch {
	case errors.Is(err, syncer.ErrPasskeyCancelled):
		return words.Proof.Cancelled
	case errors.Is(err, syncer.ErrPasskeyKnown):
		return words.Proof.Known
	case errors.Is(err, syncer.ErrPasskeyFailed):
		return words.Proof.Failed
	default:
		return sentence(explain(words, err))
	}
}

// holdOff is the time the server asked to wait before another try. It is shown
// running down, and not read out each second.
type holdOff struct {
	left int // whole seconds; 0 for none
	stop func()
}

// heed begins to count where err says to try later.
func (p *holdOff) heed(ctx app.Context, err error) {
	var later *remote.Later
	if !errors.As(err, &later) {
		return
	}
	p.end()
	p.left = max(1, int(later.After/time.Second))
	p.stop = every(time.Second, func() {
		ctx.Dispatch(func(app.Context) {
			if p.left--; p.left <= 0 {
				p.end()
			}
		})
	})
}

// end stops counting.
func (p *holdOff) end() {
	if p.stop != nil {
		p.stop()
		p.stop = nil
	}
	p.left = 0
}

func (p *holdOff) draw(words *phrase.Catalogue, prefix string) app.UI {
	text := ""
	if p.left > 0 {
		text = words.Proof.Wait(p.left)
	}
	return app.P().Class("hint pause").Role("timer").DataSet("testid", prefix+"-wait").Text(text)
}
