package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/audit"
)

// beginPart is how many rows one event takes under the protection of the log at
// most, when the log begins.
const beginPart = 500

// BeginLog begins the log of a database that has none: from then on it protects
// what is stored already. It does nothing where it was begun. The chain says for
// ever if an earlier log was removed.
func (db *DB) BeginLog(ctx context.Context, now time.Time, removed bool) error {
	if db.logKey == nil {
		return errNoLog
	}
	err := db.recorded(ctx, func(tx bun.Tx, j *journal, _ sealer) error {
		if err := db.begin(ctx, tx, []uuid.UUID{uuid.Nil}); err != nil {
			return err
		}
		// Others who begin it at the same time wait here.
		if _, err := db.lockHeads(ctx, tx, []uuid.UUID{uuid.Nil}); err != nil {
			return err
		}
		begun, err := tx.NewSelect().Model((*auditEventRow)(nil)).
			Where("practice_id = ? AND kind = ?", uuid.Nil, audit.AuditBegin).Exists(ctx)
		if err != nil || begun {
			return err
		}
		events, err := db.adopt(ctx, tx, now, removed)
		j.events = events
		return err
	})
	if err != nil {
		return fmt.Errorf("begin the log: %w", err)
	}
	return nil
}

// adopt returns the events with which the log begins.
func (db *DB) adopt(ctx context.Context, tx bun.Tx, now time.Time, removed bool) ([]audit.Event, error) {
	begin := audit.Event{Kind: audit.AuditBegin, At: now.UTC().Truncate(time.Microsecond), Outcome: audit.Done}
	first := begin
	if removed {
		first.Outcome = audit.Failed
	}
	events := []audit.Event{first}
	var practices []uuid.UUID
	if err := tx.NewSelect().Model((*practiceRow)(nil)).Column("id").Order("id").Scan(ctx, &practices); err != nil {
		return nil, fmt.Errorf("select practices: %w", err)
	}
	for _, practice := range practices {
		founded := begin
		founded.Object = practice
		events = append(events, founded)
		rows, err := db.listProtected(ctx, tx, practice)
		if err != nil {
			return nil, err
		}
		for part := range slices.Chunk(rows, beginPart) {
			taken := begin
			taken.Practice, taken.Rows = practice, part
			events = append(events, taken)
		}
	}
	return events, nil
}

// listProtected lists the rows of a practice that the log protects.
func (db *DB) listProtected(ctx context.Context, tx bun.Tx, practice uuid.UUID) ([]audit.Row, error) {
	var list []audit.Row
	for _, table := range guardedTables() {
		rows, err := tx.NewSelect().Table(table.name).Where("? = ?", bun.Ident(table.practice), practice).Rows(ctx)
		if err != nil {
			return nil, fmt.Errorf("select %s: %w", table.name, err)
		}
		for rows.Next() {
			model := table.model()
			if err := db.read.ScanRow(ctx, rows, model); err != nil {
				return nil, errors.Join(fmt.Errorf("select %s: %w", table.name, err), rows.Close())
			}
			_, _, row := model.protection()
			list = append(list, row)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, fmt.Errorf("select %s: %w", table.name, err)
		}
	}
	return list, nil
}

// LogEmpty reports whether the log holds no event.
func (db *DB) LogEmpty(ctx context.Context) (bool, error) {
	found, err := db.read.NewSelect().Model((*auditEventRow)(nil)).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("select events: %w", err)
	}
	return !found, nil
}
