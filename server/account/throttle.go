package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/bearer"
	"pleiades/shared/message"
)

// How guesses are slowed down. Nobody is ever locked out: a person who waits
// gets in, and a device that was logged in before has a counter of its own.
// Passwords tried elsewhere count for the place they come from and for the
// account, and the account's delay is not for places that have failed less than
// freeGuesses times: so others, however many, do not keep a new device out.
const (
	// freeGuesses may fail in a row without a delay.
	freeGuesses = 3
	// maxDelay is the longest wait between two guesses of a password.
	maxDelay = 30 * time.Second
	// maxCodeDelay is the longest wait between two codes. Whoever gets to try
	// them has shown something else before, so this keeps few others waiting.
	maxCodeDelay = 15 * time.Minute
	// codesTold is how many wrong codes in a row the account is told of.
	codesTold = 5
	// forgetAfter is how long failures count.
	forgetAfter = 24 * time.Hour

	// mailsAtOnce of a kind that anyone can ask for go to an address until
	// mailPause has passed since the last.
	mailsAtOnce = 3
	mailPause   = time.Hour
	// signUpMails go to an address that way in all, so that strangers, who count
	// by where they are, keep nobody from signing up with their own.
	signUpMails = 30
)

// Failures are guesses in a row that were not right.
type Failures struct {
	Count int
	Last  time.Time
}

// wait returns how long it takes until the next guess is looked at: nothing at
// first, then a second, doubled by each failure up to the longest.
func (f Failures) wait(now time.Time, longest time.Duration) time.Duration {
	if f.Count < freeGuesses {
		return 0
	}
	delay := time.Second << min(f.Count-freeGuesses, 10)
	return max(0, f.Last.Add(min(delay, longest)).Sub(now))
}

// TooManyError says that the next guess is looked at only after a while.
type TooManyError struct {
	RetryAfter time.Duration
}

// Error says how long to wait.
func (e *TooManyError) Error() string { return "too many attempts: wait " + e.RetryAfter.String() }

// counter names where guesses are counted.
type counter struct {
	own     string // of the device or the place that the guess comes from
	shared  string // of everyone without a device; empty for a device
	longest time.Duration
}

// guess counts an attempt as failed, before it is looked at, so that many at
// once gain nothing. It returns how many in a row have failed with this one. One
// that comes too early is a *TooManyError and does not count.
func (s *Service) guess(ctx context.Context, c counter) (int, error) {
	now := s.now()
	var wait time.Duration
	var count int
	err := s.store.Update(ctx, func(tx Tx) error {
		own, err := lockFailures(ctx, tx, c.own, now)
		if err != nil {
			return err
		}
		wait, count = own.wait(now, c.longest), own.Count+1
		if c.shared != "" {
			all, err := lockFailures(ctx, tx, c.shared, now)
			if err != nil {
				return err
			}
			if own.Count >= freeGuesses {
				wait = max(wait, all.wait(now, c.longest))
			}
			if wait == 0 {
				err = tx.SaveFailures(ctx, c.shared, Failures{Count: all.Count + 1, Last: now})
			}
			if err != nil {
				return err
			}
		}
		if wait > 0 {
			return nil
		}
		return tx.SaveFailures(ctx, c.own, Failures{Count: count, Last: now})
	})
	if err != nil {
		return 0, fmt.Errorf("count attempt: %w", err)
	}
	if wait > 0 {
		return 0, &TooManyError{RetryAfter: wait}
	}
	return count, nil
}

// lockFailures returns the failures under a name that still count.
func lockFailures(ctx context.Context, tx Tx, name string, now time.Time) (Failures, error) {
	f, err := tx.LockFailures(ctx, name)
	if now.Sub(f.Last) >= forgetAfter {
		f = Failures{}
	}
	return f, err
}

// countMail counts a mail under a name, and reports false where that would be
// one too many.
func countMail(ctx context.Context, tx Tx, name string, now time.Time) (bool, error) {
	return countMails(ctx, tx, name, mailsAtOnce, now)
}

// countMails is countMail for another number of mails.
func countMails(ctx context.Context, tx Tx, name string, most int, now time.Time) (bool, error) {
	sent, err := tx.LockFailures(ctx, name)
	if err != nil {
		return false, err
	}
	if now.Sub(sent.Last) >= mailPause {
		sent.Count = 0
	}
	if sent.Count >= most {
		return false, nil
	}
	return true, tx.SaveFailures(ctx, name, Failures{Count: sent.Count + 1, Last: now})
}

// forgive forgets the failures, since the last attempt was right.
func (s *Service) forgive(ctx context.Context, c counter) error {
	err := s.store.Update(ctx, func(tx Tx) error {
		if err := tx.SaveFailures(ctx, c.own, Failures{}); err != nil || c.shared == "" {
			return err
		}
		return tx.SaveFailures(ctx, c.shared, Failures{})
	})
	if err != nil {
		return fmt.Errorf("forget attempts: %w", err)
	}
	return nil
}

