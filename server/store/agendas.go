package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/chat"
	"pleiades/shared/agenda"
)

// listsAtOnce is how many lists one query looks for items of: SQLite bounds how
// much a condition may say.
const listsAtOnce = 200

func (s conversations) ListAgendaItems(ctx context.Context, since []chat.AgendaSince) ([][]agenda.Item, error) {
	lists := make([][]agenda.Item, len(since))
	places := make(map[uuid.UUID]int, len(since))
	for i, l := range since {
		places[l.Conversation.ID] = i
	}
	for part := range slices.Chunk(since, listsAtOnce) {
		var rows []agendaItemRow
		q := agendaItems(s.db.read, &rows)
		for _, l := range part {
			q = q.WhereOr("practice_id = ? AND conversation_id = ? AND rev > ?", l.Conversation.Practice, l.Conversation.ID, l.Above)
		}
		if err := q.Scan(ctx); err != nil {
			return nil, chatError(ctx, fmt.Errorf("select agenda items: %w", err))
		}
		for _, row := range rows {
			place := places[row.ConversationID]
			item, err := s.db.opener.within(since[place].Conversation).agendaItem(ctx, row)
			if err != nil {
				return nil, chatError(ctx, err)
			}
			lists[place] = append(lists[place], item)
		}
	}
	return lists, nil
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
	err := agendaItems(t.tx, &rows).
		Where("practice_id = ? AND conversation_id = ?", c.Practice, c.ID).
		Where("id IN (?)", bun.List(ids)).
		Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("select agenda items: %w", err)
	}
	return openAll(ctx, rows, t.agendaItem)
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
	ids := make([]uuid.UUID, len(items))
	for i, item := range items {
		ids[i] = item.ID
	}
	_, err := hold[agendaItemRow](ctx, t.journal, where("practice_id = ? AND conversation_id = ? AND id IN (?)", c.Practice, c.ID, bun.List(ids)))
	if err != nil {
		return err
	}
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
	saved(t.journal, rows...)
	return nil
}
