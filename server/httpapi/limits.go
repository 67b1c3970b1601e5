package httpapi

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pleiades/server/account"
	"pleiades/server/limit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Limits say how often things may be done. A zero one is no limit. What counts by
// address counts by place too, where placeRoom times as much may be done.
type Limits struct {
	Login       limit.Rate // failed logins and codes of one address
	Entry       limit.Rate // passwords of one account from one place, or on one device, right or not
	Request     limit.Rate // sign-ups unless an invitation lets them in, and requested resets of one place
	Question    limit.Rate // questions to passkeys, for logging in, of one address
	Message     limit.Rate // messages of one account
	Write       limit.Rate // whatever else one account changes; see uncounted
	Invitations limit.Rate // invitations that one account makes, and those it takes
	Feedback    limit.Rate // what one place says of the Help Center
	Tickets     limit.Rate // what one place writes to support
	Application limit.Rate // applications to join from one place
}

// placeRoom is how many addresses of one place may do all that an address may.
const placeRoom = 10

// limiters count what Limits limit.
type limiters struct {
	login, question                                                           networkLimiter
	entry, request, message, write, invitation, feedback, ticket, application *limit.Limiter
}

func newLimiters(l Limits, now func() time.Time) limiters {
	return limiters{
		login:       newNetworkLimiter(l.Login, now),
		entry:       limit.New(l.Entry, now),
		request:     limit.New(l.Request, now),
		question:    newNetworkLimiter(l.Question, now),
		message:     limit.New(l.Message, now),
		write:       limit.New(l.Write, now),
		invitation:  limit.New(l.Invitations, now),
		feedback:    limit.New(l.Feedback, now),
		ticket:      limit.New(l.Tickets, now),
		application: limit.New(l.Application, now),
	}
}

// networkLimiter counts callers by their address and by their place, so that
// neighbours seldom share a count and nobody has as many as they have addresses.
type networkLimiter struct{ address, place *limit.Limiter }

func newNetworkLimiter(rate limit.Rate, now func() time.Time) networkLimiter {
	wide := limit.Rate{Burst: placeRoom * rate.Burst, Every: rate.Every / placeRoom}
	return networkLimiter{limit.New(rate, now), limit.New(wide, now)}
}

// take counts a request, or returns how long to wait, as Limiter.Take does.
func (l networkLimiter) take(r *http.Request) time.Duration {
	if wait := l.address.Take(callerAddress(r)); wait > 0 {
		return wait
	}
	wait := l.place.Take(callerPlace(r))
	if wait > 0 {
		l.address.Return(callerAddress(r))
	}
	return wait
}

// giveBack takes back what was counted for a request.
func (l networkLimiter) giveBack(r *http.Request) {
	l.address.Return(callerAddress(r))
	l.place.Return(callerPlace(r))
}

// uncounted are the operations that Limits.Write leaves alone, by their ids.
var uncounted = map[string]bool{
	"send-message": true, // has a limit of its own

	// The app says these by itself, as often as there is news, and they change
	// no more than a mark.
	"sync": true, "mark-read": true, "mark-delivered": true, "see-notices": true, "renew-login": true,

	"preview-availability": true, // changes nothing

	// Whoever has got into an account must not keep its owner from these by
	// writing. A login, a fresh proof and a new password have limits of their own.
	"log-in-totp": true, "log-in-recovery": true, "log-out": true, "revoke-device": true, "revoke-devices": true,
	"ask-step-up": true, "step-up": true, "change-password": true, "approve-reset": true, "cancel-reset": true, "cancel-email": true,
}

// changing counts an operation of someone who is known, if it changes anything.
func (s *server) changing(op *huma.Operation, actor account.Actor) error {
	if op.Method == http.MethodGet || uncounted[op.OperationID] {
		return nil
	}
	return take(s.limiters.write, actor.Account.String())
}

// take counts once for the key, or returns the problem of doing it too often.
func take(l *limit.Limiter, key string) error {
	if wait := l.Take(key); wait > 0 {
		return tooMany(wait)
	}
	return nil
}

