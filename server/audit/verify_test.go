package audit_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"pleiades/server/audit"
)

var key = audit.Key(bytes.Repeat([]byte{7}, 32))

// ledger is a chain with its head and rows, to be tampered with.
type ledger struct {
	entries []audit.Entry
	rows    []audit.Row
	head    *audit.Head
	code    []byte
	mark    audit.Head
}

// newLedger returns a chain of n events, each with a row.
func newLedger(n int) *ledger {
	l := &ledger{}
	events := make([]audit.Event, n)
	for i := range events {
		events[i] = event()
		events[i].Object = uuid.New()
		events[i].Rows = []audit.Row{{Name: "messages/" + string(rune('a'+i)), Digest: audit.Digest([]byte{byte(i)})}}
		l.rows = append(l.rows, events[i].Rows...)
	}
	entries, head := audit.Head{Practice: event().Practice}.Append(events...)
	l.entries, l.head, l.code = entries, &head, key.Sign(head)
	return l
}

func (l *ledger) verify() []string {
	c := audit.NewChain(event().Practice, key, l.mark)
	for _, e := range l.entries {
		c.Entry(e)
	}
	for _, r := range l.rows {
		c.Row(r)
	}
	findings := c.End(l.head, l.code)
	names := make([]string, len(findings))
	for i, f := range findings {
		names[i] = f.What + ": " + string(f.Problem)
	}
	return names
}

