package page

import (
	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/shared/message"
)

// draftBox is a box to write in whose text the device keeps as a draft, until it
// is sent or taken out of the box. What is in the box belongs to the browser: the
// page writes into it only where the box is new, or the draft was changed from
// elsewhere.
type draftBox struct {
	id    string       // of the element
	draft uuid.UUID    // under what the text is kept
	text  message.Text // in the box, as far as the page has heard
	// watched says that help is shown below the box where its text speaks of
	// danger.
	watched bool
	danger  danger
}

// Properties of the element.
const (
	// draftOf says whose text it was filled with.
	draftOf = "draftOf"
	// heardIn is its text as far as the page has heard. Where another one is in it,
	// something was typed of which the page is yet to hear.
	heardIn = "heard"
)

// lines draws the box with a label, for a few lines.
func (b *draftBox) lines(e *env, label, hint string) app.UI {
	return lineBox(b.id, label, hint, func(ctx app.Context, event app.Event) {
		if !b.typed(e, event) {
			ctx.PreventUpdate()
		}
	})
}

// begin has the box filled and focused once it is drawn: something is to be
// written for which the text is kept under the draft. The context is the page's.
func (b *draftBox) begin(e *env, ctx app.Context, draft uuid.UUID) {
	b.draft = draft
	ctx.Defer(func(ctx app.Context) {
		if b.settle(e) {
			ctx.Update()
		}
		focus(b.id)
	})
}

// hold takes in the text that is in the box, and reports whether help is to come or
// to go for it.
func (b *draftBox) hold(text message.Text) bool {
	b.text = text
	return b.watched && review(&b.danger, string(text))
}

// typed takes in what an event says was typed, and reports whether the page must be
// drawn anew for it. The box that it was typed into may be gone by now, or another
// one be in its place.
func (b *draftBox) typed(e *env, typed app.Event) bool {
	box := typed.Get("target")
	text := message.Text(box.Get("value").String())
	if box.Get(draftOf).IsUndefined() { // so new that the draft is not in it
		text = appended(e.State.Draft(b.draft), text)
	} else {
		box.Set(heardIn, string(text))
	}
	e.Client.SaveDraft(b.draft, text)
	helped := b.hold(text)
	return b.settle(e) || helped
}

// put replaces what is in the box.
func (b *draftBox) put(e *env, text message.Text) {
	b.hold(text)
	if box := element(b.id); box.Truthy() {
		fill(box, text)
	}
	e.Client.SaveDraft(b.draft, text)
}

// settle brings the box to its draft and reports whether it was another text.
func (b *draftBox) settle(e *env) bool {
	box, draft := element(b.id), e.State.Draft(b.draft)
	if !box.Truthy() {
		return false
	}
	of, text := box.Get(draftOf), box.Get("value").String()
	switch {
	case of.IsUndefined() && text != "":
		draft = appended(draft, message.Text(text))
		e.Client.SaveDraft(b.draft, draft)
	case of.String() == b.draft.String() && (text == string(draft) || text != box.Get(heardIn).String()):
		return false
	}
	b.hold(draft)
	box.Set(draftOf, b.draft.String())
	fill(box, draft)
	return true
}

// fill writes a text into a box.
func fill(box app.Value, text message.Text) {
	box.Set("value", string(text))
	box.Set(heardIn, box.Get("value"))
}
