package account

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/bearer"
	"pleiades/server/permit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

const (
	// ResetLimit is how long the link of a reset works.
	ResetLimit = time.Hour
	// OperatorResetLimit is how long one made by an operator works.
	OperatorResetLimit = 72 * time.Hour
	// ResetDelay is how long a new password waits where no second factor shows
	// who asked for it.
	ResetDelay = 24 * time.Hour
)

// Reset lets someone who has its token set a new password.
type Reset struct {
	TokenHash  []byte
	Account    uuid.UUID
	ByOperator bool // it takes effect at once
	CreatedAt  time.Time
	ExpiresAt  time.Time
	// PasswordHash and EffectiveAt are there once it has been used and waits.
	PasswordHash string
	EffectiveAt  time.Time
	Device       uuid.UUID // on which it was used; Nil if that was none of the account's
}

// RequestReset has a link mailed to set a new password, if there is an account with
// the address; nothing shows whether there is: SendReset looks for it, later. An
// address gets a few an hour. *TooManyError says that too many mails wait.
func (s *Service) RequestReset(ctx context.Context, email message.Text) error {
	index := s.emailIndex(email)
	email, plausible := Address(email)
	if !plausible {
		return nil // nobody has it
	}
	err := s.store.Update(ctx, func(tx Tx) error {
		room, err := countMail(ctx, tx, "reset/"+hex.EncodeToString(index), s.now())
		if err != nil || !room {
			return err
		}
		return s.mail(ctx, tx, email, MailResetAsked, "")
	})
	if err != nil {
		return fmt.Errorf("request reset: %w", err)
	}
	return nil
}

// SendReset mails a link to set a new password to the account with the address,
// if there is one. It is for who sends mails, and finds a MailResetAsked to it.
func (s *Service) SendReset(ctx context.Context, email message.Text) error {
	person, err := s.store.FindAccountByEmail(ctx, s.emailIndex(email))
	if errors.Is(err, ErrNotFound) || err == nil && person.Disabled {
		return nil
	}
	if err != nil {
		return fmt.Errorf("send reset: %w", err)
	}
	token, hash, err := bearer.New(s.rand)
	if err != nil {
		return fmt.Errorf("send reset: %w", err)
	}
	now := s.now()
	err = s.store.Update(ctx, func(tx Tx) error {
		if err := s.record(ctx, tx, person.ID, s.resetEvent(uuid.Nil, person.ID, "requested")); err != nil {
			return err
		}
		reset := Reset{TokenHash: hash, Account: person.ID, CreatedAt: now, ExpiresAt: now.Add(ResetLimit)}
		if err := tx.CreateReset(ctx, reset); err != nil {
			return err
		}
		return s.mail(ctx, tx, person.Email, MailReset, token)
	})
	if err != nil {
		return fmt.Errorf("send reset: %w", err)
	}
	return nil
}

// ResetAnswer says how far a reset is.
type ResetAnswer struct {
	State       wire.ResetState
	EffectiveAt time.Time     // for wire.ResetPending
	Methods     []wire.Method // for wire.ResetFactor
}

// UseReset sets a new password by the token of a link. An account with a second
// factor needs a proof of it and keeps its factors; without the proof nothing
// happens and the answer says what is needed. An account without one waits for
// ResetDelay, its devices and its mailbox are told, and they can cancel it. The
// errors are ErrInvalidReset, *InvalidPasswordError and those of a proof.
func (s *Service) UseReset(ctx context.Context, token string, password message.Text, proof Proof, from Browser) (ResetAnswer, error) {
	reset, err := s.findReset(ctx, token)
	if err != nil {
		return ResetAnswer{}, err
	}
	person, err := s.store.FindAccount(ctx, reset.Account)
	if err != nil {
		return ResetAnswer{}, fmt.Errorf("find account: %w", err)
	}
	password = normalizePassword(password)
	if err := s.checkNewPassword(password, person.Email); err != nil {
		return ResetAnswer{}, err
	}
	factors, err := s.store.FindFactors(ctx, reset.Account)
	if err != nil {
		return ResetAnswer{}, fmt.Errorf("find factors: %w", err)
	}
	if factors.Any() && proof.Method == "" {
		return ResetAnswer{State: wire.ResetFactor, Methods: s.offered(factors.methods())}, nil
	}
	if factors.Any() && !slices.Contains(factors.methods(), proof.Method) {
		return ResetAnswer{}, ErrInvalidMethod // before the password is hashed, which costs much
	}
	hash, err := s.passwords.hash(ctx, password)
	if err != nil {
		return ResetAnswer{}, fmt.Errorf("reset password: %w", err)
	}

	here, err := s.deviceHere(ctx, reset.Account, from)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return ResetAnswer{}, fmt.Errorf("find device: %w", err)
	}
	if !factors.Any() && !reset.ByOperator {
		reset.Device = here.ID
		return s.delayReset(ctx, person, reset, hash)
	}
	var ended []LoginID
	apply := func(tx Tx) error {
		if _, err := tx.LockReset(ctx, reset.TokenHash); err != nil {
			return invalidReset(err)
		}
		var err error
		ended, err = s.replacePassword(ctx, tx, reset.Account, hash, Actor{Device: here.ID}, s.resetEvent(uuid.Nil, reset.Account, "done"))
		return err
	}
	if factors.Any() {
		err = s.prove(ctx, reset.Account, factors.methods(), purposeReset, proof, from, apply)
	} else {
		err = s.store.Update(ctx, func(tx Tx) error {
			if err := lockEnabled(ctx, tx, reset.Account); err != nil {
				return err
			}
			return apply(tx)
		})
	}
	if err != nil {
		return ResetAnswer{}, fmt.Errorf("reset password: %w", err)
	}
	s.noticePassword(person.ID, here.ID, ended)
	return ResetAnswer{State: wire.ResetDone}, nil
}

