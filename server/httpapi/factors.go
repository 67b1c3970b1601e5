package httpapi

import (
	"context"
	"encoding/base64"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"pleiades/server/account"
	"pleiades/shared/wire"
)

// registerFactors adds the operations on what an account is protected by.
func (s *server) registerFactors(api huma.API) {
	tags := []string{"Security"}
	const sensitive = "Needs a fresh proof: see POST /step-up."
	register(s, api, huma.Operation{
		OperationID: "find-security", Method: http.MethodGet, Path: "/api/v1/security", Tags: tags, Security: takesStep(),
		Summary: "What your account is protected by",
	}, s.findSecurity)
	register(s, api, huma.Operation{
		OperationID: "see-notices", Method: http.MethodPost, Path: "/api/v1/security/seen", Tags: tags, Security: needsLogin(),
		Summary: "Say that the notices of GET /security were seen on this device", DefaultStatus: http.StatusNoContent,
	}, s.seeNotices)
	register(s, api, huma.Operation{
		OperationID: "ask-step-up", Method: http.MethodPost, Path: "/api/v1/step-up/passkey/options", Tags: tags, Security: takesStep(),
		Summary: "Ask for one of your passkeys, to step up with",
	}, s.askStepUp)
	register(s, api, huma.Operation{
		OperationID: "step-up", Method: http.MethodPost, Path: "/api/v1/step-up", Tags: tags, Security: takesStep(),
		Summary:     "Show once more who you are",
		Description: "Sensitive operations need a proof no older than 5 minutes; logging in is one too. Sets another login cookie.",
	}, s.stepUp)
	register(s, api, huma.Operation{
		OperationID: "create-totp", Method: http.MethodPost, Path: "/api/v1/totp", Tags: tags, Security: takesStep(),
		Summary: "Make a secret for an authenticator app", Description: "It counts once a code has confirmed it. " + sensitive,
	}, s.createTOTP)
	register(s, api, huma.Operation{
		OperationID: "confirm-totp", Method: http.MethodPost, Path: "/api/v1/totp/confirm", Tags: tags, Security: takesStep(),
		Summary: "Confirm an authenticator app by a code", Description: sensitive,
	}, s.confirmTOTP)
	register(s, api, huma.Operation{
		OperationID: "delete-totp", Method: http.MethodDelete, Path: "/api/v1/totp", Tags: tags, Security: needsLogin(),
		Summary: "Remove your authenticator app", Description: sensitive, DefaultStatus: http.StatusNoContent,
	}, s.deleteTOTP)
	register(s, api, huma.Operation{
		OperationID: "ask-passkey", Method: http.MethodPost, Path: "/api/v1/passkeys/options", Tags: tags, Security: takesStep(),
		Summary: "Ask the browser to make a passkey", Description: sensitive,
	}, s.askPasskey)
	register(s, api, huma.Operation{
		OperationID: "create-passkey", Method: http.MethodPost, Path: "/api/v1/passkeys", Tags: tags, Security: takesStep(),
		Summary: "Add a passkey", Description: sensitive, DefaultStatus: http.StatusCreated,
	}, s.createPasskey)
	register(s, api, huma.Operation{
		OperationID: "rename-passkey", Method: http.MethodPatch, Path: "/api/v1/passkeys/{id}", Tags: tags, Security: needsLogin(),
		Summary: "Give one of your passkeys a name", DefaultStatus: http.StatusNoContent,
	}, s.renamePasskey)
	register(s, api, huma.Operation{
		OperationID: "delete-passkey", Method: http.MethodDelete, Path: "/api/v1/passkeys/{id}", Tags: tags, Security: needsLogin(),
		Summary: "Remove one of your passkeys", Description: sensitive, DefaultStatus: http.StatusNoContent,
	}, s.deletePasskey)
	register(s, api, huma.Operation{
		OperationID: "create-recovery-codes", Method: http.MethodPost, Path: "/api/v1/recovery-codes", Tags: tags, Security: needsLogin(),
		Summary: "Get ten new recovery codes", Description: "Those before stop working. " + sensitive,
	}, s.createRecoveryCodes)
}

func (s *server) findSecurity(ctx context.Context, _ *empty) (*struct{ Body wire.Security }, error) {
	p, err := s.Accounts.Protection(ctx, caller(ctx))
	if err != nil {
		return nil, err
	}
	body := wire.Security{
		Passkeys:      make([]wire.Passkey, len(p.Passkeys)),
		RecoveryCodes: wire.RecoveryStock{Left: p.RecoveryCodes},
		Required:      p.Required,
		Excused:       p.Excused,
		StepUp:        p.StepUp,
	}
	for i, key := range p.Passkeys {
		body.Passkeys[i] = wirePasskey(key)
	}
	if len(p.TOTP.Secret) > 0 {
		body.TOTP = &wire.TOTP{CreatedAt: p.TOTP.CreatedAt}
	}
	if p.RecoveryCodes > 0 {
		body.RecoveryCodes.CreatedAt = &p.RecoveryCodesAt
	}
	if !p.SteppedUp.IsZero() {
		until := p.SteppedUp.UTC()
		body.SteppedUp = &until
	}
	if p.Reset.PasswordHash != "" {
		body.Reset = &wire.PasswordReset{RequestedAt: p.Reset.CreatedAt, EffectiveAt: p.Reset.EffectiveAt}
	}
	if p.Email.Email != "" {
		body.Email = &wire.EmailChange{Email: p.Email.Email, ExpiresAt: p.Email.ExpiresAt.UTC()}
		if at := p.Email.EffectiveAt; !at.IsZero() {
			at = at.UTC()
			body.Email.EffectiveAt = &at
		}
	}
	for _, n := range slices.Backward(p.Notices) {
		body.Notices = append(body.Notices, wire.SecurityEvent{Notice: n.Kind, At: n.At.UTC(), Device: n.Device})
	}
	return &struct{ Body wire.Security }{body}, nil
}

