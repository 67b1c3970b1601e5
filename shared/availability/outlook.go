package availability

import "time"

const (
	// Horizon is how far ahead the server expands an availability.
	Horizon = 90 * 24 * time.Hour
	// History is how far back it does, so that messages which still wait for
	// an answer keep their forecast: longer than the longest promise with a long
	// absence in it.
	History = 60 * 24 * time.Hour
)

// Outlook is an availability spelled out in instants, all in UTC, each list in
// order of time. It is all a browser needs to forecast.
type Outlook struct {
	Version int       `json:"version"` // of the availability
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Promise Promise   `json:"promise"`
	// Runs are when the promise clock runs.
	Runs []Run `json:"runs"`
	// Office are the office hours, those that fall on a closed day left out.
	Office []Interval `json:"office"`
	// Closed are when the promise clock stands still, with the reason.
	Closed []Closure `json:"closed"`
}

// Interval is the time from From until before To.
type Interval struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Run is a stretch of business days. It counts Hours business hours, evenly
// spread: a day of 23 or 25 hours counts 24 and is a run of its own.
type Run struct {
	Interval
	Hours int `json:"hours"`
}

// Closure is a stretch of days on which the promise clock stands still.
type Closure struct {
	Interval
	Kind Kind `json:"kind"`
	// Name is that of a holiday, in the language of its country.
	Name string `json:"name,omitempty"`
	// Until is the first day with office hours after an absence, in the
	// therapist's zone. It is empty if there is none within two years.
	Until Date `json:"until,omitempty"`
	// Office says that office hours fell away.
	Office bool `json:"office,omitempty"`
}

// Kind says why the promise clock stands still.
type Kind string

// The kinds.
const (
	KindWeekend Kind = "weekend" // a Saturday or Sunday without a stronger reason
	KindHoliday Kind = "holiday" // of the calendar
	KindClosed  Kind = "closed"  // a single day off
	KindAway    Kind = "away"    // a longer absence
	// KindHours is only ever a reason of a forecast: office hours are on few
	// days.
	KindHours Kind = "hours"
)

// Forecast says when an answer can be expected.
type Forecast struct {
	From time.Time // not before this
	Due  time.Time // by this
	// Beyond is set when the outlook ends too early to tell: the answer is due
	// later than Due, which is then the end of the outlook.
	Beyond bool
	// Reasons are what made it later, in order of time.
	Reasons []Closure
}
