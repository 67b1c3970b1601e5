package account

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/google/uuid"

	"pleiades/shared/message"
)

const (
	tokenSize    = 32  // bytes of randomness in a token
	maxUserAgent = 300 // bytes
)

// LogIn begins a login session. The token is handed out here once; the store
// has only its hash. A wrong password, an unknown address and a disabled
// account are all ErrInvalidCredentials, after the same work.
func (s *Service) LogIn(ctx context.Context, email, password message.Text, userAgent string) (Account, string, LoginSession, error) {
	fail := func(err error) (Account, string, LoginSession, error) {
		return Account{}, "", LoginSession{}, fmt.Errorf("log in: %w", err)
	}
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
		return fail(ErrInvalidCredentials)
	}

	token, hash, err := s.newToken()
	if err != nil {
		return fail(err)
	}
	id, err := s.newID()
	if err != nil {
		return fail(err)
	}
	now := s.now()
	login := LoginSession{
		ID:        id,
		Account:   creds.Account,
		CreatedAt: now,
		LastActAt: now,
		ExpiresAt: now.Add(LoginLimit),
		UserAgent: strings.ToValidUTF8(userAgent[:min(len(userAgent), maxUserAgent)], ""),
	}
	err = s.store.Update(ctx, func(tx Tx) error {
		// The password may have been reset since it was checked.
		current, err := tx.LockCredentials(ctx, creds.Account)
		if err != nil {
			return err
		}
		if current.Disabled || current.PasswordHash != creds.PasswordHash {
			return ErrInvalidCredentials
		}
		if err := tx.DeleteDeadLogins(ctx, creds.Account, now, now.Add(-IdleLimit)); err != nil {
			return err
		}
		return tx.CreateLogin(ctx, login, hash)
	})
	if err != nil {
		return fail(err)
	}
	account, err := s.store.FindAccount(ctx, creds.Account)
	if err != nil {
		return fail(err)
	}
	return account, token, login, nil
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
	err := s.store.Update(ctx, func(tx Tx) error { return tx.DeleteLogin(ctx, actor.Login) })
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
