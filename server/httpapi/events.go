package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pleiades/server/account"
	"pleiades/server/live"
	"pleiades/shared/wire"
)

const (
	eventsPath = "/api/v1/events"
	// eventWriteTime is how long one write to a stream may take before the
	// reader counts as gone.
	eventWriteTime = 10 * time.Second
	// eventRetry is how long a browser waits before it reconnects.
	eventRetry = 2 * time.Second
)

// describeEvents documents the stream, which huma does not serve.
func describeEvents() *huma.Operation {
	return &huma.Operation{
		OperationID: "stream-events", Method: http.MethodGet, Path: eventsPath, Tags: []string{"Conversations"}, Security: needsLogin(),
		Summary: "Changes as they happen, as server-sent events",
		Description: "Events: message (MessageEvent), read (ReadEvent), conversation (Conversation, without availability), " +
			"agenda (AgendaEvent), availability (AvailabilityEvent), security (SecurityEvent), ticket (TicketEvent), request (your requests changed), login-ended, resync and heartbeat (no data: {}). " +
			"A stream resumes after Last-Event-ID; where it cannot, it begins with resync: call POST /api/v1/sync once. It comes in between, too, when the database did not say what it stored. " +
			"A heartbeat every 25 seconds shows that the connection holds.",
		Parameters: []*huma.Param{{
			Name: "Last-Event-ID", In: "header", Description: "The id of the last event received.",
			Schema: &huma.Schema{Type: huma.TypeString},
		}},
		Responses: map[string]*huma.Response{
			"200": {
				Description: "The stream",
				Content:     map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}},
			},
			"default": errorResponse(),
		},
	}
}

// serveEvents streams a person's events until they leave, their login ends or
// the server stops.
func (s *server) serveEvents(w http.ResponseWriter, r *http.Request) {
	var actor account.Actor
	var err error
	aside(func() { actor, err = s.authenticate(r, s.logins.actor) })
	if err != nil {
		writeProblem(w, s.problem(r.Context(), err))
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("X-Accel-Buffering", "no") // a proxy must pass events on at once
	if r.ProtoMajor == 1 {
		// The write deadlines outlive the stream, so the connection must not.
		header.Set("Connection", "close")
	}
	if r.Method == http.MethodHead {
		return
	}

	stream := s.Live.Subscribe(actor.Account, actor.Login, r.Header.Get("Last-Event-ID"))
	defer stream.Close()
	// A login that ended before the stream was known to anyone: nobody closes it.
	ended := s.loginEnded(r.Context(), actor.Login)

	out := &eventWriter{w: w, control: http.NewResponseController(w)}
	aside(func() { out.begin(stream.Position, stream.Resync) }) // writing headers takes the deepest stack of all
	if ended {
		out.send(&live.Event{Type: wire.EventLoginEnded})
		return
	}
	s.pump(r, actor.Login, stream, out)
}

// loginEnded reports whether a login session is known to have ended.
func (s *server) loginEnded(ctx context.Context, login account.LoginID) (ended bool) {
	aside(func() { ended = errors.Is(s.Accounts.CheckLogin(ctx, login), account.ErrNotLoggedIn) })
	return ended
}

// aside does something on a stack of its own: that of a stream, which stays for
// as long as the stream is open, would grow to what asking a database takes. A
// panic goes on where it would have without.
func aside(do func()) {
	panicked := make(chan any, 1)
	go func() {
		defer func() { panicked <- recover() }()
		do()
	}()
	if p := <-panicked; p != nil {
		panic(p)
	}
}

// pump passes events on. A failed write ends it: the reader is gone.
func (s *server) pump(r *http.Request, login account.LoginID, stream *live.Stream, out *eventWriter) {
	heartbeat := time.NewTicker(s.Heartbeat)
	defer heartbeat.Stop()
	for out.err == nil {
		select {
		case <-r.Context().Done():
			return
		case event, open := <-stream.C:
			if !open {
				return
			}
			out.send(event)
		case <-heartbeat.C:
			// A login ends by itself too, when nothing renews it. If the
			// database cannot say, the stream stays: nothing flows either.
			if s.loginEnded(r.Context(), login) {
				out.send(&live.Event{Type: wire.EventLoginEnded})
				return
			}
			out.heartbeat()
		}
	}
}

// eventWriter writes the text of server-sent events (WHATWG HTML, section 9.2)
// and keeps the first error.
type eventWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
	err     error
}

// begin sends the headers and what a browser needs to resume.
func (e *eventWriter) begin(position string, resync bool) {
	text := fmt.Sprintf(": here\nretry: %d\n", eventRetry.Milliseconds())
	if position != "" {
		text += "id: " + position + "\n"
	}
	if resync {
		text += "event: " + string(wire.EventResync) + "\ndata: {}\n"
	}
	e.write([]byte(text + "\n"))
}

// heartbeat shows proxies, by a comment, and the app, by an event, that the
// connection holds.
func (e *eventWriter) heartbeat() {
	e.write([]byte(": still here\nevent: " + string(wire.EventHeartbeat) + "\ndata: {}\n\n"))
}

func (e *eventWriter) send(event *live.Event) {
	text := make([]byte, 0, 1024)
	if event.ID != "" {
		text = append(append(append(text, "id: "...), event.ID...), '\n')
	}
	text = append(append(append(text, "event: "...), event.Type...), "\ndata: "...)
	switch data := event.Data.(type) {
	case nil:
		text = append(text, "{}"...)
	case wire.MessageEvent: // of which there are many
		text = appendMessageEvent(text, data)
	default:
		encoded, err := json.Marshal(data)
		if err != nil {
			e.err = err
			return
		}
		text = append(text, encoded...)
	}
	e.write(append(text, "\n\n"...))
}

// write sends the text at once. A reader that does not take it in time is cut.
func (e *eventWriter) write(text []byte) {
	if e.err != nil {
		return
	}
	// Where there are no deadlines, as in some tests, writing still works.
	_ = e.control.SetWriteDeadline(time.Now().Add(eventWriteTime))
	if _, e.err = e.w.Write(text); e.err == nil {
		e.err = e.control.Flush()
	}
}
