package page

import (
	"sync"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/shared/message"
)

// handOver is a question on its way from TARS to the form for support, in memory
// alone. It is of who asked: a lock, a log-out or another login drops it. Its zero
// value holds none.
type handOver struct {
	mu   sync.Mutex // the state tells of a change from any goroutine
	text message.Text
	by   uuid.UUID
	soon bool // by whom is known once the device has been read
}

// askerIn returns whose app it is, the zero id while nobody's is open.
func askerIn(s *state.App) uuid.UUID {
	if !s.IsOpen() {
		return uuid.Nil
	}
	return s.Account().ID
}

// following has a part of a page follow the state from its mounting on, and forget
// what a person typed there once they are gone: the device was locked, they logged
// out, or it is another's.
type following struct {
	who  uuid.UUID // whose app it was when it was last looked at
	stop func()
}

// begin follows the state: help in danger is that of a country, and forget is called
// whenever the person who was there has left.
func (f *following) begin(ctx app.Context, s *state.App, forget func()) {
	f.look(s, forget)
	f.stop = s.Watch(func() { ctx.Dispatch(func(app.Context) { f.look(s, forget) }) })
}

func (f *following) look(s *state.App, forget func()) {
	before := f.who
	f.who = askerIn(s)
	if before != uuid.Nil && before != f.who {
		forget()
	}
}

// OnDismount stops following.
func (f *following) OnDismount() { f.stop() }

// put has a question handed over.
func (h *handOver) put(s *state.App, question message.Text) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.text, h.by, h.soon = question, askerIn(s), s.Login() == state.LoginUnknown
}

// take returns the question, once; empty where there is none.
func (h *handOver) take(s *state.App) message.Text {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drop(s)
	text := h.text
	h.text = ""
	return text
}

// check drops the question where who asked it is no longer there.
func (h *handOver) check(s *state.App) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drop(s)
}

// drop is check for who holds the lock.
func (h *handOver) drop(s *state.App) {
	if h.soon && s.Login() != state.LoginUnknown {
		h.by, h.soon = askerIn(s), false
	}
	if h.by != askerIn(s) {
		h.text = ""
	}
}

// appended returns a draft with a question after what is in it.
func appended(draft, question message.Text) message.Text {
	if message.Normalize(draft) == "" {
		return question
	}
	return draft + "\n\n" + question
}
