// Package storetest gives tests a real database of each kind.
package storetest

import (
	"testing"

	"pleiades/server/store"
)

// Kind is a kind of database.
type Kind string

// The kinds.
const (
	SQLite   Kind = "sqlite"
	Postgres Kind = "postgres"
)

// Main runs the tests of a package and then stops the PostgreSQL cluster, if
// one was started. Use it in TestMain: os.Exit(storetest.Main(m)).
func Main(m *testing.M) int { return m.Run() }

// MustOpen opens a fresh, migrated database that lives as long as the test.
func MustOpen(t testing.TB, kind Kind) *store.DB { t.Fatal("not yet"); return nil }

// Each runs a test on a fresh database of each kind.
func Each(t *testing.T, test func(t *testing.T, db *store.DB)) {}
