package account_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pleiades/server/account"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

const wrong message.Text = "wrong horse battery"

// wait returns how long an error says to wait, 0 if it is not about that.
func wait(err error) time.Duration {
	var often *account.TooManyError
	if errors.As(err, &often) {
		return often.RetryAfter
	}
	return 0
}

// TestBruteForce guesses the password of an account that has a device.
func TestBruteForce(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		for _, email := range []message.Text{"theo@example.test", "nobody@example.test"} {
			t.Run("delays grow to 30 seconds for "+string(email), func(t *testing.T) {
				own := account.Browser{UserAgent: firefox}
				if email == "theo@example.test" {
					own.Device = d.mustEnter(t, email, own).Device
				}
				guess := func(from account.Browser) error {
					_, err := d.LogIn(t.Context(), email, wrong, from)
					return err
				}
				stranger := account.Browser{UserAgent: "stranger"}
				for _, seconds := range []int{0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30} {
					delay := time.Duration(seconds) * time.Second
					if got := wait(guess(stranger)); got != delay {
						t.Fatalf("wait %v, want %v", got, delay)
					}
					if delay == 0 {
						continue
					}
					d.clock.Add(delay - time.Millisecond)
					if got := wait(guess(stranger)); got != time.Millisecond {
						t.Fatalf("a moment before: wait %v", got)
					}
					d.clock.Add(time.Millisecond)
					wantErr(t, "afterwards", guess(stranger), account.ErrInvalidCredentials)
				}
				if email != "theo@example.test" {
					return
				}
				if got := wait(d.logInErr(t, email, password)); got == 0 {
					t.Error("the right password of a stranger is looked at meanwhile")
				}
				if _, err := d.LogIn(t.Context(), email, password, own); err != nil {
					t.Errorf("the person's own device: %v", err)
				}
				d.clock.Add(30 * time.Second)
				if err := d.logInErr(t, email, password); err != nil {
					t.Errorf("the person on a new device, after a wait: %v", err)
				}
				wantErr(t, "then failures count anew", guess(stranger), account.ErrInvalidCredentials)
			})
		}
		t.Run("many at once are counted one by one", func(t *testing.T) {
			d.mustCreate(t, wire.RoleAdmin, "ada@example.test")
			var looked atomic.Int64
			var group sync.WaitGroup
			for range 12 {
				group.Go(func() {
					if err := d.logInErr(t, "ada@example.test", wrong); errors.Is(err, account.ErrInvalidCredentials) {
						looked.Add(1)
					} else if wait(err) == 0 {
						t.Error(err)
					}
				})
			}
			group.Wait()
			if looked.Load() != 3 {
				t.Errorf("%d guesses were looked at, want 3", looked.Load())
			}
		})
		t.Run("failures are forgotten after a day", func(t *testing.T) {
			d.clock.Add(24 * time.Hour)
			for range 3 {
				wantErr(t, "a guess", d.logInErr(t, "ada@example.test", wrong), account.ErrInvalidCredentials)
			}
			if err := d.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			if wait(d.logInErr(t, "ada@example.test", wrong)) == 0 {
				t.Error("sweeping forgets failures that count")
			}
		})
		t.Run("codes are slowed down too", func(t *testing.T) {
			d.clock.Add(time.Minute)
			_, actor := d.mustLogIn(t, "ada@example.test")
			d.mustAddTOTP(t, actor)
			entry := d.mustEnter(t, "ada@example.test", account.Browser{})
			pending := d.mustActor(t, entry.Token)
			finish := func() error {
				_, err := d.FinishLogIn(t.Context(), pending, byTOTP("000000"), account.Browser{})
				return err
			}
			for range 3 {
				wantErr(t, "a wrong code", finish(), account.ErrInvalidCode)
			}
			if got := wait(finish()); got != time.Second {
				t.Errorf("wait %v, want a second", got)
			}
		})
	})
}
