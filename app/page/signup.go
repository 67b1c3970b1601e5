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

// signUp is the page to make an account from an invitation, whose token is in
// the fragment of the address, where no server log sees it.
type signUp struct {
	app.Compo

	*env
	stop  func()
	token string
	form  signUpModel
}

// signUpModel is what the page shows.
type signUpModel struct {
	asleep   bool // the program does not run yet
	invited  bool // the address brought an invitation
	occupied bool // someone was logged in before
	busy     bool
	shown    bool // the password is
	err      signUpErrors
	onSubmit app.EventHandler
	onReveal app.EventHandler
}

func newSignUp(e *env) *signUp { return &signUp{env: e, form: signUpModel{invited: true}} }

// OnMount takes the invitation from the address and begins to wait for the
// login that follows.
func (p *signUp) OnMount(ctx app.Context) {
	p.stop = p.State.Watch(func() { ctx.Dispatch(p.leave) })
	setTitle(p.words.Brand.Title(p.words.SignUp.Page))
	p.token = ctx.Page().URL().Fragment
	p.form.invited = p.token != ""
	p.form.occupied = p.State.IsOpen() || p.State.Login() == state.Locked
}

// OnDismount stops waiting.
func (p *signUp) OnDismount() {
	if p.stop != nil {
		p.stop()
	}
}

// leave goes on once someone is logged in.
func (p *signUp) leave(app.Context) {
	if p.State.Login() == state.LoggedIn && !p.form.occupied {
		moveTo("/")
	}
}

// Render draws the page.
func (p *signUp) Render() app.UI {
	form := p.form
	form.asleep = app.IsServer
	form.onSubmit, form.onReveal = p.submit, p.reveal
	return signUpView(p.words, form)
}

func (p *signUp) reveal(app.Context, app.Event) { p.form.shown = !p.form.shown }

func (p *signUp) submit(ctx app.Context, e app.Event) {
	e.PreventDefault()
	if p.form.busy {
		return
	}
	r := wire.SignUp{
		Name:       message.Text(value("signup-name")),
		Email:      message.Text(value("signup-email")),
		Password:   message.Text(value("signup-password")),
		Invitation: p.token,
	}
	p.form.busy, p.form.err = true, signUpErrors{}
	ctx.Async(func() {
		err := p.Client.SignUp(context.Background(), r)
		ctx.Dispatch(func(ctx app.Context) {
			p.form.busy = false
			if err != nil {
				p.form.err = sortSignUp(p.words, err)
				ctx.Defer(func(app.Context) { focus(p.form.err.field()) })
				return
			}
			p.leave(ctx)
		})
	})
}

// field returns the element id of the first field that needs another look,
// empty if none does.
func (e signUpErrors) field() string {
	switch {
	case e.name != "":
		return "signup-name"
	case e.email != "":
		return "signup-email"
	case e.password != "":
		return "signup-password"
	default:
		return ""
	}
}

func signUpView(words *phrase.Catalogue, m signUpModel) app.UI {
	if m.occupied {
		return public(words, nil, app.Div().Class("card").Body(
			app.Div().DataSet("testid", "signup-occupied").Body(
				ui.PageNotice(words.SignUp.Occupied, ui.LinkButton(ui.Quiet, "/", words.SignUp.ToStart)),
			),
		))
	}
	if !m.invited {
		return public(words, nil, app.Div().Class("card").Body(
			app.Div().DataSet("testid", "signup-uninvited").Body(
				ui.PageNotice(words.SignUp.NoInvitation, ui.LinkButton(ui.Quiet, "/login", words.Nav.LogIn)),
			),
		))
	}
	submit, reveal := words.SignUp.Submit, words.LogIn.ShowPassword
	if m.busy {
		submit = words.SignUp.Busy
	}
	if m.shown {
		reveal = words.LogIn.HidePassword
	}
	return public(words, nil,
		app.Div().Class("card").Body(
			app.H1().Class("card-title").Text(words.SignUp.Title),
			app.P().Class("card-lead").Text(words.SignUp.Lead),
			app.Form().Class("form").Attr("novalidate", true).OnSubmit(m.onSubmit).Body(
				formError("signup-error", m.err.general),
				ui.Field{
					ID: "signup-name", Label: words.SignUp.Name, Hint: words.SignUp.NameHint,
					Error: m.err.name, Type: "text", Autocomplete: "off", Disabled: m.asleep,
				}.Draw(),
				ui.Field{
					ID: "signup-email", Label: words.SignUp.Email, Hint: words.SignUp.EmailHint,
					Error: m.err.email, Type: "email", Autocomplete: "username", Disabled: m.asleep,
				}.Draw(),
				ui.Field{
					ID: "signup-password", Label: words.SignUp.Password, Hint: words.SignUp.PasswordHint,
					Error: m.err.password, Type: "password", Autocomplete: "new-password", Disabled: m.asleep,
					Reveal: reveal, Revealed: m.shown, OnReveal: m.onReveal,
				}.Draw(),
				ui.Submit("signup-submit", submit, m.busy || m.asleep),
			),
			app.P().Class("card-aside").Body(
				app.Text(words.SignUp.HaveAccount+" "),
				app.A().Href("/login").Text(words.Nav.LogIn),
			),
		),
	)
}
