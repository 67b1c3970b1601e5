package store

import (
	"bufio"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync/atomic"
	"time"

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
	conn := &conn{Conn: made.(*pgdriver.Conn), setup: c.setup, limit: c.Connector.Config().ReadTimeout}
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
	done  *string       // the setup that was run
	used  bool          // it was asked something since it was made
	limit time.Duration // of one way to the server and back with calls; 0 for none

	begin bool   // BEGIN is still to be sent
	late  []byte // calls that were put off, as they are sent

	in    *bufio.Reader // of the answers to calls; nil before the first
	body  []byte        // of the message that was read last
	cells cells         // of the row that was read last
}

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

// ExecContext implements driver.ExecerContext. It runs a call, too, which is its only
// argument then.
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if len(args) == 1 {
		if what, ok := args[0].Value.(*call); ok {
			return driver.ResultNoRows, c.run(ctx, what)
		}
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

// with returns a statement behind BEGIN, if that is still to be sent; what was put
// off is sent before. A statement with arguments, whose places only it may have, goes
// by itself.
func (c *conn) with(ctx context.Context, query string, args []driver.NamedValue) (string, error) {
	if err := c.use(); err != nil {
		return "", err
	}
	if len(c.late) > 0 {
		return query, c.send(ctx, nil)
	}
	if !c.begin {
		return query, nil
	}
	c.begin = false
	if len(args) == 0 {
		return "BEGIN;" + query, nil
	}
	_, err := c.Conn.ExecContext(ctx, "BEGIN", nil)
	return query, err
}

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
	c.begin, c.late = true, c.late[:0]
	return transaction{c}, nil
}

// transaction is one of the connection.
type transaction struct{ conn *conn }

// Commit implements driver.Tx.
func (t transaction) Commit() error {
	c := t.conn
	if c.begin && len(c.late) == 0 { // nothing was asked
		c.begin = false
		return nil
	}
	c.late = appendCommand(c.late, "COMMIT")
	err := c.send(context.Background(), nil)
	if err != nil && c.IsValid() {
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
	c.begin, c.late = false, c.late[:0]
	if !began {
		return nil
	}
	_, err := c.Conn.ExecContext(context.Background(), "ROLLBACK", nil)
	return err
}
