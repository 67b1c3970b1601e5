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
