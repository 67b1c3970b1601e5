package syncer

import (
	"context"
	"errors"
	"strings"

	"pleiades/app/state"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// A login goes step by step. Each answers either with the account, and then the
// app is that person's, or with what comes next; in between nothing of anyone
// is known here but the password, which opens the device in the end.

// beginning is the address and the password that a login began with. Another
// person may end it, by a passkey: the password is not theirs.
type beginning struct {
	email    message.Text
	password Secret
}

func (b *beginning) isOf(account wire.Account) bool {
	return b != nil && strings.EqualFold(string(message.Normalize(b.email)), string(message.Normalize(account.Email)))
}

// LogIn begins a login with address and password.
func (s *Syncer) LogIn(ctx context.Context, email, password message.Text) (wire.LoginAnswer, error) {
	s.wait(nil, &beginning{email, Password(password)})
	answer, err := s.step(ctx, func() (wire.LoginAnswer, error) {
		return s.remote.LogIn(ctx, wire.LogIn{Email: email, Password: password})
	}, nil)
	if err != nil {
		s.GiveUpLogIn()
	}
	return answer, err
}

// LogInCode goes on with a login by a code of an authenticator app or a
// recovery code.
func (s *Syncer) LogInCode(ctx context.Context, method wire.Method, code string) (wire.LoginAnswer, error) {
	return s.step(ctx, func() (wire.LoginAnswer, error) { return s.remote.LogInCode(ctx, method, code) }, nil)
}

// LogInPasskey goes on with a login by a passkey, or begins one with no password
// at all.
func (s *Syncer) LogInPasskey(ctx context.Context) (wire.LoginAnswer, error) {
	proof, secret, err := s.usePasskey(ctx, s.remote.AskPasskey)
	if err != nil {
		return wire.LoginAnswer{}, err
	}
	return s.step(ctx, func() (wire.LoginAnswer, error) { return s.remote.LogInPasskey(ctx, proof) }, secret)
}

// Begun returns what a login that was begun still needs, nil if there is none.
func (s *Syncer) Begun() *wire.LoginAnswer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.waiting
}

// GiveUpLogIn forgets a login that was begun.
func (s *Syncer) GiveUpLogIn() { s.wait(nil, nil) }

// wait keeps what the login needs, unless it is whole, and what it began with.
func (s *Syncer) wait(answer *wire.LoginAnswer, begun *beginning) {
	if answer != nil && answer.Next == "" {
		answer, begun = nil, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting, s.begun = answer, begun
}

// SignUp makes an account by an invitation and logs in. Without one there is no
// account until ConfirmSignUp.
func (s *Syncer) SignUp(ctx context.Context, r wire.SignUp) error {
	if err := s.remote.SignUp(ctx, r); err != nil || r.Invitation == "" {
		return err
	}
	_, err := s.LogIn(ctx, r.Email, r.Password)
	return err
}

// ConfirmSignUp makes the account that was signed up for, by the token of the
// link in the mail and the password, and logs in.
func (s *Syncer) ConfirmSignUp(ctx context.Context, token string, password message.Text) error {
	answer, err := s.remote.ConfirmSignUp(ctx, wire.ConfirmSignUp{Token: token, Password: password})
	if err != nil {
		return err
	}
	_, err = s.LogIn(ctx, answer.Email, password)
	return err
}

// step takes one step of a login. Passkey, if not nil, is what a passkey gave in
// it to open the device.
func (s *Syncer) step(ctx context.Context, take func() (wire.LoginAnswer, error), passkey *Secret) (wire.LoginAnswer, error) {
	s.login.Lock()
	defer s.login.Unlock()
	answer, err := take()
	switch {
	case err != nil:
	case answer.Account != nil:
		err = s.finish(ctx, *answer.Account, passkey)
	default:
		s.mu.Lock()
		s.waiting = &answer
		s.mu.Unlock()
	}
	return answer, err
}

// finish makes the app an account's whose login is whole, and opens the device
// by what the login brought along. The caller holds the lock of logins.
func (s *Syncer) finish(ctx context.Context, account wire.Account, passkey *Secret) error {
	s.mu.Lock()
	begun := s.begun
	s.mu.Unlock()
	s.wait(nil, nil)
	if !begun.isOf(account) {
		s.hold(passkey)
		return s.Admit(ctx, account, passkey)
	}
	s.hold(&begun.password)
	if err := s.Admit(ctx, account, &begun.password); err != nil || passkey == nil {
		return err
	}
	if s.state.Login() != state.Locked {
		s.addWay(ctx, *passkey)
		return nil
	}
	// The key opens by another password, but perhaps by this passkey.
	if err := s.UnlockWith(ctx, *passkey); !errors.Is(err, ErrWrongSecret) {
		return err
	}
	return nil
}
