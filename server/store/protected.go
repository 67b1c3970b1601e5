package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/audit"
)

// protected is a row that the log protects: the event that wrote it last holds
// its name and digest.
type protected interface {
	// protection returns whose chain the row belongs to, the object of an event
	// about it, and its name and digest.
	protection() (practice, object uuid.UUID, row audit.Row)
}

// errUnrecorded says that a row which the log protects was written without an
// event that says so.
type errUnrecorded struct{ row string }

func (e errUnrecorded) Error() string { return e.row + " was written without an event" }

// errUnheld says that a row which the log protects was changed without a look at
// what lay there before.
type errUnheld struct{ row string }

func (e errUnheld) Error() string { return e.row + " was changed without being held before" }

// rowKey names a protected row in all of the database.
type rowKey struct {
	practice uuid.UUID
	name     string
}

// change is what a transaction does to a protected row, all in all.
type change struct {
	practice, object uuid.UUID
	row              audit.Row
}

// where is the condition of a query.
func where(condition string, args ...any) func(bun.QueryBuilder) bun.QueryBuilder {
	return func(q bun.QueryBuilder) bun.QueryBuilder { return q.Where(condition, args...) }
}

// hold returns the rows of a table that the transaction is about to change, as
// they lie there, keeps others from changing them, and notes what they are: the
// event of the change says so. Other than by what the program remembers, someone
// who changed a row behind its back is found out.
func hold[R protected](ctx context.Context, j *journal, which func(bun.QueryBuilder) bun.QueryBuilder) ([]R, error) {
	var rows []R
	q := j.tx.NewSelect().Model(&rows).ApplyQueryBuilder(which)
	if j.locking {
		q = q.For("NO KEY UPDATE") // as an update does: rows that point to it can come meanwhile
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("hold %T: %w", rows, err)
	}
	if j.held == nil {
		j.held = make(map[rowKey][sha256.Size]byte)
	}
	for _, r := range rows {
		practice, _, row := r.protection()
		j.held[rowKey{practice, row.Name}] = row.Digest
	}
	return rows, nil
}

// holdOne is hold for one row. The error is sql.ErrNoRows if it is not there.
func holdOne[R protected](ctx context.Context, j *journal, which func(bun.QueryBuilder) bun.QueryBuilder) (row R, err error) {
	rows, err := hold[R](ctx, j, which)
	if err == nil && len(rows) == 0 {
		err = fmt.Errorf("hold %T: %w", row, sql.ErrNoRows)
	}
	if err != nil {
		return row, err
	}
	return rows[0], nil
}

// inserted notes protected rows that the transaction has put in.
func inserted[R protected](j *journal, rows ...R) {
	for _, r := range rows {
		practice, object, row := r.protection()
		j.note(practice, object, row)
	}
}

// created reports whether a statement that could find its row there already has
// put it in, and notes it if so.
func created[R protected](j *journal, row R, result sql.Result) (bool, error) {
	changed, err := affected(result)
	if err == nil && changed {
		inserted(j, row)
	}
	return changed, err
}

// updated notes protected rows that the transaction has changed. It has held
// them before.
func updated[R protected](j *journal, rows ...R) {
	for _, r := range rows {
		practice, object, row := r.protection()
		before, held := j.held[rowKey{practice, row.Name}]
		if !held {
			j.unheld = row.Name
		}
		row.Before = before
		j.note(practice, object, row)
	}
}

// saved notes protected rows that the transaction has put in, or changed where it
// held them before.
func saved[R protected](j *journal, rows ...R) {
	for _, r := range rows {
		practice, _, row := r.protection()
		if _, held := j.held[rowKey{practice, row.Name}]; held {
			updated(j, r)
		} else {
			inserted(j, r)
		}
	}
}

// deleted notes protected rows that the transaction has deleted, as they lay
// there.
func deleted[R protected](j *journal, rows ...R) {
	for _, r := range rows {
		practice, object, row := r.protection()
		j.note(practice, object, audit.Row{Name: row.Name, Before: row.Digest})
	}
}

// note adds what was done to a row to what was done to it before.
func (j *journal) note(practice, object uuid.UUID, row audit.Row) {
	key := rowKey{practice, row.Name}
	if at, again := j.at[key]; again {
		j.changes[at].row.Digest = row.Digest
		return
	}
	if j.at == nil {
		j.at = make(map[rowKey]int)
	}
	j.at[key] = len(j.changes)
	j.changes = append(j.changes, change{practice, object, row})
}

