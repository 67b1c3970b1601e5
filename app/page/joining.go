package page

import (
	"context"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// Joining is what pages can do about how therapists join. All of it needs the
// server.
type Joining interface {
	Apply(ctx context.Context, r wire.Application) error
	// ApplicationAnswer returns what became of an application, by the token of the
	// link in the mail.
	ApplicationAnswer(ctx context.Context, token string) (wire.ApplicationAnswer, error)
	// Applications returns a page of applications, for an operator, made before a
	// moment unless it is zero.
	Applications(ctx context.Context, status wire.ApplicationStatus, below time.Time) (wire.Applications, error)
	ApproveApplication(ctx context.Context, id uuid.UUID) error
	DeclineApplication(ctx context.Context, id uuid.UUID, r wire.Decline) error

	// Members returns who works in a practice, for its admins and owners.
	Members(ctx context.Context, practice uuid.UUID) (wire.Members, error)
	InviteColleague(ctx context.Context, practice uuid.UUID, r wire.InviteColleague) (wire.Invitation, error)
	WithdrawInvitation(ctx context.Context, practice, id uuid.UUID) error
	// ChangeRoles gives someone other roles in a practice; with none they no longer
	// work there.
	ChangeRoles(ctx context.Context, practice, account uuid.UUID, roles []wire.Role) error
}
