package page

import (
	"context"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
)

// logIn is the page to log in.
type logIn struct {
	app.Compo

	*env
	stop func()
	next string
	form logInModel
}

// logInModel is what the page shows.
type logInModel struct {
	asleep   bool // the program does not run yet
	expired  bool // a login ran out; this is to renew it
	busy     bool
	shown    bool // the password is
	err      string
	onSubmit app.EventHandler
	onReveal app.EventHandler
}

func newLogIn(e *env) *logIn { return &logIn{env: e} }

// OnMount begins to wait for a login, which may also happen in another tab.
func (p *logIn) OnMount(ctx app.Context) {
	p.stop = p.State.Watch(func() { ctx.Dispatch(p.leave) })
	setTitle(p.words.Brand.Title(p.words.LogIn.Page))
	if p.State.Login() == state.LoginExpired {
		setValue("login-email", string(p.State.Account().Email))
	}
}

// OnDismount stops waiting.
func (p *logIn) OnDismount() {
	if p.stop != nil {
		p.stop()
	}
}

// OnNav takes in where to go afterwards.
func (p *logIn) OnNav(ctx app.Context) {
	p.next = nextAfterLogIn(ctx.Page().URL().Query())
	p.leave(ctx)
}

// leave goes on once someone is logged in, or where a device is to be unlocked.
func (p *logIn) leave(app.Context) {
	switch {
	case p.next == "":
	case p.State.Login() == state.LoggedIn:
		moveTo(p.next)
	case p.State.Login() == state.Locked:
		moveTo(unlockAt(p.next))
	}
}

// Render draws the page.
func (p *logIn) Render() app.UI {
	form := p.form
	form.asleep = app.IsServer
	form.expired = p.State.Login() == state.LoginExpired
	form.onSubmit, form.onReveal = p.submit, p.reveal
	return logInView(p.words, form)
}

func (p *logIn) reveal(app.Context, app.Event) { p.form.shown = !p.form.shown }

func (p *logIn) submit(ctx app.Context, e app.Event) {
	e.PreventDefault()
	if p.form.busy {
		return
	}
	email, password := message.Text(value("login-email")), message.Text(value("login-password"))
	if strings.TrimSpace(string(email)) == "" || password == "" {
		p.form.err = p.words.LogIn.MissingFields
		return
	}
	p.form.busy, p.form.err = true, ""
	ctx.Async(func() {
		err := p.Client.LogIn(context.Background(), email, password)
		ctx.Dispatch(func(ctx app.Context) {
			p.form.busy = false
			if err != nil {
				p.form.err = sentence(explain(p.words, err))
				return
			}
			p.leave(ctx)
		})
	})
}

func logInView(words *phrase.Catalogue, m logInModel) app.UI {
	lead, submit, reveal := words.LogIn.Lead, words.LogIn.Submit, words.LogIn.ShowPassword
	if m.expired {
		lead = words.LogIn.Expired
	}
	if m.busy {
		submit = words.LogIn.Busy
	}
	if m.shown {
		reveal = words.LogIn.HidePassword
	}
	return public(words, nil,
		app.Div().Class("card").Body(
			app.H1().Class("card-title").Text(words.LogIn.Title),
			app.P().Class("card-lead").Text(lead),
			app.Form().Class("form").Attr("novalidate", true).OnSubmit(m.onSubmit).Body(
				formError("login-error", m.err),
				ui.Field{
					ID: "login-email", Label: words.LogIn.Email, Type: "email",
					Autocomplete: "username", Disabled: m.asleep,
				}.Draw(),
				ui.Field{
					ID: "login-password", Label: words.LogIn.Password, Type: "password",
					Autocomplete: "current-password", Disabled: m.asleep,
					Reveal: reveal, Revealed: m.shown, OnReveal: m.onReveal,
				}.Draw(),
				ui.Submit("login-submit", submit, m.busy || m.asleep),
			),
			app.P().Class("card-aside").Text(words.LogIn.NoAccount),
		),
	)
}

// formError is where a form says what went wrong; said at once to screen
// readers.
func formError(testID, text string) app.UI {
	return app.P().Class("form-error").Role("alert").DataSet("testid", testID).Text(text)
}
