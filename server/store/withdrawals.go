package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/chat"
)

// withdrawalRow is a message that is not to be stored any more.
type withdrawalRow struct {
	bun.BaseModel `bun:"table:withdrawn_messages,alias:y"`

	PracticeID     uuid.UUID `bun:",pk"`
	ConversationID uuid.UUID `bun:",pk"`
	ID             uuid.UUID `bun:",pk"`
	AuthorID       uuid.UUID `bun:",pk"`
	WithdrawnAt    int64
}

func (t conversationsTx) CreateWithdrawal(ctx context.Context, practice uuid.UUID, of chat.DraftKey, at time.Time, keep int) error {
	row := withdrawalRow{
		PracticeID: practice, ConversationID: of.Conversation, ID: of.ID, AuthorID: of.Author, WithdrawnAt: at.UnixMicro(),
	}
	if _, err := t.tx.NewInsert().Model(&row).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
		return fmt.Errorf("insert withdrawn message: %w", err)
	}
	oldest := t.tx.NewSelect().Model((*withdrawalRow)(nil)).Column("withdrawn_at").Where("author_id = ?", of.Author).
		Order("withdrawn_at DESC").Offset(keep - 1).Limit(1)
	_, err := t.tx.NewDelete().Model((*withdrawalRow)(nil)).Where("author_id = ?", of.Author).Where("withdrawn_at < (?)", oldest).Exec(ctx)
	if err != nil {
		return fmt.Errorf("delete withdrawn messages: %w", err)
	}
	return nil
}
