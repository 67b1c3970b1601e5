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

// In a practice that is suspended people log in and read what they have. Nothing
// new is written there and nobody joins, until it is resumed.

// ListAllPractices lists all practices for an operator, the oldest first.
// Everyone else gets ErrNotFound.
func (s *Service) ListAllPractices(ctx context.Context, actor Actor) ([]wire.RunPractice, error) {
	if err := s.canRun(ctx, actor, permit.SeePractices, uuid.Nil); err != nil {
		return nil, fmt.Errorf("list practices: %w", err)
	}
	found, err := s.ListPractices(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]wire.RunPractice, len(found))
	for i, p := range found {
		list[i] = wire.RunPractice{Practice: wirePractice(p), CreatedAt: p.CreatedAt, SuspendedAt: p.SuspendedAt}
	}
	return list, nil
}

// SuspendPractice is Suspend for an operator, and ResumePractice is Resume. Who
// is none gets ErrNotFound.
func (s *Service) SuspendPractice(ctx context.Context, actor Actor, id uuid.UUID) error {
	if err := s.canRun(ctx, actor, permit.SuspendPractice, id); err != nil {
		return fmt.Errorf("suspend practice: %w", err)
	}
	return s.setSuspended(ctx, actor.Account, id, true)
}

// ResumePractice ends a suspension as an operator.
func (s *Service) ResumePractice(ctx context.Context, actor Actor, id uuid.UUID) error {
	if err := s.canRun(ctx, actor, permit.SuspendPractice, id); err != nil {
		return fmt.Errorf("resume practice: %w", err)
	}
	return s.setSuspended(ctx, actor.Account, id, false)
}

// Suspend suspends a practice, for whoever has a shell on the host. Doing it
// again changes nothing. An unknown practice is ErrNotFound.
func (s *Service) Suspend(ctx context.Context, id uuid.UUID) error {
	return s.setSuspended(ctx, uuid.Nil, id, true)
}

// Resume ends a suspension, as Suspend begins it.
func (s *Service) Resume(ctx context.Context, id uuid.UUID) error {
	return s.setSuspended(ctx, uuid.Nil, id, false)
}

func (s *Service) setSuspended(ctx context.Context, by, id uuid.UUID, suspended bool) error {
	kind, since := audit.PracticeResume, time.Time{}
	if suspended {
		kind, since = audit.PracticeSuspend, s.now()
	}
	var conversations []uuid.UUID
	err := s.store.Update(ctx, func(tx Tx) error {
		if _, err := tx.LockPractice(ctx, id); err != nil {
			return err
		}
		changed, done, err := tx.UpdateSuspension(ctx, id, since)
		if err != nil || !done {
			return err
		}
		conversations = changed
		event := s.eventOf(kind, by, id)
		return errors.Join(recordAt(ctx, tx, uuid.Nil, event), recordAt(ctx, tx, id, event))
	})
	if err != nil {
		return fmt.Errorf("set suspension: %w", err)
	}
	s.changed(ctx, conversations...)
	return nil
}

// canRun returns nil if the actor may do the action to a practice as a whole, as
// operators do.
func (s *Service) canRun(ctx context.Context, actor Actor, action permit.Action, practice uuid.UUID) error {
	if err := permit.Can(s.permitted(actor), action, permit.Object{Practice: practice}); err != nil {
		return s.refuse(ctx, actor, practice, err)
	}
	return nil
}

// takesNew returns ErrSuspended for a practice that is suspended, and keeps all
// others from being suspended until the transaction ends.
func takesNew(ctx context.Context, tx Tx, practice uuid.UUID) error {
	p, err := tx.LockPractice(ctx, practice)
	if err != nil {
		return err
	}
	if p.Suspended() {
		return ErrSuspended
	}
	return nil
}
