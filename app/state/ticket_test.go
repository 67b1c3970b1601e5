package state

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/wire"
)

func TestPendingTickets(t *testing.T) {
	a := New()
	a.SetLogin(LoggedIn, wire.Account{ID: uuid.UUID{1}})
	waits := Pending{ID: uuid.UUID{2}, Kind: KindTicket, Body: "Help", Ticket: &TicketDraft{Kind: wire.TicketProblem}}
	a.AddPending(waits)
	a.AddPending(waits) // again changes nothing
	if list := a.PendingTickets(); len(list) != 1 || a.QueueCount() != 1 || len(a.Unsealed()) != 1 || !list[0].HasWords() {
		t.Fatalf("%d wait, %d to send, %d to seal", len(list), a.QueueCount(), len(a.Unsealed()))
	}
	if _, found := a.FindPending(waits.ID); !found {
		t.Error("it is not found by its id")
	}
	if len(a.List()) != 0 {
		t.Error("a ticket makes a conversation")
	}
	waits.Rejected = wire.CodeInvalidMessage
	a.SetPending([]Pending{waits})
	if len(a.PendingTickets()) != 1 || a.QueueCount() != 0 {
		t.Error("what was rejected is gone, or counts as waiting")
	}
	a.SetPending(nil)
	a.SetTickets([]wire.Ticket{{ID: uuid.UUID{2}}})
	if len(a.PendingTickets()) != 0 || len(a.Tickets()) != 1 {
		t.Error("what was sent still waits")
	}
	a.SetLogin(LoggedIn, wire.Account{ID: uuid.UUID{3}})
	if len(a.Tickets()) != 0 {
		t.Error("another account sees it")
	}
}

func TestOpened(t *testing.T) {
	var opened Opened
	for i := range maxOpened + 5 {
		opened = opened.With(uuid.UUID{1: byte(i), 2: byte(i >> 8)}, start.Add(time.Duration(i)*time.Minute))
	}
	if len(opened) != maxOpened {
		t.Errorf("remembers %d, want %d", len(opened), maxOpened)
	}
	if _, ok := opened[uuid.UUID{1: 4}]; ok {
		t.Error("remembers the oldest")
	}
	if before := len(opened); len(opened.With(uuid.UUID{1: 5}, start.Add(time.Hour))) != before || len(opened) != before {
		t.Error("changes what it is given")
	}
}
