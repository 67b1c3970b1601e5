package account

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/bearer"
	"pleiades/shared/message"
)

// ConfirmLimit is how long the link in the mail of a sign-up works.
const ConfirmLimit = 72 * time.Hour

// PendingSignUp is an account that someone asked for and that is not there yet:
// whether the address is theirs, only a mail can tell.
type PendingSignUp struct {
	TokenHash    []byte
	Name         message.Text
	Email        message.Text
	EmailIndex   []byte
	PasswordHash string
	CreatedAt    time.Time
	ExpiresAt    time.Time
}

// askForAccount keeps what someone signed up with and mails a link to the
// address. For a taken address the same is kept, though nobody gets the link:
// the work must not differ, only the mail does. An address gets a few an hour from
// each place, and not many in all.
func (s *Service) askForAccount(ctx context.Context, d details, place string) error {
	hash, err := s.passwords.hash(ctx, d.password)
	if err != nil {
		return fmt.Errorf("sign up: %w", err)
	}
	token, tokenHash, err := bearer.New(s.rand)
	if err != nil {
		return fmt.Errorf("sign up: %w", err)
	}
	index, now := s.emailIndex(d.email), s.now()
	_, err = s.store.FindCredentials(ctx, index)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("sign up: %w", err)
	}
	taken := err == nil
	err = s.store.Update(ctx, func(tx Tx) error {
		own := "signup-place/" + hex.EncodeToString(s.placeIndex(index, place))
		room, err := countMail(ctx, tx, own, now)
		if err != nil || !room {
			return err
		}
		all := "signup/" + hex.EncodeToString(index)
		if room, err = countMails(ctx, tx, all, signUpMails, now); err != nil || !room {
			return err
		}
		err = tx.CreateSignUp(ctx, PendingSignUp{
			TokenHash: tokenHash, Name: d.name, Email: d.email, EmailIndex: index, PasswordHash: hash,
			CreatedAt: now, ExpiresAt: now.Add(ConfirmLimit),
		})
		switch {
		case err != nil:
			return err
		case taken:
			return s.mail(ctx, tx, d.email, MailAddressTaken, "")
		}
		return s.mail(ctx, tx, d.email, MailConfirm, token)
	})
	if err != nil {
		return fmt.Errorf("sign up: %w", err)
	}
	return nil
}

// ConfirmSignUp creates the account that a sign-up asked for, by the token in
// the link of its mail and the password it chose, and returns its address. Both
// are needed: anyone can sign up with anyone's address, and whoever reads the
// mail must not make an account to which a stranger knows the password. The
// errors are ErrInvalidSignUpLink, ErrInvalidCredentials for another password
// and *TooManyError.
func (s *Service) ConfirmSignUp(ctx context.Context, token string, password message.Text) (email message.Text, err error) {
	hash, ok := bearer.Hash(token)
	if !ok {
		return "", ErrInvalidSignUpLink
	}
	asked, err := s.store.FindSignUp(ctx, hash)
	if errors.Is(err, ErrNotFound) || err == nil && !s.now().Before(asked.ExpiresAt) {
		return "", ErrInvalidSignUpLink
	}
	if err != nil {
		return "", fmt.Errorf("find sign-up: %w", err)
	}
	if _, err := s.guess(ctx, counter{own: "confirm/" + hex.EncodeToString(hash), longest: maxDelay}); err != nil {
		return "", err
	}
	matches, err := s.passwords.matches(ctx, normalizePassword(password), asked.PasswordHash)
	if err != nil {
		return "", fmt.Errorf("confirm sign-up: %w", err)
	}
	if !matches {
		return "", ErrInvalidCredentials
	}
	id, err := s.newID()
	if err != nil {
		return "", fmt.Errorf("confirm sign-up: %w", err)
	}
	err = s.store.Update(ctx, func(tx Tx) error {
		account := Account{ID: id, Name: asked.Name, Email: asked.Email, CreatedAt: s.now()}
		creds := Credentials{Account: id, EmailIndex: asked.EmailIndex, PasswordHash: asked.PasswordHash}
		if err := create(ctx, tx, account, creds); err != nil {
			return err
		}
		return recordAt(ctx, tx, uuid.Nil, s.eventOf(audit.AccountCreate, id, id))
	})
	if errors.Is(err, ErrAddressTaken) {
		return "", ErrInvalidSignUpLink // there is an account by now, by this link or another way
	}
	if err != nil {
		return "", fmt.Errorf("confirm sign-up: %w", err)
	}
	return asked.Email, nil
}
