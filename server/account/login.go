package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/bearer"
	"pleiades/server/permit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

const (
	// rotationGrace is how long the token before the newest still works, for
	// requests that were under way meanwhile. It proves nothing afresh.
	rotationGrace = 10 * time.Second
)

// Browser is what a login knows of where it comes from.
type Browser struct {
	UserAgent string // as the browser calls itself
	Device    string // token of an earlier login there; may be empty
	Place     string // the part of the network it is in
}

// Entry is what a browser gets of a login.
type Entry struct {
	Account Account // zero unless the login is whole
	Login   LoginSession
	Token   string // of the login session; handed out once, the store has its hash
	// Device is the token by which the browser is known from now on; empty
	// unless the login is whole.
	Device string
	// Next is what the login still needs, empty if it is whole, and Methods is
	// what that can be done with.
	Next    wire.LoginStep
	Methods []wire.Method

	newDevice bool // the browser was not known, as another was before
}

// LogIn begins a login session: whole, or one that can do nothing but what Next
// says, where there is or should be a second factor. A wrong password, an
// unknown address and a disabled account are all ErrInvalidCredentials, after
// the same work; too many of them are a *TooManyError. Where the account has
// nothing but passkeys and the origin served can have none it is
// ErrInvalidMethod.
func (s *Service) LogIn(ctx context.Context, email, password message.Text, from Browser) (Entry, error) {
	creds, err := s.checkPassword(ctx, email, password, from)
	if err != nil {
		return Entry{}, fmt.Errorf("log in: %w", err)
	}
	person, err := s.store.FindAccount(ctx, creds.Account)
	if err != nil {
		return Entry{}, fmt.Errorf("log in: %w", err)
	}
	var entry Entry
	err = s.store.Update(ctx, func(tx Tx) error {
		if err := lockUnchanged(ctx, tx, creds); err != nil {
			return err
		}
		factors, err := tx.FindFactors(ctx, creds.Account)
		if err != nil {
			return err
		}
		switch methods := s.offered(factors.methods()); {
		case len(methods) > 0:
			entry, err = s.begin(ctx, tx, person.ID, permit.StagePending, from)
			entry.Next, entry.Methods = wire.LoginStep(methods[0]), methods
		case factors.Any():
			return ErrInvalidMethod // passkeys alone, where there can be none
		case needsFactor(person.Operator, person.Memberships):
			entry, err = s.begin(ctx, tx, person.ID, permit.StageEnroll, from)
			entry.Next, entry.Methods = wire.StepEnroll, s.offered([]wire.Method{wire.MethodPasskey, wire.MethodTOTP})
		default:
			entry, err = s.enter(ctx, tx, person.ID, from)
			entry.Account = person
		}
		return err
	})
	if err != nil {
		return Entry{}, fmt.Errorf("log in: %w", err)
	}
	s.noticeDevice(entry)
	return entry, nil
}

// offered leaves passkeys out where the origin cannot have any.
func (s *Service) offered(methods []wire.Method) []wire.Method {
	if s.party != nil {
		return methods
	}
	return slices.DeleteFunc(methods, func(m wire.Method) bool { return m == wire.MethodPasskey })
}

// checkPassword returns the credentials of the address if the password is
// theirs, after the same work in every case. The errors are
// ErrInvalidCredentials and *TooManyError.
func (s *Service) checkPassword(ctx context.Context, email, password message.Text, from Browser) (Credentials, error) {
	index := s.emailIndex(email)
	known := true
	creds, err := s.store.FindCredentials(ctx, index)
	switch {
	case errors.Is(err, ErrNotFound):
		known, creds = false, Credentials{PasswordHash: s.passwords.decoy}
	case err != nil:
		return Credentials{}, err
	}
	device, err := s.deviceHere(ctx, creds.Account, from)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Credentials{}, err
	}
	counter := s.passwordCounter(index, from, device.ID)
	if _, err := s.guess(ctx, counter); err != nil {
		return Credentials{}, err
	}
	due, err := s.applyDueReset(ctx, creds.Account)
	if err != nil {
		return Credentials{}, err
	}
	if due {
		if creds, err = s.store.FindCredentials(ctx, index); err != nil {
			return Credentials{}, err
		}
	}
	matches, err := s.passwords.matches(ctx, normalizePassword(password), creds.PasswordHash)
	if err != nil {
		return Credentials{}, err
	}
	if !known || !matches || creds.Disabled {
		if err := s.recordFailure(ctx, creds.Account); err != nil {
			return Credentials{}, err
		}
		return Credentials{}, ErrInvalidCredentials
	}
	return creds, s.forgive(ctx, counter)
}

