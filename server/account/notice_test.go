package account_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// TestNotices has things happen to an account while one of its devices is away.
func TestNotices(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		const email = "theo@example.test"
		home := account.Browser{UserAgent: "home"}
		enter := func(t *testing.T, from account.Browser) (account.Entry, account.Actor) {
			t.Helper()
			entry := d.mustEnter(t, email, from)
			return entry, d.mustActor(t, entry.Token)
		}
		told := func(t *testing.T, actor account.Actor) (list []account.Notice) {
			t.Helper()
			p, err := d.Protection(t.Context(), actor)
			if err != nil {
				t.Fatal(err)
			}
			return p.Notices
		}
		kinds := func(notices []account.Notice) (list []wire.SecurityNotice) {
			for _, n := range notices {
				list = append(list, n.Kind)
			}
			return list
		}
		first, away := enter(t, home)
		home.Device = first.Device
		d.clock.Add(time.Minute)
		entry, other := enter(t, account.Browser{UserAgent: "elsewhere"})

		t.Run("are told to a device until it says that they were seen", func(t *testing.T) {
			got := told(t, away)
			if len(got) != 1 || got[0].Kind != wire.NoticeNewDevice || got[0].Device != entry.Login.Device || !got[0].At.Equal(d.clock.Now()) {
				t.Errorf("got %+v, want the new device", got)
			}
			if got := told(t, away); len(got) != 1 {
				t.Errorf("asked again: got %+v", got)
			}
			if err := d.SeeNotices(t.Context(), away, got[0].At); err != nil {
				t.Fatal(err)
			}
			if got := told(t, away); len(got) != 0 {
				t.Errorf("after they were seen: got %+v", got)
			}
		})
		t.Run("are no news to the device that did it, nor to a later one", func(t *testing.T) {
			d.clock.Add(time.Minute)
			if err := d.ChangePassword(t.Context(), other, password); err != nil {
				t.Fatal(err)
			}
			if got := told(t, other); len(got) != 0 {
				t.Errorf("its own: got %+v", got)
			}
			d.clock.Add(time.Minute)
			_, later := enter(t, account.Browser{UserAgent: "later"})
			if got := told(t, later); len(got) != 0 {
				t.Errorf("a later device: got %+v", got)
			}
			_, away = enter(t, home)
			if got := kinds(told(t, away)); !slices.Equal(got, []wire.SecurityNotice{wire.NoticeNewDevice, wire.NoticePassword}) {
				t.Errorf("the one that was away: got %v", got)
			}
		})
		t.Run("that are still to come cannot be seen", func(t *testing.T) {
			if err := d.SeeNotices(t.Context(), away, d.clock.Now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			d.clock.Add(time.Minute)
			d.mustAddTOTP(t, other)
			if got := kinds(told(t, away)); !slices.Equal(got, []wire.SecurityNotice{wire.NoticeFactors}) {
				t.Errorf("got %v, want that of the factor", got)
			}
		})
		t.Run("are kept for 90 days", func(t *testing.T) {
			if err := d.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := told(t, away); len(got) != 1 {
				t.Errorf("got %+v, want one", got)
			}
			d.clock.Add(91 * 24 * time.Hour)
			if err := d.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := told(t, away); len(got) != 0 {
				t.Errorf("after 91 days: got %+v", got)
			}
		})
	})
}

// TestEndedLoginsAreRecorded ends logins by something else that is done.
func TestEndedLoginsAreRecorded(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		_, actor := d.mustLogIn(t, "theo@example.test")
		for name, c := range map[string]struct {
			act  func(other account.Entry) error
			want string
		}{
			"another password": {
				func(account.Entry) error { return d.ChangePassword(t.Context(), actor, password) }, "password.change done, login.revoke done",
			},
			"a revoked device": {
				func(other account.Entry) error { return d.RevokeDevice(t.Context(), actor, other.Login.Device) },
				"device.revoke done, login.revoke done",
			},
		} {
			t.Run("by "+name, func(t *testing.T) {
				other := d.mustEnter(t, "theo@example.test", account.Browser{UserAgent: "other"})
				before := len(d.mustLog(t, d.practice.ID))
				if err := c.act(other); err != nil {
					t.Fatal(err)
				}
				events := d.mustLog(t, d.practice.ID)[before:]
				if words(events) != c.want || events[1].Object != other.Login.ID || events[1].Actor != actor.Account {
					t.Errorf("recorded %+v, want %s", events, c.want)
				}
			})
		}
	})
}

