package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/permit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Factors are what an account has besides its password.
type Factors struct {
	TOTP     TOTP
	Passkeys []Passkey // oldest first
	// RecoveryCodes is how many are left, RecoveryCodesAt when they were made.
	RecoveryCodes   int
	RecoveryCodesAt time.Time
}

// TOTP is an authenticator app that shows codes (RFC 6238).
type TOTP struct {
	Secret    []byte // empty if there is none
	LastStep  int64  // the newest time step whose code was used
	CreatedAt time.Time
	NewSecret []byte // waits to be confirmed; empty if none does
}

// Passkey is a public key of an authenticator (WebAuthn Level 3).
type Passkey struct {
	ID         uuid.UUID
	Account    uuid.UUID
	Credential []byte // the credential record, as JSON of the module webauthn
	Name       message.Text
	CreatedAt  time.Time
	LastUsedAt time.Time
}

// Any reports whether there is a second factor. Recovery codes alone are none.
func (f Factors) Any() bool { return len(f.TOTP.Secret) > 0 || len(f.Passkeys) > 0 }

// methods lists what a second factor may be shown with, the preferred first.
func (f Factors) methods() []wire.Method {
	var methods []wire.Method
	if len(f.Passkeys) > 0 {
		methods = append(methods, wire.MethodPasskey)
	}
	if len(f.TOTP.Secret) > 0 {
		methods = append(methods, wire.MethodTOTP)
	}
	if methods != nil && f.RecoveryCodes > 0 {
		methods = append(methods, wire.MethodRecovery)
	}
	return methods
}

// needsFactor reports whether someone must have a second factor: operators,
// therapists and admins, save in a demo practice, where nothing is real.
func needsFactor(operator bool, memberships []Membership) bool {
	return operator || slices.ContainsFunc(memberships, func(m Membership) bool { return staff(m) && !m.Practice.Demo })
}

// excusedFromFactor reports whether only the demo spares them a second factor.
func excusedFromFactor(operator bool, memberships []Membership) bool {
	return !needsFactor(operator, memberships) && slices.ContainsFunc(memberships, staff)
}

// staff reports whether a membership is one of those who work in the practice.
func staff(m Membership) bool { return m.Role != wire.RoleClient }

// Protection is what an account is protected by, as its owner sees it.
type Protection struct {
	Factors
	Required  bool          // the role needs a second factor
	Excused   bool          // it would, but for the demo practice
	StepUp    []wire.Method // what StepUp can be done with
	SteppedUp time.Time     // until when this login needs no further proof; zero if it does
	Reset     Reset         // a new password that waits to take effect; zero if none does
	Email     EmailChange   // another address that was asked for; zero if none was
	Notices   []Notice      // what happened elsewhere and was not seen on this device, the newest first
}

// Protection returns what the actor's account is protected by.
func (s *Service) Protection(ctx context.Context, actor Actor) (Protection, error) {
	if err := s.can(actor, permit.SeeProtection); err != nil {
		return Protection{}, err
	}
	factors, err := s.store.FindFactors(ctx, actor.Account)
	if err != nil {
		return Protection{}, fmt.Errorf("find factors: %w", err)
	}
	reset, err := s.store.FindPendingReset(ctx, actor.Account)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Protection{}, fmt.Errorf("find reset: %w", err)
	}
	email, err := s.store.FindEmailChange(ctx, actor.Account)
	if errors.Is(err, ErrUnreadable) || err == nil && email.EffectiveAt.IsZero() && !s.now().Before(email.ExpiresAt) {
		email, err = EmailChange{}, nil // it leads nowhere
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Protection{}, fmt.Errorf("find change of address: %w", err)
	}
	p := Protection{
		Factors:  factors,
		Required: needsFactor(actor.Operator, actor.Memberships),
		Excused:  excusedFromFactor(actor.Operator, actor.Memberships),
		StepUp:   stepUpMethods(factors),
		Reset:    reset,
		Email:    email,
	}
	if p.Notices, err = s.store.ListNotices(ctx, actor.Device, maxNotices); err != nil {
		return Protection{}, fmt.Errorf("list notices: %w", err)
	}
	if until := actor.ProvedAt.Add(StepUpLimit); s.now().Before(until) {
		p.SteppedUp = until
	}
	return p, nil
}

