package account

import (
	"context"
	"crypto/hmac"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/permit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// EmailChangeLimit is how long the code works that is mailed to a new address.
const EmailChangeLimit = 72 * time.Hour

// EmailChange is another address that somebody wants for their account.
type EmailChange struct {
	ID        uuid.UUID
	Account   uuid.UUID
	Email     message.Text
	CodeHash  []byte // keyed
	CreatedAt time.Time
	ExpiresAt time.Time // unless the code was given until then
	// EffectiveAt is zero until the code was given.
	EffectiveAt time.Time
}

// ChangeEmail asks for another address of the actor's account. A code is mailed
// there, by which ConfirmEmail goes on, and the present address is told. Where
// someone else's account has the address nobody gets a code, and nothing but the
// mail differs. It replaces what was asked for before and needs a fresh proof. The
// errors are *FieldsError and *TooManyError: an account gets a few an hour, and so
// does an address.
func (s *Service) ChangeEmail(ctx context.Context, actor Actor, email message.Text) error {
	if err := s.can(actor, permit.ChangeEmail); err != nil {
		return err
	}
	email, plausible := Address(email)
	if !plausible {
		return &FieldsError{Fields: []string{"email"}}
	}
	code, err := s.newCode()
	if err != nil {
		return fmt.Errorf("change address: %w", err)
	}
	id, err := s.newID()
	if err != nil {
		return fmt.Errorf("change address: %w", err)
	}
	index, now := s.emailIndex(email), s.now()
	owner, err := s.store.FindCredentials(ctx, index)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("change address: %w", err)
	}
	change := EmailChange{ID: id, Account: actor.Account, Email: email, CodeHash: s.codeHash(code), CreatedAt: now, ExpiresAt: now.Add(EmailChangeLimit)}
	letter, token := MailNewAddress, code
	if err == nil && owner.Account != actor.Account {
		letter, token = MailAddressTaken, ""
	}
	err = s.store.Update(ctx, func(tx Tx) error {
		if err := lockEnabled(ctx, tx, actor.Account); err != nil {
			return err
		}
		for name, most := range map[string]int{
			"email/" + actor.Account.String():     mailsAtOnce,
			"signup/" + hex.EncodeToString(index): signUpMails,
		} {
			if room, err := countMails(ctx, tx, name, most, now); err != nil {
				return err
			} else if !room {
				return &TooManyError{RetryAfter: mailPause}
			}
		}
		if _, err := tx.DeleteEmailChange(ctx, actor.Account); err != nil {
			return err
		}
		if err := tx.CreateEmailChange(ctx, change); err != nil {
			return err
		}
		if err := s.record(ctx, tx, actor.Account, s.emailEvent(actor.Account, actor.Account, "requested")); err != nil {
			return err
		}
		if err := s.mailPerson(ctx, tx, actor.Account, MailAddressAsked); err != nil {
			return err
		}
		return s.mail(ctx, tx, email, letter, token)
	})
	if err != nil {
		return fmt.Errorf("change address: %w", err)
	}
	return nil
}

// ConfirmEmail shows by the code that was mailed there that the new address is the
// actor's. With a second factor, without which nobody could ask, the account has it
// at once. Without one it waits for ResetDelay, since whoever knows the password
// alone could take the account away by it: its devices and its mailbox are told, and
// each can cancel it. The errors are ErrInvalidCode, ErrAddressTaken where someone
// made an account with the address meanwhile, and *TooManyError.
func (s *Service) ConfirmEmail(ctx context.Context, actor Actor, code string) error {
	if err := s.can(actor, permit.ManageOwn); err != nil {
		return err
	}
	tries := counter{own: "email-code/" + actor.Account.String(), longest: maxDelay}
	if _, err := s.guess(ctx, tries); err != nil {
		return err
	}
	told := wire.NoticeEmail
	err := s.store.Update(ctx, func(tx Tx) error {
		if err := lockEnabled(ctx, tx, actor.Account); err != nil {
			return err
		}
		change, err := tx.FindEmailChange(ctx, actor.Account)
		if errors.Is(err, ErrNotFound) {
			return ErrInvalidCode
		}
		if err != nil {
			return err
		}
		if !s.now().Before(change.ExpiresAt) || !change.EffectiveAt.IsZero() || !hmac.Equal(s.codeHash(normalizeCode(code)), change.CodeHash) {
			return ErrInvalidCode
		}
		factors, err := tx.FindFactors(ctx, actor.Account)
		if err != nil {
			return err
		}
		if factors.Any() {
			return s.replaceEmail(ctx, tx, change, actor.Account, actor.Device)
		}
		told = wire.NoticeEmailPending
		if err := s.record(ctx, tx, actor.Account, s.emailEvent(actor.Account, actor.Account, "pending")); err != nil {
			return err
		}
		if err := s.keepNotice(ctx, tx, actor.Account, told, actor.Device, MailAddressPending); err != nil {
			return err
		}
		return tx.PostponeEmailChange(ctx, actor.Account, s.now().Add(ResetDelay))
	})
	if err != nil {
		return fmt.Errorf("confirm address: %w", err)
	}
	s.notice(actor.Account, told, actor.Device)
	s.renewed(actor.Account)
	return s.forgive(ctx, tries)
}

