package live

import "github.com/google/uuid"

// Stream is one open stream. Whoever opened it reads C and calls Close.
type Stream struct {
	// C yields the events. It is closed when the stream is cut, its login
	// session ended or the hub closed, after what was on its way.
	C <-chan *Event
	// Resync says that events since the id asked for may be lost.
	Resync bool
	// Position is the id after which C goes on. Sent first, it lets a stream
	// that breaks before its first event resume too.
	Position string

	hub            *Hub
	account, login uuid.UUID
	number         uint64 // in the order of opening
	events         chan *Event
}

// Close closes the stream. It may be called more than once.
func (s *Stream) Close() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	s.hub.drop(s)
}
