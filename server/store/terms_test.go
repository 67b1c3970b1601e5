package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pleiades/server/audit"
	"pleiades/server/calendar"
	"pleiades/server/chat"
	"pleiades/server/live"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/availability"
	"pleiades/shared/wire"
)

// TestLockConversationsSeesTerms shows that who waits for a conversation sees
// what changed meanwhile, in the tables beside it too.
func TestLockConversationsSeesTerms(t *testing.T) {
	db := storetest.MustOpen(t, storetest.Postgres)
	p := storetest.MustPractice(t, db, 1)
	conversations := db.Conversations()
	changed, release := make(chan struct{}), make(chan struct{})
	first := make(chan error, 1)
	go func() {
		first <- conversations.Update(t.Context(), func(tx chat.Tx) error {
			place, err := tx.LockWorkplace(t.Context(), p.ID, p.Therapist)
			if err != nil {
				return err
			}
			if _, err := tx.LockConversations(t.Context(), p.Conversations); err != nil {
				return err
			}
			place.Terms = chat.Terms{Version: 7, Agreement: 3, Settings: []byte("{}")}
			err = errors.Join(tx.UpdateTerms(t.Context(), place), tx.Record(t.Context(), storetest.EventOf(audit.AvailabilityChange, p.ID, p.Therapist)))
			close(changed)
			<-release
			return err
		})
	}()
	<-changed
	second := make(chan error, 1)
	var seen []chat.Conversation
	go func() {
		second <- conversations.Update(t.Context(), func(tx chat.Tx) (err error) {
			seen, err = tx.LockConversations(t.Context(), p.Conversations)
			return err
		})
	}()
	for store.MustQuery(t, db, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == "0" {
		time.Sleep(time.Millisecond)
	}
	close(release)
	if err := errors.Join(<-first, <-second); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 1 || seen[0].Terms.Version != 7 || seen[0].Terms.Agreement != 3 {
		t.Errorf("got %+v, want version 7", seen)
	}
}

// TestAgreementsAreKept shows that every version of an agreement, and every
// acknowledgement, can be told for ever.
func TestAgreementsAreKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := storetest.MustPractice(t, db, 1)
		clock := storetest.NewClock(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
		service := chat.New(db.Conversations(), live.New(live.Options{}), chat.Options{Now: clock.Now, Zone: calendar.Zone, Outlook: calendar.Outlook})
		defer service.Close()
		for i, style := range availability.Styles() {
			a := availability.Default("Europe/Dublin")
			a.Style = style
			if _, err := service.UpdateAvailability(t.Context(), chat.Actor{Account: p.Therapist}, p.ID, wire.SetAvailability{Availability: a}); err != nil {
				t.Fatal(err)
			}
			in := wire.Acknowledge{Version: int64(i + 1)}
			if _, err := service.Acknowledge(t.Context(), chat.Actor{Account: p.Clients[0]}, p.Conversations[0], in); err != nil {
				t.Fatal(err)
			}
			clock.Add(time.Hour)
		}
		for i, style := range availability.Styles() {
			content := store.MustAgreement(t, db, p.ID, p.Therapist, int64(i+1))
			if !strings.Contains(content, string(style)) || !strings.Contains(content, `"max":48`) {
				t.Errorf("version %d says %s, want the style %s", i+1, content, style)
			}
		}
		got := store.MustQuery(t, db, "SELECT COUNT(DISTINCT acknowledged_at) FROM agreement_acknowledgements WHERE text_version = 1")
		if got != "4" {
			t.Errorf("%s acknowledgements, want 4", got)
		}
	})
}
