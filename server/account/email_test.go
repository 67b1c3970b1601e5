package account_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// TestChangeEmail gives accounts another address.
func TestChangeEmail(t *testing.T) {
	mustAsk := func(t *testing.T, d desk, actor account.Actor, email message.Text) (sent []sentMail) {
		t.Helper()
		d.mails.take()
		d.notices.take()
		if err := d.ChangeEmail(t.Context(), actor, email); err != nil {
			t.Fatal(err)
		}
		return d.mails.take()
	}
	code := func(t *testing.T, sent []sentMail, to message.Text) string {
		t.Helper()
		at := slices.IndexFunc(sent, func(m sentMail) bool { return m.to == to && m.mail == account.MailNewAddress })
		if at < 0 {
			t.Fatalf("no code was mailed: %v", kinds(sent))
		}
		return sent[at].token
	}
	steps := func(t *testing.T, d desk) (steps []string) {
		for _, event := range d.mustLog(t, d.practice.ID) {
			if event.Kind == audit.EmailChange {
				steps = append(steps, event.Details["step"])
			}
		}
		return steps
	}
	mustClient := func(t *testing.T, d desk, email message.Text) account.Actor {
		t.Helper()
		if err := d.SignUp(t.Context(), signUp(email, d.mustInvite(t))); err != nil {
			t.Fatal(err)
		}
		_, actor := d.mustLogIn(t, email)
		return actor
	}
	eachDesk(t, func(t *testing.T, d desk) {
		t.Run("after a day, where the password is all there is", func(t *testing.T) {
			const before, after = "tpyo@example.test", "Typo@example.test"
			actor := mustClient(t, d, before)
			sent := mustAsk(t, d, actor, " "+after)
			if got := kinds(sent); !slices.Equal(got, []string{"address_asked to " + before, "new_address to " + after}) {
				t.Errorf("got the mails %v", got)
			}
			if err := d.ConfirmEmail(t.Context(), actor, " "+strings.ToLower(code(t, sent, after))); err != nil {
				t.Fatal(err)
			}
			if got := kinds(d.mails.take()); !slices.Equal(got, []string{"address_pending to " + before}) {
				t.Errorf("confirmed: got the mails %v", got)
			}
			if got := d.notices.take(); !slices.Equal(got, []wire.SecurityNotice{wire.NoticeEmailPending}) {
				t.Errorf("got the notices %v", got)
			}
			d.clock.Add(account.ResetDelay - time.Second)
			d.mustSweep(t)
			if err := d.logInErr(t, after, password); !errors.Is(err, account.ErrInvalidCredentials) {
				t.Errorf("too early: got %v, want ErrInvalidCredentials", err)
			}
			link := d.mustRequest(t, before)
			d.clock.Add(time.Second)
			d.mustSweep(t)
			if got := kinds(d.mails.take()); !slices.Equal(got, []string{"address_changed to " + before}) {
				t.Errorf("changed: got the mails %v", got)
			}
			if err := d.logInErr(t, before, password); !errors.Is(err, account.ErrInvalidCredentials) {
				t.Errorf("the address before: got %v, want ErrInvalidCredentials", err)
			}
			if _, actor = d.mustLogIn(t, "typo@example.test"); actor.Account == uuid.Nil {
				t.Error("nobody is logged in")
			}
			if person, err := d.Find(t.Context(), actor); err != nil || person.Email != after {
				t.Errorf("got %q, %v", string(person.Email), err)
			}
			if _, err := d.UseReset(t.Context(), link, changed, account.Proof{}, account.Browser{}); !errors.Is(err, account.ErrInvalidReset) {
				t.Errorf("a link in the mailbox before: got %v, want ErrInvalidReset", err)
			}
			if got := steps(t, d); !slices.Equal(got, []string{"requested", "pending", "done"}) {
				t.Errorf("the log has the steps %v", got)
			}
			if err := d.SignUp(t.Context(), signUp(before, d.mustInvite(t))); err != nil {
				t.Errorf("the address before is not free: %v", err)
			}
		})
		t.Run("at once, where there is a second factor", func(t *testing.T) {
			actor := mustClient(t, d, "factor@example.test")
			d.mustAddTOTP(t, actor)
			sent := mustAsk(t, d, actor, "new.factor@example.test")
			if err := d.ConfirmEmail(t.Context(), actor, code(t, sent, "new.factor@example.test")); err != nil {
				t.Fatal(err)
			}
			if got := kinds(d.mails.take()); !slices.Equal(got, []string{"address_changed to factor@example.test"}) {
				t.Errorf("got the mails %v", got)
			}
			if got := d.notices.take(); !slices.Equal(got, []wire.SecurityNotice{wire.NoticeEmail}) {
				t.Errorf("got the notices %v", got)
			}
			if person, err := d.Find(t.Context(), actor); err != nil || person.Email != "new.factor@example.test" {
				t.Errorf("got %q, %v", string(person.Email), err)
			}
			if err := d.ConfirmEmail(t.Context(), actor, code(t, sent, "new.factor@example.test")); !errors.Is(err, account.ErrInvalidCode) {
				t.Errorf("once more: got %v, want ErrInvalidCode", err)
			}
		})
		t.Run("nobody learns who has an account", func(t *testing.T) {
			actor := mustClient(t, d, "curious@example.test")
			sent := mustAsk(t, d, actor, "THEO@example.test")
			if got := kinds(sent); !slices.Equal(got, []string{"address_asked to curious@example.test", "address_taken to THEO@example.test"}) {
				t.Errorf("got the mails %v", got)
			}
			p, err := d.Protection(t.Context(), actor)
			if err != nil || p.Email.Email != "THEO@example.test" {
				t.Errorf("it does not wait as any other: %+v, %v", p.Email, err)
			}
		})
		t.Run("a code works once, for its account and its time", func(t *testing.T) {
			actor, other := mustClient(t, d, "mine@example.test"), mustClient(t, d, "theirs@example.test")
			mustAsk(t, d, other, "else@example.test")
			first := code(t, mustAsk(t, d, actor, "next@example.test"), "next@example.test")
			second := code(t, mustAsk(t, d, actor, "next@example.test"), "next@example.test")
			for name, refused := range map[string]error{
				"replaced":   d.ConfirmEmail(t.Context(), actor, first),
				"another's":  d.ConfirmEmail(t.Context(), other, second),
				"made up":    d.ConfirmEmail(t.Context(), actor, "AAAA-AAAA-AAAA"),
				"none asked": d.ConfirmEmail(t.Context(), d.host(), second),
			} {
				if !errors.Is(refused, account.ErrInvalidCode) {
					t.Errorf("%s: got %v, want ErrInvalidCode", name, refused)
				}
			}
			d.clock.Add(account.EmailChangeLimit)
			if err := d.ConfirmEmail(t.Context(), actor, second); !errors.Is(err, account.ErrInvalidCode) {
				t.Errorf("late: got %v, want ErrInvalidCode", err)
			}
			if p, err := d.Protection(t.Context(), d.mustAct(t, "mine@example.test")); err != nil || p.Email.Email != "" {
				t.Errorf("late: %+v still waits, %v", p.Email, err)
			}
			var often *account.TooManyError
			for range 2 {
				if err := d.ConfirmEmail(t.Context(), actor, second); !errors.Is(err, account.ErrInvalidCode) {
					t.Errorf("got %v, want ErrInvalidCode", err)
				}
			}
			if err := d.ConfirmEmail(t.Context(), actor, second); !errors.As(err, &often) {
				t.Errorf("guesses: got %v, want *TooManyError", err)
			}
		})
		t.Run("can be cancelled, and ends with the password", func(t *testing.T) {
			actor := mustClient(t, d, "careful@example.test")
			for name, stop := range map[string]func() error{
				"cancelled":      func() error { return d.CancelEmail(t.Context(), actor) },
				"a new password": func() error { return d.ChangePassword(t.Context(), actor, password) },
			} {
				sent := mustAsk(t, d, actor, "elsewhere@example.test")
				if err := d.ConfirmEmail(t.Context(), actor, code(t, sent, "elsewhere@example.test")); err != nil {
					t.Fatal(err)
				}
				if err := stop(); err != nil {
					t.Fatal(err)
				}
				d.clock.Add(account.ResetDelay)
				d.mustSweep(t)
				actor = d.mustAct(t, "careful@example.test")
				if err := d.CancelEmail(t.Context(), actor); !errors.Is(err, account.ErrNotFound) {
					t.Errorf("%s: got %v, want ErrNotFound", name, err)
				}
			}
		})
		t.Run("an address that was taken meanwhile is dropped", func(t *testing.T) {
			actor := mustClient(t, d, "slow@example.test")
			sent := mustAsk(t, d, actor, "wanted@example.test")
			if err := d.ConfirmEmail(t.Context(), actor, code(t, sent, "wanted@example.test")); err != nil {
				t.Fatal(err)
			}
			mustClient(t, d, "wanted@example.test")
			d.clock.Add(account.ResetDelay)
			d.mustSweep(t)
			actor = d.mustAct(t, "slow@example.test")
			if p, err := d.Protection(t.Context(), actor); err != nil || p.Email.Email != "" {
				t.Errorf("%+v still waits, %v", p.Email, err)
			}
			got := steps(t, d)
			if got[len(got)-1] != "dropped" {
				t.Errorf("the log has the steps %v", got)
			}
		})
		t.Run("needs a fresh proof and an address, and has limits", func(t *testing.T) {
			actor := mustClient(t, d, "often@example.test")
			var fields *account.FieldsError
			for _, bad := range []message.Text{"", "nowhere", "a@example.test\r\nBcc: b@example.test", "<a@example.test>", "a@example.test,b@example.test", message.Text(strings.Repeat("a", 300)) + "@example.test"} {
				if err := d.ChangeEmail(t.Context(), actor, bad); !errors.As(err, &fields) {
					t.Errorf("%q: got %v, want *FieldsError", string(bad), err)
				}
			}
			for range 3 {
				mustAsk(t, d, actor, "more@example.test")
			}
			var often *account.TooManyError
			if err := d.ChangeEmail(t.Context(), actor, "more@example.test"); !errors.As(err, &often) {
				t.Errorf("got %v, want *TooManyError", err)
			}
			d.clock.Add(account.StepUpLimit)
			if err := d.ChangeEmail(t.Context(), actor, "more@example.test"); !errors.Is(err, account.ErrStepUpRequired) {
				t.Errorf("got %v, want ErrStepUpRequired", err)
			}
		})
	})
}

// kinds names mails and whom they go to, in order.
func kinds(sent []sentMail) (names []string) {
	for _, m := range sent {
		names = append(names, string(m.mail)+" to "+string(m.to))
	}
	slices.Sort(names)
	return names
}

func (d desk) mustSweep(t *testing.T) {
	t.Helper()
	if err := d.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// mustAct logs in anew.
func (d desk) mustAct(t *testing.T, email message.Text) account.Actor {
	t.Helper()
	_, actor := d.mustLogIn(t, email)
	return actor
}
