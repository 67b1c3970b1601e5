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
