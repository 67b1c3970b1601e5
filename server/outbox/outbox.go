// Package outbox owns the server's side of the sealed outbox: the ingest keys
// that devices seal to, the secrets by which devices are known, and what
// becomes of the envelopes that are handed over. An envelope needs no login:
// who it is from is proven by the secret of a device.
//
// What an envelope holds ends in the same methods of package chat as a request
// with a login, and these decide what the person may do. This package must not
// decide that, nor keep what it has opened.
package outbox

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/chat"
	"pleiades/server/limit"
	"pleiades/server/support"
	"pleiades/shared/agenda"
	"pleiades/shared/envelope"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// The errors callers can tell apart with errors.Is. Their texts are safe to
// show.
var (
	ErrNotFound    = errors.New("no such device")
	ErrKeyExpired  = errors.New("sealed to an ingest key that is no more")
	ErrUnverified  = errors.New("not sealed as it should be")
	ErrTooMany     = errors.New("too many envelopes from this address")
	ErrUnavailable = errors.New("storage unavailable")
	ErrStorageFull = errors.New("storage full")
)

// Store keeps ingest keys and the secrets of devices. Its methods return
// ErrNotFound where the one asked for is not there, and ErrUnavailable or
// ErrStorageFull where the database fails in that way.
type Store interface {
	// ListIngestKeys lists all there are, the newest first.
	ListIngestKeys(ctx context.Context) ([]IngestKey, error)
	// FindSender finds a device, a revoked one too, and lists the ingest keys as
	// ListIngestKeys does. Of a device that has no secret it is the zero Sender.
	FindSender(ctx context.Context, device uuid.UUID) (Sender, []IngestKey, error)
	// Update runs do in one transaction, committed if do returns nil.
	Update(ctx context.Context, do func(Tx) error) error
}

// Tx is a transaction that changes ingest keys and secrets.
type Tx interface {
	// LockIngestKeys lists all keys there are, the newest first, and keeps others
	// from making or dropping any until the transaction ends.
	LockIngestKeys(ctx context.Context) ([]IngestKey, error)
	CreateIngestKey(ctx context.Context, key IngestKey) error
	DeleteIngestKey(ctx context.Context, id uuid.UUID) error
	// SaveSecret adds a secret of a device, which is its newest from then on, and
	// deletes all but as many as are to be kept. It returns ErrNotFound if there
	// is no such device.
	SaveSecret(ctx context.Context, device, account uuid.UUID, secret DeviceSecret, keep int) error
	// ListPracticesOf lists the practices that the account belongs to, each once.
	ListPracticesOf(ctx context.Context, account uuid.UUID) ([]uuid.UUID, error)
	// Record adds events to the log, in the same transaction.
	Record(ctx context.Context, events ...audit.Event) error
}

// IngestKey is a key pair that devices seal to.
type IngestKey struct {
	ID        uuid.UUID
	Seed      []byte // envelope.SeedSize bytes: the private key
	CreatedAt time.Time
}

// Sender is who a device speaks for.
type Sender struct {
	Account  uuid.UUID
	Secrets  []DeviceSecret // the newest first
	Revoked  bool           // the device is
	Disabled bool           // the account is
}

// barred says why a sender may not hand anything over, nil if they may.
func (s Sender) barred() error {
	switch {
	case s.Revoked:
		return errRevoked
	case s.Disabled:
		return chat.ErrForbidden
	}
	return nil
}

// DeviceSecret is a secret of a device.
type DeviceSecret struct {
	envelope.Secret
	CreatedAt time.Time
}

// Chat is where the content of envelopes ends. *chat.Service is one.
type Chat interface {
	SendAll(ctx context.Context, actor chat.Actor, conversation uuid.UUID, drafts []message.Draft) []chat.Sent
	ChangeAgenda(ctx context.Context, actor chat.Actor, conversation uuid.UUID, change agenda.Change) (wire.AgendaChanged, bool, error)
	Acknowledge(ctx context.Context, actor chat.Actor, conversation uuid.UUID, in wire.Acknowledge) (wire.Conversation, error)
}

// Support is where what was written to those who run the service ends.
// *support.Service is one.
type Support interface {
	Create(ctx context.Context, actor support.Actor, id uuid.UUID, in wire.PutTicket) (support.Ticket, bool, error)
	Reply(ctx context.Context, actor support.Actor, ticket, id uuid.UUID, text message.Text) (support.Ticket, bool, error)
}

// How many envelopes are looked at, before anything of them is opened: a whole
// queue of a device passes at once, and those of a practice behind one address. An
// account may bring as many as one device of it, however many it has.
var (
	accountRate = limit.Rate{Burst: 1000, Every: time.Second}
	deviceRate  = limit.Rate{Burst: 1000, Every: time.Second}
	addressRate = limit.Rate{Burst: 5000, Every: 20 * time.Millisecond}
)

// Options are what a Service needs besides its store.
type Options struct {
	Chat    Chat
	Support Support
	// Log is told what nobody foresaw.
	Log *slog.Logger
	// Now is the clock; time.Now if nil.
	Now func() time.Time
	// Rand makes keys and ids; crypto/rand if nil.
	Rand io.Reader
	// Unlimited lets everyone hand over as much as they like, for load tests.
	Unlimited bool
}

// Service takes envelopes in. It is safe for concurrent use, and to be closed before
// its store is.
type Service struct {
	store     Store
	chat      Chat
	support   Support
	log       *slog.Logger
	now       func() time.Time
	rand      io.Reader
	ready     readyKeys
	addresses *limit.Limiter
	devices   *limit.Limiter
	accounts  *limit.Limiter
	recent    audit.Recent
	aside     sync.WaitGroup
}

// New makes a Service on a store.
func New(store Store, opts Options) *Service {
	s := &Service{
		store: store, chat: opts.Chat, support: opts.Support, log: opts.Log, now: opts.Now, rand: opts.Rand,
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.rand == nil {
		s.rand = rand.Reader
	}
	if opts.Unlimited {
		return s // nil Limiters let everything through
	}
	s.addresses, s.devices, s.accounts = limit.New(addressRate, s.now), limit.New(deviceRate, s.now), limit.New(accountRate, s.now)
	return s
}
