package httpapi

import (
	"net/http"
	"sync"
	"time"

	"pleiades/shared/wire"
)

// How many bodies of the outbox are held at once, at most: they are large, and
// whoever sends one need not be logged in.
const (
	maxHeld     = 32
	maxHeldFrom = 8 // of one address
)

// heldFor is after how long someone may try again who found no room.
const heldFor = 2 * time.Second

// gate counts what is held, by where it came from. The zero value is ready. It
// is safe for concurrent use.
type gate struct {
	mu   sync.Mutex
	all  int
	from map[string]int
}

// enter reports whether there is room. Then leave has to be called.
func (g *gate) enter(address string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.all >= maxHeld || g.from[address] >= maxHeldFrom {
		return false
	}
	if g.from == nil {
		g.from = make(map[string]int)
	}
	g.all++
	g.from[address]++
	return true
}

func (g *gate) leave(address string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.all--
	if g.from[address]--; g.from[address] == 0 {
		delete(g.from, address)
	}
}

// admit counts a request to the outbox before its body is read, and keeps room
// for it until leave is called.
func (s *server) admit(r *http.Request) (leave func(), refused *Problem) {
	address := callerAddress(r)
	if wait := s.Outbox.Admit(address); wait > 0 {
		return nil, tooMany(wait)
	}
	if !s.held.enter(address) {
		p := newProblem(wire.CodeUnavailable)
		p.retryAfter = heldFor
		return nil, p
	}
	return func() { s.held.leave(address) }, nil
}
