package account

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/shared/message"
)

// tokenSize is how many random bytes a token has.
const tokenSize = 32

// Browser is what a login knows of where it comes from.
type Browser struct {
	UserAgent string // as the browser calls itself
	Device    string // token of an earlier login there; may be empty
}

// Entry is what a browser gets of a login.
type Entry struct {
	Account Account
	Login   LoginSession
	Token   string // of the login session; handed out once, the store has its hash
	// Device is the token by which the browser is known from now on.
	Device string
}

// LogIn begins a login session. A wrong password, an unknown address and a
// disabled account are all ErrInvalidCredentials, after the same work.
func (s *Service) LogIn(ctx context.Context, email, password message.Text, from Browser) (Entry, error) {
	fail := func(err error) (Entry, error) { return Entry{}, fmt.Errorf("log in: %w", err) }
	known := true
	creds, err := s.store.FindCredentials(ctx, s.emailIndex(email))
	switch {
	case errors.Is(err, ErrNotFound):
		known, creds.PasswordHash = false, s.passwords.decoy
	case err != nil:
		return fail(err)
	}
	matches, err := s.passwords.matches(ctx, normalizePassword(password), creds.PasswordHash)
	if err != nil {
		return fail(err)
	}
	if !known || !matches || creds.Disabled {
		if err := s.recordFailure(ctx, creds.Account); err != nil {
			return fail(err)
		}
		return fail(ErrInvalidCredentials)
	}
	var entry Entry
	err = s.store.Update(ctx, func(tx Tx) error {
		// The password may have been reset since it was checked.
		current, err := tx.LockCredentials(ctx, creds.Account)
		if err != nil {
			return err
		}
		if current.Disabled || current.PasswordHash != creds.PasswordHash {
			return ErrInvalidCredentials
		}
		entry, err = s.enter(ctx, tx, creds.Account, from)
		return err
	})
	if err != nil {
		return fail(err)
	}
	if entry.Account, err = s.store.FindAccount(ctx, creds.Account); err != nil {
		return fail(err)
	}
	return entry, nil
}

// enter begins a whole login session on the browser's device.
func (s *Service) enter(ctx context.Context, tx Tx, account uuid.UUID, from Browser) (Entry, error) {
	now := s.now()
	device, deviceToken, err := s.recognize(ctx, tx, account, from)
	if err != nil {
		return Entry{}, err
	}
	token, hash, err := s.newToken()
	if err != nil {
		return Entry{}, err
	}
	id, err := s.newID()
	if err != nil {
		return Entry{}, err
	}
	login := LoginSession{
		ID:        id,
		Account:   account,
		Device:    device.ID,
		CreatedAt: now,
		LastActAt: now,
		ExpiresAt: now.Add(LoginLimit),
		UserAgent: device.UserAgent,
	}
	if err := tx.DeleteDeadLogins(ctx, account, now, now.Add(-IdleLimit)); err != nil {
		return Entry{}, err
	}
	if err := tx.CreateLogin(ctx, login, hash); err != nil {
		return Entry{}, err
	}
	return Entry{Login: login, Token: token, Device: deviceToken}, s.record(ctx, tx, account, s.eventOf(audit.Login, account, id))
}

// Authenticate finds who is behind a login token. It returns ErrNotLoggedIn if
// the token is unknown or its login session was revoked or is over. It is no
// act of the person: it renews nothing.
func (s *Service) Authenticate(ctx context.Context, token string) (Actor, LoginSession, error) {
	hash, ok := hashToken(token)
	if !ok {
		return Actor{}, LoginSession{}, ErrNotLoggedIn
	}
	login, actor, err := s.store.FindLogin(ctx, hash)
	if errors.Is(err, ErrNotFound) {
		return Actor{}, LoginSession{}, ErrNotLoggedIn
	}
	if err != nil {
		return Actor{}, LoginSession{}, fmt.Errorf("authenticate: %w", err)
	}
	if !login.Live(s.now()) {
		return Actor{}, LoginSession{}, ErrNotLoggedIn
	}
	return actor, login, nil
}

// Renew notes that the person acted, which keeps the login session from ending
// idle. It writes at most once a minute.
func (s *Service) Renew(ctx context.Context, actor Actor) error {
	now := s.now()
	if err := s.store.RenewLogin(ctx, actor.Login, now, now.Add(-IdleLimit), now.Add(-renewEvery)); err != nil {
		return fmt.Errorf("renew login: %w", err)
	}
	return nil
}

// LogOut revokes the actor's login session.
func (s *Service) LogOut(ctx context.Context, actor Actor) error {
	err := s.store.Update(ctx, func(tx Tx) error {
		if err := tx.DeleteLogin(ctx, actor.Login); err != nil {
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

// newToken makes a token and the hash under which it is stored. A token has 256
// random bits, so a plain hash keeps it secret.
func (s *Service) newToken() (token string, hash []byte, err error) {
	raw := make([]byte, tokenSize)
	if _, err := io.ReadFull(s.rand, raw); err != nil {
		return "", nil, fmt.Errorf("make token: %w", err)
	}
	sum := sha256.Sum256(raw)
	return base64.RawURLEncoding.EncodeToString(raw), sum[:], nil
}

// hashToken returns the hash under which a token is stored, and false for a
// string that is no token.
func hashToken(token string) (hash []byte, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != tokenSize {
		return nil, false
	}
	sum := sha256.Sum256(raw)
	return sum[:], true
}

func (s *Service) newID() (uuid.UUID, error) {
	id, err := uuid.NewV7FromReader(s.rand)
	if err != nil {
		return uuid.Nil, fmt.Errorf("make id: %w", err)
	}
	return id, nil
}
