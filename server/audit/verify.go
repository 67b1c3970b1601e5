package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// Problem is what is wrong with something that the log protects.
type Problem string

// The problems.
const (
	Changed    Problem = "changed"
	Missing    Problem = "missing"
	Inserted   Problem = "inserted" // there, but the log does not know it
	Reordered  Problem = "reordered"
	Truncated  Problem = "truncated"   // missing at the end
	RolledBack Problem = "rolled back" // as it was before the checkpoint
	Extended   Problem = "extended"    // none, see Chain.Notes
)

// Finding names something that is not as it was written.
type Finding struct {
	Practice uuid.UUID
	What     string // such as event 12, head, or the name of a row
	Problem  Problem
	Note     string // more about it, may be empty
}

// String says it on one line.
func (f Finding) String() string {
	where := "practice " + f.Practice.String()
	if f.Practice == uuid.Nil {
		where = "no practice"
	}
	text := fmt.Sprintf("%s: %s: %s", where, f.What, f.Problem)
	if f.Note != "" {
		text += " (" + f.Note + ")"
	}
	return text
}

// Chain checks the chain of a practice and the rows that it protects: hand it
// every entry in the order of the numbers, then every row, then the head.
type Chain struct {
	practice uuid.UUID
	key      Key
	mark     Head // what a checkpoint saw of the chain, zero without one

	findings []Finding
	form     int64 // of the newest form so far
	rules    Rules // of the chain of no practice

	history   History
	announced []Announced     // by the chain of no practice
	extended  []extending     // by this one
	goesOn    bool            // the entry before was of the last of them
	tables    map[string]bool // of which it told other than by those

	count   int64 // entries handed over
	last    int64 // the number of the last one
	before  Hash  // its hash, as it is stored
	gap     bool  // the entry before is not there
	wrong   []link
	rows    map[string]written // those that are there
	deleted map[string]int64   // by which event
	founded []uuid.UUID
}

// link is an entry that does not fit behind the one before it.
type link struct {
	Entry
	before Hash
}

// written says which entry wrote a row last, and as what.
type written struct {
	digest [32]byte
	number int64
}

// NewChain begins the check of a practice's chain. The mark is what a checkpoint
// saw of it; the zero Head where there is none.
func NewChain(practice uuid.UUID, key Key, mark Head) *Chain {
	return &Chain{practice: practice, key: key, mark: mark, rows: make(map[string]written), deleted: make(map[string]int64), tables: make(map[string]bool)}
}

func (c *Chain) find(problem Problem, note, what string, args ...any) {
	c.findings = append(c.findings, Finding{c.practice, fmt.Sprintf(what, args...), problem, note})
}

// Entry checks the next entry.
func (c *Chain) Entry(e Entry) {
	c.count++
	if c.count == 1 && e.Number == 1 && e.Kind != AuditBegin {
		c.noBeginning()
	}
	switch {
	case e.Number <= c.last:
		c.find(Inserted, "", "event %d", e.Number)
		return
	case e.Number > c.last+1:
		c.find(Missing, "", "%s", span(c.last+1, e.Number-1))
		c.gap = true
	}
	event, err := e.Event()
	switch {
	case err != nil:
		c.find(Changed, "", "event %d", e.Number)
	case !c.gap && e.Link(c.before) != e.Hash:
		c.wrong = append(c.wrong, link{e, c.before})
	}
	c.read(e, event)
	c.last, c.before, c.gap = e.Number, e.Hash, false
}

// Unreadable says that the entry with the number is of no form at all.
func (c *Chain) Unreadable(number int64) {
	if number > c.last+1 {
		c.find(Missing, "", "%s", span(c.last+1, number-1))
	}
	c.count++
	c.last, c.gap = max(c.last, number), true
	c.find(Changed, "not readable", "event %d", number)
}

// noBeginning says that the chain of no practice, which every log begins with,
// lacks its first event.
func (c *Chain) noBeginning() {
	if c.practice == uuid.Nil {
		c.find(Missing, "the log does not begin as it once did", "event 1")
	}
}

// read takes note of what an entry says.
func (c *Chain) read(e Entry, event Event) {
	if e.Form < c.form {
		c.find(Changed, "of an older form than those before it", "event %d", e.Number)
	}
	c.form = max(c.form, min(e.Form, beforeForm)) // another was changed, and is told of
	if e.Kind == AuditExtend {
		c.extend(e, event)
	}
	c.rules.Read(event)
	c.goesOn = e.Kind == AuditExtend
	for _, row := range event.Rows {
		if _, known := c.rows[row.Name]; known && e.Kind == AuditBegin {
			c.find(Inserted, "begins anew with what the log held already", "event %d", e.Number)
			break
		}
		if e.Form != firstForm && e.Kind != AuditExtend {
			c.found(e, row)
		}
		if e.Kind != AuditExtend {
			c.tables[tableOf(row.Name)] = true
		}
		if row.Digest == [32]byte{} {
			delete(c.rows, row.Name)
			c.deleted[row.Name] = e.Number
			continue
		}
		c.rows[row.Name] = written{row.Digest, e.Number}
	}
	switch e.Kind {
	case AuditBreak:
		c.find(Changed, fmt.Sprintf("found by the server when it added event %d", e.Number), "head")
	case AuditBegin:
		if e.Outcome == Failed {
			c.find(Missing, fmt.Sprintf("event %d began a new one, since it was gone", e.Number), "an earlier log")
		}
	}
	if (e.Kind == PracticeCreate || e.Kind == AuditBegin) && e.Practice == uuid.Nil && e.Object != uuid.Nil {
		c.founded = append(c.founded, e.Object)
	}
	if e.Number == c.mark.Count && e.Hash != c.mark.Hash {
		c.find(RolledBack, "another one than the checkpoint saw", "event %d", e.Number)
	}
}

