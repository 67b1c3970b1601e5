package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/audit"
	"pleiades/server/keyring"
)

// logKeyName is the name of the wrapped key that signs the ends of the log's
// chains. Where it is, the log was begun: both are made in one transaction.
const logKeyName = "audit"

// beginPart is how many rows one event takes under the protection of the log at
// most, when the log begins.
const beginPart = 500

// findLogKey loads the key of the log. There is none before the log begins.
func (db *DB) findLogKey(ctx context.Context) error {
	found, err := db.Keys().FindWrappedKey(ctx, logKeyName)
	if errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	key, err := db.ring.Unwrap(ctx, found.Wrapped, []byte(logKeyName))
	if err != nil {
		return fmt.Errorf("key %q: %w", logKeyName, err)
	}
	db.logKey = key
	return nil
}

// beginLog begins the log of a database that has none: from then on it protects
// what is stored already. It is done once for ever: where the key of the log is,
// nothing that the log does not know is taken in again, whatever became of the
// log itself. Its first event says if there was an earlier one, which is gone
// with its key.
func (db *DB) beginLog(ctx context.Context, earlier bool) error {
	err := db.recorded(ctx, func(tx bun.Tx, j *journal, seal sealer) error {
		// Others who begin it at the same time wait here.
		key, made, err := seal.made.Create(ctx, logKeyName)
		if err != nil {
			return err
		}
		db.logKey = key
		if !made {
			return nil
		}
		left, err := tx.NewSelect().Model((*auditEventRow)(nil)).Exists(ctx)
		if err != nil {
			return fmt.Errorf("select events: %w", err)
		}
		first := audit.Begin(logRules, seal.now)
		if left || earlier {
			first.Outcome = audit.Failed
		}
		j.events, err = db.adopt(ctx, tx, first)
		return err
	})
	if err != nil {
		db.logKey = nil
		return fmt.Errorf("begin the log: %w", err)
	}
	return nil
}

// adopt returns the events with which the log begins.
func (db *DB) adopt(ctx context.Context, tx bun.Tx, first audit.Event) ([]audit.Event, error) {
	begin := audit.Event{Kind: audit.AuditBegin, At: first.At, Outcome: audit.Done}
	events := []audit.Event{first}
	take := func(practice uuid.UUID) error {
		rows, err := db.listProtected(ctx, tx, practice)
		if err != nil {
			return err
		}
		for part := range slices.Chunk(rows, beginPart) {
			taken := begin
			taken.Practice, taken.Rows = practice, part
			events = append(events, taken)
		}
		return nil
	}
	if err := take(uuid.Nil); err != nil {
		return nil, err
	}
	var practices []uuid.UUID
	if err := tx.NewSelect().Model((*practiceRow)(nil)).Column("id").Order("id").Scan(ctx, &practices); err != nil {
		return nil, fmt.Errorf("select practices: %w", err)
	}
	for _, practice := range practices {
		founded := begin
		founded.Object = practice
		events = append(events, founded)
		if err := take(practice); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// listProtected lists the rows of a practice, or of none, that the log protects.
func (db *DB) listProtected(ctx context.Context, tx bun.Tx, practice uuid.UUID) ([]audit.Row, error) {
	var list []audit.Row
	for _, table := range append(guardedTables(), guardedKeys()) {
		q, any := table.of(tx, practice)
		if !any {
			continue
		}
		err := db.eachProtected(ctx, q, table, func(p protected) {
			_, _, row := p.protection()
			list = append(list, row)
		})
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}
