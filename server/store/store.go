// Package store keeps everything in a database, SQLite or PostgreSQL, through
// one set of rows, queries and migrations. It seals what people wrote before it
// is stored, and opens it when it is read. It translates driver errors into
// those of the packages it serves.
//
// It must not decide anything: rules and rights belong to those packages. What
// a person wrote is bytes here, never filtered or sorted by.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"github.com/uptrace/bun/driver/pgdriver"
	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"pleiades/server/audit"
	"pleiades/server/keyring"
	"pleiades/server/store/migrations"
)

// sqliteBusy is how long one process waits for another to be done writing.
const sqliteBusy = 15 * time.Second

// Sizes of the connection pools.
const (
	sqliteReaders       = 4 // besides the one writer
	postgresConnections = 16
)

// DB is an open database. It is safe for concurrent use.
type DB struct {
	write, read *bun.DB // the same with PostgreSQL
	dialect     migrations.Dialect
	// locking says that rows are locked one by one (PostgreSQL); otherwise a
	// transaction that writes has the database to itself (SQLite).
	locking bool
	logKey  audit.Key // signs the log's heads; nil until the log began
	begun   sync.Map  // the practices whose chains are known to have a head
	opener  opener
	logins  loginGuard
	ring    *keyring.Keyring // nil until Unlock
	// statements are prepared by Unlock.
	statements    *statements
	loginLookups  *lookups[[]byte, foundLogin]
	senderLookups *lookups[uuid.UUID, foundSender]
	mailed        chan struct{} // gets a value once mails were stored
	unheard       func()        // see Unheard
	// setup is run on every connection of PostgreSQL's pool.
	setup *atomic.Pointer[string]
	// patient opens a connection of PostgreSQL on which a statement may take as
	// long as it needs; those of the pool give up after seconds.
	patient func() *sql.DB
}

// Open opens the database at url, either sqlite:PATH, a file that is created
// with its folder if need be, or postgres://user:password@host/name. It does
// not migrate. Its errors never repeat the URL, which may hold a password.
func Open(ctx context.Context, url string) (*DB, error) {
	var db *DB
	var err error
	switch scheme, rest, _ := strings.Cut(url, ":"); scheme {
	case "sqlite":
		db, err = openSQLite(rest)
	case "postgres", "postgresql":
		db, err = openPostgres(url)
	default:
		return nil, errors.New("open database: the URL must begin with sqlite: or postgres://")
	}
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db.opener.keys = noKeys{errLocked}
	db.mailed = make(chan struct{}, 1)
	db.unheard = func() {}
	db.loginLookups = startLookups(db.findLogins)
	db.senderLookups = startLookups(db.findSenders)
	if err := db.awaitOpen(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), db.Close())
	}
	return db, nil
}

