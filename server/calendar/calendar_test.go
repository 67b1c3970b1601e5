package calendar_test

import (
	"sync"
	"testing"
	"time"

	"pleiades/server/calendar"
	"pleiades/shared/availability"
)

func TestHolidays(t *testing.T) {
	// Checked against another collection of holidays and the laws that
	// holidays.go names. An empty name is an ordinary day.
	for c, days := range map[availability.Calendar]map[availability.Date]string{
		availability.CalendarNone: {"2026-12-25": "", "2027-01-01": ""},
		"XX":                      {"2026-12-25": ""},
		availability.CalendarUS: {
			"2026-11-26": "Thanksgiving Day", "2026-11-27": "", "2026-07-03": "Independence Day",
			"2027-12-31": "New Year's Day", "2027-06-18": "Juneteenth",
		},
		availability.CalendarCA: {"2026-10-12": "Thanksgiving Day", "2026-09-30": "National Day for Truth and Reconciliation", "2026-11-26": ""},
		availability.CalendarGB: {
			"2026-12-28": "Boxing Day", "2027-12-27": "Christmas Day", "2027-12-28": "Boxing Day",
			"2026-08-31": "Summer Bank Holiday", "2026-11-30": "", "2027-03-29": "Easter Monday",
		},
		"GB-SCT": {
			"2026-11-30": "St Andrew's Day", "2027-01-04": "2nd January", "2026-08-03": "Summer Bank Holiday", "2026-08-31": "", "2027-03-29": "",
		},
		"GB-NIR":                {"2026-03-17": "St Patrick's Day", "2026-07-13": "Battle of the Boyne", "2027-03-29": "Easter Monday"},
		availability.CalendarIE: {"2026-02-02": "Saint Brigid’s Day", "2030-02-01": "Saint Brigid’s Day", "2026-10-26": "Last Monday in October", "2026-12-28": ""},
		availability.CalendarAU: {"2026-01-26": "Australia Day", "2026-04-27": "", "2026-06-08": ""},
		"AU-NSW":                {"2026-06-08": "King's Birthday", "2026-04-27": "ANZAC Day", "2032-04-26": ""},
		"AU-WA":                 {"2026-04-27": "ANZAC Day", "2026-06-08": "", "2026-09-28": "King's Birthday"},
		availability.CalendarNZ: {"2026-07-10": "Matariki", "2027-06-25": "Matariki", "2026-06-01": "King's Birthday", "2026-04-27": "ANZAC Day"},
		availability.CalendarDE: {"2026-10-03": "Tag der Deutschen Einheit", "2026-05-14": "Christi Himmelfahrt", "2026-10-31": "", "2026-01-06": ""},
		"DE-BY":                 {"2028-08-15": "Mariä Himmelfahrt", "2026-01-06": "Heilige Drei Könige"},
		"DE-MV":                 {"2022-03-08": "", "2027-03-08": "Frauentag"},
		availability.CalendarES: {"2026-10-12": "Fiesta Nacional de España", "2026-04-03": "Viernes Santo"},
		availability.CalendarMX: {
			"2026-02-02": "Día de la Constitución", "2026-03-16": "Natalicio de Benito Juárez", "2026-11-16": "Día de la Revolución",
			"2026-09-16": "Día de la Independencia", "2030-10-01": "Transmisión del Poder Ejecutivo Federal", "2026-10-01": "",
		},
		availability.CalendarIN: {"2027-01-26": "Republic Day", "2026-10-20": "Dussehra", "2027-10-20": "", "2027-03-26": "Good Friday", "2027-10-29": "Diwali", "2029-11-21": "Guru Nanak's Birthday"},
	} {
		find := calendar.Holidays(c)
		for d, want := range days {
			if got, ok := find(d); got != want || ok != (want != "") {
				t.Errorf("%s %s: got %q, want %q", c, d, got, want)
			}
		}
	}
}

func TestCalendars(t *testing.T) {
	for _, c := range availability.Calendars() {
		_, ok := calendar.Holidays(c)("2026-12-25")
		if ok == (c == availability.CalendarNone) {
			t.Errorf("the calendar %q and Christmas Day: got %v", c, ok)
		}
	}
}

