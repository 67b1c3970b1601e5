// Package syncer keeps the device and the server in step: it sends what waits
// (push.go), fetches what was missed (pull.go), follows what happens now
// (stream.go), and starts over patiently when the connection is gone
// (backoff.go).
//
// It must not draw anything and holds no knowledge of its own: what is known is
// in state, what must survive is on the device.
package syncer

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"pleiades/app/remote"
	"pleiades/app/state"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Page is the browser page, as far as syncing needs it.
type Page interface {
	Device(ctx context.Context, result any, name string, args ...any) error
	Passkey(ctx context.Context, result any, name string, args ...any) error
	Stream(path string, types []string, f func(kind, data string)) (stop func())
	Lock(ctx context.Context, name string) (release func(), err error)
	Listen(f func(signal []byte))
	Later(f func())
	Post(signal []byte)
	Persist(ctx context.Context) error
	Facts(ctx context.Context, result any) error
	RequestSync(ctx context.Context) error
	CheckUpdate()
	TakeOver()
	Install()
	Now() time.Time
}

// ErrTooLate says that a message can no longer be taken back: the server has
// it, or may have it.
var ErrTooLate = errors.New("the message may have been sent already")

// ErrQueueFull says that too many messages wait on the device.
var ErrQueueFull = errors.New("the queue is full")

// MaxQueue is the most messages that may wait on a device.
const MaxQueue = 1000

// Syncer keeps one page in step. One page of the device at a time, the leader,
// holds the event stream; it tells the others.
type Syncer struct {
	state  *state.App
	remote *remote.Client
	page   Page
	device device
	rand   io.Reader
	logf   func(format string, args ...any)

	kick    chan struct{} // try to connect now
	pulls   chan struct{} // pull once
	ends    chan struct{} // the login ended or changed: let the stream go
	pushes  chan struct{} // drain the outbox
	ratings chan struct{} // hand over what was said of articles

	login  sync.Mutex // held while the server is told of a log-in or log-out
	outbox sync.Mutex // held while the device's outbox and the state's are made equal
	owner  sync.Mutex // held while the state is made to say whose app the device says this is

	owing atomic.Bool // the device could not take how the account is now: it is tried again
	isNew atomic.Bool // the login may be a new one: the server may know the device by another name
	// opened is set where a secret or a login opened the app and the server's clock was
	// not heard since.
	opened atomic.Bool

	saver  chan struct{} // has room for whoever writes drafts to the device, one after the other
	mu     sync.Mutex
	drafts map[uuid.UUID]message.Text // typed, not on the device yet
	known  map[uuid.UUID]message.Text // drafts on the device, as far as this page heard
	// writing is the draft that is being written there, if one is.
	writing uuid.NullUUID
	saving  bool
	reads   map[uuid.UUID]int64     // own read marks the server does not know yet
	looked  map[uuid.UUID]time.Time // when it was last told, or is about to be
	active  time.Time               // when the server last heard of a person's act
	// admitted has logged in, but their key is not open yet.
	admitted *wire.Account
	// waiting is what a login that was begun still needs, begun what it began with,
	// if that was a password.
	waiting *wire.LoginAnswer
	begun   *beginning
	// opener is what has just opened the device, nil where a proof could not, and
	// proved when.
	opener *Secret
	proved time.Time
	leads  bool
	// ownActs is when this device last did something that is news to others.
	ownActs map[wire.SecurityNotice]time.Time
	// dropped is up to when news of the account were put away, by kind, until the
	// server knows of it.
	dropped map[news]time.Time
}

// Options are what a Syncer works with.
type Options struct {
	State   *state.App
	Fetcher remote.Fetcher
	Page    Page
	Rand    io.Reader
	// Logf notes what went wrong for whoever debugs the app; it never gets
	// anything a person wrote.
	Logf func(format string, args ...any)
}

// New returns a Syncer that does nothing until Start.
func New(o Options) *Syncer {
	s := &Syncer{
		state: o.State, page: o.Page, device: device{o.Page}, rand: o.Rand, logf: o.Logf,
		kick: make(chan struct{}, 1), pulls: make(chan struct{}, 1),
		ends: make(chan struct{}, 1), pushes: make(chan struct{}, 1), ratings: make(chan struct{}, 1),
		drafts: make(map[uuid.UUID]message.Text), known: make(map[uuid.UUID]message.Text), saver: make(chan struct{}, 1), reads: make(map[uuid.UUID]int64), looked: make(map[uuid.UUID]time.Time),
		ownActs: make(map[wire.SecurityNotice]time.Time), dropped: make(map[news]time.Time),
	}
	s.remote = remote.New(o.Fetcher, s.whose)
	return s
}

