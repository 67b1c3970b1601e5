package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/permit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// SignUp is what a person gives to get an account.
type SignUp struct {
	Name       message.Text
	Email      message.Text
	Password   message.Text
	Invitation string // token of an invitation link; may be empty
}

// SignUp creates an account. With an invitation it becomes a client of the
// inviting therapist, with a conversation, all at once or not at all. Without
// one it belongs to no practice, and a taken address looks like success, so
// that nobody learns who has an account. The errors are *InvalidError,
// ErrInvalidInvitation and, with a valid invitation, ErrAddressTaken, which
// leaves the invitation unused.
func (s *Service) SignUp(ctx context.Context, in SignUp) error {
	d, err := s.checkDetails(in.Name, in.Email, in.Password)
	if err != nil {
		return err
	}
	tokenHash, ok := hashToken(in.Invitation)
	if in.Invitation != "" && !ok {
		return ErrInvalidInvitation
	}
	if in.Invitation != "" {
		// Before the password is hashed, which costs much.
		err := s.store.FindInvitation(ctx, tokenHash, s.now())
		if errors.Is(err, ErrNotFound) {
			return ErrInvalidInvitation
		}
		if err != nil {
			return fmt.Errorf("sign up: %w", err)
		}
	}
	account, creds, err := s.newAccount(ctx, d)
	if err != nil {
		return fmt.Errorf("sign up: %w", err)
	}
	var conversation uuid.UUID
	created := true
	err = s.store.Update(ctx, func(tx Tx) (err error) {
		if in.Invitation == "" {
			if created, err = tx.CreateAccount(ctx, account, creds); err != nil {
				return err
			}
			event := s.eventOf(audit.AccountCreate, account.ID, account.ID)
			if !created {
				event.Actor, event.Object, event.Outcome = uuid.Nil, uuid.Nil, audit.Failed
			}
			return recordAt(ctx, tx, uuid.Nil, event)
		}
		conversation, err = s.acceptInvitation(ctx, tx, tokenHash, account, creds)
		return err
	})
	if err != nil {
		return fmt.Errorf("sign up: %w", err)
	}
	// The answer does not say whether there was an account; the mail does, to
	// whoever can read it.
	mail := MailWelcome
	if !created {
		mail = MailAddressTaken
	}
	s.mailer.Send(d.email, mail, "")
	if conversation != uuid.Nil {
		s.changed(ctx, conversation)
	}
	return nil
}

// acceptInvitation creates the account as a client of the inviting therapist,
// and the conversation of the two.
func (s *Service) acceptInvitation(ctx context.Context, tx Tx, tokenHash []byte, account Account, creds Credentials) (conversation uuid.UUID, err error) {
	now := account.CreatedAt
	invitation, err := tx.UseInvitation(ctx, tokenHash, now)
	if errors.Is(err, ErrNotFound) {
		return uuid.Nil, ErrInvalidInvitation
	}
	if err != nil {
		return uuid.Nil, err
	}
	created, err := tx.CreateAccount(ctx, account, creds)
	if err != nil {
		return uuid.Nil, err
	}
	if !created {
		return uuid.Nil, ErrAddressTaken
	}
	if err := tx.CreateMembership(ctx, invitation.Practice, account.ID, wire.RoleClient, now); err != nil {
		return uuid.Nil, err
	}
	conversation, err = s.newID()
	if err != nil {
		return uuid.Nil, err
	}
	if err := tx.CreateConversation(ctx, conversation, invitation.Practice, account.ID, invitation.Therapist, now); err != nil {
		return uuid.Nil, err
	}
	joined := s.eventOf(audit.MembershipCreate, account.ID, account.ID)
	joined.Details = map[string]string{"role": string(wire.RoleClient)}
	began := s.eventOf(audit.ConversationCreate, account.ID, conversation)
	began.Conversation = conversation
	return conversation, recordAt(ctx, tx, invitation.Practice,
		s.eventOf(audit.AccountCreate, account.ID, account.ID),
		s.eventOf(audit.InvitationUse, account.ID, invitation.ID), joined, began)
}

// newAccount makes an account and its credentials from checked details; it
// stores nothing.
func (s *Service) newAccount(ctx context.Context, d details) (Account, Credentials, error) {
	hash, err := s.passwords.hash(ctx, d.password)
	if err != nil {
		return Account{}, Credentials{}, err
	}
	id, err := s.newID()
	if err != nil {
		return Account{}, Credentials{}, err
	}
	account := Account{ID: id, Name: d.name, Email: d.email, CreatedAt: s.now()}
	return account, Credentials{Account: id, EmailIndex: s.emailIndex(d.email), PasswordHash: hash}, nil
}

// Invite makes an invitation to become a client of the actor, who must be a
// therapist of the practice; uuid.Nil stands for the only practice where they
// are one. The token is handed out here once, and works once, until expires.
// Actors who are no therapist at all get ErrForbidden, those of another
// practice ErrNotFound.
func (s *Service) Invite(ctx context.Context, actor Actor, practice uuid.UUID) (token string, expires time.Time, err error) {
	if practices := actor.Practices(wire.RoleTherapist); practice == uuid.Nil && len(practices) == 1 {
		practice = practices[0]
	}
	if err := permit.Can(s.permitted(actor), permit.Invite, permit.Object{Practice: practice}); err != nil {
		return "", time.Time{}, s.refuse(ctx, actor, practice, err)
	}
	token, hash, err := s.newToken()
	if err != nil {
		return "", time.Time{}, fmt.Errorf("invite: %w", err)
	}
	id, err := s.newID()
	if err != nil {
		return "", time.Time{}, fmt.Errorf("invite: %w", err)
	}
	now := s.now()
	invitation := Invitation{
		ID:        id,
		TokenHash: hash,
		Practice:  practice,
		Therapist: actor.Account,
		CreatedAt: now,
		ExpiresAt: now.Add(InvitationLimit),
	}
	err = s.store.Update(ctx, func(tx Tx) error {
		if err := tx.CreateInvitation(ctx, invitation); err != nil {
			return err
		}
		return recordAt(ctx, tx, practice, s.eventOf(audit.InvitationCreate, actor.Account, id))
	})
	if err != nil {
		return "", time.Time{}, fmt.Errorf("invite: %w", err)
	}
	return token, invitation.ExpiresAt, nil
}
