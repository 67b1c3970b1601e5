package chat_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"pleiades/server/chat"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/message"
)

// TestGroupCommit holds the first transaction back until others have gathered.
func TestGroupCommit(t *testing.T) {
	const waiting = 50
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := mustRoom(t, db)
		held, release := make(chan struct{}), make(chan struct{})
		counted := &countingStore{Store: db.Conversations(), before: func(n int) {
			if n == 1 {
				close(held)
				<-release
			}
		}}
		service := chat.New(counted, r.published, chat.Options{})
		defer service.Close()

		var wg sync.WaitGroup
		send := func(actor chat.Actor, d message.Draft) {
			wg.Go(func() {
				if _, _, err := service.Send(t.Context(), actor, r.conversation, d); err != nil {
					t.Error(err)
				}
			})
		}
		send(r.client, draft("first"))
		<-held
		twice := draft("twice in one group")
		send(r.client, twice)
		send(r.client, twice)
		for range waiting - 2 {
			send(r.therapist, draft("others"))
		}
		chat.AwaitQueue(service, waiting)
		close(release)
		wg.Wait()

		if n := counted.count(); n != 2 {
			t.Errorf("%d transactions for %d messages, want 2", n, waiting+1)
		}
		if c := r.mustFind(t, r.client, r.conversation); c.LastSeq != waiting || c.Rev != waiting {
			t.Errorf("conversation %+v, want %d messages", c, waiting)
		}
		seq := int64(0)
		for i, e := range r.published.take() {
			if i%2 == 0 {
				seq++
			}
			if got := messageSeq(e); got != seq {
				t.Fatalf("event %d announces seq %d, want %d: the order of the conversation", i, got, seq)
			}
		}
	})
}

func TestGroupCommitWithOneBadMessage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := mustRoom(t, db)
		poison := errors.New("poison")
		held, release := make(chan struct{}), make(chan struct{})
		counted := &countingStore{
			Store: db.Conversations(),
			before: func(n int) {
				if n == 1 {
					close(held)
					<-release
				}
			},
			create: func(ms []chat.NewMessage) error {
				for _, m := range ms {
					if strings.Contains(string(m.Body), "poison") {
						return poison
					}
				}
				return nil
			},
		}
		service := chat.New(counted, r.published, chat.Options{})
		defer service.Close()

		var wg sync.WaitGroup
		send := func(body message.Text, want error) {
			wg.Go(func() {
				if _, _, err := service.Send(t.Context(), r.client, r.conversation, draft(body)); !errors.Is(err, want) {
					t.Errorf("%s: got %v, want %v", string(body), err, want)
				}
			})
		}
		send("first", nil)
		<-held
		send("before", nil)
		send("poison", poison)
		send("after", nil)
		chat.AwaitQueue(service, 3)
		close(release)
		wg.Wait()
		if c := r.mustFind(t, r.client, r.conversation); c.LastSeq != 3 {
			t.Errorf("last seq %d, want 3: the neighbours stored, without a gap", c.LastSeq)
		}
	})
}

func TestGroupCommitWithoutDatabase(t *testing.T) {
	for _, want := range []error{chat.ErrUnavailable, chat.ErrStorageFull} {
		r := mustRoom(t, storetest.MustOpen(t, storetest.SQLite))
		held, release := make(chan struct{}), make(chan struct{})
		counted := &countingStore{
			Store: r.db.Conversations(),
			before: func(n int) {
				if n == 1 {
					close(held)
					<-release
				}
			},
			create: func([]chat.NewMessage) error { return want },
		}
		service := chat.New(counted, r.published, chat.Options{})
		var wg sync.WaitGroup
		send := func() {
			wg.Go(func() {
				if _, _, err := service.Send(t.Context(), r.client, r.conversation, draft("hello")); !errors.Is(err, want) {
					t.Errorf("got %v, want %v", err, want)
				}
			})
		}
		send()
		<-held
		for range 10 {
			send()
		}
		chat.AwaitQueue(service, 10)
		close(release)
		wg.Wait()
		if n := counted.count(); n != 2 {
			t.Errorf("%v: %d transactions, want 2: no use in trying each alone", want, n)
		}
		if events := r.published.take(); len(events) != 0 {
			t.Errorf("%v: published %v, want nothing", want, events)
		}
		service.Close()
	}
}

func TestClose(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := mustRoom(t, db)
		held, release := make(chan struct{}), make(chan struct{})
		counted := &countingStore{Store: db.Conversations(), before: func(n int) {
			if n == 1 {
				close(held)
				<-release
			}
		}}
		service := chat.New(counted, r.published, chat.Options{})
		ctx, cancel := context.WithCancel(t.Context())
		var gaveUp, waited sync.WaitGroup
		gaveUp.Go(func() {
			if _, _, err := service.Send(ctx, r.client, r.conversation, draft("given up on")); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want the caller's own error", err)
			}
		})
		<-held
		waited.Go(func() {
			if _, _, err := service.Send(t.Context(), r.client, r.conversation, draft("queued")); err != nil {
				t.Error(err)
			}
		})
		chat.AwaitQueue(service, 1)
		cancel()
		gaveUp.Wait()
		close(release)
		service.Close()
		service.Close()
		waited.Wait()
		if c := r.mustFind(t, r.client, r.conversation); c.LastSeq != 2 {
			t.Errorf("last seq %d, want 2: what was handed over before is stored", c.LastSeq)
		}
		if _, _, err := service.Send(t.Context(), r.client, r.conversation, draft("too late")); !errors.Is(err, chat.ErrUnavailable) {
			t.Errorf("after Close: got %v, want ErrUnavailable", err)
		}
	})
}
