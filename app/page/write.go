package page

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/message"
)

// compose is the box to write in, with what stands around it.
func (t *thread) compose(view state.View) app.UI {
	words := t.words.Conversation
	v := viewCompose(t.words, t.typed, t.State.DraftKept(t.ID), t.err)
	saved := ""
	if v.saved {
		saved = words.Saved
	}
	counterClass := "compose-counter"
	if v.over {
		counterClass += " compose-counter-over"
	}
	box := app.Textarea().ID(composeID).Class("compose-input").DataSet("testid", "compose-input").
		Rows(1).
		Attr("placeholder", words.Placeholder).
		Attr("enterkeyhint", "enter").
		Aria("label", words.Compose(string(view.Peer.Name))).
		Aria("describedby", "compose-error compose-note").
		OnInput(t.input).OnKeyDown(t.key)
	if v.err != "" || v.over {
		box = box.Attr("aria-invalid", "true")
	}
	return app.Form().Class("compose").OnSubmit(t.submit).Body(
		app.P().Class("compose-error").ID("compose-error").Role("alert").DataSet("testid", "compose-error").Text(v.err),
		app.Div().Class("compose-row").Body(
			box,
			app.Button().Type("submit").Class("compose-send").DataSet("testid", "compose-send").
				Aria("label", words.Send).Title(words.Send).Body(ui.IconSend.Draw()),
		),
		app.Div().Class("compose-foot").Body(
			app.Span().Class("compose-saved").DataSet("testid", "draft-saved").Text(saved),
			app.Span().Class(counterClass).Text(v.counter),
			app.Span().Class("compose-keys").Text(words.SendKeys),
		),
		app.P().Class("compose-note").ID("compose-note").Text(words.Emergency),
	)
}

// fillBox writes the draft into the box where it was changed from elsewhere:
// on opening, in another tab, by taking a message back.
func (t *thread) fillBox() {
	draft := t.State.Draft(t.ID)
	if t.sending || draft == t.typed {
		return
	}
	t.typed = draft
	setValue(composeID, string(draft))
	grow(composeID)
}

// input saves the draft. The page is drawn anew only where something around
// the box changes.
func (t *thread) input(ctx app.Context, _ app.Event) {
	before := viewCompose(t.words, t.typed, t.State.DraftKept(t.ID), t.err)
	t.typed, t.err = message.Text(value(composeID)), ""
	t.Client.SaveDraft(t.ID, t.typed)
	grow(composeID)
	if viewCompose(t.words, t.typed, t.State.DraftKept(t.ID), t.err) == before {
		ctx.PreventUpdate()
	}
}

// key sends on Enter with Ctrl or the command key; Enter alone is a new line,
// for messages that take more than one.
func (t *thread) key(ctx app.Context, e app.Event) {
	if e.Get("key").String() != "Enter" || !e.Get("ctrlKey").Bool() && !e.Get("metaKey").Bool() || e.Get("isComposing").Bool() {
		ctx.PreventUpdate()
		return
	}
	if value(composeID) == "" {
		ctx.PreventUpdate() // sent a moment ago, by the same keys
		return
	}
	t.submit(ctx, e)
}

// submit queues what is in the box. The box is emptied at once, so that the
// next message can be begun, and gets the text back should the device refuse.
func (t *thread) submit(_ app.Context, e app.Event) {
	e.PreventDefault()
	focus(composeID)
	text := message.Text(value(composeID))
	if t.sending {
		return
	}
	if t.err = refusal(t.words, text); t.err != "" {
		return
	}
	t.sending, t.typed = true, ""
	setValue(composeID, "")
	grow(composeID)
	t.ctx.Async(func() {
		codes, err := t.Client.Send(context.Background(), t.ID, text)
		t.ctx.Dispatch(func(app.Context) { t.sent(text, codes, err) })
	})
}

// sent takes in how queueing went.
func (t *thread) sent(text message.Text, codes []message.Code, err error) {
	t.sending = false
	switch {
	case err != nil:
		t.err = explainDevice(t.words, err)
	case len(codes) > 0:
		t.err = t.words.Message(codes[0])
	}
	if t.err != "" {
		t.typed = text + t.typed
		setValue(composeID, string(t.typed))
		grow(composeID)
	}
	if t.State.Draft(t.ID) != t.typed {
		t.Client.SaveDraft(t.ID, t.typed)
	}
}
