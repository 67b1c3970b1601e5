package remote

import (
	"context"
	"net/url"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// Apply asks the operator to let a therapist in.
func (c *Client) Apply(ctx context.Context, r wire.Application) error {
	return c.call(ctx, "POST", "/therapist-applications", r, nil)
}

// ApplicationAnswer returns what became of an application.
func (c *Client) ApplicationAnswer(ctx context.Context, r wire.AskAnswer) (wire.ApplicationAnswer, error) {
	var answer wire.ApplicationAnswer
	return answer, c.call(ctx, "POST", "/therapist-applications/answer", r, &answer)
}

// Applications returns a page of applications with a status, the newest first:
// those made before below, unless it is zero.
func (c *Client) Applications(ctx context.Context, status wire.ApplicationStatus, below time.Time) (wire.Applications, error) {
	query := url.Values{"status": {string(status)}}
	if !below.IsZero() {
		query.Set("below", below.Format(time.RFC3339Nano))
	}
	var answer wire.Applications
	return answer, c.call(ctx, "GET", "/operator/applications?"+query.Encode(), nil, &answer)
}

// ApproveApplication approves an application.
func (c *Client) ApproveApplication(ctx context.Context, id uuid.UUID) error {
	return c.call(ctx, "POST", "/operator/applications/"+id.String()+"/approve", struct{}{}, nil)
}

// DeclineApplication declines an application.
func (c *Client) DeclineApplication(ctx context.Context, id uuid.UUID, r wire.Decline) error {
	return c.call(ctx, "POST", "/operator/applications/"+id.String()+"/decline", r, nil)
}

// Practices returns all practices, for an operator.
func (c *Client) Practices(ctx context.Context) ([]wire.RunPractice, error) {
	var answer wire.RunPractices
	return answer.Practices, c.call(ctx, "GET", "/operator/practices", nil, &answer)
}

// SuspendPractice suspends a practice.
func (c *Client) SuspendPractice(ctx context.Context, id uuid.UUID) error {
	return c.call(ctx, "POST", "/operator/practices/"+id.String()+"/suspend", struct{}{}, nil)
}

// ResumePractice ends that.
func (c *Client) ResumePractice(ctx context.Context, id uuid.UUID) error {
	return c.call(ctx, "POST", "/operator/practices/"+id.String()+"/resume", struct{}{}, nil)
}

// ChangePractice changes what r names of a practice.
func (c *Client) ChangePractice(ctx context.Context, id uuid.UUID, r wire.ChangePractice) error {
	return c.call(ctx, "PATCH", "/practices/"+id.String(), r, nil)
}

// Members returns who works in a practice.
func (c *Client) Members(ctx context.Context, practice uuid.UUID) (wire.Members, error) {
	var answer wire.Members
	return answer, c.call(ctx, "GET", "/practices/"+practice.String()+"/members", nil, &answer)
}

// InviteColleague makes an invitation to work in a practice.
func (c *Client) InviteColleague(ctx context.Context, practice uuid.UUID, r wire.InviteColleague) (wire.Invitation, error) {
	var answer wire.Invitation
	return answer, c.call(ctx, "POST", "/practices/"+practice.String()+"/invitations", r, &answer)
}

// WithdrawInvitation makes an open invitation void.
func (c *Client) WithdrawInvitation(ctx context.Context, practice, id uuid.UUID) error {
	return c.call(ctx, "DELETE", "/practices/"+practice.String()+"/invitations/"+id.String(), nil, nil)
}

// ChangeRoles gives someone other roles in a practice; with none they no longer
// work there.
func (c *Client) ChangeRoles(ctx context.Context, practice, account uuid.UUID, roles []wire.Role) error {
	path := "/practices/" + practice.String() + "/members/" + account.String()
	if len(roles) == 0 {
		return c.call(ctx, "DELETE", path, nil, nil)
	}
	return c.call(ctx, "PUT", path, wire.ChangeRoles{Roles: roles}, nil)
}
