package page

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/message"
)

// scrollerID is the element id of the part that scrolls.
const scrollerID = "scroller"

// thread is an open conversation: its messages and the box to write in.
type thread struct {
	app.Compo

	ID uuid.UUID
	*env
	ctx   app.Context // of the conversation: one of a button ends with the button
	stops []func()

	opened  bool       // the conversation has been on the screen
	pane    pane       // the part that is drawn
	newFrom int64      // seq of the first message that was new on opening
	mine    message.ID // the newest message written here that is on the screen
	theirs  message.ID // the newest one of the other person
	below   bool       // something came in below what is in view
	arrived string     // said to screen readers

	loading     bool // older messages are on their way
	olderFailed bool
	removing    uuid.UUID

	writing *writing

	rereading bool   // the agreement, read before, is open again
	ackFailed string // why reading it could not be noted

	closing closing
	note    draftBox // with which care ends
}

func newThread(e *env, id uuid.UUID) *thread {
	t := &thread{ID: id, env: e, note: draftBox{id: closingNoteID}}
	t.writing = newWriting(e, id, func() app.Context { return t.ctx })
	return t
}

// CompoID makes every conversation a component of its own.
func (t *thread) CompoID() string { return t.ID.String() }

// OnMount begins to follow the state.
func (t *thread) OnMount(ctx app.Context) {
	t.ctx = ctx
	refresh := func() { ctx.Dispatch(t.changed) }
	t.stops = []func(){t.State.Watch(refresh), onVisible(refresh), everyMinute(refresh)}
	t.changed(ctx)
}

// OnDismount stops following the state.
func (t *thread) OnDismount() {
	for _, stop := range t.stops {
		stop()
	}
}

// Render draws the conversation.
func (t *thread) Render() app.UI {
	view := t.State.View(t.ID)
	section := app.Section().Class("content").ID(contentID).TabIndex(-1)
	if !view.Found {
		return section.Body(t.missing())
	}
	parts := []app.UI{
		app.Div().Class("thread-top").Body(
			app.Header().Class("thread-header").Body(
				app.H1().Class("thread-name").Dir("auto").Text(string(view.Peer.Name)),
				app.P().Class("thread-role").Text(t.words.Role(view.PeerRole)),
			),
			t.tools(view),
		),
		t.agreement(view),
		t.closer(view),
		app.Div().Class("scroller").ID(scrollerID).TabIndex(0).
			Role("region").Aria("label", t.words.Conversation.Messages).
			OnScroll(t.scrolled, app.PassiveEvent()).
			Body(t.messages(view)),
		t.newBelow(),
		app.P().Class("sr-only").Role("status").Text(t.arrived),
	}
	return section.Aria("label", t.words.Conversation.Page).Body(append(parts, t.foot(view)...)...)
}

// foot is where a message is written, or why none can be.
func (t *thread) foot(view state.View) []app.UI {
	if view.Closed != nil {
		return []app.UI{t.ended(view)}
	}
	if view.Suspended {
		return []app.UI{t.suspended(view)}
	}
	return []app.UI{t.expect(view), t.writing}
}

// missing says why there is no conversation to show.
func (t *thread) missing() app.UI {
	words := t.words.Conversation
	back := ui.LinkButton(ui.Quiet, "/", words.BackToAll)
	switch t.State.Connection() {
	case state.Offline:
		return ui.PageNotice(words.NotHere, back)
	case state.Syncing:
		return app.P().Class("opening").Role("status").Text(words.Loading)
	default:
		return ui.PageNotice(words.NotFound, back)
	}
}

func (t *thread) messages(view state.View) app.UI {
	lines := timelineView{
		words: t.words, clock: t.Clock, newFrom: t.newFrom, removing: t.removing,
		waiting: waitingText(t.words, t.State.Login(), t.State.Connection(), view.Suspended),
		answers: answersIn(t.words, t.Clock, view),
	}
	drawn := view
	from, to := t.pane.cut(view.Bubbles)
	drawn.Bubbles = view.Bubbles[from:to]
	return app.Div().Class("thread-body").Body(
		app.Div().Class("older").Body(t.older(view, from > 0)),
		&ui.Timeline{Words: t.words, Entries: lines.entries(drawn), Actions: t},
		t.silence(view),
	)
}

