package account_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

func TestLogIn(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		t.Run("takes the address in any spelling and gives a login session", func(t *testing.T) {
			entry := d.mustEnter(t, " tHEO@example.TEST\n", account.Browser{UserAgent: "a \xffbrowser" + strings.Repeat("x", 1000)})
			got, token, login := entry.Account, entry.Token, entry.Login
			if got.ID != d.therapist.ID || got.Email != "Theo@Example.test" || len(got.Memberships) != 1 ||
				got.Memberships[0] != (account.Membership{Practice: d.practice, Role: wire.RoleTherapist}) {
				t.Errorf("got %+v, want the therapist of the practice", got)
			}
			if len(token) != 43 || len(login.UserAgent) > 300 {
				t.Errorf("token of %d characters, user agent of %d bytes", len(token), len(login.UserAgent))
			}
			actor, found, err := d.Authenticate(t.Context(), token)
			if err != nil {
				t.Fatal(err)
			}
			if found != login || actor.Account != got.ID || actor.Login != login.ID || len(actor.Memberships) != 1 {
				t.Errorf("authenticated %+v with %+v, want %+v", actor, found, login)
			}
		})
		t.Run("refuses alike, after the same work, whatever is wrong", func(t *testing.T) {
			disabled := d.mustCreate(t, wire.RoleAdmin, "gone@example.test")
			if err := d.Disable(t.Context(), disabled.ID); err != nil {
				t.Fatal(err)
			}
			hashes, _ := account.CountHashes(d.Service)
			for _, attempt := range []struct{ email, password message.Text }{
				{"theo@example.test", "wrong horse battery"},
				{"nobody@example.test", password},
				{"no address at all", password},
				{"", ""},
				{"gone@example.test", password},
				{"theo@example.test", message.Text(strings.Repeat("x", 1024))},
			} {
				before := hashes.Load()
				entry, err := d.LogIn(t.Context(), attempt.email, attempt.password, account.Browser{})
				if !errors.Is(err, account.ErrInvalidCredentials) || entry.Token != "" {
					t.Errorf("%s: token %q, error %v; want ErrInvalidCredentials", string(attempt.email), entry.Token, err)
				}
				if n := hashes.Load() - before; n != 1 {
					t.Errorf("%s: %d passwords hashed, want 1", string(attempt.email), n)
				}
			}
		})
	})
}

