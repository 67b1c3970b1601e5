package page

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// noCalendar stands for no public holidays in the choice of calendars: an empty
// value of an option does not come to be.
const noCalendar = "none"

// calendarValue returns a calendar as the value of an option.
func calendarValue(c availability.Calendar) string { return cmp.Or(string(c), noCalendar) }

// wordsPath is the path of a therapist's own words.
const wordsPath = "words"

// officeForm is what a therapist fills in for one practice. The inputs belong
// to the browser; the form follows every change of them, and writes into them
// only where they come and go.
type officeForm struct {
	practice wire.Practice
	saved    *availability.Availability // nil while nothing was ever saved
	filled   availability.Availability
	began    availability.Availability // what was there before anything was filled in
	// touched are the paths of fields that were changed: what is wrong with the
	// others is not shown before someone saves.
	touched map[string]bool
	// typed is what stands in the fields of the promise that are no hours.
	typed map[string]string
	tried bool
	// refused is what the server finds wrong with fields that have not been
	// changed since.
	refused []availability.FieldError

	saving  bool
	done    bool   // saved a moment ago
	err     string // why it could not be saved
	copying int    // the weekday whose hours are being copied, -1 for none
	changes int    // counts them, so that only the newest is previewed
	// outlook is what clients see, as it follows from the terms of basis; nil
	// while the server has not said.
	outlook *availability.Outlook
	basis   availability.Availability
	looking *availability.Availability // the terms being asked about
	// elsewhere tells of what was saved elsewhere meanwhile, until this is
	// saved; nil where nothing was.
	elsewhere *elsewhere
}

// newOfficeForm begins with what was saved, or with a common week in the zone
// of the device.
func newOfficeForm(t wire.TherapistAvailability, zone string) *officeForm {
	f := &officeForm{practice: t.Practice, copying: -1, touched: make(map[string]bool), typed: make(map[string]string)}
	f.take(t)
	if t.Settings == nil {
		f.filled, f.began = cloned(availability.Default(zone)), cloned(availability.Default(zone))
	}
	return f
}

// take takes over what the server keeps.
func (f *officeForm) take(t wire.TherapistAvailability) {
	if t.Settings == nil {
		return
	}
	f.hold(*t.Settings, t.Outlook)
	f.filled, f.elsewhere = cloned(*t.Settings), nil
	f.tried = false
	clear(f.touched)
}

// hold notes what the server keeps now.
func (f *officeForm) hold(saved availability.Availability, outlook *availability.Outlook) {
	saved = cloned(saved)
	f.saved, f.began = &saved, cloned(saved)
	f.outlook, f.basis = outlook, cloned(saved)
	f.refused = nil
}

// version returns the version that the form changes, 0 while nothing was ever
// saved.
func (f *officeForm) version() int { return f.began.Version }

// cloned returns a copy that shares nothing.
func cloned(a availability.Availability) availability.Availability {
	for day := range weekdays {
		spans := spansOn(&a.Hours, day)
		*spans = slices.Clone(*spans)
	}
	a.Closed, a.Away = slices.Clone(a.Closed), slices.Clone(a.Away)
	if a.Closed == nil {
		a.Closed = []availability.Date{}
	}
	if a.Away == nil {
		a.Away = []availability.Period{}
	}
	return a
}

// weekdays are the names of weekdays in paths, from Monday.
var weekdays = [7]string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// spansOn returns the office hours of a weekday, 0 for Monday.
func spansOn(h *availability.Hours, day int) *[]availability.Span {
	return [7]*[]availability.Span{&h.Mon, &h.Tue, &h.Wed, &h.Thu, &h.Fri, &h.Sat, &h.Sun}[day]
}

// unsaved reports whether something is different from what was saved.
func (f *officeForm) unsaved() bool {
	return f.saved == nil || !same(f.whole(), *f.saved)
}

