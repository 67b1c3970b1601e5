package store

import (
	"context"
	"errors"
	"testing"

	"github.com/uptrace/bun"

	"pleiades/server/audit"
)

// Forger changes a database behind the back of the program.
type Forger struct {
	t    testing.TB
	db   *DB
	tx   bun.Tx
	told Told // nil for a program that looks
}

// Exec runs a statement. An error of the database, such as a constraint that
// refuses the change, ends the forgery.
func (f Forger) Exec(query string, args ...any) error {
	_, err := f.tx.ExecContext(f.t.Context(), query, args...)
	return err
}

// Extend has the program extend the log, as at a start.
func (f Forger) Extend() error {
	_, err := f.db.recordedIn(f.t.Context(), f.tx, func(tx bun.Tx, j *journal, seal sealer) error {
		return f.db.extendIn(f.t.Context(), tx, j, seal)
	})
	return err
}

// Rows returns the rows of a table, by column.
func (f Forger) Rows(table string) []map[string]any {
	f.t.Helper()
	rows, err := f.tx.NewSelect().Table(table).Rows(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	defer rows.Close()
	var list []map[string]any
	names, err := rows.Columns()
	if err != nil {
		f.t.Fatal(err)
	}
	for rows.Next() {
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			f.t.Fatal(err)
		}
		row := make(map[string]any)
		for i, name := range names {
			row[name] = values[i]
		}
		list = append(list, row)
	}
	return list
}

// Forge lets forge change the database, as someone who can do anything with it
// but has no key, and returns what the log says of it. Afterwards everything is
// as before. An error of forge is returned.
func Forge(t testing.TB, db *DB, checkpoint []audit.Head, forge func(Forger) error) (audit.Report, error) {
	t.Helper()
	var report audit.Report
	undone := errors.New("undone")
	err := db.write.RunInTx(t.Context(), nil, func(ctx context.Context, tx bun.Tx) error {
		relax := "PRAGMA defer_foreign_keys = ON"
		if db.locking {
			relax = "SET LOCAL session_replication_role = replica"
		}
		if _, err := tx.ExecContext(ctx, relax); err != nil {
			return err
		}
		if err := forge(Forger{t: t, db: db, tx: tx}); err != nil {
			return err
		}
		v := newVerification(db, tx, &report, checkpoint)
		if err := v.run(ctx); err != nil {
			return err
		}
		return undone
	})
	if errors.Is(err, undone) {
		return report, nil
	}
	return report, err
}

// GuardedTables returns the tables that the log protects, with the columns that
// name their rows.
func GuardedTables() map[string][]string {
	tables := make(map[string][]string)
	for _, table := range guardedTables() {
		tables[table.name] = table.key
	}
	return tables
}
