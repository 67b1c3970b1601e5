package availability_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pleiades/shared/availability"
)

// zones have whole, half and three-quarter hours, clock changes of an hour and
// of half an hour, on Sundays, Fridays and Thursdays, by night and at midnight,
// and some that ended or moved with little notice.
var zones = []string{
	"UTC", "America/New_York", "Europe/London", "Asia/Kolkata", "Australia/Adelaide", "Australia/Lord_Howe",
	"America/St_Johns", "America/Sao_Paulo", "America/Havana", "America/Santiago", "America/Asuncion", "Africa/Cairo",
	"Africa/Casablanca", "Asia/Beirut", "Asia/Jerusalem", "Asia/Gaza", "Asia/Amman", "Asia/Tehran", "Asia/Kathmandu",
	"Asia/Pyongyang", "Europe/Istanbul", "Europe/Moscow", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Apia",
	"Pacific/Kiritimati", "Pacific/Norfolk", "Antarctica/Troll",
}

const lookBack, lookAhead = 3 * 24 * time.Hour, 25 * 24 * time.Hour

// situation is an availability with a message.
type situation struct {
	availability.Availability
	zone      *time.Location
	holidays  days
	delivered time.Time
}

func (s situation) outlook(back, ahead time.Duration) availability.Outlook {
	return availability.Expand(s.Availability, s.zone, s.holidays.find, s.delivered.Add(-back), s.delivered.Add(ahead))
}

// drawSituation draws a message near a clock change, the turn of a year, the
// end of a February or anywhere, with days off near it.
func drawSituation(t *rapid.T) situation { return drawWithin(t, 96, 20) }

// drawWithin draws one with a promise of so many hours, and absences of so many
// days, at most.
func drawWithin(t *rapid.T, hours, absence int) situation {
	zone := mustZone(t, rapid.SampledFrom(zones).Draw(t, "zone"))
	first := time.Date(2012, time.January, 10, 0, 0, 0, 0, time.UTC)
	delivered := first.Add(time.Duration(rapid.IntRange(0, 25*365*24*60).Draw(t, "minute")) * time.Minute)
	switch rapid.SampledFrom([]string{"anywhere", "clock", "year", "february"}).Draw(t, "near") {
	case "clock":
		if _, change := delivered.In(zone).ZoneBounds(); !change.IsZero() {
			delivered = change
		}
	case "year":
		delivered = time.Date(delivered.Year(), time.December, 31, 12, 0, 0, 0, zone)
	case "february":
		delivered = time.Date(delivered.Year(), time.February, 28, 12, 0, 0, 0, zone)
	}
	delivered = delivered.Add(time.Duration(rapid.IntRange(-3*24*60, 3*24*60).Draw(t, "minutes away")) * time.Minute).Truncate(time.Minute).UTC()

	s := situation{zone: zone, delivered: delivered, holidays: days{}}
	s.Style, s.Zone = availability.StyleOpen, zone.String()
	s.Promise.Min = rapid.IntRange(0, hours*3/4).Draw(t, "min")
	s.Promise.Max = rapid.IntRange(max(s.Promise.Min, 1), hours).Draw(t, "max")
	s.Hours = drawHours(t)
	date := rapid.Custom(func(t *rapid.T) availability.Date {
		return availability.DateOf(delivered.In(zone)).Add(rapid.IntRange(-4, 12).Draw(t, "day"))
	})
	for _, d := range rapid.SliceOfN(date, 0, 2).Draw(t, "holidays") {
		s.holidays[d] = "Holiday of " + string(d)
	}
	s.Closed = rapid.SliceOfNDistinct(date, 0, 2, rapid.ID).Draw(t, "closed")
	for range rapid.IntRange(0, 2).Draw(t, "absences") {
		from := date.Draw(t, "away from")
		s.Away = append(s.Away, availability.Period{From: from, To: from.Add(rapid.IntRange(0, absence).Draw(t, "away for"))})
	}
	if errors := s.Validate(availability.Surroundings{}); errors != nil {
		t.Fatal(errors)
	}
	return s
}

