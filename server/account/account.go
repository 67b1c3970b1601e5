// Package account owns people and what they may do: practices, memberships,
// invitations, credentials and login sessions. It decides who is asking and
// whether they may; its callers never decide that themselves.
//
// It keeps passwords as argon2id hashes and tokens as SHA-256 hashes only, and
// finds people by a keyed hash of their address, so that the database can hold
// names and addresses encrypted. It must not know about HTTP, SQL or messages.
package account

import (
	"context"
	"crypto/rand"
	"io"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/permit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// How long things last.
const (
	// IdleLimit ends a login session that saw no act of its person this long.
	IdleLimit = 15 * time.Minute
	// LoginLimit ends every login session this long after it began.
	LoginLimit = 12 * time.Hour
	// PendingLimit ends a login that waits for its second factor.
	PendingLimit = 10 * time.Minute
	// InvitationLimit is how long an invitation may be used.
	InvitationLimit = 72 * time.Hour

	// renewEvery is how often an act is written down at most.
	renewEvery = time.Minute
)

// Practice is a place where therapists work.
type Practice struct {
	ID   uuid.UUID
	Name message.Text
	Demo bool // made up to try the product; nothing in it is real
	// SuspendedAt is since when nothing new is written in it and nobody joins;
	// zero unless it is suspended.
	SuspendedAt time.Time
	LockWithin  int // the most idle minutes until its people's devices lock; 0 where it does not say
	CreatedAt   time.Time
}

// Suspended reports whether the practice is suspended.
func (p Practice) Suspended() bool { return !p.SuspendedAt.IsZero() }

// Membership is a person's place in a practice. One person may have several.
type Membership struct {
	Practice Practice
	Role     wire.Role
	// ReadReceipts is a therapist's choice to show read marks, both ways.
	ReadReceipts bool
}

// Account is a person.
type Account struct {
	ID          uuid.UUID
	Name        message.Text
	Email       message.Text
	Disabled    bool
	CreatedAt   time.Time
	Memberships []Membership
	Operator    bool // looks after the product itself, and belongs to no practice
}

// LoginID names a login session. It is safe to show and to log; it is not the
// token.
type LoginID = uuid.UUID

// LoginSession is one login of a person on one browser.
type LoginSession struct {
	ID        LoginID
	Account   uuid.UUID
	Device    uuid.UUID // where it is; Nil until the login is whole
	CreatedAt time.Time
	LastActAt time.Time // the person's last act, to the minute
	ExpiresAt time.Time // LoginLimit after CreatedAt; it may end earlier, see IdleLimit
	ProvedAt  time.Time // when the person last showed who they are
	Stage     permit.Stage
	UserAgent string // as the browser called itself, at most 300 bytes
}

// Live reports whether the login session can still be used at now.
func (l LoginSession) Live(now time.Time) bool {
	return now.Before(l.ExpiresAt) && now.Sub(l.LastActAt) <= IdleLimit
}

// Actor is who is asking: every method that acts for someone takes it.
// Authenticate makes it from a login token.
type Actor struct {
	Account     uuid.UUID
	Login       LoginID
	Device      uuid.UUID
	Stage       permit.Stage
	ProvedAt    time.Time    // when they last showed who they are
	Memberships []Membership // the names of the practices may be missing
	Operator    bool
}

// Whole returns nil if the actor's login is whole, else ErrNotLoggedIn or
// ErrEnrollmentRequired.
func (a Actor) Whole() error {
	switch a.Stage {
	case permit.StageFull:
		return nil
	case permit.StageEnroll:
		return ErrEnrollmentRequired
	}
	return ErrNotLoggedIn
}

// Practices lists the practices in which the actor has the role.
func (a Actor) Practices(role wire.Role) []uuid.UUID {
	var ids []uuid.UUID
	for _, m := range a.Memberships {
		if m.Role == role {
			ids = append(ids, m.Practice.ID)
		}
	}
	return ids
}

// Options are what a Service needs besides its store.
type Options struct {
	// BlindIndexKey keys the hash by which addresses are found: 32 random bytes.
	BlindIndexKey []byte
	// Origin is the one origin served, which passkeys are bound to; without it
	// there are none.
	Origin *url.URL
	// Now is the clock; time.Now if nil.
	Now func() time.Time
	// Rand makes tokens, salts and ids; crypto/rand if nil.
	Rand io.Reader
	// Breached knows the passwords that nobody may choose; what comes with the
	// program if nil.
	Breached *Breached
	// Hashers bounds how many passwords are hashed at once, 19 MiB of memory
	// each; 2 if 0.
	Hashers int
	// Ended is told which login sessions were revoked, after the fact is
	// stored, so that their streams can be closed; it may be nil.
	Ended func(logins ...LoginID)
	// Notice is told what happened to an account's security, after the fact is
	// stored, so that its devices can be told; it may be nil.
	Notice func(account uuid.UUID, event wire.SecurityEvent)
	// Changed is told which conversations began or look different now, after
	// the fact is stored, so that open pages can be told; it may be nil.
	Changed func(ctx context.Context, conversations ...uuid.UUID)
	// Requested is told whose requests for care look different now, after the
	// fact is stored, so that open pages can be told; it may be nil.
	Requested func(accounts ...uuid.UUID)
	// Renewed is told to whom their own account looks different now by what another
	// did, after the fact is stored, so that open pages can be told; it may be nil.
	Renewed func(accounts ...uuid.UUID)
}

// Service answers for people. It is safe for concurrent use.
type Service struct {
	store     Store
	indexKey  []byte
	now       func() time.Time
	rand      io.Reader
	passwords *hasher
	recent    audit.Recent
	breached  *Breached
	party     *webauthn.WebAuthn // nil where there are no passkeys
	ended     func(logins ...LoginID)
	tell      func(account uuid.UUID, event wire.SecurityEvent)
	changed   func(ctx context.Context, conversations ...uuid.UUID)
	requested func(accounts ...uuid.UUID)
	renewed   func(accounts ...uuid.UUID)
	claims    claims
}

// New makes a Service on a store.
func New(store Store, opts Options) *Service {
	s := &Service{
		store:     store,
		indexKey:  opts.BlindIndexKey,
		now:       opts.Now,
		rand:      opts.Rand,
		breached:  opts.Breached,
		party:     newRelyingParty(opts.Origin),
		ended:     opts.Ended,
		tell:      opts.Notice,
		changed:   opts.Changed,
		requested: opts.Requested,
		renewed:   opts.Renewed,
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.rand == nil {
		s.rand = rand.Reader
	}
	if s.ended == nil {
		s.ended = func(...LoginID) {}
	}
	if s.breached == nil {
		s.breached = NewBreached()
	}
	if s.tell == nil {
		s.tell = func(uuid.UUID, wire.SecurityEvent) {}
	}
	if s.changed == nil {
		s.changed = func(context.Context, ...uuid.UUID) {}
	}
	if s.renewed == nil {
		s.renewed = func(...uuid.UUID) {}
	}
	if s.requested == nil {
		s.requested = func(...uuid.UUID) {}
	}
	hashers := opts.Hashers
	if hashers == 0 {
		hashers = 2
	}
	s.passwords = newHasher(hashers, s.rand)
	return s
}
