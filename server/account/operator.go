package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"pleiades/server/audit"
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
	practice := Practice{ID: id, Name: name, Demo: demo}
	now := s.now()
	err = s.store.Update(ctx, func(tx Tx) error {
		if err := tx.CreatePractice(ctx, practice, now); err != nil {
			return err
		}
		// In the chain of no practice too: it knows all there have to be.
		event := s.eventOf(audit.PracticeCreate, uuid.Nil, id)
		return errors.Join(recordAt(ctx, tx, uuid.Nil, event), recordAt(ctx, tx, id, event))
	})
	if err != nil {
		return Practice{}, fmt.Errorf("create practice: %w", err)
	}
	return practice, nil
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
	d, err := checkDetails(in.Name, in.Email, in.Password)
	if err != nil {
		return Account{}, err
	}
	account, creds, err := s.newAccount(ctx, d)
	if err != nil {
		return Account{}, fmt.Errorf("create account: %w", err)
	}
	err = s.store.Update(ctx, func(tx Tx) error {
		created, err := tx.CreateAccount(ctx, account, creds)
		if err != nil {
			return err
		}
		if !created {
			return ErrAddressTaken
		}
		if err := tx.CreateMembership(ctx, in.Practice, account.ID, in.Role, account.CreatedAt); err != nil {
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
// A password that breaks the rules is an *InvalidError.
func (s *Service) ResetPassword(ctx context.Context, account uuid.UUID, password message.Text) error {
	password = normalizePassword(password)
	if fields := checkPassword(password); fields != nil {
		return &InvalidError{Fields: fields}
	}
	hash, err := s.passwords.hash(ctx, password)
	if err != nil {
		return fmt.Errorf("reset password: %w", err)
	}
	if err := s.updateCredentials(ctx, account, audit.PasswordReset, func(c *Credentials) { c.PasswordHash = hash }); err != nil {
		return fmt.Errorf("reset password: %w", err)
	}
	return nil
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
		if ended, err = tx.DeleteLogins(ctx, account); err != nil {
			return err
		}
		return s.record(ctx, tx, account, s.eventOf(kind, uuid.Nil, account))
	})
	if err != nil {
		return err
	}
	s.ended(ended...)
	return nil
}
