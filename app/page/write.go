package page

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/syncer"
	"pleiades/app/ui"
	"pleiades/shared/crisis"
	"pleiades/shared/guidance"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// composeID is the element id of the box to write in.
const composeID = "compose"

// How long someone has not typed
const (
	pause = time.Second            // when new advice is announced
	lull  = 150 * time.Millisecond // when a text is reviewed that takes long
)

// frame is how long a review may take to be made at every keystroke. On a slow
// device a long text is reviewed when its writer pauses, or each patience.
const (
	oneFrame = 12 * time.Millisecond
	patience = time.Second
)

// desk is what is kept of writing in one conversation while another is open.
type desk struct {
	guide   *guide          // of the draft
	danger  danger          // of a message that was sent: help stays in view
	helpFor crisis.Audience // whose lines come first in it
	folded  bool            // as a line only
}

// deskAt returns what is kept of writing in a conversation.
func (e *env) deskAt(id uuid.UUID) *desk {
	if e.desks == nil {
		e.desks = make(map[uuid.UUID]*desk)
	}
	if e.desks[id] == nil {
		e.desks[id] = &desk{guide: newGuide()}
	}
	return e.desks[id]
}

// writing is the box to write in, with what stands around it. It is a component
// of its own, so that a keystroke draws nothing else.
type writing struct {
	app.Compo

	advised
	id    uuid.UUID
	page  func() app.Context // of the conversation around it
	stops []func()

	sending bool
	err     string // why a message could not be sent or changed

	client bool          // who writes here gets advice
	took   time.Duration // the last review
	looked time.Time     // when it was
	asking guidance.Code // the card on which was asked what to keep for the next appointment
	marked span          // what was selected then
	moving bool          // it is on its way to the list
	kept   bool          // it is there

	typings int    // counts them, to notice a pause
	spoken  string // to screen readers
	tongue  string // of what is spoken
	alarm   string // to screen readers, at once
	alarmIn string // the language of the alarm
}

func newWriting(e *env, id uuid.UUID, page func() app.Context) *writing {
	w := &writing{advised: advised{env: e, desk: e.deskAt(id), box: composeID}, id: id, page: page}
	w.again = w.look
	return w
}

// OnMount begins to follow the state.
func (w *writing) OnMount(ctx app.Context) {
	w.ctx, w.typed = ctx, "" // the box is new, also where the conversation was closed meanwhile
	w.stops = []func(){
		w.State.Watch(func() { ctx.Dispatch(w.changed) }),
		onSizeOf(composeID, func() { showCaret(composeID) }),
	}
	w.changed(ctx)
	if w.client {
		// The rules are prepared before the first keystroke needs them.
		w.after(lull, func() { ctx.Async(prepareGuidance) })
	}
}

// OnDismount stops following the state.
func (w *writing) OnDismount() {
	for _, stop := range w.stops {
		stop()
	}
}

// OnResize gives the box the height of its text in its new width.
func (w *writing) OnResize(app.Context) {
	grow(composeID)
	scrollMarks(composeID)
}

// changed takes in a change of the state.
func (w *writing) changed(app.Context) {
	view := w.State.View(w.id)
	w.client, w.style = view.PeerRole == wire.RoleTherapist, view.Style
	w.fillBox()
	w.look()
}

// fillBox writes the draft into the box where it was changed from elsewhere:
// on opening, in another tab, by taking a message back.
func (w *writing) fillBox() {
	draft := w.State.Draft(w.id)
	if w.sending || draft == w.typed || value(composeID) != string(w.typed) { // more was typed just now
		return
	}
	w.typed = draft
	setValue(composeID, string(draft))
	grow(composeID)
}

// look reviews what is in the box. A draft that is gone takes with it what was
// put aside on it.
func (w *writing) look() {
	if !w.client {
		return
	}
	if message.Normalize(w.typed) == "" && !w.sending {
		w.guide = newGuide()
	}
	began, helped := w.Clock.Now(), w.advice.helps()
	w.review()
	if !helped && w.advice.helps() {
		w.showTop()
	}
	w.looked = w.Clock.Now()
	w.took = w.looked.Sub(began)
}

