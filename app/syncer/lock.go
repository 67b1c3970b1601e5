package syncer

import (
	"context"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"pleiades/app/state"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// ErrWrongSecret says that a secret does not open the device.
var ErrWrongSecret = errors.New("the secret does not open the device")

// Minutes without an act until a device locks, by default: a therapist's has more
// people before it than a client's.
const (
	lockClientAfter    = 2
	lockTherapistAfter = 5
)

// Secret opens the local key of the device. It never leaves it.
type Secret struct {
	Kind state.Way `json:"kind"`
	ID   string    `json:"id,omitempty"` // of a passkey
	Text string    `json:"text"`         // of a passkey, 32 bytes in base64
}

// String keeps a secret out of logs.
func (Secret) String() string { return "(a secret)" }

// Password is the account's password as a Secret.
func Password(text message.Text) Secret {
	return Secret{Kind: state.WayPassword, Text: string(text)}
}

// Admit makes the app that of an account that has just logged in, and opens the
// device's key for it by a secret; nil where the login brought none that could.
// Where the secret opens the account but not the key, the device is locked: of a
// password that was changed elsewhere, the one before opens it.
func (s *Syncer) Admit(ctx context.Context, account wire.Account, secret *Secret) error {
	minutes := lockClientAfter
	if slices.ContainsFunc(account.Memberships, func(m wire.Membership) bool { return m.Role == wire.RoleTherapist }) {
		minutes = lockTherapistAfter
	}
	admitted, err := s.device.admit(ctx, account.ID, secret, minutes)
	if err != nil {
		return err
	}
	switch admitted {
	case admitOther, admitChanged:
		s.mu.Lock()
		s.admitted = &account
		s.mu.Unlock()
		if err := s.device.setOwner(ctx, account.ID); err != nil {
			return err
		}
		s.state.SetChangedPassword(admitted == admitChanged)
		s.restore(ctx)
	default:
		if err := s.device.setCurrent(ctx, current{Account: &account}); err != nil {
			return err
		}
		s.restore(ctx)
	}
	s.post(signal{Type: signalLogin})
	go s.ask(ctx, "persistent storage", s.page.Persist)
	return nil
}

// mayKeep reports whether someone is logged in and the device's key could be
// opened again. Otherwise nothing is fetched that would then lie here unprotected.
func (s *Syncer) mayKeep() bool {
	return s.state.Login() == state.LoggedIn && !s.state.Locking().Alone
}

// Lock saves what is being written, lets the device's key go and forgets what it
// opened, in all pages. Where nothing could open it again it does nothing. On an
// error the key may still be there, but nothing is shown any more.
func (s *Syncer) Lock(ctx context.Context) error {
	if !s.state.IsOpen() || s.state.Locking().After == 0 {
		return nil
	}
	s.saveDrafts(ctx)
	if err := s.device.lock(ctx); err != nil {
		s.locked(ctx, current{ID: s.state.Account().ID, Country: s.state.Country(), Ways: []way{{Kind: state.WayPassword}}})
		return err
	}
	s.post(signal{Type: signalLogin})
	s.restore(ctx)
	return nil
}

// locked forgets what the app knows of the account, and lets the stream go. A
// draft that the device could not take stays, unseen, until it can.
func (s *Syncer) locked(ctx context.Context, c current) {
	s.letGo()
	ways := make([]state.Way, len(c.Ways))
	for i, w := range c.Ways {
		ways[i] = w.Kind
	}
	s.state.Lock(c.ID, c.Country, ways)
	wake(s.ends)
	go s.lookIn(ctx)
}

// lookIn asks the server how things stand, for a locked device: it may be revoked,
// or out of reach.
func (s *Syncer) lookIn(ctx context.Context) {
	_, err := s.remote.Me(ctx)
	switch {
	case s.state.Login() != state.Locked:
	case isRevoked(err):
		s.wipe(ctx)
	default:
		s.state.SetLockOffline(err != nil && !isAnswer(err))
	}
}

// Unlock opens the device by what a person typed: the account's password, or the
// passphrase of the device. Where the login has ended, the password begins
// another. It returns ErrWrongSecret where the text is not the one.
func (s *Syncer) Unlock(ctx context.Context, text message.Text) error {
	secret := Password(text)
	if !s.state.Locking().By(state.WayPassword) {
		secret.Kind = state.WayPassphrase
	}
	return s.UnlockWith(ctx, secret)
}

// UnlockWith is Unlock with a secret of any kind.
func (s *Syncer) UnlockWith(ctx context.Context, secret Secret) error {
	if err := s.openBy(ctx, secret); err != nil {
		return err
	}
	s.mu.Lock()
	admitted := s.admitted
	s.admitted = nil
	s.mu.Unlock()
	if admitted != nil {
		if err := s.device.setCurrent(ctx, current{Account: admitted}); err != nil {
			return err
		}
	}
	s.state.SetChangedPassword(false)
	opened, err := s.device.current(ctx)
	if err != nil {
		return err
	}
	defer s.post(signal{Type: signalLogin})
	if opened.Account == nil {
		s.restore(ctx)
		return nil
	}
	live := s.renewLogin(ctx, *opened.Account, secret)
	if s.state.Revoked() {
		return nil
	}
	s.restore(ctx) // it may have been locked meanwhile
	if !live {
		s.expire()
	}
	return nil
}

// renewPatience is how long unlocking waits for the server: without it the device
// opens too.
const renewPatience = 4 * time.Second

// renewLogin logs in again with the password that has just opened the device,
// where the login has ended, and reports whether, as far as is known, there is
// one.
func (s *Syncer) renewLogin(ctx context.Context, account wire.Account, secret Secret) (live bool) {
	ctx, cancel := context.WithTimeout(ctx, renewPatience)
	defer cancel()
	_, err := s.remote.Me(ctx)
	if !isAnswer(err) {
		return true // it is live, or nobody answers
	}
	if isRevoked(err) {
		s.wipe(context.WithoutCancel(ctx))
		return false
	}
	if !hasNoLogin(err) || secret.Kind != state.WayPassword {
		return !hasNoLogin(err)
	}
	s.login.Lock()
	defer s.login.Unlock()
	answer, err := s.remote.LogIn(ctx, wire.LogIn{Email: account.Email, Password: message.Text(secret.Text)})
	if err != nil {
		s.logf("renew login: %v", err)
	}
	s.wait(&answer, &beginning{account.Email, secret})
	return err == nil && answer.Account != nil && answer.Account.ID == account.ID
}

// Abandon takes the account off a device that nobody can unlock: drafts and the
// safety plan are lost. Messages that are sealed already stay and are sent.
func (s *Syncer) Abandon(ctx context.Context) error { return s.leave(ctx, true) }

// WrapWith adds a way to open the device's key. opener opens it now; nil where
// nothing could before. It returns ErrWrongSecret where opener is not the one.
func (s *Syncer) WrapWith(ctx context.Context, opener *Secret, secret Secret) error {
	ok, err := s.device.wrapWith(ctx, opener, secret)
	if err == nil && !ok {
		return ErrWrongSecret
	}
	if err == nil {
		s.learnLock(ctx)
		s.post(signal{Type: signalLockAfter})
	}
	return err
}

// MinPassphrase is how many characters a passphrase of the device needs: whoever
// has the device can try as many as they like.
const MinPassphrase = 12

// ErrShortPassphrase says that a passphrase is shorter than MinPassphrase.
var ErrShortPassphrase = errors.New("the passphrase is too short")

// ChoosePassphrase makes a passphrase open the device, where nothing does yet.
func (s *Syncer) ChoosePassphrase(ctx context.Context, text message.Text) error {
	if utf8.RuneCountInString(string(text)) < MinPassphrase {
		return ErrShortPassphrase
	}
	return s.WrapWith(ctx, nil, Secret{Kind: state.WayPassphrase, Text: string(text)})
}

// Ways returns the kinds of what opens the device.
func (s *Syncer) Ways(ctx context.Context) ([]state.Way, error) {
	ways, err := s.device.ways(ctx, s.state.Account().ID)
	var kinds []state.Way
	for _, w := range ways {
		if !slices.Contains(kinds, w.Kind) {
			kinds = append(kinds, w.Kind)
		}
	}
	return kinds, err
}

// Prove shows, offline too, that who is there could open the device: by a text, or
// by a passkey, for which the browser asks. It returns ErrWrongSecret where that is
// not one that does.
func (s *Syncer) Prove(ctx context.Context, by state.Way, text message.Text) error {
	secret := Secret{Kind: by, Text: string(text)}
	if by == state.WayPasskey {
		ways, err := s.device.ways(ctx, s.state.Account().ID)
		if err != nil {
			return err
		}
		shown, err := s.showDialog(ctx, "secret", passkeysOf(ways))
		if err != nil {
			return err
		}
		if shown.Secret == "" {
			return ErrWrongSecret
		}
		secret = *shown.secret()
	}
	return s.openBy(ctx, secret)
}

// openBy opens the device by a secret, and holds that. It returns ErrWrongSecret where
// it is not one that does.
func (s *Syncer) openBy(ctx context.Context, secret Secret) error {
	ok, err := s.device.unlock(ctx, secret)
	if err != nil {
		return err
	}
	if !ok {
		return ErrWrongSecret
	}
	s.hold(&secret)
	return nil
}

// SetLockAfter changes after how many minutes without an act the device locks:
// from 1 to what the person's practices allow. A longer time wants someone who
// proved not long ago who they are, else it is refused with
// wire.CodeStepUpRequired: Prove, then the same again.
func (s *Syncer) SetLockAfter(ctx context.Context, minutes int) error {
	if minutes > s.state.Locking().After {
		if err := s.wantOpener(); err != nil {
			return err
		}
	}
	if err := s.device.setLockAfter(ctx, minutes); err != nil {
		return err
	}
	s.learnLock(ctx)
	s.post(signal{Type: signalLockAfter})
	return nil
}

// learnLock takes over from the device when it locks.
func (s *Syncer) learnLock(ctx context.Context) {
	minutes, err := s.device.lockAfter(ctx)
	if err != nil {
		s.logf("read device: %v", err)
		return
	}
	if s.state.IsOpen() {
		s.state.SetLockAfter(minutes)
		wake(s.kick)
		wake(s.pulls)
	}
}

// wipe removes all the device keeps of the account: its owner took the device out
// of it, from elsewhere.
func (s *Syncer) wipe(ctx context.Context) {
	account := s.state.Account().ID
	if account == uuid.Nil {
		return
	}
	s.forgetTyped()
	s.letGo()
	s.state.SetRevoked()
	s.state.SetLogin(state.LoggedOut, wire.Account{})
	wake(s.ends)
	if err := s.device.leave(ctx, account, current{}, false); err != nil {
		s.logf("wipe: %v", err)
	}
	s.post(signal{Type: signalRevoked})
}

func isRevoked(err error) bool { return isProblem(err, wire.CodeDeviceRevoked) }