// same reports whether two availabilities say the same.
func same(a, b availability.Availability) bool {
	a.Version, b.Version = 0, 0
	x, _ := json.Marshal(a) // plain data has a JSON form
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

// whole returns what is filled in, without rows that are still empty.
func (f *officeForm) whole() availability.Availability {
	a := cloned(f.filled)
	a.Words = message.Normalize(a.Words)
	for day := range weekdays {
		spans := spansOn(&a.Hours, day)
		*spans = slices.DeleteFunc(*spans, func(s availability.Span) bool { return s == availability.Span{} })
	}
	a.Closed = slices.DeleteFunc(a.Closed, func(d availability.Date) bool { return d == "" })
	a.Away = slices.DeleteFunc(a.Away, func(p availability.Period) bool { return p == availability.Period{} })
	return a
}

// set takes in what was filled into the field at a path.
func (f *officeForm) set(path, value string) {
	f.done, f.err = false, ""
	f.changes++
	f.refused = slices.DeleteFunc(f.refused, func(e availability.FieldError) bool {
		return strings.HasPrefix(path, e.Field) || strings.HasPrefix(e.Field, path)
	})
	switch path {
	case "style":
		f.filled.Style = availability.Style(value)
	case wordsPath:
		f.filled.Words = message.Text(value)
	case "zone":
		f.filled.Zone = value
	case "calendar":
		f.filled.Calendar = availability.Calendar(strings.TrimPrefix(value, noCalendar))
	case "promise.min":
		f.filled.Promise.Min, f.typed[path] = wholeHours(value), value
	case "promise.max":
		f.filled.Promise.Max, f.typed[path] = wholeHours(value), value
	default:
		f.setEntry(path, value)
	}
}

// setEntry takes in what was filled into an entry of a list.
func (f *officeForm) setEntry(path, value string) {
	list, indices, rest := splitPath(path)
	if len(indices) == 0 {
		return
	}
	i := indices[0]
	switch {
	case list == "closed" && i < len(f.filled.Closed):
		f.filled.Closed[i] = availability.Date(value)
	case list == "away" && i < len(f.filled.Away) && rest == ".from":
		f.filled.Away[i].From = availability.Date(value)
	case list == "away" && i < len(f.filled.Away) && rest == ".to":
		f.filled.Away[i].To = availability.Date(value)
	case strings.HasPrefix(list, "hours.") && len(indices) == 2:
		day := slices.Index(weekdays[:], strings.TrimPrefix(list, "hours."))
		if day < 0 || i >= len(*spansOn(&f.filled.Hours, day)) || indices[1] > 1 {
			return
		}
		if indices[1] == 1 && value == startOfDay {
			value = endOfDay
		}
		(*spansOn(&f.filled.Hours, day))[i][indices[1]] = value
	}
}

// Times inputs know no 24:00: at the end of hours, 00:00 stands for it.
const (
	startOfDay = "00:00"
	endOfDay   = "24:00"
)

// splitPath takes a path like hours.mon[1][0] or away[0].from apart.
func splitPath(path string) (list string, indices []int, rest string) {
	list, rest, _ = strings.Cut(path, "[")
	for rest != "" {
		number, after, ok := strings.Cut(rest, "]")
		i, err := strconv.Atoi(number)
		if !ok || err != nil || i < 0 {
			return list, nil, ""
		}
		indices = append(indices, i)
		if !strings.HasPrefix(after, "[") {
			return list, indices, after
		}
		rest = after[1:]
	}
	return list, indices, ""
}

// promise returns the promise that clients may see: what is filled in, or while
// that is none, what was there before.
func (f *officeForm) promise() availability.Promise {
	if !keepable(f.filled.Promise) {
		return f.began.Promise
	}
	return f.filled.Promise
}

// keepable reports whether availability.Validate finds nothing in a promise.
func keepable(p availability.Promise) bool {
	return p.Min >= 0 && p.Max >= 1 && p.Min <= p.Max && p.Max <= availability.MaxPromise
}

// wholeHours reads a number of hours, -1 for anything else.
func wholeHours(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 0 || n > 1_000_000 {
		return -1
	}
	return n
}

// get returns what the input at a path should hold.
func (f *officeForm) get(path string) string {
	hours := func(n int) string {
		if n < 0 {
			return f.typed[path]
		}
		return strconv.Itoa(n)
	}
	switch path {
	case "style":
		return string(f.filled.Style)
	case wordsPath:
		return string(f.filled.Words)
	case "zone":
		return f.filled.Zone
	case "calendar":
		return calendarValue(f.filled.Calendar)
	case "promise.min":
		return hours(f.filled.Promise.Min)
	case "promise.max":
		return hours(f.filled.Promise.Max)
	}
	list, indices, rest := splitPath(path)
	if len(indices) == 0 {
		return ""
	}
	switch i := indices[0]; {
	case list == "closed":
		return string(f.filled.Closed[i])
	case list == "away" && rest == ".from":
		return string(f.filled.Away[i].From)
	case list == "away":
		return string(f.filled.Away[i].To)
	default:
		day := slices.Index(weekdays[:], strings.TrimPrefix(list, "hours."))
		value := (*spansOn(&f.filled.Hours, day))[i][indices[1]]
		if value == endOfDay {
			return startOfDay
		}
		return value
	}
}

// paths lists the paths of all inputs but the style's, in the page's order.
func (f *officeForm) paths() []string {
	list := []string{wordsPath, "promise.min", "promise.max", "zone", "calendar"}
	for day := range weekdays {
		for i := range *spansOn(&f.filled.Hours, day) {
			list = append(list, spanPath(day, i)+"[0]", spanPath(day, i)+"[1]")
		}
	}
	for i := range f.filled.Closed {
		list = append(list, "closed"+index(i))
	}
	for i := range f.filled.Away {
		list = append(list, "away"+index(i)+".from", "away"+index(i)+".to")
	}
	return list
}

func index(i int) string { return "[" + strconv.Itoa(i) + "]" }

func spanPath(day, i int) string { return "hours." + weekdays[day] + index(i) }

// restructured takes in that rows of a list came or went: what is known of
// single rows no longer fits.
func (f *officeForm) restructured(list string) {
	f.done, f.err = false, ""
	f.changes++
	for path := range f.touched {
		if strings.HasPrefix(path, list) {
			delete(f.touched, path)
		}
	}
	f.refused = slices.DeleteFunc(f.refused, func(e availability.FieldError) bool {
		return strings.HasPrefix(e.Field, list) || e.Field == "hours" && strings.HasPrefix(list, "hours")
	})
}

// addSpan adds office hours to a weekday: after those there are, if there is
// room.
func (f *officeForm) addSpan(day int) {
	spans := spansOn(&f.filled.Hours, day)
	*spans = append(*spans, nextSpan(*spans))
	f.restructured("hours." + weekdays[day])
}

// nextSpan proposes office hours after others: an afternoon after a break, or
// the whole of a common day.
func nextSpan(spans []availability.Span) availability.Span {
	if len(spans) == 0 {
		return availability.Span{"09:00", "17:00"}
	}
	last := spans[len(spans)-1][1]
	hour, err := strconv.Atoi(last[:min(2, len(last))])
	if err != nil || hour >= 22 {
		return availability.Span{}
	}
	clock := func(hour int) string {
		if hour < 10 {
			return "0" + strconv.Itoa(hour) + ":00"
		}
		return strconv.Itoa(hour) + ":00"
	}
	return availability.Span{clock(hour + 1), clock(min(max(hour+4, 17), 24))}
}

func (f *officeForm) removeSpan(day, i int) {
	spans := spansOn(&f.filled.Hours, day)
	*spans = slices.Delete(*spans, i, i+1)
	f.restructured("hours." + weekdays[day])
	f.touched["hours"] = true
}

// copySpans gives other weekdays the office hours of one.
func (f *officeForm) copySpans(from int, to []int) {
	for _, day := range to {
		*spansOn(&f.filled.Hours, day) = slices.Clone(*spansOn(&f.filled.Hours, from))
	}
	f.restructured("hours")
	f.copying = -1
}

func (f *officeForm) addClosed() {
	f.filled.Closed = append(f.filled.Closed, "")
	f.restructured("closed")
}

func (f *officeForm) removeClosed(i int) {
	f.filled.Closed = slices.Delete(f.filled.Closed, i, i+1)
	f.restructured("closed")
}

func (f *officeForm) addAway() {
	f.filled.Away = append(f.filled.Away, availability.Period{})
	f.restructured("away")
}

func (f *officeForm) removeAway(i int) {
	f.filled.Away = slices.Delete(f.filled.Away, i, i+1)
	f.restructured("away")
}

// surroundings are what availability.Validate needs to know beside the form.
func (f *officeForm) surroundings(clock Clock) availability.Surroundings {
	s := availability.Surroundings{
		KnownZone: func(zone string) bool { return zone != "" && clock.Today(zone) != "" },
		Today:     clock.Today(f.filled.Zone),
	}
	if f.saved != nil {
		s.Before = f.saved.Away
	}
	return s
}

// problems returns what is wrong, by field, in the page's order. Rows that are
// still empty are not wrong.
func (f *officeForm) problems(clock Clock) []availability.FieldError {
	a := cloned(f.filled)
	a.Words = message.Normalize(a.Words)
	found := slices.DeleteFunc(a.Validate(f.surroundings(clock)), func(e availability.FieldError) bool {
		return f.emptyRow(e.Field)
	})
	for _, e := range f.refused {
		if !slices.ContainsFunc(found, func(other availability.FieldError) bool { return other.Field == e.Field }) {
			found = append(found, e)
		}
	}
	return found
}

// emptyRow reports whether a path is that of a row in which nothing is filled
// in yet.
func (f *officeForm) emptyRow(path string) bool {
	list, indices, _ := splitPath(path)
	if len(indices) == 0 {
		return false
	}
	switch i := indices[0]; list {
	case "closed":
		return f.filled.Closed[i] == ""
	case "away":
		return f.filled.Away[i] == availability.Period{}
	default:
		day := slices.Index(weekdays[:], strings.TrimPrefix(list, "hours."))
		return day >= 0 && (*spansOn(&f.filled.Hours, day))[i] == availability.Span{}
	}
}

// visible returns the problems that are shown now: those of fields someone has
// changed and, once they tried to save, all.
func (f *officeForm) visible(clock Clock) []availability.FieldError {
	found := f.problems(clock)
	if f.tried {
		return found
	}
	return slices.DeleteFunc(found, func(e availability.FieldError) bool {
		for path := range f.touched {
			if strings.HasPrefix(path, e.Field) {
				return false
			}
		}
		return true
	})
}

// inputOf returns the path of the input to go to for a problem.
func (f *officeForm) inputOf(e availability.FieldError) string {
	paths := f.paths()
	if slices.Contains(paths, e.Field) || e.Field == "style" {
		return e.Field
	}
	for _, path := range paths {
		if strings.HasPrefix(path, e.Field) {
			return path
		}
	}
	return "hours.mon.add"
}
