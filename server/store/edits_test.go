package store_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
)

// edits are how many random edits are tried on each database, a thousand together
// and each kind of each table once at least. A verification by PostgreSQL takes
// five times as long.
var edits = map[storetest.Kind]int{storetest.SQLite: 800, storetest.Postgres: 200}

// unprotected are the columns of guarded tables that the log does not protect:
// counters and marks, and when and on what a device was used.
var unprotected = map[string][]string{
	"conversations": {
		"rev", "agenda_rev", "client_read", "client_delivered", "client_unread", "therapist_read", "therapist_delivered", "therapist_unread",
	},
	"devices":  {"name", "user_agent", "last_used_at", "seen_at"},
	"passkeys": {"last_used_at"},
}

// TestRandomEdits makes a thousand random edits, on both databases, as someone
// could who can write it but has no key, and shows that each is found and named,
// though the program has used what was edited since.
func TestRandomEdits(t *testing.T) {
	for database, edits := range edits {
		t.Run(string(database), func(t *testing.T) { tryEdits(t, storetest.MustOpen(t, database), edits) })
	}
}

func tryEdits(t *testing.T, db *store.DB, edits int) {
	mustLive(t, db)
	if report, err := store.Forge(t, db, nil, func(store.Forger) error { return nil }); err != nil || len(report.Findings) > 0 || report.Rows < 50 {
		t.Fatalf("untouched: %d rows, findings %v, error %v", report.Rows, report.Findings, err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	var refused int
	tried, used := make(map[edit]int), make(map[string]int)
	types := columnTypes(t, db)
	untried := func() (left []edit) {
		for _, table := range editTables() {
			for _, kind := range editKinds {
				if e := (edit{kind: kind, table: table}); tried[e] == 0 && !slices.Contains(impossible[kind], table) {
					left = append(left, e)
				}
			}
			if store.Uses(table) > 0 && used[table] == 0 {
				left = append(left, edit{kind: "flip", table: table, use: true})
			}
		}
		return left
	}
	for n, left := 0, untried(); n < edits || len(left) > 0; left = untried() {
		e := attempt{Rand: random, types: types}
		if n >= edits {
			e.edit = left[random.IntN(len(left))]
		} else {
			e.edit = randomEdit(random)
		}
		report, err := store.Forge(t, db, nil, e.makeAndUse)
		if err != nil {
			if refused++; refused > 10_000 {
				t.Fatalf("never tried: %+v; the last error: %v", left, err)
			}
			continue // the database itself would not have it
		}
		n++
		tried[edit{kind: e.kind, table: e.table}]++
		used[e.table] += e.used
		if !slices.ContainsFunc(report.Findings, e.names) {
			t.Errorf("%s of %s, of which %d were used: not among the findings %v", e.kind, e.what, e.used, report.Findings)
		}
	}
	t.Logf("%d edits at least were found, %d refused by the database; rows used: %v", edits, refused, used)
}

// TestRollback puts every row back as it was, and shows that only a checkpoint
// tells.
func TestRollback(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		mustLive(t, db)
		before := make(map[string][]map[string]any)
		_, err := store.Forge(t, db, nil, func(f store.Forger) error {
			for _, table := range editTables() {
				before[table] = f.Rows(table)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		mustLive(t, db)
		checkpoint, _, err := db.ListHeads(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		types := columnTypes(t, db)
		rollBack := func(f store.Forger) error {
			for _, table := range editTables() {
				if err := f.Exec("DELETE FROM " + table); err != nil {
					return err
				}
				e := attempt{types: types, edit: edit{table: table}}
				for _, row := range before[table] {
					if err := e.add(f, row); err != nil {
						return err
					}
				}
			}
			return nil
		}
		if report, err := store.Forge(t, db, nil, rollBack); err != nil || len(report.Findings) > 0 {
			t.Errorf("without the checkpoint: findings %v, error %v", report.Findings, err)
		}
		report, err := store.Forge(t, db, checkpoint, rollBack)
		if err != nil {
			t.Fatal(err)
		}
		for _, head := range checkpoint {
			if !slices.ContainsFunc(report.Findings, func(f audit.Finding) bool { return f.Practice == head.Practice && f.Problem == audit.RolledBack }) && !old(before["audit_heads"], head) {
				t.Errorf("practice %v: not among the findings %v", head.Practice, report.Findings)
			}
		}
	})
}

// old reports whether a head was the same before.
func old(before []map[string]any, head audit.Head) bool {
	return slices.ContainsFunc(before, func(row map[string]any) bool {
		return text(row["practice_id"]) == head.Practice.String() && row["count"].(int64) == head.Count
	})
}

func columnTypes(t *testing.T, db *store.DB) map[string]string {
	types := make(map[string]string)
	for label, kind := range store.MustColumns(t, db) {
		types[label] = kind
	}
	return types
}

var editKinds = []string{"flip", "swap", "move", "delete", "cut", "insert"}

// impossible are the tables in which there is nothing to edit in a way: no end
// to cut, or no place to move to that is not taken.
var impossible = map[string][]string{
	"cut":  slices.DeleteFunc(editTables(), func(table string) bool { return table == "messages" || table == "audit_events" }),
	"move": {"practices", "audit_heads", "accounts", "ingest_keys", "wrapped_keys", "device_secrets", "totps", "operators", "applications", "ticket_replies", "ticket_links"},
}

func editTables() []string {
	return append(slices.Sorted(maps.Keys(store.GuardedTables())), "wrapped_keys", "audit_events", "audit_heads")
}

// edit is a way to change a table.
type edit struct {
	kind, table string
	use         bool // the program uses the table afterwards
}

func randomEdit(random *rand.Rand) edit {
	tables := editTables()
	e := edit{kind: editKinds[random.IntN(len(editKinds))], table: tables[random.IntN(len(tables))]}
	e.use = store.Uses(e.table) > 0 && random.IntN(2) == 0
	return e
}

// attempt is one edit of random rows.
type attempt struct {
	edit
	*rand.Rand
	types map[string]string

	what        string   // for people
	practices   []string // any of them is named with it
	marks       []string // any of them in a finding names the edit
	first, last int64    // or an event in this range
	used        int      // rows of the table that the program used since
	respelled   bool     // only an id is spelled differently
}

// errUseless says that an edit would change nothing that is protected.
var errUseless = errors.New("useless edit")

// makeAndUse makes an edit and has the program use the table, if that is wanted.
func (e *attempt) makeAndUse(f store.Forger) error {
	if err := e.make(f); err != nil {
		return err
	}
	if e.use {
		if e.respelled {
			return errUseless // written anew, it means the same
		}
		e.used = f.Use(e.table, e.IntN(store.Uses(e.table)))
	}
	return nil
}

func (e *attempt) make(f store.Forger) error {
	e.forget()
	rows := f.Rows(e.table)
	row := rows[e.IntN(len(rows))]
	e.note(row)
	switch e.kind {
	case "flip":
		column := e.column(row)
		e.what += "." + column
		kind := e.types[e.table+"."+column]
		value := e.flip(kind, row[column])
		if e.respelled = strings.EqualFold(text(value), text(row[column])); e.respelled && kind == "uuid" {
			return errUseless // another spelling of the same
		}
		return e.set(f, row, column, value)
	case "swap":
		other := rows[e.IntN(len(rows))]
		column := e.column(row)
		if key(e.table, other) == key(e.table, row) || same(row[column], other[column]) || slices.Contains(keyOf(e.table), column) && len(keyOf(e.table)) == 1 {
			return errUseless
		}
		e.note(other)
		if e.table == "audit_events" && column == "number" {
			// By way of a number that nobody has.
			if text(row["practice_id"]) != text(other["practice_id"]) {
				return errUseless
			}
			away := maps.Clone(row)
			away[column] = int64(-1)
			return errors.Join(e.set(f, row, column, int64(-1)), e.set(f, other, column, row[column]), e.set(f, away, column, other[column]))
		}
		return errors.Join(e.set(f, row, column, other[column]), e.set(f, other, column, row[column]))
	case "move":
		column := "practice_id"
		if _, ok := row["conversation_id"]; ok && e.IntN(2) == 0 {
			column = "conversation_id"
		}
		if _, ok := row[column]; !ok {
			column = "account_id"
		}
		if _, ok := row[column]; !ok {
			return errUseless
		}
		other := rows[e.IntN(len(rows))]
		if same(row[column], other[column]) {
			return errUseless
		}
		return e.set(f, row, column, other[column])
	case "delete":
		return e.delete(f, row)
	case "cut":
		return e.cut(f, row)
	default:
		return e.insert(f, row)
	}
}

func (e *attempt) forget() { e.what, e.marks, e.practices, e.first, e.last = "", nil, nil, 0, -1 }

// note remembers how a finding would name the row.
func (e *attempt) note(row map[string]any) {
	name := key(e.table, row)
	switch practice, ok := row["practice_id"]; {
	case ok:
		e.practices = append(e.practices, text(practice))
	case e.table == "practices":
		e.practices = append(e.practices, text(row["id"]))
	case e.table != "wrapped_keys": // a key can be of any
		e.practices = append(e.practices, uuid.Nil.String())
	}
	e.what += " " + name
	switch e.table {
	case "audit_events":
		number := row["number"].(int64)
		if e.last < e.first {
			e.first, e.last = number, number
		}
		e.first, e.last = min(e.first, number), max(e.last, number)
	case "audit_heads":
		e.marks = append(e.marks, "head", "event") // an event behind the end, or the end itself
	default:
		e.marks = append(e.marks, name)
	}
}

// names reports whether a finding names what was edited.
func (e *attempt) names(f audit.Finding) bool {
	if e.practices != nil && !slices.Contains(e.practices, f.Practice.String()) {
		return false
	}
	for _, mark := range e.marks {
		if f.What == mark || (mark == "head" || mark == "event") && strings.HasPrefix(f.What, mark) {
			return true
		}
	}
	var from, to int64
	if n, _ := fmt.Sscanf(f.What, "events %d to %d", &from, &to); n != 2 {
		if n, _ := fmt.Sscanf(f.What, "event %d", &from); n != 1 {
			return false
		}
		to = from
	}
	return from <= e.last && e.first <= to
}

// column returns a random column that is protected.
func (e *attempt) column(row map[string]any) string {
	columns := slices.DeleteFunc(slices.Sorted(maps.Keys(row)), func(column string) bool {
		return slices.Contains(unprotected[e.table], column)
	})
	return columns[e.IntN(len(columns))]
}

// flip returns another value of the type.
func (e *attempt) flip(kind string, value any) any {
	switch v := value.(type) {
	case nil:
		switch kind {
		case "uuid":
			return uuid.New().String()
		case "text":
			return uuid.New().String()
		}
		return int64(1)
	case int64:
		if kind == "boolean" {
			return 1 - v
		}
		return v ^ 1<<e.IntN(40)
	case bool:
		return !v
	case string:
		return e.flipText(v)
	case []byte:
		if kind == "uuid" || kind == "text" {
			return e.flipText(string(v))
		}
		if len(v) == 0 {
			return []byte{0}
		}
		other := bytes.Clone(v)
		other[e.IntN(len(other))] ^= 1 << e.IntN(8)
		return other
	}
	panic(fmt.Sprintf("no way to flip a %T", value))
}

// flipText changes a character into another one, or only its case.
func (e *attempt) flipText(text string) string {
	if text == "" {
		return "a=b\n"
	}
	at := e.IntN(len(text))
	const letters = "0123456789abcdefABCDEF"
	other := text[:at] + string(letters[e.IntN(len(letters))]) + text[at+1:]
	if other == text {
		return e.flipText(text)
	}
	return other
}

// cut deletes the rows from one on to the end.
func (e *attempt) cut(f store.Forger, row map[string]any) error {
	where := "practice_id = ?"
	args := []any{text(row["practice_id"])}
	column := "number"
	switch e.table {
	case "audit_events":
	case "messages":
		column, where, args = "seq", where+" AND conversation_id = ?", append(args, text(row["conversation_id"]))
	default:
		return errUseless
	}
	if err := f.Exec("DELETE FROM "+e.table+" WHERE "+where+" AND "+column+" >= ?", append(args, row[column])...); err != nil {
		return err
	}
	if e.table == "messages" || e.IntN(2) == 0 {
		return nil
	}
	// And the head says so.
	e.marks = append(e.marks, "head")
	return f.Exec("UPDATE audit_heads SET count = ? WHERE practice_id = ?", row["number"].(int64)-1, args[0])
}

// insert copies a row to another place, behind the others if they have places.
func (e *attempt) insert(f store.Forger, row map[string]any) error {
	fresh := maps.Clone(row)
	for _, column := range append(keyOf(e.table), "id", "token_hash", "credential_hash", "email_index") {
		value, ok := fresh[column]
		switch {
		case !ok, column == "role":
		case isNumber(value):
			fresh[column] = value.(int64) + 1000
		case strings.HasSuffix(column, "_hash") || column == "email_index":
			id := uuid.New()
			fresh[column] = id[:]
		case column == "id" || e.table != "messages":
			fresh[column] = uuid.New().String()
		}
	}
	if e.table == "conversations" {
		fresh["client_id"], fresh["therapist_id"] = fresh["therapist_id"], fresh["client_id"]
	}
	if e.table == "audit_events" {
		fresh["number"] = row["number"].(int64) + int64(e.IntN(3))*1000
	}
	e.forget()
	e.note(fresh)
	if e.table == "audit_heads" {
		e.marks = []string{"head"}
	}
	return e.add(f, fresh)
}

// add inserts a row.
func (e *attempt) add(f store.Forger, row map[string]any) error {
	var columns, holes []string
	var args []any
	for _, column := range slices.Sorted(maps.Keys(row)) {
		columns, holes = append(columns, column), append(holes, "?")
		args = append(args, e.argument(column, row[column]))
	}
	return f.Exec("INSERT INTO "+e.table+" ("+strings.Join(columns, ", ")+") VALUES ("+strings.Join(holes, ", ")+")", args...)
}

func (e *attempt) delete(f store.Forger, row map[string]any) error {
	where, args := e.where(row)
	return f.Exec("DELETE FROM "+e.table+" WHERE "+where, args...)
}

func (e *attempt) set(f store.Forger, row map[string]any, column string, value any) error {
	where, args := e.where(row)
	return f.Exec("UPDATE "+e.table+" SET "+column+" = ? WHERE "+where, append([]any{e.argument(column, value)}, args...)...)
}

func (e *attempt) where(row map[string]any) (string, []any) {
	var parts []string
	var args []any
	for _, column := range append([]string{"practice_id"}, keyOf(e.table)...) {
		if _, ok := row[column]; ok {
			parts, args = append(parts, column+" = ?"), append(args, e.argument(column, row[column]))
		}
	}
	return strings.Join(parts, " AND "), args
}

// argument returns a value as a statement takes it.
func (e *attempt) argument(column string, value any) any {
	if kind := e.types[e.table+"."+column]; kind == "uuid" || kind == "text" {
		if b, ok := value.([]byte); ok {
			return string(b)
		}
	}
	return value
}

func keyOf(table string) []string {
	switch table {
	case "audit_events":
		return []string{"number"}
	case "audit_heads":
		return []string{"practice_id"}
	case "wrapped_keys":
		return []string{"name"}
	}
	return store.GuardedTables()[table]
}

// key names a row as the log does.
func key(table string, row map[string]any) string {
	name := table
	for _, column := range keyOf(table) {
		if hash, ok := row[column].([]byte); ok && strings.HasSuffix(column, "_hash") {
			name += "/" + hex.EncodeToString(hash)
		} else {
			name += "/" + text(row[column])
		}
	}
	return name
}

func text(value any) string {
	if b, ok := value.([]byte); ok {
		return string(b)
	}
	return fmt.Sprint(value)
}

func same(a, b any) bool { return a == nil && b == nil || a != nil && b != nil && text(a) == text(b) }

func isNumber(value any) bool { _, ok := value.(int64); return ok }
