package store

import (
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
}

func newAgendaItemRow(c chat.Conversation, item agenda.Item) agendaItemRow {
	row := agendaItemRow{
		PracticeID:     c.Practice,
		ConversationID: c.ID,
		ID:             item.ID,
		Body:           []byte(item.Text),
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
	return row
}

func (r agendaItemRow) item() agenda.Item {
	item := agenda.Item{
		ID:        r.ID,
		Text:      message.Text(r.Body),
		TextID:    r.BodyID,
		Place:     r.Place,
		Author:    r.AuthorID,
		CreatedAt: instant(r.CreatedAt),
		Removed:   r.Removed,
		Rev:       r.Rev,
	}
	if r.DoneBy != nil && r.DoneAt != nil {
		at := instant(*r.DoneAt)
		item.Done, item.DoneBy, item.DoneAt = true, *r.DoneBy, &at
	}
	return item
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
