package page

import (
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
)

// officeView draws the form of one practice.
type officeView struct {
	*officeForm

	words   *phrase.Catalogue
	clock   Clock
	prefix  string                    // of element ids
	errs    []availability.FieldError // those to show
	name    string                    // of the therapist
	country string
	offline bool
	page    *office
	at      int // the number of the form on the page
	part    officePart
}

// officePart is what of the form is drawn; all of it is saved.
type officePart uint8

const (
	officeWhole officePart = iota
	officeTimes            // when someone works
	officeStyle            // how they use messages, and how soon they answer
)

// groups are the fields of the part.
func (v officeView) groups() []app.UI {
	switch v.part {
	case officeTimes:
		return []app.UI{v.place(), v.hours(), v.closed(), v.away()}
	case officeStyle:
		return []app.UI{v.style(), v.ownWords(), v.promise()}
	}
	return []app.UI{v.style(), v.ownWords(), v.promise(), v.place(), v.hours(), v.closed(), v.away()}
}

// id returns the element id of the input at a path; it is also its test id.
func (v officeView) id(path string) string { return v.prefix + path }

// wrong returns what is wrong with the fields at the paths.
func (v officeView) wrong(paths ...string) string {
	var texts []string
	for _, e := range v.errs {
		if text := v.says(e); slices.Contains(paths, e.Field) && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, " ")
}

// says returns what is wrong with a field.
func (v officeView) says(e availability.FieldError) string {
	switch missing := e.Code == availability.CodeBadDate && v.get(e.Field) == ""; {
	case missing && strings.HasSuffix(e.Field, ".from"):
		return v.words.Office.NoFirstDay
	case missing && strings.HasSuffix(e.Field, ".to"):
		return v.words.Office.NoLastDay
	}
	return v.words.AvailabilityError(e.Code)
}

// errorLine is where it is said what is wrong with the fields at the paths. It
// has the id of the first.
func (v officeView) errorLine(paths ...string) app.UI {
	id := v.id(paths[0]) + "-error"
	return app.P().Class("field-error").ID(id).DataSet("testid", id).Text(v.wrong(paths...))
}

// input draws the input of a path, described by the hint and error of field.
func (v officeView) input(path, kind, field string, marked ...string) app.HTMLInput {
	i := app.Input().ID(v.id(path)).Class("input").DataSet("testid", v.id(path)).
		Type(kind).Name(v.id(path)).Attr("autocomplete", "off").
		Attr("aria-describedby", v.id(field)+"-hint "+v.id(field)+"-error")
	if v.wrong(append(marked, path)...) != "" {
		i = i.Attr("aria-invalid", "true")
	}
	return i
}

func (v officeView) hint(path, text string) app.UI {
	return app.P().Class("hint").ID(v.id(path) + "-hint").Text(text)
}

// draw draws the form, with what clients see beside it.
func (v officeView) draw() app.UI {
	return app.Div().Class("office").Body(
		app.Form().Class("office-form").Attr("novalidate", true).
			OnSubmit(v.page.submit(v.at), app.EventScope(v.prefix)).
			OnInput(v.page.input(v.at), app.EventScope(v.prefix)).
			OnChange(v.page.change(v.at), app.EventScope(v.prefix)).
			Body(append(append([]app.UI{v.elsewhereView()}, v.groups()...), v.foot())...),
		v.preview(),
	)
}

func group(title, hintID, hint string, content ...app.UI) app.UI {
	return app.FieldSet().Class("panel office-group").Aria("describedby", hintID).Body(append([]app.UI{
		app.Legend().Class("panel-title").Text(title),
		app.P().Class("hint").ID(hintID).Text(hint),
	}, content...)...)
}

func (v officeView) style() app.UI {
	words := v.words.Office
	var list []app.UI
	for _, s := range availability.Styles() {
		id := v.id("style-" + string(s))
		list = append(list, app.Label().Class("style-choice").For(id).Body(
			app.Input().ID(id).Class("style-radio").DataSet("testid", id).Type("radio").
				Name(v.id("style")).Value(string(s)).Attr("aria-describedby", id+"-text"),
			app.Span().Class("style-words").Body(
				app.Span().Class("style-name").Text(words.Styles[s].Title),
				app.Span().Class("style-text").ID(id+"-text").Text(words.Styles[s].Text),
			),
		))
	}
	return group(words.Style, v.id("style")+"-hint", words.StyleHint,
		app.Div().Class("style-choices").Body(list...), v.errorLine("style"))
}

