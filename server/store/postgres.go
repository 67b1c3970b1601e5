package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/uptrace/bun/driver/pgdriver"
)

// connector makes the connections of a pool. One that the server ended while it
// was made is driver.ErrBadConn, too: the pool makes another.
type connector struct {
	*pgdriver.Connector
	setup *atomic.Pointer[string] // what is run once on every connection; nil for nothing
}

func newPool(c *pgdriver.Connector) (*sql.DB, *atomic.Pointer[string]) {
	setup := new(atomic.Pointer[string])
	return sql.OpenDB(connector{c, setup}), setup
}

// Connect implements driver.Connector.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	made, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, ended(err)
	}
	conn := &conn{Conn: made.(*pgdriver.Conn), setup: c.setup}
	if err := conn.setUp(ctx); err != nil {
		return nil, ended(errors.Join(err, conn.Close()))
	}
	return conn, nil
}

// conn is a connection that saves ways to the server and back, each of which takes
// longer than most statements: several travel together. BEGIN goes with the first
// statement of a transaction, what was put off with the next one, and with
// COMMIT, if nothing comes between. A transaction that found nothing to do does
// not go there at all.
type conn struct {
	*pgdriver.Conn
	setup *atomic.Pointer[string]
	done  *string // the setup that was run
	used  bool    // it was asked something since it was made

	begin bool     // BEGIN is still to be sent
	late  []string // statements that were put off
}

// lateKey marks the context of a statement that is put off.
type lateKey struct{}

// putOff has a statement, without arguments, go with the next one of its
// transaction. So its error is that of the next one, or of the commit.
func putOff(ctx context.Context) context.Context { return context.WithValue(ctx, lateKey{}, true) }

// setUp runs the setup if that was not done yet.
func (c *conn) setUp(ctx context.Context) error {
	setup := c.setup.Load()
	if setup == c.done {
		return nil
	}
	if _, err := c.Conn.ExecContext(ctx, *setup, nil); err != nil {
		return err
	}
	c.done = setup
	return nil
}

// ResetSession implements driver.SessionResetter. In the place of a connection
// that cannot be set up the pool makes another.
func (c *conn) ResetSession(ctx context.Context) error {
	if err := c.Conn.ResetSession(ctx); err != nil {
		return err
	}
	if err := c.setUp(ctx); err != nil {
		return driver.ErrBadConn
	}
	return nil
}

// use makes sure that the first who asks something finds a connection that is
// there, since the pool can keep one for long before anybody does, and resets it
// for all but the first.
func (c *conn) use() error {
	if c.used {
		return nil
	}
	c.used = true
	return checkAlive(c.Conn.Conn())
}

// take returns what has to be sent before the next statement.
func (c *conn) take() []string {
	first := c.late
	if c.begin {
		first = slices.Insert(first, 0, "BEGIN")
	}
	c.begin, c.late = false, nil
	return first
}

// ExecContext implements driver.ExecerContext.
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if ctx.Value(lateKey{}) != nil {
		c.late = append(c.late, query)
		return driver.ResultNoRows, nil
	}
	text, err := c.with(ctx, query, args)
	if err != nil {
		return nil, err
	}
	return c.Conn.ExecContext(ctx, text, args)
}

// QueryContext implements driver.QueryerContext.
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	text, err := c.with(ctx, query, args)
	if err != nil {
		return nil, err
	}
	return c.Conn.QueryContext(ctx, text, args)
}

// with returns a statement behind what has to be sent before it. One with
// arguments, whose places only it may have, goes by itself.
func (c *conn) with(ctx context.Context, query string, args []driver.NamedValue) (string, error) {
	if err := c.use(); err != nil {
		return "", err
	}
	first := c.take()
	if len(first) == 0 || len(args) == 0 {
		return together(append(first, query)), nil
	}
	_, err := c.Conn.ExecContext(ctx, together(first), nil)
	return query, err
}

// together returns statements as one text.
func together(statements []string) string { return strings.Join(statements, ";") }

// PrepareContext implements driver.ConnPrepareContext. Package pgdriver does not
// give up a connection on which a prepared statement failed half-way, so there are
// none but those of the setup.
func (c *conn) PrepareContext(context.Context, string) (driver.Stmt, error) { return nil, errNoPrepare }

var errNoPrepare = errors.New("statements are prepared by the setup of a connection")

// BeginTx implements driver.ConnBeginTx.
func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if !c.IsValid() {
		return nil, driver.ErrBadConn
	}
	if err := c.use(); err != nil {
		return nil, err
	}
	if opts != (driver.TxOptions{}) {
		return c.Conn.BeginTx(ctx, opts)
	}
	c.begin, c.late = true, nil
	return transaction{c}, nil
}

// transaction is one of the connection.
type transaction struct{ conn *conn }

// Commit implements driver.Tx.
func (t transaction) Commit() error {
	c := t.conn
	if c.begin && len(c.late) == 0 {
		c.begin = false
		return nil
	}
	_, err := c.Conn.ExecContext(context.Background(), together(append(c.take(), "COMMIT")), nil)
	if err != nil {
		// What was put off may have failed: then the transaction is still there.
		if _, stuck := c.Conn.ExecContext(context.Background(), "ROLLBACK", nil); stuck != nil {
			_ = c.Close() // the error that is told is the first
		}
	}
	return err
}

// Rollback implements driver.Tx.
func (t transaction) Rollback() error {
	c := t.conn
	began := !c.begin
	c.begin, c.late = false, nil
	if !began {
		return nil
	}
	_, err := c.Conn.ExecContext(context.Background(), "ROLLBACK", nil)
	return err
}
