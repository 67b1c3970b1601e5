package audit_test

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
)

// event is the one of the test vectors.
func event() audit.Event {
	return audit.Event{
		Kind:         audit.MessageSend,
		Practice:     uuid.MustParse("0195f3a0-0000-7000-8000-000000000001"),
		Actor:        uuid.MustParse("0195f3a0-0000-7000-8000-000000000002"),
		Object:       uuid.MustParse("0195f3a0-0000-7000-8000-000000000003"),
		Conversation: uuid.MustParse("0195f3a0-0000-7000-8000-000000000004"),
		At:           time.Date(2026, 11, 2, 8, 0, 0, 123456000, time.UTC),
		Outcome:      audit.Done,
		Details:      map[string]string{"b": "2", "a": "1"},
		Rows:         []audit.Row{{Name: "messages/0195f3a0-0000-7000-8000-000000000004/7", Digest: audit.Digest([]byte("body"))}},
	}
}

// firstForm returns entries as they were before they said what lay in the place
// of a row, behind one another, and their head.
func firstForm(entries ...audit.Entry) ([]audit.Entry, audit.Head) {
	head := audit.Head{Practice: entries[0].Practice}
	for i := range entries {
		e := &entries[i]
		e.Form, e.Rows = 1, strings.ReplaceAll(e.Rows, " - ", " ")
		e.Hash = e.Link(head.Hash)
		head.Count, head.Hash = e.Number, e.Hash
	}
	return entries, head
}

// TestVectors fixes the encoding: a log written today must verify for ever.
func TestVectors(t *testing.T) {
	type vectors struct{ canonical, first, second, head string }
	entries, head := audit.Head{Practice: event().Practice}.Append(event(), event())
	older, olderHead := firstForm(slices.Clone(entries)...)
	check := func(entries []audit.Entry, head audit.Head, want vectors) {
		t.Helper()
		for _, c := range []struct{ name, got, want string }{
			{"canonical", hex.EncodeToString(entries[0].Canonical()), want.canonical},
			{"first link", hex.EncodeToString(entries[0].Hash[:]), want.first},
			{"second link", hex.EncodeToString(entries[1].Hash[:]), want.second},
			{"code of the head", hex.EncodeToString(audit.Key(bytes.Repeat([]byte{7}, 32)).Sign(head)), want.head},
		} {
			if c.got != c.want {
				t.Errorf("form %d, %s:\n got %s\nwant %s", entries[0].Form, c.name, c.got, c.want)
			}
		}
	}
	check(older, olderHead, vectors{vectorCanonical, vectorFirst, vectorSecond, vectorHead})
	check(entries, head, vectors{vectorCanonical2, vectorFirst2, vectorSecond2, vectorHead2})
	if got, err := older[0].Event(); err != nil || !slices.Equal(got.Rows, event().Rows) {
		t.Errorf("of the first form: got %v, error %v", got.Rows, err)
	}
}

