package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/shared/wire"
)

// registerPractices adds the operations on practices as a whole.
func (s *server) registerPractices(api huma.API) {
	const practices = "/api/v1/operator/practices"
	tags := []string{"Operator"}
	register(s, api, huma.Operation{
		OperationID: "change-practice", Method: http.MethodPatch, Path: "/api/v1/practices/{practice}", Tags: []string{"Practice"}, Security: needsLogin(),
		Summary:       "Change a practice",
		Description:   "Its name, and after how many minutes at the most its people's devices lock. For its admins and owners. It is recorded.",
		DefaultStatus: http.StatusNoContent,
	}, s.changePractice)
	register(s, api, huma.Operation{
		OperationID: "list-practices", Method: http.MethodGet, Path: practices, Tags: tags, Security: needsLogin(),
		Summary: "All practices, the oldest first",
	}, s.listPractices)
	register(s, api, huma.Operation{
		OperationID: "suspend-practice", Method: http.MethodPost, Path: practices + "/{practice}/suspend", Tags: tags, Security: needsLogin(),
		Summary:       "Suspend a practice",
		Description:   "Its people log in and read what they have; nothing new is written there and nobody joins. What waits on their devices goes on waiting. Doing it again changes nothing.",
		DefaultStatus: http.StatusNoContent,
	}, s.withPractice(s.Accounts.SuspendPractice))
	register(s, api, huma.Operation{
		OperationID: "resume-practice", Method: http.MethodPost, Path: practices + "/{practice}/resume", Tags: tags, Security: needsLogin(),
		Summary: "End the suspension of a practice", DefaultStatus: http.StatusNoContent,
	}, s.withPractice(s.Accounts.ResumePractice))
}

func (s *server) listPractices(ctx context.Context, _ *empty) (*struct{ Body wire.RunPractices }, error) {
	list, err := s.Accounts.ListAllPractices(ctx, caller(ctx))
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.RunPractices }{wire.RunPractices{Practices: list}}, nil
}

func (s *server) changePractice(ctx context.Context, in *struct {
	PracticePath
	Body wire.ChangePractice
}) (*empty, error) {
	at, err := placed(in.Practice)
	if err != nil {
		return nil, err
	}
	return nil, s.Accounts.ChangePractice(ctx, caller(ctx), at[0], in.Body)
}

// withPractice does something with the practice of a path.
func (s *server) withPractice(do func(context.Context, account.Actor, uuid.UUID) error) func(context.Context, *PracticePath) (*empty, error) {
	return func(ctx context.Context, in *PracticePath) (*empty, error) {
		at, err := placed(in.Practice)
		if err != nil {
			return nil, err
		}
		return nil, do(ctx, caller(ctx), at[0])
	}
}
