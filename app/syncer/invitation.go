package syncer

import (
	"context"

	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// Invite makes an invitation for a client of a practice.
func (s *Syncer) Invite(ctx context.Context, practice uuid.UUID) (wire.Invitation, error) {
	invitation, err := s.remote.Invite(ctx, practice)
	return invitation, s.checkLogin(err)
}

// LookInvitation returns who invites a client, and how they use messages.
func (s *Syncer) LookInvitation(ctx context.Context, invitation string) (wire.InvitationOffer, error) {
	return s.remote.LookInvitation(ctx, wire.AcceptInvitation{Invitation: invitation})
}

// AcceptInvitation takes an invitation with the account that is logged in. When
// it returns, the conversation that came with it is there.
func (s *Syncer) AcceptInvitation(ctx context.Context, invitation string) (uuid.UUID, error) {
	answer, err := s.remote.AcceptInvitation(ctx, wire.AcceptInvitation{Invitation: invitation})
	if err != nil {
		return uuid.UUID{}, s.checkLogin(err)
	}
	s.learnAccount(ctx, answer.Account)
	if err := s.pull(ctx); err != nil {
		s.logf("pull: %v", err)
	}
	return answer.Conversation, nil
}

// Invitations lists one's own invitations that someone can still use.
func (s *Syncer) Invitations(ctx context.Context) ([]wire.OpenInvitation, error) {
	list, err := s.remote.Invitations(ctx)
	return list, s.checkLogin(err)
}

// Withdraw takes back an invitation of one's own.
func (s *Syncer) Withdraw(ctx context.Context, invitation uuid.UUID) error {
	return s.checkLogin(s.remote.Withdraw(ctx, invitation))
}
