package wire

import (
	"time"

	"github.com/google/uuid"

	"pleiades/shared/availability"
	"pleiades/shared/message"
)

// AuditEntry is an event of a practice's audit log.
type AuditEntry struct {
	Number       int64             `json:"number" doc:"Its place in the log, from 1."`
	At           time.Time         `json:"at"`
	Kind         string            `json:"kind" doc:"What was done, such as message.send."`
	Outcome      string            `json:"outcome" enum:"done,failed,denied"`
	Actor        uuid.UUID         `json:"actor,omitzero" doc:"The account that did it; missing where nobody is known."`
	Object       uuid.UUID         `json:"object,omitzero" doc:"What it was done to."`
	Conversation uuid.UUID         `json:"conversation,omitzero"`
	Details      map[string]string `json:"details,omitempty"`
}

// AuditPage is a page of a practice's audit log, the newest event first.
type AuditPage struct {
	Entries []AuditEntry `json:"entries"`
	More    bool         `json:"more" doc:"There are older ones: ask again with below."`
	People  []Person     `json:"people,omitempty" doc:"The members of the practice, on the first page only."`
}

// Openings answers GET /conversations/{cid}/openings: who looked at what is in
// the conversation, the newest first.
type Openings struct {
	Openings []Opening `json:"openings"`
	More     bool      `json:"more" doc:"There were more, long ago."`
}

// Opening says that someone looked. It holds either the time or, for the
// therapist of the conversation unless they show read marks, only the day.
type Opening struct {
	Account uuid.UUID         `json:"account"`
	Name    message.Text      `json:"name"`
	At      *time.Time        `json:"at,omitempty"`
	Day     availability.Date `json:"day,omitempty" doc:"In the time zone of the therapist."`
}
