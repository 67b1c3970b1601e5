package account_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

const changed message.Text = "otter violin gravel"

// mustRequest asks for a reset and returns the token that was mailed.
func (d desk) mustRequest(t *testing.T, email message.Text) string {
	t.Helper()
	d.mails.take()
	if err := d.RequestReset(t.Context(), email); err != nil {
		t.Fatal(err)
	}
	sent := d.mails.take()
	if len(sent) != 1 || sent[0].mail != account.MailReset {
		t.Fatalf("%d mails were sent, want one with a link", len(sent))
	}
	return sent[0].token
}

func (d desk) logInErr(t *testing.T, email, password message.Text) error {
	t.Helper()
	_, err := d.LogIn(t.Context(), email, password, account.Browser{})
	return err
}

func TestRequestReset(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		t.Run("nobody learns who has an account", func(t *testing.T) {
			disabled := d.mustCreate(t, wire.RoleAdmin, "gone@example.test")
			if err := d.Disable(t.Context(), disabled.ID); err != nil {
				t.Fatal(err)
			}
			for _, email := range []message.Text{"nobody@example.test", "no address", "", "gone@example.test"} {
				if err := d.RequestReset(t.Context(), email); err != nil {
					t.Errorf("%q: %v", string(email), err)
				}
			}
			if sent := d.mails.take(); len(sent) != 0 {
				t.Errorf("%d mails were sent", len(sent))
			}
		})
		t.Run("an address gets three mails an hour", func(t *testing.T) {
			for range 5 {
				if err := d.RequestReset(t.Context(), " THEO@example.test"); err != nil {
					t.Fatal(err)
				}
			}
			if sent := d.mails.take(); len(sent) != 3 || sent[0].to != "Theo@Example.test" {
				t.Errorf("%d mails were sent, want 3", len(sent))
			}
			d.clock.Add(time.Hour)
			d.mustRequest(t, "theo@example.test")
		})
	})
}

