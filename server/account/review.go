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

// Approval is what approving an application made.
type Approval struct {
	Practice Practice
	// Token is that of the link by which the applicant signs up as the owner, as
	// its fragment has it; it works once, until Expires.
	Token   string
	Expires time.Time
}

// ApproveApplication approves an application as an operator. It needs a fresh
// proof. See Approve; who is no operator gets ErrNotFound.
func (s *Service) ApproveApplication(ctx context.Context, actor Actor, id uuid.UUID) error {
	if err := s.canReview(ctx, actor, permit.AnswerApplications); err != nil {
		return fmt.Errorf("approve application: %w", err)
	}
	_, err := s.approve(ctx, actor.Account, id)
	return err
}

// Approve is ApproveApplication for whoever has a shell on the host: it makes
// the practice and mails the applicant a link to sign up as its owner, who is a
// therapist there too. Approving again, while nobody has come, replaces the
// link. The errors are ErrNotFound, ErrDecided and, for an application that cannot
// be read, ErrUnreadable.
func (s *Service) Approve(ctx context.Context, id uuid.UUID) (Approval, error) {
	return s.approve(ctx, uuid.Nil, id)
}

func (s *Service) approve(ctx context.Context, by, id uuid.UUID) (Approval, error) {
	token, hash, err := bearer.New(s.rand)
	if err != nil {
		return Approval{}, fmt.Errorf("approve application: %w", err)
	}
	now := s.now()
	made := Approval{Token: wire.StaffInvitation + token, Expires: now.Add(InvitationLimit)}
	var a Application
	err = s.store.Update(ctx, func(tx Tx) error {
		if a, err = lockApplication(ctx, tx, id); err != nil {
			return err
		}
		switch {
		case a.Status == wire.ApplicationOpen:
			made.Practice, err = s.foundPractice(ctx, tx, a, by)
		case a.Status == wire.ApplicationApproved && a.Waits:
			made.Practice, err = s.renewApproval(ctx, tx, a)
		default:
			err = ErrDecided
		}
		if err != nil {
			return err
		}
		a.Status, a.Practice, a.DecidedAt = wire.ApplicationApproved, made.Practice.ID, now
		if err := tx.UpdateApplication(ctx, a); err != nil {
			return err
		}
		if err := recordAt(ctx, tx, uuid.Nil, s.decided(by, a)); err != nil {
			return err
		}
		if err := s.mail(ctx, tx, a.Email, MailApproved, made.Token); err != nil {
			return err
		}
		return s.createStaffInvitation(ctx, tx, StaffInvitation{
			TokenHash: hash, Practice: made.Practice.ID, Name: a.Name, Roles: []wire.Role{wire.RoleOwner, wire.RoleTherapist},
			CreatedAt: now, ExpiresAt: made.Expires,
		}, by)
	})
	if err != nil {
		return Approval{}, fmt.Errorf("approve application: %w", err)
	}
	return made, nil
}

// lockApplication locks an application that someone answers.
func lockApplication(ctx context.Context, tx Tx, id uuid.UUID) (Application, error) {
	a, err := tx.LockApplication(ctx, id)
	if err == nil && a.Unreadable {
		err = ErrUnreadable
	}
	return a, err
}

// foundPractice makes the practice that an application asks for.
func (s *Service) foundPractice(ctx context.Context, tx Tx, a Application, by uuid.UUID) (Practice, error) {
	id, err := s.newID()
	if err != nil {
		return Practice{}, err
	}
	practice := Practice{ID: id, Name: a.Application.Practice, CreatedAt: s.now()}
	return practice, s.createPractice(ctx, tx, practice, by)
}

// renewApproval ends the link that was sent for an approved application.
func (s *Service) renewApproval(ctx context.Context, tx Tx, a Application) (Practice, error) {
	practice, err := tx.LockPractice(ctx, a.Practice)
	if err != nil {
		return Practice{}, err
	}
	return practice, tx.DeleteStaffInvitations(ctx, practice.ID)
}

// DeclineApplication declines an application as an operator, with a reason and
// own words, and mails the applicant a link to them. It needs a fresh proof. The
// errors are ErrNotFound, for who is no operator too, ErrDecided, *InvalidApplicationError and, for an
// application that cannot be read, ErrUnreadable.
func (s *Service) DeclineApplication(ctx context.Context, actor Actor, id uuid.UUID, d wire.Decline) error {
	if err := s.canReview(ctx, actor, permit.AnswerApplications); err != nil {
		return fmt.Errorf("decline application: %w", err)
	}
	var fields []string
	if !slices.Contains(wire.DeclineReasons(), d.Reason) {
		fields = append(fields, "reason")
	}
	if d.Words = message.Normalize(d.Words); !freeText(d.Words, wire.MaxDecisionWords) {
		fields = append(fields, "words")
	}
	if fields != nil {
		return &InvalidApplicationError{Fields: fields}
	}
	token, hash, err := bearer.New(s.rand)
	if err != nil {
		return fmt.Errorf("decline application: %w", err)
	}
	var a Application
	err = s.store.Update(ctx, func(tx Tx) error {
		if a, err = lockApplication(ctx, tx, id); err != nil {
			return err
		}
		if a.Status != wire.ApplicationOpen {
			return ErrDecided
		}
		a.Status, a.Reason, a.Words, a.DecidedAt = wire.ApplicationDeclined, d.Reason, d.Words, s.now()
		a.TokenHash, a.ToldUntil = hash, a.DecidedAt.Add(AnswerLimit)
		if err := tx.UpdateApplication(ctx, a); err != nil {
			return err
		}
		if err := s.mail(ctx, tx, a.Email, MailDeclined, token); err != nil {
			return err
		}
		return recordAt(ctx, tx, uuid.Nil, s.decided(actor.Account, a))
	})
	if err != nil {
		return fmt.Errorf("decline application: %w", err)
	}
	return nil
}

// ListOpenApplications lists the applications that wait for an answer, the
// oldest last, at most a page of them. It is for whoever has a shell on the
// host.
func (s *Service) ListOpenApplications(ctx context.Context) ([]Application, error) {
	found, err := s.store.ListApplications(ctx, wire.ApplicationOpen, time.Time{}, MaxOpenApplications)
	if err != nil {
		return nil, fmt.Errorf("list applications: %w", err)
	}
	return found, nil
}

// expireApplications deletes applications that nobody has answered in time.
func (s *Service) expireApplications(ctx context.Context, tx Tx) error {
	ids, err := tx.DeleteOpenApplications(ctx, s.now().Add(-ApplicationLimit))
	if err != nil {
		return err
	}
	for _, id := range ids {
		event := s.eventOf(audit.ApplicationDecide, uuid.Nil, id)
		event.Details = map[string]string{"status": "expired"}
		if err := recordAt(ctx, tx, uuid.Nil, event); err != nil {
			return err
		}
	}
	return nil
}

// decided is the event of an application that was answered.
func (s *Service) decided(by uuid.UUID, a Application) audit.Event {
	event := s.eventOf(audit.ApplicationDecide, by, a.ID)
	event.Details = map[string]string{"status": string(a.Status)}
	return event
}
