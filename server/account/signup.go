package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

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
	Invitation string // token of an invitation's link, or its code; may be empty
	Place      string // the part of the network it comes from
}

// SignUp creates an account. With an invitation it becomes a client of the
// inviting therapist, with a conversation, or a member of the inviting practice,
// all at once or not at all. Without
// one there is no account until ConfirmSignUp, and a taken address looks like
// success, after the same work, so that nobody learns who has an account. The
// errors are *InvalidError, ErrInvalidInvitation, ErrInvitationExpired and, with
// a valid invitation, ErrAddressTaken, which leaves the invitation unused.
func (s *Service) SignUp(ctx context.Context, in SignUp) error {
	d, err := s.checkDetails(in.Name, in.Email, in.Password)
	if err != nil {
		return err
	}
	if in.Invitation == "" {
		return s.askForAccount(ctx, d, in.Place)
	}
	if token, staff := strings.CutPrefix(in.Invitation, wire.StaffInvitation); staff {
		return s.signUpStaff(ctx, d, token)
	}
	key, ok := s.invitationKey(in.Invitation)
	if !ok {
		return ErrInvalidInvitation
	}
	// Before the password is hashed, which costs much.
	if err := s.checkInvitation(ctx, key); err != nil {
		return fmt.Errorf("sign up: %w", err)
	}
	account, creds, err := s.newAccount(ctx, d)
	if err != nil {
		return fmt.Errorf("sign up: %w", err)
	}
	var conversation uuid.UUID
	err = s.store.Update(ctx, func(tx Tx) error {
		invitation, err := tx.UseInvitation(ctx, key, account.ID, account.CreatedAt)
		if err != nil {
			return invalidInvitation(err)
		}
		if err := create(ctx, tx, account, creds); err != nil {
			return err
		}
		err = recordAt(ctx, tx, invitation.Practice,
			s.eventOf(audit.AccountCreate, account.ID, account.ID), s.eventOf(audit.InvitationUse, account.ID, invitation.ID))
		if err != nil {
			return err
		}
		if err := s.mail(ctx, tx, d.email, MailWelcome, ""); err != nil {
			return err
		}
		conversation, err = s.join(ctx, tx, invitation, account.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("sign up: %w", err)
	}
	s.changed(ctx, conversation)
	return nil
}

// AcceptInvitation makes the actor a client of the inviting therapist too and
// returns the conversation of the two. Who has used the invitation, or is their
// client already, gets the same conversation again, reopened if the therapist
// made the invitation after they had closed it. The errors are
// ErrInvalidInvitation, ErrInvitationExpired and, for the therapist who made it,
// ErrOwnInvitation, which leaves it unused. An invitation to work in a practice
// gives the actor
// its roles there, and no conversation; it can also be refused with
// ErrFactorRequired.
func (s *Service) AcceptInvitation(ctx context.Context, actor Actor, token string) (conversation uuid.UUID, err error) {
	if rest, staff := strings.CutPrefix(token, wire.StaffInvitation); staff {
		return uuid.Nil, s.acceptStaff(ctx, actor, rest)
	}
	if err := s.canAsk(ctx, actor, permit.AcceptInvitation, uuid.Nil); err != nil {
		return uuid.Nil, err
	}
	key, ok := s.invitationKey(token)
	if !ok {
		return uuid.Nil, ErrInvalidInvitation
	}
	err = s.store.Update(ctx, func(tx Tx) error {
		if err := lockEnabled(ctx, tx, actor.Account); err != nil {
			return err
		}
		invitation, err := tx.UseInvitation(ctx, key, actor.Account, s.now())
		if err != nil {
			return invalidInvitation(err)
		}
		if invitation.Therapist == actor.Account {
			return ErrOwnInvitation
		}
		if err := recordAt(ctx, tx, invitation.Practice, s.eventOf(audit.InvitationUse, actor.Account, invitation.ID)); err != nil {
			return err
		}
		conversation, err = s.resume(ctx, tx, invitation, actor.Account, actor.Account)
		return err
	})
	if errors.Is(err, ErrInvalidInvitation) {
		err = cmp.Or(s.checkInvitation(ctx, key), err)
	}
	if err != nil {
		return uuid.Nil, fmt.Errorf("accept invitation: %w", err)
	}
	s.changed(ctx, conversation)
	return conversation, nil
}

// create stores a new account, which ends all sign-ups with its address, or
// returns ErrAddressTaken.
func create(ctx context.Context, tx Tx, account Account, creds Credentials) error {
	created, err := tx.CreateAccount(ctx, account, creds)
	if err != nil {
		return err
	}
	if !created {
		return ErrAddressTaken
	}
	return tx.DeleteSignUps(ctx, creds.EmailIndex)
}

// resume returns the conversation of a client with the inviting therapist: one
// that begins, or the one there is, reopened by someone if it was closed before
// the invitation was made. A suspended practice is ErrSuspended.
func (s *Service) resume(ctx context.Context, tx Tx, invitation Invitation, client, by uuid.UUID) (conversation uuid.UUID, err error) {
	conversation, err = tx.FindConversation(ctx, invitation.Practice, client, invitation.Therapist)
	if errors.Is(err, ErrNotFound) {
		return s.join(ctx, tx, invitation, client)
	}
	if err != nil {
		return uuid.Nil, err
	}
	if err := takesNew(ctx, tx, invitation.Practice); err != nil {
		return uuid.Nil, err
	}
	reopened, err := tx.ReopenConversation(ctx, invitation.Practice, conversation, invitation.CreatedAt, s.now())
	if err != nil || !reopened {
		return conversation, err
	}
	event := s.eventOf(audit.ConversationReopen, by, conversation)
	event.Conversation = conversation
	return conversation, recordAt(ctx, tx, invitation.Practice, event)
}

// join makes an account a client of the inviting therapist and begins the
// conversation of the two. A suspended practice is ErrSuspended.
func (s *Service) join(ctx context.Context, tx Tx, invitation Invitation, account uuid.UUID) (conversation uuid.UUID, err error) {
	if err := takesNew(ctx, tx, invitation.Practice); err != nil {
		return uuid.Nil, err
	}
	now := s.now()
	joined, err := tx.CreateMembership(ctx, invitation.Practice, account, wire.RoleClient, now)
	if err != nil {
		return uuid.Nil, err
	}
	if joined {
		event := s.eventOf(audit.MembershipCreate, account, account)
		event.Details = map[string]string{"role": string(wire.RoleClient)}
		if err := recordAt(ctx, tx, invitation.Practice, event); err != nil {
			return uuid.Nil, err
		}
	}
	if conversation, err = s.newID(); err != nil {
		return uuid.Nil, err
	}
	if err := tx.CreateConversation(ctx, conversation, invitation.Practice, account, invitation.Therapist, now); err != nil {
		return uuid.Nil, err
	}
	began := s.eventOf(audit.ConversationCreate, account, conversation)
	began.Conversation = conversation
	return conversation, recordAt(ctx, tx, invitation.Practice, began)
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
