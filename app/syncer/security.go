package syncer

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// What follows is about credentials and needs the server. Sensitive acts may be
// refused with wire.CodeStepUpRequired: StepUp, then the same again.

// Security returns what the account is protected by, and notes for all pages
// whether a new password waits and what happened while the device was away.
// Passkeys that were removed, here or elsewhere, open the device no more.
func (s *Syncer) Security(ctx context.Context) (wire.Security, error) {
	before := s.asAsked(ctx)
	answer, err := s.remote.Security(ctx)
	if err != nil {
		return answer, s.checkLogin(err)
	}
	s.learnSecurity(ctx, before, answer)
	return answer, nil
}

// asking is how things stood when the server was asked for something: its answer
// knows of nothing later.
type asking struct {
	account  uuid.UUID
	passkeys []string // that opened the device
}

func (s *Syncer) asAsked(ctx context.Context) asking {
	before := asking{account: s.whose()}
	if before.account == uuid.Nil {
		return before
	}
	ways, err := s.device.ways(ctx, before.account)
	if err != nil {
		s.logf("read what opens the device: %v", err)
	}
	before.passkeys = passkeysOf(ways)
	return before
}

// learnSecurity takes in what the account was protected by when that was asked.
// A passkey that was added since still opens the device.
func (s *Syncer) learnSecurity(ctx context.Context, before asking, answer wire.Security) {
	if !s.isOpenFor(before.account) {
		return
	}
	s.state.SetReset(answer.Reset)
	s.tellMissed(answer.Notices)
	removed := slices.DeleteFunc(before.passkeys, func(id string) bool {
		return slices.ContainsFunc(answer.Passkeys, func(k wire.Passkey) bool { return k.Credential == id })
	})
	if len(removed) == 0 {
		return
	}
	if err := s.device.dropPasskeys(ctx, before.account, removed); err != nil {
		s.logf("drop removed passkeys: %v", err)
	}
}

// StepUp proves anew who is there. Text is a password or a code; for a passkey
// the browser asks.
func (s *Syncer) StepUp(ctx context.Context, method wire.Method, text message.Text) error {
	proof := wire.StepUp{Method: method}
	var opener *Secret
	switch method {
	case wire.MethodPassword:
		secret := Password(text)
		opener, proof.Password = &secret, text
	case wire.MethodPasskey:
		answer, secret, err := s.usePasskey(ctx, s.remote.AskStepUpPasskey)
		if err != nil {
			return s.checkLogin(err)
		}
		opener = secret
		proof.Ceremony, proof.Credential = answer.Ceremony, answer.Credential
	default:
		proof.Code = string(text)
	}
	err := s.remote.StepUp(ctx, proof)
	if err == nil {
		s.hold(opener)
	}
	return s.checkLogin(err)
}

// CreateTOTP makes a secret for an authenticator app, which counts for nothing
// until ConfirmTOTP.
func (s *Syncer) CreateTOTP(ctx context.Context) (wire.TOTPSecret, error) {
	answer, err := s.remote.CreateTOTP(ctx)
	return answer, s.checkLogin(err)
}

// ConfirmTOTP adds the authenticator app, by a code it made.
func (s *Syncer) ConfirmTOTP(ctx context.Context, code string) (wire.FactorAdded, error) {
	return s.added(ctx, func() (wire.FactorAdded, error) { return s.remote.ConfirmTOTP(ctx, code) }, nil)
}

// added adds a second factor; passkey, if not nil, is what a new passkey gave to
// open the device. Where a login was waiting for it, the app is that person's
// now.
func (s *Syncer) added(ctx context.Context, add func() (wire.FactorAdded, error), passkey *Secret) (wire.FactorAdded, error) {
	s.login.Lock()
	defer s.login.Unlock()
	var answer wire.FactorAdded
	err := s.own(wire.NoticeFactors, func() (err error) {
		answer, err = add()
		return err
	})
	switch {
	case err == nil && answer.Account != nil:
		return answer, s.finish(ctx, *answer.Account, passkey)
	case err == nil && passkey != nil:
		s.addWay(ctx, *passkey)
	}
	return answer, s.checkLogin(err)
}

// DeleteTOTP removes the authenticator app.
func (s *Syncer) DeleteTOTP(ctx context.Context) error {
	return s.checkLogin(s.own(wire.NoticeFactors, func() error { return s.remote.DeleteTOTP(ctx) }))
}

// RenamePasskey gives a passkey another name.
func (s *Syncer) RenamePasskey(ctx context.Context, id uuid.UUID, name message.Text) error {
	return s.checkLogin(s.remote.RenamePasskey(ctx, id, wire.Rename{Name: name}))
}

// DeletePasskey removes a passkey.
func (s *Syncer) DeletePasskey(ctx context.Context, id uuid.UUID) error {
	return s.checkLogin(s.own(wire.NoticeFactors, func() error { return s.remote.DeletePasskey(ctx, id) }))
}

