package faults

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/store/storetest"
)

// TestDatabaseRestart restarts PostgreSQL under load, as if it had crashed:
// callers hear of it by an error that passes, what was acknowledged is stored,
// and the live feed goes on after its last event. Its mutant is a database that
// answers before its own log is on the disk.
func TestDatabaseRestart(t *testing.T) {
	for _, mutant := range []string{"", "synchronous_commit = off"} {
		t.Run("postgres "+mutant, func(t *testing.T) {
			cluster, err := storetest.StartCluster(storetest.Durable)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := cluster.Stop(); err != nil {
					t.Error(err)
				}
			})
			url, err := cluster.Create(t.Context(), "faults")
			if err != nil {
				t.Fatal(err)
			}
			verdict(t, "database restart", mutant, surviveRestart(t, cluster, url, mutant))
		})
	}
}

// surviveRestart puts load on a server, restarts the database below it, and
// reports whether the history makes sense.
func surviveRestart(t *testing.T, cluster *storetest.Cluster, url, mutant string) bool {
	p := mustSite(t, storetest.MustOpenAgain(t, url), "").mustPeople(t)
	if mutant != "" {
		// What each connection asks for comes last, so it is asked otherwise.
		storetest.MustTamper(t, url, "CREATE FUNCTION hasty() RETURNS trigger LANGUAGE plpgsql AS "+
			"$$ BEGIN SET LOCAL synchronous_commit = off; RETURN NEW; END $$")
		storetest.MustTamper(t, url, "CREATE TRIGGER hasty BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION hasty()")
		storetest.MustTamper(t, url, "ALTER SYSTEM SET wal_writer_delay = '10s'")
		storetest.MustTamper(t, url, "SELECT pg_reload_conf()")
	}
	feed := mustFollow(t, p.therapist, "")
	h := newHistory()
	var stop atomic.Bool
	var load sync.WaitGroup
	defer load.Wait()
	defer stop.Store(true)
	for range writers {
		load.Go(func() {
			for !stop.Load() && sendUntilAcked(t, p, h, uuid.New()) {
			}
		})
	}
	awaitCount(t, h, between)
	if err := cluster.Halt(); err != nil {
		t.Fatal(err)
	}
	if status, code, err := p.therapist.call(t.Context(), http.MethodGet, "/conversations", nil, nil); err != nil || status != http.StatusServiceUnavailable {
		t.Errorf("without its database the server answers %d %s, %v", status, code, err)
	}
	if err := cluster.Resume(); err != nil {
		t.Fatal(err)
	}
	awaitCount(t, h, h.count()+between)
	stop.Store(true)
	load.Wait()
	call := h.now()
	list, err := p.therapist.list(t.Context(), p.conversation)
	if err != nil {
		t.Fatal(err)
	}
	h.add(call, asked{}, heard{list: list})
	if mutant == "" {
		feed.expect(t, list[len(list)-1].ID)
		mustFollow(t, p.therapist, feed.first).expect(t, list[len(list)-1].ID) // again, from where it began
	}
	return h.holds(t)
}

// awaitCount waits until so many messages are acknowledged.
func awaitCount(t *testing.T, h *history, want int) {
	t.Helper()
	for deadline := time.Now().Add(patience); h.count() < want; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("nothing is acknowledged any more")
		}
	}
}