func TestReset(t *testing.T) {
	const email = "theo@example.test"
	use := func(t *testing.T, d desk, token string, password message.Text, proof account.Proof) account.ResetAnswer {
		t.Helper()
		answer, err := d.UseReset(t.Context(), token, password, proof, account.Browser{})
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	eachDesk(t, func(t *testing.T, d desk) {
		invalid := func(t *testing.T, token string) {
			t.Helper()
			_, err := d.UseReset(t.Context(), token, changed, account.Proof{}, account.Browser{})
			wantErr(t, "the link", err, account.ErrInvalidReset)
		}
		t.Run("a link works for an hour", func(t *testing.T) {
			invalid(t, "")
			invalid(t, "nonsense")
			token := d.mustRequest(t, email)
			var weak *account.InvalidPasswordError
			if _, err := d.UseReset(t.Context(), token, "theo theo 1234", account.Proof{}, account.Browser{}); !errors.As(err, &weak) {
				t.Errorf("a password made of the address: got %v", err)
			}
			d.clock.Add(account.ResetLimit)
			invalid(t, token)
		})
		t.Run("without a second factor it waits a day, and everyone is told", func(t *testing.T) {
			_, actor := d.mustLogIn(t, email)
			token := d.mustRequest(t, email)
			d.notices.take()
			answer := use(t, d, token, changed, account.Proof{})
			if answer.State != wire.ResetPending || answer.EffectiveAt.Sub(d.clock.Now()) != 24*time.Hour {
				t.Errorf("got %+v", answer)
			}
			if told := d.notices.take(); !slices.Equal(told, []wire.SecurityNotice{wire.NoticeResetPending}) {
				t.Errorf("devices were told %v", told)
			}
			if sent := d.mails.take(); len(sent) != 1 || sent[0].mail != account.MailResetPending || sent[0].token != "" {
				t.Errorf("mails: got %v", sent)
			}
			if p, err := d.Protection(t.Context(), actor); err != nil || !p.Reset.EffectiveAt.Equal(answer.EffectiveAt) {
				t.Errorf("it is not shown: %v", err)
			}
			invalid(t, token)
			wantErr(t, "the new password", d.logInErr(t, email, changed), account.ErrInvalidCredentials)
			if err := d.logInErr(t, email, password); err != nil {
				t.Errorf("the old password: %v", err)
			}
			d.clock.Add(24*time.Hour - time.Second)
			wantErr(t, "the new password, a moment too early", d.logInErr(t, email, changed), account.ErrInvalidCredentials)
			last := d.mustEnter(t, email, account.Browser{})
			d.clock.Add(time.Second)
			wantErr(t, "the old password", d.logInErr(t, email, password), account.ErrInvalidCredentials)
			if _, _, err := d.Authenticate(t.Context(), last.Token); !errors.Is(err, account.ErrNotLoggedIn) || !d.ended.has(last.Login.ID) {
				t.Errorf("a login by the old password goes on: %v", err)
			}
			if err := d.logInErr(t, email, changed); err != nil {
				t.Errorf("the new password: %v", err)
			}
			if err := d.ResetPassword(t.Context(), d.therapist, password); err != nil {
				t.Fatal(err)
			}
		})
		t.Run("a device cancels it", func(t *testing.T) {
			_, actor := d.mustLogIn(t, email)
			wantErr(t, "before", d.CancelReset(t.Context(), actor), account.ErrNotFound)
			use(t, d, d.mustRequest(t, email), changed, account.Proof{})
			if err := d.CancelReset(t.Context(), actor); err != nil {
				t.Fatal(err)
			}
			d.clock.Add(24 * time.Hour)
			wantErr(t, "the new password", d.logInErr(t, email, changed), account.ErrInvalidCredentials)
			if err := d.logInErr(t, email, password); err != nil {
				t.Errorf("the old password: %v", err)
			}
		})
		t.Run("the device that used the link needs a fresh proof to approve it", func(t *testing.T) {
			phone := d.mustEnter(t, email, account.Browser{UserAgent: "phone"})
			actor := d.mustActor(t, phone.Token)
			if _, err := d.UseReset(t.Context(), d.mustRequest(t, email), changed, account.Proof{}, account.Browser{Device: phone.Device}); err != nil {
				t.Fatal(err)
			}
			d.clock.Add(account.StepUpLimit)
			wantErr(t, "approve", d.ApproveReset(t.Context(), actor), account.ErrStepUpRequired)
			wantErr(t, "the new password", d.logInErr(t, email, changed), account.ErrInvalidCredentials)
			if err := d.CancelReset(t.Context(), actor); err != nil {
				t.Errorf("cancel: %v", err)
			}
			d.clock.Add(time.Minute)
		})
		t.Run("a device approves it at once", func(t *testing.T) {
			_, actor := d.mustLogIn(t, email)
			other := d.mustEnter(t, email, account.Browser{})
			use(t, d, d.mustRequest(t, email), changed, account.Proof{})
			if err := d.ApproveReset(t.Context(), actor); err != nil {
				t.Fatal(err)
			}
			if err := d.logInErr(t, email, changed); err != nil {
				t.Errorf("the new password: %v", err)
			}
			if err := d.CheckLogin(t.Context(), actor.Login); err != nil {
				t.Errorf("the login that approved: %v", err)
			}
			if !d.ended.has(other.Login.ID) {
				t.Error("another login goes on")
			}
			wantErr(t, "again", d.ApproveReset(t.Context(), actor), account.ErrNotFound)
			if err := d.ResetPassword(t.Context(), d.therapist, password); err != nil {
				t.Fatal(err)
			}
		})
		t.Run("with a second factor it works at once and keeps the factor", func(t *testing.T) {
			d.clock.Add(time.Hour)
			_, actor := d.mustLogIn(t, email)
			secret, added := d.mustAddTOTP(t, actor)
			token := d.mustRequest(t, email)
			answer := use(t, d, token, changed, account.Proof{})
			if answer.State != wire.ResetFactor || !slices.Equal(answer.Methods, []wire.Method{wire.MethodTOTP, wire.MethodRecovery}) {
				t.Errorf("got %+v", answer)
			}
			_, err := d.UseReset(t.Context(), token, changed, byTOTP("000000"), account.Browser{})
			wantErr(t, "a wrong code", err, account.ErrInvalidCode)
			hashes, _ := account.CountHashes(d.Service)
			for _, method := range []wire.Method{wire.MethodPassword, wire.MethodPasskey, "x"} {
				_, err = d.UseReset(t.Context(), token, changed, account.Proof{Method: method, Password: password}, account.Browser{})
				wantErr(t, string(method)+" for a factor", err, account.ErrInvalidMethod)
			}
			if n := hashes.Load(); n != 0 {
				t.Errorf("%d passwords hashed for methods that are not the account's, want none", n)
			}
			d.clock.Add(30 * time.Second)
			if answer := use(t, d, token, changed, byTOTP(d.mustCode(t, secret))); answer.State != wire.ResetDone {
				t.Errorf("got %+v", answer)
			}
			invalid(t, token)
			if _, _, err := d.AuthenticateStep(t.Context(), "x"); !errors.Is(err, account.ErrNotLoggedIn) || !d.ended.has(actor.Login) {
				t.Error("a login from before goes on")
			}
			if entry, err := d.LogIn(t.Context(), email, changed, account.Browser{}); err != nil || entry.Next != wire.StepTOTP {
				t.Errorf("got next %q, %v; want the factor kept", entry.Next, err)
			}
			token = d.mustRequest(t, email)
			use(t, d, token, password, account.Proof{Method: wire.MethodRecovery, Code: added.RecoveryCodes[0]})
		})
		t.Run("by an operator it takes everything away and works at once", func(t *testing.T) {
			before := len(d.mustLog(t, d.practice.ID))
			token, _, err := d.StartOver(t.Context(), d.therapist.ID)
			if err != nil {
				t.Fatal(err)
			}
			events := d.mustLog(t, d.practice.ID)[before:]
			if words(events) != "password.reset done, factor.delete done" || events[0].Details["step"] != "start-over" || events[1].Details["method"] != "all" {
				t.Errorf("recorded %+v, want that everything was taken away", events)
			}
			wantErr(t, "the old password", d.logInErr(t, email, password), account.ErrInvalidCredentials)
			d.clock.Add(account.OperatorResetLimit - time.Second)
			if answer := use(t, d, token, changed, account.Proof{}); answer.State != wire.ResetDone {
				t.Errorf("got %+v", answer)
			}
			if entry, err := d.LogIn(t.Context(), email, changed, account.Browser{}); err != nil || entry.Next != "" {
				t.Errorf("got next %q, %v", entry.Next, err)
			}
			_, _, err = d.StartOver(t.Context(), uuid.New())
			wantErr(t, "an unknown account", err, account.ErrNotFound)
		})
	})
}

func TestChangePassword(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		const email = "theo@example.test"
		_, actor := d.mustLogIn(t, email)
		other := d.mustEnter(t, email, account.Browser{})
		for weak, field := range map[message.Text]string{
			"short": wire.FieldPasswordTooShort, "pleiades pleiades": wire.FieldPasswordBreached, "theo theo theo": wire.FieldPasswordBreached,
		} {
			var invalid *account.InvalidPasswordError
			if err := d.ChangePassword(t.Context(), actor, weak); !errors.As(err, &invalid) || !slices.Equal(invalid.Fields, []string{field}) {
				t.Errorf("%q: got %v, want %s", string(weak), err, field)
			}
		}
		d.mails.take()
		if err := d.ChangePassword(t.Context(), actor, changed); err != nil {
			t.Fatal(err)
		}
		if err := d.CheckLogin(t.Context(), actor.Login); err != nil {
			t.Errorf("one's own login: %v", err)
		}
		wantErr(t, "another login", d.CheckLogin(t.Context(), other.Login.ID), account.ErrNotLoggedIn)
		if sent := d.mails.take(); len(sent) != 1 || sent[0].mail != account.MailPassword {
			t.Errorf("mails: got %v", sent)
		}
	})
}