// AskReset asks for a passkey of the account that a reset is for.
func (s *Service) AskReset(ctx context.Context, token string) (wire.PasskeyQuestion, error) {
	reset, err := s.findReset(ctx, token)
	if err != nil {
		return wire.PasskeyQuestion{}, err
	}
	return s.askPasskey(ctx, purposeReset, reset.Account)
}

// findReset returns a reset that can be used, or ErrInvalidReset.
func (s *Service) findReset(ctx context.Context, token string) (Reset, error) {
	hash, ok := bearer.Hash(token)
	if !ok {
		return Reset{}, ErrInvalidReset
	}
	reset, err := s.store.FindReset(ctx, hash)
	if err != nil {
		return Reset{}, invalidReset(err)
	}
	if reset.PasswordHash != "" || !s.now().Before(reset.ExpiresAt) {
		return Reset{}, ErrInvalidReset
	}
	return reset, nil
}

// invalidReset is the error for a reset that is not there.
func invalidReset(err error) error {
	if errors.Is(err, ErrNotFound) {
		return ErrInvalidReset
	}
	return fmt.Errorf("find reset: %w", err)
}

// delayReset keeps a new password until it takes effect.
func (s *Service) delayReset(ctx context.Context, person Account, reset Reset, hash string) (ResetAnswer, error) {
	reset.PasswordHash, reset.EffectiveAt = hash, s.now().Add(ResetDelay)
	err := s.store.Update(ctx, func(tx Tx) error {
		if err := lockEnabled(ctx, tx, person.ID); err != nil {
			return err
		}
		current, err := tx.LockReset(ctx, reset.TokenHash)
		if err != nil {
			return invalidReset(err)
		}
		if current.PasswordHash != "" {
			return ErrInvalidReset
		}
		if err := tx.DeleteResets(ctx, person.ID); err != nil {
			return err
		}
		if err := s.record(ctx, tx, person.ID, s.resetEvent(uuid.Nil, person.ID, "pending")); err != nil {
			return err
		}
		if err := s.keepNotice(ctx, tx, person.ID, wire.NoticeResetPending, reset.Device, MailResetPending); err != nil {
			return err
		}
		return tx.CreateReset(ctx, reset)
	})
	if err != nil {
		return ResetAnswer{}, fmt.Errorf("reset password: %w", err)
	}
	s.notice(person.ID, wire.NoticeResetPending, reset.Device)
	return ResetAnswer{State: wire.ResetPending, EffectiveAt: reset.EffectiveAt}, nil
}

// ApproveReset makes the actor's new password, which waits, work at once. It is
// ErrNotFound if none does. On the device on which the link was used it needs a
// fresh proof: whoever holds that device and reads the mail is perhaps not them.
func (s *Service) ApproveReset(ctx context.Context, actor Actor) error {
	if err := s.can(actor, permit.DecideReset); err != nil {
		return err
	}
	var ended []LoginID
	err := s.store.Update(ctx, func(tx Tx) error {
		if err := lockEnabled(ctx, tx, actor.Account); err != nil {
			return err
		}
		reset, err := tx.FindPendingReset(ctx, actor.Account)
		if err != nil {
			return err
		}
		if reset.Device == actor.Device {
			if err := s.can(actor, permit.ChangePassword); err != nil {
				return err
			}
		}
		ended, err = s.replacePassword(ctx, tx, actor.Account, reset.PasswordHash, actor, s.resetEvent(actor.Account, actor.Account, "approved"))
		return err
	})
	if err != nil {
		return fmt.Errorf("approve reset: %w", err)
	}
	s.noticePassword(actor.Account, actor.Device, ended)
	return nil
}

