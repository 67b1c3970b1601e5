package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"pleiades/server/qr"
	"pleiades/shared/wire"
)

// registerInvitations adds the operations on invitations of clients.
func (s *server) registerInvitations(api huma.API) {
	tags := []string{"People"}
	register(s, api, huma.Operation{
		OperationID: "create-invitation", Method: http.MethodPost, Path: "/api/v1/invitations", Tags: tags, Security: needsLogin(),
		Summary:       "Invite a client",
		Description:   "For therapists. The link, or the code, can be used once, within 72 hours; they are shown here and never again.",
		DefaultStatus: http.StatusCreated,
	}, s.invite)
	register(s, api, huma.Operation{
		OperationID: "list-invitations", Method: http.MethodGet, Path: "/api/v1/invitations", Tags: tags, Security: needsLogin(),
		Summary:     "List your own invitations that someone can still use",
		Description: "For therapists.",
	}, s.listInvitations)
	register(s, api, huma.Operation{
		OperationID: "delete-invitation", Method: http.MethodDelete, Path: "/api/v1/invitations/{id}", Tags: tags, Security: needsLogin(),
		Summary:       "Withdraw an invitation of yours",
		Description:   "For therapists. One that was used is not there any more.",
		DefaultStatus: http.StatusNoContent,
	}, s.deleteInvitation)
	register(s, api, huma.Operation{
		OperationID: "look-invitation", Method: http.MethodPost, Path: "/api/v1/invitations/look", Tags: tags,
		Summary:     "See who invites you, and how they use messages",
		Description: "For whoever holds the link or the code of an invitation of a client; it stays unused.",
	}, s.lookInvitation)
	register(s, api, huma.Operation{
		OperationID: "accept-invitation", Method: http.MethodPost, Path: "/api/v1/invitations/accept", Tags: tags, Security: needsLogin(),
		Summary:     "Take an invitation with the account that is logged in",
		Description: "It becomes a client of the inviting therapist too. Asking again leads to the same conversation.",
	}, s.acceptInvitation)
}

func (s *server) invite(ctx context.Context, in *struct{ Body *wire.InviteClient }) (*struct{ Body wire.Invitation }, error) {
	if err := take(s.limiters.invitation, caller(ctx).Account.String()); err != nil {
		return nil, err
	}
	practice := uuid.Nil
	if in.Body != nil {
		practice = in.Body.Practice
	}
	made, err := s.Accounts.Invite(ctx, caller(ctx), practice)
	if err != nil {
		return nil, err
	}
	// The token is in the fragment, which browsers do not send: it stays out
	// of logs and of the Referer header.
	link := s.PublicURL.JoinPath("signup")
	link.Fragment = made.Token
	rows, err := qr.Draw(link.String())
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.Invitation }{wire.Invitation{
		ID:        made.ID,
		URL:       link.String(),
		Code:      made.Code,
		QR:        rows,
		ExpiresAt: made.ExpiresAt.UTC().Truncate(time.Second),
	}}, nil
}

func (s *server) listInvitations(ctx context.Context, _ *empty) (*struct{ Body wire.Invitations }, error) {
	found, err := s.Accounts.ListInvitations(ctx, caller(ctx))
	if err != nil {
		return nil, err
	}
	list := make([]wire.OpenInvitation, len(found))
	for i, f := range found {
		list[i] = wire.OpenInvitation{ID: f.ID, CreatedAt: f.CreatedAt, ExpiresAt: f.ExpiresAt}
	}
	return &struct{ Body wire.Invitations }{wire.Invitations{Invitations: list}}, nil
}

func (s *server) deleteInvitation(ctx context.Context, in *struct {
	ID string `path:"id" doc:"The id of the invitation, a UUID."`
}) (*empty, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, s.Accounts.DeleteInvitation(ctx, caller(ctx), id)
}

func (s *server) lookInvitation(ctx context.Context, in *struct{ Body wire.AcceptInvitation }) (*struct{ Body wire.InvitationOffer }, error) {
	if err := s.requesting(ctx); err != nil {
		return nil, err
	}
	offer, err := s.Accounts.LookInvitation(ctx, in.Body.Invitation)
	if err != nil {
		return nil, err
	}
	s.limiters.request.Return(callerPlace(exchangeOf(ctx).r)) // it was no guess
	return &struct{ Body wire.InvitationOffer }{offer}, nil
}

func (s *server) acceptInvitation(ctx context.Context, in *struct{ Body wire.AcceptInvitation }) (*struct{ Body wire.InvitationAccepted }, error) {
	if err := take(s.limiters.invitation, caller(ctx).Account.String()); err != nil {
		return nil, err
	}
	if err := s.requesting(ctx); err != nil {
		return nil, err
	}
	conversation, err := s.Accounts.AcceptInvitation(ctx, caller(ctx), in.Body.Invitation)
	if err != nil {
		return nil, err
	}
	s.limiters.request.Return(callerPlace(exchangeOf(ctx).r)) // it was no guess
	person, err := s.Accounts.Find(ctx, caller(ctx))
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.InvitationAccepted }{wire.InvitationAccepted{Account: wireAccount(person), Conversation: conversation}}, nil
}
