package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/shared/guidance"
	"pleiades/shared/phrase"
)

// GuideCard is one piece of advice about a text that is being written. All its
// words are in the language of the text.
type GuideCard struct {
	Words     *phrase.Cards
	Code      guidance.Code
	Noticed   string   // the words it speaks of; may be empty
	Reason    string   // why the rule fired
	Href      string   // of the guide
	More      []app.UI // between the sentence and the buttons
	Actions   []app.UI
	OnDismiss app.EventHandler
}

// GuideID is the element id of the card of a code, apart from its test id.
func GuideID(code guidance.Code) string { return "hint-" + string(code) }

// Draw returns the card.
func (c GuideCard) Draw() app.UI {
	advice := c.Words.Advice[c.Code]
	text := advice.Do
	if c.Noticed != "" {
		text = c.Noticed + " " + text
	}
	return guideShell(c.Code, c.Words.Lang).Body(
		app.Div().Class("guide-head").Body(
			app.H2().Class("guide-title").ID(GuideID(c.Code)).Text(advice.Title),
			closeButton("guidance-dismiss-"+string(c.Code), c.Words.Dismiss(advice.Title), c.OnDismiss, app.EventScope(string(c.Code))),
		),
		app.P().Class("guide-text").Text(text),
		app.Div().Class("guide-extra").Body(c.More...),
		app.Div().Class("guide-actions").Body(c.Actions...),
		app.Div().Class("guide-more").Body(
			guideDetails(c.Words.Example, Example(c.Words, advice)),
			guideDetails(c.Words.Why, app.P().Class("guide-why").Text(c.Reason)),
			app.A().Class("guide-link").Href(c.Href).Text(c.Words.Guide),
		),
	)
}

// guideDetails is what a card says on request.
func guideDetails(link string, content app.UI) app.UI {
	return app.Details().Class("guide-details").Body(
		app.Summary().Class("guide-summary").Text(link).OnMouseDown(Hold),
		content,
	)
}

// guideShell is what all cards have in common.
func guideShell(code guidance.Code, lang string) app.HTMLDiv {
	return app.Div().Class("guide-card").Class("guide-"+string(code.Level())).
		Role("group").Aria("labelledby", GuideID(code)).Lang(lang).
		DataSet("testid", "guidance-"+string(code)).DataSet("level", string(code.Level()))
}

// Example returns what is written before and after taking advice.
func Example(words *phrase.Cards, advice phrase.Advice) app.UI {
	return app.Dl().Class("example").Body(
		app.Dt().Text(words.Before), app.Dd().Text(advice.Before),
		app.Dt().Text(words.After), app.Dd().Text(advice.After),
	)
}

// GuideNote is a kind word or a note: one quiet line, with more on request.
type GuideNote struct {
	Words     *phrase.Cards
	Code      guidance.Code
	Reason    string // why the rule fired
	Href      string // of the guide
	OnDismiss app.EventHandler
}

// GuideNotes draws kind words and notes; none take no room.
func GuideNotes(notes []GuideNote) app.UI {
	list := app.Div().Class("guide-notes")
	if len(notes) == 0 {
		return list
	}
	drawn := make([]app.UI, len(notes))
	for i, note := range notes {
		drawn[i] = note.draw()
	}
	return list.Body(drawn...)
}

func (n GuideNote) draw() app.UI {
	advice := n.Words.Advice[n.Code]
	return app.Div().Class("guide-note").Class("guide-note-"+string(n.Code.Level())).Lang(n.Words.Lang).
		Role("group").Aria("labelledby", GuideID(n.Code)).
		DataSet("testid", "guidance-"+string(n.Code)).DataSet("level", string(n.Code.Level())).Body(
		app.P().Class("guide-note-title").Body(IconTick.Draw(), app.Span().ID(GuideID(n.Code)).Text(advice.Title)),
		guideDetails(n.Words.Example, app.Div().Body(
			Example(n.Words, advice),
			app.P().Class("guide-why").Text(n.Reason),
			app.A().Class("guide-link").Href(n.Href).Text(n.Words.Guide),
		)),
		closeButton("guidance-dismiss-"+string(n.Code), n.Words.Dismiss(advice.Title), n.OnDismiss, app.EventScope(string(n.Code))),
	)
}

func closeButton(testID, label string, onClick app.EventHandler, options ...app.EventOption) app.UI {
	return app.Button().Type("button").Class("icon-button guide-close").DataSet("testid", testID).
		Aria("label", label).Title(label).OnMouseDown(Hold).OnClick(onClick, options...).
		Body(IconRemove.Draw())
}

// Hold keeps the focus, and so the caret and the keyboard on the screen, where
// it is while a pointer presses a button. Keys move the focus as ever.
func Hold(ctx app.Context, e app.Event) {
	e.PreventDefault()
	ctx.PreventUpdate()
}

// HoldButton returns a button that leaves the focus where it is while a pointer
// presses it.
func HoldButton(look, testID, text string, onClick app.EventHandler, options ...app.EventOption) app.HTMLButton {
	return app.Button().Type("button").Class(look).DataSet("testid", testID).Text(text).
		OnMouseDown(Hold).OnClick(onClick, options...)
}
