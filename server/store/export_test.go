package store

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/audit"
	"pleiades/server/chat"
	"pleiades/server/store/migrations"
)

// MustExec runs a statement outside the queries of this package.
func MustExec(t testing.TB, db *DB, statement string) {
	t.Helper()
	if _, err := db.write.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// SetLogKey has a database sign the ends of the log's chains with another key.
func SetLogKey(db *DB, key audit.Key) { db.logKey = key }

// MustQuery returns the one value of a query on the connection that writes.
func MustQuery(t testing.TB, db *DB, query string) string {
	t.Helper()
	var value string
	if err := db.write.QueryRowContext(t.Context(), query).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// MustPlanOpened returns how SQLite finds out who looked at a conversation.
func MustPlanOpened(t testing.TB, db *DB, kind audit.Kind) string {
	t.Helper()
	var id, parent, unused int
	var plan string
	query := "EXPLAIN QUERY PLAN " + selectOpened(db.read, chat.Conversation{}, kind).Column("e.at").Order("e.number DESC").String()
	if err := db.read.QueryRowContext(t.Context(), query).Scan(&id, &parent, &unused, &plan); err != nil {
		t.Fatal(err)
	}
	return plan
}

// MustBegin begins a transaction that reads by a query.
func MustBegin(t testing.TB, db *DB, query string) bun.Tx {
	t.Helper()
	tx, err := db.read.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := tx.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return tx
}

// AfterUpdates calls do with the n-th UPDATE statement, before it is run.
func AfterUpdates(db *DB, n int, do func()) { db.write.AddQueryHook(&updateHook{left: n, do: do}) }

type updateHook struct {
	left int
	do   func()
}

func (h *updateHook) BeforeQuery(ctx context.Context, e *bun.QueryEvent) context.Context {
	if e.Operation() == "UPDATE" {
		if h.left--; h.left == 0 {
			h.do()
		}
	}
	return ctx
}

func (h *updateHook) AfterQuery(context.Context, *bun.QueryEvent) {}

// MustAgreement returns what a version of a therapist's agreement says.
func MustAgreement(t testing.TB, db *DB, practice, therapist uuid.UUID, version int64) string {
	t.Helper()
	var row agreementRow
	err := db.read.NewSelect().Model(&row).
		Where("practice_id = ? AND therapist_id = ? AND version = ?", practice, therapist, version).
		Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	content, err := db.opener.open(t.Context(), agreementContent, placeOfTerms(practice, therapist, version), row.Content)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// MustColumns returns the columns of all tables as they are in the database,
// by label, with the type they were declared with.
func MustColumns(t testing.TB, db *DB) map[string]string {
	t.Helper()
	query := `SELECT m.name, c.name, c.type FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table'`
	if db.locking {
		query = `SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'`
	}
	rows, err := db.write.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns := make(map[string]string)
	for rows.Next() {
		var table, column, kind string
		if err := rows.Scan(&table, &column, &kind); err != nil {
			t.Fatal(err)
		}
		columns[table+"."+column] = strings.ToLower(kind)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return columns
}

// MustValues returns all values of a column as bytes.
func MustValues(t testing.TB, db *DB, label string) [][]byte {
	t.Helper()
	table, column, _ := strings.Cut(label, ".")
	rows, err := db.write.NewSelect().Table(table).Column(column).Where("? IS NOT NULL", bun.Ident(column)).Rows(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var values [][]byte
	for rows.Next() {
		var value any
		if err := rows.Scan(&value); err != nil {
			t.Fatal(err)
		}
		if text, ok := value.([]byte); ok {
			values = append(values, text)
		} else {
			values = append(values, fmt.Append(nil, value))
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return values
}

// WithinTx hands do what seals a message's text in a transaction, and opens it.
func WithinTx(ctx context.Context, db *DB, do func(seal, open func([]byte) ([]byte, error)) error) error {
	at := place{practice: uuid.New(), conversation: uuid.New(), row: uuid.New(), person: uuid.New(), seq: 1}
	return db.recorded(ctx, func(_ bun.Tx, _ *journal, s sealer) error {
		return do(
			func(text []byte) ([]byte, error) { return s.seal(ctx, messageBody, at, text) },
			func(sealed []byte) ([]byte, error) { return s.open(ctx, messageBody, at, sealed) },
		)
	})
}

// MustPut puts a value into a column in place of another, which is in one row.
func MustPut(t testing.TB, db *DB, label string, old, value []byte) {
	t.Helper()
	table, column, _ := strings.Cut(label, ".")
	result, err := db.write.NewUpdate().Table(table).Set("? = ?", bun.Ident(column), value).Where("? = ?", bun.Ident(column), old).Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		t.Fatalf("%s: changed %d rows, error %v", label, n, err)
	}
}

// MustMigrateTo brings an empty database to an earlier version.
func MustMigrateTo(t testing.TB, db *DB, version int) {
	t.Helper()
	list, err := migrations.List()
	if err != nil {
		t.Fatal(err)
	}
	err = db.write.RunInTx(t.Context(), nil, func(ctx context.Context, tx bun.Tx) error { return db.migrate(ctx, tx, list[:version]) })
	if err != nil {
		t.Fatal(err)
	}
}

// LeaveHeadsUnlocked has a database of PostgreSQL lock conversations only where
// it stores messages, and not the heads of the chains: a mistake, for the tests to
// find.
func LeaveHeadsUnlocked(t testing.TB, db *DB) {
	t.Helper()
	setup := strings.Replace(*db.setup.Load(), lockForMessages.postgres, strings.Replace(lockForMessages.postgres, "ORDER BY practice_id FOR UPDATE", "", 1), 1)
	if setup == *db.setup.Load() {
		t.Fatal("the statement that locks heads is another")
	}
	db.setup.Store(&setup) // where the one before was run, another connection is made
}
