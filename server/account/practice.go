package account

import (
	"context"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/permit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// ChangePractice changes what a request names of a practice, for its admins and
// owners; everyone else gets ErrNotFound. What is the same again changes nothing.
// A name that breaks a rule is an *InvalidNameError; minutes out of bounds are a
// *FieldsError.
func (s *Service) ChangePractice(ctx context.Context, actor Actor, practice uuid.UUID, in wire.ChangePractice) error {
	if err := s.canThere(ctx, actor, permit.ChangePractice, practice); err != nil {
		return fmt.Errorf("change practice: %w", err)
	}
	if in.Name != nil {
		name := message.Normalize(*in.Name)
		if fields := checkName(name); fields != nil {
			return &InvalidNameError{Fields: fields}
		}
		in.Name = &name
	}
	if within := in.LockWithin; within != nil && (*within < wire.MinLockAfter || *within > wire.MaxLockAfter) {
		return &FieldsError{Fields: []string{"lockWithin"}}
	}
	var people []uuid.UUID
	err := s.store.Update(ctx, func(tx Tx) error {
		before, err := tx.LockPractice(ctx, practice)
		if err != nil {
			return err
		}
		var events []audit.Event
		if in.Name != nil && *in.Name != before.Name {
			if err := tx.UpdatePracticeName(ctx, practice, *in.Name); err != nil {
				return err
			}
			events = append(events, s.eventOf(audit.PracticeRename, actor.Account, practice))
		}
		if in.LockWithin != nil && *in.LockWithin != before.LockWithin {
			if people, err = tx.UpdatePracticeLock(ctx, practice, *in.LockWithin); err != nil {
				return err
			}
			event := s.eventOf(audit.SettingsChange, actor.Account, practice)
			from := before.LockWithin
			if from == 0 {
				from = wire.MaxLockAfter
			}
			event.Details = map[string]string{"from": strconv.Itoa(from), "lock": strconv.Itoa(*in.LockWithin)}
			events = append(events, event)
		}
		return recordAt(ctx, tx, practice, events...)
	})
	if err != nil {
		return fmt.Errorf("change practice: %w", err)
	}
	s.renewed(people...)
	return nil
}

// AppointOwners makes the first admin of each practice that has nobody who
// decides about roles its owner: practices from before there were owners, and
// those whose people were all made at the host. It takes no actor and must not
// be reachable through the API.
func (s *Service) AppointOwners(ctx context.Context) error {
	practices, err := s.store.ListOwnerless(ctx)
	if err != nil {
		return fmt.Errorf("appoint owners: %w", err)
	}
	for _, practice := range practices {
		err := s.store.Update(ctx, func(tx Tx) error {
			if _, err := tx.LockPractice(ctx, practice); err != nil {
				return err
			}
			owners, err := tx.CountOwners(ctx, practice)
			if err != nil || owners > 0 {
				return err
			}
			admin, err := tx.FindFirstAdmin(ctx, practice)
			if err != nil {
				return err
			}
			return s.giveRole(ctx, tx, practice, admin, wire.RoleOwner, uuid.Nil)
		})
		if err != nil {
			return fmt.Errorf("appoint owners: %w", err)
		}
	}
	return nil
}
