package account

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"io"
	"strings"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/permit"
	"pleiades/shared/wire"
)

const (
	recoveryCodes    = 10
	recoveryCodeSize = 10 // random bytes of a code, which makes 16 letters
)

// NewRecoveryCodes replaces the actor's recovery codes by ten new ones, each
// for one use. They are handed out here once; the store has their hashes. It
// needs a fresh proof, and is ErrNotFound where there is no second factor.
func (s *Service) NewRecoveryCodes(ctx context.Context, actor Actor) ([]string, error) {
	if err := s.can(actor, permit.RenewCodes); err != nil {
		return nil, err
	}
	var codes []string
	err := s.store.Update(ctx, func(tx Tx) error {
		if _, err := tx.LockCredentials(ctx, actor.Account); err != nil {
			return err
		}
		factors, err := tx.FindFactors(ctx, actor.Account)
		if err != nil {
			return err
		}
		if !factors.Any() {
			return ErrNotFound
		}
		if codes, err = s.newRecoveryCodes(ctx, tx, actor.Account); err != nil {
			return err
		}
		return s.keepNotice(ctx, tx, actor.Account, wire.NoticeFactors, actor.Device, MailFactorAdded)
	})
	if err != nil {
		return nil, fmt.Errorf("make recovery codes: %w", err)
	}
	s.notice(actor.Account, wire.NoticeFactors, actor.Device)
	return codes, nil
}

// newRecoveryCodes replaces an account's recovery codes. A code has 80 random
// bits, so a plain hash keeps it secret.
func (s *Service) newRecoveryCodes(ctx context.Context, tx Tx, account uuid.UUID) ([]string, error) {
	codes := make([]string, recoveryCodes)
	hashes := make([][]byte, recoveryCodes)
	for i := range codes {
		raw := make([]byte, recoveryCodeSize)
		if _, err := io.ReadFull(s.rand, raw); err != nil {
			return nil, fmt.Errorf("make recovery code: %w", err)
		}
		text := strings.ToLower(base32.StdEncoding.EncodeToString(raw))
		codes[i] = strings.Join([]string{text[:4], text[4:8], text[8:12], text[12:]}, "-")
		hashes[i] = hashRecoveryCode(codes[i])
	}
	event := s.factorEvent(audit.FactorCreate, account, uuid.Nil, wire.MethodRecovery)
	if err := s.record(ctx, tx, account, event); err != nil {
		return nil, err
	}
	return codes, tx.ReplaceRecoveryCodes(ctx, account, hashes, s.now())
}

// hashRecoveryCode returns the hash under which a code is stored, however it
// was typed.
func hashRecoveryCode(code string) []byte {
	sum := sha256.Sum256([]byte(strings.ToLower(stripCode(code))))
	return sum[:]
}

// stripCode takes out of a code what people put in to read it more easily.
func stripCode(code string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' {
			return -1
		}
		return r
	}, code)
}
