package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// statements are those that every message takes. They take many rows at once, and
// are prepared, since reading and planning one costs more than running it. All
// others are made by bun.
type statements struct {
	// together says that a statement takes many rows, as arrays (PostgreSQL);
	// otherwise it is run for each (SQLite, to which there is no way to go).
	together bool

	lockForMessages                     statement // of PostgreSQL alone
	findConversations, findMessages     statement
	listOldest, listNewest, listMissed  statement
	createMessages, updateConversations statement
	lockHeads, createEvents, saveHeads  statement
	findLogins, findSenders             statement
}

// statement is one of them.
type statement struct {
	prepared *sql.Stmt // of SQLite
	name     string    // under which connections of PostgreSQL have it
}

// query runs the statement within a transaction and calls scan with each row.
func (s statement) query(ctx context.Context, tx bun.Tx, scan func(scanner) error, args ...any) error {
	if s.prepared != nil {
		return each(scan)(tx.StmtContext(ctx, s.prepared).QueryContext(ctx, args...))
	}
	_, err := tx.Tx.ExecContext(ctx, s.name, s.call(scan, args))
	return err
}

// queryAlone is query without a transaction.
func (s statement) queryAlone(ctx context.Context, db *bun.DB, scan func(scanner) error, args ...any) error {
	if s.prepared != nil {
		return each(scan)(s.prepared.QueryContext(ctx, args...))
	}
	_, err := db.DB.ExecContext(ctx, s.name, s.call(scan, args))
	return err
}

func (s statement) call(scan func(scanner) error, args []any) *call {
	return &call{statement: s.name, values: args, row: func(r cells) error { return scan(r) }}
}

// putOff has a statement of PostgreSQL go with the next one of its transaction, or
// with the commit, whose error is its own then.
func (s statement) putOff(ctx context.Context, tx bun.Tx, args ...any) error {
	_, err := tx.Tx.ExecContext(ctx, s.name, &call{statement: s.name, values: args, late: true})
	return err
}

// each returns what calls scan with each row of an answer.
func each(scan func(scanner) error) func(*sql.Rows, error) error {
	return func(rows *sql.Rows, err error) error {
		if err != nil {
			return err
		}
		for rows.Next() {
			if err := scan(rows); err != nil {
				return errors.Join(err, rows.Close())
			}
		}
		return errors.Join(rows.Err(), rows.Close())
	}
}

// filled is where bytes go of a column that is never NULL: package sql makes nil
// of those that are empty in SQLite.
type filled struct{ into *[]byte }

// Scan implements sql.Scanner.
func (f filled) Scan(value any) error {
	switch v := value.(type) {
	case []byte:
		*f.into = append([]byte{}, v...)
	case string: // SQLite keeps what it is given, whatever the column
		*f.into = []byte(v)
	default:
		return fmt.Errorf("want bytes, got %T", value)
	}
	return nil
}

// text is a statement as each of the databases takes it.
type text struct{ sqlite, postgres string }

// Columns with their types, as statements for many rows need them.
var (
	messageColumns = []string{"practice_id uuid", "conversation_id uuid", "seq bigint", "id uuid", "sender_id uuid",
		"body bytea", "written_at bigint", "accepted_at bigint", "late boolean"}
	stateKey     = []string{"practice_id uuid", "id uuid"}
	stateColumns = []string{"last_seq bigint", "rev bigint", "agenda_rev bigint", "acknowledged bigint", "acknowledged_text bigint",
		"acknowledged_at bigint", "client_read bigint", "client_delivered bigint", "client_unread bigint",
		"therapist_read bigint", "therapist_delivered bigint", "therapist_unread bigint"}
	eventColumns = []string{"practice_id uuid", "number bigint", "at bigint", "kind text", "outcome text", "actor_id uuid",
		"object_id uuid", "conversation_id uuid", "details text", "form bigint", "written text", "hash bytea"}
	headColumns = []string{"practice_id uuid", "count bigint", "hash bytea", "code bytea"}
)

