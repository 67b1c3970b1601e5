package store_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/chat"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
)

func eventOf(practice uuid.UUID) audit.Event {
	return storetest.EventOf(audit.Login, practice, uuid.New())
}

// record records events in a transaction of their own.
func record(t *testing.T, db *store.DB, events ...audit.Event) error {
	return db.Accounts().Update(t.Context(), func(tx account.Tx) error { return tx.Record(t.Context(), events...) })
}

func TestRecord(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		count := func() string { return store.MustQuery(t, db, "SELECT COUNT(*) FROM audit_events") }
		t.Run("a transaction that fails leaves no event", func(t *testing.T) {
			refused, before := errors.New("refused"), count()
			err := db.Conversations().Update(t.Context(), func(tx chat.Tx) error {
				return errors.Join(tx.Record(t.Context(), eventOf(uuid.Nil)), refused)
			})
			if !errors.Is(err, refused) || count() != before {
				t.Errorf("got %v and %s events, want %s", err, count(), before)
			}
		})
		t.Run("an event that is none is refused", func(t *testing.T) {
			if err := record(t, db, audit.Event{}); err == nil {
				t.Error("got no error")
			}
		})
		t.Run("many at once in the same and in several practices do not block each other", func(t *testing.T) {
			practices := []uuid.UUID{uuid.New(), uuid.New(), uuid.New(), uuid.Nil}
			var wg sync.WaitGroup
			for i := range 8 {
				wg.Go(func() {
					for n := range 10 {
						first, second := practices[(i+n)%4], practices[(i+n+1+n%3)%4]
						if err := record(t, db, eventOf(first), eventOf(second)); err != nil {
							t.Error(err)
						}
					}
				})
			}
			wg.Wait()
			for _, practice := range practices {
				where := fmt.Sprintf(" WHERE practice_id = '%s'", practice)
				events := store.MustQuery(t, db, "SELECT COUNT(*) FROM audit_events"+where)
				last := store.MustQuery(t, db, "SELECT MAX(number) FROM audit_events"+where)
				head := store.MustQuery(t, db, "SELECT count FROM audit_heads"+where)
				if events != last || last != head {
					t.Errorf("%s events, the last one %s, the head %s", events, last, head)
				}
			}
		})
		t.Run("a head that was changed is told of by the chain, which goes on", func(t *testing.T) {
			for name, change := range map[string]string{
				"cut off":  "UPDATE audit_heads SET count = count - 1 WHERE practice_id = '%s'",
				"removed":  "DELETE FROM audit_heads WHERE practice_id = '%s'",
				"put back": "UPDATE audit_heads SET count = o.count, hash = o.hash, code = o.code FROM older AS o WHERE audit_heads.practice_id = '%s'",
			} {
				practice := uuid.New()
				if err := record(t, db, eventOf(practice)); err != nil {
					t.Fatal(err)
				}
				store.MustExec(t, db, "DROP TABLE IF EXISTS older")
				store.MustExec(t, db, fmt.Sprintf("CREATE TABLE older AS SELECT * FROM audit_heads WHERE practice_id = '%s'", practice))
				if err := record(t, db, eventOf(practice)); err != nil {
					t.Fatal(err)
				}
				store.MustExec(t, db, fmt.Sprintf(change, practice))
				if err := record(t, db, eventOf(practice)); err != nil {
					t.Fatal(err)
				}
				kind := store.MustQuery(t, db, fmt.Sprintf("SELECT kind FROM audit_events WHERE practice_id = '%s' AND number = 3", practice))
				if kind != string(audit.AuditBreak) {
					t.Errorf("%s: the next event is %s", name, kind)
				}
				if n := store.MustQuery(t, db, fmt.Sprintf("SELECT count FROM audit_heads WHERE practice_id = '%s'", practice)); n != "4" {
					t.Errorf("%s: the head counts %s events, want 4", name, n)
				}
			}
		})
	})
}

// TestOpenedByIndex shows that who looked at a conversation is found without
// reading all of the log, in the transaction of whoever looks next.
func TestOpenedByIndex(t *testing.T) {
	db := storetest.MustOpen(t, storetest.SQLite)
	for _, kind := range []audit.Kind{audit.ConversationOpen, audit.AccessDeny} {
		if plan := store.MustPlanOpened(t, db, kind); !strings.Contains(plan, "INDEX audit_events_opened (practice_id=? AND conversation_id=? AND kind=?)") {
			t.Errorf("%s: %s", kind, plan)
		}
	}
}