// older is what stands above the first message that is drawn; above says that
// there are others here.
func (t *thread) older(view state.View, above bool) app.UI {
	words := t.words.Conversation
	switch {
	case len(view.Bubbles) == 0 && (unread(view) || view.Closed != nil || view.Suspended):
		return nil // the agreement comes first, or nothing can be written
	case len(view.Bubbles) == 0:
		return ui.Notice(words.Empty(string(view.Peer.Name)))
	case !view.HasOlder && !above:
		return app.P().Class("older-note").Text(words.Beginning)
	}
	button, note := words.Older, ""
	if t.loading {
		button = words.LoadingOlder
	}
	if t.olderFailed {
		note = words.OlderFailed
	}
	return app.Div().Class("older-more").Body(
		ui.Button(ui.Quiet, "load-older", button, t.loadOlder),
		app.P().Class("older-note").Role("status").Text(note),
	)
}

// newBelow leads to what came in while the person was reading further up.
func (t *thread) newBelow() app.UI {
	slot := app.Div().Class("below")
	if !t.below {
		return slot
	}
	return slot.Body(
		app.Button().Type("button").Class("below-button").DataSet("testid", "new-below").
			OnClick(t.showNewest).Body(
			ui.IconDown.Draw(),
			app.Text(t.words.Conversation.NewBelow),
		),
	)
}

// changed takes in a change of the state before it is drawn, and afterwards
// brings what Render does not own, scrolling and the text in the box, in step.
func (t *thread) changed(ctx app.Context) {
	view := t.State.View(t.ID)
	if !view.Found {
		return
	}
	atBottom, stay := true, func() {}
	if s, ok := findScroller(); ok {
		atBottom, stay = s.atBottom() && t.pane.atEnd(view.Bubbles), s.hold()
	}
	came := t.take(view, atBottom)
	if came != cameTheirs || atBottom {
		stay = func() {}
	}
	ctx.Defer(func(app.Context) { t.settle(came, stay) })
}

// coming says what a change of a conversation brought.
type coming uint8

const (
	cameNothing coming = iota
	cameOpening        // the conversation is on the screen for the first time
	cameMine           // a message written here or on another device of one's own
	cameTheirs
)

// take notes what a change brought.
func (t *thread) take(view state.View, atBottom bool) coming {
	mine, theirs := newest(view, true), newest(view, false)
	opening := !t.opened
	newMine, newTheirs := mine != t.mine, theirs != t.theirs
	t.opened, t.mine, t.theirs = true, mine, theirs
	if atBottom {
		t.pane = pane{}
	}
	switch {
	case opening:
		if t.newFrom = firstUnread(view); t.newFrom > 0 {
			t.pane.show(view.Bubbles, t.newFrom)
		}
		return cameOpening
	case newTheirs:
		t.arrived = t.words.Conversation.Arrived(string(view.Peer.Name))
		t.below = !atBottom
		return cameTheirs
	case newMine && mine != (message.ID{}):
		t.pane = pane{}
		return cameMine
	default: // nothing, or one was taken back
		return cameNothing
	}
}

// newest returns the id of the newest message of one's own or of the other
// person, zero if there is none.
func newest(view state.View, mine bool) message.ID {
	for _, b := range slices.Backward(view.Bubbles) {
		if b.Mine == mine {
			return b.ID
		}
	}
	return message.ID{}
}

// firstUnread returns the seq of the first message not read before, 0 if all
// were.
func firstUnread(view state.View) int64 {
	for _, b := range view.Bubbles {
		if b.Unread {
			return b.Seq
		}
	}
	return 0
}

// settle runs after a change was drawn. stay shows what was in view before it.
func (t *thread) settle(came coming, stay func()) {
	t.note.settle(t.env)
	s, ok := findScroller()
	if !ok {
		return
	}
	switch {
	case came == cameOpening && t.newFrom > 0:
		showElement(ui.NewEntryID)
	case came == cameMine:
		s.toBottom()
	default:
		stay()
	}
	if came == cameOpening || t.atEnd(s) {
		t.markRead()
	}
}