// FinishLogIn makes the actor's login whole by a second factor. The errors are
// those of a proof.
func (s *Service) FinishLogIn(ctx context.Context, actor Actor, proof Proof, from Browser) (Entry, error) {
	if err := s.can(actor, permit.FinishLogin); err != nil {
		return Entry{}, err
	}
	factors, err := s.store.FindFactors(ctx, actor.Account)
	if err != nil {
		return Entry{}, fmt.Errorf("log in: %w", err)
	}
	var entry Entry
	err = s.prove(ctx, actor.Account, factors.methods(), purposeLogIn, proof, from, func(tx Tx) error {
		if err := leaveStep(ctx, tx, actor); err != nil {
			return err
		}
		entry, err = s.enter(ctx, tx, actor.Account, from)
		return err
	})
	if err != nil {
		return Entry{}, fmt.Errorf("log in: %w", err)
	}
	return entry, s.finishEntry(ctx, &entry)
}

// AskLogIn asks for a passkey to log in with: one of the actor's, whose login
// waits for it, or anyone's for the zero Actor.
func (s *Service) AskLogIn(ctx context.Context, actor Actor) (wire.PasskeyQuestion, error) {
	if actor.Account != uuid.Nil {
		if err := s.can(actor, permit.FinishLogin); err != nil {
			return wire.PasskeyQuestion{}, err
		}
	}
	return s.askPasskey(ctx, purposeLogIn, actor.Account)
}

// LogInByPasskey begins a login session by a passkey alone, which knows whose
// it is and has verified the person. The error is ErrInvalidPasskey.
func (s *Service) LogInByPasskey(ctx context.Context, ceremony string, credential []byte, from Browser) (Entry, error) {
	session, err := s.answered(ctx, ceremony, purposeLogIn, uuid.Nil)
	if err != nil {
		return Entry{}, fmt.Errorf("log in: %w", err)
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(credential)
	if err != nil {
		return Entry{}, fmt.Errorf("log in: %w", ErrInvalidPasskey)
	}
	account, err := uuid.FromBytes(parsed.Response.UserHandle)
	if err != nil {
		return Entry{}, fmt.Errorf("log in: %w", ErrInvalidPasskey)
	}
	var entry Entry
	err = s.provePasskey(ctx, account, session, credential, func(tx Tx) error {
		entry, err = s.enter(ctx, tx, account, from)
		return err
	})
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrInvalidCredentials) {
		err = ErrInvalidPasskey // there is no such account, or it is disabled
	}
	if err != nil {
		return Entry{}, fmt.Errorf("log in: %w", err)
	}
	return entry, s.finishEntry(ctx, &entry)
}

// leaveStep deletes a login session that is about to become whole, under another
// token. Where it has ended meanwhile it is ErrNotLoggedIn.
func leaveStep(ctx context.Context, tx Tx, actor Actor) error {
	found, err := tx.DeleteLogin(ctx, actor.Login)
	if err == nil && !found {
		return ErrNotLoggedIn
	}
	return err
}

// finishEntry completes a whole login that is stored.
func (s *Service) finishEntry(ctx context.Context, entry *Entry) error {
	var err error
	if entry.Account, err = s.store.FindAccount(context.WithoutCancel(ctx), entry.Login.Account); err != nil {
		return fmt.Errorf("find account: %w", err)
	}
	s.noticeDevice(*entry)
	return nil
}

// finishAdded completes what comes with a new factor, which is stored, and
// tells the person.
func (s *Service) finishAdded(ctx context.Context, actor Actor, a *Added) error {
	s.notice(actor.Account, wire.NoticeFactors, actor.Device)
	if a.Entry.Token == "" {
		return nil
	}
	return s.finishEntry(ctx, &a.Entry)
}

// enter begins a whole login session on the browser's device.
func (s *Service) enter(ctx context.Context, tx Tx, account uuid.UUID, from Browser) (Entry, error) {
	device, token, isNew, err := s.recognize(ctx, tx, account, from)
	if err != nil {
		return Entry{}, err
	}

	if isNew {
		if err := s.keepNotice(ctx, tx, account, wire.NoticeNewDevice, device.ID, MailNewDevice); err != nil {
			return Entry{}, err
		}
	}
	entry, err := s.create(ctx, tx, LoginSession{Account: account, Device: device.ID, Stage: permit.StageFull, UserAgent: device.UserAgent})
	entry.Device, entry.newDevice = token, isNew
	return entry, err
}

