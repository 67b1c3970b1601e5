package store_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/chat"
	"pleiades/server/live"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/message"
)

// TestPowerCut cuts the power after messages were acknowledged, on a disk of
// which nothing stays but what was synced: all of them are there, and known
// again. Its mutant waits for the disk at checkpoints only, as many programs do.
func TestPowerCut(t *testing.T) {
	const messages = 100
	for _, mutant := range []bool{false, true} {
		disk, url := storetest.MustDisk(t)
		db := storetest.MustOpenAgain(t, url)
		p := storetest.MustPractice(t, db, 1)
		// What was there before is on the disk in any case.
		store.MustExec(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
		if mutant {
			store.MustExec(t, db, "PRAGMA synchronous = NORMAL")
		}
		drafts := make([]message.Draft, messages)
		service := chat.New(db.Conversations(), live.New(live.Options{}), chat.Options{})
		for i := range drafts {
			drafts[i] = message.Draft{ID: uuid.New(), Body: "hello", WrittenAt: time.Now()}
			if _, _, err := service.Send(t.Context(), chat.Actor{Account: p.Clients[0]}, p.Conversations[0], drafts[i]); err != nil {
				t.Fatal(err)
			}
		}
		after := storetest.MustOpenAgain(t, disk.PowerCut(t))
		service.Close()

		service = chat.New(after.Conversations(), live.New(live.Options{}), chat.Options{})
		lost := 0
		for i, d := range drafts {
			m, created, err := service.Send(t.Context(), chat.Actor{Account: p.Clients[0]}, p.Conversations[0], d)
			if err != nil {
				t.Fatal(err)
			}
			if created || m.Seq != int64(i+1) {
				lost++
			}
		}
		service.Close()
		t.Logf("survives power loss → synchronous = NORMAL %v → %d of %d lost", mutant, lost, messages)
		if (lost > 0) != mutant {
			t.Error("what was acknowledged is lost, or the test does not see that it is")
		}
	}
}