// drawHours draws office hours for at least one day of the week.
func drawHours(t *rapid.T) availability.Hours {
	quarter := rapid.IntRange(0, 24*4)
	day := rapid.Custom(func(t *rapid.T) []availability.Span {
		times := rapid.SliceOfNDistinct(quarter, 0, 6, rapid.ID).Draw(t, "times")
		slices.Sort(times)
		var spans []availability.Span
		for i := 0; i+1 < len(times); i += 2 {
			spans = append(spans, availability.Span{clock(times[i] * 15), clock(times[i+1] * 15)})
		}
		return spans
	})
	h := availability.Hours{
		Mon: day.Draw(t, "mon"), Tue: day.Draw(t, "tue"), Wed: day.Draw(t, "wed"), Thu: day.Draw(t, "thu"),
		Fri: day.Draw(t, "fri"), Sat: day.Draw(t, "sat"), Sun: day.Draw(t, "sun"),
	}
	if reflect.DeepEqual(h, availability.Hours{}) {
		h.Wed = []availability.Span{{"00:00", "24:00"}}
	}
	return h
}

func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// reference forecasts by walking through a list of minutes with the local
// clock's reading of each.
type reference struct {
	situation
	minutes []time.Time
	read    []string       // the clock in the therapist's zone, 2006-01-02 15:04
	first   map[string]int // place of the first minute of each date
	length  map[string]int // minutes of each date
}

func newReference(s situation, lookAhead time.Duration) reference {
	r := reference{situation: s, first: make(map[string]int), length: make(map[string]int)}
	for t := s.delivered.Add(-lookBack); t.Before(s.delivered.Add(lookAhead)); t = t.Add(time.Minute) {
		r.minutes = append(r.minutes, t)
		read := t.In(s.zone).Format("2006-01-02 15:04")
		r.read = append(r.read, read)
		if r.length[read[:10]]++; r.length[read[:10]] == 1 {
			r.first[read[:10]] = len(r.read) - 1
		}
	}
	return r
}

// off reports whether a date is a weekend, and whether it is off for any other
// reason.
func (r reference) off(date string) (weekend, other bool) {
	noon, _ := time.Parse("2006-01-02 15", date+" 12")
	weekday := noon.Format("Mon")
	d := availability.Date(date)
	other = r.holidays[d] != ""
	for _, closed := range r.Closed {
		other = other || closed == d
	}
	for _, away := range r.Away {
		other = other || !(d < away.From || d > away.To)
	}
	return weekday == "Sat" || weekday == "Sun", other
}

// counted returns the beginning of the minute within which the promise clock
// completes a number of hours. The last date, cut short, is left out.
func (r reference) counted(hours int) (time.Time, bool) {
	const rounding = 1e-9 // far less than a minute, far more than the sum is wrong
	sum := 0.0
	for i, minute := range r.minutes {
		if minute.Before(r.delivered) {
			continue
		}
		date := r.read[i][:10]
		if date == r.read[len(r.read)-1][:10] {
			break
		}
		if weekend, other := r.off(date); weekend || other {
			continue
		}
		sum += 24 / float64(r.length[date])
		if sum >= float64(hours)-rounding {
			return minute, true
		}
	}
	return time.Time{}, false
}

// due returns the first end of office hours at or after a moment.
func (r reference) due(bound time.Time) (time.Time, bool) {
	var ends []time.Time
	for date := range r.length {
		noon, _ := time.Parse("2006-01-02 15", date+" 12")
		if _, other := r.off(date); other {
			continue
		}
		for _, span := range r.Hours.On(noon.Weekday()) {
			to := date + " " + span[1]
			if span[1] == "24:00" {
				to = noon.AddDate(0, 0, 1).Format("2006-01-02") + " 00:00"
			}
			from, okFrom := r.reads(date + " " + span[0])
			end, okEnd := r.reads(to)
			if okFrom && okEnd && from.Before(end) {
				ends = append(ends, end)
			}
		}
	}
	slices.SortFunc(ends, time.Time.Compare)
	for _, end := range ends {
		if !end.Before(bound) {
			return end, true
		}
	}
	return time.Time{}, false
}

// reads returns the first minute at which the clock reads at least that much.
func (r reference) reads(reading string) (time.Time, bool) {
	for i := r.first[reading[:10]]; i < len(r.read); i++ {
		if r.read[i] >= reading {
			return r.minutes[i], i > 0
		}
	}
	return time.Time{}, false
}

// TestForecastAgainstReference compares with the slow way: as promises commonly
// are, and where one is as long as can be and whole seasons are taken off.
func TestForecastAgainstReference(t *testing.T) {
	t.Run("common promises", func(t *testing.T) { compareWithReference(t, 96, 20, lookAhead) })
	t.Run("long promises and absences", func(t *testing.T) {
		compareWithReference(t, availability.MaxPromise, 45, availability.Horizon-24*time.Hour)
	})
}

