package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/audit"
	"pleiades/server/chat"
)

type closingRow struct {
	bun.BaseModel `bun:"table:closings,alias:x"`

	PracticeID     uuid.UUID `bun:",pk"`
	ConversationID uuid.UUID `bun:",pk"`
	Rev            int64     `bun:",pk"` // of the conversation, at which it was closed
	ClosedBy       uuid.UUID
	ClosedAt       int64
	Note           []byte
	ReopenedAt     int64 // 0 while it stands
}

func placeOfClosing(practice, conversation uuid.UUID, rev int64, by uuid.UUID) place {
	return place{practice: practice, conversation: conversation, row: conversation, seq: rev, person: by}
}

func (r closingRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return r.PracticeID, r.ConversationID, protect(r.PracticeID, "closings", []any{r.ConversationID, r.Rev},
		r.ClosedBy, r.ClosedAt, r.Note, r.ReopenedAt)
}

// standing is the part of a closing that stands in the row of its conversation.
type standing struct {
	ClosedRev int64      `bun:",scanonly"` // 0 while the conversation is open
	ClosedBy  *uuid.UUID `bun:",scanonly"`
	ClosedAt  int64      `bun:",scanonly"`
	Note      []byte     `bun:",scanonly"`
}

// joinClosing adds the columns of standing to a query of conversations.
func joinClosing(q *bun.SelectQuery) *bun.SelectQuery {
	return q.
		ColumnExpr("COALESCE(x.rev, 0) AS closed_rev, x.closed_by, COALESCE(x.closed_at, 0) AS closed_at, x.note").
		Join("LEFT JOIN closings AS x").
		JoinOn("x.practice_id = c.practice_id AND x.conversation_id = c.id AND x.reopened_at = 0")
}

// closing opens what stands; nil if nothing does.
func (o opener) closing(ctx context.Context, practice, conversation uuid.UUID, s standing) (*chat.Closing, error) {
	if s.ClosedRev == 0 {
		return nil, nil
	}
	note, err := o.word(ctx, closingNote, placeOfClosing(practice, conversation, s.ClosedRev, given(s.ClosedBy)), s.Note)
	return &chat.Closing{Rev: s.ClosedRev, By: given(s.ClosedBy), At: instant(s.ClosedAt), Note: note}, err
}

func (t conversationsTx) CreateClosing(ctx context.Context, c chat.Conversation, closing chat.Closing) error {
	note, err := t.seal(ctx, closingNote, placeOfClosing(c.Practice, c.ID, closing.Rev, closing.By), []byte(closing.Note))
	if err != nil {
		return err
	}
	row := closingRow{
		PracticeID:     c.Practice,
		ConversationID: c.ID,
		Rev:            closing.Rev,
		ClosedBy:       closing.By,
		ClosedAt:       closing.At.UnixMicro(),
		Note:           note,
	}
	if _, err := t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert closing: %w", err)
	}
	inserted(t.journal, row)
	return nil
}

func (t conversationsTx) EndClosing(ctx context.Context, c chat.Conversation, at time.Time) error {
	row, err := holdOne[closingRow](ctx, t.journal, where("practice_id = ? AND conversation_id = ? AND reopened_at = 0", c.Practice, c.ID))
	if err != nil {
		return err
	}
	return endClosing(ctx, t.tx, t.journal, row, at)
}

func (t accountsTx) ReopenConversation(ctx context.Context, practice, id uuid.UUID, closedBefore, at time.Time) (bool, error) {
	var row conversationRow
	q := t.forUpdate(t.tx.NewSelect().Model(&row).Column("destroyed_at").Where("practice_id = ? AND id = ?", practice, id))
	if err := q.Scan(ctx); err != nil {
		return false, fmt.Errorf("lock conversation: %w", err)
	}
	if row.DestroyedAt > 0 {
		return false, nil
	}
	standing, err := hold[closingRow](ctx, t.journal,
		where("practice_id = ? AND conversation_id = ? AND reopened_at = 0 AND closed_at < ?", practice, id, closedBefore.UnixMicro()))
	if err != nil || len(standing) == 0 {
		return false, err
	}
	if err := endClosing(ctx, t.tx, t.journal, standing[0], at); err != nil {
		return false, err
	}
	_, err = t.raiseConversations(ctx, "id = ?", id)
	return err == nil, err
}

func endClosing(ctx context.Context, tx bun.Tx, j *journal, row closingRow, at time.Time) error {
	row.ReopenedAt = at.UnixMicro()
	if _, err := tx.NewUpdate().Model(&row).Column("reopened_at").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("update closing: %w", err)
	}
	updated(j, row)
	return nil
}
