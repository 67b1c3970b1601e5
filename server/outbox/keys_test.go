package outbox_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/outbox"
	"pleiades/server/store/storetest"
	"pleiades/shared/envelope"
)

const day = 24 * time.Hour

func TestIngestKeys(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		published := func() uuid.UUID {
			p.client.mustFetch(t)
			return p.client.key.ID
		}
		first := published()
		if again := published(); again != first {
			t.Error("every device gets a key of its own")
		}
		waiting := slices.Clone(p.client.mustLetter(t, "one"))
		late := p.client.mustLetter(t, "late")

		p.clock.Add(outbox.RotateAfter - time.Second)
		if published() != first {
			t.Error("the key is replaced before its time")
		}
		p.clock.Add(time.Second)
		second := published()
		if second == first {
			t.Error("the key is not replaced")
		}
		if err := p.Rotate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if published() == second {
			t.Error("rotating does not replace the key")
		}

		p.clock.Add(outbox.KeepKeys - time.Second)
		want(t, p.mustAccept(t, waiting), "accepted 1")
		p.clock.Add(time.Second)
		want(t, p.mustAccept(t, late), "rejected key_expired")
		if err := p.Rotate(t.Context()); err != nil {
			t.Fatal(err)
		}
		keys, err := p.db.Outbox().ListIngestKeys(t.Context())
		if err != nil || slices.ContainsFunc(keys, func(k outbox.IngestKey) bool { return k.ID == first || k.ID == second }) {
			t.Errorf("old keys are kept: %d, %v", len(keys), err)
		}
		p.client.mustFetch(t)
		want(t, p.mustAccept(t, p.client.mustLetter(t, "sealed anew")), "accepted 2")
	})
}

func TestRegister(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		d := p.client
		before := d.mustLetter(t, "one")
		d.mustRegister(t) // again
		want(t, p.mustAccept(t, before), "accepted 1")

		sealed, err := envelope.SealSecret(d.key, d.account, d.secret)
		if err != nil {
			t.Fatal(err)
		}
		stale, err := envelope.NewPrivateKey(uuid.New(), make([]byte, envelope.SeedSize))
		if err != nil {
			t.Fatal(err)
		}
		old, err := envelope.SealSecret(stale.Public(), d.account, d.secret)
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			account, device uuid.UUID
			sealed          []byte
			want            error
		}{
			"nothing sealed":                  {d.account, d.id, nil, outbox.ErrUnverified},
			"sealed for another account":      {p.otherDevice.account, p.otherDevice.id, sealed, outbox.ErrUnverified},
			"sealed to a key that is no more": {d.account, d.id, old, outbox.ErrKeyExpired},
			"no device":                       {d.account, uuid.New(), sealed, outbox.ErrNotFound},
		} {
			if err := p.Register(t.Context(), c.account, c.device, c.sealed); !errors.Is(err, c.want) {
				t.Errorf("%s: got %v, want %v", name, err, c.want)
			}
		}

	})
}

// TestIngestKeyOfMany asks for a key from many devices at the moment when a new
// one is due: they get the same.
func TestIngestKeyOfMany(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		p.clock.Add(outbox.RotateAfter)
		var wg sync.WaitGroup
		got := make([]uuid.UUID, 8)
		for i := range got {
			wg.Go(func() {
				keys, err := p.IngestKeys(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				got[i] = keys.Keys[0].ID
			})
		}
		wg.Wait()
		keys, err := p.db.Outbox().ListIngestKeys(t.Context())
		if err != nil || len(keys) != 2 || len(slices.Compact(got)) != 1 || got[0] != keys[0].ID {
			t.Errorf("%d keys, %v; handed out %v", len(keys), err, got)
		}
	})
}

// full is a store in which nothing can be changed.
type full struct{ outbox.Store }

func (full) Update(context.Context, func(outbox.Tx) error) error { return outbox.ErrStorageFull }