// tooMany tells the caller to come back after a while.
func tooMany(wait time.Duration) *Problem {
	p := newProblem(wire.CodeTooManyRequests)
	p.retryAfter = wait
	return p
}

// retryHeader says how many whole seconds to wait, at least one.
func retryHeader(wait time.Duration) string {
	return strconv.Itoa(max(1, int(math.Ceil(wait.Seconds()))))
}

// guessing does what may be tried only so often from one address or place. Only what
// fails counts, but it counts while it is tried, so that many at once do too.
// Where others at the same place have used up their tries, a device that the
// account knows is left to the account's own count: it is looked for only then.
func guessing[Out any](s *server, ctx context.Context, known func(account.Browser) (bool, error), try func(account.Browser) (*Out, error)) (*Out, error) {
	ex := exchangeOf(ctx)
	from := s.logins.browser(ex.r)
	if wait := s.limiters.login.take(ex.r); wait > 0 {
		spared, err := known(from)
		if err != nil {
			return nil, err
		}
		if !spared {
			return nil, tooMany(wait)
		}
		return try(from)
	}
	out, err := try(from)
	if !isWrongGuess(err) {
		s.limiters.login.giveBack(ex.r)
	}
	return out, err
}

// entry counts a login with an address, right or not: hashing a password costs
// much, and each whole login leaves an event for years.
func (s *server) entry(ctx context.Context, email message.Text, from account.Browser) error {
	door, err := s.Accounts.Door(ctx, email, from)
	if err != nil {
		return err
	}
	return take(s.limiters.entry, door)
}

// ownEntry is entry for the caller's account, whose password is hashed again.
func (s *server) ownEntry(ctx context.Context, from account.Browser) error {
	door, err := s.Accounts.OwnDoor(ctx, caller(ctx), from)
	if err != nil {
		return err
	}
	return take(s.limiters.entry, door)
}

// unknown is for guesses that no device is spared.
func unknown(account.Browser) (bool, error) { return false, nil }

// ownDevice spares the devices that the caller's account knows.
func (s *server) ownDevice(ctx context.Context, actor account.Actor) func(account.Browser) (bool, error) {
	return func(from account.Browser) (bool, error) { return s.Accounts.KnowsOwnDevice(ctx, actor, from) }
}

// isWrongGuess reports whether an error says that someone is not who they say or
// shows it by a method that is not theirs, or that the account looks at no guess
// yet.
func isWrongGuess(err error) bool {
	var often *account.TooManyError
	if errors.As(err, &often) {
		return true
	}
	return errors.Is(err, account.ErrInvalidCredentials) || errors.Is(err, account.ErrInvalidCode) ||
		errors.Is(err, account.ErrInvalidPasskey) || errors.Is(err, account.ErrInvalidMethod) || errors.Is(err, account.ErrInvalidReset) || errors.Is(err, account.ErrInvalidSignUpLink)
}

// requesting counts what anyone may ask for only so often from one place.
func (s *server) requesting(ctx context.Context) error {
	return take(s.limiters.request, callerPlace(exchangeOf(ctx).r))
}

// callerAddress is what tries to log in are counted by first: an IPv4 address, or
// the 64 bits of an IPv6 address that a household shares, so that neighbours on a
// mobile network seldom share a count.
func callerAddress(r *http.Request) string { return network(r, 64) }

// callerPlace is where a caller is as everything counts, guesses too, and what
// anyone may ask for: as wide as what one customer of a network is given
// at most, which is 48 bits of IPv6 (RFC 6177), so that nobody is in many places
// at no cost.
func callerPlace(r *http.Request) string { return network(r, 48) }

// network returns a caller's IPv4 address, or so many bits of their IPv6 address.
func network(r *http.Request, bits int) string {
	addr := clientAddr(r)
	if !addr.Is6() {
		return addr.String()
	}
	prefix, err := addr.Prefix(bits)
	if err != nil {
		return addr.String()
	}
	return prefix.String()
}
