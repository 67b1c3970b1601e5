package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"pleiades/server/calendar"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
)

const (
	// forecastReach is how far the command looks ahead: it has no screen to
	// fill offline, so it need not stop at availability.Horizon.
	forecastReach = 10 * 365 * 24 * time.Hour
	// maxAvailability is how large the file may be, in bytes.
	maxAvailability = 1 << 20
)

// forecast prints by when the answer to a message can be expected.
func (p program) forecast(_ context.Context, args []string) error {
	var c config
	set := p.flags("forecast", "--availability FILE --at TIME")
	file := set.String("availability", "", "JSON `file` with zone, calendar, promise, hours, closed and away; - is the standard input")
	at := set.String("at", "", "`time` at which the message is delivered, RFC 3339")
	if err := p.parse(set, args, &c); err != nil {
		return err
	}
	delivered, problems := parseMoment(*at)
	a, more := p.readAvailability(*file)
	if problems = append(problems, more...); problems != nil {
		return &usageError{problems}
	}
	outlook, err := calendar.Expand(a, delivered, delivered.Add(forecastReach))
	if err != nil {
		return err
	}
	return json.NewEncoder(p.stdout).Encode(newForecastAnswer(delivered, outlook.Forecast(delivered)))
}

// forecastAnswer is what the command prints. Times are in UTC. Those further
// away than the command looks are null.
type forecastAnswer struct {
	DeliveredAt time.Time  `json:"deliveredAt"`
	From        *time.Time `json:"from"`
	Due         *time.Time `json:"due"`
	Reason      string     `json:"reason"` // empty if nothing makes it later
}

func newForecastAnswer(delivered time.Time, f availability.Forecast) forecastAnswer {
	words := phrase.English()
	reasons := make([]string, len(f.Reasons))
	for i, closure := range f.Reasons {
		day := ""
		if closure.Until != "" {
			day = closure.Until.Format("Monday 2 January")
		}
		reasons[i] = words.Reason(closure, day)
	}
	answer := forecastAnswer{DeliveredAt: delivered, Reason: strings.Join(slices.Compact(reasons), "; ")}
	if !f.Beyond || f.From.Before(f.Due) {
		answer.From = &f.From
	}
	if !f.Beyond {
		answer.Due = &f.Due
	}
	return answer
}

// parseMoment reads the moment of delivery.
func parseMoment(s string) (time.Time, []string) {
	if s == "" {
		return time.Time{}, []string{"--at is missing"}
	}
	var t time.Time
	if err := t.UnmarshalText([]byte(s)); err != nil {
		return time.Time{}, []string{"--at must be a time such as 2026-11-25T09:30:00Z"}
	}
	if t.Year() < 1900 || t.Year() > 2900 {
		return time.Time{}, []string{"--at must be in the years 1900 to 2900"}
	}
	return t.UTC(), nil
}

// readAvailability reads an availability from a file and returns what is wrong
// with it, field by field.
func (p program) readAvailability(file string) (availability.Availability, []string) {
	var a availability.Availability
	if file == "" {
		return a, []string{"--availability is missing"}
	}
	in := p.stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return a, []string{"--availability: " + err.Error()}
		}
		defer f.Close()
		in = f
	}
	raw, err := io.ReadAll(io.LimitReader(in, maxAvailability+1))
	if err != nil {
		return a, []string{"--availability: " + err.Error()}
	}
	if len(raw) > maxAvailability {
		return a, []string{"--availability: the file is larger than 1 MiB"}
	}
	return decodeAvailability(bytes.TrimPrefix(raw, byteOrderMark))
}

// writtenAvailability is an availability as it stands in a file. Office hours
// are read loosely, so that what is wrong with them can be named.
type writtenAvailability struct {
	Version  int                   `json:"version"`
	Style    availability.Style    `json:"style"`
	Words    message.Text          `json:"words"`
	Zone     string                `json:"zone"`
	Calendar string                `json:"calendar"`
	Promise  availability.Promise  `json:"promise"`
	Hours    map[string][][]string `json:"hours"`
	Closed   []availability.Date   `json:"closed"`
	Away     []availability.Period `json:"away"`
}

// decodeAvailability reads the JSON of an availability and returns what is
// wrong with it. Only zone and hours must be there.
func decodeAvailability(raw []byte) (availability.Availability, []string) {
	usual := availability.Default("")
	written := writtenAvailability{Style: usual.Style, Promise: usual.Promise}
	if problem := decodeStrictly(raw, &written); problem != "" {
		return availability.Availability{}, []string{problem}
	}
	hours, problems := weekHours(written.Hours)
	a := availability.Availability{
		Version: written.Version, Style: written.Style, Words: written.Words,
		Zone: written.Zone, Calendar: calendarCode(written.Calendar), Promise: written.Promise,
		Hours: hours, Closed: written.Closed, Away: written.Away,
	}
	words := phrase.English()
	for _, e := range a.Validate(availability.Surroundings{KnownZone: calendar.KnownZone}) {
		problems = append(problems, e.Field+": "+strings.TrimSuffix(words.AvailabilityError(e.Code), "."))
	}
	return a, problems
}

// decodeStrictly reads exactly one JSON object into value and returns what is
// wrong with it.
func decodeStrictly(raw []byte, value any) string {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(value)
	var mistyped *json.UnmarshalTypeError
	switch {
	case errors.As(err, &mistyped) && mistyped.Field != "":
		return mistyped.Field + ": " + mistyped.Value + " does not fit here"
	case errors.As(err, &mistyped):
		return "--availability: the file does not hold a JSON object"
	case errors.Is(err, io.EOF):
		return "--availability: the file is empty"
	case err != nil:
		return "--availability: " + strings.TrimPrefix(err.Error(), "json: ")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return "--availability: there is more after the JSON object"
	}
	return ""
}

// weekHours sorts office hours into the days of the week.
func weekHours(written map[string][][]string) (availability.Hours, []string) {
	var hours availability.Hours
	days := map[string]*[]availability.Span{
		"mon": &hours.Mon, "tue": &hours.Tue, "wed": &hours.Wed, "thu": &hours.Thu,
		"fri": &hours.Fri, "sat": &hours.Sat, "sun": &hours.Sun,
	}
	var problems []string
	for name, spans := range written {
		day, ok := days[name]
		if !ok {
			problems = append(problems, "hours."+name+": the days are mon, tue, wed, thu, fri, sat and sun")
			continue
		}
		for _, span := range spans {
			var times availability.Span // stays empty, which is no time, where there are not two
			if len(span) == len(times) {
				times = availability.Span(span)
			}
			*day = append(*day, times)
		}
	}
	slices.Sort(problems)
	return hours, problems
}

// calendarCode reads the code of a calendar as people write it.
func calendarCode(s string) availability.Calendar {
	if code := strings.ToUpper(s); code != "NONE" {
		return availability.Calendar(code)
	}
	return availability.CalendarNone
}
