package store

import (
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

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

// wrote notes protected rows that the transaction has written.
func wrote[R protected](j *journal, rows ...R) {
	for _, row := range rows {
		j.rows = append(j.rows, row)
	}
}

// created reports whether a statement that could find its row there already has
// written it, and notes it if so.
func created[R protected](j *journal, row R, result sql.Result) (bool, error) {
	changed, err := affected(result)
	if err == nil && changed {
		wrote(j, row)
	}
	return changed, err
}

// deleted notes protected rows that the transaction has deleted.
func deleted[R protected](j *journal, rows ...R) {
	for _, row := range rows {
		j.rows = append(j.rows, deletedRow{row})
	}
}

// deletedRow is a row that is no more.
type deletedRow struct{ protected }

func (r deletedRow) protection() (practice, object uuid.UUID, row audit.Row) {
	practice, object, row = r.protected.protection()
	return practice, object, audit.Row{Name: row.Name}
}

// complete puts the rows that were written into the events that say so: into
// the one whose object a row is, else into the first of its practice. Rows of no
// practice, such as accounts, are written by what is recorded in practices: the
// chain of no practice then gets the event too.
func (j *journal) complete() error {
	type object struct{ practice, id uuid.UUID }
	events := make(map[object]int)
	for i := len(j.events) - 1; i >= 0; i-- {
		e := j.events[i]
		events[object{e.Practice, e.Object}] = i
		events[object{practice: e.Practice}] = i
	}
	for _, written := range j.rows {
		practice, id, row := written.protection()
		i, found := events[object{practice, id}]
		if !found {
			i, found = events[object{practice: practice}]
		}
		if !found && practice == uuid.Nil && len(j.events) > 0 {
			i, found = len(j.events), true
			j.events = append(j.events, j.platformEvent(id))
			events[object{practice, id}], events[object{practice: practice}] = i, i
		}
		if !found {
			return errUnrecorded{row.Name}
		}
		j.events[i].Rows = append(j.events[i].Rows, row)
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
		if hash, ok := value.([]byte); ok {
			name += "/" + hex.EncodeToString(hash)
		} else {
			name += "/" + strings.ReplaceAll(fmt.Sprint(value), "\n", " ")
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
	if r.SuspendedAt != 0 { // what was recorded before practices could be suspended stays as it was
		rest = append(rest, r.SuspendedAt)
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
