package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// registerApplications adds the operations by which therapists ask to be let in,
// and those of the operator who answers.
func (s *server) registerApplications(api huma.API) {
	tags := []string{"Joining"}
	register(s, api, huma.Operation{
		OperationID: "apply", Method: http.MethodPost, Path: "/api/v1/therapist-applications", Tags: tags,
		Summary:       "Apply to join as a therapist",
		Description:   "Somebody reads it and answers by mail. The answer here is always the same, and the same application again changes nothing; 409 id_conflict says that its id was taken by one that says something else.",
		DefaultStatus: http.StatusAccepted,
	}, s.apply)
	register(s, api, huma.Operation{
		OperationID: "find-application-answer", Method: http.MethodPost, Path: "/api/v1/therapist-applications/answer", Tags: tags,
		Summary:     "What became of an application",
		Description: "Needs the token of the link in the mail, which works for 30 days.",
	}, s.findAnswer)
	register(s, api, huma.Operation{
		OperationID: "list-applications", Method: http.MethodGet, Path: "/api/v1/operator/applications", Tags: tags, Security: needsLogin(),
		Summary: "The applications to join", Description: "For operators. Looking is recorded.",
	}, s.listApplications)
	register(s, api, huma.Operation{
		OperationID: "approve-application", Method: http.MethodPost, Path: "/api/v1/operator/applications/{application}/approve", Tags: tags, Security: needsLogin(),
		Summary:       "Approve an application",
		Description:   "For operators, with a proof no older than five minutes. Makes the practice and mails a link to sign up as its owner, which works once, within 72 hours. Where nobody has come, approving again mails another.",
		DefaultStatus: http.StatusNoContent,
	}, s.approveApplication)
	register(s, api, huma.Operation{
		OperationID: "decline-application", Method: http.MethodPost, Path: "/api/v1/operator/applications/{application}/decline", Tags: tags, Security: needsLogin(),
		Summary:       "Decline an application",
		Description:   "For operators, with a proof no older than five minutes. Mails a link to the reason and the operator's own words, never these themselves.",
		DefaultStatus: http.StatusNoContent,
	}, s.declineApplication)
}

func (s *server) apply(ctx context.Context, in *struct{ Body wire.Application }) (*struct{ Body wire.ApplicationTaken }, error) {
	place := callerPlace(exchangeOf(ctx).r)
	if err := take(s.limiters.application, place); err != nil {
		return nil, err
	}
	if err := s.Accounts.Apply(ctx, in.Body, place); err != nil {
		return nil, err
	}
	return &struct{ Body wire.ApplicationTaken }{wire.ApplicationTaken{Taken: true}}, nil
}

func (s *server) findAnswer(ctx context.Context, in *struct{ Body wire.AskAnswer }) (*struct{ Body wire.ApplicationAnswer }, error) {
	if err := s.requesting(ctx); err != nil {
		return nil, err
	}
	answer, err := s.Accounts.FindAnswer(ctx, in.Body.Token)
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.ApplicationAnswer }{answer}, nil
}

// listApplications asks for applications.
type listApplications struct {
	Status wire.ApplicationStatus `query:"status" enum:"open,approved,declined" default:"open"`
	Below  string                 `query:"below" maxLength:"40" doc:"RFC 3339: those made before."`
}

func (s *server) listApplications(ctx context.Context, in *listApplications) (*struct{ Body wire.Applications }, error) {
	var below time.Time
	if in.Below != "" {
		var err error
		if below, err = time.Parse(time.RFC3339, in.Below); err != nil || !tellable(below) {
			return nil, newProblem(wire.CodeInvalidRequest, "below")
		}
	}
	page, err := s.Accounts.ListApplications(ctx, caller(ctx), in.Status, below)
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.Applications }{page}, nil
}

// ApplicationPath names an application.
type ApplicationPath struct {
	Application string `path:"application" maxLength:"100" doc:"UUID."`
}

func (p ApplicationPath) id() (uuid.UUID, error) { return pathID(p.Application) }

func (s *server) approveApplication(ctx context.Context, in *ApplicationPath) (*empty, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	return nil, s.Accounts.ApproveApplication(ctx, caller(ctx), id)
}

func (s *server) declineApplication(ctx context.Context, in *struct {
	ApplicationPath
	Body wire.Decline
}) (*empty, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	return nil, s.Accounts.DeclineApplication(ctx, caller(ctx), id, in.Body)
}