// prepare prepares the statements. The database is migrated.
func (db *DB) prepare(ctx context.Context) error {
	s := &statements{together: db.locking}
	ids := text{"IN (SELECT value FROM json_each(?1))", "= ANY($1::uuid[])"}
	head := "SELECT " + headAndLast + " FROM audit_heads AS h WHERE practice_id "
	var setup strings.Builder
	setup.WriteString(planning)
	for _, p := range []struct {
		name string
		into *statement
		on   *bun.DB
		text text
	}{
		{"lock_for_messages", &s.lockForMessages, db.write, lockForMessages},
		{"find_conversations", &s.findConversations, db.write, findConversations()},
		{"find_messages", &s.findMessages, db.write, findMessages()},
		{"list_oldest", &s.listOldest, db.read, listMessages("")},
		{"list_newest", &s.listNewest, db.read, listMessages(" DESC")},
		{"list_missed", &s.listMissed, db.read, listMissed()},
		{"create_messages", &s.createMessages, db.write, insertInto("messages", messageColumns)},
		{"update_conversations", &s.updateConversations, db.write, update("conversations", stateKey, stateColumns)},
		{"find_logins", &s.findLogins, db.read, findLogins},
		{"find_senders", &s.findSenders, db.read, findSenders},
		{"lock_heads", &s.lockHeads, db.write, text{head + ids.sqlite, head + ids.postgres + " ORDER BY practice_id FOR UPDATE"}},
		{"create_events", &s.createEvents, db.write, insertInto("audit_events", eventColumns)},
		{"save_heads", &s.saveHeads, db.write, insertInto("audit_heads", headColumns).and(
			" ON CONFLICT (practice_id) DO UPDATE SET count = EXCLUDED.count, hash = EXCLUDED.hash, code = EXCLUDED.code")},
	} {
		if db.locking {
			p.into.name = p.name
			setup.WriteString("PREPARE " + p.name + " AS " + p.text.postgres + ";")
			continue
		}
		if p.text.sqlite == "" {
			continue
		}
		var err error
		if p.into.prepared, err = p.on.DB.PrepareContext(ctx, p.text.sqlite); err != nil {
			return fmt.Errorf("prepare statement: %w", err)
		}
	}
	if db.locking {
		all := setup.String()
		db.setup.Store(&all)
	}
	db.statements = s
	return nil
}

// planning has PostgreSQL plan what is prepared once for a connection, whatever
// the values, and so that the plan stays good as tables grow: never by reading all
// of one where an index leads to the rows. (It would also compile what it thinks
// expensive, which takes longer than anything here.)
const planning = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off;"

// lockForMessages locks conversations with the ids, in their order, and then the
// heads of their practices' chains, in theirs. It inserts nothing, since it skips all
// that it locked, and so answers nothing: what reads the rows, which has to be another
// statement, goes with it. The array has all conversations be locked before the
// first head.
var lockForMessages = text{postgres: "WITH c AS MATERIALIZED (SELECT practice_id FROM conversations WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE), " +
	"h AS MATERIALIZED (SELECT * FROM audit_heads WHERE practice_id = ANY ((SELECT array_agg(DISTINCT c.practice_id) FROM c)::uuid[]) " +
	"ORDER BY practice_id FOR UPDATE) " +
	"INSERT INTO audit_heads (practice_id, count, hash, code) SELECT practice_id, count, hash, code FROM h OFFSET (SELECT COUNT(*) FROM h)"}

