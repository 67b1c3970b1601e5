package page

import (
	"context"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

// logIn is the page to log in: the password first, or a passkey in its place;
// then a second step, or the adding of a second factor, where the account needs
// it.
type logIn struct {
	app.Compo

	*env
	ctx   app.Context
	stop  func()
	next  string
	anew  bool // the login before was ended to begin another: it may seem live yet
	stage logInStage
	form  logInModel
	proof proof
	enrol enrolment
	open  bool // the app was someone's
}

// logInStage is how far a login is.
type logInStage int

const (
	stagePassword logInStage = iota
	stageProof               // the second step
	stageEnrol               // a second factor is to be added, its codes to be kept
)

// logInModel is what the first stage shows.
type logInModel struct {
	asleep    bool // the program does not run yet
	expired   bool // a login ran out; this is to renew it
	passkeys  bool // the browser knows them
	busy      bool
	shown     bool // the password is
	err       string
	pause     *holdOff
	onSubmit  app.EventHandler
	onReveal  app.EventHandler
	onPasskey app.EventHandler
}

func newLogIn(e *env) *logIn {
	p := &logIn{env: e, proof: proof{prefix: "login"}}
	p.form.pause = &p.proof.pause
	p.enrol.init(e, p.enrolled)
	return p
}

// OnMount begins to wait for a login, which may also happen in another tab.
func (p *logIn) OnMount(ctx app.Context) {
	p.ctx = ctx
	p.stop = p.State.Watch(func() { ctx.Dispatch(p.leave) })
	setTitle(p.words.Brand.Title(p.words.LogIn.Page))
	if p.State.Login() == state.LoginExpired {
		setValue("login-email", string(p.State.Account().Email))
	}
	if begun := p.Client.Begun(); begun != nil {
		p.goOn(ctx, *begun)
	}
	ctx.Async(func() {
		has := p.Client.HasPasskeys(context.Background())
		ctx.Dispatch(func(app.Context) { p.form.passkeys, p.enrol.passkeys = has, has })
	})
}

// OnDismount stops waiting.
func (p *logIn) OnDismount() {
	p.proof.pause.end()
	p.enrol.end()
	if p.stop != nil {
		p.stop()
	}
}

// OnNav takes in where to go afterwards.
func (p *logIn) OnNav(ctx app.Context) {
	query := ctx.Page().URL().Query()
	p.next, p.anew = nextAfterLogIn(query), query.Has("again")
	p.leave(ctx)
}

// leave goes on once someone is logged in, and has kept their recovery codes
// where they got some; or where a device is to be unlocked. Codes that are on the
// screen when the device locks, or its person logs out elsewhere, are gone: there
// can be new ones.
func (p *logIn) leave(app.Context) {
	open := p.State.IsOpen()
	if p.open && !open {
		p.enrol.forget()
		p.stage = stagePassword
	}
	p.open = open
	switch {
	case p.State.Login() == state.LoginExpired:
		p.anew = false
	case p.next == "" || p.anew || p.enrol.holds():
	case p.State.Login() == state.LoggedIn:
		moveTo(p.next)
	case p.State.Login() == state.Locked:
		moveTo(unlockAt(p.next))
	}
}

// Render draws the page.
func (p *logIn) Render() app.UI {
	switch p.stage {
	case stageProof:
		return public(p.words, nil, app.Div().Class("card").Body(
			app.H1().Class("card-title").Text(p.words.SecondStep.Title),
			p.proof.draw(p.words, p.prove, p.words.Proof.Again, p.again),
		))
	case stageEnrol:
		return public(p.words, nil, app.Div().Class("card card-wide").Body(p.enrol.draw()))
	default:
		form := p.form
		form.asleep = app.IsServer
		form.expired = p.State.Login() == state.LoginExpired
		form.onSubmit, form.onReveal, form.onPasskey = p.submit, p.reveal, p.passkey
		return logInView(p.words, form)
	}
}

func (p *logIn) reveal(app.Context, app.Event) { p.form.shown = !p.form.shown }

func (p *logIn) submit(_ app.Context, e app.Event) {
	e.PreventDefault()
	email, password := message.Text(value("login-email")), message.Text(value("login-password"))
	if strings.TrimSpace(string(email)) == "" || password == "" {
		p.form.err = p.words.LogIn.MissingFields
		return
	}
	p.begin(func() (wire.LoginAnswer, error) {
		return p.Client.LogIn(context.Background(), email, password)
	})
}

func (p *logIn) passkey(app.Context, app.Event) {
	p.begin(func() (wire.LoginAnswer, error) { return p.Client.LogInPasskey(context.Background()) })
}

// begin takes the first step.
func (p *logIn) begin(try func() (wire.LoginAnswer, error)) {
	if p.form.busy || p.form.pause.left > 0 {
		return
	}
	p.form.busy, p.form.err = true, ""
	p.ctx.Async(func() {
		answer, err := try()
		p.ctx.Dispatch(func(ctx app.Context) {
			p.form.busy = false
			if err != nil {
				p.form.err = explainProof(p.words, err)
				p.form.pause.heed(ctx, err)
				return
			}
			p.goOn(ctx, answer)
		})
	})
}

// goOn takes the next step that an answer asks for.
func (p *logIn) goOn(ctx app.Context, answer wire.LoginAnswer) {
	switch {
	case answer.Account != nil:
		p.anew = false
		p.leave(ctx)
		return
	case answer.Next == wire.StepEnroll:
		p.stage = stageEnrol
		p.enrol.begin(ctx, answer.Methods)
	default:
		p.stage = stageProof
		p.proof.begin(ctx, answer.Methods, wire.Method(answer.Next))
	}
}

// prove takes the second step.
func (p *logIn) prove(_ app.Context, e app.Event) {
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
	method := p.proof.chosen
	p.ctx.Async(func() {
		answer, err := p.secondStep(method, text)
		p.ctx.Dispatch(func(ctx app.Context) {
			switch {
			case isCode(err, wire.CodeNotLoggedIn):
				p.again(ctx, app.Event{})
				p.form.err = p.words.Proof.Over
			case err != nil:
				p.proof.fail(p.words, err)
			default:
				p.proof.busy = false
				p.goOn(ctx, answer)
			}
		})
	})
}

func (p *logIn) secondStep(method wire.Method, text message.Text) (wire.LoginAnswer, error) {
	if method == wire.MethodPasskey {
		return p.Client.LogInPasskey(context.Background())
	}
	return p.Client.LogInCode(context.Background(), method, string(text))
}

// again goes back to the first stage.
func (p *logIn) again(app.Context, app.Event) {
	p.Client.GiveUpLogIn()
	p.stage, p.form.err, p.form.shown, p.proof.busy = stagePassword, "", false, false
	p.proof.pause.end()
	p.ctx.Defer(func(app.Context) { focus("login-email") })
}

// enrolled goes on once a second factor was added, and starts again where the
// login was over before.
func (p *logIn) enrolled(ctx app.Context, err error) {
	if err != nil {
		p.again(ctx, app.Event{})
		p.form.err = p.words.Proof.Over
		return
	}
	p.anew = false
	p.leave(ctx)
}

// passwordField draws a field for a password, with the button that shows it.
func passwordField(words *phrase.Catalogue, f ui.Field, shown bool, onReveal app.EventHandler) app.UI {
	f.Type, f.Reveal, f.Revealed, f.OnReveal = "password", words.LogIn.ShowPassword, shown, onReveal
	if shown {
		f.Reveal = words.LogIn.HidePassword
	}
	return f.Draw()
}

func logInView(words *phrase.Catalogue, m logInModel) app.UI {
	lead, submit := words.LogIn.Lead, words.LogIn.Submit
	if m.expired {
		lead = words.LogIn.Expired
	}
	if m.busy {
		submit = words.LogIn.Busy
	}
	return public(words, nil,
		app.Div().Class("card").Body(
			app.H1().Class("card-title").Text(words.LogIn.Title),
			app.P().Class("card-lead").Text(lead),
			app.Form().Class("form").Attr("novalidate", true).OnSubmit(m.onSubmit).Body(
				formError("login-error", m.err),
				m.pause.draw(words, "login"),
				ui.Field{
					ID: "login-email", Label: words.LogIn.Email, Type: "email",
					Autocomplete: "username", Disabled: m.asleep,
				}.Draw(),
				passwordField(words, ui.Field{
					ID: "login-password", Label: words.LogIn.Password,
					Autocomplete: "current-password", Disabled: m.asleep,
				}, m.shown, m.onReveal),
				ui.Submit("login-submit", submit, m.busy || m.asleep || m.pause.left > 0),
			),
			app.P().Class("card-link").Body(app.A().Href(forgotPath).DataSet("testid", "login-forgot").Text(words.SecondStep.Forgot)),
			app.If(m.passkeys, func() app.UI {
				return app.Div().Class("card-or").Body(
					ui.Button(ui.Quiet, "login-passkey", words.SecondStep.Passkey, m.onPasskey),
				)
			}),
			app.P().Class("card-aside").Body(
				app.Text(words.LogIn.NoAccount+" "),
				app.A().Href(signUpPath).DataSet("testid", "login-signup").Text(words.LogIn.SignUp),
				app.Text("."),
			),
		),
	)
}

// formError is where a form says what went wrong; said at once to screen
// readers.
func formError(testID, text string) app.UI {
	return app.P().Class("form-error").Role("alert").DataSet("testid", testID).Text(text)
}
