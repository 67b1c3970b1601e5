// Package storetest gives tests real databases: SQLite files, and databases of
// a PostgreSQL cluster that lives as long as the test process. It never skips:
// without PostgreSQL the tests fail.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/uptrace/bun/driver/pgdriver"

	"pleiades/server/keyring"
	"pleiades/server/store"
)

// Kind is a kind of database.
type Kind string

// The kinds.
const (
	SQLite   Kind = "sqlite"
	Postgres Kind = "postgres"
)

// shared is the cluster of this test process, started on first use. It has to
// be shared by all tests of a package, which have nothing else in common.
var shared struct {
	sync.Mutex
	cluster *Cluster
}

// migrated is the name of a migrated, empty database of PostgreSQL, made on first
// use: a copy of it costs less than migrating another. Main drops it.
var migrated struct {
	sync.Mutex
	name string
}

// Main runs the tests of a package, then stops the PostgreSQL cluster if one
// was started. Use it as os.Exit(storetest.Main(m)).
func Main(m *testing.M) int {
	code := m.Run()
	if err := dropMigrated(); err != nil {
		fmt.Fprintln(os.Stderr, "storetest:", err)
		code = max(code, 1)
	}
	shared.Lock()
	defer shared.Unlock()
	if shared.cluster != nil {
		if err := shared.cluster.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "storetest:", err)
			return max(code, 1)
		}
	}
	return code
}

// Each runs a test on a fresh, migrated database of each kind.
func Each(t *testing.T, test func(t *testing.T, db *store.DB)) {
	for _, kind := range []Kind{SQLite, Postgres} {
		t.Run(string(kind), func(t *testing.T) { test(t, MustOpen(t, kind)) })
	}
}

// EachURL runs a test on the URL of a fresh, empty database of each kind.
func EachURL(t *testing.T, test func(t *testing.T, url string)) {
	for _, kind := range []Kind{SQLite, Postgres} {
		t.Run(string(kind), func(t *testing.T) { test(t, MustURL(t, kind)) })
	}
}

// MustOpen opens a fresh, migrated database with its keys. It is closed when the
// test ends.
func MustOpen(t testing.TB, kind Kind) *store.DB {
	t.Helper()
	if kind == SQLite {
		return MustOpenAgain(t, MustURL(t, kind))
	}
	return MustOpenAgain(t, mustCreate(t, mustMigrated(t)))
}

// mustMigrated returns the name of a migrated, empty database of PostgreSQL.
func mustMigrated(t testing.TB) string {
	t.Helper()
	migrated.Lock()
	defer migrated.Unlock()
	if migrated.name != "" {
		return migrated.name
	}
	server, err := serverURL()
	if err != nil {
		t.Fatal(err)
	}
	name := "test_" + strings.ToLower(rand.Text())
	mustExec(t, server, "CREATE DATABASE "+name)
	fresh := *server
	fresh.Path = "/" + name
	db, err := store.Open(t.Context(), fresh.String())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Migrate(t.Context()), db.Close()); err != nil {
		t.Fatal(err)
	}
	migrated.name = name
	return name
}

// dropMigrated drops the database that mustMigrated made, if it did.
func dropMigrated() error {
	if migrated.name == "" {
		return nil
	}
	server, err := serverURL()
	if err != nil {
		return err
	}
	return execute(server, "DROP DATABASE "+migrated.name+" WITH (FORCE)")
}

// MustOpenAgain opens the database at url as another process would: it brings
// it up to date and unlocks it. It is closed when the test ends.
func MustOpenAgain(t testing.TB, url string) *store.DB {
	t.Helper()
	db := MustOpenURL(t, url)
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	MustUnlock(t, db)
	return db
}

// MustUnlock gives a migrated database its keys. All databases of tests have
// the same key file.
func MustUnlock(t testing.TB, db *store.DB) {
	t.Helper()
	if err := Unlock(t.Context(), t, db); err != nil {
		t.Fatal(err)
	}
}

// Unlock is MustUnlock for who expects an error.
func Unlock(ctx context.Context, t testing.TB, db *store.DB) error {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kek")
	if err := os.WriteFile(path, []byte(keyFile), 0o600); err != nil {
		t.Fatal(err)
	}
	keys, err := keyring.Open(ctx, path, db.Keys(), keyring.Options{})
	if err != nil {
		return err
	}
	return db.Unlock(ctx, keys, slog.New(slog.DiscardHandler), false)
}

// keyFile holds the key of every database of tests.
const keyFile = "test dGhlIGtleSBvZiBldmVyeSBkYXRhYmFzZSBvZiB0ZXM=\n"

// MustOpenURL opens the database at url as it is, without keys. It is closed
// when the test ends.
func MustOpenURL(t testing.TB, url string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// MustURL makes a fresh, empty database and returns its URL. It is gone when
// the test ends.
func MustURL(t testing.TB, kind Kind) string {
	t.Helper()
	if kind == SQLite {
		return "sqlite:" + filepath.Join(t.TempDir(), "test.db")
	}
	return mustCreate(t, "template1")
}

// mustCreate makes a copy of a database of PostgreSQL and returns its URL. It is
// gone when the test ends.
func mustCreate(t testing.TB, template string) string {
	t.Helper()
	server, err := serverURL()
	if err != nil {
		t.Fatal(err)
	}
	name := "test_" + strings.ToLower(rand.Text())
	mustExec(t, server, "CREATE DATABASE "+name+" TEMPLATE "+template)
	t.Cleanup(func() { mustExec(t, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	fresh := *server
	fresh.Path = "/" + name
	return fresh.String()
}

// MustTamper runs a statement on the database at url, as someone could who has
// the database and nothing else.
func MustTamper(t testing.TB, url, statement string) {
	t.Helper()
	var db *sql.DB
	if path, file := strings.CutPrefix(url, "sqlite:"); file {
		var err error
		if db, err = sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"); err != nil {
			t.Fatal(err)
		}
	} else {
		db = sql.OpenDB(pgdriver.NewConnector(pgdriver.WithDSN(url)))
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// serverURL returns where databases can be created: PLEIADES_TEST_POSTGRES if
// that is set, else the cluster of this process.
func serverURL() (*url.URL, error) {
	if given := os.Getenv("PLEIADES_TEST_POSTGRES"); given != "" {
		return url.Parse(given)
	}
	shared.Lock()
	defer shared.Unlock()
	if shared.cluster == nil {
		c, err := StartCluster(Volatile)
		if err != nil {
			return nil, fmt.Errorf("start PostgreSQL: %w", err)
		}
		shared.cluster = c
	}
	return shared.cluster.url(), nil
}

// mustExec runs a statement that creates or drops a database.
func mustExec(t testing.TB, server *url.URL, statement string) {
	t.Helper()
	if err := execute(server, statement); err != nil {
		t.Fatal(err)
	}
}

func execute(server *url.URL, statement string) error {
	db := sql.OpenDB(pgdriver.NewConnector(pgdriver.WithDSN(server.String())))
	defer db.Close()
	// Not the context of the test, which ends before its cleanup.
	if _, err := db.ExecContext(context.Background(), statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}
