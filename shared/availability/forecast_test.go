package availability_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
	_ "time/tzdata" // the browser has no time zone database

	"pleiades/shared/availability"
)

// nineToFive is Monday to Friday.
func nineToFive() availability.Hours { return week("09:00", "17:00") }

// week has one span a day, Monday to Friday.
func week(from, to string) availability.Hours {
	day := []availability.Span{{from, to}}
	return availability.Hours{Mon: day, Tue: day, Wed: day, Thu: day, Fri: day}
}

// days are holidays by their dates.
type days map[availability.Date]string

func (d days) find(date availability.Date) (string, bool) {
	name, ok := d[date]
	return name, ok
}

func mustZone(t interface{ Fatal(...any) }, name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func mustTime(t *testing.T, s string) time.Time {
	t.Helper()
	moment, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

// TestForecast holds cases computed by hand.
func TestForecast(t *testing.T) {
	usual := availability.DefaultPromise()
	split := []availability.Span{{"14:00", "18:30"}, {"10:00", "13:00"}}
	for _, c := range []struct {
		name      string
		zone      string
		promise   availability.Promise
		hours     availability.Hours
		holidays  days
		closed    []availability.Date
		away      []availability.Period
		delivered string
		from, due string
		reasons   []availability.Closure // without intervals and Office
	}{
		{
			name: "a plain week needs no reason", zone: "America/New_York", promise: usual, hours: nineToFive(),
			delivered: "2026-11-16T10:00:00-05:00", from: "2026-11-17T10:00:00-05:00", due: "2026-11-18T17:00:00-05:00",
		},
		{
			name: "office hours on Mondays only are a reason", zone: "America/New_York", promise: usual,
			hours:     availability.Hours{Mon: []availability.Span{{"09:00", "17:00"}}},
			delivered: "2026-11-17T10:00:00-05:00", from: "2026-11-18T10:00:00-05:00", due: "2026-11-23T17:00:00-05:00",
			reasons: []availability.Closure{{Kind: availability.KindHours}},
		},
		{
			name: "Thanksgiving in New York", zone: "America/New_York", promise: usual, hours: nineToFive(),
			holidays:  days{"2026-11-26": "Thanksgiving Day"},
			delivered: "2026-11-25T10:00:00-05:00", from: "2026-11-27T10:00:00-05:00", due: "2026-11-30T17:00:00-05:00",
			reasons: []availability.Closure{{Kind: availability.KindHoliday, Name: "Thanksgiving Day"}},
		},
		{
			name: "Christmas in Berlin, its second day on a Saturday", zone: "Europe/Berlin", promise: usual, hours: nineToFive(),
			holidays:  days{"2026-12-25": "Weihnachtstag", "2026-12-26": "Zweiter Weihnachtsfeiertag"},
			delivered: "2026-12-23T18:30:00+01:00", from: "2026-12-24T18:30:00+01:00", due: "2026-12-29T17:00:00+01:00",
			reasons: []availability.Closure{{Kind: availability.KindHoliday, Name: "Weihnachtstag"}},
		},
		{
			name: "Republic Day in Kolkata, split hours written out of order", zone: "Asia/Kolkata",
			promise: availability.Promise{Min: 0, Max: 24}, hours: availability.Hours{Mon: split, Tue: split, Wed: split},
			holidays:  days{"2027-01-26": "Republic Day"},
			delivered: "2027-01-25T12:00:00+05:30", from: "2027-01-25T12:00:00+05:30", due: "2027-01-27T13:00:00+05:30",
			reasons: []availability.Closure{{Kind: availability.KindHoliday, Name: "Republic Day"}},
		},
		{
			name: "a weekend is a reason where there is no other", zone: "Europe/Dublin", promise: usual, hours: nineToFive(),
			delivered: "2026-11-20T10:00:00Z", from: "2026-11-23T10:00:00Z", due: "2026-11-24T17:00:00Z",
			reasons: []availability.Closure{{Kind: availability.KindWeekend}},
		},
		{
			name: "nothing counts on a weekend", zone: "Europe/Dublin", promise: usual, hours: nineToFive(),
			delivered: "2026-11-21T12:00:00Z", from: "2026-11-24T00:00:00Z", due: "2026-11-25T17:00:00Z",
			reasons: []availability.Closure{{Kind: availability.KindWeekend}},
		},
		{
			name: "an answer at once waits for the clock", zone: "Europe/Dublin",
			promise: availability.Promise{Min: 0, Max: 1}, hours: nineToFive(),
			delivered: "2026-11-21T12:00:00Z", from: "2026-11-23T00:00:00Z", due: "2026-11-23T17:00:00Z",
			reasons: []availability.Closure{{Kind: availability.KindWeekend}},
		},
		{
			name: "office hours on a Saturday count, the clock stands still", zone: "Europe/Dublin", promise: usual,
			hours:     availability.Hours{Thu: []availability.Span{{"09:00", "12:00"}}, Sat: []availability.Span{{"10:00", "13:00"}}},
			delivered: "2026-11-18T15:00:00Z", from: "2026-11-19T15:00:00Z", due: "2026-11-21T13:00:00Z",
			reasons: []availability.Closure{{Kind: availability.KindWeekend}},
		},
		{
			name: "a day without office hours counts", zone: "Europe/Dublin", promise: usual,
			hours:     availability.Hours{Fri: []availability.Span{{"09:00", "12:00"}}},
			delivered: "2026-11-16T08:00:00Z", from: "2026-11-17T08:00:00Z", due: "2026-11-20T12:00:00Z",
			reasons: []availability.Closure{{Kind: availability.KindHours}},
		},
		{
			name: "the promise ends with the office hours", zone: "Europe/Dublin", promise: usual, hours: nineToFive(),
			delivered: "2026-11-16T17:00:00Z", from: "2026-11-17T17:00:00Z", due: "2026-11-18T17:00:00Z",
		},
		{
			name: "the promise ends a moment after the office hours", zone: "Europe/Dublin", promise: usual, hours: nineToFive(),
			delivered: "2026-11-16T17:00:00.000000001Z", from: "2026-11-17T17:00:01Z", due: "2026-11-19T17:00:00Z",
		},
		{
			name: "the promise ends at midnight, as the office does", zone: "Europe/Dublin", promise: usual, hours: week("00:00", "24:00"),
			delivered: "2026-11-16T00:00:00Z", from: "2026-11-17T00:00:00Z", due: "2026-11-18T00:00:00Z",
		},
		{
			name: "the promise ends at midnight, long after the office", zone: "Europe/Dublin", promise: usual, hours: nineToFive(),
			delivered: "2026-11-16T00:00:00Z", from: "2026-11-17T00:00:00Z", due: "2026-11-18T17:00:00Z",
		},
		{
			name: "the promise ends as the weekend begins", zone: "Europe/Dublin", promise: usual, hours: week("20:00", "24:00"),
			delivered: "2026-11-19T00:00:00Z", from: "2026-11-20T00:00:00Z", due: "2026-11-21T00:00:00Z",
		},
		{
			name: "a holiday after the promise takes its office hours away", zone: "America/New_York", promise: usual, hours: nineToFive(),
			holidays:  days{"2026-11-26": "Thanksgiving Day"},
			delivered: "2026-11-24T00:00:00-05:00", from: "2026-11-25T00:00:00-05:00", due: "2026-11-27T17:00:00-05:00",
			reasons: []availability.Closure{{Kind: availability.KindHoliday, Name: "Thanksgiving Day"}},
		},
		{
			name: "a holiday after the promise that had no office hours is no reason", zone: "America/New_York", promise: usual,
			hours:     availability.Hours{Fri: []availability.Span{{"09:00", "17:00"}}},
			holidays:  days{"2026-11-26": "Thanksgiving Day"},
			delivered: "2026-11-24T00:00:00-05:00", from: "2026-11-25T00:00:00-05:00", due: "2026-11-27T17:00:00-05:00",
		},
		{
			name: "delivered on a holiday, then a day off", zone: "America/New_York", promise: usual, hours: nineToFive(),
			holidays: days{"2026-11-26": "Thanksgiving Day"}, closed: []availability.Date{"2026-11-27"},
			delivered: "2026-11-26T10:00:00-05:00", from: "2026-12-01T00:00:00-05:00", due: "2026-12-02T17:00:00-05:00",
			reasons: []availability.Closure{{Kind: availability.KindHoliday, Name: "Thanksgiving Day"}, {Kind: availability.KindClosed}},
		},
		{
			name: "away until Monday, although the absence ends on a Friday", zone: "Europe/Dublin", promise: usual, hours: nineToFive(),
			away:      []availability.Period{{From: "2026-11-18", To: "2026-11-27"}},
			delivered: "2026-11-17T12:00:00Z", from: "2026-11-30T12:00:00Z", due: "2026-12-01T17:00:00Z",
			reasons: []availability.Closure{{Kind: availability.KindAway, Until: "2026-11-30"}},
		},
		{
			name: "absences that overlap are one", zone: "Europe/Dublin", promise: usual, hours: nineToFive(),
			away:      []availability.Period{{From: "2026-11-25", To: "2026-12-04"}, {From: "2026-11-18", To: "2026-11-27"}},
			delivered: "2026-11-17T12:00:00Z", from: "2026-12-07T12:00:00Z", due: "2026-12-08T17:00:00Z",
			reasons: []availability.Closure{{Kind: availability.KindAway, Until: "2026-12-07"}},
		},
		{
			name: "absences with a day of work between them are two", zone: "Europe/Dublin", promise: usual, hours: nineToFive(),
			away:      []availability.Period{{From: "2026-11-18", To: "2026-11-18"}, {From: "2026-11-20", To: "2026-11-24"}},
			delivered: "2026-11-17T12:00:00Z", from: "2026-11-19T12:00:00Z", due: "2026-11-25T17:00:00Z",
			reasons: []availability.Closure{
				{Kind: availability.KindAway, Until: "2026-11-19"}, {Kind: availability.KindAway, Until: "2026-11-25"},
			},
		},
		{
			name: "an absence after the promise, from a Saturday on", zone: "Europe/Dublin", promise: usual, hours: nineToFive(),
			away:      []availability.Period{{From: "2026-11-21", To: "2026-11-23"}},
			delivered: "2026-11-18T18:00:00Z", from: "2026-11-19T18:00:00Z", due: "2026-11-24T17:00:00Z",
			reasons: []availability.Closure{{Kind: availability.KindAway, Until: "2026-11-24"}},
		},
		{
			name: "a holiday follows on another", zone: "Europe/London", promise: usual, hours: nineToFive(),
			holidays:  days{"2025-12-25": "Christmas Day", "2025-12-26": "Boxing Day"},
			delivered: "2025-12-24T12:00:00Z", from: "2025-12-29T12:00:00Z", due: "2025-12-30T17:00:00Z",
			reasons: []availability.Closure{
				{Kind: availability.KindHoliday, Name: "Christmas Day"}, {Kind: availability.KindHoliday, Name: "Boxing Day"},
			},
		},
		{
			name: "a leap day", zone: "UTC", promise: usual, hours: nineToFive(),
			delivered: "2028-02-28T12:00:00Z", from: "2028-02-29T12:00:00Z", due: "2028-03-01T17:00:00Z",
		},
		{
			name: "New Year", zone: "Pacific/Auckland", promise: usual, hours: nineToFive(),
			holidays:  days{"2027-01-01": "New Year's Day", "2027-01-04": "Day after New Year's Day"},
			delivered: "2026-12-31T18:00:00+13:00", from: "2027-01-05T18:00:00+13:00", due: "2027-01-07T17:00:00+13:00",
			reasons: []availability.Closure{
				{Kind: availability.KindHoliday, Name: "New Year's Day"},
				{Kind: availability.KindHoliday, Name: "Day after New Year's Day"},
			},
		},
		{
			name: "clocks change on a weekend", zone: "America/New_York", promise: usual, hours: nineToFive(),
			delivered: "2026-03-06T12:00:00-05:00", from: "2026-03-09T12:00:00-04:00", due: "2026-03-10T17:00:00-04:00",
			reasons: []availability.Closure{{Kind: availability.KindWeekend}},
		},
		{
			name: "a Friday of 23 hours counts 24", zone: "Asia/Jerusalem", promise: usual, hours: week("09:00", "24:00"),
			delivered: "2027-03-25T00:00:00+02:00", from: "2027-03-26T00:00:00+02:00", due: "2027-03-27T00:00:00+03:00",
		},
		{
			name: "a Thursday of 25 hours counts 24", zone: "Africa/Cairo", promise: usual, hours: week("00:00", "24:00"),
			delivered: "2026-10-28T00:00:00+03:00", from: "2026-10-29T00:00:00+03:00", due: "2026-10-30T00:00:00+02:00",
		},
		{
			name: "half a Friday of 23 hours counts 12", zone: "Asia/Jerusalem", promise: availability.Promise{Min: 12, Max: 24},
			hours:     week("09:00", "17:00"),
			delivered: "2027-03-26T00:00:00+02:00", from: "2027-03-26T12:30:00+03:00", due: "2027-03-29T17:00:00+03:00",
			reasons: []availability.Closure{{Kind: availability.KindWeekend}},
		},
		{
			name: "a Friday that begins at one o'clock", zone: "Africa/Cairo", promise: usual, hours: week("00:00", "24:00"),
			delivered: "2026-04-23T00:00:00+02:00", from: "2026-04-24T01:00:00+03:00", due: "2026-04-25T00:00:00+03:00",
		},
		{
			name: "a Friday that never was", zone: "Pacific/Apia", promise: usual, hours: week("00:00", "24:00"),
			delivered: "2011-12-29T00:00:00-10:00", from: "2011-12-31T00:00:00+14:00", due: "2012-01-03T00:00:00+14:00",
			reasons: []availability.Closure{{Kind: availability.KindWeekend}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := availability.Availability{
				Zone: c.zone, Style: availability.StyleOpen, Promise: c.promise, Hours: c.hours, Closed: c.closed, Away: c.away,
			}
			if errors := a.Validate(availability.Surroundings{}); errors != nil {
				t.Fatal(errors)
			}
			delivered := mustTime(t, c.delivered)
			o := availability.Expand(a, mustZone(t, c.zone), c.holidays.find, delivered, delivered.Add(availability.Horizon))
			got := o.Forecast(delivered)
			if want := mustTime(t, c.from); !got.From.Equal(want) {
				t.Errorf("from: got %v, want %v", got.From, want.UTC())
			}
			if want := mustTime(t, c.due); !got.Due.Equal(want) || got.Beyond {
				t.Errorf("due: got %v, beyond %v, want %v", got.Due, got.Beyond, want.UTC())
			}
			var reasons []availability.Closure
			for _, r := range got.Reasons {
				reasons = append(reasons, availability.Closure{Kind: r.Kind, Name: r.Name, Until: r.Until})
			}
			if !reflect.DeepEqual(reasons, c.reasons) {
				t.Errorf("reasons: got %+v, want %+v", reasons, c.reasons)
			}
		})
	}
}

func TestForecastEnds(t *testing.T) {
	now := time.Date(2026, time.November, 16, 12, 0, 0, 0, time.UTC)
	a := availability.Default("UTC")
	a.Away = []availability.Period{{From: "2026-11-18", To: "2027-11-30"}}
	outlook := availability.Expand(a, time.UTC, nil, now, now.Add(availability.Horizon))

	t.Run("an answer later than the outlook is not invented", func(t *testing.T) {
		got := outlook.Forecast(now.Add(24 * time.Hour))
		if !got.Beyond || !got.Due.Equal(outlook.To) || !got.From.Equal(outlook.To) {
			t.Errorf("got %+v", got)
		}
		if len(got.Reasons) != 1 || got.Reasons[0].Until != "2027-12-01" {
			t.Errorf("reasons: got %+v", got.Reasons)
		}
	})
	t.Run("its beginning is told where it is known", func(t *testing.T) {
		if got := outlook.Forecast(now); !got.Beyond || !got.From.Equal(now.Add(24*time.Hour)) {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("office hours at the end of the outlook are no answer to what is not due yet", func(t *testing.T) {
		a := availability.Default("UTC")
		a.Hours = week("00:00", "24:00")
		if got := availability.Expand(a, time.UTC, nil, now, now).Forecast(now); !got.Beyond {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("nothing is known of after the outlook", func(t *testing.T) {
		if got := outlook.Forecast(outlook.To.Add(time.Hour)); !got.Beyond || !got.Due.Equal(outlook.To) {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("what was delivered before the outlook is due at the latest as if delivered at its beginning", func(t *testing.T) {
		if got, want := outlook.Forecast(now.AddDate(0, -1, 0)), outlook.Forecast(outlook.From); !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
	t.Run("an absence without end has no day of return", func(t *testing.T) {
		a.Away[0].To = "2999-12-31"
		got := availability.Expand(a, time.UTC, nil, now, now.Add(availability.Horizon)).Forecast(now)
		if len(got.Reasons) != 1 || got.Reasons[0].Kind != availability.KindAway || got.Reasons[0].Until != "" {
			t.Errorf("reasons: got %+v", got.Reasons)
		}
	})
	t.Run("an outlook of nothing promises nothing", func(t *testing.T) {
		if got := (availability.Outlook{}).Forecast(now); !got.Beyond {
			t.Errorf("got %+v", got)
		}
	})
}

func TestOutlookJSON(t *testing.T) {
	zone := mustZone(t, "America/New_York")
	a := availability.Default("America/New_York")
	a.Away = []availability.Period{{From: "2026-12-21", To: "2026-12-23"}}
	holidays := days{"2026-11-26": "Thanksgiving Day"}
	now := time.Date(2026, time.November, 16, 12, 0, 0, 0, time.UTC)
	given := availability.Expand(a, zone, holidays.find, now, now.Add(availability.Horizon))

	written, err := json.Marshal(given)
	if err != nil {
		t.Fatal(err)
	}
	if len(written) > 10_000 {
		t.Errorf("an outlook takes %d bytes", len(written))
	}
	var got availability.Outlook
	if err := json.Unmarshal(written, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, given) {
		t.Errorf("got %+v, want %+v", got, given)
	}
	for _, interval := range got.Office {
		if interval.From.Location() != time.UTC || interval.To.Location() != time.UTC {
			t.Fatalf("not in UTC: %v", interval)
		}
	}
}