func TestNewDevice(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		const email = "theo@example.test"
		first := d.mustEnter(t, email, account.Browser{UserAgent: firefox})
		d.mustEnter(t, email, account.Browser{UserAgent: firefox, Device: first.Device})
		if told, sent := d.notices.take(), d.mails.take(); told != nil || sent != nil {
			t.Errorf("the first device: told %v, sent %v", told, sent)
		}
		if err := d.RevokeDevice(t.Context(), d.mustActor(t, first.Token), first.Login.Device); err != nil {
			t.Fatal(err)
		}
		d.mustEnter(t, email, account.Browser{UserAgent: "stranger"})
		if told := d.notices.take(); !slices.Equal(told, []wire.SecurityNotice{wire.NoticeNewDevice}) {
			t.Errorf("devices were told %v", told)
		}
		if sent := d.mails.take(); len(sent) != 1 || sent[0] != (sentMail{"Theo@Example.test", account.MailNewDevice, ""}) {
			t.Errorf("mails: got %v", sent)
		}
	})
}

func TestSignUpMails(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		for _, c := range []struct {
			invitation string
			want       account.Mail
		}{
			{d.mustInvite(t), account.MailWelcome},
			{"", account.MailAddressTaken},
		} {
			if err := d.SignUp(t.Context(), signUp("clara@example.test", c.invitation)); err != nil {
				t.Fatal(err)
			}
			if sent := d.mails.take(); len(sent) != 1 || sent[0] != (sentMail{"clara@example.test", c.want, ""}) {
				t.Errorf("got %v, want %s", sent, c.want)
			}
		}
	})
}
