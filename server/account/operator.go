package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/bearer"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// This file holds the work of the operator, who has a shell on the host. It
// takes no actor and must not be reachable through the API.

// NewAccount is what an operator gives to create an account.
type NewAccount struct {
	Practice uuid.UUID
	Role     wire.Role
	Name     message.Text
	Email    message.Text
	Password message.Text
}

// CreatePractice creates a practice; demo says that nothing in it is real. Its
// name keeps the rules of a person's name; the error is then an *InvalidError.
func (s *Service) CreatePractice(ctx context.Context, name message.Text, demo bool) (Practice, error) {
	name = message.Normalize(name)
	if fields := checkName(name); fields != nil {
		return Practice{}, &InvalidError{Fields: fields}
	}
	id, err := s.newID()
	if err != nil {
		return Practice{}, fmt.Errorf("create practice: %w", err)
	}
	practice := Practice{ID: id, Name: name, Demo: demo, CreatedAt: s.now().UTC().Truncate(time.Microsecond)}
	err = s.store.Update(ctx, func(tx Tx) error { return s.createPractice(ctx, tx, practice, uuid.Nil) })
	if err != nil {
		return Practice{}, fmt.Errorf("create practice: %w", err)
	}
	return practice, nil
}

// createPractice stores a new practice that someone has made.
func (s *Service) createPractice(ctx context.Context, tx Tx, practice Practice, by uuid.UUID) error {
	if err := tx.CreatePractice(ctx, practice); err != nil {
		return err
	}
	// In the chain of no practice too: it knows all there have to be.
	event := s.eventOf(audit.PracticeCreate, by, practice.ID)
	return errors.Join(recordAt(ctx, tx, uuid.Nil, event), recordAt(ctx, tx, practice.ID, event))
}

// ListPractices lists all practices, oldest first.
func (s *Service) ListPractices(ctx context.Context) ([]Practice, error) {
	practices, err := s.store.ListPractices(ctx)
	if err != nil {
		return nil, fmt.Errorf("list practices: %w", err)
	}
	return practices, nil
}

// CreateAccount creates an account with one membership. A client made this way
// has no conversation yet: those begin with an invitation. The errors are
// *InvalidError, ErrAddressTaken and, for an unknown practice, ErrNotFound.
func (s *Service) CreateAccount(ctx context.Context, in NewAccount) (Account, error) {
	d, err := s.checkDetails(in.Name, in.Email, in.Password)
	if err != nil {
		return Account{}, err
	}
	account, creds, err := s.newAccount(ctx, d)
	if err != nil {
		return Account{}, fmt.Errorf("create account: %w", err)
	}
	err = s.store.Update(ctx, func(tx Tx) error {
		if err := create(ctx, tx, account, creds); err != nil {
			return err
		}
		if _, err := tx.CreateMembership(ctx, in.Practice, account.ID, in.Role, account.CreatedAt); err != nil {
			return err
		}
		joined := s.eventOf(audit.MembershipCreate, uuid.Nil, account.ID)
		joined.Details = map[string]string{"role": string(in.Role)}
		return recordAt(ctx, tx, in.Practice, s.eventOf(audit.AccountCreate, uuid.Nil, account.ID), joined)
	})
	if err != nil {
		return Account{}, fmt.Errorf("create account: %w", err)
	}
	account, err = s.store.FindAccount(ctx, account.ID)
	if err != nil {
		return Account{}, fmt.Errorf("create account: %w", err)
	}
	return account, nil
}

// FindByEmail finds the account with the address, in any spelling that LogIn
// would take.
func (s *Service) FindByEmail(ctx context.Context, email message.Text) (Account, error) {
	account, err := s.store.FindAccountByEmail(ctx, s.emailIndex(email))
	if err != nil {
		return Account{}, fmt.Errorf("find account: %w", err)
	}
	return account, nil
}

// HasPassword reports whether it is the account's password.
func (s *Service) HasPassword(ctx context.Context, account Account, password message.Text) (bool, error) {
	creds, err := s.store.FindCredentials(ctx, s.emailIndex(account.Email))
	if err != nil {
		return false, fmt.Errorf("find credentials: %w", err)
	}
	return s.passwords.matches(ctx, normalizePassword(password), creds.PasswordHash)
}

// Disable keeps an account from logging in and revokes its login sessions.
func (s *Service) Disable(ctx context.Context, account uuid.UUID) error {
	if err := s.updateCredentials(ctx, account, audit.AccountDisable, func(c *Credentials) { c.Disabled = true }); err != nil {
		return fmt.Errorf("disable account: %w", err)
	}
	return nil
}

// ResetPassword gives an account a new password and revokes its login sessions.
// A password that breaks the rules is an *InvalidPasswordError.
func (s *Service) ResetPassword(ctx context.Context, account Account, password message.Text) error {
	password = normalizePassword(password)
	if err := s.checkNewPassword(password, account.Email); err != nil {
		return err
	}
	hash, err := s.passwords.hash(ctx, password)
	if err != nil {
		return fmt.Errorf("reset password: %w", err)
	}
	var ended []LoginID
	err = s.store.Update(ctx, func(tx Tx) (err error) {
		ended, err = s.replacePassword(ctx, tx, account.ID, hash, Actor{}, s.eventOf(audit.PasswordReset, uuid.Nil, account.ID))
		return err
	})
	if err != nil {
		return fmt.Errorf("reset password: %w", err)
	}
	s.ended(ended...)
	return nil
}

// allMethods stands in an event for every second factor that there is.
const allMethods wire.Method = "all"

// StartOver takes away the account's password, all its second factors and login
// sessions, and returns the token of a link by which its owner can set a new
// password at once, within OperatorResetLimit. It is for people who have lost
// everything and have shown the operator who they are.
func (s *Service) StartOver(ctx context.Context, account uuid.UUID) (token string, expires time.Time, err error) {
	token, hash, err := bearer.New(s.rand)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("start over: %w", err)
	}
	now := s.now()
	expires = now.Add(OperatorResetLimit)
	var ended []LoginID
	err = s.store.Update(ctx, func(tx Tx) error {
		if ended, err = s.replacePassword(ctx, tx, account, s.passwords.decoy, Actor{}, s.resetEvent(uuid.Nil, account, "start-over")); err != nil {
			return err
		}
		if err := tx.DeleteFactors(ctx, account); err != nil {
			return err
		}
		if err := s.record(ctx, tx, account, s.factorEvent(audit.FactorDelete, uuid.Nil, account, allMethods)); err != nil {
			return err
		}
		return tx.CreateReset(ctx, Reset{TokenHash: hash, Account: account, ByOperator: true, CreatedAt: now, ExpiresAt: expires})
	})
	if err != nil {
		return "", time.Time{}, fmt.Errorf("start over: %w", err)
	}
	s.ended(ended...)
	return token, expires, nil
}

// updateCredentials changes an account's credentials and revokes all its login
// sessions, which began under the old ones.
func (s *Service) updateCredentials(ctx context.Context, account uuid.UUID, kind audit.Kind, change func(*Credentials)) error {
	var ended []LoginID
	err := s.store.Update(ctx, func(tx Tx) error {
		creds, err := tx.LockCredentials(ctx, account)
		if err != nil {
			return err
		}
		change(&creds)
		if err := tx.UpdateCredentials(ctx, creds); err != nil {
			return err
		}
		if err := s.record(ctx, tx, account, s.eventOf(kind, uuid.Nil, account)); err != nil {
			return err
		}
		ended, err = s.endOtherLogins(ctx, tx, account, Actor{})
		return err
	})
	if err != nil {
		return err
	}
	s.ended(ended...)
	return nil
}