// follow reviews what is typed in the place of old: at once, unless that would
// hold up the next keystroke.
func (w *writing) follow(old message.Text) {
	if w.took <= oneFrame || w.Clock.Now().Sub(w.looked) > patience || message.Normalize(w.typed) == "" {
		w.look()
		return
	}
	w.advice = w.advice.moved(string(old), string(w.typed))
	drawMarks(composeID, w.advice.marks)
	w.after(lull, func() {
		w.look()
		w.announce()
	})
}

// after does something once nobody has typed for a while. Nothing but the box
// is drawn anew.
func (w *writing) after(quiet time.Duration, do func()) {
	typings := w.typings
	w.ctx.After(quiet, func(ctx app.Context) {
		if typings != w.typings {
			ctx.PreventUpdate()
			return
		}
		do()
		w.page().PreventUpdate()
	})
}

// Render draws the box and what stands around it.
func (w *writing) Render() app.UI {
	view := w.State.View(w.id)
	return app.Div().Class("compose").Body(
		w.form(view),
		w.tray(view),
		app.P().Class("sr-only").Role("status").DataSet("testid", "guidance-status").Lang(w.tongue).Text(w.spoken),
		app.P().Class("sr-only").Role("alert").DataSet("testid", "guidance-alert").Lang(w.alarmIn).Text(w.alarm),
	)
}

