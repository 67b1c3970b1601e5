package httpapi_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"pleiades/server/account"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/wire"
)

// stream reads an open event stream.
type stream struct {
	t      testing.TB
	lines  *bufio.Scanner
	lastID string
	header http.Header
}

// mustStream opens the person's stream, after the id of an earlier event if
// that is not empty.
func (p *person) mustStream(lastID string) *stream {
	p.t.Helper()
	// Nothing here waits longer than the test may; this only turns a hang into
	// a failure with a line number.
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	p.t.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, "GET", p.URL+"/api/v1/events", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	if lastID != "" {
		request.Header.Set("Last-Event-ID", lastID)
	}
	response, err := p.http.Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { response.Body.Close() })
	if response.StatusCode != http.StatusOK {
		p.t.Fatalf("events: got %d", response.StatusCode)
	}
	s := &stream{t: p.t, lines: bufio.NewScanner(response.Body), header: response.Header}
	for s.lastID == "" && s.lines.Scan() {
		if id, found := strings.CutPrefix(s.lines.Text(), "id: "); found {
			s.lastID = id
		}
	}
	return s
}

// next returns the next event, heartbeats aside; ok is false once the stream has
// ended.
func (s *stream) next() (kind wire.EventType, data string, ok bool) {
	for s.lines.Scan() {
		name, value, _ := strings.Cut(s.lines.Text(), ": ")
		switch {
		case s.lines.Text() == "" && kind == wire.EventHeartbeat:
			kind = ""
		case s.lines.Text() == "" && kind != "":
			return kind, data, true
		case name == "id":
			s.lastID = value
		case name == "event":
			kind = wire.EventType(value)
		case name == "data":
			data = value
		}
	}
	return "", "", false
}

// must reads the next event, which must be of the kind.
func (s *stream) must(kind wire.EventType, v any) {
	s.t.Helper()
	got, data, ok := s.next()
	if !ok || got != kind {
		s.t.Fatalf("got event %q (%v), want %q", got, ok, kind)
	}
	if err := json.Unmarshal([]byte(data), v); err != nil {
		s.t.Fatal(err)
	}
}

// mustEnd reads until the stream ends, which it must with an event of the kind.
func (s *stream) mustEnd(kind wire.EventType) {
	s.t.Helper()
	var last wire.EventType
	for {
		got, _, ok := s.next()
		if !ok {
			break
		}
		last = got
	}
	if last != kind {
		s.t.Errorf("the stream ended with %q, want %q", last, kind)
	}
}

func TestEvents(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := mustServe(t, db, nil)
		therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")
		client := therapist.mustClient("client@example.test")
		conversation := client.mustConversation().ID

		t.Run("not logged in gets a problem", func(t *testing.T) {
			response, body := s.newcomer(t).do("GET", "/api/v1/events", nil, nil)
			wantProblem(t, response, body, wire.CodeNotLoggedIn)
		})
		t.Run("HEAD opens no stream", func(t *testing.T) {
			response, _ := client.do("HEAD", "/api/v1/events", nil, nil)
			if response.StatusCode != http.StatusOK {
				t.Errorf("got %d", response.StatusCode)
			}
		})
		t.Run("proxies and caches are told to keep out", func(t *testing.T) {
			header := client.mustStream("").header
			if header.Get("Cache-Control") != "no-store" || header.Get("X-Accel-Buffering") != "no" || header.Get("Content-Type") != "text/event-stream" {
				t.Errorf("got %v", header)
			}
		})
		t.Run("a heartbeat shows that the connection holds, as a comment and as an event", func(t *testing.T) {
			stream := client.mustStream("")
			seen := make(map[string]bool)
			for !seen[": still here"] || !seen["event: heartbeat"] {
				if !stream.lines.Scan() {
					t.Fatalf("the stream ended after %v", seen)
				}
				seen[stream.lines.Text()] = true
			}
		})
		t.Run("a new client and a changed setting are announced", func(t *testing.T) {
			stream := therapist.mustStream("")
			newcomer := therapist.mustClient("newcomer@example.test")
			var began, changed wire.Conversation
			stream.must(wire.EventConversation, &began)
			if want := newcomer.mustConversation().ID; began.ID != want || began.LastSeq != 0 {
				t.Errorf("announced %+v, want %s", began, want)
			}
			response, _ := therapist.do("PATCH", "/api/v1/settings", []byte(`{"readReceipts":true}`), nil)
			if response.StatusCode != http.StatusOK {
				t.Fatalf("got %d", response.StatusCode)
			}
			for range 2 {
				stream.must(wire.EventConversation, &changed)
				if !changed.ReadReceipts {
					t.Errorf("announced %+v without read marks", changed)
				}
			}
			therapist.do("PATCH", "/api/v1/settings", []byte(`{"readReceipts":false}`), nil)
		})
		t.Run("a stream resumes after the last event", func(t *testing.T) {
			before := client.mustStream("")
			first := therapist.mustSend(conversation, "one")
			var event wire.MessageEvent
			before.must(wire.EventMessage, &event)
			if event.Message.ID != first.ID {
				t.Fatalf("got %v", event.Message.ID)
			}
			missed := therapist.mustSend(conversation, "two")
			client.mustStream(before.lastID).must(wire.EventMessage, &event)
			if event.Message.ID != missed.ID {
				t.Errorf("got %v, want %v", event.Message.ID, missed.ID)
			}
		})
		t.Run("a stream that cannot resume says so first", func(t *testing.T) {
			var none struct{}
			client.mustStream("from-another-time").must(wire.EventResync, &none)
			client.mustStream(strings.Repeat("far too long", 20)).must(wire.EventResync, &none)
		})
		t.Run("the sender's other devices are told too", func(t *testing.T) {
			device := client.mustStream("")
			sent := client.mustSend(conversation, "three")
			var event wire.MessageEvent
			device.must(wire.EventMessage, &event)
			if event.Message.ID != sent.ID {
				t.Errorf("got %v, want %v", event.Message.ID, sent.ID)
			}
		})
		t.Run("a login that runs out ends the stream", func(t *testing.T) {
			open := client.mustStream("")
			s.clock.Add(account.IdleLimit + time.Second)
			open.mustEnd(wire.EventLoginEnded)
		})
		t.Run("a server that stops ends the stream", func(t *testing.T) {
			therapist.mustLogIn("therapist@example.test")
			open := therapist.mustStream("")
			if err := s.Config.Shutdown(t.Context()); err != nil {
				t.Errorf("shut down: %v", err)
			}
			if kind, _, ok := open.next(); ok {
				t.Errorf("got %q, want the end", kind)
			}
		})
	})
}

