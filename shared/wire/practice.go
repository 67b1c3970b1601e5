package wire

import (
	"time"

	"github.com/google/uuid"

	"pleiades/shared/message"
)

// ChangePractice changes what it names of a practice.
type ChangePractice struct {
	Name       *message.Text `json:"name,omitempty" maxLength:"400" doc:"1 to 100 characters, as its members and clients see it."`
	LockWithin *int          `json:"lockWithin,omitempty" minimum:"1" maximum:"15" doc:"The most minutes without an act after which its people's devices lock."`
}

// InviteClient says where a client is invited to.
type InviteClient struct {
	Practice uuid.UUID `json:"practice,omitzero" doc:"Needed by therapists of several practices alone."`
}

// RunPractice is a practice as those who run the service see it.
type RunPractice struct {
	Practice
	CreatedAt   time.Time `json:"createdAt"`
	SuspendedAt time.Time `json:"suspendedAt,omitzero" doc:"Since when it is suspended."`
}

// RunPractices answers GET /operator/practices, the oldest first.
type RunPractices struct {
	Practices []RunPractice `json:"practices"`
}