func TestHashersAreBounded(t *testing.T) {
	db := storetest.MustOpen(t, storetest.SQLite)
	s := account.New(db.Accounts(), account.Options{BlindIndexKey: make([]byte, 32), Hashers: 1})
	total, most := account.CountHashes(s)
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			if _, err := s.LogIn(t.Context(), message.Text(fmt.Sprint("a", i, "@b.test")), password, account.Browser{}); !errors.Is(err, account.ErrInvalidCredentials) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if total.Load() != 6 || most.Load() != 1 {
		t.Errorf("%d passwords hashed, %d at once; want 6, one by one", total.Load(), most.Load())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.LogIn(ctx, "a@b.test", password, account.Browser{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the caller's own error", err)
	}
}

func TestAuthenticate(t *testing.T) {
	refused := func(t *testing.T, d desk, token string) {
		t.Helper()
		if _, _, err := d.Authenticate(t.Context(), token); !errors.Is(err, account.ErrNotLoggedIn) {
			t.Errorf("got %v, want ErrNotLoggedIn", err)
		}
	}
	eachDesk(t, func(t *testing.T, d desk) {
		const email = "theo@example.test"
		t.Run("refuses what is no token", func(t *testing.T) {
			for _, token := range []string{"", "x", strings.Repeat("A", 43), strings.Repeat("A", 44), strings.Repeat("A", 1<<20), "\x00"} {
				refused(t, d, token)
			}
		})
		t.Run("ends an idle login session, whatever else it was used for", func(t *testing.T) {
			token, _ := d.mustLogIn(t, email)
			for range 3 {
				d.clock.Add(5 * time.Minute)
				if _, _, err := d.Authenticate(t.Context(), token); err != nil {
					t.Fatal(err)
				}
			}
			d.clock.Add(time.Second)
			refused(t, d, token)
		})
		t.Run("does not let a late act bring it back", func(t *testing.T) {
			token, actor := d.mustLogIn(t, email)
			d.clock.Add(account.IdleLimit + time.Second)
			if err := d.Renew(t.Context(), actor); err != nil {
				t.Fatal(err)
			}
			refused(t, d, token)
		})
		t.Run("lasts while there are acts, but not beyond its limit", func(t *testing.T) {
			token, actor := d.mustLogIn(t, email)
			for range int(account.LoginLimit/(10*time.Minute)) - 1 {
				d.clock.Add(10 * time.Minute)
				if _, _, err := d.Authenticate(t.Context(), token); err != nil {
					t.Fatal(err)
				}
				if err := d.Renew(t.Context(), actor); err != nil {
					t.Fatal(err)
				}
			}
			d.clock.Add(10*time.Minute - time.Second)
			if _, _, err := d.Authenticate(t.Context(), token); err != nil {
				t.Fatal(err)
			}
			d.clock.Add(time.Second)
			refused(t, d, token)
		})
		t.Run("writes an act down once a minute", func(t *testing.T) {
			token, actor := d.mustLogIn(t, email)
			began := d.clock.Now()
			for _, step := range []struct{ turn, want time.Duration }{{59 * time.Second, 0}, {time.Second, time.Minute}, {30 * time.Second, time.Minute}} {
				d.clock.Add(step.turn)
				if err := d.Renew(t.Context(), actor); err != nil {
					t.Fatal(err)
				}
				_, login, err := d.Authenticate(t.Context(), token)
				if err != nil {
					t.Fatal(err)
				}
				if got := login.LastActAt.Sub(began); got != step.want {
					t.Errorf("last act after %v, want %v", got, step.want)
				}
			}
		})
		t.Run("ends what was revoked, and that alone", func(t *testing.T) {
			token, actor := d.mustLogIn(t, email)
			other, _ := d.mustLogIn(t, email)
			if err := d.LogOut(t.Context(), actor); err != nil {
				t.Fatal(err)
			}
			refused(t, d, token)
			if _, _, err := d.Authenticate(t.Context(), other); err != nil {
				t.Errorf("the other login session: %v", err)
			}
			if !d.ended.has(actor.Login) {
				t.Error("nobody was told")
			}
		})
		t.Run("ends all at a new password", func(t *testing.T) {
			token, actor := d.mustLogIn(t, email)
			if err := d.ResetPassword(t.Context(), d.therapist, "short"); err == nil {
				t.Error("took a short password")
			}
			const changed = "another horse entirely"
			if err := d.ResetPassword(t.Context(), d.therapist, changed); err != nil {
				t.Fatal(err)
			}
			refused(t, d, token)
			if !d.ended.has(actor.Login) {
				t.Error("nobody was told")
			}
			if _, err := d.LogIn(t.Context(), email, password, account.Browser{}); !errors.Is(err, account.ErrInvalidCredentials) {
				t.Errorf("the old password: got %v", err)
			}
			if _, err := d.LogIn(t.Context(), email, changed, account.Browser{}); err != nil {
				t.Errorf("the new password: %v", err)
			}
			if err := d.ResetPassword(t.Context(), d.therapist, password); err != nil {
				t.Fatal(err)
			}
		})
		t.Run("ends all of a disabled account", func(t *testing.T) {
			token, actor := d.mustLogIn(t, email)
			if err := d.Disable(t.Context(), d.therapist.ID); err != nil {
				t.Fatal(err)
			}
			refused(t, d, token)
			if !d.ended.has(actor.Login) {
				t.Error("nobody was told")
			}
			if err := d.Disable(t.Context(), uuid.New()); !errors.Is(err, account.ErrNotFound) {
				t.Errorf("an unknown account: got %v, want ErrNotFound", err)
			}
		})
	})
}

// resettingStore resets the password between its check and the new login.
type resettingStore struct {
	account.Store
	reset func()
}

func (s *resettingStore) Update(ctx context.Context, do func(account.Tx) error) error {
	if reset := s.reset; reset != nil {
		s.reset = nil
		reset()
	}
	return s.Store.Update(ctx, do)
}

func TestLogInDuringReset(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := mustDesk(t, db)
		racing := account.HashQuickly(account.New(&resettingStore{Store: db.Accounts(), reset: func() {
			if err := d.ResetPassword(t.Context(), d.therapist, "another horse entirely"); err != nil {
				t.Error(err)
			}
		}}, account.Options{BlindIndexKey: []byte("a blind index key of 32 bytes...")}))
		if _, err := racing.LogIn(t.Context(), d.therapist.Email, password, account.Browser{}); !errors.Is(err, account.ErrInvalidCredentials) {
			t.Errorf("got %v, want ErrInvalidCredentials: the password is no longer valid", err)
		}
	})
}