// found compares what an entry found in the place of a row, before it wrote
// there, with what was written last: whatever was done to the row behind the
// program's back shows even where the program has used it since.
func (c *Chain) found(e Entry, row Row) {
	known, there := c.rows[row.Name]
	gone, deleted := c.deleted[row.Name]
	none := row.Before == [32]byte{}
	switch {
	case none && there:
		c.find(Missing, fmt.Sprintf("written last by event %d, gone when event %d wrote it", known.number, e.Number), "%s", row.Name)
	case none:
	case !there && deleted:
		c.find(Inserted, fmt.Sprintf("deleted by event %d, there when event %d wrote it", gone, e.Number), "%s", row.Name)
	case !there:
		c.find(Inserted, fmt.Sprintf("there when event %d wrote it", e.Number), "%s", row.Name)
	case known.digest != row.Before:
		c.find(Changed, fmt.Sprintf("written last by event %d, something else when event %d wrote it", known.number, e.Number), "%s", row.Name)
	}
}

// Row checks a row that is there.
func (c *Chain) Row(r Row) {
	known, ok := c.rows[r.Name]
	gone, deleted := c.deleted[r.Name]
	switch {
	case !ok && deleted:
		c.find(Inserted, fmt.Sprintf("deleted by event %d", gone), "%s", r.Name)
	case !ok:
		c.find(Inserted, "", "%s", r.Name)
	case known.digest != r.Digest:
		c.find(Changed, fmt.Sprintf("written last by event %d", known.number), "%s", r.Name)
	}
	delete(c.rows, r.Name)
}

// Names lists the rows whose names begin with prefix of which the chain tells,
// deleted ones too.
func (c *Chain) Names(prefix string) []string {
	var names []string
	for name := range c.rows {
		if strings.HasPrefix(name, prefix) {
			names = append(names, name)
		}
	}
	for name := range c.deleted {
		if _, again := c.rows[name]; !again && strings.HasPrefix(name, prefix) {
			names = append(names, name)
		}
	}
	return names
}

// End checks the head, nil if there is none, and what is still missing, and
// returns all findings.
func (c *Chain) End(head *Head, code []byte) []Finding {
	c.settle()
	if c.count == 0 {
		c.noBeginning()
	}
	switch {
	case head == nil && c.last > 0:
		c.find(Missing, "", "head")
	case head == nil:
	case !c.key.Signed(*head, code):
		c.find(Changed, "", "head")
	case head.Count > c.last:
		c.find(Truncated, "", "%s", span(c.last+1, head.Count))
	case head.Count < c.last:
		c.find(Inserted, "behind the end of the chain", "%s", span(head.Count+1, c.last))
	case head.Hash != c.before:
		c.find(Changed, "the chain was made anew: it ends otherwise than the head says", "event %d", c.last)
	}
	if c.mark.Count > c.last {
		c.find(RolledBack, "the checkpoint saw them", "%s", span(c.last+1, c.mark.Count))
	}
	missing := make([]string, 0, len(c.rows))
	for name := range c.rows {
		missing = append(missing, name)
	}
	slices.SortFunc(missing, func(a, b string) int {
		return cmp.Or(cmp.Compare(c.rows[a].number, c.rows[b].number), cmp.Compare(a, b))
	})
	for _, name := range missing {
		c.find(Missing, fmt.Sprintf("written last by event %d", c.rows[name].number), "%s", name)
	}
	return c.findings
}

// Count returns how many entries there were.
func (c *Chain) Count() int64 { return c.count }

// Founded returns the practices of which the chain says that they began.
func (c *Chain) Founded() []uuid.UUID { return c.founded }

// maxSettled bounds the search for where entries belong, which tries every one
// in the place of every other.
const maxSettled = 500

// settle finds out what happened to the entries that do not fit: which were
// changed, which stand in another's place, and which only follow one of those.
func (c *Chain) settle() {
	if len(c.wrong) > maxSettled {
		c.find(Changed, fmt.Sprintf("%d in all", len(c.wrong)), "%s", span(c.wrong[0].Number, c.wrong[len(c.wrong)-1].Number))
		return
	}
	hashes := make(map[int64]Hash) // of the entries that were once in these places
	fits := make(map[int64]bool)   // places whose entry belongs there
	taken := make(map[int64]bool)  // places whose entry belongs in another
	filled := make(map[int64]bool) // places whose entry was found in another
	for _, w := range c.wrong {
		before, mended := hashes[w.Number-1]
		if !mended {
			before = w.before
		}
		if w.Link(before) == w.Hash {
			fits[w.Number] = true // its neighbour does not
			continue
		}
		i := slices.IndexFunc(c.wrong, func(other link) bool {
			moved := other.Entry
			moved.Number = w.Number
			return other.Number != w.Number && moved.Link(before) == other.Hash
		})
		if i < 0 {
			hashes[w.Number] = w.Link(before)
			continue
		}
		from := c.wrong[i]
		hashes[w.Number] = from.Hash
		taken[from.Number], filled[w.Number] = true, true
		c.find(Reordered, fmt.Sprintf("belongs in the place of event %d", w.Number), "event %d", from.Number)
	}
	for _, w := range c.wrong {
		switch {
		case fits[w.Number] || taken[w.Number]:
		case filled[w.Number]:
			c.find(Inserted, "", "event %d", w.Number)
		default:
			c.find(Changed, "", "event %d", w.Number)
		}
	}
}

// span names one or several events.
func span(from, to int64) string {
	if from == to {
		return fmt.Sprintf("event %d", from)
	}
	return fmt.Sprintf("events %d to %d", from, to)
}
