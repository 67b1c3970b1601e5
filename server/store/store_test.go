package store_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"pleiades/server/store"
	"pleiades/server/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

func TestMigrate(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		t.Run("twice changes nothing", func(t *testing.T) {
			db := storetest.MustOpenURL(t, url)
			for range 2 {
				if err := db.Migrate(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		})
	})
	storetest.EachURL(t, func(t *testing.T, url string) {
		t.Run("by many at once happens once", func(t *testing.T) {
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					db, err := store.Open(t.Context(), url)
					if err != nil {
						t.Error(err)
						return
					}
					if err := db.Migrate(t.Context()); err != nil {
						t.Error(err)
					}
					if err := db.Close(); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
		})
	})
}

// TestMigrateFromFirst shows that conversations of the first release go on.
func TestMigrateFromFirst(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		db := storetest.MustOpenURL(t, url)
		store.MustMigrateTo(t, db, 1)
		const id = "'01020304-0506-4708-890a-0b0c0d0e0f10'"
		store.MustExec(t, db, "INSERT INTO practices (id, name, demo, created_at) VALUES ("+id+", '', FALSE, 0)")
		store.MustExec(t, db, "INSERT INTO accounts (id, name, email, email_index, password_hash, disabled, created_at) VALUES ("+id+", '', '', '', '', FALSE, 0)")
		store.MustExec(t, db, "INSERT INTO conversations VALUES ("+id+", "+id+", "+id+", "+id+", 5, 7, 0, 0, 0, 0, 0, 0, 0)")
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		storetest.MustUnlock(t, db)
		c, err := db.Conversations().FindConversation(t.Context(), uuid.MustParse(strings.Trim(id, "'")))
		if err != nil || c.LastSeq != 5 || c.Rev != 7 || c.AgendaRev != 0 || c.Terms.Version != 0 || c.Acknowledged.Version != 0 {
			t.Errorf("got %+v, %v", c, err)
		}
	})
}

func TestMigrateRefusesNewerDatabase(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		db := storetest.MustOpenURL(t, url)
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		store.MustExec(t, db, "INSERT INTO migrations (version, name, applied_at) VALUES (9999, 'from_the_future', 0)")
		err := db.Migrate(t.Context())
		if err == nil || !strings.Contains(err.Error(), "newer program") {
			t.Errorf("got %v, want a refusal that names a newer program", err)
		}
	})
}

func TestOpen(t *testing.T) {
	t.Run("keeps an SQLite file and its folder to itself", func(t *testing.T) {
		// The path has what means something in a URL.
		path := filepath.Join(t.TempDir(), "a b?c#d%41", "x.db")
		db := storetest.MustOpenURL(t, "sqlite:"+path)
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := map[string]fs.FileMode{filepath.Dir(path): 0o700, path: 0o600, path + "-wal": 0o600}
		for name, mode := range want {
			info, err := os.Stat(name)
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode().Perm() != mode {
				t.Errorf("%s: mode %04o, want %04o", name, info.Mode().Perm(), mode)
			}
		}
	})
	t.Run("refuses what it does not know, without repeating it", func(t *testing.T) {
		for _, url := range []string{"", "mysql://u:secret@h/d", "sqlite:", "postgres://u:secret@127.0.0.1:1/d?bad=%zz", "postgres://u:secret@127.0.0.1:1/d?timeout=secret"} {
			_, err := store.Open(t.Context(), url)
			if err == nil {
				t.Errorf("%q: opened", url)
			} else if strings.Contains(err.Error(), "secret") {
				t.Errorf("error repeats the URL: %v", err)
			}
		}
	})
}

func TestDurability(t *testing.T) {
	t.Run("SQLite waits for the disk and checks references", func(t *testing.T) {
		db := storetest.MustOpen(t, storetest.SQLite)
		for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "15000"} {
			if got := store.MustQuery(t, db, "PRAGMA "+pragma); got != want {
				t.Errorf("%s is %s, want %s", pragma, got, want)
			}
		}
	})
	t.Run("PostgreSQL waits for the disk, whatever its default", func(t *testing.T) {
		url := storetest.MustURL(t, storetest.Postgres)
		operator := storetest.MustOpenURL(t, url)
		name := store.MustQuery(t, operator, "SELECT current_database()")
		store.MustExec(t, operator, "ALTER DATABASE "+name+" SET synchronous_commit = off")
		if got := store.MustQuery(t, storetest.MustOpenURL(t, url), "SHOW synchronous_commit"); got != "on" {
			t.Errorf("synchronous_commit is %s, want on", got)
		}
	})
}
