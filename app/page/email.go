package page

import (
	"context"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/message"
)

// Element ids of the part about the account's address.
const (
	emailID     = "email-panel"
	emailNewID  = "email-new"
	emailCodeID = "email-code"
)

// emailPanel is where the account's address is changed: by a code that is mailed to
// the new one, and, without a second step, after a day.
func (p *security) emailPanel() app.UI {
	words, waits := p.words.Security.Email, p.info.Email
	var body []app.UI
	switch {
	case p.open == changeEmail:
		body = []app.UI{app.Form().Class("form").Attr("novalidate", true).OnSubmit(p.askEmail).Body(
			p.problem(changeEmail),
			ui.Field{ID: emailNewID, Label: words.New, Hint: words.Hint, Type: "email", Autocomplete: "off"}.Draw(),
			p.formButtons("email-ask", words.Ask),
		)}
	case waits == nil:
		body = []app.UI{p.openButton(changeEmail, uuid.UUID{}, words.Do, "", emailNewID)}
	case waits.EffectiveAt != nil:
		body = []app.UI{
			app.P().DataSet("testid", "email-pending").Text(words.Pending(string(waits.Email), p.Clock.Full(*waits.EffectiveAt))),
			app.P().Class("hint").Text(words.Why),
			p.problem(changeEmailCancel),
			app.Div().Class("form-buttons").Body(p.emailCancel()),
		}
	default:
		confirm := words.Confirm
		if p.busy {
			confirm = p.words.Security.Busy
		}
		body = []app.UI{
			app.P().Role("status").DataSet("testid", "email-waits").Text(words.Waits(string(waits.Email), p.Clock.Full(waits.ExpiresAt))),
			app.Form().Class("form").Attr("novalidate", true).OnSubmit(p.confirmEmail).Body(
				p.problem(changeEmailCode), p.problem(changeEmailCancel),
				ui.Field{ID: emailCodeID, Label: words.Code, Type: "text", Autocomplete: "one-time-code"}.Draw(),
				app.Div().Class("form-buttons").Body(ui.Submit("email-confirm", confirm, p.busy), p.emailCancel()),
			),
			p.openButton(changeEmail, uuid.UUID{}, words.Other, "", emailNewID),
		}
	}
	done := words.Changed
	if waits != nil {
		done = "" // what waits says it
	}
	return app.Div().ID(emailID).TabIndex(-1).Body(p.panel(words.Title, words.Lead(string(p.State.Account().Email)), append(body,
		p.answer(changeEmailCode, done), p.answer(changeEmailCancel, words.Kept))...))
}

func (p *security) askEmail(_ app.Context, e app.Event) {
	e.PreventDefault()
	email := message.Text(value(emailNewID))
	p.apply(func() error { return p.Client.ChangeEmail(context.Background(), email) }, nil)
}

func (p *security) confirmEmail(_ app.Context, e app.Event) {
	e.PreventDefault()
	p.open = changeEmailCode
	code := value(emailCodeID)
	p.apply(func() error { return p.Client.ConfirmEmail(context.Background(), code) }, p.focusEmail)
}

// focusEmail goes on where what was done is told.
func (p *security) focusEmail(ctx app.Context) {
	ctx.Defer(func(app.Context) { focus(emailID) })
}

func (p *security) emailCancel() app.UI {
	return ui.Button(ui.Quiet, "email-cancel", p.words.Security.Email.Keep, func(app.Context, app.Event) {
		p.open = changeEmailCancel
		p.apply(func() error { return p.Client.CancelEmail(context.Background()) }, p.focusEmail)
	})
}