// CreateRecoveryCodes makes recovery codes; those from before stop working.
func (s *Syncer) CreateRecoveryCodes(ctx context.Context) ([]string, error) {
	answer, err := s.remote.CreateRecoveryCodes(ctx)
	return answer.Codes, s.checkLogin(err)
}

// Devices returns where the account was logged in.
func (s *Syncer) Devices(ctx context.Context) ([]wire.Device, error) {
	devices, err := s.remote.Devices(ctx)
	return devices, s.checkLogin(err)
}

// RenameDevice gives a device another name.
func (s *Syncer) RenameDevice(ctx context.Context, id uuid.UUID, name message.Text) error {
	return s.checkLogin(s.remote.RenameDevice(ctx, id, wire.Rename{Name: name}))
}

// RevokeDevice logs a device out and takes from it what it keeps.
func (s *Syncer) RevokeDevice(ctx context.Context, id uuid.UUID) error {
	return s.checkLogin(s.remote.RevokeDevice(ctx, id))
}

// RevokeOtherDevices revokes all devices but this one.
func (s *Syncer) RevokeOtherDevices(ctx context.Context) error {
	return s.checkLogin(s.remote.RevokeOtherDevices(ctx))
}

// ChangePassword sets another password in the place of the current one; all
// other logins end. It reports whether the new one opens this device too: where
// the current one did not, what did goes on doing so.
func (s *Syncer) ChangePassword(ctx context.Context, current, password message.Text) (opens bool, err error) {
	err = s.setPassword(ctx, password)
	if isProblem(err, wire.CodeStepUpRequired) {
		// What was typed may be proof enough. Where it is not one of the ways, the
		// person is asked for another.
		switch proof := s.StepUp(ctx, wire.MethodPassword, current); {
		case proof == nil:
			err = s.setPassword(ctx, password)
		case !isProblem(proof, wire.CodeInvalidRequest):
			err = proof
		}
	}
	if err != nil {
		return false, s.checkLogin(err)
	}
	opener := Password(current)
	if err := s.WrapWith(ctx, &opener, Password(password)); err != nil {
		s.logf("open the device by the new password: %v", err)
		return false, nil
	}
	return true, nil
}

func (s *Syncer) setPassword(ctx context.Context, password message.Text) error {
	return s.own(wire.NoticePassword, func() error {
		return s.remote.ChangePassword(ctx, wire.ChangePassword{Password: password})
	})
}

// ApproveReset lets a pending new password work at once.
func (s *Syncer) ApproveReset(ctx context.Context) error {
	return s.endReset(s.own(wire.NoticePassword, func() error { return s.remote.ApproveReset(ctx) }))
}

// CancelReset drops a pending new password.
func (s *Syncer) CancelReset(ctx context.Context) error {
	return s.endReset(s.remote.CancelReset(ctx))
}

// endReset notes that no new password waits any more, unless it still may.
func (s *Syncer) endReset(err error) error {
	if err == nil || isProblem(err, wire.CodeNotFound) {
		s.state.SetReset(nil)
		return nil
	}
	return s.checkLogin(err)
}

// ChangeEmail asks for another address of the account: a code is mailed there.
func (s *Syncer) ChangeEmail(ctx context.Context, email message.Text) error {
	return s.checkLogin(s.remote.ChangeEmail(ctx, wire.ChangeEmail{Email: email}))
}

// ConfirmEmail goes on by that code: the account has the address now, or will have
// it, as Security says.
func (s *Syncer) ConfirmEmail(ctx context.Context, code string) error {
	s.expectOwn(wire.NoticeEmailPending)
	var answer wire.LoggedIn
	err := s.own(wire.NoticeEmail, func() (err error) {
		answer, err = s.remote.ConfirmEmail(ctx, wire.CodeEntry{Code: code})
		return err
	})
	if err != nil {
		return s.checkLogin(err)
	}
	s.learnAccount(ctx, answer.Account)
	return nil
}

// CancelEmail drops another address that waits, if one still does.
func (s *Syncer) CancelEmail(ctx context.Context) error {
	err := s.own(wire.NoticeEmailCancelled, func() error { return s.remote.CancelEmail(ctx) })
	if isProblem(err, wire.CodeNotFound) {
		return nil
	}
	return s.checkLogin(err)
}

// RequestReset asks for a mail with a link to set a new password.
func (s *Syncer) RequestReset(ctx context.Context, email message.Text) error {
	return s.remote.RequestReset(ctx, wire.RequestReset{Email: email})
}

// ResetPassword sets a new password by the link of a mail. For a passkey the
// browser asks.
func (s *Syncer) ResetPassword(ctx context.Context, r wire.ResetPassword) (wire.ResetAnswer, error) {
	if r.Method == wire.MethodPasskey {
		answer, _, err := s.usePasskey(ctx, func(ctx context.Context) (wire.PasskeyQuestion, error) {
			return s.remote.AskResetPasskey(ctx, wire.ResetToken{Token: r.Token})
		})
		if err != nil {
			return wire.ResetAnswer{}, err
		}
		r.Ceremony, r.Credential = answer.Ceremony, answer.Credential
	}
	return s.remote.ResetPassword(ctx, r)
}
