package faults

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// feed is an open stream of events.
type feed struct {
	first string // the id it began with
	lines *bufio.Scanner
}

// mustFollow opens a caller's stream, after the id of an event if that is not
// empty.
func mustFollow(t *testing.T, c *caller, after string) *feed {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	r, err := c.request(ctx, http.MethodGet, "/api/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	if after != "" {
		r.Header.Set("Last-Event-ID", after)
	}
	response, err := c.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	if response.StatusCode != http.StatusOK {
		t.Fatalf("the stream is refused with %d", response.StatusCode)
	}
	f := &feed{lines: bufio.NewScanner(response.Body)}
	for f.first == "" {
		if !f.lines.Scan() {
			t.Fatal("the stream ended at once")
		}
		f.first, _ = strings.CutPrefix(f.lines.Text(), "id: ")
		if !strings.HasPrefix(f.lines.Text(), "id: ") {
			f.first = ""
		}
	}
	return f
}

// complete reads until a message is announced and reports whether all before it
// were, once and in order. What is missing right after the feed asked to look for
// oneself is found that way.
func (f *feed) complete(t *testing.T, last uuid.UUID) bool {
	t.Helper()
	ok, looked := true, false
	var kind string
	for seen := int64(0); f.lines.Scan(); {
		name, value, _ := strings.Cut(f.lines.Text(), ": ")
		switch {
		case name == "event":
			kind = value
			looked = looked || kind == string(wire.EventResync)
		case name == "data" && kind == string(wire.EventMessage):
			var event wire.MessageEvent
			if err := json.Unmarshal([]byte(value), &event); err != nil {
				t.Fatal(err)
			}
			if seq := event.Message.Seq; seq <= seen || seq > seen+1 && !looked {
				t.Logf("the feed announces message %d after %d", seq, seen)
				ok = false
			}
			seen, looked = event.Message.Seq, false
			if event.Message.ID == last {
				return ok
			}
		}
	}
	t.Logf("the feed ended before the last message: %v", f.lines.Err())
	return false
}