// Sweep makes new passwords and addresses work that have waited long enough, and
// deletes what is over: questions nobody answered, resets nobody used, sign-ups nobody
// confirmed, applications nobody decided about, failures that no longer count, old
// notices and requests for care that were answered long ago.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.now()
	due, err := s.store.ListDueResets(ctx, now)
	if err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	// What fails for one account keeps nothing else from being done.
	var failed error
	for _, account := range due {
		if _, err := s.applyDueReset(ctx, account); err != nil {
			failed = errors.Join(failed, fmt.Errorf("apply reset of %s: %w", account, err))
		}
	}
	if due, err = s.store.ListDueEmailChanges(ctx, now); err != nil {
		failed = errors.Join(failed, err)
	}
	for _, account := range due {
		if err := s.applyDueEmail(ctx, account); err != nil {
			failed = errors.Join(failed, fmt.Errorf("change address of %s: %w", account, err))
		}
	}
	failed = errors.Join(failed, s.store.DeleteExpired(ctx, now, now.Add(-forgetAfter), now.Add(-noticeLimit)))
	failed = errors.Join(failed, s.store.Update(ctx, func(tx Tx) error {
		if found, err := tx.DeleteExpiredResets(ctx, now); err != nil || !found {
			return err
		}
		return tx.Record(ctx, s.resetEvent(uuid.Nil, uuid.Nil, "expired"))
	}))
	failed = errors.Join(failed, s.store.Update(ctx, func(tx Tx) error {
		old, err := tx.DeleteAnsweredRequests(ctx, now.Add(-noticeLimit))
		if err != nil {
			return err
		}
		for _, r := range old {
			if err := recordAt(ctx, tx, r.Practice.ID, s.eventOf(audit.RequestDelete, uuid.Nil, r.ID)); err != nil {
				return err
			}
		}
		return nil
	}))
	failed = errors.Join(failed, s.store.Update(ctx, func(tx Tx) error { return s.expireApplications(ctx, tx) }))
	if failed != nil {
		return fmt.Errorf("sweep: %w", failed)
	}
	return nil
}

// passwordCounter counts passwords tried for an address, which need not have an
// account.
func (s *Service) passwordCounter(emailIndex []byte, from Browser, device uuid.UUID) counter {
	if device != uuid.Nil {
		return counter{own: "password-device/" + device.String(), longest: maxDelay}
	}
	return counter{
		own:     "password-place/" + hex.EncodeToString(s.placeIndex(emailIndex, from.Place)),
		shared:  "password/" + hex.EncodeToString(emailIndex),
		longest: maxDelay,
	}
}

// placeIndex is the keyed hash of where someone is, by itself or with an address:
// it stays as unreadable as their address.
func (s *Service) placeIndex(emailIndex []byte, place string) []byte {
	mac := hmac.New(sha256.New, s.indexKey)
	mac.Write([]byte("place/"))
	mac.Write(emailIndex)
	mac.Write([]byte(place))
	return mac.Sum(nil)
}

// codeCounter counts codes tried for an account. Those for a reset count by
// themselves: who knows the password does not keep out who has the link.
func codeCounter(account uuid.UUID, purpose Purpose, device uuid.UUID) counter {
	if device != uuid.Nil {
		return counter{own: "code-device/" + device.String(), longest: maxCodeDelay}
	}
	return counter{own: "code/" + string(purpose) + "/" + account.String(), longest: maxCodeDelay}
}

// KnowsDevice reports whether the account with the address was logged in on the
// browser before, and it was not revoked since. Its guesses have a counter of
// their own, so that those of others at the same place do not count for it.
func (s *Service) KnowsDevice(ctx context.Context, email message.Text, from Browser) (bool, error) {
	creds, err := s.store.FindCredentials(ctx, s.emailIndex(email))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return false, fmt.Errorf("look for device: %w", err)
	}
	// The same work for an address that has no account: nobody has no device.
	return s.KnowsOwnDevice(ctx, Actor{Account: creds.Account}, from)
}

// KnowsOwnDevice is KnowsDevice for the actor's account.
func (s *Service) KnowsOwnDevice(ctx context.Context, actor Actor, from Browser) (bool, error) {
	_, err := s.deviceHere(ctx, actor.Account, from)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for device: %w", err)
	}
	return true, nil
}

// Door names where logins with an address are counted, right ones too: a device
// that the account knows, so that nobody who has the password keeps it out, or the
// place. It says nothing of the address to who reads it.
func (s *Service) Door(ctx context.Context, email message.Text, from Browser) (string, error) {
	known, err := s.KnowsDevice(ctx, email, from)
	if err != nil {
		return "", err
	}
	door := "place/" + from.Place
	if known {
		door = "device/" + from.Device
	}
	return hex.EncodeToString(s.placeIndex(s.emailIndex(email), door)), nil
}

// OwnDoor is Door for the actor's account.
func (s *Service) OwnDoor(ctx context.Context, actor Actor, from Browser) (string, error) {
	person, err := s.store.FindAccount(ctx, actor.Account)
	if err != nil {
		return "", fmt.Errorf("find account: %w", err)
	}
	return s.Door(ctx, person.Email, from)
}

// deviceHere returns the account's device on the browser, or ErrNotFound if it
// was never whole there or was revoked.
func (s *Service) deviceHere(ctx context.Context, account uuid.UUID, from Browser) (Device, error) {
	hash, ok := bearer.Hash(from.Device)
	if !ok {
		return Device{}, ErrNotFound
	}
	devices, err := s.store.ListDevicesByToken(ctx, hash)
	if err != nil {
		return Device{}, err
	}
	for _, d := range devices {
		if d.Account == account && !d.Revoked() {
			return d, nil
		}
	}
	return Device{}, ErrNotFound
}
