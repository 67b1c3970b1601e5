package page

import (
	"context"
	"errors"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

// reset is the page to set a new password by the link of a mail, whose token is
// in the fragment of the address, where no server log sees it.
type reset struct {
	app.Compo

	*env
	ctx      app.Context
	token    string
	password message.Text // chosen, while a second factor is asked for
	form     resetModel
	proof    proof
}

// resetModel is what the page shows.
type resetModel struct {
	asleep   bool // the program does not run yet
	bad      bool // the address brought no token, or one that no longer works
	state    wire.ResetState
	when     string // for a pending one
	busy     bool
	shown    bool // the password is
	err      string
	pause    *holdOff
	onSubmit app.EventHandler
	onReveal app.EventHandler
}

func newReset(e *env) *reset {
	p := &reset{env: e, proof: proof{prefix: "reset"}}
	p.form.pause = &p.proof.pause
	return p
}

// OnMount names the page.
func (p *reset) OnMount(ctx app.Context) {
	p.ctx = ctx
	setTitle(p.words.Brand.Title(p.words.Reset.Page))
}

// OnNav takes the token from the address.
func (p *reset) OnNav(app.Context) {
	p.token = takeToken()
	p.form.bad = p.token == ""
}

// OnDismount stops counting.
func (p *reset) OnDismount() { p.proof.pause.end() }

// Render draws the page.
func (p *reset) Render() app.UI {
	if p.form.state == wire.ResetFactor {
		return public(p.words, nil, app.Div().Class("card").Body(
			app.H1().Class("card-title").Text(p.words.Reset.Proof),
			p.proof.draw(p.words, p.prove, "", nil),
		))
	}
	form := p.form
	form.asleep = app.IsServer
	form.onSubmit, form.onReveal = p.submit, p.reveal
	return resetView(p.words, form)
}

func (p *reset) reveal(app.Context, app.Event) { p.form.shown = !p.form.shown }

func (p *reset) submit(_ app.Context, e app.Event) {
	e.PreventDefault()
	p.password = message.Text(value("reset-password"))
	switch {
	case p.form.busy || p.form.pause.left > 0:
		return
	case p.password == "":
		p.form.err = p.words.Proof.Missing
		return
	}
	p.form.busy, p.form.err = true, ""
	p.try(wire.ResetPassword{Token: p.token, Password: p.password})
}

// prove adds the second factor.
func (p *reset) prove(_ app.Context, e app.Event) {
	e.PreventDefault()
	text, ok := p.proof.typed()
	switch {
	case p.proof.busy || p.proof.pause.left > 0:
		return
	case !ok:
		p.proof.err = p.words.Proof.Missing
		return
	}
	p.proof.busy, p.proof.err = true, ""
	p.try(wire.ResetPassword{Token: p.token, Password: p.password, Method: p.proof.chosen, Code: string(text)})
}

func (p *reset) try(r wire.ResetPassword) {
	p.ctx.Async(func() {
		answer, err := p.Client.ResetPassword(context.Background(), r)
		p.ctx.Dispatch(func(ctx app.Context) { p.take(ctx, answer, err) })
	})
}

// take takes in what became of a try.
func (p *reset) take(ctx app.Context, answer wire.ResetAnswer, err error) {
	p.form.busy, p.proof.busy = false, false
	var problem *wire.Problem
	switch {
	case isCode(err, wire.CodeInvalidReset):
		p.form.bad, p.form.state = true, ""
	case isCode(err, wire.CodeInvalidPassword) && errors.As(err, &problem):
		p.form.state, p.form.err = "", explainPassword(p.words, problem)
	case err != nil && p.form.state == wire.ResetFactor:
		p.proof.fail(p.words, err)
		return
	case err != nil:
		p.form.err = explainProof(p.words, err)
		p.form.pause.heed(ctx, err)
		return
	case answer.State == wire.ResetFactor:
		p.form.state = answer.State
		p.proof.begin(ctx, answer.Methods, wire.MethodPasskey)
		return
	default:
		p.form.state, p.password, p.token = answer.State, "", ""
		if answer.EffectiveAt != nil {
			p.form.when = p.Clock.Full(*answer.EffectiveAt)
		}
	}
	ctx.Defer(func(app.Context) { focus(contentID) })
}

// explainPassword says why a password cannot be used.
func explainPassword(words *phrase.Catalogue, problem *wire.Problem) string {
	for _, code := range problem.Errors {
		return words.Field("password_" + code)
	}
	return sentence(explain(words, problem))
}

func resetView(words *phrase.Catalogue, m resetModel) app.UI {
	switch {
	case m.bad:
		return resetNotice(words, "reset-bad", words.Reset.Bad, ui.LinkButton(ui.Quiet, forgotPath, words.Reset.Ask))
	case m.state == wire.ResetDone:
		return resetNotice(words, "reset-done", words.Reset.Done, ui.LinkButton(ui.Primary, "/login", words.Nav.LogIn))
	case m.state == wire.ResetPending:
		pending := words.Reset.Pending(m.when)
		pending.Text += " " + words.Reset.Cancel
		return resetNotice(words, "reset-pending", pending, ui.LinkButton(ui.Quiet, "/login", words.Nav.LogIn))
	}
	submit := words.Reset.Submit
	if m.busy {
		submit = words.Reset.Busy
	}
	return public(words, nil,
		app.Div().Class("card").Body(
			app.H1().Class("card-title").Text(words.Reset.Title),
			app.P().Class("card-lead").Text(words.Reset.Lead),
			app.Form().Class("form").Attr("novalidate", true).OnSubmit(m.onSubmit).Body(
				formError("reset-error", m.err),
				m.pause.draw(words, "reset"),
				passwordField(words, ui.Field{
					ID: "reset-password", Label: words.Reset.Password, Hint: words.Reset.Hint,
					Autocomplete: "new-password", Disabled: m.asleep,
				}, m.shown, m.onReveal),
				ui.Submit("reset-submit", submit, m.busy || m.asleep || m.pause.left > 0),
			),
			app.Div().Class("card-notes").Body(
				cardNote(words.Forgot.Wait),
				cardNote(words.Forgot.Drafts),
			),
		),
	)
}

func resetNotice(words *phrase.Catalogue, testID string, r phrase.Reason, action app.UI) app.UI {
	return public(words, nil, app.Div().Class("card").Body(
		app.Div().DataSet("testid", testID).Body(ui.PageNotice(r, action)),
	))
}
