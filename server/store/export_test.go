package store

import "testing"

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