// stepUpMethods lists what proves anew who is there: a second factor where
// there is one, else the password.
func stepUpMethods(f Factors) []wire.Method {
	if f.Any() {
		return f.methods()
	}
	return []wire.Method{wire.MethodPassword}
}

// mayAdd returns ErrNotLoggedIn for a login that was to add the first factor
// where there is one by now: the password alone gets nobody any further.
func mayAdd(actor Actor, factors Factors) error {
	if actor.Stage == permit.StageEnroll && factors.Any() {
		return ErrNotLoggedIn
	}
	return nil
}

// lockFactors finds the factors of an actor who is about to add one, and keeps
// others from changing them until the transaction ends.
func lockFactors(ctx context.Context, tx Tx, actor Actor) (Factors, error) {
	if _, err := tx.LockCredentials(ctx, actor.Account); err != nil {
		return Factors{}, err
	}
	factors, err := tx.FindFactors(ctx, actor.Account)
	if err != nil {
		return Factors{}, err
	}
	return factors, mayAdd(actor, factors)
}

// removeFactor changes an account's factors within a transaction, unless that
// leaves someone who needs one without. Without any, recovery codes are gone
// too.
func (s *Service) removeFactor(ctx context.Context, tx Tx, actor Actor, event audit.Event, remove func(Factors) error) error {
	if _, err := tx.LockCredentials(ctx, actor.Account); err != nil {
		return err
	}
	factors, err := tx.FindFactors(ctx, actor.Account)
	if err != nil {
		return err
	}
	if err := remove(factors); err != nil {
		return err
	}
	if err := s.record(ctx, tx, actor.Account, event); err != nil {
		return err
	}
	if err := s.keepNotice(ctx, tx, actor.Account, wire.NoticeFactors, actor.Device, MailFactorRemoved); err != nil {
		return err
	}
	if factors, err = tx.FindFactors(ctx, actor.Account); err != nil || factors.Any() {
		return err
	}
	// As they are now: who was asked to work in a practice may have accepted
	// since the actor was found.
	memberships, err := tx.ListMemberships(ctx, actor.Account)
	if err != nil {
		return err
	}
	if needsFactor(actor.Operator, memberships) {
		return ErrLastFactor
	}
	return tx.ReplaceRecoveryCodes(ctx, actor.Account, nil, s.now())
}

// factorEvent is the event of what was done with a factor; only passkeys have
// ids.
func (s *Service) factorEvent(kind audit.Kind, account, id uuid.UUID, method wire.Method) audit.Event {
	event := s.eventOf(kind, account, id)
	event.Details = map[string]string{"method": string(method)}
	return event
}

// Added is what comes with a new second factor.
type Added struct {
	Passkey       Passkey  // the new one, if it was a passkey
	RecoveryCodes []string // with the first factor
	Entry         Entry    // the whole login, where one was waiting for the factor
}

// added makes what comes with a new factor: recovery codes with the first, and
// the whole login where one was waiting. The first also ends every login that
// is not whole and drops resets, since neither has shown it. before is what
// there was.
func (s *Service) added(ctx context.Context, tx Tx, actor Actor, before Factors, event audit.Event, from Browser) (Added, error) {
	var a Added
	err := s.record(ctx, tx, actor.Account, event)
	if err != nil {
		return Added{}, err
	}
	if err := s.keepNotice(ctx, tx, actor.Account, wire.NoticeFactors, actor.Device, MailFactorAdded); err != nil {
		return Added{}, err
	}
	if actor.Stage == permit.StageEnroll {
		if err := leaveStep(ctx, tx, actor); err != nil {
			return Added{}, err
		}
	}
	if !before.Any() {
		if a.RecoveryCodes, err = s.newRecoveryCodes(ctx, tx, actor.Account); err != nil {
			return Added{}, err
		}
		if err := tx.DeleteUnfinishedLogins(ctx, actor.Account); err != nil {
			return Added{}, err
		}
		if err := tx.DeleteResets(ctx, actor.Account); err != nil {
			return Added{}, err
		}
	}
	if actor.Stage == permit.StageEnroll {
		a.Entry, err = s.enter(ctx, tx, actor.Account, from)
	}
	return a, err
}
