package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/shared/wire"
)

type (
	loginAnswer     struct{ Body wire.LoginAnswer }
	codeInput       struct{ Body wire.CodeEntry }
	passkeyInput    struct{ Body wire.PasskeyAnswer }
	passkeyQuestion struct{ Body wire.PasskeyQuestion }
	factorAdded     struct{ Body wire.FactorAdded }
)

// registerSteps adds the operations that begin a login and make it whole.
func (s *server) registerSteps(api huma.API) {
	tags := []string{"People"}
	register(s, api, huma.Operation{
		OperationID: "log-in", Method: http.MethodPost, Path: "/api/v1/login", Tags: tags,
		Summary: "Log in",
		Description: "Sets the login cookie. A login that the browser had before ends. Where there is a second factor, or should be, " +
			"the answer names the next step, and the cookie can do nothing else.",
	}, s.logIn)
	register(s, api, huma.Operation{
		OperationID: "log-in-totp", Method: http.MethodPost, Path: "/api/v1/login/totp", Tags: tags, Security: takesStep(),
		Summary: "Complete a login by a code of an authenticator app",
	}, s.finishBy(wire.MethodTOTP))
	register(s, api, huma.Operation{
		OperationID: "log-in-recovery", Method: http.MethodPost, Path: "/api/v1/login/recovery", Tags: tags, Security: takesStep(),
		Summary: "Complete a login by a recovery code",
	}, s.finishBy(wire.MethodRecovery))
	register(s, api, huma.Operation{
		OperationID: "ask-log-in", Method: http.MethodPost, Path: "/api/v1/login/passkey/options", Tags: tags,
		Summary:     "Ask for a passkey to log in with",
		Description: "Of the account whose login waits for it, else of any: a passkey needs no password.",
	}, s.askLogIn)
	register(s, api, huma.Operation{
		OperationID: "log-in-passkey", Method: http.MethodPost, Path: "/api/v1/login/passkey", Tags: tags,
		Summary: "Log in, or complete a login, by a passkey",
	}, s.logInByPasskey)
}

func (s *server) logIn(ctx context.Context, in *struct{ Body wire.LogIn }) (*loginAnswer, error) {
	known := func(from account.Browser) (bool, error) { return s.Accounts.KnowsDevice(ctx, in.Body.Email, from) }
	return s.entering(ctx, known, func(from account.Browser) (account.Entry, error) {
		if err := s.entry(ctx, in.Body.Email, from); err != nil {
			return account.Entry{}, err
		}
		return s.Accounts.LogIn(ctx, in.Body.Email, in.Body.Password, from)
	})
}

// finishBy completes a login by a code.
func (s *server) finishBy(method wire.Method) func(context.Context, *codeInput) (*loginAnswer, error) {
	return func(ctx context.Context, in *codeInput) (*loginAnswer, error) {
		return s.entering(ctx, s.ownDevice(ctx, caller(ctx)), func(from account.Browser) (account.Entry, error) {
			return s.Accounts.FinishLogIn(ctx, caller(ctx), account.Proof{Method: method, Code: in.Body.Code}, from)
		})
	}
}

func (s *server) askLogIn(ctx context.Context, _ *empty) (*passkeyQuestion, error) {
	if wait := s.limiters.question.take(exchangeOf(ctx).r); wait > 0 {
		return nil, tooMany(wait)
	}
	waiting, err := s.logins.waiting(exchangeOf(ctx).r)
	if err != nil {
		return nil, err
	}
	question, err := s.Accounts.AskLogIn(ctx, waiting)
	if err != nil {
		return nil, err
	}
	return &passkeyQuestion{question}, nil
}

func (s *server) logInByPasskey(ctx context.Context, in *passkeyInput) (*loginAnswer, error) {
	waiting, err := s.logins.waiting(exchangeOf(ctx).r)
	if err != nil {
		return nil, err
	}
	return s.entering(ctx, s.ownDevice(ctx, waiting), func(from account.Browser) (account.Entry, error) {
		if waiting.Account == uuid.Nil {
			return s.Accounts.LogInByPasskey(ctx, in.Body.Ceremony, in.Body.Credential, from)
		}
		proof := account.Proof{Method: wire.MethodPasskey, Ceremony: in.Body.Ceremony, Credential: in.Body.Credential}
		return s.Accounts.FinishLogIn(ctx, waiting, proof, from)
	})
}

// entering tries to log in and gives the browser its cookies.
func (s *server) entering(ctx context.Context, known func(account.Browser) (bool, error), try func(account.Browser) (account.Entry, error)) (*loginAnswer, error) {
	ex := exchangeOf(ctx)
	return guessing(s, ctx, known, func(from account.Browser) (*loginAnswer, error) {
		entry, err := try(from)
		if err != nil {
			return nil, err
		}
		if err := s.logins.begin(ex.w, ex.r, entry); err != nil {
			return nil, err
		}
		answer := wire.LoginAnswer{Server: s.buildName(), Next: entry.Next, Methods: entry.Methods}
		if entry.Next == "" {
			person := wireAccount(entry.Account)
			answer.Account = &person
		}
		return &loginAnswer{answer}, nil
	})
}
