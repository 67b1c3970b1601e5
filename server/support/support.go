// Package support owns what people ask of those who run the service: tickets,
// the words of both sides, and where each ticket stands. It decides who may read
// and answer them.
//
// A ticket holds what a person wrote to the operator and what their app told of
// itself, never a message between client and therapist. The package must not
// know about HTTP, SQL or how a mail is sent; the mails it asks for say nothing
// of what was written.
package support

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/limit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Limits of tickets.
const (
	// MaxReplies is how many replies of each side a ticket holds.
	MaxReplies = 100
	// MaxUnanswered is how many tickets of people without a login may wait for
	// their first answer: more are not taken until some are answered or closed.
	MaxUnanswered = 1000
	// MaxUnansweredFromPlace is how many of them may come from one place.
	MaxUnansweredFromPlace = 20
	// UnansweredLimit is how long one waits that nobody answers: then it is
	// deleted, and its place is free.
	UnansweredLimit = 90 * 24 * time.Hour
	// MaxOwn is how many of their own tickets a person is told of, the ones that
	// changed last.
	MaxOwn = 100
	// LinkLimit is how long the link of a mail leads to its ticket.
	LinkLimit = 30 * 24 * time.Hour
	// PageSize and MaxPageSize are how many tickets a page for operators has.
	PageSize    = 50
	MaxPageSize = 200
)

// The errors callers can tell apart with errors.Is. Their texts are safe to
// show.
var (
	ErrNotFound    = errors.New("no such ticket, or not yours")
	ErrIDConflict  = errors.New("the id is taken by another ticket or text")
	ErrFull        = errors.New("the ticket holds as many replies of that side as it can")
	ErrCrowded     = errors.New("as many tickets of people without a login wait as may, of all or from one place")
	ErrUnavailable = errors.New("storage unavailable")
	ErrStorageFull = errors.New("storage full")
)

// InvalidError says which rules of message.Draft.Validate a text breaks.
type InvalidError struct{ Codes []message.Code }

func (*InvalidError) Error() string { return "invalid text" }

// FieldsError names fields that are missing, unknown or out of range.
type FieldsError struct{ Fields []string }

func (*FieldsError) Error() string { return "invalid fields" }

// TooManyError says that someone wrote too often.
type TooManyError struct{ RetryAfter time.Duration }

func (*TooManyError) Error() string { return "too many tickets" }

// Actor is who is asking: someone whose login is whole.
type Actor struct {
	Account  uuid.UUID
	Operator bool
}

// Ticket is what someone asked for.
type Ticket struct {
	ID   uuid.UUID
	From From
	Kind wire.TicketKind
	Text message.Text
	// Diagnostics are what the person's app told of itself, as they saw it.
	Diagnostics []wire.Diagnostic
	Status      wire.TicketStatus
	Replies     []Reply // in order; left out in lists of summaries
	// Place is a keyed hash of where one without an account came from; only
	// CreateTicket knows it.
	Place     []byte
	CreatedAt time.Time
	UpdatedAt time.Time
}

// From is who asks: an account, or whoever reads the mail of an address.
type From struct {
	Account uuid.UUID    // uuid.Nil without a login
	Name    message.Text // of the account; the store fills it in
	Email   message.Text // of the account, which the store fills in, or as it was given
}

// Reply is a word of either side.
type Reply struct {
	ID      uuid.UUID
	Author  uuid.UUID // uuid.Nil for someone without a login
	Support bool      // from an operator
	Text    message.Text
	At      time.Time
}

// Link lets whoever has its token read a ticket.
type Link struct {
	TokenHash []byte
	Ticket    uuid.UUID
	ExpiresAt time.Time
}

// Filter chooses tickets for operators, the ones that changed last first.
type Filter struct {
	Status wire.TicketStatus // any if empty
	Before Position          // only those after it in the list; from the start if zero
	Limit  int               // at most; at least 1
}

// Position is the place of a ticket in a list.
type Position struct {
	UpdatedAt time.Time
	ID        uuid.UUID
}