func (v officeView) ownWords() app.UI {
	words := v.words.Office
	box := app.Textarea().ID(v.id("words")).Attr("autocomplete", "off").Class("input office-words").DataSet("testid", v.id("words")).
		Name(v.id("words")).Rows(3).
		Attr("aria-describedby", v.id("words")+"-hint "+v.id("words")+"-left "+v.id("words")+"-error")
	if v.wrong("words") != "" {
		box = box.Attr("aria-invalid", "true")
	}
	left := words.WordsLeft(max(0, availability.MaxWords-message.Length(v.filled.Words)))
	if n := message.Length(v.filled.Words) - availability.MaxWords; n > 0 {
		left = words.WordsOver(n)
	}
	return app.Div().Class("panel office-group").Body(
		app.Label().Class("panel-title").For(v.id("words")).Text(words.Words),
		v.hint("words", words.WordsHint),
		box,
		app.P().Class("hint").ID(v.id("words")+"-left").Text(left),
		v.errorLine("words"),
	)
}

func (v officeView) promise() app.UI {
	words := v.words.Office
	number := func(path, name string) app.UI {
		return app.Div().Class("field").Body(
			app.Label().Class("label").For(v.id(path)).Text(name),
			app.Div().Class("unit-row").Body(
				v.input(path, "number", path).Min(0).Max(availability.MaxPromise).Step(1).Attr("inputmode", "numeric").
					Attr("aria-describedby", v.id("promise")+"-hint "+v.id("promise")+"-days "+v.id(path)+"-error"),
				app.Span().Class("unit").Text(words.Hours),
			),
			v.errorLine(path),
		)
	}
	days := ""
	if p := v.filled.Promise; keepable(p) {
		days = words.InDays(p.Min, p.Max)
	}
	return group(words.Promise, v.id("promise")+"-hint", words.PromiseHint,
		app.Div().Class("pair").Body(number("promise.min", words.Min), number("promise.max", words.Max)),
		app.P().Class("office-days").ID(v.id("promise")+"-days").Text(days),
	)
}

// place is where the office is: its zone and its holidays.
func (v officeView) place() app.UI {
	words := v.words.Office
	var calendars []ui.Option
	for _, c := range availability.Calendars() {
		calendars = append(calendars, ui.Option{Value: calendarValue(c), Text: v.words.Availability.Calendars[c]})
	}
	choice := func(path, name, hint string, options []ui.Option) app.UI {
		return app.Div().Class("field").Body(
			app.Label().Class("label").For(v.id(path)).Text(name),
			v.hint(path, hint),
			&ui.Choice{
				ID: v.id(path), Name: v.id(path), Options: options, Invalid: v.wrong(path) != "",
				Described: v.id(path) + "-hint " + v.id(path) + "-error",
			},
			v.errorLine(path),
		)
	}
	return app.Div().Class("panel office-group office-place").Body(
		choice("zone", words.Zone, words.ZoneHint, v.page.zones(v.filled.Zone)),
		choice("calendar", words.Calendar, v.calendarHint(), calendars),
	)
}

// calendarHint says what holidays do, and how far they are known where that is
// not far.
func (v officeView) calendarHint() string {
	words := v.words.Office
	all, most := v.filled.Calendar.KnownTo()
	if most == 0 || all > v.clock.Now().Year()+1 {
		return words.CalendarHint
	}
	return words.CalendarHint + " " + words.CalendarEnds(all, most)
}

func (v officeView) hours() app.UI {
	words := v.words.Office
	var days []app.UI
	for day := range weekdays {
		days = append(days, v.day(day))
	}
	return group(words.OfficeHours, v.id("hours")+"-hint", words.OfficeHoursHint+" "+words.ZoneFor(zoneName(v.filled.Zone)),
		v.errorLine("hours"),
		app.Div().Class("week").Body(days...),
	)
}

