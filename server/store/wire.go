package store

import (
	"bufio"
	"bytes"
	"context"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"reflect"
	"time"

	"github.com/google/uuid"
)

// What every message takes goes to PostgreSQL and comes back in its binary form
// (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY):
// as text, which is all that package pgdriver speaks, reading it took either side
// longer than much of what was asked.

// call is a prepared statement to run with its values, each an int64, a uuid.UUID or
// an array.
type call struct {
	statement string
	values    []any
	late      bool              // it goes with the next one, and answers nothing
	row       func(cells) error // called with each row of the answer
}

// CheckNamedValue implements driver.NamedValueChecker: a call goes as it is.
func (c *conn) CheckNamedValue(v *driver.NamedValue) error {
	if _, ok := v.Value.(*call); ok {
		return nil
	}
	return driver.ErrSkip
}

// run runs a call, or puts it off.
func (c *conn) run(ctx context.Context, what *call) error {
	if c.begin && len(c.late) == 0 {
		c.late = appendCommand(c.late, "BEGIN")
	}
	c.late = appendCall(c.late, what)
	if what.late {
		return nil
	}
	return c.send(ctx, what.row)
}

// send sends what was put off, and calls row with each row of the answers. It is
// the first error that it returns; after one nothing more was done. A connection whose
// answers were not read to their end is closed: nobody else may be given the rest.
func (c *conn) send(ctx context.Context, row func(cells) error) error {
	out := append(c.late, 'S', 0, 0, 0, 4) // Sync
	c.begin, c.late = false, out[:0]
	if err := c.use(); err != nil {
		return err
	}
	whole := false
	defer func() {
		if !whole {
			_ = c.Close() // what is told is why
		}
	}()
	deadline, ends := ctx.Deadline()
	if limit := time.Now().Add(c.limit); c.limit > 0 && (!ends || limit.Before(deadline)) {
		deadline = limit
	}
	err := c.Conn.Conn().SetDeadline(deadline)
	if err == nil {
		_, err = c.Conn.Conn().Write(out)
	}
	if cap(out) > keptBuffer {
		c.late = nil
	}
	if err != nil {
		return err
	}
	var failed error // what the server refused, or who was given the rows
	if err := c.receive(row, &failed); err != nil {
		return err
	}
	whole = true
	return failed
}

// receive reads the answers until the server is ready for more. Its error is that of
// a connection on which nobody knows what comes next.
func (c *conn) receive(row func(cells) error, failed *error) error {
	if c.in == nil {
		// Nothing waits in the driver's own buffer: it reads to the end of each answer.
		c.in = bufio.NewReaderSize(c.Conn.Conn(), 16<<10)
	}
	for {
		kind, body, err := c.message()
		if err != nil {
			return err
		}
		switch kind {
		case 'D':
			if err := c.row(body, row); err != nil && *failed == nil {
				*failed = err
			}
		case 'E':
			refused := readRefusal(body)
			if *failed == nil {
				*failed = refused
			}
			if refused.fatal() {
				return *failed
			}
		case 'Z':
			if c.in.Buffered() > 0 {
				return errUnasked
			}
			return nil
		case 'C':
			// Nobody asks for it here: it is what became of COMMIT.
			if string(body) == "ROLLBACK\x00" && *failed == nil {
				*failed = errRolledBack
			}
		case '1', '2', 'N', 'S': // it did what it was told, or tells something
		default:
			return fmt.Errorf("%w: %q", errAnswer, kind)
		}
	}
}

// errAnswer ends a connection on which nobody knows what comes next, nor whether what
// was asked was done.
var errAnswer = errors.New("PostgreSQL gave an answer that is none")

// errRolledBack says that nothing of a transaction was committed: PostgreSQL ends one
// in which a statement failed so, without an error of its own
// (https://www.postgresql.org/docs/current/sql-commit.html).
var errRolledBack = errors.New("a transaction that failed was rolled back where it was to be committed")

var errUnasked = fmt.Errorf("%w: more than it was asked", errAnswer)