// findConversations finds, for drafts, the conversations that they are for, what
// messages depend on beside them, whether the drafts' ids are taken, whether they
// were withdrawn, and the logins that they are sent by. Looking up one row after the
// other leaves no choice of a plan that suits small tables only. For PostgreSQL the
// first row of each practice has the head of its chain, too.
func findConversations() text {
	const where = " LIMIT 1), FALSE)"
	find := "SELECT c.practice_id, c.id, c.client_id, c.therapist_id, c.destroyed_at, c." + strings.ReplaceAll(names(stateColumns), ", ", ", c.") +
		", p.suspended_at <> 0, COALESCE((SELECT TRUE FROM closings AS x WHERE x.practice_id = c.practice_id " +
		"AND x.conversation_id = c.id AND x.reopened_at = 0" + where + ", {id}, {author}, " +
		"COALESCE((SELECT TRUE FROM messages AS m WHERE m.practice_id = c.practice_id AND m.conversation_id = c.id AND m.id = {id}" + where +
		", COALESCE((SELECT TRUE FROM withdrawn_messages AS y WHERE y.practice_id = c.practice_id AND y.conversation_id = c.id " +
		"AND y.id = {id} AND y.author_id = {author}" + where +
		", l.token_hash, COALESCE(l.id, c.id), COALESCE(l.account_id, c.id), l.device_id, COALESCE(l.stage, ''), COALESCE(l.proved_at, 0), l.old_token_hash, " +
		"COALESCE(l.rotated_at, 0), COALESCE(l.created_at, 0), COALESCE(l.last_act_at, 0), COALESCE(l.expires_at, 0), l.code{head}" +
		" FROM {drafts} JOIN practices AS p ON p.id = c.practice_id " +
		"LEFT JOIN login_sessions AS l ON l.token_hash = {token} AND EXISTS (SELECT 1 FROM accounts AS a WHERE a.id = l.account_id AND NOT a.disabled)"
	return text{
		strings.NewReplacer("{id}", "w.value ->> 1", "{author}", "w.value ->> 2", "{token}", "unhex(w.value ->> 3)", "{head}", "",
			"{drafts}", "json_each(?1) AS w CROSS JOIN conversations AS c ON c.id = w.value ->> 0").Replace(find),
		strings.NewReplacer("{id}", "c.draft_id", "{author}", "c.author_id", "{token}", "c.token_hash", "{head}", ", h.count, h.hash, h.code, h.last",
			"{drafts}", "(SELECT c.*, w.id AS draft_id, w.author_id, w.token_hash, CASE row_number() OVER (PARTITION BY c.practice_id) WHEN 1 THEN c.practice_id END AS headed FROM "+
				arrays([]string{"conversation_id uuid", "id uuid", "author_id uuid", "token_hash bytea"})+" AS w (conversation_id, id, author_id, token_hash) "+
				"JOIN conversations AS c ON c.id = w.conversation_id) AS c "+
				"LEFT JOIN LATERAL (SELECT "+headAndLast+" FROM audit_heads AS h WHERE h.practice_id = c.headed) AS h ON TRUE").Replace(find),
	}
}

// headAndLast is a head and the number of the last event of its chain.
const headAndLast = "h.practice_id, h.count, h.hash, h.code, " +
	"(SELECT COALESCE(MAX(e.number), 0) FROM audit_events AS e WHERE e.practice_id = h.practice_id) AS last"

// findMessages finds messages by their keys.
func findMessages() text {
	columns := "SELECT m." + strings.ReplaceAll(names(messageColumns), ", ", ", m.") + " FROM "
	return text{
		columns + "json_each(?1) AS w CROSS JOIN messages AS m " +
			"ON m.practice_id = w.value ->> 0 AND m.conversation_id = w.value ->> 1 AND m.id = w.value ->> 2",
		columns + arrays([]string{"practice_id uuid", "conversation_id uuid", "id uuid"}) + " AS w (practice_id, conversation_id, id), " +
			"LATERAL (SELECT * FROM messages AS m WHERE m.practice_id = w.practice_id AND m.conversation_id = w.conversation_id " +
			"AND m.id = w.id OFFSET 0) AS m",
	}
}

// listMessages lists a stretch of a conversation, in an order of seq, or one row
// without a message if there is none. Its values are the conversation, the seqs
// above and below, and how many there are at most.
func listMessages(order string) text {
	const (
		columns = "SELECT c.practice_id, c.client_id, c.therapist_id, c.destroyed_at, COALESCE(m.seq, 0), COALESCE(m.id, c.id), " +
			"COALESCE(m.sender_id, c.id), COALESCE(m.body, ''), COALESCE(m.written_at, 0), COALESCE(m.accepted_at, 0), COALESCE(m.late, FALSE) " +
			"FROM conversations AS c LEFT JOIN "
		stretch = "m.practice_id = c.practice_id AND m.conversation_id = c.id AND m.seq > $2 AND m.seq < $3"
	)
	sorted := " ORDER BY m.seq" + order
	return text{
		strings.ReplaceAll(columns+"messages AS m ON "+stretch+" WHERE c.id = $1"+sorted+" LIMIT $4", "$", "?"),
		columns + "LATERAL (SELECT * FROM messages AS m WHERE " + stretch + sorted + " LIMIT $4) AS m ON TRUE WHERE c.id = $1" + sorted,
	}
}

