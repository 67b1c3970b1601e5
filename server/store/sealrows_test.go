package store_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/chat"
	"pleiades/server/outbox"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/agenda"
)

// What a database of the first releases holds, in the clear: the tables as
// migration 3 left them. B stands for a value of bytes,
// H for a hash.
const clearVersion = 3

const (
	clearPractice     = "11111111-0000-4000-8000-000000000001"
	clearClient       = "11111111-0000-4000-8000-000000000002"
	clearTherapist    = "11111111-0000-4000-8000-000000000003"
	clearConversation = "11111111-0000-4000-8000-000000000004"
	clearMessages     = 450 // more than two batches
)

const clearRows = `
INSERT INTO practices (id, name, demo, created_at) VALUES ('11111111-0000-4000-8000-000000000001', B, FALSE, 0);
INSERT INTO accounts (id, name, email, email_index, password_hash, disabled, created_at) VALUES
	('11111111-0000-4000-8000-000000000002', B, B, 'c', '', FALSE, 0),
	('11111111-0000-4000-8000-000000000003', B, B, 't', '', FALSE, 0);
INSERT INTO memberships VALUES ('11111111-0000-4000-8000-000000000001', '11111111-0000-4000-8000-000000000003', 'therapist', FALSE, 0);
INSERT INTO login_sessions (id, token_hash, account_id, created_at, last_act_at, expires_at, user_agent)
	VALUES ('11111111-0000-4000-8000-000000000005', H, '11111111-0000-4000-8000-000000000002', 0, 0, 0, B);
INSERT INTO conversations (practice_id, id, client_id, therapist_id, last_seq, rev, client_read, client_delivered, client_unread,
		therapist_read, therapist_delivered, therapist_unread, created_at, agenda_rev, acknowledged, acknowledged_text)
	VALUES ('11111111-0000-4000-8000-000000000001', '11111111-0000-4000-8000-000000000004',
		'11111111-0000-4000-8000-000000000002', '11111111-0000-4000-8000-000000000003', 450, 7, 0, 0, 0, 0, 0, 0, 0, 7, 1, 1);
INSERT INTO availabilities VALUES ('11111111-0000-4000-8000-000000000001', '11111111-0000-4000-8000-000000000003', 2, 1, B);
INSERT INTO agreements VALUES ('11111111-0000-4000-8000-000000000001', '11111111-0000-4000-8000-000000000003', 1, B, 0);
INSERT INTO agenda_items (practice_id, conversation_id, id, body, body_id, place, author_id, created_at, removed, rev) VALUES
	('11111111-0000-4000-8000-000000000001', '11111111-0000-4000-8000-000000000004', '11111111-0000-4000-8000-000000000006',
		B, '11111111-0000-4000-8000-000000000006', 'V', '11111111-0000-4000-8000-000000000002', 0, FALSE, 6),
	('11111111-0000-4000-8000-000000000001', '11111111-0000-4000-8000-000000000004', '11111111-0000-4000-8000-000000000007',
		'', '11111111-0000-4000-8000-000000000007', 'W', '11111111-0000-4000-8000-000000000002', 0, TRUE, 7);
`

// mustFillInTheClear makes the database of an earlier release at url.
func mustFillInTheClear(t *testing.T, url string) {
	t.Helper()
	db := storetest.MustOpenURL(t, url)
	store.MustMigrateTo(t, db, clearVersion)
	prefix := `'\x`
	if strings.HasPrefix(url, "sqlite:") {
		prefix = "X'"
	}
	bytesOf := func(text string) string { return prefix + hex.EncodeToString([]byte(text)) + "'" }
	value := bytesOf(canary)
	rows := strings.NewReplacer(" H,", " "+bytesOf("h")+",", " B,", " "+value+",", "\tB,", "\t"+value+",", " B)", " "+value+")").Replace(clearRows)
	var messages strings.Builder
	for seq := 1; seq <= clearMessages; seq++ {
		fmt.Fprintf(&messages, "INSERT INTO messages VALUES ('%s', '%s', %d, '%s', '%s', %s, 0, %d, FALSE);\n", clearPractice, clearConversation,
			seq, uuid.NewSHA1(uuid.Nil, fmt.Append(nil, seq)), clearClient, value, 1_700_000_000_000_000+seq)
	}
	store.MustExec(t, db, rows+messages.String())
}