// message reads the next message, whose body is good until the next.
func (c *conn) message() (kind byte, body []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(c.in, head[:]); err != nil {
		return 0, nil, err
	}
	size := int(binary.BigEndian.Uint32(head[1:])) - 4
	if size < 0 || size > maxMessage {
		return 0, nil, fmt.Errorf("%w: %q of %d bytes", errAnswer, head[0], size)
	}
	if size > cap(c.body) {
		c.body = make([]byte, size, max(size, 1<<10))
	}
	body = c.body[:size]
	if size > keptBuffer {
		c.body = nil
	}
	_, err = io.ReadFull(c.in, body)
	return head[0], body, err
}

const (
	maxMessage = 1 << 30   // bytes; PostgreSQL makes none that is larger
	keptBuffer = 256 << 10 // bytes that a connection keeps for the next message
)

// row reads a row, and calls do with it.
func (c *conn) row(body []byte, do func(cells) error) error {
	if len(body) < 2 || do == nil {
		return errRow
	}
	n := int(binary.BigEndian.Uint16(body))
	body = body[2:]
	c.cells = c.cells[:0]
	for range n {
		if len(body) < 4 {
			return errRow
		}
		size := int(int32(binary.BigEndian.Uint32(body))) // #nosec G115 -- the protocol has it signed
		body = body[4:]
		if size < 0 {
			c.cells = append(c.cells, nil)
			continue
		}
		if size > len(body) {
			return errRow
		}
		c.cells = append(c.cells, body[:size:size])
		body = body[size:]
	}
	return do(c.cells)
}

var errRow = errors.New("PostgreSQL answered a row that is none")

// cells is a row of an answer, nil for NULL.
type cells [][]byte

// scanner is a row, as package sql has it too.
type scanner interface{ Scan(into ...any) error }

// Scan copies the row.
func (r cells) Scan(into ...any) error {
	if len(into) != len(r) {
		return fmt.Errorf("%d columns for %d values", len(r), len(into))
	}
	for i, cell := range r {
		if err := scanCell(cell, into[i]); err != nil {
			return fmt.Errorf("column %d: %w", i, err)
		}
	}
	return nil
}

// scanCell copies a value. A pointer to a pointer takes NULL, as bytes do.
func scanCell(cell []byte, into any) error {
	switch v := into.(type) {
	case **int64:
		return orNil(cell, v)
	case **uuid.UUID:
		return orNil(cell, v)
	case **bool:
		return orNil(cell, v)
	case *[]byte:
		*v = nil
		if cell != nil {
			*v = append(make([]byte, 0, len(cell)), cell...)
		}
		return nil
	}
	if cell == nil {
		return fmt.Errorf("NULL for %T", into)
	}
	switch v := into.(type) {
	case filled:
		return v.Scan(cell)
	case *int64:
		if len(cell) != 8 {
			return fmt.Errorf("%d bytes for a number", len(cell))
		}
		*v = int64(binary.BigEndian.Uint64(cell)) // #nosec G115 -- the bits as they are
	case *uuid.UUID:
		if len(cell) != len(v) {
			return fmt.Errorf("%d bytes for an id", len(cell))
		}
		copy(v[:], cell)
	case *bool:
		if len(cell) != 1 {
			return fmt.Errorf("%d bytes for a truth", len(cell))
		}
		*v = cell[0] != 0
	case *string:
		*v = string(cell)
	default:
		return fmt.Errorf("nothing is read into %T", into)
	}
	return nil
}

func orNil[T any](cell []byte, into **T) error {
	*into = nil
	if cell == nil {
		return nil
	}
	*into = new(T)
	return scanCell(cell, *into)
}

// appendCommand adds a statement without values, such as COMMIT.
func appendCommand(out []byte, text string) []byte {
	out, at := appendMessage(out, 'P')
	out = append(out, 0) // no name
	out = append(out, text...)
	out = append(out, 0, 0, 0) // no types
	endMessage(out, at)
	return appendCall(out, &call{})
}

