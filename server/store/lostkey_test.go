package store_test

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/chat"
	"pleiades/server/keyring"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/message"
)

// mustUnlockWith unlocks a database with the key file at path, and returns its
// keyring and its log.
func mustUnlockWith(t *testing.T, db *store.DB, path string) (*keyring.Keyring, *bytes.Buffer) {
	t.Helper()
	ring, err := keyring.Open(t.Context(), path, db.Keys(), keyring.Options{})
	if err != nil {
		t.Fatal(err)
	}
	log := &bytes.Buffer{}
	if err := db.Unlock(t.Context(), ring, slog.New(slog.NewTextHandler(log, nil)), false); err != nil {
		t.Fatal(err)
	}
	return ring, log
}

// TestLostKey deletes data keys that nobody destroyed: that shows, nothing is
// sealed under another key of the name, and all is well once they are back.
func TestLostKey(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		path := filepath.Join(t.TempDir(), "kek")
		db := storetest.MustOpenURL(t, url)
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		mustUnlockWith(t, db, path)
		made := mustWriteEverywhere(t, db)
		whole := readEverywhere(t, db, made)
		for prefix, write := range map[string]func(db *store.DB) error{
			"platform/": func(db *store.DB) error {
				return db.Accounts().Update(t.Context(), func(tx account.Tx) error {
					a := account.Account{ID: uuid.New(), Name: "New", Email: "new@example.test"}
					_, err := tx.CreateAccount(t.Context(), a, account.Credentials{EmailIndex: a.ID[:]})
					return errors.Join(err, tx.Record(t.Context(), storetest.EventOf(audit.AccountCreate, uuid.Nil, a.ID)))
				})
			},
			"practice/" + made.practice.String() + "/": func(db *store.DB) error {
				return db.Conversations().Update(t.Context(), func(tx chat.Tx) error {
					place, err := tx.LockWorkplace(t.Context(), made.practice, made.therapist)
					if err != nil {
						return err
					}
					place.Terms.Version++
					place.Terms.Settings = []byte(canary)
					return errors.Join(tx.UpdateTerms(t.Context(), place),
						tx.Record(t.Context(), storetest.EventOf(audit.AvailabilityChange, made.practice, made.therapist)))
				})
			},
			"conversation/" + made.conversation.String() + "/": func(db *store.DB) error {
				return db.Conversations().Update(t.Context(), func(tx chat.Tx) error {
					m := chat.NewMessage{Practice: made.practice, Message: message.Message{
						ID: uuid.New(), Conversation: made.conversation, Seq: 9, Sender: made.client, Body: canary, AcceptedAt: time.Now(),
					}}
					return errors.Join(tx.CreateMessages(t.Context(), []chat.NewMessage{m}),
						tx.Record(t.Context(), storetest.EventOf(audit.MessageSend, made.practice, m.ID)))
				})
			},
		} {
			t.Run(prefix, func(t *testing.T) {
				found, err := db.Keys().ListWrappedKeys(t.Context(), prefix, 1)
				if err != nil || len(found) != 1 || !strings.HasPrefix(found[0].Name, prefix) {
					t.Fatalf("got %v, error %v; want a key", found, err)
				}
				if _, err := db.Keys().DeleteWrappedKeys(t.Context(), prefix); err != nil {
					t.Fatal(err)
				}
				again := storetest.MustOpenURL(t, url)
				_, log := mustUnlockWith(t, again, path)
				readEverywhere(t, again, made)
				if !strings.Contains(log.String(), "does not open") {
					t.Errorf("logged %q, want what does not open", log)
				}
				if err := write(again); !errors.Is(err, account.ErrUnavailable) && !errors.Is(err, chat.ErrUnavailable) {
					t.Errorf("got %v, want ErrUnavailable", err)
				}
				if !strings.Contains(log.String(), found[0].Name) {
					t.Errorf("logged %q, want the name of the key", log)
				}
				if _, err := again.Keys().FindWrappedKey(t.Context(), found[0].Name); !errors.Is(err, keyring.ErrNotFound) {
					t.Errorf("got %v, want none made", err)
				}
				if err := again.Keys().CreateWrappedKey(t.Context(), found[0]); err != nil {
					t.Fatal(err)
				}
				for label, n := range readEverywhere(t, again, made) {
					if n < whole[label] {
						t.Errorf("%d values of %s come back, want %d", n, label, whole[label])
					}
				}
				if err := write(again); err != nil {
					t.Errorf("once it is back: %v", err)
				}
			})
		}
	})
}

// TestKeyOfOtherHost reads what was wrapped under a key that has not reached
// this host's copy of the key file: that is for later, not damage.
func TestKeyOfOtherHost(t *testing.T) {
	url := storetest.MustURL(t, storetest.SQLite)
	path, copied := filepath.Join(t.TempDir(), "kek"), filepath.Join(t.TempDir(), "kek")
	mustCopy := func() {
		t.Helper()
		content, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(copied, content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	there := storetest.MustOpenURL(t, url)
	if err := there.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	ring, _ := mustUnlockWith(t, there, path)
	made := mustWriteEverywhere(t, there)
	mustCopy()
	here := storetest.MustOpenURL(t, url)
	mustUnlockWith(t, here, copied)
	if _, err := ring.Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := here.Accounts().FindAccount(t.Context(), made.client); !errors.Is(err, account.ErrUnavailable) {
		t.Errorf("a name: got %v, want ErrUnavailable", err)
	}
	if _, err := here.Conversations().FindConversation(t.Context(), made.conversation); !errors.Is(err, chat.ErrUnavailable) {
		t.Errorf("a conversation: got %v, want ErrUnavailable", err)
	}
	mustCopy()
	if c, err := here.Conversations().FindConversation(t.Context(), made.conversation); err != nil || !strings.HasPrefix(string(c.Client.Name), canary) {
		t.Errorf("got %q, error %v", string(c.Client.Name), err)
	}
}
