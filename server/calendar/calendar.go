// Package calendar owns the server's knowledge of zones and public holidays,
// and expands with it what a therapist set. The time zone database is part of
// the program, so that any machine knows every zone.
//
// It must not decide what a holiday or a zone means for a forecast: that is
// availability's part.
package calendar

import (
	"errors"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // where the machine has no time zone database

	"github.com/rickar/cal/v2"

	"pleiades/shared/availability"
)

// Outlook expands a valid availability from availability.History before now to
// availability.Horizon after it.
func Outlook(a availability.Availability, now time.Time) (availability.Outlook, error) {
	return Expand(a, now.Add(-availability.History), now.Add(availability.Horizon))
}

// Expand expands a valid availability over the local days of from to to. It
// fails for an unknown zone.
func Expand(a availability.Availability, from, to time.Time) (availability.Outlook, error) {
	zone, err := Zone(a.Zone)
	if err != nil {
		return availability.Outlook{}, err
	}
	return availability.Expand(a, zone, Holidays(a.Calendar), from, to), nil
}

// Zone returns a zone of the IANA time zone database by its name.
func Zone(name string) (*time.Location, error) {
	if foreign(name) {
		return nil, errors.New("load zone: unknown zone")
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("load zone: %w", err)
	}
	return zone, nil
}

// foreign reports whether a name means something on some machines only, or
// something that is no zone: Go's names for UTC and the machine's own zone, and
// what some systems keep beside the zones, such as clocks with leap seconds.
func foreign(name string) bool {
	switch name {
	case "", "Local", "localtime", "posixrules", "Factory":
		return true
	}
	return strings.HasPrefix(name, "right/") || strings.HasPrefix(name, "posix/")
}

// KnownZone reports whether there is a zone of that name.
func KnownZone(name string) bool {
	_, err := Zone(name)
	return err == nil
}

// Holidays returns the public holidays of a calendar: the days themselves and,
// where a holiday that falls on a weekend is made up for, the days off in
// their place. An unknown calendar has none.
func Holidays(c availability.Calendar) availability.Holidays {
	kept := cal.Calendar{Holidays: holidays(c)}
	return func(d availability.Date) (string, bool) {
		day, err := time.Parse(time.DateOnly, string(d))
		if err != nil {
			return "", false
		}
		actual, observed, holiday := kept.IsHoliday(day)
		if !actual && !observed {
			return "", false
		}
		return holiday.Name, true
	}
}
