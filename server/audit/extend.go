package audit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// firstRules is the version of the rules that a log follows whose beginning does
// not say.
const firstRules = 1

// Rules say which tables a log protects, by the version of the rules that it
// follows for each. The zero value is of a log that has no beginning.
type Rules struct {
	begun  int64 // 0 without a beginning
	tables map[string]int64
}

// Read takes note of what an event of the chain of no practice says of them.
func (r *Rules) Read(e Event) {
	switch e.Kind {
	case AuditBegin:
		version, _ := strconv.ParseInt(e.Details["rules"], 10, 64)
		r.begun = max(r.begun, version, firstRules)
	case AuditExtend:
		if x, ok := extensionOf(e); ok {
			if r.tables == nil {
				r.tables = make(map[string]int64)
			}
			r.tables[x.Table] = max(r.tables[x.Table], x.Rules)
		}
	}
}

// Begun reports whether a beginning was read.
func (r Rules) Begun() bool { return r.begun > 0 }

// Of returns the version of the rules for a table.
func (r Rules) Of(table string) int64 { return max(r.begun, r.tables[table]) }

// History says since when builds protect a table, and so what a log protected that
// follows older rules: a row that was put into such a table is none that comes
// under protection, though the log never told of the table, which held nothing.
type History struct {
	// Since is the version of the rules since which a table is protected, if not as
	// it is now.
	Since map[string]int64
	// Unnumbered are tables that builds came to protect all at once before their
	// rules had versions: a log that tells of one of them protected them all.
	Unnumbered []string
}

// Protected reports whether a log that follows the rules and tells of the tables
// for which told is true protects a table.
func (h History) Protected(table string, rules Rules, told func(table string) bool) bool {
	since, known := h.Since[table]
	return told(table) || known && rules.Of(table) >= since ||
		slices.Contains(h.Unnumbered, table) && slices.ContainsFunc(h.Unnumbered, told)
}

// Extension is a table that came under the protection of a log after its
// beginning, or whose rows follow other rules since.
type Extension struct {
	Table string
	Rules int64
	At    int64 // microseconds since 1970: one moment for all events about it
}

// Announced is an extension as the chain of no practice tells of it.
type Announced struct {
	Extension
	Protected bool // the log protected the table before, in another way
}

// Begin returns the event with which a log begins that follows rules of a
// version.
func Begin(rules int64, at time.Time) Event {
	return Event{Kind: AuditBegin, At: at, Outcome: Done, Details: map[string]string{"rules": strconv.FormatInt(rules, 10)}}
}

// Extend returns an event that brings rows of a table in a practice, or none,
// under rules of a version. The chain of no practice has one for each table,
// before those of practices.
func Extend(practice uuid.UUID, table string, rules int64, at time.Time, rows []Row) Event {
	return Event{
		Kind: AuditExtend, Practice: practice, At: at, Outcome: Done, Rows: rows,
		Details: map[string]string{"table": table, "rules": strconv.FormatInt(rules, 10)},
	}
}

// extensionOf reads what an event of Extend says.
func extensionOf(e Event) (Extension, bool) {
	rules, err := strconv.ParseInt(e.Details["rules"], 10, 64)
	x := Extension{Table: e.Details["table"], Rules: rules, At: e.At.UnixMicro()}
	return x, err == nil && x.Table != "" && rules > firstRules
}

// tableOf returns the table in the name of a row.
func tableOf(row string) string {
	table, _, _ := strings.Cut(row, "/")
	return table
}

// extending is an extension under way.
type extending struct {
	Announced
	number int64 // of its first event
	rows   int   // that it took in
}

// extend reads an event that extends the rules. Only a table that the log did
// not protect before is taken in, and only once; of one that it did, were it
// empty, rows can only be stated anew that are as the log knows them.
func (c *Chain) extend(e Entry, event Event) {
	x, ok := extensionOf(event)
	if !ok {
		c.find(Changed, "names no table", "event %d", e.Number)
		return
	}
	if n := len(c.extended); n == 0 || !c.goesOn || c.extended[n-1].Extension != x {
		at := slices.IndexFunc(c.announced, func(a Announced) bool { return a.Extension == x })
		switch {
		case c.practice != uuid.Nil && at < 0:
			c.find(Inserted, "the chain of no practice does not tell of it", "event %d", e.Number)
		case c.practice == uuid.Nil && c.rules.Of(x.Table) >= x.Rules,
			slices.ContainsFunc(c.extended, func(other extending) bool { return other.Table == x.Table && other.Rules >= x.Rules }):
			c.find(Inserted, "takes in "+x.Table+" though the log protected it already", "event %d", e.Number)
		}
		told := func(table string) bool { return c.tables[table] }
		before := at >= 0 && c.announced[at].Protected || c.history.Protected(x.Table, c.rules, told)
		c.extended = append(c.extended, extending{Announced: Announced{x, before}, number: e.Number})
	}
	under := &c.extended[len(c.extended)-1]
	for _, row := range event.Rows {
		known, there := c.rows[row.Name]
		switch none := row.Before == [32]byte{}; {
		case tableOf(row.Name) != x.Table:
			c.find(Inserted, fmt.Sprintf("taken in by event %d with %s", e.Number, x.Table), "%s", row.Name)
		case none && under.Protected, !none && !there:
			c.find(Inserted, fmt.Sprintf("there when event %d took in what the log did not know", e.Number), "%s", row.Name)
		case !none && known.digest != row.Before && known.digest != row.Digest:
			c.find(Changed, fmt.Sprintf("written last by event %d, something else when event %d stated it anew", known.number, e.Number), "%s", row.Name)
		}
	}
	under.rows += len(event.Rows)
}

// Announce tells the chain since when tables are protected and, that of a practice,
// what the chain of no practice says of extensions. It comes before the entries.
func (c *Chain) Announce(h History, list []Announced) { c.history, c.announced = h, list }

// Extended returns the extensions of which the chain tells.
func (c *Chain) Extended() []Announced {
	list := make([]Announced, len(c.extended))
	for i, x := range c.extended {
		list[i] = x.Announced
	}
	return list
}

// Rules returns what the chain of no practice says of the rules.
func (c *Chain) Rules() Rules { return c.rules }

// Notes returns what is no fault but has to be known: since when tables are
// protected, and how many rows were there then, whoever put them there.
func (c *Chain) Notes() []Finding {
	var notes []Finding
	for _, x := range c.extended {
		text := fmt.Sprintf("%s: %d rows that were there came under protection", x.Table, x.rows)
		if x.Protected {
			text = fmt.Sprintf("%s: %d rows are protected by newer rules since", x.Table, x.rows)
		}
		notes = append(notes, Finding{c.practice, fmt.Sprintf("event %d", x.number), Extended, text})
	}
	return notes
}
