package page

import (
	"context"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// nameID is the element id of the field for a name.
const nameID = "security-name"

// Element ids of the fields for passwords.
const (
	passwordOldID = "security-password-old"
	passwordNewID = "security-password-new"
)

// Render draws the page.
func (p *security) Render() app.UI {
	if !p.known() {
		return shellView(p.words)
	}
	return p.around(p.words.Settings.Page, app.Div().Class("settings security").ID(contentID).TabIndex(-1).Body(
		app.H1().Class("settings-title").Text(p.words.Security.Page),
		settingsParts(p.env, securityPath),
		app.Div().Body(p.content()...),
	))
}

// settingsParts leads from one part of the settings to the other.
func settingsParts(e *env, current string) app.UI {
	return app.Nav().Class("parts").Aria("label", e.words.Security.Sections).Body(
		settingsLink(settingsPath, e.words.Security.General, current),
		settingsLink(securityPath, e.words.Security.Page, current),
	)
}

func settingsLink(path, text, current string) app.UI {
	a := app.A().Class("part-link").Href(path).Text(text)
	if path == current {
		a = a.Attr("aria-current", "page")
	}
	return a
}

func (p *security) content() []app.UI {
	words := p.words.Security
	switch {
	case p.codes.shown():
		return []app.UI{p.panel(p.words.Recovery.Title, "", p.codes.draw(p.keptCodes))}
	case p.info == nil && p.failed:
		return []app.UI{ui.Notice(words.Failed, ui.Button(ui.Quiet, "security-again", words.TryAgain, p.tryAgain))}
	case p.info == nil && p.State.Connection() == state.Offline:
		return []app.UI{ui.Notice(words.Offline)}
	case p.info == nil:
		return []app.UI{app.P().Class("opening").Role("status").Text(words.Loading)}
	}
	return []app.UI{
		p.resetPanel(),
		p.twoStepPanel(),
		p.passwordPanel(),
		p.emailPanel(),
		p.devicesPanel(),
	}
}

// panel is a part of the page with a heading.
func (p *security) panel(title, lead string, body ...app.UI) app.UI {
	return app.Section().Class("panel").Body(
		app.H2().Class("panel-title").Text(title),
		app.P().Class("panel-lead").Text(lead),
		app.Div().Class("panel-body").Body(body...),
	)
}

// resetPanel is about a new password that waits.
func (p *security) resetPanel() app.UI {
	reset := p.info.Reset
	if reset == nil {
		return app.Div()
	}
	words := p.words.Security
	return app.Div().Body(app.Section().Class("panel panel-alert").DataSet("testid", "security-reset").Body(
		app.H2().Class("panel-title").Text(words.Reset),
		app.P().Text(words.ResetLead(p.Clock.Full(reset.RequestedAt), p.Clock.Full(reset.EffectiveAt))),
		app.P().Class("hint").Text(words.ResetHint),
		p.problem(changeReset),
		app.Div().Class("form-buttons").Body(
			ui.Button(ui.Primary, "security-reset-cancel", words.ResetCancel, p.endReset(p.Client.CancelReset), app.EventScope("cancel")),
			ui.Button(ui.Quiet, "security-reset-approve", words.ResetApprove, p.endReset(p.Client.ApproveReset), app.EventScope("approve")),
		),
	))
}

func (p *security) endReset(end func(context.Context) error) app.EventHandler {
	return func(app.Context, app.Event) {
		p.open = changeReset
		p.apply(func() error { return end(context.Background()) }, func(ctx app.Context) {
			ctx.Defer(func(app.Context) { focus(contentID) })
		})
	}
}

func (p *security) passwordPanel() app.UI {
	words := p.words.Security
	var form app.UI
	if p.open == changePassword {
		form = app.Form().Class("form").Attr("novalidate", true).OnSubmit(p.savePassword).Body(
			p.problem(changePassword),
			ui.Field{
				ID: passwordOldID, Label: words.PasswordOld, Type: "password",
				Autocomplete: "current-password", Revealed: p.reveal,
			}.Draw(),
			passwordField(p.words, ui.Field{
				ID: passwordNewID, Label: words.PasswordNew, Hint: words.PasswordHint,
				Autocomplete: "new-password",
			}, p.reveal, func(app.Context, app.Event) { p.reveal = !p.reveal }),
			p.formButtons("security-password-save", words.Save),
		)
	} else {
		form = p.openButton(changePassword, uuid.UUID{}, words.PasswordDo, "", passwordOldID)
	}
	saved := words.PasswordSaved
	if !p.opens {
		saved += " " + words.PasswordElse
	}
	return p.panel(words.Password, words.PasswordLead, form, p.answer(changePassword, saved))
}

// openButton begins a change. Name, if not empty, is what it says to those who
// do not see beside what it stands.
func (p *security) openButton(c change, of uuid.UUID, text, name, focusID string) app.UI {
	id := string(c) + "-open"
	if of != (uuid.UUID{}) {
		id = string(c) + "-" + of.String()
	}
	b := app.Button().Type("button").Class(ui.Quiet).ID(id).DataSet("testid", id).Text(text).
		OnClick(p.begin(c, of, focusID), app.EventScope(id))
	if name != "" {
		b = b.Aria("label", name)
	}
	return b
}

// formButtons are the submit and cancel buttons of a form.
func (p *security) formButtons(id, text string) app.UI {
	if p.busy {
		text = p.words.Security.Busy
	}
	return app.Div().Class("form-buttons").Body(
		ui.Submit(id, text, p.busy),
		ui.Button(ui.Quiet, "security-cancel", p.words.Security.Cancel, p.cancel),
	)
}

// problem says what was wrong with a change.
func (p *security) problem(c change) app.UI {
	text := ""
	if p.open == c {
		text = p.err
	}
	return formError("security-error-"+string(c), text)
}

// answer says that a change was made.
func (p *security) answer(c change, text string) app.UI {
	if p.done != c {
		text = ""
	}
	return app.P().Class("answer").Role("status").DataSet("testid", "security-done-"+string(c)).Text(text)
}

// nameForm gives something a name.
func (p *security) nameForm(c change, label, hint, saveID, save string, optional bool, onSubmit app.EventHandler) app.UI {
	return app.Form().Class("form").Attr("novalidate", true).OnSubmit(onSubmit, app.EventScope(saveID+p.of.String())).Body(
		p.problem(c),
		ui.Field{ID: nameID, Label: label, Hint: hint, Type: "text", Autocomplete: "off", Optional: optional}.Draw(),
		p.formButtons(saveID, save),
	)
}

// question asks before something is removed. The answer that changes nothing
// has the focus.
func (p *security) question(c change, text, yes string, do func() error) app.UI {
	words := p.words.Security
	if p.busy {
		yes = words.Busy
	}
	return app.Div().Class("question").Role("group").Aria("label", text).Body(
		app.P().Text(text),
		p.problem(c),
		app.Div().Class("form-buttons").Body(
			ui.Button(ui.Careful, string(c)+"-yes", yes, p.submit(do), app.EventScope(string(c)+p.of.String())),
			app.Button().Type("button").Class(ui.Quiet).ID(keepID).DataSet("testid", string(c)+"-no").
				Text(words.Keep).OnClick(p.cancel),
		),
	)
}

// keepID is the element id of the button that answers a question with no.
const keepID = "security-keep"

// isOpen reports whether a change of one of a list is open.
func (p *security) isOpen(c change, of uuid.UUID) bool { return p.open == c && p.of == of }

// entry is one of a list: what it is, and what can be done with it, or the form
// or question of what is being done.
func (p *security) entry(testID string, id uuid.UUID, name message.Text, tag, detail string, form app.UI, buttons ...app.UI) app.UI {
	foot := app.UI(app.Div().Class("entry-buttons").Body(buttons...))
	if form != nil {
		foot = app.Div().Class("entry-form").Body(form)
	}
	return app.Li().Class("entry").DataSet("testid", testID+"-"+id.String()).Body(
		app.Div().Class("entry-words").Body(
			app.P().Class("entry-name").Body(
				app.Span().Dir("auto").Text(string(name)),
				app.If(tag != "", func() app.UI { return app.Span().Class("tag").Text(tag) }),
			),
			app.P().Class("hint").Text(detail),
		),
		foot,
	)
}

func (p *security) devicesPanel() app.UI {
	words := p.words.Security
	others := 0
	for _, d := range p.devices {
		if !d.Current {
			others++
		}
	}
	var foot app.UI
	switch {
	case others == 0:
		foot = app.P().Class("hint").Text(words.NoOthers)
	case p.open == changeOthersRevoke:
		foot = p.question(changeOthersRevoke, words.RevokeAllAsk, words.RevokeAll, func() error {
			return p.Client.RevokeOtherDevices(context.Background())
		})
	default:
		foot = p.openButton(changeOthersRevoke, uuid.UUID{}, words.RevokeAll, "", keepID)
	}
	return p.panel(words.Devices, words.DevicesLead,
		app.Ul().Class("entries").Body(app.Range(p.devices).Slice(func(i int) app.UI { return p.device(p.devices[i]) })),
		app.Div().Class("panel-foot").Body(foot),
		p.answer(changeDeviceName, words.Done), p.answer(changeDeviceRevoke, words.Done), p.answer(changeOthersRevoke, words.Done),
	)
}

func (p *security) device(d wire.Device) app.UI {
	words := p.words.Security
	tag := ""
	switch {
	case d.Current:
		tag = words.This
	case !d.LoggedIn:
		tag = words.LoggedOut
	}
	var form app.UI
	switch {
	case p.isOpen(changeDeviceName, d.ID):
		form = p.nameForm(changeDeviceName, words.DeviceName, "", "device-save", words.Save, false, p.saveName(p.Client.RenameDevice))
	case p.isOpen(changeDeviceRevoke, d.ID):
		form = p.question(changeDeviceRevoke, words.RevokeAsk, words.RevokeYes, func() error {
			return p.Client.RevokeDevice(context.Background(), d.ID)
		})
	}
	buttons := []app.UI{p.renameButton(changeDeviceName, d.ID, d.Name)}
	if !d.Current {
		buttons = append(buttons, p.openButton(changeDeviceRevoke, d.ID, words.Revoke, words.RevokeName(string(d.Name)), keepID))
	}
	detail := words.DeviceSince(p.Clock.Due(d.CreatedAt), p.Clock.Due(d.LastUsedAt))
	return p.entry("device", d.ID, d.Name, tag, detail, form, buttons...)
}

// renameButton opens the form for a name, with the one there is in it.
func (p *security) renameButton(c change, of uuid.UUID, name message.Text) app.UI {
	id := string(c) + "-" + of.String()
	return app.Button().Type("button").Class(ui.Quiet).ID(id).DataSet("testid", id).
		Text(p.words.Security.Rename).Aria("label", p.words.Security.RenameName(string(name))).
		OnClick(func(ctx app.Context, e app.Event) {
			p.begin(c, of, nameID)(ctx, e)
			p.ctx.Defer(func(app.Context) { setValue(nameID, string(name)) })
		}, app.EventScope(id+string(name)))
}
