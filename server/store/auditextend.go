package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/audit"
)

// extendLog brings what a log that an earlier build began does not protect yet
// under its protection, or protects it as it is protected now: each table once.
// The log says so itself, for ever, with the rows that were there. Which rules it
// follows is in its chain alone: whoever takes that away is found out by it.
func (db *DB) extendLog(ctx context.Context) error {
	rules, err := findRules(ctx, db.read)
	if err != nil {
		return fmt.Errorf("extend the log: %w", err)
	}
	if len(behindRules(rules)) == 0 {
		return nil
	}
	err = db.recorded(ctx, func(tx bun.Tx, j *journal, seal sealer) error {
		if db.locking {
			// Processes that start together do it one after the other.
			if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(?)", migrationLock); err != nil {
				return fmt.Errorf("lock: %w", err)
			}
		}
		return db.extendIn(ctx, tx, j, seal)
	})
	if err != nil {
		return fmt.Errorf("extend the log: %w", err)
	}
	return nil
}

// extendIn is extendLog within a transaction.
func (db *DB) extendIn(ctx context.Context, tx bun.Tx, j *journal, seal sealer) error {
	rules, err := findRules(ctx, tx)
	if err != nil {
		return err
	}
	behind := behindRules(rules)
	if len(behind) == 0 {
		return nil
	}
	tables, err := findTold(ctx, tx)
	if err != nil {
		return err
	}
	told := func(table string) bool { return tables[table] }
	for _, table := range behind {
		events, err := db.extend(ctx, tx, table, history().Protected(table.name, rules, told), seal.now)
		if err != nil {
			return err
		}
		j.events = append(j.events, events...)
	}
	return nil
}

// findRules reads which rules the log follows.
func findRules(ctx context.Context, db bun.IDB) (audit.Rules, error) {
	var rows []auditEventRow
	err := db.NewSelect().Model(&rows).Column("number", "at", "kind", "object_id", "form", "details").
		Where("practice_id = ? AND kind IN ('audit.begin', 'audit.extend')", uuid.Nil).
		Order("number").
		Scan(ctx)
	if err != nil {
		return audit.Rules{}, fmt.Errorf("select events: %w", err)
	}
	var rules audit.Rules
	for _, row := range rows {
		if event, err := row.entry().Event(); err == nil {
			rules.Read(event)
		}
	}
	return rules, nil
}

// behindRules lists the tables for which rules are older than those of now: none
// where the beginning of the log is gone.
func behindRules(rules audit.Rules) (behind []guarded) {
	for _, table := range append(guardedTables(), guardedKeys()) {
		if rules.Begun() && rules.Of(table.name) < table.rules {
			behind = append(behind, table)
		}
	}
	return behind
}

// findTold finds the tables of which the log tells, in any chain, other than by
// having been extended.
func findTold(ctx context.Context, tx bun.Tx) (told map[string]bool, err error) {
	rows, err := tx.NewSelect().Model((*auditEventRow)(nil)).Column("written").Where("written <> '' AND kind <> 'audit.extend'").Rows(ctx)
	if err != nil {
		return nil, fmt.Errorf("select events: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	told = make(map[string]bool)
	for rows.Next() {
		var written string
		if err := rows.Scan(&written); err != nil {
			return nil, fmt.Errorf("select events: %w", err)
		}
		for line := range strings.Lines(written) {
			table, _, _ := strings.Cut(line, "/")
			told[table] = true
		}
	}
	return told, rows.Err()
}

// extend returns the events that bring a table under the rules of now. Where it was
// protected before, rows are only stated anew, if they are digested otherwise now:
// one that the log does not know is not taken in, so that it is found.
func (db *DB) extend(ctx context.Context, tx bun.Tx, table guarded, before bool, at time.Time) ([]audit.Event, error) {
	taken := make(map[uuid.UUID][]audit.Row)
	if !before || table.older != nil {
		err := db.eachProtected(ctx, tx.NewSelect().Table(table.name), table, func(p protected) {
			practice, _, row := p.protection()
			if before {
				row.Before = table.older(p).Digest
			}
			taken[practice] = append(taken[practice], row)
		})
		if err != nil {
			return nil, err
		}
	}
	events := []audit.Event{audit.Extend(uuid.Nil, table.name, table.rules, at, nil)}
	for practice, rows := range taken {
		for part := range slices.Chunk(rows, beginPart) {
			events = append(events, audit.Extend(practice, table.name, table.rules, at, part))
		}
	}
	return events, nil
}

// eachProtected calls do with each row of a guarded table that a query selects.
func (db *DB) eachProtected(ctx context.Context, q *bun.SelectQuery, table guarded, do func(protected)) error {
	rows, err := q.Rows(ctx)
	if err != nil {
		return fmt.Errorf("select %s: %w", table.name, err)
	}
	for rows.Next() {
		model := table.model()
		if err := db.read.ScanRow(ctx, rows, model); err != nil {
			return errors.Join(fmt.Errorf("select %s: %w", table.name, err), rows.Close())
		}
		do(model)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return fmt.Errorf("select %s: %w", table.name, err)
	}
	return nil
}
