package audit

import (
	"sync"
	"time"

	"github.com/google/uuid"
)

// Window is how long something that goes on, such as looking at a conversation,
// is one event.
const Window = 15 * time.Minute

// Recent remembers what was recorded within the Window, so that it need not be
// looked for in the log. The zero value is ready. It is safe for concurrent use.
type Recent struct {
	mu   sync.Mutex
	seen map[Doing]time.Time
}

// Doing is something that goes on.
type Doing struct {
	Kind   Kind
	Actor  uuid.UUID
	Object uuid.UUID // a conversation, or whatever was asked for
}

// maxRecent bounds what is remembered.
const maxRecent = 10_000

// Seen reports whether it was noted within the Window before now.
func (r *Recent) Seen(d Doing, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, ok := r.seen[d]
	return ok && !now.Before(at) && now.Sub(at) < Window
}

// Note remembers that it was recorded at a moment.
func (r *Recent) Note(d Doing, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen == nil {
		r.seen = make(map[Doing]time.Time)
	}
	if len(r.seen) >= maxRecent {
		for old, noted := range r.seen {
			if at.Sub(noted) >= Window {
				delete(r.seen, old)
			}
		}
		if len(r.seen) >= maxRecent {
			clear(r.seen)
		}
	}
	r.seen[d] = at
}