// markRead says that everything here has been seen, if someone is looking.
func (t *thread) markRead() {
	if view := t.State.View(t.ID); view.LastSeq > 0 && documentVisible() {
		t.Client.MarkRead(t.ID, view.LastSeq)
	}
}

// atEnd reports whether the newest message is in view.
func (t *thread) atEnd(s scroller) bool {
	return s.atBottom() && t.pane.atEnd(t.State.View(t.ID).Bubbles)
}

// scrolled draws or fetches older messages near the top, draws newer ones near
// the bottom, and marks as read there.
func (t *thread) scrolled(ctx app.Context, e app.Event) {
	s, ok := findScroller()
	if !ok {
		return
	}
	switch {
	case s.nearTop() && !t.loading && !t.olderFailed && t.hasAbove():
		t.loadOlder(ctx, e)
	case s.nearBottom() && t.move(ctx, (*pane).down):
	case t.below && t.atEnd(s):
		t.below = false
		t.markRead()
	default:
		ctx.PreventUpdate()
	}
}

// move moves the part that is drawn, while what is in view stays there.
func (t *thread) move(ctx app.Context, way func(*pane, []state.Bubble) bool) bool {
	s, ok := findScroller()
	if !ok {
		return false
	}
	stay := s.hold()
	moved := way(&t.pane, t.State.View(t.ID).Bubbles)
	if moved {
		ctx.Defer(func(app.Context) { stay() })
	}
	return moved
}

// hasAbove reports whether there are messages above those that are drawn.
func (t *thread) hasAbove() bool {
	view := t.State.View(t.ID)
	from, _ := t.pane.cut(view.Bubbles)
	return from > 0 || view.HasOlder
}

func (t *thread) showNewest(app.Context, app.Event) {
	t.below = false
	t.pane = pane{}
	t.ctx.Defer(func(app.Context) {
		if s, ok := findScroller(); ok {
			s.toBottom()
		}
	})
	t.markRead()
}

func (t *thread) loadOlder(app.Context, app.Event) {
	if t.loading || t.move(t.ctx, (*pane).up) {
		return
	}
	t.loading, t.olderFailed = true, false
	t.ctx.Async(func() {
		err := t.Client.LoadOlder(context.Background(), t.ID)
		time.Sleep(time.Millisecond) // what came is taken in by a task of its own
		t.ctx.Dispatch(func(ctx app.Context) {
			t.loading, t.olderFailed = false, err != nil
			t.move(ctx, (*pane).up)
		})
	})
}

// TakeBack moves a message's text back into the box.
func (t *thread) TakeBack(id uuid.UUID) {
	t.change(func(ctx context.Context) error {
		_, err := t.Client.TakeBack(ctx, id)
		return err
	})
}

// AskRemove asks whether to remove a message; the zero id asks no more.
// The button that asked is gone by then; the focus goes where a slip does no
// harm.
func (t *thread) AskRemove(id uuid.UUID) {
	t.removing = id
	next := ui.KeepID
	if id == (uuid.UUID{}) {
		next = scrollerID
	}
	t.ctx.Defer(func(app.Context) { focus(next) })
}

// Remove removes a message for good.
func (t *thread) Remove(id uuid.UUID) {
	t.change(func(ctx context.Context) error { return t.Client.Remove(ctx, id) })
}

// change does something to a message that waits, after which the person goes
// on in the box.
func (t *thread) change(do func(context.Context) error) {
	t.removing = uuid.UUID{}
	t.writing.fail("")
	t.ctx.Async(func() {
		err := do(context.Background())
		t.ctx.Dispatch(func(ctx app.Context) {
			if err != nil {
				t.writing.fail(explainDevice(t.words, err))
			}
			ctx.Defer(func(app.Context) { focus(composeID) })
		})
	})
}

var _ ui.TimelineActions = (*thread)(nil)