// TestStreamsLeaveNothing shows that neither open nor ended streams leave
// goroutines behind once the server has stopped.
func TestStreamsLeaveNothing(t *testing.T) {
	db := storetest.MustOpen(t, storetest.SQLite)
	before := goleak.IgnoreCurrent()
	t.Run("many streams", func(t *testing.T) {
		s := mustServe(t, db, nil)
		therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")
		for range 20 {
			therapist.mustStream("")
		}
		for range 20 {
			response, err := therapist.http.Get(s.URL + "/api/v1/events")
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close() // the reader leaves
		}
	})
	goleak.VerifyNone(t, before)
}

// TestStalledStream opens a stream and never reads it: others get all events
// meanwhile, and in the end it is cut and leaves nothing. Where a write may take
// for ever it is not, however long one waits.
func TestStalledStream(t *testing.T) {
	db, mutants := storetest.MustOpen(t, storetest.SQLite), storetest.MustOpen(t, storetest.SQLite)
	before := goleak.IgnoreCurrent()
	begun := time.Now()
	t.Run("beside one that is read", func(t *testing.T) {
		if !stall(t, mustServe(t, db, nil), time.Minute) {
			t.Fatal("it is not cut")
		}
	})
	took := time.Since(begun)
	t.Run("with a mutant", func(t *testing.T) {
		s := mustServe(t, mutants, nil)
		handler := s.Config.Handler
		s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			handler.ServeHTTP(deadlineless{w}, r)
		})
		if stall(t, s, took+took/2) {
			t.Fatal("streams end → no deadline for a write → not noticed")
		}
		t.Log("streams end → no deadline for a write → red")
	})
	goleak.VerifyNone(t, before)
}

// deadlineless writes for as long as it takes.
type deadlineless struct{ http.ResponseWriter }

func (d deadlineless) Unwrap() http.ResponseWriter { return d.ResponseWriter }

func (deadlineless) SetWriteDeadline(time.Time) error { return nil }

// stall opens a stream that it never reads beside one that it does, and reports
// whether the first is cut while there is patience, and the second gets
// everything.
func stall(t *testing.T, s *site, patience time.Duration) (cut bool) {
	t.Helper()
	ended := make(chan string, 2) // the streams that ended
	handler := s.Config.Handler
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r)
		if r.URL.Path == "/api/v1/events" {
			ended <- r.RemoteAddr
		}
	})
	therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")
	reader := therapist.mustStream("")

	stalled, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer stalled.Close()
	if err := stalled.(*net.TCPConn).SetReadBuffer(4096); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(stalled, "GET /api/v1/events HTTP/1.1\r\nHost: %s\r\n", s.Listener.Addr())
	for _, c := range therapist.http.Jar.Cookies(nil) {
		fmt.Fprintf(stalled, "Cookie: %s=%s\r\n", c.Name, c.Value)
	}
	fmt.Fprint(stalled, "\r\n")
	if _, err := stalled.Read(make([]byte, 1)); err != nil { // it is open
		t.Fatal(err)
	}

	words := strings.Repeat("x", 60_000) // a line that a Scanner takes
	for n, until := 1, time.Now().Add(patience); time.Now().Before(until); n++ {
		s.hub.Publish(wire.EventTicket, map[string]any{"n": n, "words": words}, therapist.account.ID)
		var event struct{ N int }
		reader.must(wire.EventTicket, &event)
		if event.N != n {
			t.Fatalf("got event %d, want %d", event.N, n)
		}
		select {
		case address := <-ended:
			if address != stalled.LocalAddr().String() {
				t.Fatal("the stream that is read was cut")
			}
			return true
		default:
			if n > 200 { // the stalled one has got more than anyone takes unread
				time.Sleep(10 * time.Millisecond)
			}
		}
	}
	return false
}
