package state

import (
	"slices"

	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// TicketDraft is what a ticket has besides its text.
type TicketDraft struct {
	Kind        wire.TicketKind   `json:"kind"`
	Diagnostics []wire.Diagnostic `json:"diagnostics,omitempty"`
}

// Tickets returns what the person asked those who run the service, as the server
// told it last, the one that changed last first.
func (a *App) Tickets() []wire.Ticket {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.tickets)
}

// SetTickets replaces them.
func (a *App) SetTickets(list []wire.Ticket) { a.change(func() { a.tickets = slices.Clone(list) }) }

// PendingTickets returns the tickets, and the replies to some, that wait on the
// device or were rejected, in the order in which they were written.
func (a *App) PendingTickets() []Pending {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.find(uuid.UUID{}).tickets)
}
