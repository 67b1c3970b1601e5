package state

import (
	"github.com/google/uuid"

	"pleiades/shared/agenda"
	"pleiades/shared/wire"
)

// AgendaItem is an item of a next-appointment list as its page shows it.
type AgendaItem struct {
	agenda.Item
	Mine    bool // added by the person whose app this is
	Waiting bool // a change of it is not at the server yet
	// Rejected is the code of the server's refusal, if it refused: then the item
	// is not on the list but stands for the words of a change, whose id is
	// Change. Reasons holds the codes of message.Validate that came with it.
	Rejected wire.Code
	Reasons  []string
	Change   uuid.UUID
}

// Agenda returns the next-appointment list of a conversation, in order: what
// the server confirmed with what waits on the device applied to it, and the
// words of what was rejected.
func (a *App) Agenda(id uuid.UUID) []AgendaItem {
	return nil
}
