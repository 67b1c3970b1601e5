package page

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/syncer"
	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// closing is the end of care in a conversation as its page handles it.
type closing struct {
	asking bool // the therapist is asked whether to close it
	deed
}

// The element ids of the step before closing.
const (
	closingID     = "closing"
	closingNoteID = "closing-note"
)

// closer asks a therapist whether to end care. It is empty unless they want to.
func (t *thread) closer(v state.View) app.UI {
	slot := app.Div().Class("agreement-slot")
	if !t.closing.asking || v.Closed != nil || v.Suspended || v.PeerRole != wire.RoleClient {
		return slot
	}
	words := t.words.Closing
	confirm := words.Confirm
	if t.closing.busy {
		confirm = words.Busy
	}
	return slot.Body(
		app.Form().Class("agreement closer").ID(closingID).TabIndex(-1).Aria("labelledby", closingID+"-title").
			DataSet("testid", "closing").OnSubmit(t.close).Body(
			app.Div().Class("agreement-text").Body(
				app.H2().Class("agreement-title").ID(closingID+"-title").Text(words.Title(string(v.Peer.Name))),
				app.P().Class("agreement-lead").Text(words.Explain),
				app.Div().Class("field").Body(
					app.Label().Class("label").For(closingNoteID).Text(words.Label),
					app.P().Class("hint").ID(closingNoteID+"-hint").Text(words.Hint),
					app.Textarea().ID(closingNoteID).Class("input").DataSet("testid", closingNoteID).Attr("autocomplete", "off").
						Rows(3).Dir("auto").Aria("describedby", closingNoteID+"-hint "+closingNoteID+"-error").
						OnInput(func(_ app.Context, e app.Event) { t.note.typed(t.env, e) }),
					app.P().Class("field-error").ID(closingNoteID+"-error").Role("alert").DataSet("testid", "closing-error").Text(t.closing.err),
				),
			),
			app.Div().Class("agreement-foot closer-foot").Body(
				ui.Submit("closing-confirm", confirm, t.closing.busy),
				ui.Button(ui.Quiet, "closing-cancel", words.Cancel, t.keepOpen),
			),
		),
	)
}

// ended stands where the box to write in was, once care has ended.
func (t *thread) ended(v state.View) app.UI {
	words := t.words.Closing
	name, day := string(v.Peer.Name), t.Clock.Due(v.Closed.At)
	client := v.PeerRole == wire.RoleTherapist
	lead, author := words.Yours(name, day), string(t.State.Account().Name)
	if client {
		lead, author = words.Lead(name, day), name
	}
	body := []app.UI{
		app.H2().Class("ended-title").ID("ended-title").Text(words.Ended),
		app.P().Text(lead),
	}
	if v.Closed.Note != "" {
		body = append(body,
			app.H3().Class("ended-heading").Text(words.Note(author)),
			app.P().Class("ended-words").Dir("auto").DataSet("testid", "closed-note").Text(string(v.Closed.Note)),
		)
	}
	if client {
		body = append(body,
			app.P().Text(words.Keep),
			t.helpNow(),
		)
	}
	body = append(body, t.unsent(words.Draft)...)
	if !client {
		open := words.Open
		if t.closing.busy {
			open = words.Busy
		}
		body = append(body,
			ui.Button(ui.Quiet, "conversation-reopen", open, t.reopen),
			app.P().Class("field-error").Role("alert").Text(t.closing.err),
		)
	}
	return app.Section().Class("ended").ID(endedID).TabIndex(-1).Aria("labelledby", "ended-title").
		DataSet("testid", "conversation-closed").Body(body...)
}

// endedID is the element id of what stands there once care has ended.
const endedID = "ended"

// endCareTool leads a therapist to the step before closing.
func (t *thread) endCareTool() app.UI {
	return app.Button().Type("button").Class("tool").DataSet("testid", "conversation-close").
		Aria("expanded", t.closing.asking).OnClick(t.askClose).Body(
		ui.IconLock.Draw(),
		app.Span().Text(t.words.Closing.Link),
	)
}

func (t *thread) askClose(app.Context, app.Event) {
	t.closing = closing{asking: !t.closing.asking}
	if t.closing.asking {
		t.note.begin(t.env, t.ctx, syncer.ClosingDraft(t.ID))
	}
}

func (t *thread) keepOpen(ctx app.Context, _ app.Event) {
	t.note.put(t.env, "")
	t.closing = closing{}
	ctx.Defer(func(app.Context) { focus(contentID) })
}

func (t *thread) close(_ app.Context, e app.Event) {
	e.PreventDefault()
	note := message.Text(value(closingNoteID))
	if note != "" {
		if t.closing.err = refusal(t.words, note, ""); t.closing.err != "" {
			return
		}
	}
	t.changeCare(endedID, func(ctx context.Context) error {
		return t.Client.CloseConversation(ctx, t.ID, wire.Close{Note: note})
	})
}

func (t *thread) reopen(app.Context, app.Event) {
	t.changeCare(composeID, func(ctx context.Context) error { return t.Client.ReopenConversation(ctx, t.ID) })
}

// changeCare closes or opens the conversation at the server. Then the focus
// goes where the person goes on.
func (t *thread) changeCare(next string, act func(context.Context) error) {
	t.closing.do(t.env, t.ctx, act, "", func(ctx app.Context) {
		if t.closing.asking {
			t.note.put(t.env, "")
		}
		t.closing = closing{}
		ctx.Defer(func(app.Context) { focus(next) })
	})
}
