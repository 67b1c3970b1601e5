package store

import (
	"bytes"
	"database/sql/driver"
	"net"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun/driver/pgdriver"
)

// TestAnswers reads what a server can answer to a call. After an answer that makes no
// sense the connection is not used again: nobody knows what would come next.
func TestAnswers(t *testing.T) {
	const (
		ready    = "Z\x00\x00\x00\x05T"
		done     = "2\x00\x00\x00\x04C\x00\x00\x00\x0bINSERT\x00"
		number   = "D\x00\x00\x00\x12\x00\x01\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00\x07"
		rollback = "2\x00\x00\x00\x04C\x00\x00\x00\x0dROLLBACK\x00"
		null     = "D\x00\x00\x00\x0a\x00\x01\xff\xff\xff\xff"
		refused  = "E\x00\x00\x00\x1aSERROR\x00VERROR\x00C23503\x00\x00"
		farewell = "E\x00\x00\x00\x1aSFATAL\x00VFATAL\x00C57P01\x00\x00"
	)
	for name, c := range map[string]struct {
		answer      string
		rows        int
		fails, lost bool
		kind        kind
		panics      bool // who is given the rows
	}{
		"done":                      {answer: done + ready},
		"a row":                     {answer: done + number + ready, rows: 1},
		"NULL for a number":         {answer: null + ready, rows: 1, fails: true},
		"rows nobody can take":      {answer: number + number + ready, rows: 1, panics: true, lost: true},
		"refused":                   {answer: refused + ready, fails: true, kind: notFound},
		"refused after a row":       {answer: number + refused + ready, rows: 1, fails: true, kind: notFound},
		"rolled back":               {answer: rollback + ready, fails: true},
		"refused and rolled back":   {answer: refused + rollback + ready, fails: true, kind: notFound},
		"the server ends":           {answer: farewell, fails: true, lost: true, kind: unavailable},
		"cut off":                   {answer: done + number[:9], fails: true, lost: true, kind: unavailable},
		"a row shorter than it is":  {answer: "D\x00\x00\x00\x0b\x00\x01\x00\x00\x00\x08\x07" + ready, fails: true},
		"more than was asked":       {answer: done + ready + done, fails: true, lost: true, kind: unavailable},
		"another protocol":          {answer: "HTTP/1.1 400 Bad Request\r\n\r\n", fails: true, lost: true, kind: unavailable},
		"a message without an end":  {answer: "D\xff\xff\xff\xff", fails: true, lost: true, kind: unavailable},
		"a message of less than it": {answer: "D\x00\x00\x00\x00", fails: true, lost: true, kind: unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			go func() {
				server, err := listener.Accept()
				if err != nil {
					return
				}
				defer server.Close()
				const start = "R\x00\x00\x00\x08\x00\x00\x00\x00" + "Z\x00\x00\x00\x05I"
				in := make([]byte, 1024)
				for _, answer := range []string{start, c.answer} {
					if _, err := server.Read(in); err != nil {
						return
					}
					_, _ = server.Write([]byte(answer))
				}
			}()
			made, err := pgdriver.NewConnector(pgdriver.WithAddr(listener.Addr().String()), pgdriver.WithInsecure(true)).Connect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer made.Close()
			conn := &conn{Conn: made.(*pgdriver.Conn), used: true}
			rows := 0
			defer func() {
				if c.panics && (recover() == nil || conn.IsValid()) {
					t.Error("a connection on which a row was left is usable")
				}
			}()
			_, err = conn.ExecContext(t.Context(), "", []driver.NamedValue{{Value: &call{statement: "some", row: func(r cells) error {
				rows++
				if c.panics {
					panic("on purpose")
				}
				var n int64
				err := r.Scan(&n)
				if err == nil && n != 7 {
					t.Errorf("got %d, want 7", n)
				}
				return err
			}}}})
			if (err != nil) != c.fails || rows != c.rows || conn.IsValid() == c.lost || kindOf(err) != c.kind || mayBeCommitted(err) != c.lost {
				t.Errorf("error %v of kind %d, %d rows, usable %t, may be committed %t", err, kindOf(err), rows, conn.IsValid(), mayBeCommitted(err))
			}
		})
	}
}

// TestCells reads values, and NULL where it may be.
func TestCells(t *testing.T) {
	id := uuid.New()
	row := cells{appendValue(nil, int64(-5)), id[:], {1}, []byte("text"), []byte("bytes"), {}, nil, nil, nil, nil, appendValue(nil, int64(9)), id[:], {0}}
	var n int64
	var other uuid.UUID
	var yes bool
	var text string
	var some, body, none []byte
	var noNumber, number *int64
	var noID, known *uuid.UUID
	var noTruth, truth *bool
	err := row.Scan(&n, &other, &yes, &text, &some, filled{&body}, &none, &noNumber, &noID, &noTruth, &number, &known, &truth)
	if err != nil {
		t.Fatal(err)
	}
	if n != -5 || other != id || !yes || text != "text" || string(some) != "bytes" || body == nil || len(body) != 0 {
		t.Errorf("got %d, %s, %t, %q, %q, %v", n, other, yes, text, some, body)
	}
	if none != nil || noNumber != nil || noID != nil || noTruth != nil || *number != 9 || *known != id || *truth {
		t.Error("NULL, or what could have been, is read as something else")
	}
	row[4][0] = 'B' // it is the connection's
	if !bytes.Equal(some, []byte("bytes")) {
		t.Error("what was read changes with the next message")
	}
	for _, bad := range []struct {
		cell []byte
		into any
	}{{nil, &n}, {nil, &other}, {nil, &yes}, {nil, &text}, {[]byte{1}, &n}, {[]byte{1}, &other}, {[]byte{}, &yes}, {[]byte{1}, new(time.Time)}} {
		if err := (cells{bad.cell}).Scan(bad.into); err == nil {
			t.Errorf("%v is read into %T", bad.cell, bad.into)
		}
	}
	if err := row.Scan(&n); err == nil {
		t.Error("a row of many is read into one")
	}
}
