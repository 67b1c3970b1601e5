package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/chat"
	"pleiades/shared/agenda"
)

func (s conversations) ListAgendaItems(ctx context.Context, c chat.Conversation, above int64) ([]agenda.Item, error) {
	var rows []agendaItemRow
	err := s.db.read.NewSelect().Model(&rows).
		Where("practice_id = ? AND conversation_id = ?", c.Practice, c.ID).
		Where("rev > ?", above).
		Scan(ctx)
	if err != nil {
		return nil, chatError(ctx, fmt.Errorf("select agenda items: %w", err))
	}
	list, err := s.db.opener.within(c).agendaItems(ctx, rows)
	return list, chatError(ctx, err)
}

func (t conversationsTx) CreateAgendaChange(ctx context.Context, c chat.Conversation, change chat.AgendaChange) (bool, error) {
	row := agendaChangeRow{
		PracticeID:     c.Practice,
		ConversationID: c.ID,
		ID:             change.ID,
		AuthorID:       change.Author,
		Kind:           change.Kind,
		ItemID:         change.Item,
		AcceptedAt:     change.AcceptedAt.UnixMicro(),
	}
	result, err := t.tx.NewInsert().Model(&row).On("CONFLICT (practice_id, conversation_id, id) DO NOTHING").Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("insert agenda change: %w", err)
	}
	return created(t.journal, row, result)
}

func (t conversationsTx) FindAgendaChange(ctx context.Context, c chat.Conversation, id uuid.UUID) (chat.AgendaChange, error) {
	var row agendaChangeRow
	err := t.tx.NewSelect().Model(&row).
		Where("practice_id = ? AND conversation_id = ? AND id = ?", c.Practice, c.ID, id).
		Scan(ctx)
	if err != nil {
		return chat.AgendaChange{}, fmt.Errorf("select agenda change: %w", err)
	}
	return row.change(), nil
}

func (t conversationsTx) FindAgendaItems(ctx context.Context, c chat.Conversation, ids []uuid.UUID) ([]agenda.Item, error) {
	var rows []agendaItemRow
	err := t.tx.NewSelect().Model(&rows).
		Where("practice_id = ? AND conversation_id = ?", c.Practice, c.ID).
		Where("id IN (?)", bun.List(ids)).
		Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("select agenda items: %w", err)
	}
	return t.agendaItems(ctx, rows)
}

func (t conversationsTx) CountAgendaItems(ctx context.Context, c chat.Conversation) (int, error) {
	n, err := t.tx.NewSelect().Model((*agendaItemRow)(nil)).
		Where("practice_id = ? AND conversation_id = ? AND NOT removed", c.Practice, c.ID).
		Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count agenda items: %w", err)
	}
	return n, nil
}

func (t conversationsTx) UpdateAgendaItems(ctx context.Context, c chat.Conversation, items []agenda.Item) error {
	rows := make([]agendaItemRow, len(items))
	for i, item := range items {
		var err error
		if rows[i], err = t.sealAgendaItem(ctx, c, item); err != nil {
			return err
		}
	}
	q := t.tx.NewInsert().Model(&rows).On("CONFLICT (practice_id, conversation_id, id) DO UPDATE")
	for _, column := range []string{"body", "body_id", "place", "done_by", "done_at", "removed", "rev"} {
		q = q.Set("? = EXCLUDED.?", bun.Ident(column), bun.Ident(column))
	}
	if _, err := q.Exec(ctx); err != nil {
		return fmt.Errorf("upsert agenda items: %w", err)
	}
	wrote(t.journal, rows...)
	return nil
}

func (o opener) agendaItems(ctx context.Context, rows []agendaItemRow) (list []agenda.Item, err error) {
	list = make([]agenda.Item, len(rows))
	for i, r := range rows {
		if list[i], err = o.agendaItem(ctx, r); err != nil {
			return nil, err
		}
	}
	return list, nil
}
