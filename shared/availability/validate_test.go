package availability_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"pleiades/shared/availability"
	"pleiades/shared/message"
)

func TestValidate(t *testing.T) {
	const today = "2026-11-16"
	past := availability.Period{From: "2026-11-02", To: "2026-11-13"}
	surroundings := availability.Surroundings{
		KnownZone: func(zone string) bool { return zone == "Europe/Dublin" }, Today: today, Before: []availability.Period{past},
	}
	for _, c := range []struct {
		name   string
		change func(*availability.Availability)
		want   []availability.FieldError
	}{
		{"the default is well", func(*availability.Availability) {}, nil},
		{
			"an unknown zone", func(a *availability.Availability) { a.Zone = "Europe/Atlantis" },
			[]availability.FieldError{{"zone", availability.CodeUnknownZone}},
		},
		{
			"an unknown calendar", func(a *availability.Availability) { a.Calendar = "XX" },
			[]availability.FieldError{{"calendar", availability.CodeUnknownCalendar}},
		},
		{"a calendar of a part of a country is well", func(a *availability.Availability) { a.Calendar = "GB-SCT" }, nil},
		{
			"an unknown style", func(a *availability.Availability) { a.Style = "" },
			[]availability.FieldError{{"style", availability.CodeUnknownStyle}},
		},
		{"as many words as there may be", func(a *availability.Availability) {
			a.Words = message.Text(strings.Repeat("é", availability.MaxWords) + "\n")
		}, nil},
		{
			"too many words", func(a *availability.Availability) {
				a.Words = message.Text(strings.Repeat("x", availability.MaxWords+1))
			},
			[]availability.FieldError{{"words", availability.CodeWordsTooLong}},
		},
		{
			"words that cannot be shown", func(a *availability.Availability) { a.Words = "a\u202eb" },
			[]availability.FieldError{{"words", availability.CodeWordsInvalid}},
		},
		{"the longest promise", func(a *availability.Availability) {
			a.Promise = availability.Promise{Min: 0, Max: availability.MaxPromise}
		}, nil},
		{
			"a promise out of range", func(a *availability.Availability) {
				a.Promise = availability.Promise{Min: -1, Max: availability.MaxPromise + 1}
			},
			[]availability.FieldError{{"promise.min", availability.CodePromiseRange}, {"promise.max", availability.CodePromiseRange}},
		},
		{
			"a promise of nothing", func(a *availability.Availability) { a.Promise = availability.Promise{} },
			[]availability.FieldError{{"promise.max", availability.CodePromiseRange}},
		},
		{
			"a promise the wrong way round", func(a *availability.Availability) {
				a.Promise = availability.Promise{Min: 48, Max: 24}
			},
			[]availability.FieldError{{"promise.max", availability.CodePromiseOrder}},
		},
		{
			"an empty week", func(a *availability.Availability) {
				a.Hours = availability.Hours{Mon: []availability.Span{}}
			},
			[]availability.FieldError{{"hours", availability.CodeEmptyWeek}},
		},
		{"days of 24 hours", func(a *availability.Availability) { a.Hours = week("00:00", "24:00") }, nil},
		{"spans that touch, out of order", func(a *availability.Availability) {
			a.Hours.Sun = []availability.Span{{"13:00", "24:00"}, {"00:00", "09:30"}, {"09:30", "13:00"}}
		}, nil},
		{
			"times that are none", func(a *availability.Availability) {
				a.Hours.Tue = []availability.Span{
					{"9:00", "17:00"}, {"09:00", "24:01"}, {"09:00", "10:60"}, {"", ""}, {"09.00", "10:00"}, {"-1:00", "10:00"}, {"٠٩:٠٠", "10:00"},
				}
			},
			[]availability.FieldError{
				{"hours.tue[0]", availability.CodeBadTime}, {"hours.tue[1]", availability.CodeBadTime},
				{"hours.tue[2]", availability.CodeBadTime}, {"hours.tue[3]", availability.CodeBadTime},
				{"hours.tue[4]", availability.CodeBadTime}, {"hours.tue[5]", availability.CodeBadTime},
				{"hours.tue[6]", availability.CodeBadTime},
			},
		},
		{
			"reversed spans", func(a *availability.Availability) {
				a.Hours.Mon = []availability.Span{{"09:00", "12:00"}, {"17:00", "13:00"}, {"14:00", "14:00"}}
				a.Hours.Sun = []availability.Span{{"24:00", "24:00"}}
			},
			[]availability.FieldError{
				{"hours.mon[1]", availability.CodeReversedSpan}, {"hours.mon[2]", availability.CodeReversedSpan},
				{"hours.sun[0]", availability.CodeReversedSpan},
			},
		},
		{
			"overlapping spans", func(a *availability.Availability) {
				a.Hours.Fri = []availability.Span{{"12:00", "14:00"}, {"09:00", "12:01"}, {"14:00", "15:00"}, {"12:30", "13:00"}}
			},
			[]availability.FieldError{{"hours.fri[1]", availability.CodeOverlappingSpan}, {"hours.fri[3]", availability.CodeOverlappingSpan}},
		},
		{
			"more spans than a day may have", func(a *availability.Availability) {
				a.Hours.Sat = nil
				for i := range availability.MaxSpans + 1 {
					a.Hours.Sat = append(a.Hours.Sat, availability.Span{clock(60 * i), clock(60*i + 30)})
				}
			},
			[]availability.FieldError{{"hours.sat", availability.CodeTooMany}},
		},
		{
			"days off", func(a *availability.Availability) {
				a.Closed = []availability.Date{"2026-12-24", "2027-02-29", "2026-12-24", "24.12.2026", "2028-02-29", "2020-01-01"}
			},
			[]availability.FieldError{
				{"closed[1]", availability.CodeBadDate}, {"closed[2]", availability.CodeDuplicateClosed}, {"closed[3]", availability.CodeBadDate},
			},
		},
		{
			"absences", func(a *availability.Availability) {
				a.Away = []availability.Period{
					{From: "2026-11-10", To: "2026-11-15"},
					{From: "2026-11-10", To: today},
					{From: "2026-12-24", To: "2026-12-23"},
					{From: "2026-12-24", To: "2026-12-24"},
					{From: "soon", To: "2026-12-32"},
					past,
				}
			},
			[]availability.FieldError{
				{"away[0]", availability.CodePastAway}, {"away[2]", availability.CodeReversedAway},
				{"away[4].from", availability.CodeBadDate}, {"away[4].to", availability.CodeBadDate},
			},
		},
		{
			"more days off and absences than there may be", func(a *availability.Availability) {
				for i := range availability.MaxClosed + 1 {
					a.Closed = append(a.Closed, availability.Date(today).Add(i))
				}
				for i := range availability.MaxAway + 1 {
					d := availability.Date(today).Add(i)
					a.Away = append(a.Away, availability.Period{From: d, To: d})
				}
			},
			[]availability.FieldError{{"closed", availability.CodeTooMany}, {"away", availability.CodeTooMany}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := availability.Default("Europe/Dublin")
			c.change(&a)
			if got := a.Validate(surroundings); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}

	t.Run("without surroundings zones are not looked up and absences may be over", func(t *testing.T) {
		a := availability.Default("Europe/Atlantis")
		a.Away = []availability.Period{{From: "2001-01-01", To: "2001-01-02"}}
		if got := a.Validate(availability.Surroundings{}); got != nil {
			t.Errorf("got %v", got)
		}
	})
}

func TestDate(t *testing.T) {
	for d, want := range map[availability.Date]bool{
		"2026-11-16": true, "2028-02-29": true, "1900-01-01": true, "2999-12-31": true,
		"": false, "2027-02-29": false, "2026-1-2": false, "2026-11-16T00:00:00Z": false, "1899-12-31": false, "3000-01-01": false,
	} {
		if got := d.Valid(); got != want {
			t.Errorf("%q: got %v, want %v", d, got, want)
		}
	}
	d := availability.Date("2027-12-31")
	if got := d.Add(1); got != "2028-01-01" {
		t.Errorf("the day after: got %s", got)
	}
	if got := d.Add(-365); got != "2026-12-31" {
		t.Errorf("a year before: got %s", got)
	}
	if got := d.Weekday(); got != time.Friday {
		t.Errorf("got %v", got)
	}
	if got := d.Format("Monday 2 January"); got != "Friday 31 December" {
		t.Errorf("got %q", got)
	}
	late := time.Date(2026, time.November, 16, 23, 30, 0, 0, time.UTC)
	if got := availability.DateOf(late.In(time.FixedZone("", 3600))); got != "2026-11-17" {
		t.Errorf("got %s", got)
	}
}