func (v officeView) day(day int) app.UI {
	words, name, spans := v.words.Office, v.words.Office.Weekdays[day], *spansOn(&v.filled.Hours, day)
	path := "hours." + weekdays[day]
	var rows []app.UI
	for i := range spans {
		rows = append(rows, v.span(day, i))
	}
	closed := ""
	if len(spans) == 0 {
		closed = words.ClosedDay
	}
	actions := []app.UI{
		app.Button().Type("button").ID(v.id(path+".add")).Class(ui.Plain).DataSet("testid", v.id(path+".add")).
			Aria("label", words.AddSpanFor(name)).Text(words.AddSpan).
			OnClick(v.page.act(v.at, func(f *officeForm) string {
				f.addSpan(day)
				return spanPath(day, len(*spansOn(&f.filled.Hours, day))-1) + "[0]"
			}), app.EventScope(v.id(path+".add"))),
		app.Button().Type("button").ID(v.id(path+".copy")).Class(ui.Plain).DataSet("testid", v.id(path+".copy")).
			Aria("label", words.CopyFor(name)).Aria("expanded", v.copying == day).Text(words.Copy).
			OnClick(v.page.act(v.at, func(f *officeForm) string {
				f.copying = day
				return path + ".copy-to." + weekdays[(day+1)%7]
			}), app.EventScope(v.id(path+".copy"))),
	}
	return app.Div().Class("day-row").Role("group").Aria("label", name).Body(
		app.Span().Class("day-name").Text(name),
		app.Div().Class("day-spans").Body(append(rows,
			app.P().Class("day-closed").Text(closed), v.errorLine(path))...),
		app.Div().Class("day-actions").Body(actions...),
		v.copyTo(day),
	)
}

func (v officeView) span(day, i int) app.UI {
	words, name, path := v.words.Office, v.words.Office.Weekdays[day], spanPath(day, i)
	remove := path + ".remove"
	return app.Div().Class("span-row").DataSet("testid", v.id(path)).Body(
		app.Div().Class("span-times").Body(
			v.input(path+"[0]", "time", path, path).Aria("label", words.From(name)),
			app.Span().Class("span-dash").Aria("hidden", "true").Text(words.Dash),
			v.input(path+"[1]", "time", path, path).Aria("label", words.To(name)),
			v.remover(remove, words.RemoveSpan(name, i+1), func(f *officeForm) string {
				f.removeSpan(day, i)
				return "hours." + weekdays[day] + ".add"
			}),
		),
		v.errorLine(path),
	)
}

// remover is the button that removes a row.
func (v officeView) remover(path, name string, do func(*officeForm) string) app.UI {
	return app.Button().Type("button").Class("icon-button").DataSet("testid", v.id(path)).
		Aria("label", name).Title(v.words.Office.Remove).
		OnClick(v.page.act(v.at, do), app.EventScope(v.id(path))).Body(ui.IconRemove.Draw())
}

// copyTo is the choice of weekdays to copy hours to.
func (v officeView) copyTo(day int) app.UI {
	slot := app.Div().Class("copy-slot")
	if v.copying != day {
		return slot
	}
	words := v.words.Office
	path := "hours." + weekdays[day] + ".copy-to"
	var boxes []app.UI
	for to := range weekdays {
		if to == day {
			continue
		}
		id := v.id(path + "." + weekdays[to])
		boxes = append(boxes, app.Label().Class("copy-day").For(id).Body(
			app.Input().ID(id).Type("checkbox").Class("copy-box").DataSet("testid", id),
			app.Span().Text(words.Weekdays[to]),
		))
	}
	return slot.Body(app.FieldSet().Class("copy").Body(
		app.Legend().Class("label").Text(words.CopyTo(words.Weekdays[day])),
		app.Div().Class("copy-days").Body(boxes...),
		app.Div().Class("copy-actions").Body(
			ui.Button(ui.Quiet, v.id(path+".do"), words.CopyDo, v.page.act(v.at, func(f *officeForm) string {
				var days []int
				for to := range weekdays {
					if to != day && checked(v.id(path+"."+weekdays[to])) {
						days = append(days, to)
					}
				}
				f.copySpans(day, days)
				return "hours." + weekdays[day] + ".copy"
			}), app.EventScope(v.id(path+".do"))),
			ui.Button(ui.Plain, "", words.CopyCancel, v.page.act(v.at, func(f *officeForm) string {
				f.copying = -1
				return "hours." + weekdays[day] + ".copy"
			}), app.EventScope(v.id(path+".cancel"))),
		),
	))
}

func (v officeView) closed() app.UI {
	words := v.words.Office
	var rows []app.UI
	for i := range v.filled.Closed {
		path := "closed" + index(i)
		rows = append(rows, app.Div().Class("date-row").Body(
			app.Div().Class("span-times").Body(
				v.input(path, "date", path).Aria("label", words.ClosedDate(i+1)),
				v.remover(path+".remove", words.RemoveClosed(i+1), func(f *officeForm) string {
					f.removeClosed(i)
					return "closed.add"
				}),
			),
			v.errorLine(path),
		))
	}
	return group(words.Closed, v.id("closed")+"-hint", words.ClosedHint,
		app.Div().Class("date-rows").Body(rows...),
		v.errorLine("closed"),
		v.adder("closed.add", words.AddClosed, func(f *officeForm) string {
			f.addClosed()
			return "closed" + index(len(f.filled.Closed)-1)
		}),
	)
}

