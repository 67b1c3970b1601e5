package availability

import (
	"slices"
	"strconv"
	"time"

	"pleiades/shared/message"
)

// Limits of what can be set.
const (
	MaxWords   = 280 // characters (Unicode code points, after message.Normalize)
	MaxPromise = 480 // business hours: 20 business days
	MaxSpans   = 8   // spans of one weekday
	MaxClosed  = 100 // single days off
	MaxAway    = 50  // absences
)

// Code says what is wrong with a field. Codes are stable: they travel in the
// API and the app chooses its words by them.
type Code string

// The codes of Validate.
const (
	CodeUnknownStyle    Code = "unknown_style"
	CodeWordsTooLong    Code = "words_too_long"
	CodeWordsInvalid    Code = "words_invalid" // characters that cannot be shown safely
	CodeUnknownZone     Code = "unknown_zone"
	CodeUnknownCalendar Code = "unknown_calendar"
	CodePromiseRange    Code = "promise_range"    // outside 0 or 1 to MaxPromise
	CodePromiseOrder    Code = "promise_order"    // the least is more than the most
	CodeEmptyWeek       Code = "empty_week"       // no office hours at all
	CodeBadTime         Code = "bad_time"         // not HH:MM, 00:00 to 24:00
	CodeReversedSpan    Code = "reversed_span"    // does not end after it begins
	CodeOverlappingSpan Code = "overlapping_span" // with another of its day
	CodeBadDate         Code = "bad_date"         // not a day that exists
	CodeDuplicateClosed Code = "duplicate_closed" // the same day off again
	CodeReversedAway    Code = "reversed_away"    // ends before it begins
	CodePastAway        Code = "past_away"        // over already
	CodeTooMany         Code = "too_many"         // more entries than the limit
)

// FieldError names a field and what is wrong with it. Field is a path as in
// the JSON form, such as "hours.mon[1]" or "away[0]".
type FieldError struct {
	Field string `json:"field"`
	Code  Code   `json:"code"`
}

// Surroundings are what Validate cannot know by itself.
type Surroundings struct {
	// KnownZone reports whether a zone exists; nil leaves it to someone else.
	KnownZone func(zone string) bool
	// Today is the date in the therapist's zone; empty lets absences be over.
	Today Date
	// Before are the absences that stood already: those may be over by now.
	Before []Period
}

// Validate returns what is wrong with the availability, field by field, or nil.
func (a Availability) Validate(s Surroundings) []FieldError {
	c := check{}
	c.unless(slices.Contains(Styles(), a.Style), "style", CodeUnknownStyle)
	c.unless(message.Length(a.Words) <= MaxWords, "words", CodeWordsTooLong)
	c.unless(!slices.Contains(message.Draft{Body: a.Words}.Validate(), message.CodeInvalidText), "words", CodeWordsInvalid)
	c.unless(s.KnownZone == nil || s.KnownZone(a.Zone), "zone", CodeUnknownZone)
	c.unless(slices.Contains(Calendars(), a.Calendar), "calendar", CodeUnknownCalendar)
	c.promise(a.Promise)
	c.hours(a.Hours)
	c.closed(a.Closed)
	c.away(a.Away, s)
	return c.errors
}

// check gathers what is wrong.
type check struct{ errors []FieldError }

// few notes when a list holds more than the limit. Its entries are not worth
// looking at then: nobody wrote so many by hand.
func (c *check) few(n, limit int, field string) bool {
	c.unless(n <= limit, field, CodeTooMany)
	return n <= limit
}

// unless notes a code for a field unless all is well with it.
func (c *check) unless(well bool, field string, code Code) {
	if !well {
		c.errors = append(c.errors, FieldError{field, code})
	}
}

func (c *check) promise(p Promise) {
	minimum, most := p.Min >= 0 && p.Min <= MaxPromise, p.Max >= 1 && p.Max <= MaxPromise
	c.unless(minimum, "promise.min", CodePromiseRange)
	c.unless(most, "promise.max", CodePromiseRange)
	c.unless(!minimum || !most || p.Min <= p.Max, "promise.max", CodePromiseOrder)
}

func (c *check) hours(h Hours) {
	empty := true
	for i, name := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		spans := h.On(time.Weekday((i + 1) % 7))
		empty = empty && len(spans) == 0
		c.day("hours."+name, spans)
	}
	c.unless(!empty, "hours", CodeEmptyWeek)
}

func (c *check) day(field string, spans []Span) {
	if !c.few(len(spans), MaxSpans, field) {
		return
	}
	var good [][2]int
	for i, span := range spans {
		field := at(field, i)
		from, okFrom := minutes(span[0])
		to, okTo := minutes(span[1])
		overlaps := func(other [2]int) bool { return from < other[1] && other[0] < to }
		switch {
		case !okFrom || !okTo:
			c.unless(false, field, CodeBadTime)
		case from >= to:
			c.unless(false, field, CodeReversedSpan)
		case slices.ContainsFunc(good, overlaps):
			c.unless(false, field, CodeOverlappingSpan)
		default:
			good = append(good, [2]int{from, to})
		}
	}
}

func (c *check) closed(days []Date) {
	if !c.few(len(days), MaxClosed, "closed") {
		return
	}
	for i, day := range days {
		c.unless(day.Valid(), at("closed", i), CodeBadDate)
		c.unless(!slices.Contains(days[:i], day), at("closed", i), CodeDuplicateClosed)
	}
}

func (c *check) away(periods []Period, s Surroundings) {
	if !c.few(len(periods), MaxAway, "away") {
		return
	}
	for i, p := range periods {
		field := at("away", i)
		switch {
		case !p.From.Valid() || !p.To.Valid():
			c.unless(p.From.Valid(), field+".from", CodeBadDate)
			c.unless(p.To.Valid(), field+".to", CodeBadDate)
		case p.To < p.From:
			c.unless(false, field, CodeReversedAway)
		default:
			c.unless(p.To >= s.Today || slices.Contains(s.Before, p), field, CodePastAway)
		}
	}
}

// at returns the path of an entry of a list.
func at(field string, i int) string { return field + "[" + strconv.Itoa(i) + "]" }

// minutes reads a time of day, HH:MM up to 24:00, as minutes since midnight.
func minutes(s string) (int, bool) {
	if len(s) != 5 || s[2] != ':' {
		return 0, false
	}
	for _, i := range []int{0, 1, 3, 4} {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	hour, minute := 10*int(s[0]-'0')+int(s[1]-'0'), 10*int(s[3]-'0')+int(s[4]-'0')
	return 60*hour + minute, minute < 60 && 60*hour+minute <= 24*60
}
