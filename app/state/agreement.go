package state

import (
	"slices"

	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// agreement returns what the therapist says of messaging, an acknowledgement
// that waits counted; nil if there is nothing.
func (c *conversation) agreement() *wire.Agreement {
	if c.info.Agreement == nil {
		return nil
	}
	known := *c.info.Agreement
	for _, p := range c.acknowledgements {
		if p.TextVersion == known.TextVersion {
			known.Acknowledged = max(known.Acknowledged, p.Version)
		}
	}
	return &known
}

// ConfirmAgreement takes in the answer to an acknowledgement: it no longer
// waits.
func (a *App) ConfirmAgreement(conversation, id uuid.UUID, answer wire.Agreement) {
	a.change(func() {
		c := a.find(conversation)
		c.acknowledgements = without(c.acknowledgements, id)
		if known := c.info.Agreement; known == nil || known.Version <= answer.Version {
			c.info.Agreement = &answer
		}
	})
}

// without returns items without the one of an id.
func without(items []Pending, id uuid.UUID) []Pending {
	return slices.DeleteFunc(items, func(p Pending) bool { return p.ID == id })
}