// CancelReset drops the actor's new password, which waits. It is ErrNotFound if
// none does.
func (s *Service) CancelReset(ctx context.Context, actor Actor) error {
	if err := s.can(actor, permit.DecideReset); err != nil {
		return err
	}
	err := s.store.Update(ctx, func(tx Tx) error {
		if err := lockEnabled(ctx, tx, actor.Account); err != nil {
			return err
		}
		if _, err := tx.FindPendingReset(ctx, actor.Account); err != nil {
			return err
		}
		if err := s.record(ctx, tx, actor.Account, s.resetEvent(actor.Account, actor.Account, "cancelled")); err != nil {
			return err
		}
		if err := s.keepNotice(ctx, tx, actor.Account, wire.NoticeResetCancelled, actor.Device, ""); err != nil {
			return err
		}
		return tx.DeleteResets(ctx, actor.Account)
	})
	if err != nil {
		return fmt.Errorf("cancel reset: %w", err)
	}
	s.notice(actor.Account, wire.NoticeResetCancelled, actor.Device)
	return nil
}

// applyDueReset makes a new password that has waited long enough the account's.
// It reports whether there was one.
func (s *Service) applyDueReset(ctx context.Context, account uuid.UUID) (bool, error) {
	due, err := s.store.FindPendingReset(ctx, account)
	if errors.Is(err, ErrNotFound) || err == nil && s.now().Before(due.EffectiveAt) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("find reset: %w", err)
	}
	var ended []LoginID
	applied := false
	err = s.store.Update(ctx, func(tx Tx) error {
		if err := lockEnabled(ctx, tx, account); err != nil {
			return err
		}
		reset, err := tx.FindPendingReset(ctx, account)
		if errors.Is(err, ErrNotFound) || err == nil && s.now().Before(reset.EffectiveAt) {
			return nil // another login was faster, or it was cancelled
		}
		if err != nil {
			return err
		}
		applied = true
		ended, err = s.replacePassword(ctx, tx, account, reset.PasswordHash, Actor{Device: reset.Device}, s.resetEvent(uuid.Nil, account, "done"))
		return err
	})
	if errors.Is(err, ErrInvalidCredentials) {
		return false, nil // disabled, which the caller finds out by itself
	}
	if err != nil {
		return false, fmt.Errorf("apply reset: %w", err)
	}
	if applied {
		s.noticePassword(account, due.Device, ended)
	}
	return true, nil
}

// ChangePassword sets the actor's password and ends all other login sessions.
// The error is *InvalidPasswordError. It needs a fresh proof.
func (s *Service) ChangePassword(ctx context.Context, actor Actor, password message.Text) error {
	if err := s.can(actor, permit.ChangePassword); err != nil {
		return err
	}
	person, err := s.store.FindAccount(ctx, actor.Account)
	if err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	password = normalizePassword(password)
	if err := s.checkNewPassword(password, person.Email); err != nil {
		return err
	}
	hash, err := s.passwords.hash(ctx, password)
	if err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	var ended []LoginID
	err = s.store.Update(ctx, func(tx Tx) error {
		if err := lockEnabled(ctx, tx, actor.Account); err != nil {
			return err
		}
		ended, err = s.replacePassword(ctx, tx, actor.Account, hash, actor, s.eventOf(audit.PasswordChange, actor.Account, actor.Account))
		return err
	})
	if err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	s.noticePassword(actor.Account, actor.Device, ended)
	return nil
}

// replacePassword sets a password within a transaction that has locked the
// credentials, and records the event. It drops all resets, another address that
// waits, and all login sessions but the one of who did it, if they have one, and returns those.
func (s *Service) replacePassword(ctx context.Context, tx Tx, account uuid.UUID, hash string, by Actor, event audit.Event) ([]LoginID, error) {
	creds, err := tx.LockCredentials(ctx, account)
	if err != nil {
		return nil, err
	}
	creds.PasswordHash = hash
	if err := tx.UpdateCredentials(ctx, creds); err != nil {
		return nil, err
	}
	if err := tx.DeleteResets(ctx, account); err != nil {
		return nil, err
	}
	// Whoever knew the password before may have asked for it.
	if _, err := tx.DeleteEmailChange(ctx, account); err != nil {
		return nil, err
	}
	if err := s.record(ctx, tx, account, event); err != nil {
		return nil, err
	}
	if err := s.keepNotice(ctx, tx, account, wire.NoticePassword, by.Device, MailPassword); err != nil {
		return nil, err
	}
	return s.endOtherLogins(ctx, tx, account, by)
}

// resetEvent is the event of a step of a reset; whoever has only its link is no
// actor.
func (s *Service) resetEvent(actor, account uuid.UUID, step string) audit.Event {
	event := s.eventOf(audit.PasswordReset, actor, account)
	event.Details = map[string]string{"step": step}
	return event
}

// noticePassword tells an account's devices that there is a new password, and
// closes the streams of the login sessions that ended with the old one.
func (s *Service) noticePassword(account, device uuid.UUID, ended []LoginID) {
	s.notice(account, wire.NoticePassword, device)
	s.ended(ended...)
}
