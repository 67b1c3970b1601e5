package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pleiades/server/account"
	"pleiades/shared/wire"
)

type (
	empty    struct{}
	loggedIn struct{ Body wire.LoggedIn }
)

// registerPeople adds the operations on accounts and logins.
func (s *server) registerPeople(api huma.API) {
	tags := []string{"People"}
	register(s, api, huma.Operation{
		OperationID: "log-out", Method: http.MethodPost, Path: "/api/v1/logout", Tags: tags, Security: takesStep(),
		Summary: "End this login", DefaultStatus: http.StatusNoContent,
	}, s.logOut)
	register(s, api, huma.Operation{
		OperationID: "renew-login", Method: http.MethodPost, Path: "/api/v1/active", Tags: tags, Security: needsLogin(),
		Summary:       "Renew this login after an act of the person",
		Description:   "A login ends 15 minutes after the last act and 12 hours after it began. Nothing else renews it.",
		DefaultStatus: http.StatusNoContent,
	}, s.renew)
	register(s, api, huma.Operation{
		OperationID: "find-me", Method: http.MethodGet, Path: "/api/v1/me", Tags: tags, Security: needsLogin(),
		Summary: "Who is logged in",
	}, s.findMe)
	register(s, api, huma.Operation{
		OperationID: "update-settings", Method: http.MethodPatch, Path: "/api/v1/settings", Tags: tags, Security: needsLogin(),
		Summary: "Change your own settings",
	}, s.updateSettings)
	register(s, api, huma.Operation{
		OperationID: "sign-up", Method: http.MethodPost, Path: "/api/v1/signup", Tags: tags,
		Summary: "Create an account",
		Description: "The answer is the same whether or not the address had an account, except with a valid invitation. " +
			"Without one the account is there once the link of the mail was followed: see POST /signup/confirm.",
		DefaultStatus: http.StatusCreated,
	}, s.signUp)
	register(s, api, huma.Operation{
		OperationID: "confirm-sign-up", Method: http.MethodPost, Path: "/api/v1/signup/confirm", Tags: tags,
		Summary:     "Make the account that somebody signed up for",
		Description: "Needs the link of the mail, which can be used once, within 72 hours, and the password of the sign-up.",
	}, s.confirmSignUp)
}

func (s *server) logOut(ctx context.Context, _ *empty) (*empty, error) {
	ex := exchangeOf(ctx)
	return nil, s.logins.end(ex.w, ex.r, ex.actor)
}

func (s *server) renew(ctx context.Context, _ *empty) (*empty, error) {
	return nil, s.Accounts.Renew(ctx, caller(ctx))
}

func (s *server) findMe(ctx context.Context, _ *empty) (*loggedIn, error) {
	person, err := s.Accounts.Find(ctx, caller(ctx))
	if err != nil {
		return nil, err
	}
	return s.loggedIn(person), nil
}

func (s *server) updateSettings(ctx context.Context, in *struct{ Body wire.Settings }) (*loggedIn, error) {
	if err := s.Accounts.UpdateSettings(ctx, caller(ctx), in.Body); err != nil {
		return nil, err
	}
	return s.findMe(ctx, nil)
}

func (s *server) signUp(ctx context.Context, in *struct{ Body wire.SignUp }) (*struct{ Body wire.SignedUp }, error) {
	if err := s.requesting(ctx); err != nil {
		return nil, err
	}
	err := s.Accounts.SignUp(ctx, account.SignUp{
		Email:      in.Body.Email,
		Password:   in.Body.Password,
		Name:       in.Body.Name,
		Invitation: in.Body.Invitation,
		Place:      callerPlace(exchangeOf(ctx).r),
	})
	if err != nil {
		return nil, err
	}
	if in.Body.Invitation != "" {
		s.limiters.request.Return(callerPlace(exchangeOf(ctx).r))
	}
	return &struct{ Body wire.SignedUp }{wire.SignedUp{Created: true}}, nil
}

func (s *server) confirmSignUp(ctx context.Context, in *struct{ Body wire.ConfirmSignUp }) (*struct{ Body wire.SignUpConfirmed }, error) {
	return guessing(s, ctx, unknown, func(account.Browser) (*struct{ Body wire.SignUpConfirmed }, error) {
		email, err := s.Accounts.ConfirmSignUp(ctx, in.Body.Token, in.Body.Password)
		if err != nil {
			return nil, err
		}
		return &struct{ Body wire.SignUpConfirmed }{wire.SignUpConfirmed{Email: email}}, nil
	})
}

// loggedIn returns a person as they see themselves.
func (s *server) loggedIn(person account.Account) *loggedIn {
	return &loggedIn{wire.LoggedIn{Account: wireAccount(person), Server: s.buildName()}}
}

func wireAccount(person account.Account) wire.Account {
	memberships := make([]wire.Membership, len(person.Memberships))
	for i, m := range person.Memberships {
		memberships[i] = wire.Membership{
			Practice:     wire.Practice{ID: m.Practice.ID, Name: m.Practice.Name, Demo: m.Practice.Demo, Suspended: m.Practice.Suspended(), LockWithin: m.Practice.LockWithin},
			Role:         m.Role,
			ReadReceipts: m.ReadReceipts,
		}
	}
	return wire.Account{ID: person.ID, Name: person.Name, Email: person.Email, Memberships: memberships, Operator: person.Operator}
}