// TestSweepAppliesResets lets a new password take effect though nobody logs in.
func TestSweepAppliesResets(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		const email = "theo@example.test"
		token := d.mustRequest(t, email)
		if _, err := d.UseReset(t.Context(), token, changed, account.Proof{}, account.Browser{}); err != nil {
			t.Fatal(err)
		}
		d.clock.Add(account.ResetDelay - time.Second)
		entry := d.mustEnter(t, email, account.Browser{})
		for _, c := range []struct {
			wait  time.Duration
			ended bool
		}{{0, false}, {time.Second, true}} {
			d.clock.Add(c.wait)
			if err := d.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := d.ended.has(entry.Login.ID); got != c.ended {
				t.Errorf("after %v: the login ended %t, want %t", c.wait, got, c.ended)
			}
		}
		if err := d.logInErr(t, email, changed); err != nil {
			t.Errorf("the new password: %v", err)
		}
	})
}

// TestTooManyUnasked fills what waits with mails that anyone can cause: no more are
// taken, and who says so is told, while people go on hearing of their own account.
// Resets and the others do not take each other's room.
func TestTooManyUnasked(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		fill := func(what account.Mail) {
			t.Helper()
			err := d.db.Accounts().Update(t.Context(), func(tx account.Tx) error {
				for range account.MaxUnasked {
					if err := tx.CreateMail(t.Context(), account.Letter{ID: uuid.New(), To: "a@example.test", Mail: what}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		var often *account.TooManyError
		fill(account.MailApplication)
		for _, email := range []message.Text{"new@example.test", "theo@example.test"} {
			if err := d.SignUp(t.Context(), signUp(email, "")); !errors.As(err, &often) {
				t.Errorf("sign up: %v", err)
			}
			if err := d.RequestReset(t.Context(), email); err != nil {
				t.Errorf("ask for a reset: %v", err)
			}
		}
		resets := 0
		d.mails.reset = func(context.Context, message.Text) error { resets++; return nil }
		if n := len(d.mails.take()); n != account.MaxUnasked || resets != 2 {
			t.Errorf("%d mails and %d resets wait, want %d and 2", n, resets, account.MaxUnasked)
		}

		fill(account.MailResetAsked)
		for _, email := range []message.Text{"other@example.test", "theo@example.test"} {
			if err := d.RequestReset(t.Context(), email); !errors.As(err, &often) {
				t.Errorf("ask for a reset: %v", err)
			}
			if err := d.SignUp(t.Context(), signUp(email, "")); err != nil {
				t.Errorf("sign up: %v", err)
			}
		}
		if err := d.SignUp(t.Context(), signUp("invited@example.test", d.mustInvite(t))); err != nil {
			t.Errorf("by an invitation: %v", err)
		}
		if n := len(d.mails.take()); n != 3 {
			t.Errorf("%d mails wait, want those of three sign-ups", n)
		}
	})
}

// TestResetIsSentLater shows that nothing which depends on the address is done
// before the answer.
func TestResetIsSentLater(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		var waiting []message.Text
		d.mails.reset = func(_ context.Context, to message.Text) error {
			waiting = append(waiting, to)
			return nil
		}
		d.mails.take()
		before := len(d.mustLog(t, d.practice.ID)) + len(d.mustLog(t, uuid.Nil))
		for _, email := range []message.Text{"theo@example.test", "nobody@example.test"} {
			if err := d.RequestReset(t.Context(), email); err != nil {
				t.Fatal(err)
			}
		}
		if sent := d.mails.take(); len(waiting) != 2 || len(sent) != 0 || len(d.mustLog(t, d.practice.ID))+len(d.mustLog(t, uuid.Nil)) != before {
			t.Errorf("%d resets and %d mails, want one to each address and nothing else", len(waiting), len(sent))
		}
		for _, to := range waiting {
			if err := d.SendReset(t.Context(), to); err != nil {
				t.Fatal(err)
			}
		}
		if sent := d.mails.take(); len(sent) != 1 || sent[0].mail != account.MailReset {
			t.Errorf("got %v, want the one mail", sent)
		}
	})
}
