package store

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/account"
	"pleiades/server/audit"
)

// MustMakeOlder makes the log of a database anew as one of the first rules
// begins, in the first form: it tells of what those protected, as they did.
func MustMakeOlder(t testing.TB, db *DB) {
	t.Helper()
	mustMakeOlder(t, db, func(table guarded) bool { return table.since == 1 })
}

// MustMakeUnnumbered is MustMakeOlder for the last rules without a version. A table
// that they protect may have been empty.
func MustMakeUnnumbered(t testing.TB, db *DB, empty string) {
	t.Helper()
	mustMakeOlder(t, db, func(table guarded) bool {
		return table.name != empty && (table.since == 1 || slices.Contains(history().Unnumbered, table.name))
	})
}

// ExtendedTables returns the tables that rules without a version protect, and now
// in another way or by a version.
func ExtendedTables() []string {
	list := history().Unnumbered
	for _, table := range guardedTables() {
		if table.since == 1 && table.rules > 1 {
			list = append(list, table.name)
		}
	}
	return list
}

func mustMakeOlder(t testing.TB, db *DB, tells func(guarded) bool) {
	t.Helper()
	rows := make(map[uuid.UUID][]audit.Row)
	err := db.write.RunInTx(t.Context(), nil, func(ctx context.Context, tx bun.Tx) error {
		practices := []uuid.UUID{uuid.Nil}
		for _, table := range guardedTables() {
			if !tells(table) {
				continue
			}
			err := db.eachProtected(ctx, tx.NewSelect().Table(table.name), table, func(p protected) {
				practice, _, row := p.protection()
				if table.older != nil {
					row = table.older(p)
				}
				if table.name == "practices" {
					practices = append(practices, practice)
				}
				rows[practice] = append(rows[practice], row)
			})
			if err != nil {
				return err
			}
		}
		for _, table := range []string{"audit_events", "audit_heads"} {
			if _, err := tx.NewDelete().Table(table).Where("1 = 1").Exec(ctx); err != nil {
				return err
			}
		}
		for i, practice := range practices {
			begin := audit.Event{Kind: audit.AuditBegin, Practice: practice, At: db.ring.Now(), Outcome: audit.Done}
			events := []audit.Event{begin}
			events[0].Rows = rows[practice]
			for _, founded := range practices[1:] {
				if i == 0 {
					begin.Object = founded
					events = append(events, begin)
				}
			}
			if err := insertFirstForm(ctx, tx, db.logKey, practice, events); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// insertFirstForm puts in a chain as it was written before events said what lay
// in the place of a row.
func insertFirstForm(ctx context.Context, tx bun.Tx, key audit.Key, practice uuid.UUID, events []audit.Event) error {
	head := audit.Head{Practice: practice}
	entries, _ := head.Append(events...)
	for i, e := range entries {
		var rows strings.Builder
		for _, row := range events[i].Rows {
			rows.WriteString(row.Name + " " + hex.EncodeToString(row.Digest[:]) + "\n")
		}
		e.Form, e.Rows = 1, rows.String()
		e.Hash = e.Link(head.Hash)
		head.Count, head.Hash = e.Number, e.Hash
		row := newAuditEventRow(e)
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return err
		}
	}
	end := newAuditHeadRow(head, key)
	_, err := tx.NewInsert().Model(&end).Exec(ctx)
	return err
}

// MustExtend has the program extend what the log protects by all rows of a table,
// whatever the rules say.
func MustExtend(t testing.TB, db *DB, table string) {
	t.Helper()
	at := time.Now().UTC().Truncate(time.Microsecond)
	err := db.recorded(t.Context(), func(tx bun.Tx, j *journal, _ sealer) error {
		for _, g := range guardedTables() {
			if g.name != table {
				continue
			}
			events, err := db.extend(t.Context(), tx, g, false, at)
			j.events = append(j.events, events...)
			return err
		}
		return account.ErrNotFound
	})
	if err != nil {
		t.Fatal(err)
	}
}
