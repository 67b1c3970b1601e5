package httpapi

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"pleiades/server/account"
	"pleiades/server/limit"
	"pleiades/shared/wire"
)

// Limits say how often things may be done. A zero one is no limit.
type Limits struct {
	Login       limit.Rate // failed logins and codes of one address
	Request     limit.Rate // sign-ups unless an invitation lets them in, and requested resets of one address
	Question    limit.Rate // questions to passkeys, for logging in, of one address
	Message     limit.Rate // messages of one account
	Invitations limit.Rate // invitations that one account makes, and those it takes
	Feedback    limit.Rate // what one address says of the Help Center
	Tickets     limit.Rate // what one address writes to support
	Application limit.Rate // applications to join from one address
}

// limiters count what Limits limit.
type limiters struct {
	login, request, question, message, invitation, feedback, ticket, application *limit.Limiter
}

func newLimiters(l Limits, now func() time.Time) limiters {
	return limiters{
		login:       limit.New(l.Login, now),
		request:     limit.New(l.Request, now),
		question:    limit.New(l.Question, now),
		message:     limit.New(l.Message, now),
		invitation:  limit.New(l.Invitations, now),
		feedback:    limit.New(l.Feedback, now),
		ticket:      limit.New(l.Tickets, now),
		application: limit.New(l.Application, now),
	}
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

// guessing does what may be tried only so often from one address. Only what
// fails counts, but it counts while it is tried, so that many at once do too.
// Where others at the same place have used up their tries, a device that the
// account knows is left to the account's own count: it is looked for only then.
func guessing[Out any](s *server, ctx context.Context, known func(account.Browser) (bool, error), try func(account.Browser) (*Out, error)) (*Out, error) {
	ex := exchangeOf(ctx)
	from := s.logins.browser(ex.r)
	key := callerAddress(ex.r)
	if wait := s.limiters.login.Take(key); wait > 0 {
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
		s.limiters.login.Return(key)
	}
	return out, err
}

// unknown is for guesses that no device is spared.
func unknown(account.Browser) (bool, error) { return false, nil }

// ownDevice spares the devices that the caller's account knows.
func (s *server) ownDevice(ctx context.Context, actor account.Actor) func(account.Browser) (bool, error) {
	return func(from account.Browser) (bool, error) { return s.Accounts.KnowsOwnDevice(ctx, actor, from) }
}

// isWrongGuess reports whether an error says that someone is not who they say,
// or that the account looks at no guess yet.
func isWrongGuess(err error) bool {
	var often *account.TooManyError
	if errors.As(err, &often) {
		return true
	}
	return errors.Is(err, account.ErrInvalidCredentials) || errors.Is(err, account.ErrInvalidCode) ||
		errors.Is(err, account.ErrInvalidPasskey) || errors.Is(err, account.ErrInvalidReset) || errors.Is(err, account.ErrInvalidSignUpLink)
}

// requesting counts what anyone may ask for only so often from one address.
func (s *server) requesting(ctx context.Context) error {
	return take(s.limiters.request, callerAddress(exchangeOf(ctx).r))
}

// callerAddress is what limits count a caller by: an IPv4 address, or the 64
// bits of an IPv6 address that a household shares.
func callerAddress(r *http.Request) string { return network(r, 64) }

// callerPlace is where a caller is as an account counts guesses: as wide as what
// one customer of a network is given at most, which is 48 bits of IPv6 (RFC
// 6177), so that nobody is in many places at no cost.
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
