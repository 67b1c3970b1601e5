// Package state owns what the app knows at this moment: who is logged in, the
// conversations, what was confirmed by the server and what still waits on the
// device. It is plain Go without a browser, so that native tests reach all of
// it.
//
// It must not do I/O: syncer fills it and pages read it.
package state

import (
	"sync"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/crisis"
	"pleiades/shared/wire"
)

// Connection says whether the app is in touch with the server.
type Connection string

// The connection states.
const (
	Offline Connection = "offline" // no contact; the app works from the device
	Syncing Connection = "syncing" // in contact, catching up or sending
	Online  Connection = "online"  // in contact, nothing left to do
)

// Login says whose app this is.
type Login string

// The login states.
const (
	LoginUnknown Login = ""        // the device has not been read yet
	LoggedOut    Login = "out"     // nobody's
	LoggedIn     Login = "in"      // the account's
	LoginExpired Login = "expired" // the account's, but the server wants a new login; everything waits
	Locked       Login = "locked"  // the account's, of which nothing is known before someone unlocks the device
)

// App is everything the app knows. Its methods may be called from any
// goroutine. Readers get copies.
type App struct {
	mu            sync.Mutex
	login         Login
	account       wire.Account
	connection    Connection
	conversations map[uuid.UUID]*conversation
	update        bool
	installable   bool
	unsaved       bool
	numbers       crisis.Directory
	plan          Plan
	country       string
	setup         int // the step of setting up a practice
	opened        Opened
	lock          Lock
	revoked       bool
	reset         *wire.PasswordReset
	alerts        []wire.SecurityEvent
	credentials   int
	requests      *wire.Requests
	inStep        time.Time
	skew          time.Duration
	tickets       []wire.Ticket

	watchers map[int]func()
	nextID   int

	views map[uuid.UUID]View // as they are until the next change
}

// New returns an App that knows nothing yet and is offline.
func New() *App {
	return &App{
		connection:    Offline,
		conversations: make(map[uuid.UUID]*conversation),
		watchers:      make(map[int]func()),
		views:         make(map[uuid.UUID]View),
	}
}

// Watch calls f after every change until stop is called. f must return at once
// and must not call back into App.
func (a *App) Watch(f func()) (stop func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	id := a.nextID
	a.nextID++
	a.watchers[id] = f
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.watchers, id)
	}
}

// change runs f under the lock, then tells the watchers.
func (a *App) change(f func()) {
	a.mu.Lock()
	f()
	clear(a.views)
	watchers := make([]func(), 0, len(a.watchers))
	for _, w := range a.watchers {
		watchers = append(watchers, w)
	}
	a.mu.Unlock()
	for _, w := range watchers {
		w()
	}
}

// Login returns the login state.
func (a *App) Login() Login {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.login
}

// Account returns whose app this is; the zero Account when nobody's.
func (a *App) Account() wire.Account {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.account
}

// HasRole reports whether the account has the role in any practice.
func (a *App) HasRole(role wire.Role) bool {
	for _, m := range a.Account().Memberships {
		if m.Role == role {
			return true
		}
	}
	return false
}

// SetLogin changes whose app this is. Another account's conversations, and
// those of an account that logs out, are dropped from memory.
func (a *App) SetLogin(login Login, account wire.Account) {
	a.change(func() {
		if account.ID != a.account.ID {
			a.conversations = make(map[uuid.UUID]*conversation)
			a.plan, a.country, a.opened, a.lock = Plan{}, "", nil, Lock{}
			a.reset, a.alerts, a.tickets, a.requests = nil, nil, nil, nil
		}
		if login == LoggedIn {
			a.revoked = false
		}
		a.login, a.account = login, account
	})
}

// ExpireLogin notes that the server wants a new login. Nothing is dropped.
func (a *App) ExpireLogin() {
	a.change(func() {
		if a.login == LoggedIn {
			a.login = LoginExpired
		}
	})
}

// Connection returns the connection state.
func (a *App) Connection() Connection {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.connection
}

// SetConnection changes the connection state.
func (a *App) SetConnection(c Connection) {
	if a.Connection() == c {
		return
	}
	a.change(func() { a.connection = c })
}

// InStep returns when this page last knew the device to have everything, zero if
// never.
func (a *App) InStep() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.inStep
}

// Skew returns how far the device's clock is ahead of the server's, as far as is
// known.
func (a *App) Skew() time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.skew
}

// SetSkew replaces that by what was measured, or kept on the device.
func (a *App) SetSkew(ahead time.Duration) {
	if a.Skew() == ahead {
		return
	}
	a.change(func() { a.skew = ahead })
}

// SetInStep notes that the device has everything at a moment. Nothing that is
// drawn follows from it, so nobody is told.
func (a *App) SetInStep(now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.inStep = now
}

// Numbers returns the emergency numbers and crisis lines, empty until they are
// known. They are the same whosever app this is.
func (a *App) Numbers() crisis.Directory {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.numbers
}

// SetNumbers replaces the emergency numbers and crisis lines.
func (a *App) SetNumbers(d crisis.Directory) { a.change(func() { a.numbers = d }) }

// UpdateReady reports whether a newer version of the app waits to take over.
func (a *App) UpdateReady() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.update
}

// SetUpdateReady notes that a newer version of the app waits to take over.
func (a *App) SetUpdateReady() { a.change(func() { a.update = true }) }

// Installable reports whether the browser would install the app now.
func (a *App) Installable() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.installable
}

// SetInstallable notes whether the browser would install the app now.
func (a *App) SetInstallable(ok bool) { a.change(func() { a.installable = ok }) }

// Unsaved reports whether the device refused to keep what was typed last, for
// want of space.
func (a *App) Unsaved() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.unsaved
}

// SetUnsaved notes whether the device refused to keep what was typed last.
func (a *App) SetUnsaved(unsaved bool) {
	if a.Unsaved() == unsaved {
		return
	}
	a.change(func() { a.unsaved = unsaved })
}
