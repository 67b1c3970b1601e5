package availability

import (
	"slices"
	"time"
)

// Holidays returns the name of the public holiday on a date, if it is one. Nil
// knows none.
type Holidays func(Date) (name string, ok bool)

// Expand spells out a valid availability in its own zone, from the beginning
// of the local day of from to the end of the local day of to.
//
// Business days are Monday to Friday without holidays, days off and absences,
// whatever the office hours are: who works on two days a week has not promised
// to answer more slowly. Office hours on a weekend stand all the same, so an
// answer may be due within them, but the promise clock does not run there.
func Expand(a Availability, zone *time.Location, holidays Holidays, from, to time.Time) Outlook {
	first, last := DateOf(from.In(zone)), DateOf(to.In(zone))
	o := Outlook{
		Version: a.Version, Promise: a.Promise,
		From: instant(first, 0, zone), To: instant(last.Add(1), 0, zone),
		Runs: []Run{}, Office: []Interval{}, Closed: []Closure{},
	}
	e := expansion{a, zone, holidays}
	var until Date
	for d := first; d <= last; d = d.Add(1) {
		whole := Interval{instant(d, 0, zone), instant(d.Add(1), 0, zone)}
		if !whole.From.Before(whole.To) {
			continue // a place that moved across the date line skipped this day
		}
		day := e.day(d)
		closure := Closure{Interval: whole, Kind: day.kind, Name: day.holiday, Office: day.shut && len(day.spans) > 0}
		if day.kind == KindAway {
			if until <= d {
				until = e.back(d)
			}
			closure.Until = until
		}
		if day.kind == "" {
			o.addRun(whole)
		} else {
			o.addClosure(closure)
		}
		if !day.shut {
			o.Office = append(o.Office, e.office(d, day.spans)...)
		}
	}
	return o
}

// addRun adds a business day. Days of 24 hours join the run before them.
func (o *Outlook) addRun(day Interval) {
	const hours = 24
	if i := len(o.Runs) - 1; i >= 0 && o.Runs[i].To.Equal(day.From) && o.Runs[i].even() && (Run{day, hours}).even() {
		o.Runs[i].To = day.To
		o.Runs[i].Hours += hours
		return
	}
	o.Runs = append(o.Runs, Run{day, hours})
}

// even reports whether the run counts time as it passes.
func (r Run) even() bool { return r.length() == r.counted() }

func (r Run) length() time.Duration  { return r.To.Sub(r.From) }
func (r Run) counted() time.Duration { return time.Duration(r.Hours) * time.Hour }

// addClosure adds a closed day, which joins those before it that are closed
// for the same reason.
func (o *Outlook) addClosure(c Closure) {
	if i := len(o.Closed) - 1; i >= 0 && o.Closed[i].To.Equal(c.From) &&
		o.Closed[i].Kind == c.Kind && o.Closed[i].Name == c.Name && o.Closed[i].Until == c.Until {
		o.Closed[i].To = c.To
		o.Closed[i].Office = o.Closed[i].Office || c.Office
		return
	}
	o.Closed = append(o.Closed, c)
}

// expansion is what Expand works with.
type expansion struct {
	Availability
	zone     *time.Location
	holidays Holidays
}

// day is what a date is to the therapist.
type day struct {
	kind    Kind   // why it is no business day, empty if it is one
	holiday string // its name
	shut    bool   // office hours do not stand
	spans   []Span // office hours, if they stand
}

func (e expansion) day(d Date) day {
	spans := e.Hours.On(d.Weekday())
	weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
	holiday, isHoliday := "", false
	if e.holidays != nil {
		holiday, isHoliday = e.holidays(d)
	}
	switch {
	case slices.ContainsFunc(e.Away, func(p Period) bool { return p.has(d) }):
		return day{kind: KindAway, shut: true, spans: spans}
	case weekend && len(spans) == 0:
		return day{kind: KindWeekend}
	case slices.Contains(e.Closed, d):
		return day{kind: KindClosed, shut: true, spans: spans}
	case isHoliday:
		return day{kind: KindHoliday, holiday: holiday, shut: true, spans: spans}
	case weekend:
		return day{kind: KindWeekend, spans: spans}
	default:
		return day{spans: spans}
	}
}

// back returns the first day after d with office hours that stand, or nothing
// if there is none within two years.
func (e expansion) back(d Date) Date {
	for range 2 * 366 {
		d = d.Add(1)
		if day := e.day(d); !day.shut && len(day.spans) > 0 {
			return d
		}
	}
	return ""
}

// office returns the office hours of a day, in order. Hours that a clock change
// skips are left out.
func (e expansion) office(d Date, spans []Span) []Interval {
	var hours []Interval
	for _, span := range spans {
		from, _ := minutes(span[0])
		to, _ := minutes(span[1])
		i := Interval{instant(d, from, e.zone), instant(d, to, e.zone)}
		if i.From.Before(i.To) {
			hours = append(hours, i)
		}
	}
	slices.SortFunc(hours, func(a, b Interval) int { return a.To.Compare(b.To) })
	return hours
}

// instant returns the first moment at which clocks in a zone show the given
// minute of a date, or a later one if a clock change skips it. It is in UTC.
// time.Date does not say which moment it returns in these cases.
func instant(d Date, minute int, zone *time.Location) time.Time {
	shown := d.midnight().Add(time.Duration(minute) * time.Minute)
	at := shown.Add(-48 * time.Hour).In(zone) // no clock is that far ahead of UTC
	for {
		_, offset := at.Zone()
		_, end := at.ZoneBounds()
		t := shown.Add(-time.Duration(offset) * time.Second)
		if t.Before(at) {
			t = at
		}
		if end.IsZero() || t.Before(end) {
			return t.UTC()
		}
		at = end
	}
}
