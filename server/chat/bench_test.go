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
