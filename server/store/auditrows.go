package store

import (
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/audit"
)

type auditEventRow struct {
	bun.BaseModel `bun:"table:audit_events,alias:e"`

	PracticeID     uuid.UUID `bun:",pk"`
	Number         int64     `bun:",pk"`
	At             int64
	Kind           audit.Kind
	Outcome        audit.Outcome
	ActorID        uuid.UUID
	ObjectID       uuid.UUID
	ConversationID uuid.UUID
	Details        string
	Form           int64
	Written        string
	Hash           []byte
}

func newAuditEventRow(e audit.Entry) auditEventRow {
	return auditEventRow{
		PracticeID:     e.Practice,
		Number:         e.Number,
		At:             e.At,
		Kind:           e.Kind,
		Outcome:        e.Outcome,
		ActorID:        e.Actor,
		ObjectID:       e.Object,
		ConversationID: e.Conversation,
		Details:        e.Details,
		Form:           e.Form,
		Written:        e.Rows,
		Hash:           e.Hash[:],
	}
}

// values returns the values of eventColumns.
func (r auditEventRow) values() []any {
	return []any{
		r.PracticeID, r.Number, r.At, string(r.Kind), string(r.Outcome), r.ActorID,
		r.ObjectID, r.ConversationID, r.Details, r.Form, r.Written, r.Hash,
	}
}

func (r auditEventRow) entry() audit.Entry {
	e := audit.Entry{
		Practice:     r.PracticeID,
		Number:       r.Number,
		At:           r.At,
		Kind:         r.Kind,
		Outcome:      r.Outcome,
		Actor:        r.ActorID,
		Object:       r.ObjectID,
		Conversation: r.ConversationID,
		Details:      r.Details,
		Form:         r.Form,
		Rows:         r.Written,
	}
	copy(e.Hash[:], r.Hash)
	return e
}

type auditHeadRow struct {
	bun.BaseModel `bun:"table:audit_heads,alias:h"`

	PracticeID uuid.UUID `bun:",pk"`
	Count      int64
	Hash       []byte
	Code       []byte
}

func newAuditHeadRow(h audit.Head, key audit.Key) auditHeadRow {
	return auditHeadRow{PracticeID: h.Practice, Count: h.Count, Hash: h.Hash[:], Code: key.Sign(h)}
}

func (r auditHeadRow) head() audit.Head {
	h := audit.Head{Practice: r.PracticeID, Count: r.Count}
	copy(h.Hash[:], r.Hash)
	return h
}
