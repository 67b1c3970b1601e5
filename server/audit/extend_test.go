package audit_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
)

// TestExtend extends the rules of a log in all the ways in which that is not
// done, and in the two in which it is.
func TestExtend(t *testing.T) {
	at := event().At
	one, two, three := [32]byte{1}, [32]byte{2}, [32]byte{3}
	row := func(name string, before, digest [32]byte) audit.Row {
		return audit.Row{Name: name, Before: before, Digest: digest}
	}
	none := [32]byte{}
	wrote := func(rows ...audit.Row) audit.Event {
		return audit.Event{Kind: audit.SettingsChange, At: at, Outcome: audit.Done, Rows: rows}
	}
	extend := func(table string, at time.Time, rows ...audit.Row) audit.Event {
		return audit.Extend(uuid.Nil, table, 2, at, rows)
	}
	older := audit.Event{Kind: audit.AuditBegin, At: at, Outcome: audit.Done}
	announced := []audit.Announced{{Extension: audit.Extension{Table: "b", Rules: 2, At: at.UnixMicro()}}}
	before := []audit.Announced{{Extension: announced[0].Extension, Protected: true}}
	history := audit.History{Since: map[string]int64{"b": 2, "old": 1, "one": 2, "two": 2}, Unnumbered: []string{"one", "two"}}
	for _, c := range []struct {
		name      string
		practice  uuid.UUID
		announced []audit.Announced
		events    []audit.Event
		rows      []audit.Row
		want      string // findings
		notes     int
	}{
		{"a table that was not protected", uuid.Nil, nil,
			[]audit.Event{older, wrote(row("a/1", none, one)), extend("b", at), extend("b", at, row("b/1", none, one)), extend("b", at, row("b/2", none, one))},
			[]audit.Row{{Name: "a/1", Digest: one}, {Name: "b/1", Digest: one}, {Name: "b/2", Digest: one}}, "", 1},
		{"what was taken in is protected", uuid.Nil, nil,
			[]audit.Event{older, extend("b", at, row("b/1", none, one))},
			[]audit.Row{{Name: "b/1", Digest: two}}, "b/1: changed", 1},
		{"rows stated anew", uuid.Nil, nil,
			[]audit.Event{older, wrote(row("b/1", none, one), row("b/2", none, two)), extend("b", at, row("b/1", one, three), row("b/2", one, two))},
			[]audit.Row{{Name: "b/1", Digest: three}, {Name: "b/2", Digest: two}}, "", 1},
		{"a row stated anew that was changed", uuid.Nil, nil,
			[]audit.Event{older, wrote(row("b/1", none, one)), extend("b", at, row("b/1", two, three))},
			[]audit.Row{{Name: "b/1", Digest: three}}, "b/1: changed", 1},
		{"a row stated anew that nobody wrote", uuid.Nil, nil,
			[]audit.Event{older, wrote(row("b/1", none, one)), extend("b", at, row("b/1", one, one), row("b/2", one, two))},
			[]audit.Row{{Name: "b/1", Digest: one}, {Name: "b/2", Digest: two}}, "b/2: inserted", 1},
		{"a row taken in of a table that the log tells of", uuid.Nil, nil,
			[]audit.Event{older, wrote(row("b/1", none, one)), extend("b", at, row("b/2", none, one))},
			[]audit.Row{{Name: "b/1", Digest: one}, {Name: "b/2", Digest: one}}, "b/2: inserted", 1},
		{"a row taken in of a table that was protected, and empty", uuid.Nil, nil,
			[]audit.Event{older, extend("old", at, row("old/1", none, one))},
			[]audit.Row{{Name: "old/1", Digest: one}}, "old/1: inserted", 1},
		{"a row taken in of a table that was protected with another", uuid.Nil, nil,
			[]audit.Event{older, wrote(row("one/1", none, one)), extend("one", at), extend("two", at, row("two/1", none, one))},
			[]audit.Row{{Name: "one/1", Digest: one}, {Name: "two/1", Digest: one}}, "two/1: inserted", 2},
		{"tables taken in together", uuid.Nil, nil,
			[]audit.Event{older, extend("one", at, row("one/1", none, one)), extend("two", at, row("two/1", none, one))},
			[]audit.Row{{Name: "one/1", Digest: one}, {Name: "two/1", Digest: one}}, "", 2},
		{"a row taken in of a table that newer rules protected, and empty", uuid.Nil, nil,
			[]audit.Event{audit.Begin(2, at), audit.Extend(uuid.Nil, "b", 3, at, []audit.Row{row("b/1", none, one)})},
			[]audit.Row{{Name: "b/1", Digest: one}}, "b/1: inserted", 1},
		{"a row of another table", uuid.Nil, nil,
			[]audit.Event{older, extend("b", at, row("a/1", none, one))},
			[]audit.Row{{Name: "a/1", Digest: one}}, "a/1: inserted", 1},
		{"a table once more", uuid.Nil, nil,
			[]audit.Event{older, extend("b", at), wrote(), extend("b", at.Add(time.Second), row("b/1", none, one))},
			[]audit.Row{{Name: "b/1", Digest: one}}, "event 4: inserted, b/1: inserted", 2},
		{"a table once more at the same moment", uuid.Nil, nil,
			[]audit.Event{older, extend("b", at), wrote(), extend("b", at, row("b/1", none, one))},
			[]audit.Row{{Name: "b/1", Digest: one}}, "event 4: inserted, b/1: inserted", 2},
		{"a table that the log began with", uuid.Nil, nil,
			[]audit.Event{audit.Begin(2, at), extend("b", at, row("b/1", none, one))},
			[]audit.Row{{Name: "b/1", Digest: one}}, "event 2: inserted, b/1: inserted", 1},
		{"no table", uuid.Nil, nil,
			[]audit.Event{older, extend("", at)}, nil, "event 2: changed", 0},
		{"in a practice", event().Practice, announced,
			[]audit.Event{wrote(row("a/1", none, one)), extend("b", at, row("b/1", none, one))},
			[]audit.Row{{Name: "a/1", Digest: one}, {Name: "b/1", Digest: one}}, "", 1},
		{"in a practice, of a table that was protected", event().Practice, before,
			[]audit.Event{extend("b", at, row("b/1", none, one))},
			[]audit.Row{{Name: "b/1", Digest: one}}, "b/1: inserted", 1},
		{"in a practice alone", event().Practice, nil,
			[]audit.Event{extend("b", at, row("b/1", none, one))},
			[]audit.Row{{Name: "b/1", Digest: one}}, "event 1: inserted", 1},
		{"in a practice at another moment", event().Practice, announced,
			[]audit.Event{extend("b", at.Add(time.Second), row("b/1", none, one))},
			[]audit.Row{{Name: "b/1", Digest: one}}, "event 1: inserted", 1},
		{"in a practice once more", event().Practice, announced,
			[]audit.Event{extend("b", at), wrote(), extend("b", at, row("b/1", none, one))},
			[]audit.Row{{Name: "b/1", Digest: one}}, "event 3: inserted, b/1: inserted", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			for i := range c.events {
				c.events[i].Practice = c.practice
			}
			entries, head := audit.Head{Practice: c.practice}.Append(c.events...)
			chain := audit.NewChain(c.practice, key, audit.Head{})
			chain.Announce(history, c.announced)
			for _, e := range entries {
				chain.Entry(e)
			}
			for _, r := range c.rows {
				chain.Row(r)
			}
			var got []string
			for _, f := range chain.End(&head, key.Sign(head)) {
				got = append(got, f.What+": "+string(f.Problem))
			}
			if text := strings.Join(got, ", "); text != c.want || len(chain.Notes()) != c.notes {
				t.Errorf("got  %s, notes %v\nwant %s, %d notes", text, chain.Notes(), c.want, c.notes)
			}
		})
	}
}
