package state

import (
	"slices"

	"github.com/google/uuid"

	"pleiades/shared/agenda"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Kind says what waits on the device.
type Kind string

// The kinds of what waits. All of them are sent one after the other, in the
// order in which they came to be.
const (
	KindMessage   Kind = ""          // a message
	KindAgenda    Kind = "agenda"    // a change of a next-appointment list
	KindAgreement Kind = "agreement" // an acknowledgement of a messaging agreement
	KindTicket    Kind = "ticket"    // what is asked of those who run the service; it has no conversation
	KindReply     Kind = "reply"     // an addition to a ticket; likewise
)

// Pending is what waits on the device: a message, or what its Kind says.
type Pending struct {
	ID           uuid.UUID      `json:"id"`
	Kind         Kind           `json:"kind,omitempty"`
	Conversation uuid.UUID      `json:"conversation"`
	Body         message.Text   `json:"body,omitempty"`   // of a message, ticket or reply
	Ticket       *TicketDraft   `json:"ticket,omitempty"` // what a ticket has besides
	To           uuid.UUID      `json:"to,omitzero"`      // the ticket that a reply adds to
	Change       *agenda.Change `json:"change,omitempty"` // of a list
	// Version and TextVersion are those of the agreement that was acknowledged.
	Version     int64  `json:"version,omitempty"`
	TextVersion int    `json:"textVersion,omitempty"`
	WrittenAt   Millis `json:"writtenAt"`
	// Sealed says whether the device has the envelope in which it is handed over,
	// see package envelope.
	Sealed bool `json:"sealed,omitempty"`
	// Attempted is set once an upload was tried: the server may have the
	// message.
	Attempted bool `json:"attempted,omitempty"`
	// Stored is set once the server has it, until what the server made of it is
	// here, too: a message with those before it, a change of the list with the
	// list at Rev, an acknowledgement with the conversation at Rev.
	Stored bool  `json:"stored,omitempty"`
	Rev    int64 `json:"rev,omitempty"`
	// Rejected is the code of the server's refusal, if it refused. Reasons
	// holds the codes of message.Validate that came with it.
	Rejected wire.Code `json:"rejected,omitempty"`
	Reasons  []string  `json:"reasons,omitempty"`
}

// HasWords reports whether a person wrote words into it, which must not be lost.
func (p Pending) HasWords() bool {
	return p.Kind == KindMessage || p.Kind == KindTicket || p.Kind == KindReply || p.Change != nil && p.Change.Text != ""
}

// settle drops what waited here and is confirmed now.
func (c *conversation) settle() {
	c.pending = slices.DeleteFunc(c.pending, func(p Pending) bool {
		return slices.ContainsFunc(c.window, func(m wire.Message) bool { return m.ID == p.ID })
	})
	known := func(rev int64) func(Pending) bool {
		return func(p Pending) bool { return p.Stored && p.Rev <= rev }
	}
	c.changes = slices.DeleteFunc(c.changes, known(c.listRev))
	c.acknowledgements = slices.DeleteFunc(c.acknowledgements, known(c.told))
}

// SetPending replaces what waits on the device, for all conversations, with
// items in the order of sending.
func (a *App) SetPending(items []Pending) {
	a.change(func() {
		for _, c := range a.conversations {
			c.pending, c.changes, c.acknowledgements, c.tickets = nil, nil, nil, nil
		}
		for _, p := range items {
			a.find(p.Conversation).enqueue(p)
		}
		for _, c := range a.conversations {
			c.settle()
		}
	})
}

// AddPending puts items at the end of what waits; those that are there already
// stay where they are, as they are now. A message empties the draft it came from.
func (a *App) AddPending(items ...Pending) {
	a.change(func() {
		for _, p := range items {
			c := a.find(p.Conversation)
			if known := c.findPending(p.ID); known != nil {
				*known = p
			} else {
				c.enqueue(p)
			}
			c.settle() // it may have been sent already
			if p.Kind == KindMessage {
				c.draft = ""
			}
		}
	})
}

// outbox returns what waits here, kind by kind.
func (c *conversation) outbox() []Pending {
	return slices.Concat(c.pending, c.changes, c.acknowledgements, c.tickets)
}

// findPending returns what waits here under an id, nil if nothing does.
func (c *conversation) findPending(id uuid.UUID) *Pending {
	for _, items := range [][]Pending{c.pending, c.changes, c.acknowledgements, c.tickets} {
		if i := slices.IndexFunc(items, func(p Pending) bool { return p.ID == id }); i >= 0 {
			return &items[i]
		}
	}
	return nil
}

func (c *conversation) enqueue(p Pending) {
	switch p.Kind {
	case KindAgenda:
		if p.Change != nil {
			c.changes = append(c.changes, p)
		}
	case KindTicket:
		if p.Ticket != nil {
			c.tickets = append(c.tickets, p)
		}
	case KindReply:
		c.tickets = append(c.tickets, p)
	case KindAgreement:
		c.acknowledgements = append(c.acknowledgements, p)
	default:
		c.pending = append(c.pending, p)
	}
}

// Unsealed returns what waits on the device without an envelope, in the order of
// sending within each conversation.
func (a *App) Unsealed() []Pending {
	a.mu.Lock()
	defer a.mu.Unlock()
	var items []Pending
	for _, c := range a.conversations {
		for _, p := range c.outbox() {
			if !p.Sealed && p.Rejected == "" && !p.Stored {
				items = append(items, p)
			}
		}
	}
	return items
}

// QueueCount returns how much waits to be sent, whatever its kind; what was
// rejected does not.
func (a *App) QueueCount() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := 0
	for _, c := range a.conversations {
		n += waiting(c.pending) + waiting(c.changes) + waiting(c.acknowledgements) + waiting(c.tickets)
	}
	return n
}

func waiting(items []Pending) int {
	n := 0
	for _, p := range items {
		if p.Rejected == "" && !p.Stored {
			n++
		}
	}
	return n
}

// FindPending returns the message or ticket that waits, or was rejected, under an
// id.
func (a *App) FindPending(id message.ID) (Pending, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, c := range a.conversations {
		for _, p := range slices.Concat(c.pending, c.tickets) {
			if p.ID == id {
				return p, true
			}
		}
	}
	return Pending{}, false
}