func TestEntryKeepsWhatTheEventSays(t *testing.T) {
	want := event()
	want.Rows = append(want.Rows, audit.Row{Name: "a/1", Before: [32]byte{1}, Digest: [32]byte{2}}, audit.Row{Name: "a/2", Before: [32]byte{1}})
	entries, _ := audit.Head{Practice: want.Practice}.Append(want)
	got, err := entries[0].Event()
	if err != nil {
		t.Fatal(err)
	}
	if got.Kind != want.Kind || got.Actor != want.Actor || got.Object != want.Object || got.Conversation != want.Conversation ||
		!got.At.Equal(want.At) || got.Outcome != want.Outcome || got.Details["a"] != "1" || got.Details["b"] != "2" ||
		!slices.Equal(got.Rows, want.Rows) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestLinkDependsOnEveryField(t *testing.T) {
	entries, _ := audit.Head{Practice: event().Practice}.Append(event())
	for name, change := range map[string]func(*audit.Entry){
		"practice":     func(e *audit.Entry) { e.Practice[0]++ },
		"number":       func(e *audit.Entry) { e.Number++ },
		"time":         func(e *audit.Entry) { e.At++ },
		"kind":         func(e *audit.Entry) { e.Kind = audit.Login },
		"outcome":      func(e *audit.Entry) { e.Outcome = audit.Denied },
		"actor":        func(e *audit.Entry) { e.Actor[0]++ },
		"object":       func(e *audit.Entry) { e.Object[0]++ },
		"conversation": func(e *audit.Entry) { e.Conversation[0]++ },
		"details":      func(e *audit.Entry) { e.Details = "a=1\n" },
		"form":         func(e *audit.Entry) { e.Form = 1 },
		"rows":         func(e *audit.Entry) { e.Rows = "" },
		"text moved from details to rows": func(e *audit.Entry) {
			e.Details, e.Rows = "", e.Details+e.Rows
		},
	} {
		changed := entries[0]
		change(&changed)
		if changed.Link(audit.Hash{}) == entries[0].Hash {
			t.Errorf("%s: the link did not change", name)
		}
	}
	if entries[0].Link(audit.Hash{1}) == entries[0].Hash {
		t.Error("the link does not depend on the one before")
	}
}

func TestEventRefusesOtherForms(t *testing.T) {
	entries, _ := audit.Head{Practice: event().Practice}.Append(event())
	digest := strings.Repeat("ab", 32)
	for name, change := range map[string]func(*audit.Entry){
		"an unknown form":        func(e *audit.Entry) { e.Form = 3 },
		"no form":                func(e *audit.Entry) { e.Form = 0 },
		"no digests":             func(e *audit.Entry) { e.Rows = "a/1\n" },
		"one digest":             func(e *audit.Entry) { e.Rows = "a/1 " + digest + "\n" },
		"a digest too long":      func(e *audit.Entry) { e.Rows = "a/1 - " + digest + "ab\n" },
		"a digest too short":     func(e *audit.Entry) { e.Rows = "a/1 ab -\n" },
		"no digest of the first": func(e *audit.Entry) { e.Form, e.Rows = 1, "a/1 -\n" },
	} {
		changed := entries[0]
		change(&changed)
		if got, err := changed.Event(); err == nil {
			t.Errorf("%s: got %v", name, got.Rows)
		}
	}
}

func TestKeySignsWholeHead(t *testing.T) {
	key := audit.Key(bytes.Repeat([]byte{7}, 32))
	_, head := audit.Head{Practice: event().Practice}.Append(event())
	code := key.Sign(head)
	if !key.Signed(head, code) {
		t.Fatal("the key does not know its own code")
	}
	shorter, other, elsewhere := head, head, head
	shorter.Count--
	other.Hash[0]++
	elsewhere.Practice[0]++
	for name, h := range map[string]audit.Head{"count": shorter, "hash": other, "practice": elsewhere} {
		if key.Signed(h, code) {
			t.Errorf("a head with another %s has the same code", name)
		}
	}
	if audit.Key(bytes.Repeat([]byte{8}, 32)).Signed(head, code) {
		t.Error("another key signs the same")
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*audit.Event)
		wrong  string // a part of the error, "" for none
	}{
		{"an event", func(*audit.Event) {}, ""},
		{"no kind", func(e *audit.Event) { e.Kind = "" }, "unknown kind"},
		{"no outcome", func(e *audit.Event) { e.Outcome = "" }, "unknown outcome"},
		{"a detail with words of a person", func(e *audit.Event) { e.Details = map[string]string{"a": "Dear Theo"} }, "detail"},
		{"a detail with a line end", func(e *audit.Event) { e.Details = map[string]string{"a": "1\nb=2"} }, "detail"},
		{"a detail that is too long", func(e *audit.Event) { e.Details = map[string]string{"a": strings.Repeat("a", audit.MaxDetail+1)} }, "detail"},
		{"a detail with a bad key", func(e *audit.Event) { e.Details = map[string]string{"a=": "1"} }, "detail"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := event()
			c.change(&e)
			err := e.Validate()
			if (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("got %v, want %q", err, c.wrong)
			}
		})
	}
}
