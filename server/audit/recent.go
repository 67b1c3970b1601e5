package audit

import (
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Window is how long something that goes on, such as looking at a conversation,
// is one event.
const Window = 15 * time.Minute

// MaxDenied is how many refusals of one account a Recent tells apart within the
// Window: whoever tries ids cannot fill the log.
const MaxDenied = 50

// Recent remembers what was recorded within the Window, so that it need not be
// looked for in the log. What it costs does not grow with what it remembers. The
// zero value is ready. It is safe for concurrent use.
type Recent struct {
	mu         sync.Mutex
	young, old notes // old is forgotten as a whole, once nothing in it is recent or young is full
}

// notes is what was noted from a moment on.
type notes struct {
	since  time.Time
	at     map[Doing]time.Time
	denied map[uuid.UUID][]time.Time // claimed refusals, by actor
}

// Doing is something that goes on.
type Doing struct {
	Kind   Kind
	Actor  uuid.UUID
	Object uuid.UUID // a conversation, or whatever was asked for
}

// maxYoung bounds what is remembered: that many, and as many older ones.
const maxYoung = 5_000

// Seen reports whether it was noted within the Window before now.
func (r *Recent) Seen(d Doing, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen(d, now)
}

// Note remembers that it was recorded at a moment.
func (r *Recent) Note(d Doing, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.note(d, at)
}

// Claim is for who is about to record a refusal: it notes it and returns true,
// unless it was noted within the Window before, or MaxDenied of the actor's others
// were. So no more are recorded however many are refused at once.
func (r *Recent) Claim(d Doing, at time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen(d, at) || r.denied(d.Actor, at) >= MaxDenied {
		return false
	}
	r.note(d, at)
	r.young.denied[d.Actor] = append(r.young.denied[d.Actor], at)
	return true
}

// Drop takes a claim back: what was claimed could not be recorded.
func (r *Recent) Drop(d Doing) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, noted := range []notes{r.young, r.old} {
		if at, ok := noted.at[d]; ok {
			delete(noted.at, d)
			if i := slices.Index(noted.denied[d.Actor], at); i >= 0 {
				noted.denied[d.Actor] = slices.Delete(noted.denied[d.Actor], i, i+1)
			}
		}
	}
}

// The caller of these holds the lock.

func (r *Recent) seen(d Doing, now time.Time) bool {
	for _, noted := range []notes{r.young, r.old} {
		if at, ok := noted.at[d]; ok && isRecent(at, now) {
			return true
		}
	}
	return false
}

// denied counts the refusals of an actor.
func (r *Recent) denied(actor uuid.UUID, now time.Time) (count int) {
	for _, noted := range []notes{r.young, r.old} {
		for _, at := range noted.denied[actor] {
			if isRecent(at, now) {
				count++
			}
		}
	}
	return count
}

func (r *Recent) note(d Doing, at time.Time) {
	if r.young.at == nil || len(r.young.at) >= maxYoung || at.Sub(r.young.since) >= Window {
		r.old, r.young = r.young, notes{at, make(map[Doing]time.Time), make(map[uuid.UUID][]time.Time)}
	}
	r.young.at[d] = at
}

func isRecent(at, now time.Time) bool { return !now.Before(at) && now.Sub(at) < Window }