// TestIngestKeyWithoutRoom goes on with the key there is where no new one can be
// made.
func TestIngestKeyWithoutRoom(t *testing.T) {
	p := mustPost(t, storetest.MustOpen(t, storetest.SQLite))
	p.client.mustFetch(t)
	p.clock.Add(outbox.RotateAfter)
	s := outbox.New(full{p.db.Outbox()}, outbox.Options{Chat: p.chat, Now: p.clock.Now, Log: slog.New(slog.DiscardHandler)})
	if keys, err := s.IngestKeys(t.Context()); err != nil || keys.Keys[0].ID != p.client.key.ID {
		t.Errorf("got %+v, %v; want the key there is", keys, err)
	}
}

// TestBeginAnew has a device that lost what it kept begin anew, again and again:
// what waits there under a secret from before is taken in, for a time, and in
// order. What is sealed under none of its secrets keeps what is behind it back.
func TestBeginAnew(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		d := p.client
		anew := func() {
			t.Helper()
			d.secret[0]++
			p.clock.Add(time.Second)
			d.mustRegister(t)
		}
		one := d.mustLetter(t, "one")
		anew()
		two := d.mustLetter(t, "two")
		anew()
		three := d.mustLetter(t, "three")
		want(t, p.mustAccept(t, one, two, three), "accepted 1", "accepted 2", "accepted 3")

		anew()
		other := p.otherDevice.mustLetter(t, "other")
		want(t, p.mustAccept(t, d.mustLetter(t, "four"), one, two, d.mustLetter(t, "five"), other),
			"accepted 4", "rejected unverified", "retry", "retry", "accepted 1")
		p.clock.Add(outbox.KeepKeys)
		d.mustFetch(t)
		late := *d
		late.secret[0]--
		want(t, p.mustAccept(t, late.mustLetter(t, "late")), "rejected unverified")
		want(t, p.mustAccept(t, d.mustLetter(t, "five")), "accepted 5")
	})
}

// TestManyDaysOffline hands over what waited for ten days, while the ingest
// keys were renewed twice, and then all of it again.
func TestManyDaysOffline(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		const messages = 500
		var queue [][]byte
		for i := range messages {
			queue = append(queue, p.client.mustLetter(t, number(i)))
			p.clock.Add(10 * day / messages)
			if i == messages/3 || i == 2*messages/3 {
				if err := p.Rotate(t.Context()); err != nil {
					t.Fatal(err)
				}
				if i == messages/3 { // it had a connection, but not enough of it
					p.client.mustFetch(t)
				}
			}
		}
		for i, a := range p.mustAccept(t, queue...) {
			if a.Status != "accepted" || a.Seq != int64(i+1) {
				t.Fatalf("message %d: got %+v", i, a)
			}
		}
		p.clock.Add(time.Hour)
		for i, a := range p.mustAccept(t, queue...) {
			if a.Status != "duplicate" || a.Seq != int64(i+1) {
				t.Fatalf("message %d again: got %+v", i, a)
			}
		}
		texts := p.mustTexts(t)
		for i, text := range texts {
			if text != number(i) {
				t.Fatalf("at %d stands %s", i, string(text))
			}
		}
		if len(texts) != messages {
			t.Errorf("%d messages are stored", len(texts))
		}
	})
}

// BenchmarkAccept measures a message of a queue of 100, SQLite and PostgreSQL.
func BenchmarkAccept(b *testing.B) {
	for _, kind := range []storetest.Kind{storetest.SQLite, storetest.Postgres} {
		b.Run(string(kind), func(b *testing.B) {
			p := mustPost(b, storetest.MustOpen(b, kind))
			const batch = 100
			for n := 0; n < b.N; n += batch {
				b.StopTimer()
				var queue [][]byte
				for i := range min(batch, b.N-n) {
					queue = append(queue, p.client.mustLetter(b, number(i)))
				}
				p.clock.Add(time.Hour)
				b.StartTimer()
				p.mustAccept(b, queue...)
			}
		})
	}
}
