// Package chat owns conversations and what is in them: who belongs to one, the
// order of messages, idempotent sending, read and delivered marks, history and
// sync, the next-appointment list, and what a therapist sets and tells clients
// about when and how they answer. A conversation has one client and one
// therapist; everyone else, whatever their role, is told that it is not there.
//
// It publishes only what is committed. It must not know about HTTP, SQL, how
// people log in, or time zones and holidays: those are passed in.
package chat

import (
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/permit"
	"pleiades/shared/availability"
	"pleiades/shared/wire"
)

// Actor is who is asking: an account whose login has been checked.
type Actor struct {
	Account uuid.UUID
}

// permitted returns the actor as package permit knows people, a therapist where
// they have a workplace.
func (a Actor) permitted(places ...Workplace) permit.Actor {
	person := permit.Actor{Account: a.Account, Stage: permit.StageFull}
	for _, place := range places {
		if place.Therapist == a.Account {
			person.Roles = append(person.Roles, permit.Role{Practice: place.Practice.ID, Role: wire.RoleTherapist})
		}
	}
	return person
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
	// Zone returns the time zone with the name, or an error if there is none.
	// Without it no availability can be set.
	Zone func(name string) (*time.Location, error)
	// Outlook spells out a valid availability around a moment. Without it none
	// can be shown.
	Outlook func(a availability.Availability, now time.Time) (availability.Outlook, error)
}

// Service keeps conversations. It is safe for concurrent use.
type Service struct {
	store     Store
	pub       Publisher
	now       func() time.Time
	zone      func(name string) (*time.Location, error)
	expand    func(a availability.Availability, now time.Time) (availability.Outlook, error)
	readings  readings
	recent    audit.Recent
	committer *committer
}

// New makes a Service and starts its committer; Close ends it.
func New(store Store, pub Publisher, opts Options) *Service {
	s := &Service{store: store, pub: pub, now: opts.Now, zone: opts.Zone, expand: opts.Outlook}
	s.readings.last = make(map[[2]uuid.UUID]reading)
	if s.now == nil {
		s.now = time.Now
	}
	s.committer = startCommitter(s.commit)
	return s
}

// Close stores what was handed to Send before and ends the committer; later
// calls of Send return ErrUnavailable.
func (s *Service) Close() { s.committer.close() }