// TestStepEndedMeanwhile ends a login while its second step is being taken.
func TestStepEndedMeanwhile(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		const email = "theo@example.test"
		_, actor := d.mustLogIn(t, email)
		secret, _ := d.mustAddTOTP(t, actor)
		pending := d.mustActor(t, d.mustEnter(t, email, account.Browser{}).Token)
		if err := d.RevokeOtherDevices(t.Context(), actor); err != nil {
			t.Fatal(err)
		}
		d.clock.Add(time.Minute)
		_, err := d.FinishLogIn(t.Context(), pending, byTOTP(d.mustCode(t, secret)), account.Browser{})
		wantErr(t, "the second step", err, account.ErrNotLoggedIn)

		d.mustStaff(t)
		enrolling := d.mustActor(t, d.mustEnter(t, staffEmail, account.Browser{}).Token)
		made, err := d.NewTOTP(t.Context(), enrolling)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.LogOut(t.Context(), enrolling); err != nil {
			t.Fatal(err)
		}
		_, err = d.ConfirmTOTP(t.Context(), enrolling, d.mustCode(t, made.Secret), account.Browser{})
		wantErr(t, "the first factor", err, account.ErrNotLoggedIn)
	})
}

// TestPasskeyWhereThereAreNone logs in to an account that has passkeys alone
// where the origin served can have none.
func TestPasskeyWhereThereAreNone(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		_, actor := d.mustLogIn(t, "theo@example.test")
		_, added := d.mustAddPasskey(t, actor)
		if text := string(added.Passkey.Credential); strings.Contains(text, "clientDataJSON\":\"") || len(text) > 2000 {
			t.Errorf("%d bytes are kept of a passkey, want none of its making", len(text))
		}
		err := d.db.Accounts().Update(t.Context(), func(tx account.Tx) error {
			return errors.Join(tx.ReplaceRecoveryCodes(t.Context(), actor.Account, nil, d.clock.Now()),
				tx.Record(t.Context(), storetest.EventOf(audit.FactorDelete, uuid.Nil, actor.Account)))
		})
		if err != nil {
			t.Fatal(err)
		}
		d.Service = account.HashQuickly(account.New(d.db.Accounts(), account.Options{
			BlindIndexKey: []byte("a blind index key of 32 bytes..."), Now: d.clock.Now,
		}))
		wantErr(t, "logging in", d.logInErr(t, "theo@example.test", password), account.ErrInvalidMethod)
	})
}

// TestDisabledAccount shows that a disabled account looks like none.
func TestDisabledAccount(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		const email = "theo@example.test"
		token := d.mustRequest(t, email)
		if _, err := d.UseReset(t.Context(), token, changed, account.Proof{}, account.Browser{}); err != nil {
			t.Fatal(err)
		}
		_, actor := d.mustLogIn(t, email)
		if err := d.Disable(t.Context(), actor.Account); err != nil {
			t.Fatal(err)
		}
		d.clock.Add(account.ResetDelay)
		if err := d.Sweep(t.Context()); err != nil {
			t.Errorf("sweep: %v", err)
		}
		hashes, _ := account.CountHashes(d.Service)
		wantErr(t, "its password", d.logInErr(t, email, changed), account.ErrInvalidCredentials)
		if hashes.Load() != 1 {
			t.Errorf("%d passwords hashed, want 1", hashes.Load())
		}

		ada := d.mustCreate(t, wire.RoleAdmin, "ada@example.test")
		_, actor = d.mustLogIn(t, ada.Email)
		key, _ := d.mustAddPasskey(t, actor)
		if err := d.Disable(t.Context(), ada.ID); err != nil {
			t.Fatal(err)
		}
		question, err := d.AskLogIn(t.Context(), account.Actor{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = d.LogInByPasskey(t.Context(), question.Ceremony, key.MustGet(t, question.Options), account.Browser{})
		wantErr(t, "its passkey", err, account.ErrInvalidPasskey)
	})
}
