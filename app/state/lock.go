package state

import (
	"slices"

	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// Way names a way to open the device's local key.
type Way string

// The ways.
const (
	WayPassword   Way = "password"   // the account's
	WayPassphrase Way = "passphrase" // of this device alone
	WayPasskey    Way = "passkey"    // by its PRF extension
)

// Lock says how things stand with the lock of the device.
type Lock struct {
	Ways    []Way // to open it, as long as it is locked
	Changed bool  // the password was changed elsewhere: this device wants the one before
	Offline bool  // the server did not answer
	After   int   // minutes without an act until it locks, while it is open; 0 where it does not
	Alone   bool  // nothing could open it again, so that it does not lock
}

// By reports whether the device can be opened in a way.
func (l Lock) By(w Way) bool { return slices.Contains(l.Ways, w) }

// Lock clears all that is known of the account and of its conversations. The
// country stays: whose help in an emergency is shown says little of a person,
// and that help must be there.
func (a *App) Lock(account uuid.UUID, country string, ways []Way) {
	a.change(func() {
		a.login, a.account = Locked, wire.Account{ID: account}
		a.conversations = make(map[uuid.UUID]*conversation)
		a.plan, a.country, a.opened = Plan{}, country, nil
		a.reset, a.alerts, a.requests = nil, nil, nil
		a.lock = Lock{Ways: ways, Changed: a.lock.Changed}
	})
}

// Locking returns how things stand with the lock.
func (a *App) Locking() Lock {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.lock
}

// SetLockOffline notes whether the server answers while the device is locked.
func (a *App) SetLockOffline(offline bool) { a.change(func() { a.lock.Offline = offline }) }

// SetLockAfter notes after how many minutes the device locks; 0 where nothing
// could open it again.
func (a *App) SetLockAfter(minutes int) {
	a.change(func() { a.lock = Lock{After: minutes, Alone: minutes == 0} })
}

// SetChangedPassword notes whether the account's password, with which someone
// has just logged in, is another than the device's.
func (a *App) SetChangedPassword(changed bool) { a.change(func() { a.lock.Changed = changed }) }

// IsOpen reports whether the app is someone's, and not locked.
func (a *App) IsOpen() bool {
	login := a.Login()
	return login == LoggedIn || login == LoginExpired
}

// Revoked reports whether this device was taken out of the account, and with it
// all that was kept here.
func (a *App) Revoked() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.revoked
}

// SetRevoked notes that the device was taken out of the account.
func (a *App) SetRevoked() { a.change(func() { a.revoked = true }) }
