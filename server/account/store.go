package account

import (
	"context"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/shared/wire"
)

// Store keeps people and practices. Its methods return ErrNotFound where the
// one asked for is not there, and ErrUnavailable or ErrStorageFull where the
// database fails in that way.
type Store interface {
	// FindLogin finds the login session with the token hash, with its actor.
	// Sessions of disabled accounts are not found.
	FindLogin(ctx context.Context, tokenHash []byte) (LoginSession, Actor, error)
	FindAccount(ctx context.Context, id uuid.UUID) (Account, error)
	FindAccountByEmail(ctx context.Context, emailIndex []byte) (Account, error)
	FindCredentials(ctx context.Context, emailIndex []byte) (Credentials, error)
	ListPractices(ctx context.Context) ([]Practice, error)
	// ListEntries lists entries of the practice's chain, the newest first.
	ListEntries(ctx context.Context, practice uuid.UUID, f audit.Filter) ([]audit.Entry, error)
	FindDevice(ctx context.Context, id uuid.UUID) (Device, error)
	// ListDevices lists the account's devices that are not revoked, the one
	// used last first. LoggedIn counts logins that end after now and saw an act
	// since idle.
	ListDevices(ctx context.Context, account uuid.UUID, now, idle time.Time) ([]Device, error)
	// ListDevicesByToken lists the devices of all accounts on the browser with
	// the token hash, revoked ones too, the one used last first.
	ListDevicesByToken(ctx context.Context, tokenHash []byte) ([]Device, error)

	// RenewLogin sets the time of the last act, and of the last use of its
	// device, to now where the former lies from since to before, both
	// inclusive; otherwise it does nothing.
	RenewLogin(ctx context.Context, id LoginID, now, since, before time.Time) error

	// Update runs do in one transaction, committed if do returns nil.
	Update(ctx context.Context, do func(Tx) error) error
}

// Tx is a transaction that changes people and practices.
type Tx interface {
	// Record adds events to the log, in the same transaction: when it commits
	// they are there, and only then.
	Record(ctx context.Context, events ...audit.Event) error
	// ListPracticesOf lists the practices that the account belongs to, each once.
	ListPracticesOf(ctx context.Context, account uuid.UUID) ([]uuid.UUID, error)

	CreatePractice(ctx context.Context, p Practice, at time.Time) error
	// CreateAccount reports false, and creates nothing, if the address is taken.
	CreateAccount(ctx context.Context, a Account, c Credentials) (created bool, err error)
	CreateMembership(ctx context.Context, practice, account uuid.UUID, role wire.Role, at time.Time) error
	CreateConversation(ctx context.Context, id, practice, client, therapist uuid.UUID, at time.Time) error
	// UpdateReadReceipts returns the conversations that look different now.
	UpdateReadReceipts(ctx context.Context, therapist uuid.UUID, shown bool) (conversations []uuid.UUID, err error)

	CreateInvitation(ctx context.Context, i Invitation) error
	// UseInvitation marks the invitation used, so that nobody else can use it,
	// and returns it. It is not found if it is used, expired at now, or its
	// therapist is disabled or no longer one of the practice.
	UseInvitation(ctx context.Context, tokenHash []byte, now time.Time) (Invitation, error)

	// LockCredentials finds the credentials and keeps others from changing them
	// until the transaction ends.
	LockCredentials(ctx context.Context, account uuid.UUID) (Credentials, error)
	UpdateCredentials(ctx context.Context, c Credentials) error

	CreateDevice(ctx context.Context, d Device, tokenHash []byte) error
	// LockDevice finds a device and keeps others from changing it until the
	// transaction ends.
	LockDevice(ctx context.Context, id uuid.UUID) (Device, error)
	// LockDevicesByToken is ListDevicesByToken of the store that keeps others
	// from changing them until the transaction ends.
	LockDevicesByToken(ctx context.Context, tokenHash []byte) ([]Device, error)
	// UpdateDevice changes the name, the user agent, the last use and the
	// revocation of a device.
	UpdateDevice(ctx context.Context, d Device) error

	CreateLogin(ctx context.Context, l LoginSession, tokenHash []byte) error
	DeleteLogin(ctx context.Context, id LoginID) error
	// DeleteLogins deletes all login sessions of the account and returns their
	// ids.
	DeleteLogins(ctx context.Context, account uuid.UUID) ([]LoginID, error)
	// DeleteDeviceLogins deletes all login sessions of the device and returns
	// their ids.
	DeleteDeviceLogins(ctx context.Context, device uuid.UUID) ([]LoginID, error)
	// DeleteDeadLogins deletes the account's login sessions that ended before
	// now or saw no act since idle.
	DeleteDeadLogins(ctx context.Context, account uuid.UUID, now, idle time.Time) error
}

// Credentials are what an account logs in with.
type Credentials struct {
	Account      uuid.UUID
	EmailIndex   []byte // keyed hash of the normalized address
	PasswordHash string // argon2id in PHC string form
	Disabled     bool
}

// Invitation asks one person to become a client of one therapist.
type Invitation struct {
	ID        uuid.UUID
	TokenHash []byte
	Practice  uuid.UUID
	Therapist uuid.UUID
	CreatedAt time.Time
	ExpiresAt time.Time
}
