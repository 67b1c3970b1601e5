package page

import (
	"context"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
)

// forgot is the page to ask for a new password. Its answer is the same for
// every address.
type forgot struct {
	app.Compo

	*env
	form  forgotModel
	pause holdOff
}

// forgotModel is what the page shows.
type forgotModel struct {
	asleep   bool // the program does not run yet
	busy     bool
	sent     bool
	err      string
	pause    *holdOff
	onSubmit app.EventHandler
}

func newForgot(e *env) *forgot {
	p := &forgot{env: e}
	p.form.pause = &p.pause
	return p
}

// OnMount names the page.
func (p *forgot) OnMount(app.Context) { setTitle(p.words.Brand.Title(p.words.Forgot.Page)) }

// OnDismount stops counting.
func (p *forgot) OnDismount() { p.pause.end() }

// Render draws the page.
func (p *forgot) Render() app.UI {
	form := p.form
	form.asleep, form.onSubmit = app.IsServer, p.submit
	return forgotView(p.words, form)
}

func (p *forgot) submit(ctx app.Context, e app.Event) {
	e.PreventDefault()
	email := message.Text(value("forgot-email"))
	switch {
	case p.form.busy || p.pause.left > 0:
		return
	case strings.TrimSpace(string(email)) == "":
		p.form.err = p.words.Forgot.Empty
		return
	}
	p.form.busy, p.form.err = true, ""
	ctx.Async(func() {
		err := p.Client.RequestReset(context.Background(), email)
		ctx.Dispatch(func(ctx app.Context) {
			p.form.busy, p.form.sent = false, err == nil
			if err != nil {
				p.form.err = sentence(explain(p.words, err))
				p.pause.heed(ctx, err)
				return
			}
			ctx.Defer(func(app.Context) { focus(contentID) })
		})
	})
}

func forgotView(words *phrase.Catalogue, m forgotModel) app.UI {
	top := forgotForm(words, m)
	if m.sent {
		top = app.Div().DataSet("testid", "forgot-sent").Body(
			app.H1().Class("card-title").Text(words.Forgot.Sent.Title),
			app.P().Class("card-lead").Role("status").Text(words.Forgot.Sent.Text),
		)
	}
	return public(words, nil,
		app.Div().Class("card").Body(
			top,
			app.Div().Class("card-notes").Body(
				cardNote(words.Forgot.Wait),
				cardNote(words.Forgot.Drafts),
			),
			app.P().Class("card-aside").Body(app.A().Href("/login").Text(words.Forgot.Back)),
		),
	)
}

func forgotForm(words *phrase.Catalogue, m forgotModel) app.UI {
	submit := words.Forgot.Submit
	if m.busy {
		submit = words.Forgot.Busy
	}
	return app.Div().Body(
		app.H1().Class("card-title").Text(words.Forgot.Title),
		app.P().Class("card-lead").Text(words.Forgot.Lead),
		app.Form().Class("form").Attr("novalidate", true).OnSubmit(m.onSubmit).Body(
			formError("forgot-error", m.err),
			m.pause.draw(words, "forgot"),
			ui.Field{
				ID: "forgot-email", Label: words.Forgot.Email, Type: "email",
				Autocomplete: "username", Disabled: m.asleep,
			}.Draw(),
			ui.Submit("forgot-submit", submit, m.busy || m.asleep || m.pause.left > 0),
		),
	)
}

// cardNote is a short explanation with a title.
func cardNote(r phrase.Reason) app.UI {
	return app.Section().Class("card-note").Body(
		app.H2().Class("card-note-title").Text(r.Title),
		app.P().Text(r.Text),
	)
}
