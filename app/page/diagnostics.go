package page

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/wire"
)

// diagnostics is the page that looks at the device. It is for everyone: nothing
// on it tells of a person, so it needs no login and opens on a locked device.
type diagnostics struct {
	app.Compo

	*env
	ctx    app.Context
	stop   func()
	list   []wire.Diagnostic // nil while it looks for the first time
	looked standingOf        // what it looked at last
	said   string            // of the last copy
}

// standingOf is what makes it look again by itself when it changes.
type standingOf struct {
	login      state.Login
	connection state.Connection
}

func newDiagnostics(e *env) *diagnostics { return &diagnostics{env: e} }

// OnMount names the page, looks, and looks again whenever the connection or the
// login changes.
func (p *diagnostics) OnMount(ctx app.Context) {
	p.ctx = ctx
	setTitle(p.words.Brand.Title(p.words.Diagnosis.Page))
	p.stop = p.State.Watch(func() { ctx.Dispatch(p.changed) })
	p.look()
}

// OnDismount stops looking.
func (p *diagnostics) OnDismount() { p.stop() }

func (p *diagnostics) changed(app.Context) {
	if p.looked != (standingOf{p.State.Login(), p.State.Connection()}) {
		p.look()
	}
}

func (p *diagnostics) lookAgain(app.Context, app.Event) {
	p.list, p.said = nil, ""
	p.look()
}

func (p *diagnostics) look() {
	p.looked = standingOf{p.State.Login(), p.State.Connection()}
	p.ctx.Async(func() {
		list := p.Client.Diagnose(context.Background())
		p.ctx.Dispatch(func(app.Context) { p.list = list })
	})
}

// Render draws the page.
func (p *diagnostics) Render() app.UI {
	words := &p.words.Diagnosis
	summary := words.Busy
	if p.list != nil {
		summary = words.Well
		if n := notGood(p.list); n > 0 {
			summary = words.Look(n)
		}
	}
	return public(p.words, ui.LinkButton(ui.Quiet, fixPath, words.Back),
		app.Div().Class("fix").Body(
			app.H1().Class("hero-title").Text(words.Title),
			app.P().Class("hero-lead").Text(words.Lead),
			app.Div().Class("diagnosis-actions").Body(
				ui.Button(ui.Quiet, "diagnostics-again", words.Again, p.lookAgain),
			),
			app.P().Class("diagnosis-summary").Role("status").DataSet("testid", "diagnostics-summary").Text(summary),
			app.Ul().Class("diagnosis").DataSet("testid", "diagnostics").Body(
				app.Range(p.list).Slice(func(i int) app.UI { return p.row(p.list[i]) }),
			),
			app.If(p.list != nil, p.copyPart),
		),
	)
}

func (p *diagnostics) row(d wire.Diagnostic) app.UI {
	words := &p.words.Diagnosis
	do := ""
	switch d.Verdict {
	case wire.VerdictLook, wire.VerdictBroken:
		do = words.Do[d.Code]
	case wire.VerdictUnknown:
		do = words.Unknown
	}
	return app.Li().Class("diagnosis-row diagnosis-"+string(d.Verdict)).
		DataSet("testid", "diagnostic-"+string(d.Code)).DataSet("verdict", string(d.Verdict)).Body(
		app.Span().Class("diagnosis-name").Text(words.Names[d.Code]),
		app.Span().Class("diagnosis-verdict").Text(words.Verdicts[d.Verdict]),
		app.Span().Class("diagnosis-value").Text(diagnosticValue(p.env, d)),
		app.If(do != "", func() app.UI { return app.Span().Class("diagnosis-do").Text(do) }),
	)
}

// diagnosticName says what a line is about. What is newer than this app is named
// by its code.
func diagnosticName(e *env, d wire.Diagnostic) string {
	return cmp.Or(e.words.Diagnosis.Names[d.Code], string(d.Code))
}

// diagnosticValue is the value in the reader's own words and times.
func diagnosticValue(e *env, d wire.Diagnostic) string {
	if t, err := time.Parse(time.RFC3339, d.Value); err == nil {
		return e.Clock.Full(t)
	}
	return e.words.Diagnosis.DiagnosticValue(d.Value)
}

// diagnosticsTextID is the element id of the whole as text.
const diagnosticsTextID = "diagnostics-text"

func (p *diagnostics) copyPart() app.UI {
	words := &p.words.Diagnosis
	return app.Details().Class("diagnosis-copy").Body(
		app.Summary().DataSet("testid", "diagnostics-show").Text(words.AsText),
		app.P().Class("hint").Text(words.TextHint),
		app.Textarea().ID(diagnosticsTextID).Class("input diagnosis-text").DataSet("testid", diagnosticsTextID).
			ReadOnly(true).Attr("autocomplete", "off").Attr("spellcheck", "false").
			Aria("label", words.AsText).Text(diagnosticsText(p.list)),
		app.Div().Class("diagnosis-actions").Body(
			ui.Button(ui.Quiet, "diagnostics-copy", words.Copy, p.copy),
			app.P().Class("answer").Role("status").DataSet("testid", "diagnostics-copied").Text(p.said),
		),
	)
}

func (p *diagnostics) copy(app.Context, app.Event) {
	copyText(diagnosticsTextID, func(ok bool) {
		p.ctx.Dispatch(func(app.Context) {
			p.said = p.words.Diagnosis.Copied
			if !ok {
				p.said = p.words.Diagnosis.Marked
			}
		})
	})
}

// diagnosticsText is the whole as text, the same in every language.
func diagnosticsText(list []wire.Diagnostic) string {
	var text strings.Builder
	for _, d := range list {
		text.WriteString(string(d.Code) + ": " + d.Value + " (" + string(d.Verdict) + ")\n")
	}
	return text.String()
}

// notGood counts the lines that need a look.
func notGood(list []wire.Diagnostic) (n int) {
	for _, d := range list {
		if d.Verdict == wire.VerdictLook || d.Verdict == wire.VerdictBroken {
			n++
		}
	}
	return n
}
