package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/chat"
)

func (s accounts) ListEntries(ctx context.Context, practice uuid.UUID, f audit.Filter) ([]audit.Entry, error) {
	var rows []auditEventRow
	q := s.db.read.NewSelect().Model(&rows).Where("practice_id = ?", practice).Order("number DESC").Limit(f.Limit)
	if f.Kind != "" {
		q = q.Where("kind = ?", f.Kind)
	}
	if f.Person != uuid.Nil {
		q = q.Where("(actor_id = ? OR object_id = ?)", f.Person, f.Person)
	}
	if f.Conversation != uuid.Nil {
		q = q.Where("conversation_id = ?", f.Conversation)
	}
	if !f.From.IsZero() {
		q = q.Where("at >= ?", f.From.UnixMicro())
	}
	if !f.To.IsZero() {
		q = q.Where("at < ?", f.To.UnixMicro())
	}
	if f.Below > 0 {
		q = q.Where("number < ?", f.Below)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, accountError(ctx, fmt.Errorf("select events: %w", err))
	}
	list := make([]audit.Entry, len(rows))
	for i, r := range rows {
		list[i] = r.entry()
	}
	return list, nil
}

// EachEntry calls do with every entry of every chain, as they are at one moment,
// by practice and number.
func (db *DB) EachEntry(ctx context.Context, do func(audit.Entry) error) error {
	return db.snapshot(ctx, func(tx bun.Tx) error {
		rows, err := tx.NewSelect().Model((*auditEventRow)(nil)).Order("practice_id", "number").Rows(ctx)
		if err != nil {
			return fmt.Errorf("select events: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var row auditEventRow
			if err := db.read.ScanRow(ctx, rows, &row); err != nil {
				return fmt.Errorf("read event: %w", err)
			}
			if err := do(row.entry()); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}

func (s accounts) ListMembers(ctx context.Context, practice uuid.UUID) ([]account.Account, error) {
	var rows []accountRow
	err := s.db.read.NewSelect().Model(&rows).
		Where(`EXISTS (SELECT 1 FROM memberships AS m WHERE m.account_id = a.id AND m.practice_id = ?)
			OR EXISTS (SELECT 1 FROM staff_invitations AS i WHERE i.used_by = a.id AND i.practice_id = ?)`, practice, practice).
		Order("a.id").
		Scan(ctx)
	if err != nil {
		return nil, accountError(ctx, fmt.Errorf("select members: %w", err))
	}
	list, err := openAll(ctx, rows, s.db.opener.account)
	return list, accountError(ctx, err)
}

// openingRow is an opening with the name of who looked.
type openingRow struct {
	ActorID uuid.UUID
	At      int64
	Name    []byte
}

func (s conversations) ListOpenings(ctx context.Context, c chat.Conversation, limit int) ([]chat.Opening, error) {
	var rows []openingRow
	err := selectOpened(s.db.read, c, audit.ConversationOpen).
		Column("e.actor_id", "e.at").
		ColumnExpr("a.name").
		Join("JOIN accounts AS a ON a.id = e.actor_id").
		Order("e.number DESC").
		Limit(limit).
		Scan(ctx, &rows)
	if err != nil {
		return nil, chatError(ctx, fmt.Errorf("select openings: %w", err))
	}
	list := make([]chat.Opening, len(rows))
	for i, r := range rows {
		name, err := s.db.opener.word(ctx, accountName, placeOfAccount(r.ActorID), r.Name)
		if err != nil {
			return nil, chatError(ctx, err)
		}
		list[i] = chat.Opening{Account: r.ActorID, Name: name, At: instant(r.At)}
	}
	return list, nil
}