// Store keeps tickets. Its methods return ErrNotFound where the one asked for is
// not there, and ErrUnavailable or ErrStorageFull where the database fails in
// that way.
type Store interface {
	// FindTicket finds a ticket with its replies.
	FindTicket(ctx context.Context, id uuid.UUID) (Ticket, error)
	// FindLink finds a link that has not expired.
	FindLink(ctx context.Context, tokenHash []byte, now time.Time) (Link, error)
	// ListOwn lists the tickets of an account with their replies, the ones that
	// changed last first.
	ListOwn(ctx context.Context, account uuid.UUID, limit int) ([]Ticket, error)
	// ListTickets lists tickets without what anyone wrote.
	ListTickets(ctx context.Context, f Filter) ([]Ticket, error)
	// Update runs do in one transaction, committed if do returns nil.
	Update(ctx context.Context, do func(Tx) error) error
}

// Tx is a transaction that changes tickets.
type Tx interface {
	// LockTicket finds a ticket with its replies and keeps others from changing
	// it until the transaction ends.
	LockTicket(ctx context.Context, id uuid.UUID) (Ticket, error)
	// CreateTicket reports false, and creates nothing, if the id is taken.
	CreateTicket(ctx context.Context, t Ticket) (created bool, err error)
	// CountUnanswered counts the tickets of people without an account that are
	// open and hold no reply, and those of one place among them.
	CountUnanswered(ctx context.Context, place []byte) (all, there int, err error)
	// DeleteUnanswered deletes those that have not changed since before a moment,
	// and returns them.
	DeleteUnanswered(ctx context.Context, before time.Time) ([]uuid.UUID, error)
	// CreateReply adds a reply behind the others of a ticket.
	CreateReply(ctx context.Context, ticket Ticket, r Reply) error
	// UpdateTicket changes the status of a ticket and when it changed.
	UpdateTicket(ctx context.Context, t Ticket) error
	// CreateLink also deletes the expired links of the same ticket.
	CreateLink(ctx context.Context, l Link, now time.Time) error
	// ListPracticesOf lists the practices that the account belongs to, each once.
	ListPracticesOf(ctx context.Context, account uuid.UUID) ([]uuid.UUID, error)
	// CreateMail keeps a mail until it is sent: it is sent once the transaction
	// commits, and only then.
	CreateMail(ctx context.Context, m Mail) error
	// Record adds events to the log, in the same transaction.
	Record(ctx context.Context, events ...audit.Event) error
}

// Mail tells someone that there is an answer, and nothing of the ticket.
type Mail struct {
	ID    uuid.UUID
	To    message.Text
	Token string // of the link to it, for someone without an account
	At    time.Time
}

// Options are what a Service needs besides its store.
type Options struct {
	// Address returns an address in the form in which mail is sent to it, and
	// whether it is one, alone and without a name.
	Address func(message.Text) (message.Text, bool)
	// PlaceKey keys the hash of where people without a login write from.
	PlaceKey []byte
	// Changed is told of a ticket that looks different to who wrote it, after
	// the fact is stored, so that their open pages can be told; it may be nil.
	Changed func(account uuid.UUID, event wire.TicketEvent)
	// Rate is how often one account may write; no limit if zero.
	Rate limit.Rate
	// Now is the clock; time.Now if nil.
	Now func() time.Time
	// Rand makes tokens; crypto/rand if nil.
	Rand io.Reader
}

// Service answers for tickets. It is safe for concurrent use.
type Service struct {
	store    Store
	address  func(message.Text) (message.Text, bool)
	placeKey []byte
	changed  func(uuid.UUID, wire.TicketEvent)
	limiter  *limit.Limiter
	now      func() time.Time
	rand     io.Reader
	recent   audit.Recent
}

// New makes a Service on a store.
func New(store Store, opts Options) *Service {
	s := &Service{
		store: store, address: opts.Address, placeKey: opts.PlaceKey,
		changed: opts.Changed, now: opts.Now, rand: opts.Rand,
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.rand == nil {
		s.rand = rand.Reader
	}
	if s.changed == nil {
		s.changed = func(uuid.UUID, wire.TicketEvent) {}
	}
	s.limiter = limit.New(opts.Rate, s.now)
	return s
}

// moment returns the time as the store keeps it.
func (s *Service) moment() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// take counts what someone writes.
func (s *Service) take(account uuid.UUID) error {
	if wait := s.limiter.Take(account.String()); wait > 0 {
		return &TooManyError{wait}
	}
	return nil
}
