package faults

import (
	"bytes"
	"net"
	"net/http"
	"net/url"
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
			holds := surviveRestart(t, mutant)
			// What was written down late may be on the disk by chance.
			for again := 0; mutant != "" && holds && again < 4; again++ {
				holds = surviveRestart(t, mutant)
			}
			verdict(t, "database restart", mutant, holds)
		})
	}
}

// surviveRestart puts load on a server, restarts the database below it, and
// reports whether the history makes sense.
func surviveRestart(t *testing.T, mutant string) bool {
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
	p := mustSite(t, storetest.MustOpenAgain(t, url), "").mustPeople(t)
	if mutant != "" {
		// What each connection asks for comes last, so it is asked otherwise.
		storetest.MustTamper(t, url, "CREATE FUNCTION hasty() RETURNS trigger LANGUAGE plpgsql AS "+
			"$$ BEGIN SET LOCAL synchronous_commit = off; RETURN NEW; END $$")
		storetest.MustTamper(t, url, "CREATE TRIGGER hasty BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION hasty()")
		storetest.MustTamper(t, url, "ALTER SYSTEM SET wal_writer_delay = '10s'")
		storetest.MustTamper(t, url, "ALTER SYSTEM SET wal_writer_flush_after = '1GB'")
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
		last := list[len(list)-1].ID
		again := mustFollow(t, p.therapist, feed.first) // from where it began
		if !feed.complete(t, last) || !again.complete(t, last) {
			t.Error("the feed is not what is stored")
		}
	}
	return h.holds(t)
}

// TestLostCommit cuts the connection to the database after a commit and before its
// answer: the sender is told to send again and finds the message stored, and the
// live feed, which cannot announce it, asks devices to look.
func TestLostCommit(t *testing.T) {
	for _, mutant := range []string{"", silentCommits} {
		t.Run("postgres "+mutant, func(t *testing.T) {
			direct := storetest.MustURL(t, storetest.Postgres)
			u, err := url.Parse(direct)
			if err != nil {
				t.Fatal(err)
			}
			between := mustCut(t, u.Host)
			u.Host = between.address
			p := mustSite(t, storetest.MustOpenAgain(t, u.String()), mutant).mustPeople(t)
			feed := mustFollow(t, p.therapist, "")
			first, lost, last := uuid.New(), uuid.New(), uuid.New()
			send := func(id uuid.UUID, want int) {
				t.Helper()
				if _, status, code, err := p.client.put(t.Context(), p.conversation, id, "hello"); status != want {
					t.Fatalf("sending is answered %d %s, %v; want %d", status, code, err, want)
				}
			}
			send(first, http.StatusCreated)
			between.armed.Store(true)
			send(lost, http.StatusServiceUnavailable)
			send(lost, http.StatusOK)
			send(last, http.StatusCreated)
			verdict(t, "database restart", mutant, feed.complete(t, last))
		})
	}
}

// cut passes connections on to a database. Once armed it ends that of the next
// commit when the database has answered, and keeps the answer.
type cut struct {
	address string
	armed   atomic.Bool
}

func mustCut(t *testing.T, upstream string) *cut {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	c := &cut{address: listener.Addr().String()}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go c.pass(client, upstream)
		}
	}()
	return c
}

// pass serves one connection until either side ends it.
func (c *cut) pass(client net.Conn, upstream string) {
	defer client.Close()
	database, err := net.Dial("tcp", upstream)
	if err != nil {
		return
	}
	defer database.Close()
	var committing atomic.Bool
	go func() {
		defer database.Close()
		block := make([]byte, 64<<10)
		for {
			n, err := client.Read(block)
			if err != nil {
				return
			}
			if bytes.Contains(block[:n], []byte("COMMIT")) && c.armed.Swap(false) {
				committing.Store(true)
			}
			if _, err := database.Write(block[:n]); err != nil {
				return
			}
		}
	}()
	block := make([]byte, 64<<10)
	for {
		n, err := database.Read(block)
		if err != nil || committing.Load() {
			return
		}
		if _, err := client.Write(block[:n]); err != nil {
			return
		}
	}
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