// listMissed lists stretches of conversations.
func listMissed() text {
	columns := "SELECT m." + strings.ReplaceAll(names(messageColumns), ", ", ", m.") + " FROM "
	const order = " ORDER BY m.conversation_id, m.seq"
	return text{
		columns + "json_each(?1) AS w CROSS JOIN messages AS m ON m.practice_id = w.value ->> 0 AND m.conversation_id = w.value ->> 1 " +
			"AND m.seq > w.value ->> 2 AND m.seq < w.value ->> 3" + order,
		columns + arrays([]string{"practice_id uuid", "conversation_id uuid", "above bigint", "below bigint"}) +
			" AS w (practice_id, conversation_id, above, below), LATERAL (SELECT * FROM messages AS m WHERE m.practice_id = w.practice_id " +
			"AND m.conversation_id = w.conversation_id AND m.seq > w.above AND m.seq < w.below OFFSET 0) AS m" + order,
	}
}

func (t text) and(more string) text { return text{t.sqlite + more, t.postgres + more} }

// names returns the names of columns for a list in a statement.
func names(columns []string) string {
	list := make([]string, len(columns))
	for i, column := range columns {
		list[i], _, _ = strings.Cut(column, " ")
	}
	return strings.Join(list, ", ")
}

// arrays returns the places of arrays of the columns' types.
func arrays(columns []string) string {
	list := make([]string, len(columns))
	for i, column := range columns {
		_, kind, _ := strings.Cut(column, " ")
		list[i] = "$" + strconv.Itoa(i+1) + "::" + kind + "[]"
	}
	return "unnest(" + strings.Join(list, ", ") + ")"
}

// insertInto returns the statement that inserts rows.
func insertInto(table string, columns []string) text {
	begin := "INSERT INTO " + table + " (" + names(columns) + ") "
	return text{
		sqlite:   begin + "VALUES (?" + strings.Repeat(", ?", len(columns)-1) + ")",
		postgres: begin + "SELECT * FROM " + arrays(columns),
	}
}

// update returns the statement that sets columns of the rows with the keys. Its
// values are the keys, then the columns.
func update(table string, key, columns []string) text {
	all := append(append([]string(nil), key...), columns...)
	var places, values, many []string
	for i, column := range all {
		name, _, _ := strings.Cut(column, " ")
		places = append(places, fmt.Sprintf("%s = ?%d", name, i+1))
		if i < len(key) {
			many = append(many, "t."+name+" = v."+name)
			continue
		}
		values = append(values, name+" = v."+name)
	}
	return text{
		sqlite: "UPDATE " + table + " SET " + strings.Join(places[len(key):], ", ") + " WHERE " + strings.Join(places[:len(key)], " AND "),
		postgres: "UPDATE " + table + " AS t SET " + strings.Join(values, ", ") +
			" FROM " + arrays(all) + " AS v (" + names(all) + ") WHERE " + strings.Join(many, " AND "),
	}
}

// write runs a statement for rows, each with the values of its places.
func (s *statements) write(ctx context.Context, tx bun.Tx, stmt statement, rows [][]any) error {
	if s.together {
		args, err := columnsOf(rows)
		if err != nil {
			return err
		}
		return stmt.putOff(ctx, tx, args...)
	}
	prepared := tx.StmtContext(ctx, stmt.prepared)
	for _, row := range rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		// A row takes microseconds; the driver would have a goroutine watch over it.
		if _, err := prepared.ExecContext(context.WithoutCancel(ctx), row...); err != nil {
			return err
		}
	}
	return nil
}

// list returns ids as the one value of a statement.
func (s *statements) list(ids []uuid.UUID) (any, error) {
	if s.together && len(ids) == 0 {
		return noIDs, nil
	}
	if s.together {
		values := make([]any, len(ids))
		for i, id := range ids {
			values[i] = id
		}
		return newArray(values)
	}
	text, err := json.Marshal(ids)
	return string(text), err
}

// keys returns rows of values as the values of a statement that finds them.
func (s *statements) keys(rows [][]any) ([]any, error) {
	if s.together {
		return columnsOf(rows)
	}
	text, err := json.Marshal(rows)
	return []any{string(text)}, err
}

// columnsOf turns rows of values into an array for each column.
func columnsOf(rows [][]any) ([]any, error) {
	args := make([]any, len(rows[0]))
	values := make([]any, len(rows))
	for c := range args {
		for r, row := range rows {
			values[r] = row[c]
		}
		var err error
		if args[c], err = newArray(values); err != nil {
			return nil, err
		}
	}
	return args, nil
}
