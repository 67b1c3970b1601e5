package audit_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
)

// TestRecentRefusals shows that each thing that was refused counts by itself, that
// there is an end to it, and that this is over with the Window.
func TestRecentRefusals(t *testing.T) {
	var recent audit.Recent
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	denied := func(actor uuid.UUID) audit.Doing {
		return audit.Doing{Kind: audit.AccessDeny, Actor: actor, Object: uuid.New()}
	}
	prober, other := uuid.New(), uuid.New()
	for n := range audit.MaxDenied {
		d := denied(prober)
		if !recent.Claim(d, now) {
			t.Fatalf("refusal %d counts as seen", n)
		}
		if recent.Claim(d, now) || !recent.Seen(d, now) {
			t.Fatalf("refusal %d is not remembered", n)
		}
	}
	last := denied(prober)
	if recent.Claim(last, now) {
		t.Error("there is no end to refusals")
	}
	if !recent.Claim(denied(other), now) {
		t.Error("the refusals of one are another's")
	}
	if recent.Seen(audit.Doing{Kind: audit.ConversationOpen, Actor: prober, Object: uuid.New()}, now) {
		t.Error("refusals keep what is done from being recorded")
	}
	if !recent.Claim(denied(prober), now.Add(audit.Window)) {
		t.Error("refusals are never over")
	}
}

// TestRecentDrop takes back what could not be recorded: it can be claimed again, and
// does not count.
func TestRecentDrop(t *testing.T) {
	var recent audit.Recent
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	prober := uuid.New()
	for range 2 * audit.MaxDenied {
		d := audit.Doing{Kind: audit.AccessDeny, Actor: prober, Object: uuid.New()}
		if !recent.Claim(d, now) {
			t.Fatal("what was dropped counts")
		}
		recent.Drop(d)
		if recent.Seen(d, now) {
			t.Fatal("what was dropped is remembered")
		}
	}
}

// TestRecentForgets notes more than can be remembered: what came last is, and what
// is over is not, whenever it was noted.
func TestRecentForgets(t *testing.T) {
	var recent audit.Recent
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	opened := func() audit.Doing {
		return audit.Doing{Kind: audit.ConversationOpen, Actor: uuid.New(), Object: uuid.New()}
	}
	first := opened()
	recent.Note(first, now)
	var last [100]audit.Doing
	for n := range 20_000 {
		last[n%len(last)] = opened()
		recent.Note(last[n%len(last)], now)
		if n >= len(last) && !recent.Seen(last[(n+1)%len(last)], now) {
			t.Fatalf("after %d others, one is forgotten that was noted a hundred ago", n)
		}
	}
	if recent.Seen(first, now) {
		t.Error("everything is remembered")
	}
	later := now.Add(audit.Window)
	for _, d := range last {
		if recent.Seen(d, later) {
			t.Fatal("what is over is remembered")
		}
	}
	recent.Note(last[0], later)
	if !recent.Seen(last[0], later) {
		t.Error("what was noted anew is forgotten")
	}
}

// BenchmarkRecent asks whether something was refused, among much else.
func BenchmarkRecent(b *testing.B) {
	for _, size := range []int{10, 9_000} {
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			var recent audit.Recent
			now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
			for range size {
				recent.Claim(audit.Doing{Kind: audit.AccessDeny, Actor: uuid.New(), Object: uuid.New()}, now)
			}
			d := audit.Doing{Kind: audit.AccessDeny, Actor: uuid.New(), Object: uuid.New()}
			for b.Loop() {
				recent.Claim(d, now)
				recent.Drop(d)
			}
		})
	}
}
