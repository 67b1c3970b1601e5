package syncer

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"pleiades/app/state"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// What can happen in the browser's dialog for passkeys.
var (
	ErrPasskeyCancelled = errors.New("the dialog for passkeys was closed")
	ErrPasskeyKnown     = errors.New("the device holds a passkey of the account already")
	ErrPasskeyFailed    = errors.New("the browser could not use a passkey")
)

// dialog is the outcome of the browser's dialog for passkeys; see
// web/js/passkey.js.
type dialog struct {
	Outcome    string          `json:"outcome"`
	Credential json.RawMessage `json:"credential"`
	ID         string          `json:"id"`
	Secret     string          `json:"secret"`   // empty where the passkey gave none
	Promised   bool            `json:"promised"` // it gives one when it is used
}

func (d dialog) err() error {
	switch d.Outcome {
	case "done":
		return nil
	case "cancelled":
		return ErrPasskeyCancelled
	case "known":
		return ErrPasskeyKnown
	default:
		return ErrPasskeyFailed
	}
}

// secret returns what opens the device, nil where the passkey gave nothing.
func (d dialog) secret() *Secret {
	if d.Secret == "" {
		return nil
	}
	return &Secret{Kind: state.WayPasskey, ID: d.ID, Text: d.Secret}
}

// HasPasskeys reports whether the browser knows passkeys.
func (s *Syncer) HasPasskeys(ctx context.Context) bool {
	var supported bool
	if err := s.page.Passkey(ctx, &supported, "supported"); err != nil {
		s.logf("passkeys: %v", err)
	}
	return supported
}

// AddPasskey makes a passkey and adds it to the account, and to what opens this
// device. The name may be empty.
func (s *Syncer) AddPasskey(ctx context.Context, name message.Text) (wire.FactorAdded, error) {
	if err := s.wantOpener(); err != nil {
		return wire.FactorAdded{}, err
	}
	question, err := s.remote.AskNewPasskey(ctx)
	if err != nil {
		return wire.FactorAdded{}, s.checkLogin(err)
	}
	made, err := s.showDialog(ctx, "create", question.Options)
	if err != nil {
		return wire.FactorAdded{}, err
	}
	secret := made.secret()
	if made.Promised {
		if shown, err := s.showDialog(ctx, "secret", []string{made.ID}); err == nil {
			secret = shown.secret()
		}
	}
	return s.added(ctx, func() (wire.FactorAdded, error) {
		return s.remote.AddPasskey(ctx, wire.PutPasskey{Name: name, Ceremony: question.Ceremony, Credential: made.Credential})
	}, secret)
}

// usePasskey gets a question from the server and shows the browser's dialog for
// it. The secret is nil where the passkey gave none.
func (s *Syncer) usePasskey(ctx context.Context, ask func(context.Context) (wire.PasskeyQuestion, error)) (wire.PasskeyAnswer, *Secret, error) {
	question, err := ask(ctx)
	if err != nil {
		return wire.PasskeyAnswer{}, nil, err
	}
	shown, err := s.showDialog(ctx, "use", question.Options)
	return wire.PasskeyAnswer{Ceremony: question.Ceremony, Credential: shown.Credential}, shown.secret(), err
}

func (s *Syncer) showDialog(ctx context.Context, name string, args ...any) (dialog, error) {
	var shown dialog
	if err := s.page.Passkey(ctx, &shown, name, args...); err != nil {
		s.logf("passkey: %v", err)
		return dialog{}, ErrPasskeyFailed
	}
	return shown, shown.err()
}

// UnlockPasskey opens the device by a passkey, offline too. Where the login has
// ended, the same gesture begins another. It returns ErrWrongSecret where the
// passkey is not one that opens it.
func (s *Syncer) UnlockPasskey(ctx context.Context) error {
	locked, err := s.device.current(ctx)
	if err != nil {
		return err
	}
	proof, secret, err := s.askToOpen(ctx, passkeysOf(locked.Ways))
	switch {
	case err != nil:
		return err
	case secret == nil:
		return ErrWrongSecret
	}
	if err := s.UnlockWith(ctx, *secret); err != nil || proof.Ceremony == "" || s.state.Revoked() {
		return err
	}
	if _, err := s.step(ctx, func() (wire.LoginAnswer, error) { return s.remote.LogInPasskey(ctx, proof) }, secret); err != nil {
		s.logf("log in by passkey: %v", err)
	}
	return nil
}

// passkeysOf returns the ids of the passkeys among ways.
func passkeysOf(ways []way) []string {
	ids := []string{}
	for _, w := range ways {
		if w.Kind == state.WayPasskey {
			ids = append(ids, w.ID)
		}
	}
	return ids
}

// askToOpen asks one of the passkeys for its secret. Where the login has ended
// the question is the server's, and the answer begins another login.
func (s *Syncer) askToOpen(ctx context.Context, ids []string) (wire.PasskeyAnswer, *Secret, error) {
	within, cancel := context.WithTimeout(ctx, renewPatience)
	defer cancel()
	if _, err := s.remote.Me(within); hasNoLogin(err) {
		if question, err := s.remote.AskPasskey(within); err == nil {
			shown, err := s.showDialog(ctx, "use", question.Options, ids)
			return wire.PasskeyAnswer{Ceremony: question.Ceremony, Credential: shown.Credential}, shown.secret(), err
		}
	}
	shown, err := s.showDialog(ctx, "secret", ids)
	return wire.PasskeyAnswer{}, shown.secret(), err
}

// holdFor is how long the page holds what has just opened the device: as long as
// a proof counts as fresh for the server.
const holdFor = 5 * time.Minute

// hold keeps in memory, for a short time, what has just opened the device. Only
// with it can another way to open it be added, since the key itself cannot be
// had any more.
func (s *Syncer) hold(secret *Secret) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opener, s.proved = secret, s.page.Now()
}

// letGo forgets what has opened the device.
func (s *Syncer) letGo() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opener, s.proved = nil, time.Time{}
}

// fresh reports whether someone proved not long ago, in this page, who they are.
// The caller holds the lock of the fields.
func (s *Syncer) fresh() bool { return s.page.Now().Sub(s.proved) < holdFor }

// wantOpener asks for a step-up where the server may not: nobody proved in this page
// that they can open the device.
func (s *Syncer) wantOpener() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state.IsOpen() && !s.fresh() {
		return &wire.Problem{Code: wire.CodeStepUpRequired}
	}
	return nil
}

// addWay adds a way to open the device, if what opens it now is at hand. If not,
// it is added when something else has opened the device after a login with it.
func (s *Syncer) addWay(ctx context.Context, secret Secret) {
	s.mu.Lock()
	opener := s.opener
	if !s.fresh() {
		opener = nil
	}
	s.mu.Unlock()
	if opener == nil {
		return
	}
	if err := s.WrapWith(ctx, opener, secret); err != nil {
		s.logf("add a way to open the device: %v", err)
	}
}