// whose returns in whose name the server is asked: that of the account whose app
// this is, or nobody's while a login is under way, which may be another person's.
func (s *Syncer) whose() uuid.UUID {
	if s.state.Login() != state.LoggedIn && s.Begun() != nil {
		return uuid.Nil
	}
	return s.state.Account().ID
}

// Start reads what the device keeps; when it returns, the state knows whose app
// this is. From then on it is kept in step until ctx ends, once the page is drawn.
func (s *Syncer) Start(ctx context.Context) {
	s.page.Listen(func(b []byte) { s.hear(ctx, b) })
	s.restore(ctx)
	wake(s.pushes)
	wake(s.ratings)
	s.page.Later(func() {
		s.post(signal{Type: signalHello})
		go s.drain(ctx)
		go s.rateLater(ctx)
		go s.lead(ctx)
		go s.learnNumbers(ctx)
	})
}

// learnNumbers gets the emergency numbers and crisis lines, as soon as they are
// to be had.
func (s *Syncer) learnNumbers(ctx context.Context) {
	var b backoff
	for {
		directory, err := s.remote.CrisisDirectory(ctx)
		if err == nil {
			s.state.SetNumbers(directory)
			return
		}
		s.logf("get crisis lines: %v", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(b.next()):
		}
	}
}

// restore fills the state from the device: whose app this is, the copy of their
// conversations, what waits and what was being written.
func (s *Syncer) restore(ctx context.Context) {
	s.owner.Lock()
	defer s.owner.Unlock()
	current, err := s.device.current(ctx)
	if err != nil {
		s.logf("read device: %v", err)
		if s.state.Login() != state.LoginUnknown {
			return // it says nothing of whose app this is
		}
	}
	if err != nil || current.LoggingOut {
		go s.finishLogOut(ctx)
	}
	switch {
	case current.Locked:
		s.locked(ctx, current)
	case current.Account == nil:
		s.forgetTyped()
		s.state.SetLogin(state.LoggedOut, wire.Account{})
	default:
		s.enter(ctx, *current.Account)
	}
}

// enter makes the app an account's, with all the device keeps of it. The caller
// holds the lock of the owner.
func (s *Syncer) enter(ctx context.Context, account wire.Account) {
	isNew := account.ID != s.state.Account().ID
	if s.state.Login() != state.LoginUnknown && (isNew || !s.state.IsOpen()) {
		s.opened.Store(true)
	}
	if isNew {
		s.saveDrafts(ctx) // someone else's, still under their name
		s.forgetTyped()
	}
	kept, err := s.device.load(ctx, account.ID)
	if err != nil {
		s.logf("read device: %v", err)
	}
	minutes, lockErr := s.device.lockAfter(ctx)
	s.state.SetLogin(state.LoggedIn, account)
	if lockErr == nil {
		s.state.SetLockAfter(minutes)
	}
	s.isNew.Store(true)
	s.state.ApplyKept(kept.Conversations)
	s.state.SetPending(kept.Outbox)
	s.setPrivate(kept.Private)
	for _, d := range kept.Drafts {
		s.knowDraft(d.Conversation, d.Text)
		s.state.SetDraft(d.Conversation, d.Text)
	}
	for conversation, text := range s.typed() {
		s.state.TypeDraft(conversation, text)
	}
	go s.saveDrafts(ctx)
	if s.state.Connection() == state.Offline {
		s.state.SetConnection(state.Syncing) // until the first try has failed
	}
	wake(s.kick)
	wake(s.pushes)
}

// isOpenFor reports whether the app is an account's, and not locked: what was
// begun for it may have come too late.
func (s *Syncer) isOpenFor(account uuid.UUID) bool {
	return s.state.IsOpen() && s.state.Account().ID == account
}

// LogOut ends the login and removes what this device keeps of the account,
// drafts, queue and key included. Without a connection the server hears of it as
// soon as there is one.
func (s *Syncer) LogOut(ctx context.Context) error { return s.leave(ctx, false) }

func (s *Syncer) leave(ctx context.Context, sealedStay bool) error {
	account := s.state.Account().ID
	s.forgetTyped()
	s.letGo()
	if err := s.device.leave(ctx, account, current{LoggingOut: true}, sealedStay); err != nil {
		return err
	}
	s.state.SetLogin(state.LoggedOut, wire.Account{})
	wake(s.ends)
	s.post(signal{Type: signalLogin})
	s.finishLogOut(ctx)
	return nil
}

