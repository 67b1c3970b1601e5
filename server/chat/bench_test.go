package chat_test

import (
	"sync"
	"testing"

	"pleiades/server/chat"
	"pleiades/server/store/storetest"
)

// BenchmarkSend measures a message on its way to the disk, alone and among 64
// senders in as many conversations.
func BenchmarkSend(b *testing.B) {
	for _, kind := range []storetest.Kind{storetest.SQLite, storetest.Postgres} {
		b.Run(string(kind)+"/alone", func(b *testing.B) { benchmarkSend(b, kind, 1) })
		b.Run(string(kind)+"/64 at once", func(b *testing.B) { benchmarkSend(b, kind, 64) })
	}
}

func benchmarkSend(b *testing.B, kind storetest.Kind, senders int) {
	db := storetest.MustOpen(b, kind)
	p := storetest.MustPractice(b, db, senders)
	service := chat.New(db.Conversations(), &recorder{}, chat.Options{})
	defer service.Close()
	b.ResetTimer()
	var wg sync.WaitGroup
	for i := range senders {
		wg.Go(func() {
			for n := i; n < b.N; n += senders {
				if _, _, err := service.Send(b.Context(), chat.Actor{Account: p.Clients[i]}, p.Conversations[i], draft("A message of the usual length, more or less.")); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// mostAllocations is how many allocations a message may take on its way to the
// disk, alone: encryption, the log and the notices included. Most are the
// database driver's.
const mostAllocations = 600

// TestAllocations holds sending to a count, which is the same on every machine.
func TestAllocations(t *testing.T) {
	db := storetest.MustOpen(t, storetest.SQLite)
	p := storetest.MustPractice(t, db, 1)
	service := chat.New(db.Conversations(), &recorder{}, chat.Options{})
	defer service.Close()
	got := testing.AllocsPerRun(100, func() {
		if _, _, err := service.Send(t.Context(), chat.Actor{Account: p.Clients[0]}, p.Conversations[0], draft("A message of the usual length, more or less.")); err != nil {
			t.Fatal(err)
		}
	})
	t.Logf("%.0f allocations a message", got)
	if got > mostAllocations {
		t.Errorf("a message takes %.0f allocations, want %d at most", got, mostAllocations)
	}
}
