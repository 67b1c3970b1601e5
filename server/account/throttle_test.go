package account_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pleiades/server/account"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
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

// TestSiege has strangers at many places guess one password as fast as they may.
func TestSiege(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		const email = "theo@example.test"
		from := func(place string) account.Browser { return account.Browser{Place: place} }
		looked := 0
		siege := func() {
			for _, place := range []string{"a", "b", "c"} {
				if _, err := d.LogIn(t.Context(), email, wrong, from(place)); errors.Is(err, account.ErrInvalidCredentials) {
					looked++
				} else if wait(err) == 0 {
					t.Fatal(err)
				}
			}
		}
		for range 600 {
			siege()
			d.clock.Add(time.Second)
		}
		if looked > 9+600/30+6 {
			t.Errorf("%d guesses were looked at in ten minutes", looked)
		}
		home := from("home")
		if _, err := d.LogIn(t.Context(), email, wrong, home); !errors.Is(err, account.ErrInvalidCredentials) {
			t.Errorf("a mistyped password on a new device: %v", err)
		}
		siege()
		if _, err := d.LogIn(t.Context(), email, password, home); err != nil {
			t.Errorf("the right password on a new device: %v", err)
		}
	})
}

// countedStore counts what is looked up before a guess.
type countedStore struct {
	account.Store
	lookups int
}

func (s *countedStore) FindCredentials(ctx context.Context, index []byte) (account.Credentials, error) {
	s.lookups++
	return s.Store.FindCredentials(ctx, index)
}

func (s *countedStore) ListDevicesByToken(ctx context.Context, hash []byte) ([]account.Device, error) {
	s.lookups++
	return s.Store.ListDevicesByToken(ctx, hash)
}

// TestKnowsDevice counts the lookups for addresses with an account and without.
func TestKnowsDevice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := mustDesk(t, db)
		counted := &countedStore{Store: db.Accounts()}
		s := account.New(counted, account.Options{BlindIndexKey: []byte("a blind index key of 32 bytes...")})
		d.mustCreate(t, wire.RoleAdmin, "ada@example.test")
		own := d.mustEnter(t, "theo@example.test", account.Browser{})
		for email, want := range map[message.Text]bool{"theo@example.test": true, "ada@example.test": false, "nobody@example.test": false} {
			counted.lookups = 0
			known, err := s.KnowsDevice(t.Context(), email, account.Browser{Device: own.Device})
			if err != nil || known != want || counted.lookups != 2 {
				t.Errorf("%s: got %v, %v after %d lookups; want %v after 2", string(email), known, err, counted.lookups, want)
			}
		}
	})
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
			d.notices.take()
			d.mails.take()
			for _, seconds := range []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900} {
				delay := time.Duration(seconds) * time.Second
				if got := wait(finish()); got != delay {
					t.Fatalf("wait %v, want %v", got, delay)
				}
				d.clock.Add(delay)
				pending = d.mustActor(t, d.mustEnter(t, "ada@example.test", account.Browser{}).Token)
				wantErr(t, "a wrong code", finish(), account.ErrInvalidCode)
			}
			if told := d.notices.take(); !slices.Equal(told, []wire.SecurityNotice{wire.NoticeWrongCodes}) {
				t.Errorf("devices were told %v", told)
			}
			if sent := d.mails.take(); len(sent) != 1 || sent[0] != (sentMail{"ada@example.test", account.MailWrongCodes, ""}) {
				t.Errorf("mails: got %v", sent)
			}
			_, err := d.UseReset(t.Context(), d.mustRequest(t, "ada@example.test"), changed, byTOTP("000000"), account.Browser{})
			wantErr(t, "whoever has a link is not kept waiting", err, account.ErrInvalidCode)
		})
	})
}
