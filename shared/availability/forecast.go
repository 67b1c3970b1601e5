package availability

import (
	"math/bits"
	"slices"
	"time"
)

// Forecast says when the answer to a message can be expected that is, or will
// be, delivered at a moment. Both moments of the answer are whole seconds.
//
// Due is the end of the first office hours that end at or after the moment by
// which the promise clock has counted Promise.Max hours; From is the moment by
// which it has counted Promise.Min. A message delivered before the outlook
// begins is taken to be delivered at its beginning: its answer is due then or
// sooner.
func (o Outlook) Forecast(delivered time.Time) Forecast {
	start := wholeSecond(delivered)
	f := Forecast{From: o.To, Due: o.To, Beyond: true}
	if from, ok := o.after(start, o.Promise.Min); ok {
		f.From = from
	}
	bound, ok := o.after(start, o.Promise.Max)
	if !ok {
		bound = o.To
	}
	i := slices.IndexFunc(o.Office, func(hours Interval) bool { return !hours.To.Before(bound) })
	if ok && i >= 0 {
		f.Due, f.Beyond = o.Office[i].To, false
	}
	f.Reasons = o.reasons(start, bound, f.Due)
	return f
}

// after returns the first moment by which the promise clock has counted a
// number of hours since start, a whole second, and whether that is within the
// outlook. None are counted as soon as the clock runs.
func (o Outlook) after(start time.Time, hours int) (time.Time, bool) {
	left := time.Duration(hours) * time.Hour
	for _, run := range o.Runs {
		if !start.Before(run.To) {
			continue
		}
		if start.Before(run.From) {
			start = run.From
		}
		// Rounded down both times: the moment is never late, and what it is
		// early, a few nanoseconds, the whole second makes good.
		before := scale(start.Sub(run.From), run.counted(), run.length())
		if before+left <= run.counted() {
			return wholeSecond(run.From.Add(scale(before+left, run.length(), run.counted()))), true
		}
		left -= run.counted() - before
	}
	return time.Time{}, false
}

// sparse is how long an answer may wait for office hours, closed days left out,
// before their being few is a reason.
const sparse = 24 * time.Hour

// reasons returns what made an answer later: days on which the promise clock
// stood still until it reached its bound, and from there until the answer is
// due those on which office hours fell away, or that there are few. A weekend
// is a reason only where there is no other.
func (o Outlook) reasons(start, bound, due time.Time) []Closure {
	var reasons, weekends []Closure
	for _, c := range o.Closed {
		switch {
		case c.Kind == KindWeekend:
			if c.overlaps(start, due) {
				weekends = append(weekends, c)
			}
		case c.overlaps(start, bound), c.Office && c.overlaps(bound, due):
			reasons = append(reasons, c)
		}
	}
	wait := due.Sub(bound)
	for _, c := range o.Closed {
		if c.overlaps(bound, due) {
			wait -= earlier(c.To, due).Sub(later(c.From, bound))
		}
	}
	if wait > sparse {
		reasons = append(reasons, Closure{Interval: Interval{bound, due}, Kind: KindHours})
	}
	if reasons == nil {
		return weekends
	}
	return reasons
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (i Interval) overlaps(from, to time.Time) bool { return i.From.Before(to) && from.Before(i.To) }

// scale returns d*by/of, rounded down. None of them is negative.
func scale(d, by, of time.Duration) time.Duration {
	hi, lo := bits.Mul64(uint64(d), uint64(by))   // #nosec G115
	quotient, _ := bits.Div64(hi, lo, uint64(of)) // #nosec G115
	return time.Duration(quotient)                // #nosec G115
}

// wholeSecond returns the first whole second not before t, in UTC.
func wholeSecond(t time.Time) time.Time {
	return t.Add(time.Second - time.Nanosecond).Truncate(time.Second).UTC()
}
