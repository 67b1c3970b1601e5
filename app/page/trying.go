package page

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/shared/guidance"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
)

// tryID is the element id of the box to try a text in.
const tryID = "try"

// trying is a box like the one of a conversation, with the same advice. What is
// written in it goes nowhere and is gone with the page.
type trying struct {
	app.Compo

	advised
	following
	awake   bool
	called  bool // by the button at an example: the focus moves here
	text    string
	typings int // counts them, to notice a pause
	spoken  string
}

func newTrying(e *env, text string) *trying {
	t := &trying{advised: advised{env: e, desk: &desk{guide: newGuide()}, box: tryID}, text: text}
	t.again = t.review
	return t
}

// CompoID makes the box of each example one of its own.
func (t *trying) CompoID() string { return t.text }

// OnMount puts the text of the example into the box, and follows the state: help
// in danger is that of a country.
func (t *trying) OnMount(ctx app.Context) {
	t.begin(ctx, t.State, t.forget)
	t.ctx, t.awake = ctx, true
	t.typed = message.Text(t.text)
	t.guide.ripe = t.text != ""
	ctx.Defer(func(app.Context) {
		setValue(tryID, t.text)
		grow(tryID)
		if t.called {
			focus(tryID)
		}
	})
	ctx.Dispatch(func(app.Context) { t.review() })
}

// forget empties the box of a person who has left.
func (t *trying) forget() {
	t.typed, t.spoken, t.guide = "", "", newGuide()
	t.typings++
	setValue(tryID, "")
	grow(tryID)
	t.review()
}

// OnResize gives the box the height of its text in its new width.
func (t *trying) OnResize(app.Context) {
	grow(tryID)
	scrollMarks(tryID)
}

func (t *trying) input(app.Context, app.Event) {
	t.typed = message.Text(value(tryID))
	grow(tryID)
	if message.Normalize(t.typed) == "" {
		t.guide = newGuide()
	}
	t.review()
	t.spoken = ""
	t.typings++
	typings := t.typings
	t.ctx.After(pause, func(ctx app.Context) {
		if typings != t.typings {
			ctx.PreventUpdate()
			return
		}
		if t.guide.settle(t.typed) {
			t.review()
		}
		for _, c := range t.guide.say(t.advice.cards) {
			cards := t.lexicon.in(c.lang).Cards
			t.spoken += cards.Fresh(cards.Advice[c.code].Title) + ". "
		}
	})
}

// scrolled keeps the marks behind their words.
func (t *trying) scrolled(ctx app.Context, _ app.Event) {
	scrollMarks(tryID)
	ctx.PreventUpdate()
}

// Render draws the box and the advice about what is in it.
func (t *trying) Render() app.UI {
	words := &t.words.Help
	box := app.Textarea().ID(tryID).Attr("autocomplete", "off").Class("compose-input").DataSet("testid", "try-input").
		Rows(2).Dir("auto").Aria("describedby", "try-lead").Attr("maxlength", message.MaxLength).
		OnInput(t.input).OnScroll(t.scrolled, app.PassiveEvent())
	if !t.awake {
		box = box.Disabled(true)
	}
	tray := app.Div().Class("try-tray").Role("region").Aria("label", t.words.Compose.Hints).DataSet("testid", "try-guidance")
	if t.awake {
		var slots []app.UI
		nothing := func(guidance.Code, *phrase.Cards) []app.UI { return nil }
		for _, code := range guidance.Codes() {
			slots = append(slots, slot(t.card(code, func(words *phrase.Danger) string { return words.SendingNothing }, nothing, t.edits)))
		}
		tray = tray.Body(append(slots, t.notes())...)
	}
	return app.Section().Class("try").Aria("labelledby", "try-title").Body(
		app.H3().Class("try-title").ID("try-title").Text(words.TryTitle),
		app.P().Class("try-lead").ID("try-lead").Text(words.TryLead),
		app.Label().Class("sr-only").For(tryID).Text(words.TryBox),
		app.Div().Class("compose-text try-text").Body(
			app.Div().Class("compose-marks").ID(marksOf(tryID)).Aria("hidden", true),
			box,
		),
		tray,
		app.P().Class("sr-only").Role("status").Text(t.spoken),
	)
}
