package state

import (
	"slices"

	"github.com/google/uuid"

	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Pending is a message that waits on the device.
type Pending struct {
	ID           message.ID   `json:"id"`
	Conversation uuid.UUID    `json:"conversation"`
	Body         message.Text `json:"body"`
	WrittenAt    Millis       `json:"writtenAt"`
	// Attempted is set once an upload was tried whose end is not known: the
	// server may have the message, so it can no longer be taken back.
	Attempted bool `json:"attempted,omitempty"`
	// Stored is set once the server has the message, until a sync brings it
	// together with those before it.
	Stored bool `json:"stored,omitempty"`
	// Rejected is the code of the server's refusal, if it refused. Reasons
	// holds the codes of message.Validate that came with it.
	Rejected wire.Code `json:"rejected,omitempty"`
	Reasons  []string  `json:"reasons,omitempty"`
}

// settle drops what waited here and is confirmed now.
func (c *conversation) settle() {
	if len(c.pending) == 0 {
		return
	}
	c.pending = slices.DeleteFunc(c.pending, func(p Pending) bool {
		return slices.ContainsFunc(c.window, func(m wire.Message) bool { return m.ID == p.ID })
	})
}

// SetPending replaces what waits on the device, for all conversations, with
// items in the order of sending.
func (a *App) SetPending(items []Pending) {
	a.change(func() {
		for _, c := range a.conversations {
			c.pending = nil
		}
		for _, p := range items {
			c := a.find(p.Conversation)
			c.pending = append(c.pending, p)
		}
		for _, c := range a.conversations {
			c.settle()
		}
	})
}

// AddPending puts a message at the end of what waits and empties the draft it
// came from.
func (a *App) AddPending(p Pending) {
	a.change(func() {
		c := a.find(p.Conversation)
		c.pending = append(c.pending, p)
		c.draft = ""
	})
}

// Confirm takes in a message the server stored for this device: what waited is
// now sent. Where it would leave a gap it reports so; the message stays among
// the pending, marked as stored, until a pull fills the gap.
func (a *App) Confirm(id uuid.UUID, m wire.Message) (gap bool) {
	if !a.ApplyMessage(wire.MessageEvent{Conversation: id, Message: m}) {
		return false
	}
	a.change(func() {
		c := a.find(id)
		for i := range c.pending {
			if c.pending[i].ID == m.ID {
				c.pending[i].Stored = true
			}
		}
	})
	return true
}

// QueueCount returns how many messages wait to be sent; rejected ones do not.
func (a *App) QueueCount() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := 0
	for _, c := range a.conversations {
		n += c.waiting()
	}
	return n
}

func (c *conversation) waiting() int {
	n := 0
	for _, p := range c.pending {
		if p.Rejected == "" && !p.Stored {
			n++
		}
	}
	return n
}

// FindPending returns what waits under an id.
func (a *App) FindPending(id message.ID) (Pending, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, c := range a.conversations {
		for _, p := range c.pending {
			if p.ID == id {
				return p, true
			}
		}
	}
	return Pending{}, false
}