// TestKnownTo fails a year before the table of a calendar ends, so that there is
// time to go on with it.
func TestKnownTo(t *testing.T) {
	moon := map[availability.Calendar]struct{ reckoned, sighted []string }{
		availability.CalendarIN: {
			[]string{"Mahavir Jayanti", "Buddha Purnima", "Dussehra", "Diwali", "Guru Nanak's Birthday"},
			[]string{"Id-ul-Fitr", "Id-ul-Zuha", "Muharram", "Milad-un-Nabi"},
		},
		availability.CalendarNZ: {[]string{"Matariki"}, nil},
	}
	for _, c := range availability.Calendars() {
		all, most := c.KnownTo()
		if all > most || (most > 0) != (moon[c].reckoned != nil) {
			t.Errorf("%s is known to %d, most of it to %d", c, all, most)
		}
		if now := time.Now().Year(); most > 0 && most <= now {
			t.Errorf("%s is known only to the end of %d: find out the years after, in holidays.go and KnownTo", c, most)
		}
		for year := 2026; year <= most+1; year++ {
			kept := make(map[string]bool)
			for day := time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC); day.Year() == year; day = day.AddDate(0, 0, 1) {
				if name, ok := calendar.Holidays(c)(availability.DateOf(day)); ok {
					kept[name] = true
				}
			}
			for _, name := range moon[c].reckoned {
				if kept[name] != (year <= most) {
					t.Errorf("%s %d: %s is there: %v", c, year, name, kept[name])
				}
			}
			for _, name := range moon[c].sighted {
				if kept[name] != (year <= all) {
					t.Errorf("%s %d: %s is there: %v", c, year, name, kept[name])
				}
			}
		}
	}
}

func TestZone(t *testing.T) {
	for name, want := range map[string]bool{
		"Europe/Dublin": true, "Asia/Kolkata": true, "America/Argentina/Buenos_Aires": true, "UTC": true,
		"": false, "Local": false, "Europe/Atlantis": false, "../etc/passwd": false, "/etc/localtime": false, "Europe/": false, "Europe": false,
		// Known on some machines only.
		"localtime": false, "posixrules": false, "Factory": false, "right/Europe/Dublin": false, "posix/Europe/Dublin": false,
	} {
		if got := calendar.KnownZone(name); got != want {
			t.Errorf("%q: got %v, want %v", name, got, want)
		}
	}
}

func TestOutlook(t *testing.T) {
	now := time.Date(2026, time.November, 25, 15, 0, 0, 0, time.UTC)
	a := availability.Default("America/New_York")
	a.Calendar = availability.CalendarUS

	t.Run("a forecast around Thanksgiving", func(t *testing.T) {
		outlook, err := calendar.Outlook(a, now)
		if err != nil {
			t.Fatal(err)
		}
		got := outlook.Forecast(now)
		if want := time.Date(2026, time.November, 30, 22, 0, 0, 0, time.UTC); !got.Due.Equal(want) {
			t.Errorf("due: got %v, want %v", got.Due, want)
		}
		if len(got.Reasons) != 1 || got.Reasons[0].Name != "Thanksgiving Day" {
			t.Errorf("reasons: got %+v", got.Reasons)
		}
	})
	t.Run("it reaches from its history to its horizon", func(t *testing.T) {
		outlook, err := calendar.Outlook(a, now)
		if err != nil {
			t.Fatal(err)
		}
		if outlook.From.After(now.Add(-availability.History)) || outlook.To.Before(now.Add(availability.Horizon)) {
			t.Errorf("got %v to %v", outlook.From, outlook.To)
		}
	})
	t.Run("many at once", func(t *testing.T) {
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if _, err := calendar.Outlook(a, now); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
	t.Run("an unknown zone fails", func(t *testing.T) {
		a := availability.Default("Europe/Atlantis")
		if _, err := calendar.Outlook(a, now); err == nil {
			t.Error("got no error")
		}
	})
}
