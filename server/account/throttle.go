package account

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/message"
)

// How guesses are slowed down. Nobody is ever locked out: a person who waits
// gets in, and a device that was logged in before has a counter of its own.
const (
	// freeGuesses may fail in a row without a delay.
	freeGuesses = 3
	// maxDelay is the longest wait between two guesses.
	maxDelay = 30 * time.Second
	// forgetAfter is how long failures count.
	forgetAfter = 24 * time.Hour
)

// Failures are guesses in a row that were not right.
type Failures struct {
	Count int
	Last  time.Time
}

// wait returns how long it takes until the next guess is looked at: nothing at
// first, then a second, doubled by each failure.
func (f Failures) wait(now time.Time) time.Duration {
	if f.Count < freeGuesses {
		return 0
	}
	delay := time.Second << min(f.Count-freeGuesses, 10)
	return max(0, f.Last.Add(min(delay, maxDelay)).Sub(now))
}

// TooManyError says that the next guess is looked at only after a while.
type TooManyError struct {
	RetryAfter time.Duration
}

// Error says how long to wait.
func (e *TooManyError) Error() string { return "too many attempts: wait " + e.RetryAfter.String() }

// guess counts an attempt as failed, before it is looked at, so that many at
// once count one by one; whoever finds it right calls forgive. Where the last
// one is too recent it is a *TooManyError and does not count.
func (s *Service) guess(ctx context.Context, name string) error {
	now := s.now()
	var wait time.Duration
	err := s.store.Update(ctx, func(tx Tx) error {
		failures, err := tx.LockFailures(ctx, name)
		if err != nil {
			return err
		}
		if now.Sub(failures.Last) >= forgetAfter {
			failures = Failures{}
		}
		if wait = failures.wait(now); wait > 0 {
			return nil
		}
		return tx.SaveFailures(ctx, name, Failures{Count: failures.Count + 1, Last: now})
	})
	if err != nil {
		return fmt.Errorf("count attempt: %w", err)
	}
	if wait > 0 {
		return &TooManyError{RetryAfter: wait}
	}
	return nil
}

// forgive forgets the failures, since the last attempt was right.
func (s *Service) forgive(ctx context.Context, name string) error {
	err := s.store.Update(ctx, func(tx Tx) error { return tx.SaveFailures(ctx, name, Failures{}) })
	if err != nil {
		return fmt.Errorf("forget attempts: %w", err)
	}
	return nil
}

// Sweep deletes what is over: questions nobody answered, resets nobody used and
// failures that no longer count.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.now()
	if err := s.store.DeleteExpired(ctx, now, now.Add(-forgetAfter)); err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	return nil
}

// Names of counters. An address that has no account has one too.
func passwordCounter(emailIndex []byte) string      { return "password/" + hex.EncodeToString(emailIndex) }
func devicePasswordCounter(device uuid.UUID) string { return "password-device/" + device.String() }
func codeCounter(account uuid.UUID) string          { return "code/" + account.String() }
func deviceCodeCounter(device uuid.UUID) string     { return "code-device/" + device.String() }

// KnowsDevice reports whether the account with the address was logged in on the
// browser before, and it was not revoked since. Its guesses have a counter of
// their own, so that those of others at the same place do not count for it.
func (s *Service) KnowsDevice(ctx context.Context, email message.Text, from Browser) (bool, error) {
	creds, err := s.store.FindCredentials(ctx, s.emailIndex(email))
	if err == nil {
		_, err = s.deviceHere(ctx, creds.Account, from)
	}
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for device: %w", err)
	}
	return true, nil
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

// deviceHere returns the account's device on the browser, or ErrNotFound if it
// was never whole there or was revoked.
func (s *Service) deviceHere(ctx context.Context, account uuid.UUID, from Browser) (Device, error) {
	hash, ok := hashToken(from.Device)
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
