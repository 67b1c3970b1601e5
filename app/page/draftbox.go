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
	// review looks at each text that is in the box, and reports whether the page
	// must be drawn anew for it. It may be nil.
	review func(text string) bool
}

// draftOf is the property of the element that says whose text it was filled with.
const draftOf = "draftOf"

// lines draws the box with a label, for a few lines.
func (b *draftBox) lines(e *env, label, hint string) app.UI {
	return lineBox(b.id, label, hint, func(ctx app.Context, _ app.Event) {
		b.typed(e)
		if !b.looked() {
			ctx.PreventUpdate()
		}
	})
}

// begin has the box filled and focused once it is drawn: something is to be
// written for which the text is kept under the draft. The context is the page's.
func (b *draftBox) begin(e *env, ctx app.Context, draft uuid.UUID) {
	b.draft = draft
	ctx.Defer(func(ctx app.Context) {
		if b.settle(e) && b.looked() {
			ctx.Update()
		}
		focus(b.id)
	})
}

// looked has the text reviewed and reports whether the page must be drawn anew.
func (b *draftBox) looked() bool { return b.review != nil && b.review(string(b.text)) }

// typed takes in what is in the box now.
func (b *draftBox) typed(e *env) {
	b.text = message.Text(value(b.id))
	e.Client.SaveDraft(b.draft, b.text)
}

// put replaces what is in the box.
func (b *draftBox) put(e *env, text message.Text) {
	b.text = text
	b.looked()
	setValue(b.id, string(text))
	e.Client.SaveDraft(b.draft, text)
}

// settle brings the box to its draft and reports whether it was another text.
func (b *draftBox) settle(e *env) bool {
	box, draft := element(b.id), e.State.Draft(b.draft)
	if !box.Truthy() {
		return false
	}
	known := box.Get(draftOf).String() == b.draft.String()
	if known && draft == b.text {
		return false
	}
	b.text = draft
	box.Set(draftOf, b.draft.String())
	box.Set("value", string(draft))
	return true
}
