package remote

import (
	"context"

	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// Directory lists the therapists who can be asked for a conversation.
func (c *Client) Directory(ctx context.Context) ([]wire.DirectoryEntry, error) {
	var answer wire.Directory
	err := c.call(ctx, "GET", "/directory", nil, &answer)
	return answer.Therapists, err
}

// Listings lists what a therapist shows of themselves in the directory.
func (c *Client) Listings(ctx context.Context) ([]wire.Listing, error) {
	var answer wire.Listings
	err := c.call(ctx, "GET", "/directory/listings", nil, &answer)
	return answer.Listings, err
}

// SaveListing changes what a therapist shows of themselves in a practice.
func (c *Client) SaveListing(ctx context.Context, practice uuid.UUID, l wire.PutListing) error {
	return c.call(ctx, "PUT", "/directory/listings/"+practice.String(), l, nil)
}

// Requests lists the requests for care of the account, and those to it.
func (c *Client) Requests(ctx context.Context) (wire.Requests, error) {
	var answer wire.Requests
	return answer, c.call(ctx, "GET", "/requests", nil, &answer)
}

// AskForCare asks a therapist for a conversation.
func (c *Client) AskForCare(ctx context.Context, r wire.AskForCare) error {
	return c.call(ctx, "POST", "/requests", r, nil)
}

// WithdrawRequest takes back a request of one's own.
func (c *Client) WithdrawRequest(ctx context.Context, id uuid.UUID) error {
	return c.call(ctx, "DELETE", "/requests/"+id.String(), nil, nil)
}

// AcceptRequest says yes to a request.
func (c *Client) AcceptRequest(ctx context.Context, id uuid.UUID) error {
	return c.call(ctx, "POST", "/requests/"+id.String()+"/accept", struct{}{}, nil)
}

// DeclineRequest says no to a request.
func (c *Client) DeclineRequest(ctx context.Context, id uuid.UUID, r wire.DeclineRequest) error {
	return c.call(ctx, "POST", "/requests/"+id.String()+"/decline", r, nil)
}
