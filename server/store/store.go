// Package store keeps everything in a database, SQLite or PostgreSQL, through
// one set of rows, queries and migrations. It translates driver errors into
// those of the packages it serves, and decides nothing: no rules, no rights.
package store

import (
	"context"
	"errors"

	"pleiades/server/account"
	"pleiades/server/chat"
	"pleiades/server/keyring"
)

// DB is an open database. It is safe for concurrent use.
type DB struct{}

// Open opens the database at url: sqlite:PATH or postgres://….
func Open(ctx context.Context, url string) (*DB, error) { return nil, errors.ErrUnsupported }

// Migrate brings the database to the version of this program.
func (db *DB) Migrate(ctx context.Context) error { return errors.ErrUnsupported }

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error { return errors.ErrUnsupported }

// Close closes the database.
func (db *DB) Close() error { return nil }

// Accounts returns the store of package account.
func (db *DB) Accounts() account.Store { return nil }

// Conversations returns the store of package chat.
func (db *DB) Conversations() chat.Store { return nil }

// Keys returns the store of package keyring.
func (db *DB) Keys() keyring.Store { return nil }