// countClear returns how many values of the columns that are sealed lie in the
// clear.
func countClear(t *testing.T, db *store.DB) (n int) {
	t.Helper()
	for _, label := range store.WrittenColumns() {
		for _, value := range store.MustValues(t, db, label) {
			if len(value) == 0 || value[0] != 1 || bytes.Contains(value, []byte(canary)) {
				n++
			}
		}
	}
	return n
}

func TestSealRows(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		mustFillInTheClear(t, url)
		before := 0
		for _, updates := range []int{1, 5, 100, 205, 209} {
			db := storetest.MustOpenURL(t, url)
			if err := db.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			if before == 0 {
				before = countClear(t, db)
			}
			ctx, kill := context.WithCancel(t.Context())
			store.AfterUpdates(db, updates, kill)
			if err := storetest.Unlock(ctx, t, db); err == nil {
				t.Fatalf("stopped at update %d: no error", updates)
			}
			left := countClear(t, db)
			t.Logf("stopped at update %d: %d of %d values are left", updates, left, before)
			if left == 0 || updates > 200 && left == before {
				t.Fatalf("stopped at update %d: %d of %d values are left", updates, left, before)
			}
		}
		db := storetest.MustOpenAgain(t, url)
		if left := countClear(t, db); left > 0 {
			t.Fatalf("%d values are left in the clear", left)
		}
		checkSealedRows(t, db)
		if path, file := strings.CutPrefix(url, "sqlite:"); file {
			for _, name := range []string{path, path + "-wal"} {
				if content, err := os.ReadFile(name); err != nil || bytes.Contains(content, []byte(canary)) {
					t.Errorf("%s holds it in the clear, error %v", name, err)
				}
			}
		}
		t.Run("a value in the clear is refused from then on", func(t *testing.T) {
			store.MustExec(t, db, "UPDATE messages SET body = 'hello' WHERE seq = 2")
			store.MustExec(t, db, "UPDATE accounts SET name = 'Mallory'")
			again := storetest.MustOpenAgain(t, url)
			c, err := again.Conversations().FindConversation(t.Context(), uuid.MustParse(clearConversation))
			if err != nil || c.Client.Name != "\uFFFD" {
				t.Errorf("got the name %q, error %v", string(c.Client.Name), err)
			}
			got, err := again.Conversations().ListMessages(t.Context(), c.ID, chat.Range{Below: 4, Limit: 3}, anyone)
			if err != nil || len(got) != 3 || !got[1].Unreadable || got[1].Body != "" || got[0].Body != canary || got[2].Unreadable {
				t.Errorf("got %#v, error %v", got, err)
			}
		})
	})
}

// mustBeginReading reads from the messages until stop is called.
func mustBeginReading(t *testing.T, url string) (stop func()) {
	t.Helper()
	reader := store.MustBegin(t, storetest.MustOpenURL(t, url), "SELECT count(*) FROM messages")
	return func() {
		if err := reader.Rollback(); err != nil {
			t.Error(err)
		}
	}
}

