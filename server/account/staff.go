package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/bearer"
	"pleiades/server/permit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// StaffInvitation lets one person work in a practice, in some roles.
type StaffInvitation struct {
	ID        uuid.UUID
	TokenHash []byte
	Practice  uuid.UUID
	Name      message.Text // whom it is for, as who made it calls them
	Roles     []wire.Role
	Inviter   uuid.UUID // who made it; Nil for the operator
	CreatedAt time.Time
	ExpiresAt time.Time
}

// createStaffInvitation stores an invitation under a new id. A suspended
// practice is ErrSuspended.
func (s *Service) createStaffInvitation(ctx context.Context, tx Tx, i StaffInvitation, by uuid.UUID) error {
	err := takesNew(ctx, tx, i.Practice)
	if err != nil {
		return err
	}
	if i.ID, err = s.newID(); err != nil {
		return err
	}
	if err := tx.CreateStaffInvitation(ctx, i); err != nil {
		return err
	}
	return recordAt(ctx, tx, i.Practice, s.eventOf(audit.ColleagueInvite, by, i.ID))
}

// signUpStaff makes the account of someone who was invited to work in a
// practice. The errors are ErrInvalidInvitation, ErrInvitationExpired and
// ErrAddressTaken, which leaves the invitation unused.
func (s *Service) signUpStaff(ctx context.Context, d details, token string) error {
	tokenHash, ok := bearer.Hash(token)
	if !ok {
		return ErrInvalidInvitation
	}
	// Before the password is hashed, which costs much.
	if err := s.checkStaffInvitation(ctx, tokenHash); err != nil {
		return fmt.Errorf("sign up: %w", err)
	}
	account, creds, err := s.newAccount(ctx, d)
	if err != nil {
		return fmt.Errorf("sign up: %w", err)
	}
	err = s.store.Update(ctx, func(tx Tx) error {
		invitation, err := tx.UseStaffInvitation(ctx, tokenHash, account.ID, account.CreatedAt)
		if err != nil {
			return invalidInvitation(err)
		}
		if err := create(ctx, tx, account, creds); err != nil {
			return err
		}
		if err := recordAt(ctx, tx, invitation.Practice, s.eventOf(audit.AccountCreate, account.ID, account.ID)); err != nil {
			return err
		}
		if err := s.mail(ctx, tx, d.email, MailWelcome, ""); err != nil {
			return err
		}
		return s.joinStaff(ctx, tx, invitation, account.ID)
	})
	if err != nil {
		return fmt.Errorf("sign up: %w", err)
	}
	return nil
}

// acceptStaff gives the actor's account the roles of an invitation to work in a
// practice. Who has used it already keeps them. The errors are
// ErrInvalidInvitation, ErrInvitationExpired and, where there is no second factor
// yet, ErrFactorRequired, which leaves it unused.
func (s *Service) acceptStaff(ctx context.Context, actor Actor, token string) error {
	if err := s.canAsk(ctx, actor, permit.AcceptInvitation, uuid.Nil); err != nil {
		return err
	}
	tokenHash, ok := bearer.Hash(token)
	if !ok {
		return ErrInvalidInvitation
	}
	err := s.store.Update(ctx, func(tx Tx) error {
		if err := lockEnabled(ctx, tx, actor.Account); err != nil {
			return err
		}
		invitation, err := tx.UseStaffInvitation(ctx, tokenHash, actor.Account, s.now())
		if err != nil {
			return invalidInvitation(err)
		}
		if invitation.Inviter == actor.Account {
			return ErrOwnInvitation
		}
		practice, err := tx.LockPractice(ctx, invitation.Practice)
		if err != nil {
			return err
		}
		factors, err := tx.FindFactors(ctx, actor.Account)
		if err != nil {
			return err
		}
		if !factors.Any() && !practice.Demo {
			return ErrFactorRequired
		}
		return s.joinStaff(ctx, tx, invitation, actor.Account)
	})
	if errors.Is(err, ErrInvalidInvitation) {
		err = cmp.Or(s.checkStaffInvitation(ctx, tokenHash), err)
	}
	if err != nil {
		return fmt.Errorf("accept invitation: %w", err)
	}
	return nil
}

// checkStaffInvitation is checkInvitation of an invitation to work in a practice.
func (s *Service) checkStaffInvitation(ctx context.Context, tokenHash []byte) error {
	_, err := s.findStaffInvitation(ctx, tokenHash)
	return err
}

// findStaffInvitation is checkStaffInvitation that returns the invitation.
func (s *Service) findStaffInvitation(ctx context.Context, tokenHash []byte) (StaffInvitation, error) {
	invitation, err := s.store.FindStaffInvitation(ctx, tokenHash)
	if err != nil {
		return StaffInvitation{}, invalidInvitation(err)
	}
	if !s.now().Before(invitation.ExpiresAt) {
		return StaffInvitation{}, ErrInvitationExpired
	}
	return invitation, nil
}

// lookStaffInvitation tells where someone is invited to work, and as what.
func (s *Service) lookStaffInvitation(ctx context.Context, token string) (wire.InvitationOffer, error) {
	tokenHash, ok := bearer.Hash(token)
	if !ok {
		return wire.InvitationOffer{}, ErrInvalidInvitation
	}
	invitation, err := s.findStaffInvitation(ctx, tokenHash)
	if err != nil {
		return wire.InvitationOffer{}, fmt.Errorf("look at invitation: %w", err)
	}
	practice, err := s.store.FindPractice(ctx, invitation.Practice)
	if err != nil {
		return wire.InvitationOffer{}, fmt.Errorf("look at invitation: %w", err)
	}
	return wire.InvitationOffer{Practice: practice.Name, Roles: invitation.Roles}, nil
}

// joinStaff gives an account the roles of an invitation that it has used. A
// suspended practice is ErrSuspended.
func (s *Service) joinStaff(ctx context.Context, tx Tx, i StaffInvitation, account uuid.UUID) error {
	if err := takesNew(ctx, tx, i.Practice); err != nil {
		return err
	}
	if err := recordAt(ctx, tx, i.Practice, s.eventOf(audit.InvitationUse, account, i.ID)); err != nil {
		return err
	}
	for _, role := range i.Roles {
		if err := s.giveRole(ctx, tx, i.Practice, account, role, account); err != nil {
			return err
		}
	}
	return nil
}

// giveRole makes an account a member of a practice in a role, unless it is one.
func (s *Service) giveRole(ctx context.Context, tx Tx, practice, account uuid.UUID, role wire.Role, by uuid.UUID) error {
	given, err := tx.CreateMembership(ctx, practice, account, role, s.now())
	if err != nil || !given {
		return err
	}
	return recordAt(ctx, tx, practice, s.roleEvent(audit.MembershipCreate, by, account, role))
}

// roleEvent is the event of a role that someone got or lost.
func (s *Service) roleEvent(kind audit.Kind, by, account uuid.UUID, role wire.Role) audit.Event {
	event := s.eventOf(kind, by, account)
	event.Details = map[string]string{"role": string(role)}
	return event
}
