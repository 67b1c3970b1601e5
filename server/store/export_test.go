package store

import (
	"testing"

	"github.com/uptrace/bun"

	"pleiades/server/store/migrations"
)

// MustExec runs a statement outside the queries of this package.
func MustExec(t testing.TB, db *DB, statement string) {
	t.Helper()
	if _, err := db.write.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// MustQuery returns the one value of a query on the connection that writes.
func MustQuery(t testing.TB, db *DB, query string) string {
	t.Helper()
	var value string
	if err := db.write.QueryRowContext(t.Context(), query).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// MustMigrateTo brings an empty database to an earlier version.
func MustMigrateTo(t testing.TB, db *DB, version int) {
	t.Helper()
	list, err := migrations.List()
	if err != nil {
		t.Fatal(err)
	}
	err = db.update(t.Context(), func(tx bun.Tx) error { return db.migrate(t.Context(), tx, list[:version]) })
	if err != nil {
		t.Fatal(err)
	}
}