// appendCall adds what runs a prepared statement.
func appendCall(out []byte, what *call) []byte {
	out, at := appendMessage(out, 'B')
	out = append(out, 0) // no name of its own
	out = append(out, what.statement...)
	out = append(out, 0, 0, 1, 0, 1)                                   // values are binary
	out = binary.BigEndian.AppendUint16(out, uint16(len(what.values))) // #nosec G115 -- a few
	for _, value := range what.values {
		begin := len(out)
		out = appendValue(append(out, 0, 0, 0, 0), value)
		putSize(out[begin:], len(out)-begin-4)
	}
	out = append(out, 0, 1, 0, 1) // and so is the answer
	endMessage(out, at)

	out, at = appendMessage(out, 'E')
	out = append(out, 0, 0, 0, 0, 0) // all rows
	endMessage(out, at)
	return out
}

// appendMessage begins a message at a place, and endMessage ends it.
func appendMessage(out []byte, kind byte) ([]byte, int) {
	return append(out, kind, 0, 0, 0, 0), len(out) + 1
}

func endMessage(out []byte, at int) { putSize(out[at:], len(out)-at) }

func putSize(out []byte, size int) {
	binary.BigEndian.PutUint32(out, uint32(size)) // #nosec G115 -- maxMessage at most: the server refuses more
}

// appendValue adds a value as PostgreSQL receives its type.
func appendValue(out []byte, value any) []byte {
	switch v := value.(type) {
	case int64:
		return binary.BigEndian.AppendUint64(out, uint64(v)) // #nosec G115 -- the bits as they are
	case uuid.UUID:
		return append(out, v[:]...)
	case bool:
		if v {
			return append(out, 1)
		}
		return append(out, 0)
	case []byte:
		return append(out, v...)
	case string:
		return append(out, v...)
	case array:
		return append(out, v...)
	}
	return out
}

// array is an array as PostgreSQL receives it (array_recv in its
// src/backend/utils/adt/arrayfuncs.c).
type array []byte

// Types of elements (src/include/catalog/pg_type.dat).
const (
	boolType  = 16
	bytesType = 17
	int64Type = 20
	textType  = 25
	uuidType  = 2950
)

// newArray returns values, all of one kind, as an array.
func newArray(values []any) (array, error) {
	if len(values) == 0 {
		return nil, errors.New("an array of nothing has no type")
	}
	kind := uint32(0)
	switch values[0].(type) {
	case bool:
		kind = boolType
	case []byte:
		kind = bytesType
	case int64:
		kind = int64Type
	case string:
		kind = textType
	case uuid.UUID:
		kind = uuidType
	default:
		return nil, fmt.Errorf("no array of %T", values[0])
	}
	out := make([]byte, 0, 20+36*len(values))
	out = binary.BigEndian.AppendUint32(out, 1) // dimension
	out = binary.BigEndian.AppendUint32(out, 0) // without NULL
	out = binary.BigEndian.AppendUint32(out, kind)
	out = binary.BigEndian.AppendUint32(out, uint32(len(values))) // #nosec G115 -- a group's
	out = binary.BigEndian.AppendUint32(out, 1)                   // counted from 1
	for _, value := range values {
		if reflect.TypeOf(value) != reflect.TypeOf(values[0]) {
			return nil, fmt.Errorf("a %T in an array of %T", value, values[0])
		}
		begin := len(out)
		out = appendValue(append(out, 0, 0, 0, 0), value)
		putSize(out[begin:], len(out)-begin-4)
	}
	return out, nil
}

// noIDs is an array of none.
var noIDs = array{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, uuidType >> 8, uuidType & 0xff}

// refusal is an error of the server, by the letters of its fields
// (https://www.postgresql.org/docs/current/protocol-error-fields.html).
type refusal map[byte]string

func readRefusal(body []byte) refusal {
	fields := make(refusal)
	for len(body) > 1 {
		kind := body[0]
		text, rest, _ := bytes.Cut(body[1:], []byte{0})
		fields[kind], body = string(text), rest
	}
	return fields
}

// Error implements error, in the words of pgdriver.
func (r refusal) Error() string { return fmt.Sprintf("%s: %s (SQLSTATE=%s)", r['S'], r['M'], r['C']) }

// fatal reports whether the server ends the connection.
func (r refusal) fatal() bool { return r['V'] == "FATAL" || r['V'] == "PANIC" }
