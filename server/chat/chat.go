// Package chat owns conversations and the messages in them: who belongs to
// one, the order of messages, idempotent sending, read and delivered marks,
// history and sync. A conversation has one client and one therapist; everyone
// else, whatever their role, is told that it is not there.
//
// It publishes only what is committed. It must not know about HTTP, SQL or how
// people log in.
package chat

import (
	"time"

	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// Actor is who is asking: an account whose login has been checked.
type Actor struct {
	Account uuid.UUID
}

// Publisher is told of changes after they are committed. It must not block.
type Publisher interface {
	// Publish announces data, a value of package wire that nobody changes any
	// more, to all open streams of the accounts.
	Publish(kind wire.EventType, data any, to ...uuid.UUID)
}

// Options are what a Service needs besides its store and publisher.
type Options struct {
	// Now is the clock by which messages are accepted; time.Now if nil.
	Now func() time.Time
}

// Service keeps conversations. It is safe for concurrent use.
type Service struct {
	store     Store
	pub       Publisher
	now       func() time.Time
	committer *committer
}

// New makes a Service and starts its committer; Close ends it.
func New(store Store, pub Publisher, opts Options) *Service {
	s := &Service{store: store, pub: pub, now: opts.Now}
	if s.now == nil {
		s.now = time.Now
	}
	s.committer = startCommitter(s.commit)
	return s
}

// Close stores what was handed to Send before and ends the committer; later
// calls of Send return ErrUnavailable.
func (s *Service) Close() { s.committer.close() }
