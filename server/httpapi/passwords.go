package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pleiades/server/account"
	"pleiades/shared/wire"
)

// registerPasswords adds the operations on passwords and their resets.
func (s *server) registerPasswords(api huma.API) {
	tags := []string{"Security"}
	register(s, api, huma.Operation{
		OperationID: "change-password", Method: http.MethodPut, Path: "/api/v1/password", Tags: tags, Security: needsLogin(),
		Summary: "Set another password", Description: "All other logins end. Needs a fresh proof: see POST /step-up.",
		DefaultStatus: http.StatusNoContent,
	}, s.changePassword)
	register(s, api, huma.Operation{
		OperationID: "request-reset", Method: http.MethodPost, Path: "/api/v1/password/reset-request", Tags: tags,
		Summary: "Ask for a mail with a link to set a new password", Description: "The answer is the same for every address.",
		DefaultStatus: http.StatusAccepted,
	}, s.requestReset)
	register(s, api, huma.Operation{
		OperationID: "ask-reset", Method: http.MethodPost, Path: "/api/v1/password/reset/passkey/options", Tags: tags,
		Summary: "Ask for a passkey of the account that a reset is for",
	}, s.askReset)
	register(s, api, huma.Operation{
		OperationID: "use-reset", Method: http.MethodPost, Path: "/api/v1/password/reset", Tags: tags,
		Summary: "Set a new password by the link of a mail",
		Description: "An account with a second factor needs it here too and keeps it. Without one the new password takes effect after 24 hours; " +
			"every device is told and can cancel it.",
	}, s.useReset)
	register(s, api, huma.Operation{
		OperationID: "approve-reset", Method: http.MethodPost, Path: "/api/v1/password/reset/approve", Tags: tags, Security: needsLogin(),
		Summary: "Make a new password that waits work at once", DefaultStatus: http.StatusNoContent,
	}, s.approveReset)
	register(s, api, huma.Operation{
		OperationID: "cancel-reset", Method: http.MethodDelete, Path: "/api/v1/password/reset", Tags: tags, Security: needsLogin(),
		Summary: "Drop a new password that waits", DefaultStatus: http.StatusNoContent,
	}, s.cancelReset)
}

func (s *server) changePassword(ctx context.Context, in *struct{ Body wire.ChangePassword }) (*empty, error) {
	if err := s.ownEntry(ctx, s.logins.browser(exchangeOf(ctx).r)); err != nil {
		return nil, err
	}
	return nil, s.Accounts.ChangePassword(ctx, caller(ctx), in.Body.Password)
}

func (s *server) requestReset(ctx context.Context, in *struct{ Body wire.RequestReset }) (*struct{ Body wire.ResetRequested }, error) {
	if err := s.requesting(ctx); err != nil {
		return nil, err
	}
	if err := s.Accounts.RequestReset(ctx, in.Body.Email); err != nil {
		return nil, err
	}
	return &struct{ Body wire.ResetRequested }{wire.ResetRequested{Sent: true}}, nil
}

func (s *server) askReset(ctx context.Context, in *struct{ Body wire.ResetToken }) (*passkeyQuestion, error) {
	if err := s.requesting(ctx); err != nil {
		return nil, err
	}
	question, err := s.Accounts.AskReset(ctx, in.Body.Token)
	if err != nil {
		return nil, err
	}
	return &passkeyQuestion{question}, nil
}

func (s *server) useReset(ctx context.Context, in *struct{ Body wire.ResetPassword }) (*struct{ Body wire.ResetAnswer }, error) {
	return guessing(s, ctx, unknown, func(from account.Browser) (*struct{ Body wire.ResetAnswer }, error) {
		done, err := s.Accounts.UseReset(ctx, in.Body.Token, in.Body.Password, account.Proof{
			Method:     in.Body.Method,
			Code:       in.Body.Code,
			Ceremony:   in.Body.Ceremony,
			Credential: in.Body.Credential,
		}, from)
		if err != nil {
			return nil, err
		}
		answer := wire.ResetAnswer{State: done.State, Methods: done.Methods}
		if !done.EffectiveAt.IsZero() {
			at := done.EffectiveAt.UTC()
			answer.EffectiveAt = &at
		}
		return &struct{ Body wire.ResetAnswer }{answer}, nil
	})
}

func (s *server) approveReset(ctx context.Context, _ *empty) (*empty, error) {
	return nil, s.Accounts.ApproveReset(ctx, caller(ctx))
}

func (s *server) cancelReset(ctx context.Context, _ *empty) (*empty, error) {
	return nil, s.Accounts.CancelReset(ctx, caller(ctx))
}
