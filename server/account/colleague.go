package account

import (
	"context"
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

// staffRoles are the roles of those who work in a practice.
var staffRoles = []wire.Role{wire.RoleOwner, wire.RoleAdmin, wire.RoleTherapist}

// ListMembers lists who works in a practice, and the invitations that are open,
// for its admins and owners. Everyone else gets ErrNotFound.
func (s *Service) ListMembers(ctx context.Context, actor Actor, practice uuid.UUID) (wire.Members, error) {
	if err := s.canThere(ctx, actor, permit.SeeMembers, practice); err != nil {
		return wire.Members{}, fmt.Errorf("list members: %w", err)
	}
	staff, err := s.store.ListStaff(ctx, practice)
	if err != nil {
		return wire.Members{}, fmt.Errorf("list members: %w", err)
	}
	open, err := s.store.ListStaffInvitations(ctx, practice, s.now())
	if err != nil {
		return wire.Members{}, fmt.Errorf("list members: %w", err)
	}
	for _, m := range staff {
		slices.SortFunc(m.Roles, func(a, b wire.Role) int { return slices.Index(staffRoles, a) - slices.Index(staffRoles, b) })
	}
	list := wire.Members{Members: staff, Invitations: []wire.ColleagueInvitation{}}
	for _, i := range open {
		list.Invitations = append(list.Invitations, wire.ColleagueInvitation{ID: i.ID, Name: i.Name, Roles: i.Roles, CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt})
	}
	return list, nil
}

// InviteColleague makes an invitation to work in a practice. Its token, as the
// fragment of a link has it, works once, until expires. Admins invite
// therapists, owners whom they want, with a fresh proof where that is an admin or
// owner; else the error is ErrForbidden, and for everyone else ErrNotFound. An
// *InvalidNameError or ErrInvalidRoles says what is wrong with what was asked
// for.
func (s *Service) InviteColleague(ctx context.Context, actor Actor, practice uuid.UUID, in wire.InviteColleague) (token string, expires time.Time, err error) {
	action := permit.InviteTherapist
	if slices.ContainsFunc(in.Roles, func(r wire.Role) bool { return r != wire.RoleTherapist }) {
		action = permit.InviteAdmin
	}
	if err := s.canThere(ctx, actor, action, practice); err != nil {
		return "", time.Time{}, fmt.Errorf("invite colleague: %w", err)
	}
	in.Name = message.Normalize(in.Name)
	if fields := checkName(in.Name); fields != nil {
		return "", time.Time{}, &InvalidNameError{Fields: fields}
	}
	if !validRoles(in.Roles) {
		return "", time.Time{}, ErrInvalidRoles
	}
	token, hash, err := bearer.New(s.rand)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("invite colleague: %w", err)
	}
	now := s.now()
	invitation := StaffInvitation{
		TokenHash: hash, Practice: practice, Name: in.Name, Roles: in.Roles, Inviter: actor.Account,
		CreatedAt: now, ExpiresAt: now.Add(InvitationLimit),
	}
	err = s.store.Update(ctx, func(tx Tx) error { return s.createStaffInvitation(ctx, tx, invitation, actor.Account) })
	if err != nil {
		return "", time.Time{}, fmt.Errorf("invite colleague: %w", err)
	}
	return wire.StaffInvitation + token, invitation.ExpiresAt, nil
}

// WithdrawInvitation makes an open invitation to work in a practice void, for
// its admins and owners. What is not there or not open is ErrNotFound.
func (s *Service) WithdrawInvitation(ctx context.Context, actor Actor, practice, id uuid.UUID) error {
	if err := s.canThere(ctx, actor, permit.SeeMembers, practice); err != nil {
		return fmt.Errorf("withdraw invitation: %w", err)
	}
	err := s.store.Update(ctx, func(tx Tx) error {
		withdrawn, err := tx.DeleteStaffInvitation(ctx, practice, id)
		if err != nil {
			return err
		}
		if !withdrawn {
			return ErrNotFound
		}
		return recordAt(ctx, tx, practice, s.eventOf(audit.InvitationDelete, actor.Account, id))
	})
	if err != nil {
		return fmt.Errorf("withdraw invitation: %w", err)
	}
	return nil
}

// ChangeRoles gives someone who works in a practice these roles there and takes
// all others; with none they no longer work there. It is for owners, with a
// fresh proof: admins get ErrForbidden, everyone else ErrNotFound, as for who
// does not work there. The last owner stays one (ErrLastOwner), and a therapist
// with open conversations stays one until these are closed
// (ErrOpenConversations).
func (s *Service) ChangeRoles(ctx context.Context, actor Actor, practice, account uuid.UUID, roles []wire.Role) error {
	if err := s.canThere(ctx, actor, permit.ManageRoles, practice); err != nil {
		return fmt.Errorf("change roles: %w", err)
	}
	if len(roles) > 0 && !validRoles(roles) {
		return ErrInvalidRoles
	}
	err := s.store.Update(ctx, func(tx Tx) error {
		// Locked, so that two owners cannot take each other's role at once.
		if _, err := tx.LockPractice(ctx, practice); err != nil {
			return err
		}
		had, err := tx.ListRoles(ctx, practice, account)
		if err != nil {
			return err
		}
		had = slices.DeleteFunc(had, func(r wire.Role) bool { return r == wire.RoleClient })
		if len(had) == 0 {
			return ErrNotFound
		}
		for _, role := range roles {
			if err := s.giveRole(ctx, tx, practice, account, role, actor.Account); err != nil {
				return err
			}
		}
		for _, role := range had {
			if slices.Contains(roles, role) {
				continue
			}
			if err := s.takeRole(ctx, tx, practice, account, role, actor.Account); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("change roles: %w", err)
	}
	return nil
}

// takeRole takes a role from someone who has it.
func (s *Service) takeRole(ctx context.Context, tx Tx, practice, account uuid.UUID, role wire.Role, by uuid.UUID) error {
	switch role {
	case wire.RoleOwner:
		owners, err := tx.CountOwners(ctx, practice)
		if err != nil {
			return err
		}
		if owners < 2 {
			return ErrLastOwner
		}
	case wire.RoleTherapist:
		open, err := tx.HasOpenConversations(ctx, practice, account)
		if err != nil {
			return err
		}
		if open {
			return ErrOpenConversations
		}
	}
	if err := tx.DeleteMembership(ctx, practice, account, role); err != nil {
		return err
	}
	return recordAt(ctx, tx, practice, s.roleEvent(audit.MembershipDelete, by, account, role))
}

// canThere returns nil if the actor may do something in a practice.
func (s *Service) canThere(ctx context.Context, actor Actor, action permit.Action, practice uuid.UUID) error {
	if err := permit.Can(s.permitted(actor), action, permit.Object{Practice: practice}); err != nil {
		return s.refuse(ctx, actor, practice, err)
	}
	return nil
}

// validRoles reports whether they are roles of those who work in a practice, one
// at least, each once.
func validRoles(roles []wire.Role) bool {
	for i, role := range roles {
		if !slices.Contains(staffRoles, role) || slices.Contains(roles[:i], role) {
			return false
		}
	}
	return len(roles) > 0
}