// CancelEmail drops the new address of the actor's account that waits. It is
// ErrNotFound if none does.
func (s *Service) CancelEmail(ctx context.Context, actor Actor) error {
	if err := s.can(actor, permit.ManageOwn); err != nil {
		return err
	}
	err := s.store.Update(ctx, func(tx Tx) error {
		if err := lockEnabled(ctx, tx, actor.Account); err != nil {
			return err
		}
		found, err := tx.DeleteEmailChange(ctx, actor.Account)
		if err == nil && !found {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		if err := s.keepNotice(ctx, tx, actor.Account, wire.NoticeEmailCancelled, actor.Device, ""); err != nil {
			return err
		}
		return s.record(ctx, tx, actor.Account, s.emailEvent(actor.Account, actor.Account, "cancelled"))
	})
	if err != nil {
		return fmt.Errorf("cancel address: %w", err)
	}
	s.notice(actor.Account, wire.NoticeEmailCancelled, actor.Device)
	return nil
}

// applyDueEmail gives an account the new address that has waited long enough. One
// that someone else has by now is dropped.
func (s *Service) applyDueEmail(ctx context.Context, account uuid.UUID) error {
	applied := false
	err := s.store.Update(ctx, func(tx Tx) error {
		if err := lockEnabled(ctx, tx, account); err != nil {
			return err
		}
		change, err := tx.FindEmailChange(ctx, account)
		if errors.Is(err, ErrNotFound) || err == nil && (change.EffectiveAt.IsZero() || s.now().Before(change.EffectiveAt)) {
			return nil // it was cancelled, or asked for anew
		}
		if err != nil {
			return err
		}
		applied = true
		return s.replaceEmail(ctx, tx, change, uuid.Nil, uuid.Nil)
	})
	if errors.Is(err, ErrAddressTaken) || errors.Is(err, ErrUnreadable) {
		applied = false
		err = s.store.Update(ctx, func(tx Tx) error {
			if _, err := tx.DeleteEmailChange(ctx, account); err != nil {
				return err
			}
			return s.record(ctx, tx, account, s.emailEvent(uuid.Nil, account, "dropped"))
		})
	}
	if applied && err == nil {
		s.notice(account, wire.NoticeEmail, uuid.Nil)
		s.renewed(account)
	}
	return err
}

// replaceEmail gives an account another address within a transaction that has locked
// its credentials, and tells the one before. Links that were mailed to that one end.
func (s *Service) replaceEmail(ctx context.Context, tx Tx, change EmailChange, by, device uuid.UUID) error {
	if err := s.keepNotice(ctx, tx, change.Account, wire.NoticeEmail, device, MailAddressChanged); err != nil {
		return err
	}
	index := s.emailIndex(change.Email)
	free, err := tx.UpdateEmail(ctx, change.Account, change.Email, index)
	if err != nil {
		return err
	}
	if !free {
		return ErrAddressTaken
	}
	if err := tx.DeleteSignUps(ctx, index); err != nil {
		return err
	}
	if err := tx.DeleteResets(ctx, change.Account); err != nil {
		return err
	}
	if _, err := tx.DeleteEmailChange(ctx, change.Account); err != nil {
		return err
	}
	return s.record(ctx, tx, change.Account, s.emailEvent(by, change.Account, "done"))
}

// emailEvent is the event of a step towards another address.
func (s *Service) emailEvent(actor, account uuid.UUID, step string) audit.Event {
	event := s.eventOf(audit.EmailChange, actor, account)
	event.Details = map[string]string{"step": step}
	return event
}
