package availability

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
