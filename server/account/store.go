package account

import (
	"context"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Store keeps people and practices. Its methods return ErrNotFound where the
// one asked for is not there, and ErrUnavailable or ErrStorageFull where the
// database fails in that way.
type Store interface {
	// FindLogin finds the login session with the token hash, with its actor.
	// Sessions of disabled accounts are not found. One whose token was rotated
	// since the time is found by the token before too, with ProvedAt zero. The
	// names of the practices may be missing.
	FindLogin(ctx context.Context, tokenHash []byte, rotatedSince time.Time) (LoginSession, Actor, error)
	FindLoginByID(ctx context.Context, id LoginID) (LoginSession, error)
	FindAccount(ctx context.Context, id uuid.UUID) (Account, error)
	FindAccountByEmail(ctx context.Context, emailIndex []byte) (Account, error)
	FindCredentials(ctx context.Context, emailIndex []byte) (Credentials, error)
	ListPractices(ctx context.Context) ([]Practice, error)
	FindPractice(ctx context.Context, id uuid.UUID) (Practice, error)
	// ListOwnerless lists the practices with an admin who is not disabled and no
	// owner who is not.
	ListOwnerless(ctx context.Context) ([]uuid.UUID, error)
	// ListMembers lists the members of the practice, and those who came to work
	// there and have left, each once, by id. Their memberships are left out.
	ListMembers(ctx context.Context, practice uuid.UUID) ([]Account, error)
	// ListEntries lists entries of the practice's chain, the newest first.
	ListEntries(ctx context.Context, practice uuid.UUID, f audit.Filter) ([]audit.Entry, error)
	FindFactors(ctx context.Context, account uuid.UUID) (Factors, error)
	FindReset(ctx context.Context, tokenHash []byte) (Reset, error)
	// FindInvitation finds the invitation with the hash of its token or code that
	// nobody has used, expired or not. It is not found if its therapist is
	// disabled or no longer one of the practice.
	FindInvitation(ctx context.Context, key []byte) (Invitation, error)
	// ListInvitations lists the therapist's invitations that someone can use now,
	// the newest first, at most limit.
	ListInvitations(ctx context.Context, therapist uuid.UUID, now time.Time, limit int) ([]Invitation, error)
	FindSignUp(ctx context.Context, tokenHash []byte) (PendingSignUp, error)
	// FindEmailChange finds the other address that was asked for an account.
	FindEmailChange(ctx context.Context, account uuid.UUID) (EmailChange, error)
	// ListDueEmailChanges lists the accounts that are not disabled with another
	// address that waited until now.
	ListDueEmailChanges(ctx context.Context, now time.Time) ([]uuid.UUID, error)
	// FindStaffInvitation finds the invitation to work in a practice that nobody
	// has used, expired or not. It is not found if its inviter may not invite there
	// any more.
	FindStaffInvitation(ctx context.Context, tokenHash []byte) (StaffInvitation, error)
	// ListStaff lists those who work in a practice, by when they came.
	ListStaff(ctx context.Context, practice uuid.UUID) ([]wire.Member, error)
	// ListStaffInvitations lists the invitations to work in a practice that nobody
	// has used and that expire after now, the newest first.
	ListStaffInvitations(ctx context.Context, practice uuid.UUID, now time.Time) ([]StaffInvitation, error)
	FindApplicationByToken(ctx context.Context, tokenHash []byte) (Application, error)
	// ListApplications lists applications with the status, the newest first, at
	// most limit: those made before below, unless it is zero.
	ListApplications(ctx context.Context, status wire.ApplicationStatus, below time.Time, limit int) ([]Application, error)
	// ListDirectory lists the therapists who are in the directory, have said when
	// they answer and are not disabled, at most limit, those who take new clients
	// before all others.
	ListDirectory(ctx context.Context, limit int) ([]Listing, error)
	// ListListings lists what a therapist shows in the directory, for each
	// practice, in the order in which they came to them.
	ListListings(ctx context.Context, therapist uuid.UUID) ([]Listing, error)
	// ListSentRequests lists the requests of a person, the newest first, and
	// ListReceivedRequests those that wait for a therapist, the oldest first, so
	// that newer ones bury none; at most limit.
	ListSentRequests(ctx context.Context, client uuid.UUID, limit int) ([]CareRequest, error)
	ListReceivedRequests(ctx context.Context, therapist uuid.UUID, limit int) ([]CareRequest, error)
	// FindPendingReset finds the reset of the account that was used and waits.
	FindPendingReset(ctx context.Context, account uuid.UUID) (Reset, error)
	// UseCeremony deletes the ceremony and returns it.
	UseCeremony(ctx context.Context, tokenHash []byte) (Ceremony, error)
	// ListDueResets lists the accounts that are not disabled with a reset that
	// waited until now.
	ListDueResets(ctx context.Context, now time.Time) ([]uuid.UUID, error)
	// DeleteExpired deletes ceremonies, sign-ups and changes of addresses that
	// expired before now and do not wait to take effect, failures before since, and notices before known.
	DeleteExpired(ctx context.Context, now, since, known time.Time) error
	// ListNotices lists the notices of a device's account that were not caused or
	// seen there, the newest first, at most limit.
	ListNotices(ctx context.Context, device uuid.UUID, limit int) ([]Notice, error)
	// UpdateSeen moves forward up to when notices were seen on a device.
	UpdateSeen(ctx context.Context, device uuid.UUID, until time.Time) error
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
	// ListConcerned lists the practices that an attempt of an account concerns,
	// each once: those it belongs to, and the one that it asked for, or that an
	// invitation or a request for care it asked for belongs to.
	ListConcerned(ctx context.Context, account, asked uuid.UUID) ([]audit.Concern, error)

	CreatePractice(ctx context.Context, p Practice) error
	// LockPractice finds a practice and keeps others from locking it until the
	// transaction ends.
	LockPractice(ctx context.Context, id uuid.UUID) (Practice, error)
	// UpdateSuspension sets since when a practice is suspended, the zero time to
	// resume it, and returns its conversations, which look different then. It
	// reports false, and changes nothing, where it was so already.
	UpdateSuspension(ctx context.Context, practice uuid.UUID, since time.Time) (conversations []uuid.UUID, changed bool, err error)
	UpdatePracticeName(ctx context.Context, practice uuid.UUID, name message.Text) error
	// UpdatePracticeLock changes LockWithin and returns everyone there, clients too.
	UpdatePracticeLock(ctx context.Context, practice uuid.UUID, within int) (people []uuid.UUID, err error)
	// FindFirstAdmin finds who became an admin of the practice first and is not
	// disabled.
	FindFirstAdmin(ctx context.Context, practice uuid.UUID) (uuid.UUID, error)
	// ListRoles lists the roles of an account in a practice.
	ListRoles(ctx context.Context, practice, account uuid.UUID) ([]wire.Role, error)
	// CountOwners counts the owners of a practice whose accounts are not disabled.
	CountOwners(ctx context.Context, practice uuid.UUID) (int, error)
	// HasOpenConversations reports whether someone is the therapist of a
	// conversation in a practice that is not closed.
	HasOpenConversations(ctx context.Context, practice, therapist uuid.UUID) (bool, error)
	DeleteMembership(ctx context.Context, practice, account uuid.UUID, role wire.Role) error
	// CreateAccount reports false, and creates nothing, if the address is taken.
	CreateAccount(ctx context.Context, a Account, c Credentials) (created bool, err error)
	// ListMemberships lists the account's memberships, as FindAccount does.
	ListMemberships(ctx context.Context, account uuid.UUID) ([]Membership, error)
	// CreateMembership reports false, and creates nothing, if there is one.
	CreateMembership(ctx context.Context, practice, account uuid.UUID, role wire.Role, at time.Time) (created bool, err error)
	// CreateOperator makes an account one of an operator.
	CreateOperator(ctx context.Context, account uuid.UUID, at time.Time) error
	CreateConversation(ctx context.Context, id, practice, client, therapist uuid.UUID, at time.Time) error
	FindConversation(ctx context.Context, practice, client, therapist uuid.UUID) (uuid.UUID, error)
	// ReopenConversation ends the closing of a conversation that was closed before
	// a moment, and raises its rev. It reports false, and changes nothing, if none
	// stands, or its texts were destroyed.
	ReopenConversation(ctx context.Context, practice, id uuid.UUID, closedBefore, at time.Time) (reopened bool, err error)
	// UpdateReadReceipts returns the conversations that look different now.
	UpdateReadReceipts(ctx context.Context, therapist uuid.UUID, shown bool) (conversations []uuid.UUID, err error)

	CreateInvitation(ctx context.Context, i Invitation) error
	// UseInvitation marks the invitation with the hash of its token or code used by the account, which may come to
	// be within the transaction, so that nobody else can use it, and returns it.
	// It is not found if someone else has used it, it has expired at now, or its
	// therapist is disabled or no longer one of the practice.
	UseInvitation(ctx context.Context, key []byte, account uuid.UUID, now time.Time) (Invitation, error)
	// DeleteInvitation deletes the therapist's invitation unless it was used, which
	// is ErrNotFound, and returns it.
	DeleteInvitation(ctx context.Context, therapist, id uuid.UUID) (Invitation, error)

	// CreateStaffInvitation, UseStaffInvitation are as those of clients. One is not
	// found either if who made it no longer looks after the practice.
	CreateStaffInvitation(ctx context.Context, i StaffInvitation) error
	UseStaffInvitation(ctx context.Context, tokenHash []byte, account uuid.UUID, now time.Time) (StaffInvitation, error)
	// DeleteStaffInvitation deletes one that was not used, and reports whether it
	// was there.
	DeleteStaffInvitation(ctx context.Context, practice, id uuid.UUID) (bool, error)
	// DeleteStaffInvitations deletes all of a practice that were not used.
	DeleteStaffInvitations(ctx context.Context, practice uuid.UUID) error

	// CountOpenApplications counts the applications that wait, and those of them
	// that come from a place.
	CountOpenApplications(ctx context.Context, place []byte) (all, there int, err error)
	// DeleteOpenApplications deletes the applications that wait since before a
	// moment, and returns them.
	DeleteOpenApplications(ctx context.Context, before time.Time) ([]uuid.UUID, error)
	// CreateApplication reports false, and creates nothing, if there is one with
	// its id.
	CreateApplication(ctx context.Context, a Application) (created bool, err error)
	// LockApplication finds an application and keeps others from changing it until
	// the transaction ends.
	LockApplication(ctx context.Context, id uuid.UUID) (Application, error)
	// UpdateApplication changes what became of an application, never what it says.
	UpdateApplication(ctx context.Context, a Application) error

	// FindListing finds a therapist whom ListDirectory could list.
	FindListing(ctx context.Context, practice, therapist uuid.UUID) (Listing, error)
	// SaveListing keeps what a therapist shows in the directory, or nothing.
	SaveListing(ctx context.Context, l Listing) error
	// ListRequestsOf lists the requests of a person, without names.
	ListRequestsOf(ctx context.Context, client uuid.UUID) ([]CareRequest, error)
	CreateRequest(ctx context.Context, r CareRequest) error
	// LockRequest finds a request, without names, and keeps others from changing
	// it until the transaction ends.
	LockRequest(ctx context.Context, id uuid.UUID) (CareRequest, error)
	// UpdateRequest changes what became of a request.
	UpdateRequest(ctx context.Context, r CareRequest) error
	DeleteRequest(ctx context.Context, id uuid.UUID) error
	// DeleteAnsweredRequests deletes requests that were answered before a moment,
	// and returns their ids and practices.
	DeleteAnsweredRequests(ctx context.Context, before time.Time) ([]CareRequest, error)

	CreateSignUp(ctx context.Context, p PendingSignUp) error
	DeleteSignUps(ctx context.Context, emailIndex []byte) error

	// LockCredentials finds the credentials and keeps others from changing them
	// until the transaction ends.
	LockCredentials(ctx context.Context, account uuid.UUID) (Credentials, error)
	UpdateCredentials(ctx context.Context, c Credentials) error

	FindEmailChange(ctx context.Context, account uuid.UUID) (EmailChange, error)
	CreateEmailChange(ctx context.Context, c EmailChange) error
	// PostponeEmailChange sets when the change of an account's address takes effect.
	PostponeEmailChange(ctx context.Context, account uuid.UUID, until time.Time) error
	// DeleteEmailChange reports whether there was one.
	DeleteEmailChange(ctx context.Context, account uuid.UUID) (found bool, err error)
	// UpdateEmail reports false, and changes nothing, if someone else's account has
	// the address.
	UpdateEmail(ctx context.Context, account uuid.UUID, email message.Text, emailIndex []byte) (free bool, err error)

	FindFactors(ctx context.Context, account uuid.UUID) (Factors, error)
	// SaveTOTP keeps the account's TOTP, or deletes it where both secrets are
	// empty.
	SaveTOTP(ctx context.Context, account uuid.UUID, t TOTP) error
	// CreatePasskey reports false, and creates nothing, if some account has a
	// passkey with the hash of its credential id already.
	CreatePasskey(ctx context.Context, p Passkey, credentialHash []byte) (created bool, err error)
	// UpdatePasskey changes the name, the credential and the last use.
	UpdatePasskey(ctx context.Context, p Passkey) error
	DeletePasskey(ctx context.Context, id uuid.UUID) error
	// DeleteFactors deletes everything the account has besides its password,
	// readable or not.
	DeleteFactors(ctx context.Context, account uuid.UUID) error
	// ReplaceRecoveryCodes deletes all recovery codes of the account, then
	// creates those with the hashes.
	ReplaceRecoveryCodes(ctx context.Context, account uuid.UUID, hashes [][]byte, at time.Time) error
	// UseRecoveryCode marks a code used and reports whether there was one.
	UseRecoveryCode(ctx context.Context, account uuid.UUID, hash []byte, at time.Time) (used bool, err error)

	CreateNotice(ctx context.Context, n Notice) error
	// CreateMail keeps a mail until it is sent: it is sent once the transaction
	// commits, and only then.
	CreateMail(ctx context.Context, l Letter) error
	// CountMails counts the mails of some kinds that wait.
	CountMails(ctx context.Context, kinds []Mail) (int, error)
	// FindEmail finds the address of an account, "" if it is disabled.
	FindEmail(ctx context.Context, account uuid.UUID) (message.Text, error)
	CreateCeremony(ctx context.Context, c Ceremony) error
	CreateReset(ctx context.Context, r Reset) error
	// LockReset finds a reset and keeps others from changing it until the
	// transaction ends.
	LockReset(ctx context.Context, tokenHash []byte) (Reset, error)
	FindPendingReset(ctx context.Context, account uuid.UUID) (Reset, error)
	DeleteResets(ctx context.Context, account uuid.UUID) error
	// DeleteExpiredResets deletes resets that expired before now and do not wait
	// to take effect, and reports whether there were any.
	DeleteExpiredResets(ctx context.Context, now time.Time) (bool, error)

	// LockFailures finds the failures under a name, none if there are none, and
	// keeps others from counting there until the transaction ends.
	LockFailures(ctx context.Context, name string) (Failures, error)
	SaveFailures(ctx context.Context, name string, f Failures) error

	CreateDevice(ctx context.Context, d Device, tokenHash []byte) error
	// HasDevice reports whether the account ever had a device.
	HasDevice(ctx context.Context, account uuid.UUID) (bool, error)
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
	// RotateLogin gives a login session another token, since its person has
	// just shown who they are. Where it has ended it is ErrNotLoggedIn.
	RotateLogin(ctx context.Context, id LoginID, tokenHash []byte, at time.Time) error
	// DeleteLogin reports whether the login session was there.
	DeleteLogin(ctx context.Context, id LoginID) (found bool, err error)
	// DeleteOtherLogins deletes all login sessions of the account but one, which
	// may be uuid.Nil, and returns their ids.
	DeleteOtherLogins(ctx context.Context, account uuid.UUID, keep LoginID) ([]LoginID, error)
	// DeleteUnfinishedLogins deletes the account's login sessions that are not
	// whole.
	DeleteUnfinishedLogins(ctx context.Context, account uuid.UUID) error
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
	CodeHash  []byte // keyed; nil for those from before there were codes
	Practice  uuid.UUID
	Therapist uuid.UUID
	CreatedAt time.Time
	ExpiresAt time.Time
}
