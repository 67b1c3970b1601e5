package store

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/chat"
	"pleiades/shared/agenda"
	"pleiades/shared/message"
)

type agendaItemRow struct {
	bun.BaseModel `bun:"table:agenda_items,alias:i"`

	PracticeID     uuid.UUID `bun:",pk"`
	ConversationID uuid.UUID `bun:",pk"`
	ID             uuid.UUID `bun:",pk"`
	Body           []byte
	BodyID         uuid.UUID
	Place          string
	AuthorID       uuid.UUID
	CreatedAt      int64
	DoneBy         *uuid.UUID // nil unless it is checked off
	DoneAt         *int64
	Removed        bool
	Rev            int64

	WriterID *uuid.UUID `bun:",scanonly"` // who made the change that wrote the text
}

// agendaItems selects items with who wrote their texts.
func agendaItems(db bun.IDB, rows *[]agendaItemRow) *bun.SelectQuery {
	writer := db.NewSelect().Model((*agendaChangeRow)(nil)).Column("author_id").
		Where("c.practice_id = i.practice_id AND c.conversation_id = i.conversation_id AND c.id = i.body_id")
	return db.NewSelect().Model(rows).ColumnExpr("i.*, (?) AS writer_id", writer)
}

// place binds the text to the item as it is at a rev.
func (r agendaItemRow) place() place {
	return place{practice: r.PracticeID, conversation: r.ConversationID, row: r.ID, person: r.AuthorID, seq: r.Rev}
}

func (s sealer) sealAgendaItem(ctx context.Context, c chat.Conversation, item agenda.Item) (agendaItemRow, error) {
	row := agendaItemRow{
		PracticeID:     c.Practice,
		ConversationID: c.ID,
		ID:             item.ID,
		BodyID:         item.TextID,
		Place:          item.Place,
		AuthorID:       item.Author,
		CreatedAt:      item.CreatedAt.UnixMicro(),
		Removed:        item.Removed,
		Rev:            item.Rev,
	}
	if item.Done {
		at := item.DoneAt.UnixMicro()
		row.DoneBy, row.DoneAt = &item.DoneBy, &at
	}
	var err error
	row.Body, err = s.seal(ctx, agendaBody, row.place(), []byte(item.Text))
	return row, err
}

// agendaItem opens an item. One that does not open says so, without a text.
func (o opener) agendaItem(ctx context.Context, r agendaItemRow) (agenda.Item, error) {
	body, err := o.open(ctx, agendaBody, r.place(), r.Body)
	if err != nil && !lost(err) {
		return agenda.Item{}, err
	}
	item := agenda.Item{
		ID:         r.ID,
		Text:       message.Text(body),
		Destroyed:  errors.Is(err, errDestroyed),
		Unreadable: errors.Is(err, errUnreadable),
		TextID:     r.BodyID,
		Place:      r.Place,
		Author:     r.AuthorID,
		CreatedAt:  instant(r.CreatedAt),
		Removed:    r.Removed,
		Rev:        r.Rev,
	}
	if r.WriterID != nil && !r.Removed {
		item.Writer = *r.WriterID
	}
	if r.DoneBy != nil && r.DoneAt != nil {
		at := instant(*r.DoneAt)
		item.Done, item.DoneBy, item.DoneAt = true, *r.DoneBy, &at
	}
	return item, nil
}

type agendaChangeRow struct {
	bun.BaseModel `bun:"table:agenda_changes,alias:c"`

	PracticeID     uuid.UUID `bun:",pk"`
	ConversationID uuid.UUID `bun:",pk"`
	ID             uuid.UUID `bun:",pk"`
	AuthorID       uuid.UUID
	Kind           agenda.Kind
	ItemID         uuid.UUID
	AcceptedAt     int64
}

func (r agendaChangeRow) change() chat.AgendaChange {
	return chat.AgendaChange{ID: r.ID, Author: r.AuthorID, Kind: r.Kind, Item: r.ItemID, AcceptedAt: instant(r.AcceptedAt)}
}