// complete puts the rows that were written into the events that say so: into
// the one whose object a row is, else into the first of its practice. Rows of no
// practice, such as accounts, are written by what is recorded in practices: the
// chain of no practice then gets the event too. A row that is as it was needs
// none.
func (j *journal) complete() error {
	if j.unheld != "" {
		return errUnheld{j.unheld}
	}
	type object struct{ practice, id uuid.UUID }
	events := make(map[object]int)
	for i := len(j.events) - 1; i >= 0; i-- {
		e := j.events[i]
		events[object{e.Practice, e.Object}] = i
		events[object{practice: e.Practice}] = i
	}
	for _, c := range j.changes {
		if c.row.Before == c.row.Digest {
			continue
		}
		i, found := events[object{c.practice, c.object}]
		if !found {
			i, found = events[object{practice: c.practice}]
		}
		if !found && c.practice == uuid.Nil && len(j.events) > 0 {
			i, found = len(j.events), true
			j.events = append(j.events, j.platformEvent(c.object))
			events[object{c.practice, c.object}], events[object{practice: c.practice}] = i, i
		}
		if !found {
			return errUnrecorded{c.row.Name}
		}
		j.events[i].Rows = append(j.events[i].Rows, c.row)
	}
	return nil
}

// platformEvent returns the event about an object, or else the first, as the
// chain of no practice tells it.
func (j *journal) platformEvent(id uuid.UUID) audit.Event {
	about := func(e audit.Event) bool { return e.Object == id }
	e := j.events[max(0, slices.IndexFunc(j.events, about))]
	e.Practice, e.Conversation, e.Rows = uuid.Nil, uuid.Nil, nil
	return e
}

// protect names a row by its table and key and digests it, the practice and the
// rest of its columns.
func protect(practice uuid.UUID, table string, key []any, rest ...any) audit.Row {
	name := table
	parts := [][]byte{[]byte(table), practice[:]}
	for _, value := range key {
		switch v := value.(type) {
		case []byte:
			name += "/" + hex.EncodeToString(v)
		case uuid.UUID:
			name += "/" + v.String()
		case int64:
			name += "/" + strconv.FormatInt(v, 10)
		default:
			name += "/" + strings.ReplaceAll(fmt.Sprint(v), "\n", " ")
		}
		parts = append(parts, part(value))
	}
	for _, value := range rest {
		parts = append(parts, part(value))
	}
	return audit.Row{Name: name, Digest: audit.Digest(parts...)}
}

// part returns the bytes of a column. Nothing, NULL, is no bytes.
func part(value any) []byte {
	switch v := value.(type) {
	case uuid.UUID:
		return v[:]
	case *uuid.UUID:
		if v == nil {
			return nil
		}
		return v[:]
	case int64:
		return binary.BigEndian.AppendUint64(nil, uint64(v)) // #nosec G115 -- the bits as they are
	case *int64:
		if v == nil {
			return nil
		}
		return part(*v)
	case *string:
		if v == nil {
			return nil
		}
		return []byte(*v)
	case bool:
		if v {
			return []byte{1}
		}
		return []byte{0}
	case []byte:
		return v
	default:
		return fmt.Append(nil, v)
	}
}

func (r practiceRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	rest := []any{r.Name, r.Demo, r.CreatedAt}
	// What was recorded before practices could be suspended, or say when devices
	// lock, stays as it was.
	if r.SuspendedAt != 0 || r.LockWithin != 0 {
		rest = append(rest, r.SuspendedAt)
	}
	if r.LockWithin != 0 {
		rest = append(rest, r.LockWithin)
	}
	return r.ID, r.ID, protect(r.ID, "practices", []any{r.ID}, rest...)
}

func (r membershipRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return r.PracticeID, r.AccountID, protect(r.PracticeID, "memberships", []any{r.AccountID, string(r.Role)}, r.ReadReceipts, r.CreatedAt)
}

func (r conversationRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return r.PracticeID, r.ID, protect(r.PracticeID, "conversations", []any{r.ID}, r.ClientID, r.TherapistID, r.CreatedAt, r.DestroyedAt)
}

func (r messageRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return r.PracticeID, r.ID, protect(r.PracticeID, "messages", []any{r.ConversationID, r.Seq},
		r.ID, r.SenderID, r.Body, r.WrittenAt, r.AcceptedAt, r.Late)
}

func (r agendaItemRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return r.PracticeID, r.ID, protect(r.PracticeID, "agenda_items", []any{r.ConversationID, r.ID},
		r.Body, r.BodyID, r.Place, r.AuthorID, r.CreatedAt, r.DoneBy, r.DoneAt, r.Removed, r.Rev)
}

func (r agendaChangeRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return r.PracticeID, r.ID, protect(r.PracticeID, "agenda_changes", []any{r.ConversationID, r.ID},
		r.AuthorID, string(r.Kind), r.ItemID, r.AcceptedAt)
}

func (r availabilityRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return r.PracticeID, r.TherapistID, protect(r.PracticeID, "availabilities", []any{r.TherapistID}, r.Version, r.Agreement, r.Settings)
}

func (r agreementRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return r.PracticeID, r.TherapistID, protect(r.PracticeID, "agreements", []any{r.TherapistID, r.Version}, r.Content, r.CreatedAt)
}

func (r acknowledgementRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return r.PracticeID, uuid.Nil, protect(r.PracticeID, "agreement_acknowledgements",
		[]any{r.ConversationID, r.Version, int64(r.TextVersion)}, r.AcknowledgedAt)
}