func TestChainNamesWhatWasDone(t *testing.T) {
	for _, c := range []struct {
		name   string
		tamper func(*ledger)
		want   string // findings, separated by commas
	}{
		{"nothing", func(*ledger) {}, ""},
		{"an event changed", func(l *ledger) { l.entries[2].Actor = uuid.New() }, "event 3: changed"},
		{"a hash changed", func(l *ledger) { l.entries[2].Hash[0]++ }, "event 3: changed"},
		{"the last event changed", func(l *ledger) { l.entries[5].At++ }, "event 6: changed"},
		{"an event removed", func(l *ledger) { l.entries = slices.Delete(l.entries, 2, 3) }, "event 3: missing, messages/c: inserted"},
		{"the first events removed", func(l *ledger) { l.entries = l.entries[2:]; l.rows = l.rows[2:] }, "events 1 to 2: missing"},
		{"neighbours swapped", func(l *ledger) {
			l.entries[2], l.entries[3] = l.entries[3], l.entries[2]
			l.entries[2].Number, l.entries[3].Number = 3, 4
		}, "event 4: reordered, event 3: reordered"},
		{"others swapped", func(l *ledger) {
			l.entries[1], l.entries[4] = l.entries[4], l.entries[1]
			l.entries[1].Number, l.entries[4].Number = 2, 5
		}, "event 5: reordered, event 2: reordered"},
		{"an event put in between", func(l *ledger) {
			forged := l.entries[1]
			forged.Object, forged.Rows = uuid.New(), ""
			l.entries = slices.Insert(l.entries, 2, forged)
			for i := range l.entries {
				l.entries[i].Number = int64(i + 1)
			}
		}, "event 4: reordered, event 5: reordered, event 6: reordered, event 7: reordered, event 3: inserted, event 7: inserted"},
		{"events added behind the end", func(l *ledger) {
			more, _ := l.head.Append(event())
			more[0].Rows = ""
			more[0].Hash = more[0].Link(l.head.Hash)
			l.entries = append(l.entries, more...)
		}, "event 7: inserted"},
		{"the end cut off", func(l *ledger) { l.entries = l.entries[:4]; l.rows = l.rows[:4] }, "events 5 to 6: truncated"},
		{"the end cut off, the head made to fit", func(l *ledger) {
			l.entries, l.rows = l.entries[:4], l.rows[:4]
			l.head.Count, l.head.Hash = 4, l.entries[3].Hash
		}, "head: changed"},
		{"the head removed", func(l *ledger) { l.head = nil }, "head: missing"},
		{"all made anew", func(l *ledger) { l.entries = newLedger(6).entries }, "event 6: changed"},
		{"a row changed", func(l *ledger) { l.rows[1].Digest[0]++ }, "messages/b: changed"},
		{"a row removed", func(l *ledger) { l.rows = slices.Delete(l.rows, 1, 2) }, "messages/b: missing"},
		{"a row added", func(l *ledger) { l.rows = append(l.rows, audit.Row{Name: "messages/z"}) }, "messages/z: inserted"},
		{"rolled back behind a checkpoint", func(l *ledger) {
			l.mark = *l.head
			*l = ledger{entries: l.entries[:4], rows: l.rows[:4], mark: l.mark}
			head := audit.Head{Practice: event().Practice, Count: 4, Hash: l.entries[3].Hash}
			l.head, l.code = &head, key.Sign(head)
		}, "events 5 to 6: rolled back"},
		{"rolled back and gone on otherwise", func(l *ledger) {
			mark := *l.head
			*l = *newLedger(8)
			l.mark = mark
		}, "event 6: rolled back"},
		{"a checkpoint of before", func(l *ledger) {
			l.mark = audit.Head{Practice: event().Practice, Count: 3, Hash: l.entries[2].Hash}
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLedger(6)
			c.tamper(l)
			if got := strings.Join(l.verify(), ", "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestChainNamesWhatWasUsed hands over events of rows that were not as the log
// knew them when the program wrote them.
func TestChainNamesWhatWasUsed(t *testing.T) {
	one, two, three := [32]byte{1}, [32]byte{2}, [32]byte{3}
	row := func(before, digest [32]byte) audit.Row { return audit.Row{Name: "a/1", Before: before, Digest: digest} }
	none := [32]byte{}
	for _, c := range []struct {
		name string
		rows []audit.Row // of one event each
		want string
	}{
		{"put in, changed, deleted, put in anew", []audit.Row{row(none, one), row(one, two), row(two, none), row(none, three)}, ""},
		{"changed in between", []audit.Row{row(none, one), row(two, three)}, "a/1: changed"},
		{"changed before it was deleted", []audit.Row{row(none, one), row(two, none)}, "a/1: changed"},
		{"put in by someone", []audit.Row{row(one, two)}, "a/1: inserted"},
		{"put in by someone and deleted", []audit.Row{row(one, none)}, "a/1: inserted"},
		{"put in by someone after it was deleted", []audit.Row{row(none, one), row(one, none), row(one, two)}, "a/1: inserted"},
		{"deleted by someone", []audit.Row{row(none, one), row(none, two)}, "a/1: missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLedger(0)
			var events []audit.Event
			for _, r := range c.rows {
				e := event()
				e.Rows = []audit.Row{r}
				events = append(events, e)
				l.rows = []audit.Row{r}
			}
			if l.rows[0].Digest == none {
				l.rows = nil
			}
			entries, head := l.head.Append(events...)
			l.entries, l.head, l.code = entries, &head, key.Sign(head)
			if got := strings.Join(l.verify(), ", "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestChainOfTwoForms goes on with the second form behind the first, and never
// back.
func TestChainOfTwoForms(t *testing.T) {
	l := newLedger(3)
	older, head := firstForm(l.entries...)
	next := event()
	next.Rows = []audit.Row{{Name: l.rows[0].Name, Before: l.rows[0].Digest, Digest: [32]byte{9}}}
	l.rows[0].Digest = next.Rows[0].Digest
	newer, head := head.Append(next)
	l.entries, l.head, l.code = append(older, newer...), &head, key.Sign(head)
	if got := l.verify(); len(got) > 0 {
		t.Errorf("the second behind the first: %v", got)
	}
	back, head := head.Append(event())
	back[0].Form, back[0].Rows = 1, ""
	back[0].Hash = back[0].Link(newer[0].Hash)
	head.Hash = back[0].Hash
	l.entries, l.head, l.code = append(l.entries, back...), &head, key.Sign(head)
	if got := strings.Join(l.verify(), ", "); got != "event 5: changed" {
		t.Errorf("the first behind the second: %s", got)
	}
}

func TestChainTellsOfBreaks(t *testing.T) {
	broken := audit.Event{Kind: audit.AuditBreak, Practice: event().Practice, At: event().At, Outcome: audit.Failed}
	entries, head := audit.Head{Practice: event().Practice}.Append(broken)
	c := audit.NewChain(event().Practice, key, audit.Head{})
	c.Entry(entries[0])
	if findings := c.End(&head, key.Sign(head)); len(findings) != 1 || findings[0].What != "head" || findings[0].Problem != audit.Changed {
		t.Errorf("got %v", findings)
	}
}

func TestFindingIsOneLine(t *testing.T) {
	f := audit.Finding{Practice: event().Practice, What: "event 3", Problem: audit.Changed, Note: "by someone"}
	if got, want := f.String(), "practice "+event().Practice.String()+": event 3: changed (by someone)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