// awaitOpen connects for the first time. While several processes open a new
// SQLite file, the one that makes its journal keeps the others out, who are
// refused without waiting, whatever their timeout.
func (db *DB) awaitOpen(ctx context.Context) error {
	deadline := time.Now().Add(sqliteBusy)
	for {
		err := db.Ping(ctx)
		if err == nil || db.locking || !isBusy(err) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// openSQLite opens a file with one connection that writes and some that read.
// Commits reach the disk before they return (synchronous=FULL), and what is
// deleted is overwritten (secure_delete). What is in the log goes into the file
// once there are 4,000 pages of it, 16 MiB: most of them replace one another by
// then.
func openSQLite(path string) (*DB, error) {
	if path == "" {
		return nil, errors.New("sqlite: the path is missing")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("create folder: %w", err)
	}
	// SQLite gives its other files the mode of this one.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create file: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("create file: %w", err)
	}

	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() +
		"?_pragma=busy_timeout(" + strconv.FormatInt(sqliteBusy.Milliseconds(), 10) + ")&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=secure_delete(1)"
	write, err := sql.Open("sqlite", dsn+"&_txlock=immediate&_pragma=wal_autocheckpoint(4000)")
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	read, err := sql.Open("sqlite", dsn+"&_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	read.SetMaxOpenConns(sqliteReaders)
	read.SetMaxIdleConns(sqliteReaders)
	return &DB{
		write:   bun.NewDB(write, sqlitedialect.New()),
		read:    bun.NewDB(read, sqlitedialect.New()),
		dialect: migrations.SQLite,
	}, nil
}

func openPostgres(url string) (*DB, error) {
	durable, err := newConnector(url)
	if err != nil {
		return nil, err
	}
	unlimited, err := newConnector(url, pgdriver.WithReadTimeout(0), pgdriver.WithWriteTimeout(0))
	if err != nil {
		return nil, err
	}
	pool, setup := newPool(durable)
	pool.SetMaxOpenConns(postgresConnections)
	pool.SetMaxIdleConns(postgresConnections)
	db := bun.NewDB(pool, pgdialect.New())
	patient := func() *sql.DB {
		pool, _ := newPool(unlimited)
		return pool
	}
	return &DB{write: db, read: db, dialect: migrations.Postgres, locking: true, setup: setup, patient: patient}, nil
}

// newConnector makes connections whose commits reach the disk before they
// return, whatever the server's default. It turns the panic of the driver at a
// malformed URL into an error.
func newConnector(url string, opts ...pgdriver.Option) (c *pgdriver.Connector, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("postgres: the URL is malformed")
		}
	}()
	durable := pgdriver.WithConnParams(map[string]any{"synchronous_commit": "on"})
	alive := pgdriver.WithResetSessionFunc(func(_ context.Context, c *pgdriver.Conn) error { return checkAlive(c.Conn()) })
	return pgdriver.NewConnector(append([]pgdriver.Option{pgdriver.WithDSN(url), durable, alive}, opts...)...), nil
}

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	if err := db.write.PingContext(ctx); err != nil {
		return fmt.Errorf("ping: %w", err)
	}
	if err := db.read.PingContext(ctx); err != nil {
		return fmt.Errorf("ping: %w", err)
	}
	return nil
}

// Close closes the database.
func (db *DB) Close() error {
	db.loginLookups.close()
	db.senderLookups.close()
	err := db.read.Close()
	if db.write != db.read {
		err = errors.Join(err, db.write.Close())
	}
	return err
}

// Unheard has tell called whenever the database did not say whether it committed:
// the transaction counts as failed, yet what it did may be stored, and nobody
// announces it. It must be called before the database is used by several
// goroutines; tell must not wait.
func (db *DB) Unheard(tell func()) { db.unheard = tell }

// Unlock gives a migrated database the keys of what people wrote; until then
// none of that can be read or written. It seals what an earlier version of the
// program left in the clear, which can take long, once, begins the log where
// there is none, and extends one that an earlier version began. Whether someone knows of an earlier log, by a checkpoint of it,
// is for the caller to say. Values that do not open later are logged, by where
// they lie. It must be called before the database is used by several goroutines.
func (db *DB) Unlock(ctx context.Context, ring *keyring.Keyring, log *slog.Logger, earlierLog bool) error {
	if err := db.UnlockToRead(ctx, ring, log); err != nil {
		return err
	}
	if err := db.prepare(ctx); err != nil {
		return fmt.Errorf("unlock: %w", err)
	}
	key, err := ring.Key(ctx, loginKeyName)
	if err != nil {
		return fmt.Errorf("unlock: %w", err)
	}
	db.logins.key = key
	if err := db.sealRows(ctx); err != nil {
		return fmt.Errorf("unlock: %w", err)
	}
	if db.logKey != nil {
		if err := db.extendLog(ctx); err != nil {
			return fmt.Errorf("unlock: %w", err)
		}
		return nil
	}
	if err := db.beginLog(ctx, earlierLog); err != nil {
		return fmt.Errorf("unlock: %w", err)
	}
	return nil
}

// UnlockToRead is Unlock for who writes nothing: nothing is sealed or begun, and
// nobody counts as logged in.
func (db *DB) UnlockToRead(ctx context.Context, ring *keyring.Keyring, log *slog.Logger) error {
	db.ring = ring
	db.opener = opener{keys: ring, log: log}
	db.logins = loginGuard{log: log, locking: db.locking}
	if err := db.findLogKey(ctx); err != nil {
		return fmt.Errorf("unlock: %w", err)
	}
	return nil
}
