package page

import (
	"context"
	"errors"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/wire"
)

// enrolment is where a second factor is added: the choice between a passkey and
// an authenticator app, and the recovery codes that come with the first.
type enrolment struct {
	*env
	ctx  app.Context                      // of the page
	done func(ctx app.Context, err error) // err where the login is over

	passkeys bool // the browser knows them
	methods  []wire.Method
	busy     bool
	err      string
	totp     totpSetup
	codes    codes
}

func (m *enrolment) init(e *env, done func(ctx app.Context, err error)) {
	m.env, m.done = e, done
	m.totp.init(e)
	m.codes.env = e
}

// begin asks for a choice among what can be added.
func (m *enrolment) begin(ctx app.Context, methods []wire.Method) {
	m.ctx, m.methods, m.busy, m.err = ctx, methods, false, ""
	ctx.Defer(func(app.Context) { focus(contentID) })
}

// end stops what goes on by itself.
func (m *enrolment) end() { m.totp.pause.end() }

// forget takes away what was shown to be kept: nobody may come back to it.
func (m *enrolment) forget() {
	m.end()
	m.codes.close()
}

// holds reports whether there are recovery codes to be kept first.
func (m *enrolment) holds() bool { return m.busy || m.totp.busy || m.codes.shown() }

// draw returns the part of a page that adds the factor, with its heading.
func (m *enrolment) draw() app.UI {
	words := m.words.Enroll
	switch {
	case m.codes.shown():
		return app.Div().Body(
			app.H1().Class("card-title").Text(m.words.Recovery.Title),
			m.codes.draw(m.kept),
		)
	case m.totp.shown():
		return app.Div().Body(
			app.H1().Class("card-title").Text(words.TOTP.Title),
			m.totp.draw(m.confirm, m.back, words.Back),
		)
	default:
		return app.Div().Body(
			app.H1().Class("card-title").Text(words.Title),
			app.P().Class("card-lead").Text(words.Lead),
			formError("enroll-error", m.err),
			m.choice(),
		)
	}
}

func (m *enrolment) choice() app.UI {
	words := m.words.Enroll
	look := ui.Primary
	var passkey app.UI = app.P().Class("hint").Text(words.NoPasskeys)
	if m.passkeys {
		passkey = enrolmentWay("enroll-passkey", words.Passkey.Title, words.Passkey.Text, ui.Primary, words.AddPasskey, m.busy, m.addPasskey)
		look = ui.Quiet
	}
	return app.Div().Class("enrol-ways").Body(
		passkey,
		enrolmentWay("enroll-totp", words.TOTP.Title, words.TOTP.Text, look, words.AddTOTP, m.busy, m.addTOTP),
	)
}

func enrolmentWay(testID, title, text, look, button string, busy bool, onClick app.EventHandler) app.UI {
	b := app.Button().Type("button").Class(look).DataSet("testid", testID).Text(button).OnClick(onClick, app.EventScope(testID))
	if busy {
		b = b.Disabled(true)
	}
	return app.Section().Class("way").Body(
		app.H2().Class("way-title").Text(title),
		app.P().Class("way-text").Text(text),
		b,
	)
}

func (m *enrolment) addPasskey(app.Context, app.Event) {
	if m.busy {
		return
	}
	m.busy, m.err = true, ""
	m.ctx.Async(func() {
		added, err := m.Client.AddPasskey(context.Background(), "")
		m.ctx.Dispatch(func(ctx app.Context) {
			m.busy = false
			m.added(ctx, added, err, func(text string) { m.err = text })
		})
	})
}

func (m *enrolment) addTOTP(app.Context, app.Event) {
	if m.busy {
		return
	}
	m.busy, m.err = true, ""
	m.ctx.Async(func() {
		secret, err := m.Client.CreateTOTP(context.Background())
		m.ctx.Dispatch(func(ctx app.Context) {
			m.busy = false
			if err != nil {
				m.added(ctx, wire.FactorAdded{}, err, func(text string) { m.err = text })
				return
			}
			m.totp.begin(ctx, secret)
		})
	})
}

func (m *enrolment) confirm(_ app.Context, e app.Event) {
	e.PreventDefault()
	m.totp.confirm(func(ctx app.Context, added wire.FactorAdded, err error) {
		m.added(ctx, added, err, func(text string) { m.totp.fail(text, err) })
	})
}

// added takes in that a factor was added, or says why it was not.
func (m *enrolment) added(ctx app.Context, added wire.FactorAdded, err error, say func(string)) {
	switch {
	case isCode(err, wire.CodeNotLoggedIn):
		m.totp.close()
		m.done(ctx, err)
	case err != nil:
		say(explainProof(m.words, err))
	case len(added.RecoveryCodes) > 0:
		m.totp.close()
		m.codes.show(ctx, added.RecoveryCodes)
	default:
		m.totp.close()
		m.done(ctx, nil)
	}
}

func (m *enrolment) back(app.Context, app.Event) {
	m.totp.close()
	m.ctx.Defer(func(app.Context) { focus(contentID) })
}

func (m *enrolment) kept(app.Context, app.Event) {
	m.codes.close()
	m.done(m.ctx, nil)
}

// isCode reports whether the server refused with a code.
func isCode(err error, code wire.Code) bool {
	var problem *wire.Problem
	return errors.As(err, &problem) && problem.Code == code
}
