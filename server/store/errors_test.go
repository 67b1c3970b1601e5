package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/chat"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/message"
)

// write stores a practice with a name of n bytes.
func write(ctx context.Context, db *store.DB, n int) error {
	return db.Accounts().Update(ctx, func(tx account.Tx) error {
		return createPractice(ctx, tx, n)
	})
}

func createPractice(ctx context.Context, tx account.Tx, n int) error {
	id := uuid.New()
	err := tx.CreatePractice(ctx, account.Practice{ID: id, Name: message.Text(make([]byte, n)), CreatedAt: time.Now()})
	if err != nil {
		return err
	}
	return tx.Record(ctx, storetest.EventOf(audit.PracticeCreate, id, id))
}

func TestErrors(t *testing.T) {
	t.Run("a full disk is named, and passes", func(t *testing.T) {
		db := storetest.MustOpen(t, storetest.SQLite)
		pages := store.MustQuery(t, db, "PRAGMA page_count")
		store.MustQuery(t, db, "PRAGMA max_page_count = "+pages)
		if err := write(t.Context(), db, 1<<20); !errors.Is(err, account.ErrStorageFull) {
			t.Errorf("got %v, want ErrStorageFull", err)
		}
		store.MustQuery(t, db, "PRAGMA max_page_count = 100000")
		if err := write(t.Context(), db, 1<<20); err != nil {
			t.Errorf("with room again: %v", err)
		}
	})
	t.Run("a locked file is unavailable, until the caller gives up", func(t *testing.T) {
		url := storetest.MustURL(t, storetest.SQLite)
		db, other := storetest.MustOpenAgain(t, url), storetest.MustOpenAgain(t, url)
		if err := write(t.Context(), db, 1); err != nil {
			t.Fatal(err)
		}
		store.MustQuery(t, db, "PRAGMA busy_timeout = 1")
		err := other.Accounts().Update(t.Context(), func(account.Tx) error {
			if err := write(t.Context(), db, 1); !errors.Is(err, account.ErrUnavailable) {
				t.Errorf("got %v, want ErrUnavailable", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	t.Run("a server that is gone is unavailable, and comes back", func(t *testing.T) {
		url := storetest.MustURL(t, storetest.Postgres)
		db, operator := storetest.MustOpenAgain(t, url), storetest.MustOpenURL(t, url)
		err := db.Accounts().Update(t.Context(), func(tx account.Tx) error {
			store.MustQuery(t, operator, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
			return createPractice(t.Context(), tx, 1)
		})
		if !errors.Is(err, account.ErrUnavailable) {
			t.Errorf("got %v, want ErrUnavailable", err)
		}
		if err := write(t.Context(), db, 1); err != nil {
			t.Errorf("with the server back: %v", err)
		}
	})
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		t.Run("a row that is not there is not found", func(t *testing.T) {
			if _, err := db.Accounts().FindAccount(t.Context(), uuid.New()); !errors.Is(err, account.ErrNotFound) {
				t.Errorf("got %v, want ErrNotFound", err)
			}
			if _, err := db.Conversations().FindConversation(t.Context(), uuid.New()); !errors.Is(err, chat.ErrNotFound) {
				t.Errorf("got %v, want ErrNotFound", err)
			}
		})
		t.Run("a caller who gave up gets their own error", func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := write(ctx, db, 1); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want context.Canceled", err)
			}
		})
		t.Run("a transaction that fails leaves nothing", func(t *testing.T) {
			refused := errors.New("refused")
			err := db.Accounts().Update(t.Context(), func(tx account.Tx) error {
				if err := createPractice(t.Context(), tx, 1); err != nil {
					return err
				}
				return refused
			})
			if !errors.Is(err, refused) {
				t.Errorf("got %v, want the error as it was", err)
			}
			if list, err := db.Accounts().ListPractices(t.Context()); err != nil || len(list) != 0 {
				t.Errorf("got %v, error %v; want no practice", list, err)
			}
		})
	})
}

// TestWhatPeopleWroteIsBytes keeps text that SQL would refuse or change.
func TestWhatPeopleWroteIsBytes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := storetest.MustPractice(t, db, 1)
		want := message.Message{
			ID: uuid.New(), Conversation: p.Conversations[0], Seq: 1, Sender: p.Clients[0],
			Body:       "\x00\xff'?\\x \U0001F33B",
			WrittenAt:  time.Date(0, 1, 1, 0, 0, 0, 1000, time.UTC),
			AcceptedAt: time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC),
			Late:       true,
		}
		err := db.Conversations().Update(t.Context(), func(tx chat.Tx) error {
			if err := tx.Record(t.Context(), storetest.EventOf(audit.MessageSend, p.ID, want.ID)); err != nil {
				return err
			}
			return tx.CreateMessages(t.Context(), []chat.NewMessage{{Practice: p.ID, Message: want}})
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := db.Conversations().ListMessages(t.Context(), p.Conversations[0], chat.Range{Below: 2, Limit: 1}, anyone)
		if err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("got %#v, error %v; want %#v", got, err, want)
		}
	})
}
