package page

import (
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

// adder is where items are added.
func (p *nextAppointment) adder(v state.View) app.UI {
	words := p.words.Agenda
	if v.Closed != nil {
		return app.P().Class("agenda-add agenda-closed").DataSet("testid", "agenda-closed").Text(p.words.Closing.Ended + ". " + words.Closed)
	}
	if v.Suspended {
		return app.P().Class("agenda-add agenda-closed").DataSet("testid", "agenda-closed").Text(p.words.Suspension.Title + ". " + words.Closed)
	}
	box := app.Textarea().ID(addItemID).Attr("autocomplete", "off").Class("input agenda-input").DataSet("testid", addItemID).
		Rows(1).Attr("enterkeyhint", "done").
		Aria("describedby", addItemID+"-error "+addItemID+"-hint").
		OnInput(p.typed).OnKeyDown(p.key)
	if p.addErr != "" {
		box = box.Attr("aria-invalid", "true")
	}
	return app.Form().Class("agenda-add").OnSubmit(p.add).Body(
		app.Label().Class("label").For(addItemID).Text(words.AddLabel),
		app.Div().Class("agenda-add-row").Body(box, ui.Submit("agenda-add", words.AddButton, false)),
		app.P().Class("field-error").ID(addItemID+"-error").DataSet("testid", "agenda-add-error").Text(p.addErr),
		app.P().Class("hint agenda-add-hint").ID(addItemID+"-hint").Text(words.AddHint),
		p.help(v, p.danger.added(p.box.danger)),
	)
}

// help is the help in danger, for a client. It is in one place at a time.
func (p *nextAppointment) help(v state.View, danger danger) app.UI {
	if danger == "" || v.PeerRole != wire.RoleTherapist {
		return nil
	}
	return p.helpSlot(func() app.Context { return p.ctx }, danger, func(words *phrase.Danger) string { return words.SendingItem })
}

// editor is where the text of an item is changed. It is always part of the
// page: what is typed in it stays, however the list changes meanwhile.
func (p *nextAppointment) editor(v state.View) app.UI {
	words := p.words.Agenda
	box := app.Textarea().ID(editItemID).Attr("autocomplete", "off").Class("input agenda-input").DataSet("testid", editItemID).
		Rows(3).Aria("labelledby", editDialogID+"-title").Aria("describedby", editItemID+"-error "+editItemID+"-hint").
		OnInput(func(ctx app.Context, e app.Event) {
			grow(editItemID)
			text := e.Get("target").Get("value").String()
			p.Client.SaveDraft(p.editing.TextID, message.Text(text))
			if !review(&p.danger.edited, text) {
				ctx.PreventUpdate()
			}
		})
	if p.editErr != "" {
		box = box.Attr("aria-invalid", "true")
	}
	return app.Dialog().ID(editDialogID).Class("dialog agenda-dialog").Aria("labelledby", editDialogID+"-title").On("close", p.editClosed).Body(
		app.Form().Class("form").OnSubmit(p.saveEdit).Body(
			app.H2().Class("dialog-title").ID(editDialogID+"-title").Text(words.EditTitle),
			box,
			app.P().Class("field-error").ID(editItemID+"-error").Role("alert").Text(p.editErr),
			app.P().Class("hint").ID(editItemID+"-hint").Text(words.EditHint),
			p.help(v, p.danger.edited),
			app.Div().Class("dialog-actions").Body(
				ui.Submit("agenda-edit-save", words.EditSave, false),
				ui.Button(ui.Quiet, "agenda-edit-cancel", words.EditCancel, func(app.Context, app.Event) {
					p.giveUpEdit()
					closeDialog(editDialogID)
				}),
			),
		),
	)
}

func (p *nextAppointment) typed(ctx app.Context, e app.Event) {
	grow(addItemID)
	if !p.box.typed(p.env, e) && p.addErr == "" {
		ctx.PreventUpdate()
	}
	p.addErr = ""
}

// key adds on Enter; with Shift it is a new line.
func (p *nextAppointment) key(ctx app.Context, e app.Event) {
	if e.Get("key").String() != "Enter" || e.Get("shiftKey").Bool() || e.Get("isComposing").Bool() {
		ctx.PreventUpdate()
		return
	}
	p.add(ctx, e)
}

// add queues a new item. The box is emptied at once and gets the text back
// should the device refuse.
func (p *nextAppointment) add(_ app.Context, e app.Event) {
	e.PreventDefault()
	focus(addItemID)
	text, id := message.Text(value(addItemID)), p.open()
	if p.addErr = refusal(p.words, text, p.words.Agenda.AddEmpty); p.addErr != "" {
		return
	}
	p.danger.kept = cmp.Or(inDanger(string(text)), p.danger.kept)
	p.put("")
	p.err, p.said = "", ""
	p.ctx.Async(func() {
		codes, err := p.Client.AddItems(context.Background(), id, []message.Text{text})
		p.ctx.Dispatch(func(app.Context) {
			switch {
			case err != nil:
				p.addErr = p.words.Agenda.NotSaved
			case len(codes) > 0:
				p.addErr = p.words.Message(codes[0])
			default:
				p.said = p.words.Agenda.Added
				if p.box.text != "" {
					p.Client.SaveDraft(p.box.draft, p.box.text) // begun before the device had the one before
				}
				return
			}
			if value(addItemID) == "" {
				p.put(text)
			}
		})
	})
}

// put replaces what is in the box for a new item.
func (p *nextAppointment) put(text message.Text) {
	p.box.put(p.env, text)
	grow(addItemID)
}

// Edit opens an item's text to be changed.
func (p *nextAppointment) Edit(id uuid.UUID) {
	list := p.State.Agenda(p.open())
	i := slices.IndexFunc(list, func(it state.AgendaItem) bool { return it.ID == id && it.Rejected == "" })
	if i < 0 {
		return
	}
	p.editing, p.editErr = list[i], ""
	text := list[i].Text
	if draft := p.State.Draft(list[i].TextID); draft != "" {
		text = draft
	}
	review(&p.danger.edited, string(text))
	showDialog(editDialogID)
	setValue(editItemID, string(text))
	grow(editItemID)
	focus(editItemID)
}

// editClosed is called a moment after the editor was closed: it may be open again.
func (p *nextAppointment) editClosed(app.Context, app.Event) {
	if !element(editDialogID).Get("open").Bool() {
		p.giveUpEdit()
	}
}

// giveUpEdit gives up what was typed and not saved. Where the device was locked
// meanwhile, it is kept for the next time.
func (p *nextAppointment) giveUpEdit() {
	p.danger.edited = ""
	if p.State.Draft(p.editing.TextID) != "" {
		p.Client.SaveDraft(p.editing.TextID, "")
	}
}

func (p *nextAppointment) saveEdit(_ app.Context, e app.Event) {
	e.PreventDefault()
	text := message.Text(value(editItemID))
	if p.editErr = refusal(p.words, text, p.words.Agenda.AddEmpty); p.editErr != "" {
		return
	}
	conversation, it := p.open(), p.editing
	if message.Normalize(text) == it.Text {
		closeDialog(editDialogID)
		return
	}
	p.danger.kept = cmp.Or(inDanger(string(text)), p.danger.kept)
	p.ctx.Async(func() {
		codes, err := p.Client.EditItem(context.Background(), conversation, it.ID, it.TextID, text)
		p.ctx.Dispatch(func(ctx app.Context) {
			switch {
			case err != nil:
				p.editErr = p.words.Agenda.NotSaved
			case len(codes) > 0:
				p.editErr = p.words.Message(codes[0])
			default:
				closeDialog(editDialogID)
				ctx.Defer(func(app.Context) { focus(ui.AgendaEditID + it.ID.String()) })
			}
		})
	})
}
