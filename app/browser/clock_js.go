package browser

import (
	"strings"
	"syscall/js"
	"time"

	"pleiades/shared/availability"
)

// Clock puts instants into the reader's words: their language, their time zone,
// through the browser's Intl, so that the program carries no time-zone data.
type Clock struct {
	js               js.Value
	today, yesterday string
	skew             func() time.Duration
}

// NewClock returns a clock with the words for today and yesterday. skew says how
// far the device's clock is ahead of the right time.
func NewClock(today, yesterday string, skew func() time.Duration) *Clock {
	return &Clock{js: js.Global().Get("pleiades").Get("clock"), today: today, yesterday: yesterday, skew: skew}
}

// call calls a function that needs to know what time it is.
func (c *Clock) call(name string, about any) js.Value { return c.js.Call(name, about, millis(c.Now())) }

// Day names the local day of t.
func (c *Clock) Day(t time.Time) string {
	switch c.call("age", millis(t)).Int() {
	case 0:
		return c.today
	case 1:
		return c.yesterday
	default:
		return c.call("day", millis(t)).String()
	}
}

// DayKey returns the same key for instants of the same local day.
func (c *Clock) DayKey(t time.Time) string { return c.js.Call("dayKey", millis(t)).String() }

// Time returns the local time of day.
func (c *Clock) Time(t time.Time) string { return c.js.Call("time", millis(t)).String() }

// Full returns the local day and time in full.
func (c *Clock) Full(t time.Time) string { return c.js.Call("full", millis(t)).String() }

// Due returns the local day and time by which something is due.
func (c *Clock) Due(t time.Time) string { return c.call("due", millis(t)).String() }

// Soon is Due in short: within a week the weekday names the day.
func (c *Clock) Soon(t time.Time) string { return c.call("soon", millis(t)).String() }

// Date names a day of the calendar, wherever it is: "Monday 2 March".
func (c *Clock) Date(d availability.Date) string { return c.call("date", string(d)).String() }

// Today returns the date in a zone now, empty where the browser does not know
// the zone.
func (c *Clock) Today(zone string) availability.Date {
	return availability.Date(c.call("today", zone).String())
}

// Zone returns the name of the device's time zone.
func (c *Clock) Zone() string { return c.js.Call("zone").String() }

// Zones returns the names of all time zones the browser knows.
func (c *Clock) Zones() []string { return strings.Split(c.js.Call("zones").String(), " ") }

// Now returns the right time: that of the device's clock less its skew.
func (c *Clock) Now() time.Time { return time.Now().Add(-c.skew()) }

func millis(t time.Time) float64 { return float64(t.UnixMilli()) }
