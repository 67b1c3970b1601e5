package page

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

// join is the page where therapists apply. The link in the mail that says there
// is an answer leads here too, with its token in the fragment of the address.
type join struct {
	app.Compo

	*env
	ctx   app.Context // of the page
	id    uuid.UUID   // of the application; the same until it was taken
	token string
	form  joinModel
	pause holdOff
}

// joinModel is what the page shows.
type joinModel struct {
	asleep   bool // the program does not run yet
	busy     bool
	sent     bool
	asking   bool // the answer is being looked for
	failed   bool // there was no way to find it
	bad      bool // the link to it does not work
	answer   *wire.ApplicationAnswer
	general  string
	wrong    []string // names of fields
	pause    *holdOff
	onSubmit app.EventHandler
	onAgain  app.EventHandler // apply again
	onRetry  app.EventHandler // look for the answer again
}

func newJoin(e *env) *join {
	p := &join{env: e}
	p.form.pause = &p.pause
	return p
}

// OnMount names the page.
func (p *join) OnMount(ctx app.Context) {
	p.ctx = ctx
	setTitle(p.words.Brand.Title(p.words.Joining.Page))
}

// OnNav takes the token from the address, and looks for the answer.
func (p *join) OnNav(app.Context) {
	if token := takeToken(); token != "" {
		p.token = token
		p.ask()
	}
}

// OnDismount stops counting.
func (p *join) OnDismount() { p.pause.end() }

// Render draws the page.
func (p *join) Render() app.UI {
	form := p.form
	form.asleep = app.IsServer
	form.onSubmit, form.onAgain, form.onRetry = p.submit, p.again, p.retry
	return joinView(p.words, form)
}

// ask looks for the answer to an application.
func (p *join) ask() {
	p.form.asking, p.form.failed, p.form.sent = true, false, false
	p.ctx.Async(func() {
		answer, err := p.Client.ApplicationAnswer(context.Background(), p.token)
		p.ctx.Dispatch(func(ctx app.Context) {
			p.form.asking = false
			switch {
			case err == nil:
				p.form.answer = &answer
			case isCode(err, wire.CodeInvalidAnswerLink):
				p.form.bad = true
			default:
				p.form.failed = true
			}
			ctx.Defer(func(app.Context) { focus(contentID) })
		})
	})
}

func (p *join) retry(app.Context, app.Event) { p.ask() }

// again puts the form in the place of the answer.
func (p *join) again(ctx app.Context, _ app.Event) {
	p.form.answer, p.form.bad, p.form.failed = nil, false, false
	ctx.Defer(func(app.Context) { focus(joinFields[0].id) })
}

func (p *join) submit(_ app.Context, e app.Event) {
	e.PreventDefault()
	if p.form.busy || p.pause.left > 0 {
		return
	}
	if p.id == uuid.Nil {
		p.id = uuid.New()
	}
	r := wire.Application{ID: p.id, Message: message.Text(value(joinMessageID))}
	for _, f := range joinFields {
		*f.into(&r) = message.Text(value(f.id))
	}
	p.form.busy, p.form.general, p.form.wrong = true, "", nil
	p.ctx.Async(func() {
		err := p.Client.Apply(context.Background(), r)
		p.ctx.Dispatch(func(ctx app.Context) {
			p.form.busy = false
			if err == nil {
				p.id, p.form.sent = uuid.Nil, true
				ctx.Defer(func(app.Context) { focus(contentID) })
				return
			}
			if isCode(err, wire.CodeIDConflict) {
				p.id = uuid.Nil // the form was changed after a try that arrived
				p.submit(ctx, e)
				return
			}
			p.form.general = sentence(explain(p.words, err))
			p.form.wrong = wrongFields(err)
			p.pause.heed(ctx, err)
			ctx.Defer(func(app.Context) { focus(p.form.first()) })
		})
	})
}

// wrongFields lists the fields of an application that the server refused.
func wrongFields(err error) []string {
	var problem *wire.Problem
	if errors.As(err, &problem) && problem.Code == wire.CodeInvalidApplication {
		return problem.Errors
	}
	return nil
}

// first returns the element id of the first field that needs another look, empty
// if none does.
func (m joinModel) first() string {
	for _, f := range joinFields {
		if slices.Contains(m.wrong, f.name) {
			return f.id
		}
	}
	if slices.Contains(m.wrong, "message") {
		return joinMessageID
	}
	return ""
}

const joinMessageID = "join-message"

// joinField is a line of the form.
type joinField struct {
	name         string // in an application, as the server calls it
	id           string
	kind         string // of the input
	autocomplete string
	optional     bool
	words        func(phrase.Joining) (label, hint, wrong string)
	into         func(*wire.Application) *message.Text
}

