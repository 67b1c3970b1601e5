package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/permit"
	"pleiades/shared/wire"
)

// eventOf begins the event of what an account did, to whom or what the id says.
func (s *Service) eventOf(kind audit.Kind, actor, object uuid.UUID) audit.Event {
	return audit.Event{Kind: kind, Actor: actor, Object: object, At: s.now().UTC().Truncate(time.Microsecond), Outcome: audit.Done}
}

// record adds an event that concerns an account to the log: to the chain of each
// practice that the account belongs to, or to that of no practice.
func (s *Service) record(ctx context.Context, tx Tx, account uuid.UUID, e audit.Event) error {
	practices, err := tx.ListPracticesOf(ctx, account)
	if err != nil {
		return err
	}
	if len(practices) == 0 {
		return recordAt(ctx, tx, uuid.Nil, e)
	}
	for _, practice := range practices {
		if err := recordAt(ctx, tx, practice, e); err != nil {
			return err
		}
	}
	return nil
}

// recordAt adds events to the chain of a practice.
func recordAt(ctx context.Context, tx Tx, practice uuid.UUID, events ...audit.Event) error {
	for _, e := range events {
		e.Practice = practice
		if err := tx.Record(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// errGone is ErrNotFound for what was the actor's own and is no more, which is no
// refusal.
var errGone = fmt.Errorf("gone already: %w", ErrNotFound)

// refuse records that the actor asked for what is not theirs, in the chains of
// their own practices and of the one that has what they asked for, which alone names
// it, once within audit.Window and audit.MaxDenied times at most. It returns the
// error to answer with: the one given, unless the attempt cannot be recorded.
func (s *Service) refuse(ctx context.Context, actor Actor, asked uuid.UUID, err error) error {
	if errors.Is(err, errGone) {
		return err
	}
	if !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrForbidden) {
		return err // of the login, not of what was asked for
	}
	doing := audit.Doing{Kind: audit.AccessDeny, Actor: actor.Account, Object: asked}
	event := s.eventOf(audit.AccessDeny, actor.Account, asked)
	event.Outcome = audit.Denied
	if !s.recent.Claim(doing, event.At) {
		return err
	}
	failed := s.store.Update(ctx, func(tx Tx) error {
		concerned, err := tx.ListConcerned(ctx, actor.Account, asked)
		if err != nil {
			return err
		}
		return tx.Record(ctx, audit.Refusals(event, concerned)...)
	})
	if failed != nil {
		s.recent.Drop(doing)
		return failed
	}
	return err
}

// withdrawn remembers that the actor has withdrawn what was theirs, so that a
// second try is known for one.
func (s *Service) withdrawn(kind audit.Kind, actor Actor, id uuid.UUID) {
	s.recent.Note(audit.Doing{Kind: kind, Actor: actor.Account, Object: id}, s.now())
}

// goneOr returns errGone instead of ErrNotFound for what the actor has withdrawn
// within audit.Window.
func (s *Service) goneOr(kind audit.Kind, actor Actor, id uuid.UUID, err error) error {
	if errors.Is(err, ErrNotFound) && s.recent.Seen(audit.Doing{Kind: kind, Actor: actor.Account, Object: id}, s.now()) {
		return errGone
	}
	return err
}

// canAsk is can for what some roles do and others do not: that it was refused is
// recorded.
func (s *Service) canAsk(ctx context.Context, actor Actor, action permit.Action, asked uuid.UUID) error {
	if err := s.can(actor, action); err != nil {
		return s.refuse(ctx, actor, asked, err)
	}
	return nil
}

// recordMiss records that someone could not show a factor of an account.
func (s *Service) recordMiss(ctx context.Context, account uuid.UUID, method wire.Method) error {
	event := s.factorEvent(audit.FactorUse, uuid.Nil, account, method)
	event.Outcome = audit.Failed
	return s.store.Update(ctx, func(tx Tx) error { return s.record(ctx, tx, account, event) })
}

// recordFailure records that someone could not log in to an account, which is
// zero if there is none with the address.
func (s *Service) recordFailure(ctx context.Context, account uuid.UUID) error {
	event := s.eventOf(audit.Login, uuid.Nil, account)
	event.Outcome = audit.Failed
	return s.store.Update(ctx, func(tx Tx) error { return s.record(ctx, tx, account, event) })
}