// finishLogOut tells the server of a log-out that it has not heard of yet, if
// there is one. Until the login is known to be over it stays to be told when the
// connection is back; a new login replaces it.
func (s *Syncer) finishLogOut(ctx context.Context) {
	s.login.Lock()
	defer s.login.Unlock()
	before, err := s.device.current(ctx)
	if err != nil || !before.LoggingOut {
		return
	}
	err = s.remote.LogOut(ctx)
	if err != nil && !isProblem(err, wire.CodeNotLoggedIn) && !isRevoked(err) {
		return
	}
	after, err := s.device.current(ctx)
	if err != nil || !after.LoggingOut {
		return
	}
	if err := s.device.setCurrent(ctx, current{}); err != nil {
		s.logf("finish log-out: %v", err)
	}
}

// expire notes that the server wants a new login, here and in the other pages.
func (s *Syncer) expire() {
	s.state.ExpireLogin()
	wake(s.ends)
	wake(s.pushes) // what waits needs no login
}

// act tells the server that the person did something, at most once a minute:
// it keeps the login from ending.
func (s *Syncer) act() {
	if s.state.Login() != state.LoggedIn || s.state.Connection() == state.Offline {
		return
	}
	s.mu.Lock()
	now := s.page.Now()
	due := now.Sub(s.active) >= time.Minute
	if due {
		s.active = now
	}
	s.mu.Unlock()
	if due {
		go s.ask(context.Background(), "renew login", s.remote.Renew)
	}
}

// UpdateSettings changes the person's own settings.
func (s *Syncer) UpdateSettings(ctx context.Context, r wire.Settings) error {
	answer, err := s.remote.UpdateSettings(ctx, r)
	if err != nil {
		return s.checkLogin(err)
	}
	s.learnAccount(ctx, answer.Account)
	return nil
}

// learnAccount takes in how the account is now, unless the device was locked
// meanwhile, or is someone else's. What the device cannot take, such as the limit
// within which it locks, is owed to it: the next pull tries again.
func (s *Syncer) learnAccount(ctx context.Context, account wire.Account) {
	if !s.isOpenFor(account.ID) {
		return
	}
	before := s.state.Account().LockWithin()
	s.state.SetLogin(s.state.Login(), account)
	if err := s.device.setCurrent(ctx, current{Account: &account}); err != nil {
		s.owing.Store(true)
		s.logf("keep account: %v", err)
		return
	}
	if s.owing.Swap(false) || account.LockWithin() != before {
		s.learnLock(ctx)
		s.post(signal{Type: signalLockAfter})
	}
}

// ApplyUpdate saves what is being written and changes to the new build, unless
// the device cannot keep it. It returns at once; the page is loaded anew a
// moment later.
func (s *Syncer) ApplyUpdate() {
	go func() {
		s.saveDrafts(context.Background())
		if s.unsaved() {
			return // the page says that it is not saved
		}
		s.page.TakeOver()
	}()
}

// Install offers to install the app.
func (s *Syncer) Install() { s.page.Install() }

// checkLogin notes an ended login, or a revoked device, behind an error and
// returns the error.
func (s *Syncer) checkLogin(err error) error {
	switch {
	case isRevoked(err):
		s.wipe(context.Background())
	case isProblem(err, wire.CodeNotLoggedIn), isProblem(err, wire.CodeEnrollmentRequired):
		s.expire()
	case isProblem(err, wire.CodeWrongAccount):
		go s.giveWay(context.Background(), s.state.Account().ID)
	}
	return err
}

// giveWay takes over from the device whose app this is: someone else has logged
// in. If the device does not say so, the account's login is over all the same.
func (s *Syncer) giveWay(ctx context.Context, account uuid.UUID) {
	s.restore(ctx)
	if s.isOpenFor(account) {
		s.expire()
	}
}

// hasNoLogin reports whether an error says that the account is not logged in:
// nobody is, or someone else.
func hasNoLogin(err error) bool {
	return isProblem(err, wire.CodeNotLoggedIn) || isProblem(err, wire.CodeWrongAccount)
}

// noteSaved tells the state whether the device kept what it was given.
func (s *Syncer) noteSaved(err error) { s.state.SetUnsaved(err != nil && s.state.IsOpen()) }

// ask does something whose failure changes nothing for the person.
func (s *Syncer) ask(ctx context.Context, what string, f func(context.Context) error) {
	if err := s.checkLogin(f(ctx)); err != nil {
		s.logf("%s: %v", what, err)
	}
}

// wake asks for one more round of what waits on c.
func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
