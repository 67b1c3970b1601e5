package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// registerMembers adds the operations on those who work in a practice.
func (s *server) registerMembers(api huma.API) {
	tags := []string{"Practice"}
	register(s, api, huma.Operation{
		OperationID: "list-members", Method: http.MethodGet, Path: "/api/v1/practices/{practice}/members", Tags: tags, Security: needsLogin(),
		Summary: "Who works in a practice, and who is invited", Description: "For its admins and owners.",
	}, s.listMembers)
	register(s, api, huma.Operation{
		OperationID: "invite-colleague", Method: http.MethodPost, Path: "/api/v1/practices/{practice}/invitations", Tags: tags, Security: needsLogin(),
		Summary:       "Invite someone to work in a practice",
		Description:   "Admins invite therapists, owners whom they want, admins and owners with a proof no older than five minutes. The link can be used once, within 72 hours; it is shown here and never again.",
		DefaultStatus: http.StatusCreated,
	}, s.inviteColleague)
	register(s, api, huma.Operation{
		OperationID: "withdraw-invitation", Method: http.MethodDelete, Path: "/api/v1/practices/{practice}/invitations/{invitation}", Tags: tags, Security: needsLogin(),
		Summary: "Make an open invitation to work in a practice void", Description: "For its admins and owners.", DefaultStatus: http.StatusNoContent,
	}, s.withdrawInvitation)
	register(s, api, huma.Operation{
		OperationID: "change-roles", Method: http.MethodPut, Path: "/api/v1/practices/{practice}/members/{account}", Tags: tags, Security: needsLogin(),
		Summary:       "Say which roles someone has in a practice",
		Description:   "For its owners, with a proof no older than five minutes. The last owner stays one, and so does a therapist with open conversations.",
		DefaultStatus: http.StatusNoContent,
	}, s.changeRoles)
	register(s, api, huma.Operation{
		OperationID: "end-membership", Method: http.MethodDelete, Path: "/api/v1/practices/{practice}/members/{account}", Tags: tags, Security: needsLogin(),
		Summary:       "End that someone works in a practice",
		Description:   "As changing their roles to none.",
		DefaultStatus: http.StatusNoContent,
	}, s.endMembership)
}

// PracticePath names a practice.
type PracticePath struct {
	Practice string `path:"practice" maxLength:"100" doc:"UUID."`
}

// MemberPath names someone who works in a practice.
type MemberPath struct {
	PracticePath
	Account string `path:"account" maxLength:"100" doc:"UUID."`
}

// InvitationPath names an invitation of a practice.
type InvitationPath struct {
	PracticePath
	Invitation string `path:"invitation" maxLength:"100" doc:"UUID."`
}

// placed is pathID for several.
func placed(texts ...string) ([]uuid.UUID, error) {
	ids := make([]uuid.UUID, len(texts))
	for i, text := range texts {
		var err error
		if ids[i], err = pathID(text); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

func (s *server) listMembers(ctx context.Context, in *PracticePath) (*struct{ Body wire.Members }, error) {
	at, err := placed(in.Practice)
	if err != nil {
		return nil, err
	}
	list, err := s.Accounts.ListMembers(ctx, caller(ctx), at[0])
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.Members }{list}, nil
}

func (s *server) inviteColleague(ctx context.Context, in *struct {
	PracticePath
	Body wire.InviteColleague
}) (*struct{ Body wire.Invitation }, error) {
	at, err := placed(in.Practice)
	if err != nil {
		return nil, err
	}
	if err := take(s.limiters.invitation, caller(ctx).Account.String()); err != nil {
		return nil, err
	}
	token, expires, err := s.Accounts.InviteColleague(ctx, caller(ctx), at[0], in.Body)
	if err != nil {
		return nil, err
	}
	link := s.PublicURL.JoinPath("signup")
	link.Fragment = token
	return &struct{ Body wire.Invitation }{wire.Invitation{URL: link.String(), ExpiresAt: expires.UTC().Truncate(time.Second)}}, nil
}

func (s *server) withdrawInvitation(ctx context.Context, in *InvitationPath) (*empty, error) {
	at, err := placed(in.Practice, in.Invitation)
	if err != nil {
		return nil, err
	}
	return nil, s.Accounts.WithdrawInvitation(ctx, caller(ctx), at[0], at[1])
}

func (s *server) changeRoles(ctx context.Context, in *struct {
	MemberPath
	Body wire.ChangeRoles
}) (*empty, error) {
	at, err := placed(in.Practice, in.Account)
	if err != nil {
		return nil, err
	}
	return nil, s.Accounts.ChangeRoles(ctx, caller(ctx), at[0], at[1], in.Body.Roles)
}

func (s *server) endMembership(ctx context.Context, in *MemberPath) (*empty, error) {
	at, err := placed(in.Practice, in.Account)
	if err != nil {
		return nil, err
	}
	return nil, s.Accounts.ChangeRoles(ctx, caller(ctx), at[0], at[1], nil)
}
