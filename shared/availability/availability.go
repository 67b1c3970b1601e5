// Package availability owns what a therapist says about when and how they
// answer, and what follows from it: by when an answer to a message can be
// expected.
//
// The server, which knows zones and holidays, expands an Availability into an
// Outlook: plain intervals in UTC. From there on the browser forecasts by
// itself, offline, with the same code as the server. This package must not load
// time zones, know holidays or choose words; each is passed in or left to the
// caller.
package availability

import (
	"time"

	"pleiades/shared/message"
)

// Availability is what a therapist set. Its days and times are those of their
// own zone.
type Availability struct {
	// Version rises by one with every change, from 1; 0 was never set.
	Version int   `json:"version"`
	Style   Style `json:"style"`
	// Words are a few of the therapist's own about how they use messages, at
	// most MaxWords characters; may be empty.
	Words message.Text `json:"words"`
	// Zone is a name of the IANA time zone database, such as Europe/Dublin.
	Zone string `json:"zone"`
	// Calendar says whose public holidays are kept.
	Calendar Calendar `json:"calendar"`
	Promise  Promise  `json:"promise"`
	Hours    Hours    `json:"hours"`
	// Closed are single days off beside those of the calendar.
	Closed []Date `json:"closed"`
	// Away are longer absences. They may overlap.
	Away []Period `json:"away"`
}

// Default returns what a therapist starts from: open style, Monday to Friday
// nine to five in their zone, an answer within one to two business days.
func Default(zone string) Availability {
	day := []Span{{"09:00", "17:00"}}
	return Availability{
		Style: StyleOpen, Zone: zone, Promise: DefaultPromise(),
		Hours:  Hours{Mon: day, Tue: day, Wed: day, Thu: day, Fri: day},
		Closed: []Date{}, Away: []Period{},
	}
}

// Style says what a therapist wants messages to be.
type Style string

// The styles.
const (
	StyleOpen      Style = "open"      // anything may be written about
	StyleBrief     Style = "brief"     // short messages; the rest belongs into the appointment
	StyleLogistics Style = "logistics" // only scheduling, billing and the like
	StyleNone      Style = "none"      // no messages between appointments
)

// Styles lists the styles, from the most to the least open.
func Styles() []Style { return []Style{StyleOpen, StyleBrief, StyleLogistics, StyleNone} }

// Promise says how long an answer takes, in business hours: a whole business
// day is 24 of them. It takes between Min and Max.
type Promise struct {
	Min int `json:"min"` // from 0: at once
	Max int `json:"max"` // from 1 to MaxPromise, not less than Min
}

// DefaultPromise is one to two business days.
func DefaultPromise() Promise { return Promise{Min: 24, Max: 48} }

// Hours are the office hours of each weekday.
type Hours struct {
	Mon []Span `json:"mon,omitempty"`
	Tue []Span `json:"tue,omitempty"`
	Wed []Span `json:"wed,omitempty"`
	Thu []Span `json:"thu,omitempty"`
	Fri []Span `json:"fri,omitempty"`
	Sat []Span `json:"sat,omitempty"`
	Sun []Span `json:"sun,omitempty"`
}

// On returns the office hours of a weekday.
func (h *Hours) On(day time.Weekday) []Span {
	switch day {
	case time.Monday:
		return h.Mon
	case time.Tuesday:
		return h.Tue
	case time.Wednesday:
		return h.Wed
	case time.Thursday:
		return h.Thu
	case time.Friday:
		return h.Fri
	case time.Saturday:
		return h.Sat
	default:
		return h.Sun
	}
}

// Span is a stretch of office hours within one day: from and to, each as HH:MM
// on a 24-hour clock. It may end at 24:00. Work past midnight takes two spans.
type Span [2]string

// Period is an absence: whole days, From and To included.
type Period struct {
	From Date `json:"from"`
	To   Date `json:"to"`
}

// has reports whether the day is in the period.
func (p Period) has(d Date) bool { return p.From <= d && d <= p.To }

// Calendar names whose public holidays are kept: an ISO 3166 code of a country
// or of a part of it.
type Calendar string

// The calendars of whole countries hold what is kept in all their parts, that
// of Britain what is kept in England and Wales.
const (
	CalendarNone Calendar = "" // no public holidays
	CalendarAU   Calendar = "AU"
	CalendarCA   Calendar = "CA"
	CalendarDE   Calendar = "DE"
	CalendarES   Calendar = "ES"
	CalendarGB   Calendar = "GB"
	CalendarIE   Calendar = "IE"
	CalendarIN   Calendar = "IN"
	CalendarMX   Calendar = "MX"
	CalendarNZ   Calendar = "NZ"
	CalendarUS   Calendar = "US"
)

// Calendars lists the calendars: none, then countries each followed by its
// parts.
func Calendars() []Calendar {
	return []Calendar{
		CalendarNone,
		CalendarAU, "AU-ACT", "AU-NSW", "AU-NT", "AU-QLD", "AU-SA", "AU-TAS", "AU-VIC", "AU-WA",
		CalendarCA,
		CalendarDE, "DE-BW", "DE-BY", "DE-BE", "DE-BB", "DE-HB", "DE-HH", "DE-HE", "DE-MV",
		"DE-NI", "DE-NW", "DE-RP", "DE-SL", "DE-SN", "DE-ST", "DE-SH", "DE-TH",
		CalendarES,
		CalendarGB, "GB-NIR", "GB-SCT",
		CalendarIE, CalendarIN, CalendarMX, CalendarNZ, CalendarUS,
	}
}

// KnownTo returns the last year of which all holidays of a calendar are known,
// and the last of which most are: those that almanacs reckon, but not those that
// follow the sighting of the moon, which are set only months before. Both are 0
// where every holiday follows from a rule.
func (c Calendar) KnownTo() (all, most int) {
	switch c {
	case CalendarIN:
		return 2026, 2029
	case CalendarNZ:
		return 2036, 2036
	}
	return 0, 0
}
