package page

import (
	"cmp"
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

// signUp is the page to make an account, from an invitation or without one. The
// token of an invitation is in the fragment of the address, where no server log
// sees it. Who is logged in can take the invitation with the account they have.
type signUp struct {
	app.Compo

	*env
	ctx    app.Context // of the page: one of a button ends with the button
	stop   func()
	form   signUpModel
	looked string // the invitation of which it was asked who invites
	making bool   // an account is being made here
	made   bool   // one was, and its person logged in
}

// signUpModel is what the page shows.
type signUpModel struct {
	asleep   bool                  // the program does not run yet
	invited  bool                  // the address brought an invitation, now or before logging in
	staff    bool                  // one to work in a practice
	looking  bool                  // for who invites
	offer    *wire.InvitationOffer // nil until it is known
	occupied bool                  // someone was logged in before
	locked   bool                  // that is, and the device is locked
	expired  bool                  // and has to log in again
	account  wire.Account
	sent     bool // the link to confirm is on its way
	busy     bool
	shown    bool // the password is
	err      signUpErrors
	onSubmit app.EventHandler
	onReveal app.EventHandler
	onAccept app.EventHandler
	onCode   app.EventHandler
}

func newSignUp(e *env) *signUp {
	return &signUp{env: e}
}

// OnInit takes the invitation from the address before anything is drawn: no
// link of the page may ever lead away without it.
func (p *signUp) OnInit() { p.take() }

// OnMount begins to wait for a login, which may also happen in another tab.
func (p *signUp) OnMount(ctx app.Context) {
	p.ctx = ctx
	p.stop = p.State.Watch(func() { ctx.Dispatch(p.follow) })
	setTitle(p.words.Brand.Title(p.words.SignUp.Page))
}

// OnNav takes one that a link of the page itself brings.
func (p *signUp) OnNav(ctx app.Context) {
	p.take()
	p.look()
	p.follow(ctx)
}

// look asks who invites, so that a client reads how messages with them work before
// they sign up. One that leads nowhere is told at once.
func (p *signUp) look() {
	if !p.form.invited || p.looked == p.invitation {
		return
	}
	invitation := p.invitation
	p.looked, p.form.looking, p.form.offer = invitation, true, nil
	p.ctx.Async(func() {
		offer, err := p.Client.LookInvitation(context.Background(), invitation)
		p.ctx.Dispatch(func(ctx app.Context) {
			if p.looked != invitation {
				return
			}
			p.form.looking = false
			switch {
			case err == nil:
				p.form.offer = &offer
			case isCode(err, wire.CodeInvalidInvitation):
				p.fail(err)
				ctx.Defer(func(app.Context) { focus("signup-code") })
			}
		})
	})
}

// take takes the invitation from the address. It is kept for when someone goes
// to log in first.
func (p *signUp) take() {
	if app.IsClient {
		p.invitation = cmp.Or(takeToken(), p.invitation)
	}
	p.form.invited = p.invitation != ""
	if p.form.invited && p.looked != p.invitation {
		p.form.looking = true // from the first: nobody types into what is about to be closed
	}
	p.form.staff = strings.HasPrefix(p.invitation, wire.StaffInvitation)
}

// OnDismount stops waiting.
func (p *signUp) OnDismount() {
	if p.stop != nil {
		p.stop()
	}
}

// follow notes who is logged in, and goes on once someone is who signed up here.
func (p *signUp) follow(app.Context) {
	login := p.State.Login()
	if p.made && login == state.LoggedIn {
		p.invitation = ""
		moveTo("/")
		return
	}
	p.form.locked, p.form.expired = login == state.Locked, login == state.LoginExpired
	p.form.occupied = !p.making && !p.made && (p.State.IsOpen() || p.form.locked)
	p.form.account = p.State.Account()
}

// Render draws the page.
func (p *signUp) Render() app.UI {
	form := p.form
	form.asleep = app.IsServer
	if !form.invited || form.locked {
		form.offer = nil
	}
	form.onSubmit, form.onReveal, form.onAccept, form.onCode = p.submit, p.reveal, p.accept, p.takeCode
	return signUpView(p.words, form)
}

func (p *signUp) reveal(app.Context, app.Event) { p.form.shown = !p.form.shown }

func (p *signUp) submit(_ app.Context, e app.Event) {
	e.PreventDefault()
	if p.form.busy {
		return
	}
	r := wire.SignUp{
		Name:       message.Text(value("signup-name")),
		Email:      message.Text(value("signup-email")),
		Password:   message.Text(value("signup-password")),
		Invitation: cmp.Or(p.invitation, strings.TrimSpace(value("signup-code"))),
	}
	p.form.busy, p.making, p.form.err = true, true, signUpErrors{}
	p.ctx.Async(func() {
		err := p.Client.SignUp(context.Background(), r)
		p.ctx.Dispatch(func(ctx app.Context) {
			p.form.busy, p.making = false, false
			switch {
			case err != nil:
				p.fail(err)
				ctx.Defer(func(app.Context) { focus(p.form.err.field()) })
			case r.Invitation == "":
				p.form.sent = true
				ctx.Defer(func(app.Context) { focus(contentID) })
			case p.Client.Begun() != nil:
				p.invitation = ""
				moveTo("/login") // which goes on with a second factor
			default:
				p.made = true
				p.follow(ctx)
			}
		})
	})
}

// fail says what went wrong. An invitation that leads nowhere is forgotten, so
// that there is room for the code of another one.
func (p *signUp) fail(err error) {
	p.form.err = sortSignUp(p.words, err, p.form.staff)
	if p.form.err.code != "" {
		forgetToken()
		p.invitation, p.form.invited, p.form.staff = "", false, false
	}
}

// accept takes the invitation with the account that is logged in.
func (p *signUp) accept(app.Context, app.Event) {
	if p.form.busy {
		return
	}
	p.form.busy, p.form.err = true, signUpErrors{}
	p.ctx.Async(func() {
		conversation, err := p.Client.AcceptInvitation(context.Background(), p.invitation)
		p.ctx.Dispatch(func(ctx app.Context) {
			p.form.busy = false
			if err != nil {
				p.fail(err)
				if p.form.err.code != "" {
					ctx.Defer(func(app.Context) { focus("signup-code") })
				}
				p.follow(ctx)
				return
			}
			p.invitation = ""
			if conversation == (uuid.UUID{}) {
				moveTo("/")
				return
			}
			moveTo("/c/" + conversation.String())
		})
	})
}

// takeCode takes an invitation from what someone typed who is logged in.
func (p *signUp) takeCode(ctx app.Context, e app.Event) {
	e.PreventDefault()
	code := strings.TrimSpace(value("signup-code"))
	if code == "" {
		focus("signup-code")
		return
	}
	p.invitation, p.form.invited, p.form.staff, p.form.err = code, true, false, signUpErrors{}
	p.look()
	ctx.Defer(func(app.Context) { focus(contentID) })
}

// field returns the element id of the first field that needs another look,
// empty if none does.
func (e signUpErrors) field() string {
	switch {
	case e.code != "":
		return "signup-code"
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
	switch {
	case m.sent:
		return signUpNotice(words, "signup-sent", words.SignUp.Sent, ui.LinkButton(ui.Quiet, "/login", words.Nav.LogIn))
	case m.occupied && m.invited:
		return acceptView(words, m)
	case m.occupied:
		return occupiedView(words, m)
	}
	lead, nameHint, submit := words.SignUp.Lead, words.SignUp.NameHint, words.SignUp.Submit
	logIn, testID := logInAt(signUpPath), "signup-invited"
	if !m.invited {
		lead, nameHint = words.SignUp.LeadAlone, words.SignUp.NameHintAlone
		logIn, testID = logInAt("/"), "signup-uninvited"
	}
	if m.staff {
		lead, nameHint = words.SignUp.LeadStaff, words.SignUp.NameHintStaff
	}
	if m.busy {
		submit = words.SignUp.Busy
	}
	leads := app.Div().Body(app.P().Class("card-lead").DataSet("testid", testID).Text(lead))
	var code app.HTMLDiv // there always, so that what was typed in the fields below stays in them
	switch {
	case m.asleep: // what the address brings is not known yet, and arrival.js shows what fits
		leads = app.Div().Body(
			app.P().Class("card-lead arrival arrival-alone").Text(words.SignUp.LeadAlone),
			app.P().Class("card-lead arrival arrival-client").Text(words.SignUp.Lead),
			app.P().Class("card-lead arrival arrival-staff").Text(words.SignUp.LeadStaff),
		)
		code = app.Div().Class("arrival arrival-alone").Body(codeField(words, words.SignUp.CodeHint, m))
	case m.invited:
		code = app.Div().Hidden(true)
	default:
		code = app.Div().Body(codeField(words, words.SignUp.CodeHint, m))
	}
	return public(words, nil,
		app.Div().Class("card").Body(
			app.H1().Class("card-title").Text(words.SignUp.Title),
			leads,
			offerView(words, m.offer),
			app.Form().Class("form").Attr("novalidate", true).OnSubmit(m.onSubmit).Body(
				formError("signup-error", m.err.general),
				code,
				ui.Field{
					ID: "signup-name", Label: words.SignUp.Name, Hint: nameHint,
					Error: m.err.name, Type: "text", Autocomplete: "off", Disabled: m.asleep || m.looking,
				}.Draw(),
				ui.Field{
					ID: "signup-email", Label: words.SignUp.Email, Hint: words.SignUp.EmailHint,
					Error: m.err.email, Type: "email", Autocomplete: "username", Disabled: m.asleep || m.looking,
				}.Draw(),
				passwordField(words, ui.Field{
					ID: "signup-password", Label: words.SignUp.Password, Hint: words.SignUp.PasswordHint,
					Error: m.err.password, Autocomplete: "new-password", Disabled: m.asleep || m.looking,
				}, m.shown, m.onReveal),
				ui.Submit("signup-submit", submit, m.busy || m.asleep || m.looking),
			),
			app.If(!m.asleep, func() app.UI { // before, the way would lose the invitation
				return app.P().Class("card-aside").Body(
					app.Text(words.SignUp.HaveAccount+" "),
					app.A().Href(logIn).DataSet("testid", "signup-login").Text(words.Nav.LogIn),
				)
			}),
		),
	)
}

// offerView shows a client who invites them and how messages with them work, and a
// colleague where they are to work; there always, so that what is below it stays.
func offerView(words *phrase.Catalogue, offer *wire.InvitationOffer) app.UI {
	slot := app.Div().Class("offer-slot").Role("status")
	if offer == nil {
		return slot
	}
	name, who := string(offer.Therapist), words.SignUp.Offer(string(offer.Therapist), string(offer.Practice))
	if len(offer.Roles) > 0 {
		roles := make([]string, len(offer.Roles))
		for i, role := range offer.Roles {
			roles[i] = words.Role(role)
		}
		who = words.SignUp.OfferStaff(string(offer.Practice), strings.Join(roles, ", "))
	}
	body := []app.UI{app.P().Class("offer-who").Dir("auto").Text(who)}
	if offer.Style != "" && offer.Promise != nil {
		body = append(body,
			app.H2().Class("agreement-title").Dir("auto").Text(words.Agreement.Title(name)),
			agreementView(words, terms{therapist: name, style: offer.Style, promise: *offer.Promise, words: offer.Words}),
		)
	}
	return slot.Body(app.Section().Class("offer").DataSet("testid", "signup-offer").Body(body...))
}

// codeField is where the code of an invitation on paper is typed.
func codeField(words *phrase.Catalogue, hint string, m signUpModel) app.UI {
	return ui.Field{
		ID: "signup-code", Label: words.SignUp.Code, Hint: hint,
		Error: m.err.code, Type: "text", Autocomplete: "off", Code: true, Optional: true, Disabled: m.asleep,
	}.Draw()
}

// occupiedView tells someone who is logged in so, and takes a code from them.
func occupiedView(words *phrase.Catalogue, m signUpModel) app.UI {
	return public(words, nil, app.Div().Class("card").Body(
		app.Div().DataSet("testid", "signup-occupied").Body(
			ui.PageNotice(words.SignUp.Occupied, ui.LinkButton(ui.Quiet, "/", words.SignUp.ToStart)),
		),
		app.Form().Class("form").Attr("novalidate", true).OnSubmit(m.onCode).Body(
			codeField(words, words.SignUp.CodeHintHere, m),
			ui.Submit("signup-code-use", words.SignUp.CodeUse, m.asleep),
		),
	))
}

// acceptView asks someone who has an account whether it takes the invitation.
func acceptView(words *phrase.Catalogue, m signUpModel) app.UI {
	accept, lead := words.SignUp.Accept, words.SignUp.AcceptLead(string(m.account.Name), string(m.account.Email))
	if m.busy {
		accept = words.SignUp.AcceptBusy
	}
	if m.staff {
		lead = words.SignUp.AcceptStaff(string(m.account.Name), string(m.account.Email))
	}
	action := ui.Button(ui.Primary, "invitation-accept", accept, m.onAccept)
	switch {
	case m.locked:
		lead, action = words.SignUp.AcceptLocked, ui.LinkButton(ui.Primary, unlockAt(signUpPath), words.Lock.Submit)
	case m.expired:
		action = ui.LinkButton(ui.Primary, logInAt(signUpPath), words.Nav.LogIn)
	}
	return public(words, nil,
		app.Div().Class("card").Body(
			app.H1().Class("card-title").Text(words.SignUp.AcceptTitle),
			app.P().Class("card-lead").Dir("auto").DataSet("testid", "signup-accept").Text(lead),
			offerView(words, m.offer),
			formError("invitation-error", m.err.general),
			app.Div().Class("form").Body(action),
			app.Div().Class("card-notes").Body(cardNote(words.SignUp.NotYou)),
			app.P().Class("card-aside").Body(app.A().Href("/").Text(words.SignUp.ToStart)),
		),
	)
}

func signUpNotice(words *phrase.Catalogue, testID string, r phrase.Reason, action app.UI) app.UI {
	return public(words, nil, app.Div().Class("card").Body(
		app.Div().DataSet("testid", testID).Body(ui.PageNotice(r, action)),
	))
}