// TestSealRowsBesideReader seals while someone reads: what was in the clear
// cannot be dropped then, but all start, and a later one drops it.
func TestSealRowsBesideReader(t *testing.T) {
	url := storetest.MustURL(t, storetest.SQLite)
	path := strings.TrimPrefix(url, "sqlite:")
	mustFillInTheClear(t, url)
	remains := func() bool {
		content, err := os.ReadFile(path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Contains(content, []byte(canary))
	}
	db := storetest.MustOpenURL(t, url)
	store.MustExec(t, db, "PRAGMA busy_timeout = 0")
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	stop := mustBeginReading(t, url)
	storetest.MustUnlock(t, db)
	if !remains() {
		t.Error("the log holds nothing in the clear beside a reader")
	}
	checkSealedRows(t, db)
	store.MustExec(t, db, "UPDATE accounts SET name = 'Mallory'")
	stop()
	again := storetest.MustOpenAgain(t, url)
	if remains() {
		t.Error("the log still holds what was in the clear")
	}
	if got := store.MustQuery(t, again, "SELECT name FROM accounts LIMIT 1"); got != "Mallory" {
		t.Errorf("a value in the clear was sealed later: %q", got)
	}
}

// TestSealRowsPatiently seals where dropping what was in the clear takes longer
// than a statement may otherwise.
func TestSealRowsPatiently(t *testing.T) {
	url := storetest.MustURL(t, storetest.Postgres) + "&read_timeout=1"
	mustFillInTheClear(t, url)
	db := storetest.MustOpenURL(t, url)
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(3*time.Second, mustBeginReading(t, url))
	storetest.MustUnlock(t, db)
	if got := store.MustQuery(t, db, "SELECT count(*) FROM sealing WHERE step = 'begun'"); got != "0" {
		t.Error("what was in the clear was not dropped")
	}
}

// TestForgetDeleted shows that a deleted key leaves the log, if not at once,
// since someone reads, then later.
func TestForgetDeleted(t *testing.T) {
	url := storetest.MustURL(t, storetest.SQLite)
	db := storetest.MustOpenAgain(t, url)
	store.MustExec(t, db, "PRAGMA busy_timeout = 0")
	remains := func() bool {
		content, err := os.ReadFile(strings.TrimPrefix(url, "sqlite:") + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		return len(content) > 0
	}
	ctx, id := t.Context(), uuid.New()
	change := func(do func(tx outbox.Tx) error) {
		t.Helper()
		err := db.Outbox().Update(ctx, func(tx outbox.Tx) error {
			return errors.Join(do(tx), tx.Record(ctx, storetest.EventOf(audit.KeyCreate, uuid.Nil, id)))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	change(func(tx outbox.Tx) error {
		return tx.CreateIngestKey(ctx, outbox.IngestKey{ID: id, Seed: []byte(canary)})
	})
	stop := mustBeginReading(t, url)
	change(func(tx outbox.Tx) error { return tx.DeleteIngestKey(ctx, id) })
	if !remains() {
		t.Error("the log is empty beside a reader")
	}
	stop()
	db.ForgetDeleted(ctx)
	if remains() {
		t.Error("the log still holds what was deleted")
	}
	change(func(tx outbox.Tx) error {
		return tx.CreateIngestKey(ctx, outbox.IngestKey{ID: id, Seed: []byte(canary)})
	})
	change(func(tx outbox.Tx) error { return tx.DeleteIngestKey(ctx, id) })
	if remains() {
		t.Error("the log holds what was deleted just now")
	}
}

// checkSealedRows reads everything that was in the clear.
func checkSealedRows(t *testing.T, db *store.DB) {
	t.Helper()
	c, err := db.Conversations().FindConversation(t.Context(), uuid.MustParse(clearConversation))
	if err != nil || c.Client.Name != canary || c.Therapist.Name != canary || string(c.Terms.Settings) != canary || string(c.Acknowledged.Content) != canary {
		t.Fatalf("got %#v, error %v", c, err)
	}
	messages, err := db.Conversations().ListMessages(t.Context(), c.ID, chat.Range{Below: clearMessages + 1, Limit: clearMessages}, anyone)
	if err != nil || len(messages) != clearMessages {
		t.Fatalf("got %d messages, error %v", len(messages), err)
	}
	for _, m := range messages {
		if m.Body != canary || m.Unreadable || m.Destroyed {
			t.Fatalf("got %#v", m)
		}
	}
	items, err := agendaItems(t.Context(), db, c)
	if err != nil || len(items) != 2 {
		t.Fatalf("got %d items, error %v", len(items), err)
	}
	for _, item := range items {
		if item.Unreadable || (item.Text != canary) != item.Removed {
			t.Errorf("got %#v", item)
		}
	}
	person, err := db.Accounts().FindAccount(t.Context(), uuid.MustParse(clearTherapist))
	if err != nil || person.Email != canary || len(person.Memberships) != 1 || person.Memberships[0].Practice.Name != canary {
		t.Errorf("got %#v, error %v", person, err)
	}
	// Logins from before end.
	login, _, err := db.Accounts().FindLogin(t.Context(), []byte("h"), time.Time{})
	if !errors.Is(err, account.ErrNotFound) {
		t.Errorf("got the login %v, error %v", login.ID, err)
	}
}

// agendaItems lists the items of a conversation's next-appointment list.
func agendaItems(ctx context.Context, db *store.DB, c chat.Conversation) ([]agenda.Item, error) {
	lists, err := db.Conversations().ListAgendaItems(ctx, []chat.AgendaSince{{Conversation: c}})
	if err != nil {
		return nil, err
	}
	return lists[0], nil
}