func compareWithReference(t *testing.T, hours, absence int, lookAhead time.Duration) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawWithin(t, hours, absence)
		slow := newReference(s, lookAhead)
		got := s.outlook(availability.History, availability.Horizon).Forecast(s.delivered)

		if minute, ok := slow.counted(s.Promise.Min); ok {
			early, late := got.From.Before(minute), got.From.After(minute.Add(time.Minute))
			if s.Promise.Min > 0 && got.From.Equal(minute) {
				early = true
			}
			if early || late {
				t.Fatalf("from: got %v, want within the minute of %v", got.From, minute)
			}
		}
		minute, ok := slow.counted(s.Promise.Max)
		if !ok {
			return
		}
		if due, ok := slow.due(minute.Add(time.Minute)); ok && !got.Due.Equal(due) {
			t.Fatalf("due: got %v, want %v", got.Due, due)
		}
	})
}

func TestForecastKeepsItsWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSituation(t)
		o := s.outlook(availability.History, availability.Horizon)
		got := o.Forecast(s.delivered)

		if got.From.Before(s.delivered) || got.Due.Before(got.From) {
			t.Fatalf("delivered %v, forecast %v to %v", s.delivered, got.From, got.Due)
		}
		later := s.delivered.Add(time.Duration(rapid.IntRange(0, 10*24*60*60).Draw(t, "seconds later")) * time.Second)
		if then := o.Forecast(later); then.From.Before(got.From) || then.Due.Before(got.Due) {
			t.Fatalf("delivered later, %v, but answered sooner: %v, %v after %v, %v", later, then.From, then.Due, got.From, got.Due)
		}
		if got.Beyond {
			return
		}
		if !slices.ContainsFunc(o.Office, func(i availability.Interval) bool { return i.To.Equal(got.Due) }) {
			t.Fatalf("due %v, which is no end of office hours", got.Due)
		}
		for _, c := range o.Closed {
			if c.From.Before(got.From) && got.From.Before(c.To) {
				t.Fatalf("from %v is within %+v", got.From, c)
			}
			if c.Kind != availability.KindWeekend && c.From.Before(got.Due) && !c.To.Before(got.Due) {
				t.Fatalf("due %v is within %+v", got.Due, c)
			}
		}
		for _, r := range got.Reasons {
			if !r.From.Before(got.Due) || !r.To.After(s.delivered) {
				t.Fatalf("the reason %+v is outside %v to %v", r, s.delivered, got.Due)
			}
		}

		// A nearer horizon, and the way through JSON, change nothing.
		near := s.outlook(0, got.Due.Sub(s.delivered))
		written, err := json.Marshal(near)
		if err != nil {
			t.Fatal(err)
		}
		var read availability.Outlook
		if err := json.Unmarshal(written, &read); err != nil {
			t.Fatal(err)
		}
		if again := read.Forecast(s.delivered); again.Beyond || !again.From.Equal(got.From) || !again.Due.Equal(got.Due) {
			t.Fatalf("with a horizon of %v: got %+v, want %+v", near.To, again, got)
		}
	})
}

func TestOutlookIsWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSituation(t)
		o := s.outlook(lookBack, lookAhead)

		all := make([]availability.Interval, 0, len(o.Runs)+len(o.Closed))
		for _, r := range o.Runs {
			if r.Hours <= 0 || r.Hours%24 != 0 {
				t.Fatalf("a run of %d hours", r.Hours)
			}
			all = append(all, r.Interval)
		}
		for _, c := range o.Closed {
			all = append(all, c.Interval)
		}
		slices.SortFunc(all, func(a, b availability.Interval) int { return a.From.Compare(b.From) })
		at := o.From
		for _, i := range all {
			if !i.From.Equal(at) || !i.From.Before(i.To) {
				t.Fatalf("%v to %v follows on %v", i.From, i.To, at)
			}
			at = i.To
		}
		if !at.Equal(o.To) {
			t.Fatalf("it ends at %v instead of %v", at, o.To)
		}
		at = o.From
		for _, i := range o.Office {
			if i.From.Before(at) || !i.From.Before(i.To) || i.To.After(o.To) {
				t.Fatalf("office hours %v to %v follow on %v", i.From, i.To, at)
			}
			at = i.To
		}
	})
}
