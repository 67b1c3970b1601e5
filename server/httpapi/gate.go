package httpapi

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"pleiades/shared/wire"
)

// A body is read before it is known who sends it, and the outbox takes large ones
// from anyone. So what has arrived of them is counted: who sends slowly holds
// little. What is not counted is bounded by how many there are.
const (
	// defaultRoom is how many bytes of bodies are held at once, at most.
	defaultRoom = 32 * wire.MaxOutboxBody
	// roomParts is how many places, of which each sends as much as it may, fill
	// the room.
	roomParts = 16
	// freeRoom is how many bytes of each body are not counted: there is always
	// room for a few messages.
	freeRoom = 64 << 10
	// maxBodies is how many bodies of one place are being read at once, at most. One
	// that arrives in a piece, as nearly all do, counts for no time to speak of.
	maxBodies = 512
)

// heldFor is after how long someone may try again who found no room.
const heldFor = 2 * time.Second

// errNoRoom says that too much is held already.
var errNoRoom = errors.New("no room for the body")

// gate counts the bodies that are being read and the bytes that are held, by where
// they come from. It is safe for concurrent use.
type gate struct {
	room int64

	mu   sync.Mutex
	all  int64 // bytes
	from map[string]load
}

// load is what comes from one place.
type load struct {
	bytes  int64
	bodies int
}

func newGate(room int64) *gate { return &gate{room: room, from: make(map[string]load)} }

// enter reports whether one body more may be read. Then it counts until left.
func (g *gate) enter(place string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.from[place].bodies >= maxBodies {
		return false
	}
	g.add(place, 0, 1)
	return true
}

func (g *gate) left(place string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.add(place, 0, -1)
}

// take reports whether there is room for so many bytes more. Then they are
// counted until they are given back.
func (g *gate) take(place string, bytes int64) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.all+bytes > g.room || g.from[place].bytes+bytes > g.room/roomParts {
		return false
	}
	g.add(place, bytes, 0)
	return true
}

func (g *gate) giveBack(place string, bytes int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.add(place, -bytes, 0)
}

// add changes what comes from a place. The caller holds the lock.
func (g *gate) add(place string, bytes int64, bodies int) {
	l := g.from[place]
	l.bytes += bytes
	l.bodies += bodies
	g.all += bytes
	if l == (load{}) {
		delete(g.from, place)
		return
	}
	g.from[place] = l
}

// heldBody is a body of which what was read is counted until it is let go. Reading
// fails with errNoRoom where there is none left.
type heldBody struct {
	io.ReadCloser
	gate    *gate
	place   string
	read    int64
	counted int64
}

func (b *heldBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read += int64(n)
	if more := b.read - freeRoom - b.counted; more > 0 {
		if !b.gate.take(b.place, more) {
			return n, errNoRoom
		}
		b.counted += more
	}
	return n, err
}

func (b *heldBody) letGo() { b.gate.giveBack(b.place, b.counted) }

// noRoom tells the caller to try again soon.
func noRoom() *Problem {
	p := newProblem(wire.CodeUnavailable)
	p.retryAfter = heldFor
	return p
}

// hangUp has the connection of a request whose body nobody is going to read end
// with the answer. Else net/http reads on before it sends that (HTTP/2 does not).
func hangUp(w http.ResponseWriter, r *http.Request) {
	if r.ProtoMajor == 1 {
		w.Header().Set("Connection", "close")
	}
}
