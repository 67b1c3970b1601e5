package page

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

// confirm is the page where the link in the mail of a sign-up leads, with its
// token in the fragment of the address. The password that was chosen makes the
// account, and logs in.
type confirm struct {
	app.Compo

	*env
	ctx   app.Context // of the page
	stop  func()
	token string
	made  bool // the account is there
	form  confirmModel
	pause holdOff
}

// confirmModel is what the page shows.
type confirmModel struct {
	asleep   bool // the program does not run yet
	bad      bool // the address brought no token, or one that no longer works
	occupied bool // someone else is logged in here
	busy     bool
	shown    bool // the password is
	err      string
	pause    *holdOff
	onSubmit app.EventHandler
	onReveal app.EventHandler
}

func newConfirm(e *env) *confirm {
	p := &confirm{env: e}
	p.form.pause = &p.pause
	return p
}

// OnMount begins to wait for the login that follows.
func (p *confirm) OnMount(ctx app.Context) {
	p.ctx = ctx
	p.stop = p.State.Watch(func() { ctx.Dispatch(p.follow) })
	setTitle(p.words.Brand.Title(p.words.Confirm.Page))
}

// OnNav takes the token from the address.
func (p *confirm) OnNav(ctx app.Context) {
	p.token = takeToken()
	p.form.bad = p.token == ""
	p.follow(ctx)
}

// OnDismount stops waiting and counting.
func (p *confirm) OnDismount() {
	p.pause.end()
	if p.stop != nil {
		p.stop()
	}
}

// follow goes on once the new account is logged in, and otherwise notes who is.
func (p *confirm) follow(app.Context) {
	login := p.State.Login()
	if p.made && login == state.LoggedIn {
		moveTo("/")
		return
	}
	p.form.occupied = !p.form.busy && !p.made && (p.State.IsOpen() || login == state.Locked)
}

// Render draws the page.
func (p *confirm) Render() app.UI {
	form := p.form
	form.asleep = app.IsServer
	form.onSubmit, form.onReveal = p.submit, p.reveal
	return confirmView(p.words, form)
}

func (p *confirm) reveal(app.Context, app.Event) { p.form.shown = !p.form.shown }

func (p *confirm) submit(_ app.Context, e app.Event) {
	e.PreventDefault()
	password := message.Text(value("confirm-password"))
	switch {
	case p.form.busy || p.pause.left > 0:
		return
	case password == "":
		p.form.err = p.words.Proof.Missing
		return
	}
	p.form.busy, p.form.err = true, ""
	p.ctx.Async(func() {
		err := p.Client.ConfirmSignUp(context.Background(), p.token, password)
		p.ctx.Dispatch(func(ctx app.Context) {
			p.form.busy = false
			switch {
			case isCode(err, wire.CodeInvalidSignUpLink):
				p.form.bad = true
				ctx.Defer(func(app.Context) { focus(contentID) })
			case isCode(err, wire.CodeInvalidCredentials):
				p.form.err = p.words.Confirm.Wrong
				ctx.Defer(func(app.Context) { focus("confirm-password") })
			case err != nil:
				p.form.err = explainProof(p.words, err)
				p.pause.heed(ctx, err)
			default:
				p.made = true
				p.follow(ctx)
			}
		})
	})
}

func confirmView(words *phrase.Catalogue, m confirmModel) app.UI {
	switch {
	case m.bad:
		return signUpNotice(words, "confirm-bad", words.Confirm.Bad, ui.LinkButton(ui.Quiet, "/login", words.Nav.LogIn))
	case m.occupied:
		return signUpNotice(words, "confirm-occupied", words.Confirm.Occupied, ui.LinkButton(ui.Quiet, "/", words.SignUp.ToStart))
	}
	submit := words.Confirm.Submit
	if m.busy {
		submit = words.SignUp.Busy
	}
	return public(words, nil,
		app.Div().Class("card").Body(
			app.H1().Class("card-title").Text(words.Confirm.Title),
			app.P().Class("card-lead").Text(words.Confirm.Lead),
			app.Form().Class("form").Attr("novalidate", true).OnSubmit(m.onSubmit).Body(
				formError("confirm-error", m.err),
				m.pause.draw(words, "confirm"),
				passwordField(words, ui.Field{
					ID: "confirm-password", Label: words.SignUp.Password,
					Autocomplete: "current-password", Disabled: m.asleep,
				}, m.shown, m.onReveal),
				ui.Submit("confirm-submit", submit, m.busy || m.asleep || m.pause.left > 0),
			),
			app.Div().Class("card-notes").Body(cardNote(words.Confirm.NotYou)),
		),
	)
}
