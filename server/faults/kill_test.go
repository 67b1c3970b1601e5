package faults

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/store/storetest"
)

// Where the child of TestKill finds its work: the mutant and the URL of the
// database, separated by a bar.
const childVariable = "PLEIADES_TEST_FAULTS"

const (
	kills   = 3
	writers = 6
	between = 25 // messages acknowledged between two kills
)

// TestKill kills the server (SIGKILL) under load, again and again, while the
// callers send again what was not acknowledged, and some of what was: what is
// acknowledged is stored, once, at the same place.
func TestKill(t *testing.T) {
	if work, child := os.LookupEnv(childVariable); child {
		serveUntilKilled(t, work)
		return
	}
	storetest.EachURL(t, func(t *testing.T, url string) {
		p := mustSite(t, storetest.MustOpenAgain(t, url), "").mustPeople(t)
		verdict(t, "accepted means durable, once, same place", "", surviveKills(t, url, "", p))
	})
	for _, mutant := range []string{answerBeforeCommit, noIdempotency} {
		t.Run(mutant, func(t *testing.T) {
			storetest.EachURL(t, func(t *testing.T, url string) {
				p := mustSite(t, storetest.MustOpenAgain(t, url), "").mustPeople(t)
				verdict(t, "accepted means durable, once, same place", mutant, surviveKills(t, url, mutant, p))
			})
		})
	}
}

// surviveKills puts load on a server, kills it and starts it again, and reports
// whether the histories make sense.
func surviveKills(t *testing.T, url, mutant string, p people) bool {
	h := newHistory()
	var stop atomic.Bool
	var load sync.WaitGroup
	defer load.Wait()
	defer stop.Store(true)
	kill := startChild(t, url, mutant, p)
	for range writers {
		load.Go(func() {
			for n := 0; !stop.Load(); n++ {
				id := uuid.New()
				if !sendUntilAcked(t, p, h, id) {
					return
				}
				if n%3 == 0 && !sendUntilAcked(t, p, h, id) { // its answer might have been lost
					return
				}
			}
		})
	}
	for range kills {
		awaitCount(t, h, h.count()+between)
		kill()
		kill = startChild(t, url, mutant, p)
	}
	stop.Store(true)
	load.Wait()
	call := h.now()
	list, err := p.therapist.list(t.Context(), p.conversation)
	if err != nil {
		t.Fatal(err)
	}
	h.add(call, asked{}, heard{list: list})
	return h.holds(t)
}

// sendUntilAcked sends a message until it is acknowledged. Whatever else the
// server says of it must be an error that passes.
func sendUntilAcked(t *testing.T, p people, h *history, id uuid.UUID) bool {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		call := h.now()
		m, status, code, err := p.client.put(t.Context(), p.conversation, id, "hello")
		switch {
		case err == nil && (status == http.StatusOK || status == http.StatusCreated):
			h.add(call, asked{id}, heard{seq: m.Seq})
			return true
		case err == nil && status != http.StatusServiceUnavailable:
			t.Errorf("sending was answered with %d %s", status, code)
			return false
		}
		h.add(call, asked{id}, heard{lost: true})
	}
	t.Error("a message is never acknowledged")
	return false
}

// startChild runs a server in a process of its own and has both people find it.
func startChild(t *testing.T, url, mutant string, p people) (kill func()) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestKill$")
	child.Env = append(os.Environ(), childVariable+"="+mutant+"|"+url, "TMPDIR="+t.TempDir())
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := child.StdinPipe() // it ends with this process
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	kill = sync.OnceFunc(func() {
		_ = child.Process.Kill()
		_ = child.Wait() // it was killed
		in.Close()
	})
	t.Cleanup(kill)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if base, found := strings.CutPrefix(lines.Text(), "serving "); found {
			p.moveTo(base)
			return kill
		}
	}
	t.Fatal("the server does not start")
	return nil
}

// serveUntilKilled is the child.
func serveUntilKilled(t *testing.T, work string) {
	mutant, url, _ := strings.Cut(work, "|")
	s := mustSite(t, storetest.MustOpenAgain(t, url), mutant)
	fmt.Println("serving " + s.URL)
	_, _ = io.Copy(io.Discard, os.Stdin)
}
