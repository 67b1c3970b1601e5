package page

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/availability"
	"pleiades/shared/guidance"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
)

// advised is what boxes with advice about the text in them have in common: the
// one of a conversation and the one for trying in the guide.
type advised struct {
	*env
	*desk

	ctx    app.Context
	box    string       // its element id
	typed  message.Text // the text in it
	style  availability.Style
	advice advice
	again  func() // reviews the text after a card was put aside or opened
}

// review looks at the text and marks what is spoken of. Should a rule fail, there
// is no advice: a panic would end the program, and advice must not keep anyone
// from writing.
func (a *advised) review() {
	defer func() {
		if recover() != nil {
			println("pleiades: a rule of guidance failed")
			a.advice = advice{}
		}
	}()
	a.advice = a.guide.look(&a.lexicon, a.typed, a.style)
	drawMarks(a.box, a.advice.marks)
}

// uiContext returns the context of the box; that of a button ends with the
// button.
func (a *advised) uiContext() app.Context { return a.ctx }

// slot is a place in the tray, empty where there is nothing to show.
func slot(content app.UI) app.UI {
	slot := app.Div().Class("tray-slot")
	if content == nil {
		return slot
	}
	return slot.Body(content)
}

// parts are what a box adds to the card of a code, in the words of the text's
// language.
type parts func(code guidance.Code, cards *phrase.Cards) []app.UI

// card is what is shown about one code, nil for nothing. Sending picks what the help
// in danger says of sending; more stands between a card's sentence and its actions.
func (a *advised) card(code guidance.Code, sending func(*phrase.Danger) string, more, actions parts) app.UI {
	for _, c := range a.advice.cards {
		switch {
		case c.code != code:
		case c.level == guidance.LevelSafety:
			return a.helpCard(c, sending)
		default:
			cards := a.lexicon.in(c.lang).Cards
			return ui.GuideCard{
				Words: cards, Code: c.code, Noticed: c.noticed, Reason: c.reason, Href: guideAt(c.code),
				More: more(c.code, cards), Actions: actions(c.code, cards), OnDismiss: a.dismisser(c.code),
			}.Draw()
		}
	}
	return nil
}

func (a *advised) helpCard(c card, sending func(*phrase.Danger) string) app.UI {
	words, cards := a.lexicon.in(c.lang).danger, a.lexicon.in(c.lang).Cards
	advice := cards.Advice[c.code]
	shown := ui.HelpCard{
		Words: words, Code: c.code, Title: advice.Title, Text: advice.Do,
		OnToggle: a.toggler(c.code), Cards: cards, Reason: c.reason, Href: guideAt(c.code),
	}
	switch c.help {
	case helpOpen:
		shown.Panel = a.helpPanel(a.uiContext, words, sending, c.audience)
	case helpOffer:
		shown.Dismiss, shown.OnDismiss = cards.Dismiss(advice.Title), a.dismisser(c.code)
	case helpLine:
		shown.Title, shown.Text, shown.Cards = words.Away, "", nil
	}
	return shown.Draw()
}

// toggler opens the help in danger, or makes a line of it.
func (a *advised) toggler(code guidance.Code) app.EventHandler {
	return func(app.Context, app.Event) {
		if a.guide.help(code) == helpOpen {
			a.guide.dismiss(code)
		} else {
			a.guide.unfold(code)
		}
		a.again()
	}
}

// dismisser puts a card aside.
func (a *advised) dismisser(code guidance.Code) app.EventHandler {
	return func(app.Context, app.Event) {
		a.guide.dismiss(code)
		focus(a.box)
		a.again()
	}
}

// notes are the kind words and notes.
func (a *advised) notes() app.UI {
	var list []ui.GuideNote
	for _, c := range a.advice.notes {
		list = append(list, ui.GuideNote{
			Words: a.lexicon.in(c.lang).Cards, Code: c.code, Reason: c.reason, Href: guideAt(c.code), OnDismiss: a.dismisser(c.code),
		})
	}
	return ui.GuideNotes(list)
}

// edits are the buttons of a card that change the text in the box.
func (a *advised) edits(code guidance.Code, cards *phrase.Cards) []app.UI {
	switch code {
	case guidance.UnclearRequest:
		row := make([]app.UI, len(cards.Wants))
		for i, want := range cards.Wants {
			row[i] = ui.HoldButton(ui.Quiet, "guidance-want-"+strconv.Itoa(i+1), want.Button, func(app.Context, app.Event) {
				a.change(appendLine(string(a.typed), want.Line))
			}, app.EventScope(cards.Lang, i))
		}
		return row
	case guidance.SensitiveIdentifier:
		return []app.UI{
			ui.HoldButton(ui.Quiet, "guidance-hide", cards.Hide, a.hide),
			ui.HoldButton(ui.Quiet, "guidance-remove", cards.Remove, a.remove),
		}
	}
	return nil
}

func (a *advised) hide(app.Context, app.Event) {
	a.change(hide(a.advice.spans(guidance.SensitiveIdentifier))...)
}

func (a *advised) remove(app.Context, app.Event) {
	a.change(remove(string(a.typed), a.advice.spans(guidance.SensitiveIdentifier))...)
}

// change makes edits in the box, which is told of them by input events.
func (a *advised) change(edits ...edit) {
	if b, ok := findBox(a.box); ok {
		b.make(edits...)
	}
}
