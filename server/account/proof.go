package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/bearer"
	"pleiades/server/permit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// StepUpLimit is how long a proof counts as fresh.
const StepUpLimit = 5 * time.Minute

// Proof shows who is there, by one method.
type Proof struct {
	Method     wire.Method
	Password   message.Text // for password
	Code       string       // for totp and recovery
	Ceremony   string       // for passkey
	Credential []byte       // for passkey, as JSON
}

// prove checks a proof of the account by one of the allowed methods, and does
// then in the same transaction, where there is one to use up. Attempts are
// slowed down as those of logins are. The errors are ErrInvalidMethod,
// ErrInvalidCredentials, ErrInvalidCode, ErrInvalidPasskey and *TooManyError.
func (s *Service) prove(ctx context.Context, account uuid.UUID, allowed []wire.Method, purpose Purpose, proof Proof, from Browser, then func(Tx) error) error {
	if !slices.Contains(allowed, proof.Method) {
		return ErrInvalidMethod
	}
	switch proof.Method {
	case wire.MethodPasskey:
		session, err := s.answered(ctx, proof.Ceremony, purpose, account)
		if err != nil {
			return err
		}
		return s.provePasskey(ctx, account, session, proof.Credential, then)
	case wire.MethodPassword:
		return s.provePassword(ctx, account, proof.Password, from, then)
	default:
		return s.proveCode(ctx, account, purpose, proof, from, then)
	}
}

func (s *Service) provePasskey(ctx context.Context, account uuid.UUID, session webauthn.SessionData, credential []byte, then func(Tx) error) error {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(credential)
	if err != nil {
		return ErrInvalidPasskey
	}
	err = s.store.Update(ctx, func(tx Tx) error {
		if err := lockEnabled(ctx, tx, account); err != nil {
			return err
		}
		if err := s.checkPasskey(ctx, tx, account, session, parsed); err != nil {
			return err
		}
		return then(tx)
	})
	if errors.Is(err, ErrInvalidPasskey) || errors.Is(err, ErrInvalidCredentials) {
		return cmp.Or(s.recordMiss(ctx, account, wire.MethodPasskey), err)
	}
	return err
}

func (s *Service) provePassword(ctx context.Context, account uuid.UUID, password message.Text, from Browser, then func(Tx) error) error {
	person, err := s.store.FindAccount(ctx, account)
	if err != nil {
		return fmt.Errorf("find account: %w", err)
	}
	creds, err := s.checkPassword(ctx, person.Email, password, from)
	if err != nil {
		return err
	}
	return s.store.Update(ctx, func(tx Tx) error {
		if err := lockUnchanged(ctx, tx, creds); err != nil {
			return err
		}
		return then(tx)
	})
}

func (s *Service) proveCode(ctx context.Context, account uuid.UUID, purpose Purpose, proof Proof, from Browser, then func(Tx) error) error {
	device, err := s.deviceHere(ctx, account, from)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("find device: %w", err)
	}
	counter := codeCounter(account, purpose, device.ID)
	count, err := s.guess(ctx, counter)
	if err != nil {
		return err
	}
	now := s.now()
	err = s.store.Update(ctx, func(tx Tx) error {
		if err := lockEnabled(ctx, tx, account); err != nil {
			return err
		}
		if err := s.record(ctx, tx, account, s.factorEvent(audit.FactorUse, account, uuid.Nil, proof.Method)); err != nil {
			return err
		}
		if proof.Method == wire.MethodRecovery {
			used, err := tx.UseRecoveryCode(ctx, account, hashRecoveryCode(proof.Code), now)
			if err != nil {
				return err
			}
			if !used {
				return ErrInvalidCode
			}
			return then(tx)
		}
		factors, err := tx.FindFactors(ctx, account)
		if err != nil {
			return err
		}
		if err := factors.TOTP.use(proof.Code, now); err != nil {
			return err
		}
		if err := tx.SaveTOTP(ctx, account, factors.TOTP); err != nil {
			return err
		}
		return then(tx)
	})
	if errors.Is(err, ErrInvalidCode) {
		err = cmp.Or(s.recordMiss(ctx, account, proof.Method), err)
		if count == codesTold {
			keep := func(tx Tx) error {
				return s.keepNotice(ctx, tx, account, wire.NoticeWrongCodes, uuid.Nil, MailWrongCodes)
			}
			err = cmp.Or(s.store.Update(ctx, keep), err)
			s.notice(account, wire.NoticeWrongCodes, uuid.Nil)
		}
	}
	if err != nil {
		return err
	}
	return s.forgive(ctx, counter)
}

// lockEnabled locks the credentials of an account, which must not be disabled.
func lockEnabled(ctx context.Context, tx Tx, account uuid.UUID) error {
	creds, err := tx.LockCredentials(ctx, account)
	if err != nil {
		return err
	}
	if creds.Disabled {
		return ErrInvalidCredentials
	}
	return nil
}

// lockUnchanged locks credentials that were checked before: the password may
// have been reset meanwhile.
func lockUnchanged(ctx context.Context, tx Tx, checked Credentials) error {
	current, err := tx.LockCredentials(ctx, checked.Account)
	if err != nil {
		return err
	}
	if current.Disabled || current.PasswordHash != checked.PasswordHash {
		return ErrInvalidCredentials
	}
	return nil
}

// AskStepUp asks for one of the actor's passkeys, for StepUp.
func (s *Service) AskStepUp(ctx context.Context, actor Actor) (wire.PasskeyQuestion, error) {
	if err := s.can(actor, permit.StepUp); err != nil {
		return wire.PasskeyQuestion{}, err
	}
	return s.askPasskey(ctx, purposeStepUp, actor.Account)
}

// StepUp notes that the actor has shown anew who they are, which counts until
// the returned time, and gives the login session another token. The methods are
// those of Protection; the errors are those of a login.
func (s *Service) StepUp(ctx context.Context, actor Actor, proof Proof, from Browser) (token string, until time.Time, err error) {
	if err := s.can(actor, permit.StepUp); err != nil {
		return "", time.Time{}, err
	}
	factors, err := s.store.FindFactors(ctx, actor.Account)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("step up: %w", err)
	}
	token, hash, err := bearer.New(s.rand)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("step up: %w", err)
	}
	now := s.now()
	err = s.prove(ctx, actor.Account, stepUpMethods(factors), purposeStepUp, proof, from, func(tx Tx) error {
		return tx.RotateLogin(ctx, actor.Login, hash, now)
	})
	if err != nil {
		return "", time.Time{}, fmt.Errorf("step up: %w", err)
	}
	return token, now.Add(StepUpLimit), nil
}

// can asks whether the actor may do something to what is their own.
func (s *Service) can(actor Actor, action permit.Action) error {
	return permit.Can(s.permitted(actor), action, permit.Object{Owner: actor.Account})
}

// permitted returns the actor as package permit knows people.
func (s *Service) permitted(actor Actor) permit.Actor {
	roles := make([]permit.Role, len(actor.Memberships))
	for i, m := range actor.Memberships {
		roles[i] = permit.Role{Practice: m.Practice.ID, Role: m.Role}
	}
	return permit.Actor{
		Account: actor.Account,
		Stage:   actor.Stage,
		Proved:  s.now().Before(actor.ProvedAt.Add(StepUpLimit)),
		Roles:   roles,

		Operator: actor.Operator,
	}
}