var joinFields = []joinField{
	{"name", "join-name", "text", "off", false,
		func(w phrase.Joining) (string, string, string) { return w.Name, w.NameHint, w.Required },
		func(a *wire.Application) *message.Text { return &a.Name }},
	{"email", "join-email", "email", "email", false,
		func(w phrase.Joining) (string, string, string) { return w.Email, w.EmailHint, w.BadEmail },
		func(a *wire.Application) *message.Text { return &a.Email }},
	{"practice", "join-practice", "text", "off", false,
		func(w phrase.Joining) (string, string, string) { return w.Practice, w.PracHint, w.Required },
		func(a *wire.Application) *message.Text { return &a.Practice }},
	{"country", "join-country", "text", "country-name", false,
		func(w phrase.Joining) (string, string, string) { return w.Country, "", w.Required },
		func(a *wire.Application) *message.Text { return &a.Country }},
	{"profession", "join-profession", "text", "off", false,
		func(w phrase.Joining) (string, string, string) { return w.Profession, w.ProfHint, w.Required },
		func(a *wire.Application) *message.Text { return &a.Profession }},
	{"licence", "join-licence", "text", "off", false,
		func(w phrase.Joining) (string, string, string) { return w.Licence, w.LicHint, w.Required },
		func(a *wire.Application) *message.Text { return &a.Licence }},
	{"issuer", "join-issuer", "text", "off", false,
		func(w phrase.Joining) (string, string, string) { return w.Issuer, w.IssuerHint, w.Required },
		func(a *wire.Application) *message.Text { return &a.Issuer }},
	{"website", "join-website", "url", "url", true,
		func(w phrase.Joining) (string, string, string) { return w.Website, w.WebHint, w.BadWebsite },
		func(a *wire.Application) *message.Text { return &a.Website }},
}

func joinView(words *phrase.Catalogue, m joinModel) app.UI {
	w := words.Joining
	again := ui.Button(ui.Primary, "join-again", w.Again, m.onAgain)
	switch {
	case m.sent:
		return signUpNotice(words, "join-sent", w.Sent, ui.LinkButton(ui.Quiet, "/", words.NotFound.Home))
	case m.asking:
		return public(words, nil, app.Div().Class("card").Body(app.P().Class("opening").Role("status").Text(w.Loading)))
	case m.bad:
		return signUpNotice(words, "join-bad", w.BadLink, again)
	case m.failed:
		return signUpNotice(words, "join-failed", w.LoadFailed, ui.Button(ui.Quiet, "join-retry", w.TryAgain, m.onRetry))
	case m.answer != nil:
		return answerView(words, *m.answer, again)
	}
	steps := make([]app.UI, len(w.Steps))
	for i, step := range w.Steps {
		steps[i] = app.Li().Body(app.Strong().Text(step.Title), app.Text(" "+step.Text))
	}
	return public(words, ui.LinkButton(ui.Quiet, "/login", words.Nav.LogIn),
		app.Div().Class("article join").Body(
			app.H1().Class("hero-title").Text(w.Title),
			app.P().Class("hero-lead").Text(w.Lead),
			app.Section().Class("article-part").Body(
				app.H2().Class("article-title").Text(w.Next),
				app.Ol().Class("points join-steps").Body(steps...),
			),
			app.Section().Class("article-part").Aria("labelledby", "join-form").Body(
				app.H2().Class("article-title").ID("join-form").Text(w.Form),
				app.Elem("noscript").Body(app.P().Class("support-warn").Text(w.NoScript)),
				joinForm(words, m),
			),
		),
	)
}

func joinForm(words *phrase.Catalogue, m joinModel) app.UI {
	w := words.Joining
	submit := w.Submit
	if m.busy {
		submit = w.Busy
	}
	body := []app.UI{formError("join-error", m.general), m.pause.draw(words, "join")}
	for _, f := range joinFields {
		label, hint, wrong := f.words(w)
		if !slices.Contains(m.wrong, f.name) {
			wrong = ""
		}
		body = append(body, ui.Field{
			ID: f.id, Label: label, Hint: hint, Error: wrong, Type: f.kind,
			Autocomplete: f.autocomplete, Optional: f.optional, Disabled: m.asleep,
		}.Draw())
	}
	wrong := ""
	if slices.Contains(m.wrong, "message") {
		wrong = w.TooLong(wire.MaxApplicationMessage)
	}
	body = append(body,
		textField(joinMessageID, w.Message, w.MsgHint, wrong, m.asleep),
		ui.Submit("join-submit", submit, m.busy || m.asleep || m.pause.left > 0),
	)
	return app.Form().Class("form").Attr("novalidate", true).OnSubmit(m.onSubmit).Body(body...)
}

// textField is a labelled box for a text of several lines.
func textField(id, label, hint, wrong string, asleep bool) app.UI {
	box := app.Textarea().ID(id).Class("input office-words").DataSet("testid", id).Name(id).Rows(4).
		Attr("autocomplete", "off").Dir("auto").Attr("aria-describedby", id+"-hint "+id+"-error")
	if wrong != "" {
		box = box.Attr("aria-invalid", "true")
	}
	if asleep {
		box = box.Disabled(true)
	}
	return app.Div().Class("field").Body(
		app.Label().Class("label").For(id).Text(label),
		app.P().Class("hint").ID(id+"-hint").Text(hint),
		box,
		app.P().Class("field-error").ID(id+"-error").Text(wrong),
	)
}

// answerView says what became of an application.
func answerView(words *phrase.Catalogue, a wire.ApplicationAnswer, again app.UI) app.UI {
	w := words.Joining
	body := []app.UI{
		app.H1().Class("card-title").Text(w.Declined),
		app.P().Class("card-lead").Text(w.Reasons[a.Reason]),
	}
	if a.Words != "" {
		body = append(body, app.Section().Class("card-note").Body(
			app.H2().Class("card-note-title").Text(w.OwnWords),
			app.P().Class("written").Dir("auto").Text(string(a.Words)),
		))
	}
	body = append(body, app.Div().Class("form").Body(again))
	return public(words, nil, app.Div().Class("card").DataSet("testid", "join-answer").Body(body...))
}
