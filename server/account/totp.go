package account

import (
	"context"
	"encoding/base32"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"pleiades/server/audit"
	"pleiades/server/permit"
	"pleiades/server/qr"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Codes are those that every authenticator app makes: six digits of HMAC-SHA-1,
// a new one every 30 seconds (RFC 6238).
const (
	totpPeriod     = 30 // seconds
	totpSkew       = 1  // steps by which the clocks may differ
	totpSecretSize = 20 // bytes (RFC 4226, section 4)
	totpIssuer     = "Pleiades"
)

var totpEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewTOTP makes a secret for an authenticator app. It counts once ConfirmTOTP
// has seen a code; until then the app before keeps working. It needs a fresh
// proof.
func (s *Service) NewTOTP(ctx context.Context, actor Actor) (wire.TOTPSecret, error) {
	if err := s.can(actor, permit.AddFactor); err != nil {
		return wire.TOTPSecret{}, err
	}
	secret := make([]byte, totpSecretSize)
	if _, err := io.ReadFull(s.rand, secret); err != nil {
		return wire.TOTPSecret{}, fmt.Errorf("make secret: %w", err)
	}
	person, err := s.store.FindAccount(ctx, actor.Account)
	if err != nil {
		return wire.TOTPSecret{}, fmt.Errorf("find account: %w", err)
	}
	answer, err := describeTOTP(secret, person.Email)
	if err != nil {
		return wire.TOTPSecret{}, err
	}
	err = s.store.Update(ctx, func(tx Tx) error {
		factors, err := lockFactors(ctx, tx, actor)
		if err != nil {
			return err
		}
		factors.TOTP.NewSecret = secret
		if err := tx.SaveTOTP(ctx, actor.Account, factors.TOTP); err != nil {
			return err
		}
		return s.record(ctx, tx, actor.Account, s.factorEvent(audit.FactorChange, actor.Account, uuid.Nil, wire.MethodTOTP))
	})
	if err != nil {
		return wire.TOTPSecret{}, fmt.Errorf("keep secret: %w", err)
	}
	return answer, nil
}

// ConfirmTOTP makes the newest secret count, given a code of it. The error is
// ErrInvalidCode if the code is wrong or there is no such secret.
func (s *Service) ConfirmTOTP(ctx context.Context, actor Actor, code string, from Browser) (Added, error) {
	if err := s.can(actor, permit.AddFactor); err != nil {
		return Added{}, err
	}
	var a Added
	err := s.store.Update(ctx, func(tx Tx) error {
		before, err := lockFactors(ctx, tx, actor)
		if err != nil {
			return err
		}
		totp := TOTP{Secret: before.TOTP.NewSecret, CreatedAt: s.now()}
		if err := totp.use(code, s.now()); err != nil {
			return err
		}
		if err := tx.SaveTOTP(ctx, actor.Account, totp); err != nil {
			return err
		}
		a, err = s.added(ctx, tx, actor, before, s.factorEvent(audit.FactorCreate, actor.Account, uuid.Nil, wire.MethodTOTP), from)
		return err
	})
	if err != nil {
		return Added{}, fmt.Errorf("confirm authenticator app: %w", err)
	}
	return a, s.finishAdded(ctx, actor, &a)
}

// RemoveTOTP removes the actor's authenticator app. The errors are ErrNotFound
// if there is none and ErrLastFactor if the role needs it.
func (s *Service) RemoveTOTP(ctx context.Context, actor Actor) error {
	if err := s.can(actor, permit.RemoveFactor); err != nil {
		return err
	}
	err := s.store.Update(ctx, func(tx Tx) error {
		event := s.factorEvent(audit.FactorDelete, actor.Account, uuid.Nil, wire.MethodTOTP)
		return s.removeFactor(ctx, tx, actor, event, func(f Factors) error {
			if len(f.TOTP.Secret) == 0 {
				return ErrNotFound
			}
			return tx.SaveTOTP(ctx, actor.Account, TOTP{})
		})
	})
	if err != nil {
		return fmt.Errorf("remove authenticator app: %w", err)
	}
	s.notice(actor.Account, wire.NoticeFactors, actor.Device)
	return nil
}

// use checks a code and notes its time step, so that neither it nor an older
// one works again (RFC 6238, section 5.2).
func (t *TOTP) use(code string, now time.Time) error {
	if len(t.Secret) == 0 {
		return ErrInvalidCode
	}
	code, secret := stripCode(code), totpEncoding.EncodeToString(t.Secret)
	step := now.Unix() / totpPeriod
	for at := max(step-totpSkew, t.LastStep+1); at <= step+totpSkew; at++ {
		valid, err := hotp.ValidateCustom(code, uint64(at), secret, hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}) // #nosec G115 -- steps since 1970
		if err == nil && valid {
			t.LastStep = at
			return nil
		}
	}
	return ErrInvalidCode
}

// describeTOTP shows a secret for typing, as an address and as a QR code of it.
func describeTOTP(secret []byte, email message.Text) (wire.TOTPSecret, error) {
	text := totpEncoding.EncodeToString(secret)
	address := url.URL{
		Scheme:   "otpauth",
		Host:     "totp",
		Path:     "/" + totpIssuer + ":" + string(email),
		RawQuery: url.Values{"secret": {text}, "issuer": {totpIssuer}}.Encode(),
	}
	rows, err := qr.Draw(address.String())
	if err != nil {
		return wire.TOTPSecret{}, err
	}
	return wire.TOTPSecret{Secret: text, URL: address.String(), QR: rows}, nil
}
