package syncer

import (
	"context"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// Apply asks the operator to let a therapist in. It needs no login.
func (s *Syncer) Apply(ctx context.Context, r wire.Application) error {
	return s.remote.Apply(ctx, r)
}

// ApplicationAnswer returns what became of an application, by the token of the
// link in the mail. It needs no login.
func (s *Syncer) ApplicationAnswer(ctx context.Context, token string) (wire.ApplicationAnswer, error) {
	return s.remote.ApplicationAnswer(ctx, wire.AskAnswer{Token: token})
}

// Applications returns a page of applications, for an operator.
func (s *Syncer) Applications(ctx context.Context, status wire.ApplicationStatus, below time.Time) (wire.Applications, error) {
	answer, err := s.remote.Applications(ctx, status, below)
	return answer, s.checkLogin(err)
}

// ApproveApplication approves an application.
func (s *Syncer) ApproveApplication(ctx context.Context, id uuid.UUID) error {
	return s.checkLogin(s.remote.ApproveApplication(ctx, id))
}

// DeclineApplication declines an application.
func (s *Syncer) DeclineApplication(ctx context.Context, id uuid.UUID, r wire.Decline) error {
	return s.checkLogin(s.remote.DeclineApplication(ctx, id, r))
}

// Practices returns all practices, for an operator.
func (s *Syncer) Practices(ctx context.Context) ([]wire.RunPractice, error) {
	answer, err := s.remote.Practices(ctx)
	return answer, s.checkLogin(err)
}

// SuspendPractice suspends a practice.
func (s *Syncer) SuspendPractice(ctx context.Context, id uuid.UUID) error {
	return s.checkLogin(s.remote.SuspendPractice(ctx, id))
}

// ResumePractice ends that.
func (s *Syncer) ResumePractice(ctx context.Context, id uuid.UUID) error {
	return s.checkLogin(s.remote.ResumePractice(ctx, id))
}

// ChangePractice changes what r names of a practice. When it returns, the app
// knows.
func (s *Syncer) ChangePractice(ctx context.Context, id uuid.UUID, r wire.ChangePractice) error {
	if err := s.remote.ChangePractice(ctx, id, r); err != nil {
		return s.checkLogin(err)
	}
	me, err := s.remote.Me(ctx)
	if err != nil {
		s.logf("learn of a practice: %v", s.checkLogin(err))
		return nil
	}
	s.learnAccount(ctx, me.Account)
	return nil
}

// Members returns who works in a practice.
func (s *Syncer) Members(ctx context.Context, practice uuid.UUID) (wire.Members, error) {
	answer, err := s.remote.Members(ctx, practice)
	return answer, s.checkLogin(err)
}

// InviteColleague makes an invitation to work in a practice.
func (s *Syncer) InviteColleague(ctx context.Context, practice uuid.UUID, r wire.InviteColleague) (wire.Invitation, error) {
	answer, err := s.remote.InviteColleague(ctx, practice, r)
	return answer, s.checkLogin(err)
}

// WithdrawInvitation makes an open invitation void.
func (s *Syncer) WithdrawInvitation(ctx context.Context, practice, id uuid.UUID) error {
	return s.checkLogin(s.remote.WithdrawInvitation(ctx, practice, id))
}

// ChangeRoles gives someone other roles in a practice; with none they no longer
// work there.
func (s *Syncer) ChangeRoles(ctx context.Context, practice, account uuid.UUID, roles []wire.Role) error {
	return s.checkLogin(s.remote.ChangeRoles(ctx, practice, account, roles))
}
