package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pleiades/server/account"
	"pleiades/shared/wire"
)

// registerEmails adds the operations on the address of one's account.
func (s *server) registerEmails(api huma.API) {
	tags := []string{"Security"}
	register(s, api, huma.Operation{
		OperationID: "change-email", Method: http.MethodPut, Path: "/api/v1/email", Tags: tags, Security: needsLogin(),
		Summary: "Ask for another address of your account",
		Description: "A code is mailed there, and the present address is told. The answer is the same whether or not an account has the address. " +
			"Needs a fresh proof: see POST /step-up.",
		DefaultStatus: http.StatusNoContent,
	}, s.changeEmail)
	register(s, api, huma.Operation{
		OperationID: "confirm-email", Method: http.MethodPost, Path: "/api/v1/email/confirm", Tags: tags, Security: needsLogin(),
		Summary: "Show by the code of the mail that the new address is yours",
		Description: "An account with a second factor has it at once. Without one it takes effect after 24 hours; " +
			"every device is told and can cancel it.",
	}, s.confirmEmail)
	register(s, api, huma.Operation{
		OperationID: "cancel-email", Method: http.MethodDelete, Path: "/api/v1/email", Tags: tags, Security: needsLogin(),
		Summary: "Drop another address that waits", DefaultStatus: http.StatusNoContent,
	}, s.cancelEmail)
}

func (s *server) changeEmail(ctx context.Context, in *struct{ Body wire.ChangeEmail }) (*empty, error) {
	return nil, s.Accounts.ChangeEmail(ctx, caller(ctx), in.Body.Email)
}

func (s *server) confirmEmail(ctx context.Context, in *struct{ Body wire.CodeEntry }) (*loggedIn, error) {
	return guessing(s, ctx, s.ownDevice(ctx, caller(ctx)), func(account.Browser) (*loggedIn, error) {
		if err := s.Accounts.ConfirmEmail(ctx, caller(ctx), in.Body.Code); err != nil {
			return nil, err
		}
		return s.findMe(ctx, nil)
	})
}

func (s *server) cancelEmail(ctx context.Context, _ *empty) (*empty, error) {
	return nil, s.Accounts.CancelEmail(ctx, caller(ctx))
}
