package account_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/permit"
	"pleiades/shared/wire"
)

// mustLog returns what was recorded in a chain, the oldest first.
func (d desk) mustLog(t testing.TB, practice uuid.UUID) []audit.Event {
	t.Helper()
	entries, err := d.db.Accounts().ListEntries(t.Context(), practice, audit.Filter{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(entries)
	events := make([]audit.Event, len(entries))
	for i, entry := range entries {
		if events[i], err = entry.Event(); err != nil {
			t.Fatal(err)
		}
	}
	return events
}

// TestEveryActIsRecorded shows which events each act leaves in the practice and
// in the chain of no practice.
func TestEveryActIsRecorded(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		host := account.Actor{Account: d.therapist.ID, Stage: permit.StageFull, Memberships: d.therapist.Memberships}
		token := d.mustInvite(t)
		_, actor := d.mustLogIn(t, "theo@example.test")
		receipts, another := true, d.mustInvite(t)
		free := func() account.Actor {
			person, err := d.FindByEmail(t.Context(), "free@example.test")
			if err != nil {
				t.Fatal(err)
			}
			return account.Actor{Account: person.ID, Stage: permit.StageFull}
		}
		for _, c := range []struct {
			name       string
			act        func() error
			here, none string // kinds and outcomes
		}{
			{"logging in", func() error {
				_, err := d.LogIn(t.Context(), "theo@example.test", password, account.Browser{})
				return err
			}, "device.create done, login done", "device.create done"},
			{"a wrong password", func() error {
				_, err := d.LogIn(t.Context(), "theo@example.test", "wrong horse battery", account.Browser{})
				return want(err, account.ErrInvalidCredentials)
			}, "login failed", ""},
			{"an unknown address", func() error {
				_, err := d.LogIn(t.Context(), "nobody@example.test", password, account.Browser{})
				return want(err, account.ErrInvalidCredentials)
			}, "", "login failed"},
			{"logging out", func() error { return d.LogOut(t.Context(), actor) }, "logout done", ""},
			{"inviting", func() error {
				_, err := d.Invite(t.Context(), host, uuid.Nil)
				return err
			}, "invitation.create done", ""},
			{"inviting elsewhere", func() error {
				_, err := d.Invite(t.Context(), host, uuid.New())
				return want(err, account.ErrNotFound)
			}, "access.deny denied", ""},
			{"inviting elsewhere again", func() error {
				_, err := d.Invite(t.Context(), host, uuid.New())
				return want(err, account.ErrNotFound)
			}, "", ""},
			{"signing up with an invitation", func() error { return d.SignUp(t.Context(), signUp("clara@example.test", token)) },
				"account.create done, invitation.use done, membership.create done, conversation.create done", "account.create done"},
			{"signing up without", func() error { return d.SignUp(t.Context(), signUp("free@example.test", "")) }, "", ""},
			{"confirming that", func() error {
				_, err := d.ConfirmSignUp(t.Context(), d.mustLink(t, "free@example.test"), password)
				return err
			}, "", "account.create done"},
			{"signing up again", func() error { return d.SignUp(t.Context(), signUp("free@example.test", "")) }, "", ""},
			{"logging in to no practice", func() error {
				_, err := d.LogIn(t.Context(), "free@example.test", password, account.Browser{})
				return err
			}, "", "device.create done, login done"},
			{"taking an invitation", func() error {
				_, err := d.AcceptInvitation(t.Context(), free(), another)
				return err
			}, "invitation.use done, membership.create done, conversation.create done", ""},
			{"a setting", func() error { return d.UpdateSettings(t.Context(), host, wire.Settings{ReadReceipts: &receipts}) }, "settings.change done", ""},
			{"another practice", func() error {
				_, err := d.CreatePractice(t.Context(), "Elm House", false)
				return err
			}, "", "practice.create done"},
			{"an account", func() error {
				d.mustCreate(t, wire.RoleAdmin, "ada@example.test")
				return nil
			}, "account.create done, membership.create done", "account.create done"},
			{"a new password", func() error { return d.ResetPassword(t.Context(), d.therapist, password) }, "password.reset done, login.revoke done", "password.reset done"},
			{"the end of an account", func() error { return d.Disable(t.Context(), d.therapist.ID) }, "account.disable done", "account.disable done"},
		} {
			t.Run(c.name, func(t *testing.T) {
				here, none := len(d.mustLog(t, d.practice.ID)), len(d.mustLog(t, uuid.Nil))
				if err := c.act(); err != nil {
					t.Fatal(err)
				}
				if got := words(d.mustLog(t, d.practice.ID)[here:]); got != c.here {
					t.Errorf("in the practice: %q, want %q", got, c.here)
				}
				if got := words(d.mustLog(t, uuid.Nil)[none:]); got != c.none {
					t.Errorf("in no practice: %q, want %q", got, c.none)
				}
			})
		}
	})
}

func words(events []audit.Event) string {
	var list []string
	for _, e := range events {
		list = append(list, string(e.Kind)+" "+string(e.Outcome))
	}
	return strings.Join(list, ", ")
}

func want(err, wanted error) error {
	if errors.Is(err, wanted) {
		return nil
	}
	return errors.Join(errors.New("want "+wanted.Error()), err)
}