func (v officeView) away() app.UI {
	words := v.words.Office
	var rows []app.UI
	for i := range v.filled.Away {
		path := "away" + index(i)
		day := func(end, label, name string) app.UI {
			return app.Div().Class("field").Body(
				app.Label().Class("label").For(v.id(path+end)).Text(label),
				v.input(path+end, "date", path, path).Aria("label", name),
			)
		}
		rows = append(rows, app.Div().Class("date-row").Role("group").Aria("label", words.Away).Body(
			app.Div().Class("span-times").Body(
				day(".from", words.FirstDay, words.AwayFrom(i+1)),
				day(".to", words.LastDay, words.AwayTo(i+1)),
				v.remover(path+".remove", words.RemoveAway(i+1), func(f *officeForm) string {
					f.removeAway(i)
					return "away.add"
				}),
			),
			v.errorLine(path, path+".from", path+".to"),
		))
	}
	return group(words.Away, v.id("away")+"-hint", words.AwayHint,
		app.Div().Class("date-rows").Body(rows...),
		v.errorLine("away"),
		v.adder("away.add", words.AddAway, func(f *officeForm) string {
			f.addAway()
			return "away" + index(len(f.filled.Away)-1) + ".from"
		}),
	)
}

func (v officeView) adder(path, text string, do func(*officeForm) string) app.UI {
	return app.Button().Type("button").ID(v.id(path)).Class(ui.Quiet+" office-add").DataSet("testid", v.id(path)).Text(text).
		OnClick(v.page.act(v.at, do), app.EventScope(v.id(path)))
}

// foot says whether all is saved, and saves.
func (v officeView) foot() app.UI {
	words := v.words.Office
	status, save := words.Unchanged, words.Save
	switch {
	case v.saving:
		status, save = words.Saving, words.Saving
	case v.done:
		status = words.Saved
	case v.saved == nil:
		status = words.NotYet
	case v.unsaved() && v.offline:
		status = words.SaveOffline
	case v.unsaved():
		status = words.Unsaved
	}
	state := "saved"
	if v.unsaved() {
		state = "unsaved"
	}
	return app.Div().Class("office-foot").Body(
		app.P().Class("form-error").Role("alert").DataSet("testid", v.id("error")).Text(v.err),
		app.Div().Class("office-foot-row").Body(
			app.P().Class("office-status").Role("status").DataSet("testid", v.id("status")).DataSet("state", state).Text(status),
			ui.Submit(v.id("save"), save, v.saving),
		),
	)
}

// preview shows what clients see with what is filled in.
func (v officeView) preview() app.UI {
	words := v.words.Office
	note, e := "", expectation{}
	switch {
	case len(v.problems(v.clock)) > 0:
		note = words.PreviewErrors
	case v.outlook != nil && same(v.basis, v.whole()):
		e = v.forecast()
	case v.offline:
		note = words.PreviewOffline
	default:
		note = words.PreviewBusy
	}
	var forecast []app.UI
	if e.text != "" {
		forecast = append(forecast, app.Span().Text(e.text))
	}
	if e.reasons != "" {
		forecast = append(forecast, app.Span().Class("office-reasons").Text(" · "+e.reasons))
	}
	return app.Aside().Class("office-preview").Aria("label", words.Preview).DataSet("testid", v.id("preview")).Body(
		app.H2().Class("office-preview-title").Text(words.Preview),
		app.P().Class("hint").Text(words.PreviewHint),
		app.P().Class("office-note").Text(note),
		app.P().Class("office-forecast").Body(forecast...),
		app.H3().Class("office-card-title").Text(v.words.Agreement.Title(v.name)),
		agreementView(v.words, terms{
			therapist: v.name, style: v.filled.Style, promise: v.officeForm.promise(),
			words: message.Normalize(v.filled.Words), country: v.country,
		}),
	)
}

// forecast says when a message sent now would be answered.
func (v officeView) forecast() expectation {
	a := &answers{words: v.words, clock: v.clock, now: v.clock.Now(), outlook: v.outlook}
	if v.filled.Style == availability.StyleNone {
		return expectation{text: v.words.Expect.None(v.name)}
	}
	f := v.outlook.Forecast(a.now)
	e := expectation{text: v.words.Office.PreviewNow(v.clock.Due(f.Due)), reasons: a.reasons(f)}
	if f.Beyond {
		e.text = v.words.Office.PreviewLater(v.clock.Day(f.Due))
		if back := a.back(f); back != "" {
			e.text = v.words.Office.PreviewNotBefore(back)
		}
	}
	return e
}