func (s *server) seeNotices(ctx context.Context, in *struct{ Body wire.SeenNotices }) (*empty, error) {
	return nil, s.Accounts.SeeNotices(ctx, caller(ctx), in.Body.Until)
}

func wirePasskey(key account.Passkey) wire.Passkey {
	return wire.Passkey{
		ID: key.ID, Name: key.Name, CreatedAt: key.CreatedAt.UTC(), LastUsedAt: key.LastUsedAt.UTC(), Synced: key.Synced(),
		Credential: base64.RawURLEncoding.EncodeToString(key.CredentialID()),
	}
}

func (s *server) askStepUp(ctx context.Context, _ *empty) (*passkeyQuestion, error) {
	question, err := s.Accounts.AskStepUp(ctx, caller(ctx))
	if err != nil {
		return nil, err
	}
	return &passkeyQuestion{question}, nil
}

func (s *server) stepUp(ctx context.Context, in *struct{ Body wire.StepUp }) (*struct{ Body wire.SteppedUp }, error) {
	ex := exchangeOf(ctx)
	return guessing(s, ctx, s.ownDevice(ctx, ex.actor), func(from account.Browser) (*struct{ Body wire.SteppedUp }, error) {
		if in.Body.Method == wire.MethodPassword {
			if err := s.ownEntry(ctx, from); err != nil {
				return nil, err
			}
		}
		token, until, err := s.Accounts.StepUp(ctx, ex.actor, account.Proof{
			Method:     in.Body.Method,
			Password:   in.Body.Password,
			Code:       in.Body.Code,
			Ceremony:   in.Body.Ceremony,
			Credential: in.Body.Credential,
		}, from)
		if err != nil {
			return nil, err
		}
		if err := s.logins.rotate(ex.w, ex.r, token); err != nil {
			return nil, err
		}
		return &struct{ Body wire.SteppedUp }{wire.SteppedUp{Until: until.UTC()}}, nil
	})
}

func (s *server) createTOTP(ctx context.Context, _ *empty) (*struct{ Body wire.TOTPSecret }, error) {
	secret, err := s.Accounts.NewTOTP(ctx, caller(ctx))
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.TOTPSecret }{secret}, nil
}

func (s *server) confirmTOTP(ctx context.Context, in *codeInput) (*factorAdded, error) {
	return guessing(s, ctx, s.ownDevice(ctx, caller(ctx)), func(from account.Browser) (*factorAdded, error) {
		added, err := s.Accounts.ConfirmTOTP(ctx, caller(ctx), in.Body.Code, from)
		if err != nil {
			return nil, err
		}
		return s.factorAdded(ctx, added)
	})
}

func (s *server) deleteTOTP(ctx context.Context, _ *empty) (*empty, error) {
	return nil, s.Accounts.RemoveTOTP(ctx, caller(ctx))
}

func (s *server) askPasskey(ctx context.Context, _ *empty) (*passkeyQuestion, error) {
	question, err := s.Accounts.AskNewPasskey(ctx, caller(ctx))
	if err != nil {
		return nil, err
	}
	return &passkeyQuestion{question}, nil
}

func (s *server) createPasskey(ctx context.Context, in *struct{ Body wire.PutPasskey }) (*factorAdded, error) {
	added, err := s.Accounts.AddPasskey(ctx, caller(ctx), in.Body, s.logins.browser(exchangeOf(ctx).r))
	if err != nil {
		return nil, err
	}
	answer, err := s.factorAdded(ctx, added)
	if err != nil {
		return nil, err
	}
	key := wirePasskey(added.Passkey)
	answer.Body.Passkey = &key
	return answer, nil
}

// factorAdded answers what came with a new factor and, where a login was
// waiting for it, gives the browser the cookies of the whole one.
func (s *server) factorAdded(ctx context.Context, added account.Added) (*factorAdded, error) {
	answer := &factorAdded{wire.FactorAdded{RecoveryCodes: added.RecoveryCodes}}
	if added.Entry.Token == "" {
		return answer, nil
	}
	ex := exchangeOf(ctx)
	if err := s.logins.begin(ex.w, ex.r, added.Entry); err != nil {
		return nil, err
	}
	person := wireAccount(added.Entry.Account)
	answer.Body.Account = &person
	return answer, nil
}

func (s *server) renamePasskey(ctx context.Context, in *renameInput) (*empty, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	return nil, s.Accounts.RenamePasskey(ctx, caller(ctx), id, in.Body.Name)
}

func (s *server) deletePasskey(ctx context.Context, in *OwnedPath) (*empty, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	return nil, s.Accounts.RemovePasskey(ctx, caller(ctx), id)
}

func (s *server) createRecoveryCodes(ctx context.Context, _ *empty) (*struct{ Body wire.RecoveryCodes }, error) {
	codes, err := s.Accounts.NewRecoveryCodes(ctx, caller(ctx))
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.RecoveryCodes }{wire.RecoveryCodes{Codes: codes}}, nil
}
