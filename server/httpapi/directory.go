package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// requestInput names a request for care.
type requestInput struct {
	ID string `path:"id" doc:"The id of the request, a UUID."`
}

func (in requestInput) id() (uuid.UUID, error) { return pathID(in.ID) }

// registerDirectory adds the operations on the directory and on requests to the
// therapists in it.
func (s *server) registerDirectory(api huma.API) {
	tags := []string{"Directory"}
	register(s, api, huma.Operation{
		OperationID: "list-directory", Method: http.MethodGet, Path: "/api/v1/directory", Tags: tags, Security: needsLogin(),
		Summary: "List the therapists who chose to be found, at most 500",
	}, s.listDirectory)
	register(s, api, huma.Operation{
		OperationID: "list-listings", Method: http.MethodGet, Path: "/api/v1/directory/listings", Tags: tags, Security: needsLogin(),
		Summary: "What you show of yourself in the directory", Description: "For therapists, one for each practice.",
	}, s.listListings)
	register(s, api, huma.Operation{
		OperationID: "put-listing", Method: http.MethodPut, Path: "/api/v1/directory/listings/{practice}", Tags: tags, Security: needsLogin(),
		Summary: "Change what you show of yourself in the directory", Description: "For therapists.",
		DefaultStatus: http.StatusNoContent,
	}, s.putListing)
	register(s, api, huma.Operation{
		OperationID: "list-requests", Method: http.MethodGet, Path: "/api/v1/requests", Tags: tags, Security: needsLogin(),
		Summary: "List your requests to therapists, and those to you",
	}, s.listRequests)
	register(s, api, huma.Operation{
		OperationID: "ask-for-care", Method: http.MethodPost, Path: "/api/v1/requests", Tags: tags, Security: needsLogin(),
		Summary: "Ask a therapist of the directory for a conversation", DefaultStatus: http.StatusCreated,
	}, s.askForCare)
	register(s, api, huma.Operation{
		OperationID: "delete-request", Method: http.MethodDelete, Path: "/api/v1/requests/{id}", Tags: tags, Security: needsLogin(),
		Summary: "Withdraw a request of yours that waits", DefaultStatus: http.StatusNoContent,
	}, s.deleteRequest)
	register(s, api, huma.Operation{
		OperationID: "accept-request", Method: http.MethodPost, Path: "/api/v1/requests/{id}/accept", Tags: tags, Security: needsLogin(),
		Summary: "Say yes to a request: the conversation begins", Description: "For therapists. Asking again leads to the same conversation.",
	}, s.acceptRequest)
	register(s, api, huma.Operation{
		OperationID: "decline-request", Method: http.MethodPost, Path: "/api/v1/requests/{id}/decline", Tags: tags, Security: needsLogin(),
		Summary: "Say no to a request, with a few words", Description: "For therapists.", DefaultStatus: http.StatusNoContent,
	}, s.declineRequest)
}

func (s *server) listDirectory(ctx context.Context, _ *empty) (*struct{ Body wire.Directory }, error) {
	list, err := s.Accounts.ListDirectory(ctx, caller(ctx))
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.Directory }{wire.Directory{Therapists: list}}, nil
}

func (s *server) listListings(ctx context.Context, _ *empty) (*struct{ Body wire.Listings }, error) {
	list, err := s.Accounts.ListListings(ctx, caller(ctx))
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.Listings }{wire.Listings{Listings: list}}, nil
}

func (s *server) putListing(ctx context.Context, in *struct {
	Practice string `path:"practice" doc:"The id of the practice, a UUID."`
	Body     wire.PutListing
}) (*empty, error) {
	practice, err := pathID(in.Practice)
	if err != nil {
		return nil, err
	}
	return nil, s.Accounts.UpdateListing(ctx, caller(ctx), practice, in.Body)
}

func (s *server) listRequests(ctx context.Context, _ *empty) (*struct{ Body wire.Requests }, error) {
	list, err := s.Accounts.ListRequests(ctx, caller(ctx))
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.Requests }{list}, nil
}

func (s *server) askForCare(ctx context.Context, in *struct{ Body wire.AskForCare }) (*struct{ Body wire.CareRequest }, error) {
	if err := take(s.limiters.invitation, caller(ctx).Account.String()); err != nil {
		return nil, err
	}
	made, err := s.Accounts.AskForCare(ctx, caller(ctx), in.Body)
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.CareRequest }{made}, nil
}

func (s *server) deleteRequest(ctx context.Context, in *requestInput) (*empty, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	return nil, s.Accounts.DeleteRequest(ctx, caller(ctx), id)
}

func (s *server) acceptRequest(ctx context.Context, in *requestInput) (*struct{ Body wire.AcceptedRequest }, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	conversation, err := s.Accounts.AcceptRequest(ctx, caller(ctx), id)
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.AcceptedRequest }{wire.AcceptedRequest{Conversation: conversation}}, nil
}

func (s *server) declineRequest(ctx context.Context, in *struct {
	ID   string `path:"id" doc:"The id of the request, a UUID."`
	Body wire.DeclineRequest
}) (*empty, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, s.Accounts.DeclineRequest(ctx, caller(ctx), id, in.Body.Words)
}
