package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/uptrace/bun/driver/pgdriver"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"pleiades/server/account"
	"pleiades/server/chat"
	"pleiades/server/feedback"
	"pleiades/server/keyring"
	"pleiades/server/outbox"
	"pleiades/server/support"
)

// kind is what a driver's error means to those who called.
type kind int

const (
	other kind = iota
	notFound
	unavailable
	full
)

// kindOf reads a driver's error, or that of a key that cannot be had just now.
func kindOf(err error) kind {
	if errors.Is(err, sql.ErrNoRows) {
		return notFound
	}
	if errors.Is(err, keyring.ErrKeyFile) || errors.Is(err, errKeyLost) {
		return unavailable
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return sqliteKind(e.Code())
	}
	if state, ok := sqlState(err); ok {
		return postgresKind(state)
	}
	if _, ok := errors.AsType[net.Error](err); ok ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, errAnswer) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return unavailable
	}
	return other
}

// mayBeCommitted reports whether the error of a commit leaves open what became of
// it: who refuses says so, but a connection can end after the commit and before its
// answer.
func mayBeCommitted(err error) bool {
	if e, ok := errors.AsType[refusal](err); ok && e.fatal() {
		return true
	}
	if state, ok := sqlState(err); ok {
		return strings.HasPrefix(state, "57P") // the server ends connections
	}
	return kindOf(err) == unavailable && !isBusy(err)
}

// isBusy reports whether SQLite refused because another process was at it.
func isBusy(err error) bool {
	var failure *sqlite.Error
	return errors.As(err, &failure) && failure.Code()&0xff == sqlite3.SQLITE_BUSY
}

// sqliteKind reads a result code (https://www.sqlite.org/rescode.html).
func sqliteKind(code int) kind {
	if code == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY {
		return notFound
	}
	switch code & 0xff {
	case sqlite3.SQLITE_FULL:
		return full
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
		return unavailable
	}
	return other
}

// sqlState returns the SQLSTATE of an error of PostgreSQL.
func sqlState(err error) (state string, ok bool) {
	if e, ok := errors.AsType[refusal](err); ok {
		return e['C'], true
	}
	e, ok := errors.AsType[pgdriver.Error](err)
	if !ok {
		return "", false
	}
	return e.Field('C'), true
}

// postgresKind reads an SQLSTATE
// (https://www.postgresql.org/docs/current/errcodes-appendix.html).
func postgresKind(state string) kind {
	switch state {
	case "23503": // foreign key violation: a row points to one that is not there
		return notFound
	case "53100": // disk full
		return full
	case "40001", "40P01", "55P03", "57014": // serialization failure, deadlock, lock or statement timeout
		return unavailable
	}
	if len(state) == 5 {
		switch state[:2] {
		case "08", "53", "57": // connection, resources, shutdown
			return unavailable
		}
	}
	return other
}

// accountError translates an error for package account.
func accountError(ctx context.Context, err error) error {
	if lost(err) {
		return fmt.Errorf("%w: %w", account.ErrUnreadable, err)
	}
	return translate(ctx, err, account.ErrNotFound, account.ErrUnavailable, account.ErrStorageFull)
}

// chatError translates an error for package chat.
func chatError(ctx context.Context, err error) error {
	return translate(ctx, err, chat.ErrNotFound, chat.ErrUnavailable, chat.ErrStorageFull)
}

// outboxError translates an error for package outbox.
func outboxError(ctx context.Context, err error) error {
	return translate(ctx, err, outbox.ErrNotFound, outbox.ErrUnavailable, outbox.ErrStorageFull)
}

// feedbackError translates an error for package feedback.
func feedbackError(ctx context.Context, err error) error {
	return translate(ctx, err, feedback.ErrNotFound, feedback.ErrUnavailable, feedback.ErrStorageFull)
}

// supportError translates an error for package support.
func supportError(ctx context.Context, err error) error {
	return translate(ctx, err, support.ErrNotFound, support.ErrUnavailable, support.ErrStorageFull)
}

// translate puts the sentinel for its kind in front of a driver's error, and
// leaves others as they are. Where the caller gave up, that is the error.
func translate(ctx context.Context, err error, missing, gone, noSpace error) error {
	if err == nil {
		return nil
	}
	k := kindOf(err)
	switch {
	case k != other && ctx.Err() != nil:
		return ctx.Err()
	case k == notFound:
		return missing
	case k == unavailable:
		return fmt.Errorf("%w: %w", gone, err)
	case k == full:
		return fmt.Errorf("%w: %w", noSpace, err)
	}
	return err
}
