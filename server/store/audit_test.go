package store_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/chat"
	"pleiades/server/live"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/message"
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
			service := chat.New(db.Conversations(), live.New(live.Options{}), chat.Options{})
			defer service.Close()
			for way, act := range map[string]func(storetest.Practice) error{
				"by an event": func(p storetest.Practice) error { return record(t, db, eventOf(p.ID)) },
				"by a message": func(p storetest.Practice) error {
					d := message.Draft{ID: uuid.New(), Body: "hello", WrittenAt: time.Now()}
					_, _, err := service.Send(t.Context(), chat.Actor{Account: p.Clients[0]}, p.Conversations[0], d)
					return err
				},
			} {
				for name, change := range map[string]string{
					"cut off":       "UPDATE audit_heads SET count = count - 1 WHERE practice_id = '%s'",
					"below nothing": "UPDATE audit_heads SET count = -1 WHERE practice_id = '%s'",
					"removed":       "DELETE FROM audit_heads WHERE practice_id = '%s'",
					"put back":      "UPDATE audit_heads SET count = o.count, hash = o.hash, code = o.code FROM older AS o WHERE audit_heads.practice_id = '%s'",
				} {
					p := storetest.MustPractice(t, db, 1)
					query := func(text string) string { return store.MustQuery(t, db, fmt.Sprintf(text, p.ID)) }
					if err := act(p); err != nil {
						t.Fatal(err)
					}
					store.MustExec(t, db, "DROP TABLE IF EXISTS older")
					store.MustExec(t, db, fmt.Sprintf("CREATE TABLE older AS SELECT * FROM audit_heads WHERE practice_id = '%s'", p.ID))
					if err := act(p); err != nil {
						t.Fatal(err)
					}
					next := query("SELECT MAX(number) + 1 FROM audit_events WHERE practice_id = '%s'")
					store.MustExec(t, db, fmt.Sprintf(change, p.ID))
					if err := act(p); err != nil {
						t.Fatalf("%s, %s: %v", name, way, err)
					}
					if kind := query("SELECT kind FROM audit_events WHERE number = " + next + " AND practice_id = '%s'"); kind != string(audit.AuditBreak) {
						t.Errorf("%s, %s: the next event is %s", name, way, kind)
					}
					if n := query("SELECT count - 1 FROM audit_heads WHERE practice_id = '%s'"); n != next {
						t.Errorf("%s, %s: the head counts one more than %s events, want %s", name, way, n, next)
					}
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
