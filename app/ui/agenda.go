package ui

import (
	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/shared/phrase"
)

// AgendaItem is a line of a next-appointment list.
type AgendaItem struct {
	ID       uuid.UUID
	Text     string
	Label    string // the beginning of Text, for the names of buttons
	About    string // who added it, or checked it off
	Waiting  string // empty if it is at the server
	Done     bool
	First    bool // nothing is above it, so that it cannot move up
	Last     bool
	Removing bool     // someone is asked whether to remove it
	Reasons  []string // why a change was refused; then it is not on the list
	Change   uuid.UUID
}

// AgendaActions is what can be done with items.
type AgendaActions interface {
	// Check checks an item off, or not.
	Check(id uuid.UUID, done bool)
	// Shift moves an item one place up or down.
	Shift(id uuid.UUID, up bool)
	// Edit opens an item's text to be changed.
	Edit(id uuid.UUID)
	// AskRemove asks whether to remove an item; the zero id asks no more.
	AskRemove(id uuid.UUID)
	// Remove removes an item.
	Remove(id uuid.UUID)
	// TakeBack takes the words of a refused change back.
	TakeBack(change uuid.UUID)
}

// Agenda shows the items of a next-appointment list. It is a component so that
// typing, which draws the page around it again, leaves it alone.
type Agenda struct {
	app.Compo

	Words   *phrase.Catalogue
	Label   string
	Items   []AgendaItem
	Actions AgendaActions // a pointer that stays the same
}

// Element ids in a list, each followed by the id of the item.
const (
	AgendaCheckID = "agenda-check-"
	AgendaUpID    = "agenda-up-"
	AgendaDownID  = "agenda-down-"
	AgendaEditID  = "agenda-edit-"
	AgendaKeepID  = "agenda-keep-"
)

// Render draws the items.
func (a *Agenda) Render() app.UI {
	return app.Ol().Class("agenda").Aria("label", a.Label).Body(
		app.Range(a.Items).Slice(func(i int) app.UI { return a.item(a.Items[i]) }),
	)
}

func (a *Agenda) item(it AgendaItem) app.UI {
	row := app.Li().DataSet("testid", "agenda-item-"+it.ID.String()).
		Class(classes("agenda-item",
			class{it.Done, "agenda-done"},
			class{it.Waiting != "", "agenda-waiting"},
			class{it.Reasons != nil, "agenda-refused"},
		))
	if it.Reasons != nil {
		return row.Body(app.Span().Class("agenda-box"), a.text(it), a.refused(it))
	}
	return row.Body(a.box(it), a.text(it), a.actions(it))
}

// box checks an item off. Its box is as large as a finger needs.
func (a *Agenda) box(it AgendaItem) app.UI {
	id := AgendaCheckID + it.ID.String()
	return app.Span().Class("agenda-box").Body(
		app.Input().ID(id).Class("agenda-check").DataSet("testid", id).
			Type("checkbox").Checked(it.Done).Aria("label", a.Words.Agenda.Check(it.Label)).
			// Not by what the box shows: that may be settled before this runs.
			OnChange(func(app.Context, app.Event) {
				a.Actions.Check(it.ID, !it.Done)
			}, app.EventScope(it.ID.String(), it.Done)),
	)
}

func (a *Agenda) text(it AgendaItem) app.UI {
	return app.Div().Class("agenda-body").Body(
		app.P().Class("agenda-text").Dir("auto").Text(it.Text),
		app.P().Class("agenda-about").Body(
			app.Span().Text(it.About),
			app.If(it.Waiting != "", func() app.UI {
				return app.Span().Class("agenda-wait").Text(it.Waiting)
			}),
		),
	)
}

// actions is what can be done with an item.
func (a *Agenda) actions(it AgendaItem) app.UI {
	words, scope := a.Words.Agenda, app.EventScope(it.ID.String())
	if it.Removing {
		keep := AgendaKeepID + it.ID.String()
		return app.Div().Class("agenda-ask").Body(
			app.Span().Class("ask").Text(words.RemoveAsk),
			app.Button().Type("button").ID(keep).Class(Plain).DataSet("testid", keep).Text(words.RemoveNo).
				OnClick(func(app.Context, app.Event) { a.Actions.AskRemove(uuid.UUID{}) }, scope),
			Button(Plain, "agenda-yes-"+it.ID.String(), words.RemoveYes, func(app.Context, app.Event) {
				a.Actions.Remove(it.ID)
			}, scope),
		)
	}
	var row []app.UI
	if !it.Done {
		row = append(row,
			a.button(AgendaUpID, it, IconUp, words.Up(it.Label), it.First, func() { a.Actions.Shift(it.ID, true) }),
			a.button(AgendaDownID, it, IconDown, words.Down(it.Label), it.Last, func() { a.Actions.Shift(it.ID, false) }),
		)
	}
	row = append(row,
		a.button(AgendaEditID, it, IconPage, words.Edit(it.Label), false, func() { a.Actions.Edit(it.ID) }),
		a.button("agenda-remove-", it, IconRemove, words.Remove(it.Label), false, func() { a.Actions.AskRemove(it.ID) }),
	)
	return app.Div().Class("agenda-actions").Body(row...)
}

func (a *Agenda) button(kind string, it AgendaItem, icon Icon, name string, off bool, do func()) app.UI {
	id := kind + it.ID.String()
	return app.Button().Type("button").ID(id).Class("icon-button").DataSet("testid", id).
		Aria("label", name).Title(name).Disabled(off).
		OnClick(func(app.Context, app.Event) { do() }, app.EventScope(id)).
		Body(icon.Draw())
}

// refused says why a change was refused, and offers its words.
func (a *Agenda) refused(it AgendaItem) app.UI {
	return app.Div().Class("agenda-ask").Body(
		app.Div().Class("agenda-reasons").Body(
			app.Range(it.Reasons).Slice(func(i int) app.UI { return app.P().Text(it.Reasons[i]) }),
		),
		Button(Plain, "agenda-take-back-"+it.Change.String(), a.Words.Agenda.TakeBack, func(app.Context, app.Event) {
			a.Actions.TakeBack(it.Change)
		}, app.EventScope(it.Change.String())),
	)
}
