// Package chat owns conversations and the messages in them: who belongs to
// one, the order of messages, idempotent sending, read and delivered marks,
// history and sync. A conversation has one client and one therapist; everyone
// else, whatever their role, is told that it is not there.
//
// What it publishes it has committed before. It must not know about HTTP, SQL
// or how people log in.
package chat

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Limits of pages and answers, in messages.
const (
	PageSize    = 50  // of a page, where none is asked for
	MaxPageSize = 200 // of a page
	MaxSync     = 500 // of an answer to Sync
	// NewestInSync is how many messages Sync gives of a conversation that the
	// device did not know.
	NewestInSync = 50
)

// Actor is who is asking: an account whose login has been checked.
type Actor struct {
	Account uuid.UUID
}

// Page asks for a stretch of a conversation. With After it begins there and
// goes up; otherwise it is the newest messages, below Before if that is given.
// Both are exclusive; with both, it begins at After and stops at Before.
type Page struct {
	After  *int64
	Before *int64
	Limit  int // messages; PageSize if 0, MaxPageSize if more
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
	store Store
	pub   Publisher
	now   func() time.Time
}

// New makes a Service and starts its committer; Close ends it.
func New(store Store, pub Publisher, opts Options) *Service {
	return &Service{store: store, pub: pub, now: opts.Now}
}

type Store interface{}

func (s *Service) Close() {}
func (s *Service) Send(ctx context.Context, actor Actor, conversation uuid.UUID, d message.Draft) (m message.Message, created bool, err error) {
	return message.Message{}, false, errors.ErrUnsupported
}
func (s *Service) ListConversations(ctx context.Context, actor Actor) ([]wire.Conversation, error) {
	return nil, errors.ErrUnsupported
}
func (s *Service) ListMessages(ctx context.Context, actor Actor, conversation uuid.UUID, page Page) ([]message.Message, error) {
	return nil, errors.ErrUnsupported
}
func (s *Service) MarkRead(ctx context.Context, actor Actor, conversation uuid.UUID, seq int64) error {
	return errors.ErrUnsupported
}
func (s *Service) MarkDelivered(ctx context.Context, actor Actor, conversation uuid.UUID, seq int64) error {
	return errors.ErrUnsupported
}
func (s *Service) Sync(ctx context.Context, actor Actor, have, revs map[uuid.UUID]int64) (wire.SyncResponse, error) {
	return wire.SyncResponse{}, errors.ErrUnsupported
}

// WireMessage returns the message as it travels.
func WireMessage(m message.Message) wire.Message {
	return wire.Message{
		ID: m.ID, Seq: m.Seq, Body: m.Body, Sender: m.Sender,
		WrittenAt: m.WrittenAt, AcceptedAt: m.AcceptedAt, Late: m.Late,
	}
}
