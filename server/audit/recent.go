package audit

import (
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
	denied map[uuid.UUID][]time.Time // refusals, by actor: MaxDenied of each, or hardly more
}

// Doing is something that goes on.
type Doing struct {
	Kind   Kind
	Actor  uuid.UUID
	Object uuid.UUID // a conversation, or whatever was asked for
}

// maxYoung bounds what is remembered: that many, and as many older ones.
const maxYoung = 5_000

// Seen reports whether it was noted within the Window before now. Of refusals it
// says so too once MaxDenied of the actor's others were.
func (r *Recent) Seen(d Doing, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	denied := 0
	for _, noted := range []notes{r.young, r.old} {
		if at, ok := noted.at[d]; ok && isRecent(at, now) {
			return true
		}
		if d.Kind != AccessDeny {
			continue
		}
		for _, at := range noted.denied[d.Actor] {
			if isRecent(at, now) {
				denied++
			}
		}
	}
	return denied >= MaxDenied
}

func isRecent(at, now time.Time) bool { return !now.Before(at) && now.Sub(at) < Window }

// Note remembers that it was recorded at a moment.
func (r *Recent) Note(d Doing, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.young.at == nil || len(r.young.at) >= maxYoung || at.Sub(r.young.since) >= Window {
		r.old, r.young = r.young, notes{at, make(map[Doing]time.Time), make(map[uuid.UUID][]time.Time)}
	}
	r.young.at[d] = at
	if d.Kind == AccessDeny {
		r.young.denied[d.Actor] = append(r.young.denied[d.Actor], at)
	}
}
