package browser

import (
	"syscall/js"
	"time"
)

// Clock puts instants into the reader's words: their language, their time zone,
// through the browser's Intl, so that the program carries no time-zone data.
type Clock struct {
	js               js.Value
	today, yesterday string
}

// NewClock returns a clock with the words for today and yesterday.
func NewClock(today, yesterday string) *Clock {
	return &Clock{js: js.Global().Get("pleiades").Get("clock"), today: today, yesterday: yesterday}
}

// Day names the local day of t.
func (c *Clock) Day(t time.Time) string {
	switch c.js.Call("age", millis(t)).Int() {
	case 0:
		return c.today
	case 1:
		return c.yesterday
	default:
		return c.js.Call("day", millis(t)).String()
	}
}

// DayKey returns the same key for instants of the same local day.
func (c *Clock) DayKey(t time.Time) string { return c.js.Call("dayKey", millis(t)).String() }

// Time returns the local time of day.
func (c *Clock) Time(t time.Time) string { return c.js.Call("time", millis(t)).String() }

// Full returns the local day and time in full.
func (c *Clock) Full(t time.Time) string { return c.js.Call("full", millis(t)).String() }

func millis(t time.Time) float64 { return float64(t.UnixMilli()) }
