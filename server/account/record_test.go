package account_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
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
		receipts, another, elsewhere := true, d.mustInvite(t), uuid.New()
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
				_, err := d.Invite(t.Context(), host, elsewhere)
				return want(err, account.ErrNotFound)
			}, "access.deny denied", ""},
			{"inviting there again", func() error {
				_, err := d.Invite(t.Context(), host, elsewhere)
				return want(err, account.ErrNotFound)
			}, "", ""},
			{"inviting elsewhere still", func() error {
				_, err := d.Invite(t.Context(), host, uuid.New())
				return want(err, account.ErrNotFound)
			}, "access.deny denied", ""},
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

// TestRefusalsAreRecorded shows whose logs tell of someone who asks for what is
// not theirs: those of their own practices and of the one that has it, which alone names it.
func TestRefusalsAreRecorded(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		elm, err := d.CreatePractice(t.Context(), "Elm House", false)
		if err != nil {
			t.Fatal(err)
		}
		host := account.Actor{Account: d.therapist.ID, Stage: permit.StageFull, Memberships: d.therapist.Memberships}
		guest := account.Actor{Account: uuid.New(), Stage: permit.StageFull, Memberships: []account.Membership{{Practice: elm, Role: wire.RoleTherapist}}}
		client := account.Actor{Account: uuid.New(), Stage: permit.StageFull}
		made, err := d.Invite(t.Context(), host, d.practice.ID)
		if err != nil {
			t.Fatal(err)
		}
		_, own := d.mustLogIn(t, "theo@example.test")
		for _, c := range []struct {
			name            string
			act             func() error
			here, elm, none int
			named           int // of those here
		}{
			{"inviting elsewhere", func() error {
				_, err := d.Invite(t.Context(), host, elm.ID)
				return want(err, account.ErrNotFound)
			}, 1, 1, 0, 0},
			{"withdrawing an invitation of others", func() error {
				return want(d.DeleteInvitation(t.Context(), guest, made.ID), account.ErrNotFound)
			}, 1, 0, 0, 1},
			{"an invitation, as a client", func() error {
				return want(d.DeleteInvitation(t.Context(), client, made.ID), account.ErrForbidden)
			}, 1, 0, 0, 1},
			{"a device of others", func() error { return want(d.RevokeDevice(t.Context(), guest, own.Device), account.ErrNotFound) }, 0, 0, 1, 0},
			{"what is nowhere", func() error {
				_, err := d.ListAudit(t.Context(), host, uuid.New(), audit.Filter{})
				return want(err, account.ErrNotFound)
			}, 1, 0, 0, 0},
		} {
			t.Run(c.name, func(t *testing.T) {
				count := func() (counts [4]int) {
					for i, practice := range []uuid.UUID{d.practice.ID, elm.ID, uuid.Nil} {
						for _, e := range d.mustLog(t, practice) {
							if e.Kind != audit.AccessDeny {
								continue
							}
							counts[i]++
							if i == 0 && e.Object != uuid.Nil {
								counts[3]++
							}
						}
					}
					return counts
				}
				before := count()
				if err := c.act(); err != nil {
					t.Error(err)
				}
				after := count()
				for i, wanted := range []int{c.here, c.elm, c.none, c.named} {
					if got := after[i] - before[i]; got != wanted {
						t.Errorf("count %d: recorded %d, want %d", i, got, wanted)
					}
				}
			})
		}
	})
}

// TestRefusalsAtOnce asks for many things that are not there, all at once: that leaves
// no more in the log than one after the other.
func TestRefusalsAtOnce(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		prober := account.Actor{Account: uuid.New(), Stage: permit.StageFull}
		var all sync.WaitGroup
		for range 4 * audit.MaxDenied {
			all.Go(func() {
				if _, err := d.ListAudit(t.Context(), prober, uuid.New(), audit.Filter{}); !errors.Is(err, account.ErrNotFound) {
					t.Errorf("got %v, want ErrNotFound", err)
				}
			})
		}
		all.Wait()
		refused := 0
		for _, e := range d.mustLog(t, uuid.Nil) {
			if e.Kind == audit.AccessDeny {
				refused++
			}
		}
		if refused != audit.MaxDenied {
			t.Errorf("recorded %d refusals, want %d", refused, audit.MaxDenied)
		}
	})
}

// TestGoneIsNoRefusal shows that a second click is not told of as a refusal: what is
// gone was the actor's own. Of someone else it is.
func TestGoneIsNoRefusal(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		_, therapist := d.mustLogIn(t, "theo@example.test")
		other := d.mustEnter(t, "theo@example.test", account.Browser{UserAgent: "another"})
		d.mustList(t, therapist, true)
		client, stranger := d.mustGuest(t, "client@example.test"), d.mustGuest(t, "stranger@example.test")
		request := d.mustAsk(t, client)
		_, added := d.mustAddPasskey(t, client)
		made, err := d.Invite(t.Context(), therapist, d.practice.ID)
		if err != nil {
			t.Fatal(err)
		}
		refusals := func() (n int) {
			for _, practice := range []uuid.UUID{d.practice.ID, uuid.Nil} {
				for _, e := range d.mustLog(t, practice) {
					if e.Kind == audit.AccessDeny {
						n++
					}
				}
			}
			return n
		}
		for _, c := range []struct {
			name   string
			actor  account.Actor
			remove func(account.Actor) error
		}{
			{"a device", therapist, func(by account.Actor) error { return d.RevokeDevice(t.Context(), by, other.Login.Device) }},
			{"an invitation", therapist, func(by account.Actor) error { return d.DeleteInvitation(t.Context(), by, made.ID) }},
			{"a passkey", client, func(by account.Actor) error { return d.RemovePasskey(t.Context(), by, added.Passkey.ID) }},
			{"a request", client, func(by account.Actor) error { return d.DeleteRequest(t.Context(), by, request.ID) }},
		} {
			if err := c.remove(c.actor); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			before := refusals()
			if err := c.remove(c.actor); !errors.Is(err, account.ErrNotFound) || refusals() != before {
				t.Errorf("%s, once more: %v, %d refusals", c.name, err, refusals()-before)
			}
			if err := c.remove(stranger); err == nil || refusals() != before+1 {
				t.Errorf("%s, by a stranger: %v, %d refusals, want 1", c.name, err, refusals()-before)
			}
		}
		if err := d.RenameDevice(t.Context(), therapist, other.Login.Device, "The kitchen"); !errors.Is(err, account.ErrNotFound) {
			t.Errorf("renaming a device that is revoked: %v", err)
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
