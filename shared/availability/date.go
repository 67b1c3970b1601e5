package availability

import "time"

// Date is a day on the calendar, wherever that is: YYYY-MM-DD. Dates compare
// as strings.
type Date string

// DateOf returns the date of an instant in the zone it carries.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// Valid reports whether the date exists, in the years 1900 to 2999.
func (d Date) Valid() bool {
	t, err := time.Parse(time.DateOnly, string(d))
	return err == nil && t.Year() >= 1900 && t.Year() < 3000
}

// Weekday returns the day of the week of a valid date.
func (d Date) Weekday() time.Weekday { return d.midnight().Weekday() }

// Add returns the date n days later, or earlier if n is negative.
func (d Date) Add(n int) Date { return DateOf(d.midnight().AddDate(0, 0, n)) }

// Format writes a valid date in a layout of the time package.
func (d Date) Format(layout string) string { return d.midnight().Format(layout) }

// midnight returns the beginning of the day as if its zone were UTC.
func (d Date) midnight() time.Time {
	t, _ := time.Parse(time.DateOnly, string(d)) // valid, or the zero time
	return t
}