func (w *writing) form(view state.View) app.UI {
	words := w.words.Conversation
	v := viewCompose(w.words, w.typed, w.State.DraftKept(w.id), w.err)
	saved := ""
	if v.saved {
		saved = words.Saved
	}
	counterClass := "compose-counter"
	if v.over {
		counterClass += " compose-counter-over"
	}
	box := app.Textarea().ID(composeID).Attr("autocomplete", "off").Class("compose-input").DataSet("testid", "compose-input").
		Rows(1).Dir("auto").
		Attr("placeholder", words.Placeholder).
		Attr("enterkeyhint", "enter").
		Aria("label", words.Compose(string(view.Peer.Name))).
		Aria("describedby", "compose-error "+expectID+" compose-note").
		OnInput(w.input).OnKeyDown(w.key).OnScroll(w.scrolled, app.PassiveEvent())
	if v.err != "" || v.over {
		box = box.Attr("aria-invalid", "true")
	}
	return app.Form().Class("compose-form").OnSubmit(w.submit).Body(
		app.P().Class("compose-error").ID("compose-error").Role("alert").DataSet("testid", "compose-error").Text(v.err),
		app.Div().Class("compose-row").Body(
			app.Div().Class("compose-text").Body(
				app.Div().Class("compose-marks").ID(marksOf(composeID)).Aria("hidden", true),
				box,
			),
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

// scrolled keeps the marks behind their words.
func (w *writing) scrolled(ctx app.Context, _ app.Event) {
	scrollMarks(composeID)
	ctx.PreventUpdate()
}

// input saves the draft and reviews it. The box is drawn anew only where
// something around it changes, what is around the box never.
func (w *writing) input(ctx app.Context, e app.Event) {
	before, advised := viewCompose(w.words, w.typed, w.State.DraftKept(w.id), w.err), w.advice
	said := w.kept || w.asking != "" || w.spoken != "" || w.alarm != ""
	old := w.typed
	w.typed, w.err = message.Text(e.Get("target").Get("value").String()), ""
	w.asking, w.kept, w.spoken, w.alarm = "", false, "", ""
	w.Client.SaveDraft(w.id, w.typed)
	grow(composeID)
	w.typings++
	w.follow(old)
	w.announce()
	if !said && w.alarm == "" && w.advice.same(advised) &&
		viewCompose(w.words, w.typed, w.State.DraftKept(w.id), w.err) == before {
		ctx.PreventUpdate()
		return
	}
	w.page().PreventUpdate()
}

// announce tells screen readers of new advice: of present danger at once, of
// the rest when the writer pauses. Each is told once a draft.
func (w *writing) announce() {
	if w.guide.ripe && !w.guide.unsaid(w.advice.cards) {
		return
	}
	if w.advice.danger() == guidance.CrisisImminent && !w.guide.said[guidance.CrisisImminent] {
		w.guide.say(w.advice.cards[:1])
		words := w.dangerWords(w.advice.inDanger())
		w.alarm, w.alarmIn = words.Now, words.Lang
	}
	w.after(pause, func() {
		if w.guide.settle(w.typed) {
			w.look()
		}
		for _, c := range w.guide.say(w.advice.cards) {
			cards := w.lexicon.in(c.lang).Cards
			if w.spoken != "" {
				w.spoken += " "
			}
			w.spoken += cards.Fresh(cards.Advice[c.code].Title) + "."
			w.tongue = cards.Lang
		}
	})
}

// key sends on Enter with Ctrl or the command key; Enter alone is a new line,
// for messages that take more than one.
func (w *writing) key(ctx app.Context, e app.Event) {
	if e.Get("key").String() != "Enter" || !e.Get("ctrlKey").Bool() && !e.Get("metaKey").Bool() || e.Get("isComposing").Bool() {
		ctx.PreventUpdate()
		return
	}
	if value(composeID) == "" {
		ctx.PreventUpdate() // sent a moment ago, by the same keys
		return
	}
	w.submit(ctx, e)
}

// submit queues what is in the box. The box is emptied at once, so that the
// next message can be begun, and gets the text back should the device refuse.
func (w *writing) submit(_ app.Context, e app.Event) {
	e.PreventDefault()
	focus(composeID)
	text := message.Text(value(composeID))
	if w.sending || w.moving {
		return
	}
	if w.err = refusal(w.words, text, w.words.Conversation.EmptyMessage); w.err != "" {
		return
	}
	w.typed = text
	w.look() // the last keystrokes may not have been looked at
	danger, helpFor := w.advice.inDanger(), w.advice.helpFor()
	w.sending, w.typed = true, ""
	setValue(composeID, "")
	grow(composeID)
	w.look()
	w.ctx.Async(func() {
		codes, err := w.Client.Send(context.Background(), w.id, text)
		w.ctx.Dispatch(func(app.Context) {
			// Help stays in view.
			if danger != "" && err == nil && len(codes) == 0 {
				w.danger, w.folded, w.helpFor = danger, false, helpFor
				w.showTop()
			}
			w.sent(text, codes, err)
		})
	})
}

// sent takes in how queueing went.
func (w *writing) sent(text message.Text, codes []message.Code, err error) {
	w.sending = false
	switch {
	case err != nil:
		w.err = explainDevice(w.words, err)
	case len(codes) > 0:
		w.err = w.words.Message(codes[0])
	}
	if w.err != "" {
		w.typed = text + w.typed
		setValue(composeID, string(w.typed))
		grow(composeID)
	}
	w.look()
	if w.State.Draft(w.id) != w.typed {
		w.Client.SaveDraft(w.id, w.typed)
	}
}

// fail shows why something else with a message did not work.
func (w *writing) fail(text string) {
	w.ctx.Dispatch(func(app.Context) { w.err = text })
}

// keep moves a part of the text to the list for the next appointment.
func (w *writing) keep(part span) {
	text := string(w.typed)
	items := asItems(cut(text, part))
	focus(composeID)
	if w.moving || w.sending || len(items) == 0 {
		return
	}
	w.moving, w.err = true, ""
	w.ctx.Async(func() {
		codes, err := w.Client.MoveToAgenda(context.Background(), w.id, items, message.Text(rest(text, part)))
		w.ctx.Dispatch(func(ctx app.Context) {
			w.moving, w.asking = false, ""
			switch {
			case errors.Is(err, syncer.ErrListFull):
				w.err = sentence(explain(w.words, &wire.Problem{Code: wire.CodeListFull}))
			case err != nil:
				w.err = w.words.Compose.NotKept
			case len(codes) > 0:
				w.err = w.words.Message(codes[0])
			default:
				w.kept = true
				w.showTop()
				w.changed(ctx)
			}
		})
	})
}