// begin begins a login session that still needs a step, soon.
func (s *Service) begin(ctx context.Context, tx Tx, account uuid.UUID, stage permit.Stage, from Browser) (Entry, error) {
	return s.create(ctx, tx, LoginSession{Account: account, Stage: stage, UserAgent: shorten(from.UserAgent)})
}

// create stores a new login session, whose person has just shown who they are.
func (s *Service) create(ctx context.Context, tx Tx, login LoginSession) (Entry, error) {
	token, hash, err := bearer.New(s.rand)
	if err != nil {
		return Entry{}, err
	}
	if login.ID, err = s.newID(); err != nil {
		return Entry{}, err
	}
	now := s.now()
	login.CreatedAt, login.LastActAt, login.ProvedAt = now, now, now
	login.ExpiresAt = now.Add(LoginLimit)
	if login.Stage == permit.StagePending {
		login.ExpiresAt = now.Add(PendingLimit)
	}
	if err := tx.DeleteDeadLogins(ctx, login.Account, now, now.Add(-IdleLimit)); err != nil {
		return Entry{}, err
	}
	entry := Entry{Login: login, Token: token}
	if err := tx.CreateLogin(ctx, login, hash); err != nil || login.Stage != permit.StageFull {
		return entry, err
	}
	return entry, s.record(ctx, tx, login.Account, s.eventOf(audit.Login, login.Account, login.ID))
}

// Authenticate finds who is behind a login token. It returns ErrNotLoggedIn if
// the token is unknown, its login session was revoked, is over or still waits
// for a second factor, and ErrEnrollmentRequired if one has to be added first.
// It is no act of the person: it renews nothing.
func (s *Service) Authenticate(ctx context.Context, token string) (Actor, LoginSession, error) {
	actor, login, err := s.AuthenticateStep(ctx, token)
	if err != nil {
		return Actor{}, LoginSession{}, err
	}
	if err := actor.Whole(); err != nil {
		return Actor{}, LoginSession{}, err
	}
	return actor, login, nil
}

// AuthenticateStep is Authenticate for the few operations that take a login
// which is not whole: what they do must ask package permit.
func (s *Service) AuthenticateStep(ctx context.Context, token string) (Actor, LoginSession, error) {
	hash, ok := bearer.Hash(token)
	if !ok {
		return Actor{}, LoginSession{}, ErrNotLoggedIn
	}
	now := s.now()
	login, actor, err := s.store.FindLogin(ctx, hash, now.Add(-rotationGrace))
	if errors.Is(err, ErrNotFound) {
		return Actor{}, LoginSession{}, ErrNotLoggedIn
	}
	if err != nil {
		return Actor{}, LoginSession{}, fmt.Errorf("authenticate: %w", err)
	}
	if !login.Live(now) {
		return Actor{}, LoginSession{}, ErrNotLoggedIn
	}
	return actor, login, nil
}

// CheckLogin returns ErrNotLoggedIn if the login session was revoked or is over.
func (s *Service) CheckLogin(ctx context.Context, id LoginID) error {
	login, err := s.store.FindLoginByID(ctx, id)
	if errors.Is(err, ErrNotFound) || err == nil && !login.Live(s.now()) {
		return ErrNotLoggedIn
	}
	if err != nil {
		return fmt.Errorf("check login: %w", err)
	}
	return nil
}

// Renew notes that the person acted, which keeps the login session from ending
// idle. It writes at most once a minute.
func (s *Service) Renew(ctx context.Context, actor Actor) error {
	if err := s.can(actor, permit.ManageOwn); err != nil {
		return err
	}
	now := s.now()
	if err := s.store.RenewLogin(ctx, actor.Login, now, now.Add(-IdleLimit), now.Add(-renewEvery)); err != nil {
		return fmt.Errorf("renew login: %w", err)
	}
	return nil
}

// LogOut revokes the actor's login session.
func (s *Service) LogOut(ctx context.Context, actor Actor) error {
	if err := s.can(actor, permit.EndLogin); err != nil {
		return err
	}
	err := s.store.Update(ctx, func(tx Tx) error {
		found, err := tx.DeleteLogin(ctx, actor.Login)
		if err != nil || !found || actor.Stage != permit.StageFull {
			return err
		}
		return s.record(ctx, tx, actor.Account, s.eventOf(audit.Logout, actor.Account, actor.Login))
	})
	if err != nil {
		return fmt.Errorf("log out: %w", err)
	}
	s.ended(actor.Login)
	return nil
}

func (s *Service) newID() (uuid.UUID, error) {
	id, err := uuid.NewV7FromReader(s.rand)
	if err != nil {
		return uuid.Nil, fmt.Errorf("make id: %w", err)
	}
	return id, nil
}
