package ui

import (
	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/shared/phrase"
)

// EntryKind says what a line of a timeline is.
type EntryKind uint8

// The kinds of lines.
const (
	EntryMessage EntryKind = iota
	EntryDay               // the start of a day
	EntryNew               // what follows has not been read before
)

// Entry is a line of a timeline. All its parts are plain values, so that a
// timeline that did not change is not drawn again.
type Entry struct {
	Kind  EntryKind
	Label string // of a day

	ID         uuid.UUID
	Body       string
	Author     string // for screen readers: who wrote it
	Mine       bool
	Follows    bool   // the same person's as the entry before, on the same day
	Status     string // the contract's status word
	StatusText string // one's own messages only
	Time       string
	Full       string // Time with its day
	Machine    string // Time in RFC 3339
	Late       string
	Lost       bool     // Body says why the text cannot be shown
	Reasons    []string // why it was rejected
	Change     Change
	Expect     string // when an answer comes
}

// Change says what the writer may still do with a message.
type Change uint8

// What may be done.
const (
	ChangeNothing  Change = iota
	ChangeWaiting         // edit or remove it
	ChangeRejected        // take the text back or remove it
	ChangeRemoving        // say whether it is really to be removed
)

// TimelineActions is what can be done with messages that wait.
type TimelineActions interface {
	// TakeBack moves a message's text back to the draft.
	TakeBack(id uuid.UUID)
	// AskRemove asks whether to remove a message; the zero id asks no more.
	AskRemove(id uuid.UUID)
	// Remove removes a message for good.
	Remove(id uuid.UUID)
}

// Timeline shows the messages of a conversation. It is a component so that
// typing, which draws the page around it again, leaves it alone.
type Timeline struct {
	app.Compo

	Words   *phrase.Catalogue
	Entries []Entry
	Actions TimelineActions // a pointer that stays the same
}

// Render draws the messages.
func (t *Timeline) Render() app.UI {
	return app.Ol().Class("timeline").Aria("label", t.Words.Conversation.Messages).Body(
		app.Range(t.Entries).Slice(func(i int) app.UI { return t.entry(t.Entries[i]) }),
	)
}

func (t *Timeline) entry(e Entry) app.UI {
	switch e.Kind {
	case EntryDay:
		return app.Li().Class("day").Body(app.H2().Class("day-label").Text(e.Label))
	case EntryNew:
		return app.Li().Class("new").ID(NewEntryID).Body(app.Span().Class("new-label").Text(t.Words.Conversation.New))
	}
	return app.Li().
		Class(classes("message",
			class{e.Mine, "message-mine"},
			class{!e.Mine, "message-theirs"},
			class{e.Follows, "message-follows"},
			class{e.Lost, "message-lost"},
			class{e.Mine, "message-" + e.Status},
		)).
		DataSet("testid", "message-"+e.ID.String()).
		DataSet("status", e.Status).
		Body(
			Hidden(e.Author),
			app.P().Class("bubble").Dir("auto").Text(e.Body),
			app.P().Class("meta").Body(
				app.Time().DateTime(e.Machine).Title(e.Full).Text(e.Time),
				app.If(e.Late != "", func() app.UI { return app.Span().Text(e.Late) }),
				app.If(e.StatusText != "", func() app.UI {
					return app.Span().Class("status").Text(e.StatusText)
				}),
				t.waiting(e),
			),
			t.expect(e),
			t.reasons(e),
			t.change(e),
		)
}

// Element ids of the timeline.
const (
	NewEntryID = "new-messages" // the line above what is new
	KeepID     = "keep-message" // the button that keeps the message after all
)

func (t *Timeline) expect(e Entry) app.UI {
	if e.Expect == "" {
		return nil
	}
	return app.P().Class("expect-message").DataSet("testid", "expect-"+e.ID.String()).Text(e.Expect)
}

func (t *Timeline) reasons(e Entry) app.UI {
	if len(e.Reasons) == 0 {
		return nil
	}
	return app.Div().Class("reasons").Body(
		app.Range(e.Reasons).Slice(func(i int) app.UI { return app.P().Text(e.Reasons[i]) }),
	)
}

// waiting is what can be done with a message that waits. It stands on the line
// that says so: most messages wait for a moment only, and a line of its own
// would make everything above jump twice.
func (t *Timeline) waiting(e Entry) app.UI {
	if e.Change != ChangeWaiting {
		return nil
	}
	return app.Span().Class("meta-actions").Body(
		t.takeBack(e, "message-edit", t.Words.Conversation.Edit),
		t.askRemove(e),
	)
}

func (t *Timeline) takeBack(e Entry, testID, text string) app.UI {
	return Button(Plain, testID, text, func(app.Context, app.Event) {
		t.Actions.TakeBack(e.ID)
	}, app.EventScope(e.ID.String()))
}

func (t *Timeline) askRemove(e Entry) app.UI {
	return Button(Plain, "message-remove", t.Words.Conversation.Remove, func(app.Context, app.Event) {
		t.Actions.AskRemove(e.ID)
	}, app.EventScope(e.ID.String()))
}

// change is what can be done with a message that was rejected or may be
// removed.
func (t *Timeline) change(e Entry) app.UI {
	words := t.Words.Conversation
	scope := app.EventScope(e.ID.String())
	switch e.Change {
	case ChangeRejected:
		return actions(
			t.takeBack(e, "message-take-back", words.TakeBack),
			t.askRemove(e),
		)
	case ChangeRemoving:
		return actions(
			app.Span().Class("ask").Text(words.RemoveAsk),
			app.Button().Type("button").ID(KeepID).Class(Plain).DataSet("testid", "message-remove-no").
				Text(words.RemoveNo).
				OnClick(func(app.Context, app.Event) { t.Actions.AskRemove(uuid.UUID{}) }, scope),
			Button(Plain, "message-remove-yes", words.RemoveYes, func(app.Context, app.Event) {
				t.Actions.Remove(e.ID)
			}, scope),
		)
	}
	return nil
}

func actions(buttons ...app.UI) app.UI {
	return app.Div().Class("message-actions").Body(buttons...)
}
