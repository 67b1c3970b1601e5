package page

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
)

// elsewhere is what was saved on another page or device while a form was being
// filled in.
type elsewhere struct {
	taken []officePiece // what only the other changed: the form has it now
	kept  []officePiece // what both changed: the form has what was typed in it
	saved availability.Availability
}

// officePiece is a part of an availability that one person changes as a whole.
type officePiece struct {
	name string
	move func(to *availability.Availability, from availability.Availability)
	say  func(availability.Availability) string // what it is set to
}

// officePieces lists the pieces, in the page's order.
func officePieces(c *phrase.Catalogue, clock Clock) []officePiece {
	type set = availability.Availability
	words := &c.Office
	orNothing := func(list []string) string {
		if len(list) == 0 {
			return words.Nothing
		}
		return strings.Join(list, ", ")
	}
	pieces := []officePiece{
		{words.Style, func(to *set, from set) { to.Style = from.Style }, func(a set) string { return words.Styles[a.Style].Title }},
		{words.Words, func(to *set, from set) { to.Words = from.Words }, func(a set) string {
			if a.Words == "" {
				return words.Nothing
			}
			return words.Quoted(string(a.Words))
		}},
		{words.Promise, func(to *set, from set) { to.Promise = from.Promise }, func(a set) string { return words.Between(a.Promise.Min, a.Promise.Max) }},
		{words.Zone, func(to *set, from set) { to.Zone = from.Zone }, func(a set) string { return zoneName(a.Zone) }},
		{words.Calendar, func(to *set, from set) { to.Calendar = from.Calendar }, func(a set) string { return c.Availability.Calendars[a.Calendar] }},
	}
	for day := range weekdays {
		pieces = append(pieces, officePiece{
			words.Weekdays[day],
			func(to *set, from set) { *spansOn(&to.Hours, day) = *spansOn(&from.Hours, day) },
			func(a set) string {
				var spans []string
				for _, s := range *spansOn(&a.Hours, day) {
					spans = append(spans, words.Reach(s[0], s[1]))
				}
				if len(spans) == 0 {
					return words.ClosedDay
				}
				return orNothing(spans)
			},
		})
	}
	return append(pieces,
		officePiece{words.Closed, func(to *set, from set) { to.Closed = from.Closed }, func(a set) string {
			var days []string
			for _, d := range a.Closed {
				days = append(days, clock.Date(d))
			}
			return orNothing(days)
		}},
		officePiece{words.Away, func(to *set, from set) { to.Away = from.Away }, func(a set) string {
			var periods []string
			for _, p := range a.Away {
				periods = append(periods, words.Reach(clock.Date(p.From), clock.Date(p.To)))
			}
			return orNothing(periods)
		}},
	)
}

// alike reports whether two availabilities agree in the piece.
func (piece officePiece) alike(a, b availability.Availability) bool {
	x, y := availability.Availability{}, availability.Availability{}
	piece.move(&x, a)
	piece.move(&y, b)
	return same(cloned(x), cloned(y))
}

// merge brings what was saved elsewhere meanwhile into the form: pieces that
// were not changed here are taken over, the others stay as they were typed.
func (f *officeForm) merge(pieces []officePiece, saved availability.Availability, outlook *availability.Outlook) {
	before, typed := f.began, f.filled
	whole := f.whole()
	typed.Words = message.Normalize(typed.Words)
	news := &elsewhere{saved: cloned(saved)}
	for _, piece := range pieces {
		switch {
		case piece.alike(saved, before), piece.alike(saved, whole):
		case piece.alike(whole, before):
			piece.move(&typed, cloned(saved))
			news.taken = append(news.taken, piece)
		default:
			news.kept = append(news.kept, piece)
		}
	}
	f.filled, f.elsewhere = cloned(typed), news
	f.hold(saved, outlook)
	f.changes++
}

// elsewhereID is the path of what tells of an availability saved elsewhere.
const elsewhereID = "elsewhere"

// elsewhereView tells of what was saved elsewhere.
func (v officeView) elsewhereView() app.UI {
	slot := app.Div().Class("office-elsewhere-slot")
	if v.elsewhere == nil {
		return slot
	}
	words := v.words.Office
	list := func(told string, pieces []officePiece) app.UI {
		if len(pieces) == 0 {
			return app.Div()
		}
		var items []app.UI
		for _, piece := range pieces {
			items = append(items, app.Li().Text(piece.name+": "+piece.say(v.elsewhere.saved)))
		}
		return app.Div().Body(app.P().Text(told), app.Ul().Class("office-elsewhere-list").Dir("auto").Body(items...))
	}
	return slot.Body(app.Section().Class("panel office-elsewhere").ID(v.id(elsewhereID)).TabIndex(-1).
		Aria("labelledby", v.id(elsewhereID)+"-title").DataSet("testid", v.id(elsewhereID)).Body(
		app.H2().Class("panel-title").ID(v.id(elsewhereID)+"-title").Text(words.Elsewhere.Title),
		app.P().Text(words.Elsewhere.Text),
		list(words.ElsewhereTaken, v.elsewhere.taken),
		list(words.ElsewhereKept, v.elsewhere.kept),
	))
}
