package audit

import (
	"time"

	"github.com/google/uuid"
)

// Filter says which entries of a chain to list, the newest first. What is zero
// leaves nothing out.
type Filter struct {
	Kind         Kind
	Person       uuid.UUID // who did it, or to whom it was done
	Conversation uuid.UUID
	From, To     time.Time // from From on, before To
	Below        int64     // with a lower number
	Limit        int       // at most; at least 1
}
