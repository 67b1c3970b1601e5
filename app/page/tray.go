package page

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/guidance"
	"pleiades/shared/phrase"
)

// trayID is the element id of the tray.
const trayID = "compose-tray"

// tray is where advice appears. Every code has a place of its own in it, so
// that a card that comes or goes leaves the others, and the focus in them,
// alone. It follows the box in the page's order and is laid out above it: what
// comes and goes there moves neither the box nor the line being typed.
func (w *writing) tray(view state.View) app.UI {
	tray := app.Div().Class("tray").ID(trayID).Role("region").Aria("label", w.words.Compose.Hints).DataSet("testid", "guidance")
	if !w.client {
		return tray
	}
	slots := []app.UI{slot(w.keptNote(view)), slot(w.afterDanger())}
	more := func(code guidance.Code, cards *phrase.Cards) []app.UI { return w.more(code, cards, view) }
	for _, code := range guidance.Codes() {
		slots = append(slots, slot(w.card(code, func(words *phrase.Danger) string { return words.Sending }, more, w.actions)))
	}
	return tray.Body(append(slots, w.notes())...)
}

// showTop scrolls the tray up to where help in danger, or word of what was kept,
// has just come.
func (w *writing) showTop() {
	w.ctx.Defer(func(app.Context) {
		if e := element(trayID); e.Truthy() {
			e.Set("scrollTop", 0)
		}
	})
}

// showChoices scrolls the tray as far as need be to show what can be kept.
func (w *writing) showChoices() {
	w.ctx.Defer(func(app.Context) {
		if e := element(choicesID); e.Truthy() {
			e.Call("scrollIntoView", map[string]any{"block": "nearest"})
		}
	})
}

// keptNote says that a text is on the list for the next appointment.
func (w *writing) keptNote(view state.View) app.UI {
	if !w.kept {
		return nil
	}
	return app.P().Class("tray-kept").Role("status").DataSet("testid", "agenda-kept").Body(
		ui.IconTick.Draw(),
		app.Span().Text(w.words.Compose.Kept),
		app.A().Href(agendaAt(view.ID)).Text(w.words.Compose.SeeList),
	)
}

// afterDanger keeps help in view after a message about danger was sent, unless
// the next one shows it anyway.
func (w *writing) afterDanger() app.UI {
	if w.danger == "" || w.advice.danger() != "" {
		return nil
	}
	words := w.dangerWords(w.danger)
	card := ui.HelpCard{Words: words, Title: words.Sent, OnToggle: w.toggleAfterDanger}
	if w.folded {
		card.Title = words.Away
	} else {
		card.Text = words.SentText
		card.Panel = w.helpPanel(w.uiContext, words, nil, w.helpFor)
	}
	return card.Draw()
}

func (w *writing) toggleAfterDanger(app.Context, app.Event) { w.folded = !w.folded }

// more is what a card says beside its one sentence.
func (w *writing) more(code guidance.Code, cards *phrase.Cards, view state.View) []app.UI {
	switch code {
	case guidance.UrgentTiming:
		e := answersIn(w.words, w.Clock, view).next(string(view.Peer.Name), w.State.Connection() == state.Offline)
		text := e.text
		if e.reasons != "" {
			text += " (" + e.reasons + ")"
		}
		return []app.UI{
			app.P().Class("guide-expect").Lang(w.words.Lang).DataSet("testid", "guidance-expect").Text(text),
			app.P().Class("guide-text").Body(
				app.Text(cards.CallOffice+" "),
				app.A().Href(crisisAt(w.State.Country())).Text(cards.HelpNow),
			),
		}
	case guidance.StyleMismatch:
		if view.Agreement == nil || view.Agreement.Words == "" {
			return nil
		}
		return []app.UI{
			app.P().Class("guide-text").Text(cards.TheirWords(string(view.Peer.Name))),
			app.Blockquote().Class("guide-quote").Dir("auto").Text(string(view.Agreement.Words)),
		}
	}
	return nil
}

// actions are what can be done about a code with one tap, or two.
func (w *writing) actions(code guidance.Code, cards *phrase.Cards) []app.UI {
	switch code {
	case guidance.TooLong, guidance.StyleMismatch, guidance.ManyTopics:
		row := []app.UI{
			ui.HoldButton(ui.Quiet, "guidance-keep", cards.Keep, w.asker(code), app.EventScope(string(code))).
				Aria("expanded", w.asking == code),
		}
		if w.asking == code {
			row = append(row, w.choices(code, cards))
		}
		return row
	}
	return w.edits(code, cards)
}

// asker asks what to keep for the next appointment, or asks no more.
func (w *writing) asker(code guidance.Code) app.EventHandler {
	return func(app.Context, app.Event) {
		if w.asking == code {
			w.asking = ""
			return
		}
		w.asking, w.marked = code, span{}
		if b, ok := findBox(composeID); ok {
			w.marked = b.selection()
		}
		w.showChoices()
	}
}

// maxTopics is how many parts of a text are offered one by one.
const maxTopics = 8

// choicesID is the element id of what can be kept for the next appointment.
const choicesID = "keep-choices"

// choices are what can be kept for the next appointment.
func (w *writing) choices(code guidance.Code, cards *phrase.Cards) app.UI {
	text := string(w.typed)
	all := span{0, unitsIn(text)}
	var row []app.UI
	add := func(testID, label string, part span) {
		row = append(row, ui.HoldButton(ui.Quiet, testID, label, func(app.Context, app.Event) {
			w.keep(part)
		}, app.EventScope(testID, w.typings)))
	}
	if !w.marked.empty() && w.marked != all {
		add("agenda-move-marked", cards.KeepMarked, w.marked)
	}
	parts := topics(text)
	if code == guidance.ManyTopics && len(parts) > 1 && len(parts) <= maxTopics {
		for i, p := range parts {
			add("agenda-move-topic-"+strconv.Itoa(i+1), cards.KeepTopic(short(cut(text, p), 40)), p)
		}
	}
	add("agenda-move-all", cards.KeepAll, all)
	row = append(row, ui.HoldButton(ui.Plain, "agenda-move-none", cards.KeepNot, w.asker(code), app.EventScope(string(code))))
	hint := ""
	if w.marked.empty() && code != guidance.ManyTopics {
		hint = cards.KeepHint
	}
	return app.Div().Class("guide-choices").ID(choicesID).Role("group").Aria("label", cards.Keep).Body(
		app.Div().Class("guide-actions").Body(row...),
		app.P().Class("guide-hint").Text(hint),
	)
}
