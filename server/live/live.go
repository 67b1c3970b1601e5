// Package live fans committed events out to the open streams of this process.
// It remembers a bounded stretch of recent events, in memory only, so that a
// stream that comes back resumes exactly; where it cannot, it says so and the
// device asks the store. It must not decide who may see what, and it must
// never make a publisher wait.
package live

import (
	"sync"

	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// Event is what travels on a stream.
type Event struct {
	ID   string // opaque; a stream resumes after it
	Type wire.EventType
	Data any // a value of package wire, or nil; shared, so never to be changed
}

// Options bound the memory of a Hub.
type Options struct {
	// Recent is how many events are remembered for resuming; 2048 if 0.
	Recent int
	// Buffer is how many events a stream may lag behind before it is cut; 64
	// if 0.
	Buffer int
}

// Hub passes events from publishers to streams. It is safe for concurrent use.
type Hub struct {
	mu sync.Mutex
}

// Stream is one open stream.
type Stream struct {
	// C yields the events. It is closed when the stream is cut, its login
	// ended (after an event of type wire.EventLoginEnded) or the hub closed.
	C <-chan Event
	// Resync says that events since the id asked for are gone.
	Resync bool
	// Position is the id after which C goes on: send it first, so that a stream
	// that breaks before its first event can resume too.
	Position string
}

// New makes a Hub.
func New(opts Options) *Hub { return &Hub{} }

// Publish announces data to all open streams of the accounts.
func (h *Hub) Publish(kind wire.EventType, data any, to ...uuid.UUID) {}

// Subscribe opens a stream of the account's events under a login session.
func (h *Hub) Subscribe(account, login uuid.UUID, lastEventID string) *Stream { return &Stream{} }

// Close closes the stream. It may be called more than once.
func (s *Stream) Close() {}

// End closes the streams of ended login sessions.
func (h *Hub) End(logins ...uuid.UUID) {}

// Close ends all streams.
func (h *Hub) Close() {}
