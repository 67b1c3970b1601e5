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
		Written:        e.Rows,
		Hash:           e.Hash[:],
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
