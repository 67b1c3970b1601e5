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
	"pleiades/server/store/storetest"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

func application(email message.Text) wire.Application {
	return wire.Application{
		ID: uuid.Must(uuid.NewV7()), Name: " Maya Lindqvist ", Email: email, Practice: "Juniper Lane", Country: "Ireland",
		Profession: "Psychologist", Licence: "PSI 1234", Issuer: "CORU", Website: "https://juniper.example", Message: "Hello,\nI work with two others.",
	}
}

// mustOperator makes an operator whose login is whole.
func (d desk) mustOperator(t *testing.T) account.Actor {
	t.Helper()
	const email message.Text = "olive@example.test"
	if _, err := d.CreateOperator(t.Context(), account.NewAccount{Name: "Olive", Email: email, Password: password}); err != nil {
		t.Fatal(err)
	}
	entry := d.mustEnter(t, email, account.Browser{UserAgent: firefox})
	_, added := d.mustAddTOTP(t, d.mustActor(t, entry.Token))
	return d.mustActor(t, added.Entry.Token)
}

// mustMail returns the token of the newest mail of a kind to an address.
func (d desk) mustMail(t *testing.T, to message.Text, kind account.Mail) string {
	t.Helper()
	sent := d.mails.take()
	for _, mail := range slices.Backward(sent) {
		if mail.to == to && mail.mail == kind {
			return mail.token
		}
	}
	t.Fatalf("no mail %s to %s among %d", kind, string(to), len(sent))
	return ""
}

func TestApply(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		operator := d.mustOperator(t)
		list := func(t *testing.T) []wire.ReviewedApplication {
			t.Helper()
			page, err := d.ListApplications(t.Context(), operator, wire.ApplicationOpen, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			return page.Applications
		}
		in := application("maya@example.test")
		d.mails.take()
		if err := d.Apply(t.Context(), in, "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
		d.mustMail(t, in.Email, account.MailApplication)
		if err := d.Apply(t.Context(), in, "192.0.2.2"); err != nil {
			t.Errorf("the same again: %v", err)
		}
		changed, other := in, application("mallory@example.test")
		changed.Message = "Hello,\nI work with three others."
		other.ID = in.ID
		wantErr(t, "the same id with another text", d.Apply(t.Context(), changed, "192.0.2.1"), account.ErrIDConflict)
		wantErr(t, "the same id for someone else", d.Apply(t.Context(), other, "192.0.2.1"), account.ErrIDConflict)
		got := list(t)
		if len(got) != 1 || got[0].Name != "Maya Lindqvist" || got[0].Message != in.Message || got[0].Email != in.Email || got[0].Status != wire.ApplicationOpen {
			t.Fatalf("kept: %+v", got)
		}
		if mails := d.mails.take(); len(mails) != 0 {
			t.Errorf("the same id again mails %v", mails)
		}
		for range 5 { // one address is mailed now and then only, but nothing is lost
			if err := d.Apply(t.Context(), application(in.Email), "192.0.2.1"); err != nil {
				t.Fatal(err)
			}
		}
		if mails := d.mails.take(); len(mails) >= 5 || len(list(t)) != 6 {
			t.Errorf("%d mails, %d applications", len(mails), len(list(t)))
		}
		for field, spoil := range map[string]func(*wire.Application){
			"id":         func(a *wire.Application) { a.ID = uuid.Nil },
			"email":      func(a *wire.Application) { a.Email = "maya@example.test\r\nBcc: all@example.test" },
			"name":       func(a *wire.Application) { a.Name = " \u200d " },
			"practice":   func(a *wire.Application) { a.Practice = message.Text(strings.Repeat("x", account.MaxName+1)) },
			"country":    func(a *wire.Application) { a.Country = "" },
			"profession": func(a *wire.Application) { a.Profession = "two\nlines" },
			"licence":    func(a *wire.Application) { a.Licence = message.Text(strings.Repeat("x", wire.MaxApplicationField+1)) },
			"issuer":     func(a *wire.Application) { a.Issuer = "\x07" },
			"website":    func(a *wire.Application) { a.Website = "javascript:alert(1)" },
			"message":    func(a *wire.Application) { a.Message = message.Text(strings.Repeat("x", wire.MaxApplicationMessage+1)) },
		} {
			bad := application("bad@example.test")
			spoil(&bad)
			var invalid *account.InvalidApplicationError
			if err := d.Apply(t.Context(), bad, "192.0.2.1"); !errors.As(err, &invalid) || !slices.Equal(invalid.Fields, []string{field}) {
				t.Errorf("%s: got %v", field, err)
			}
		}
		_, err := d.ListApplications(t.Context(), account.Actor{Account: d.therapist.ID, Stage: operator.Stage, Memberships: d.therapist.Memberships}, wire.ApplicationOpen, time.Time{})
		wantErr(t, "a therapist listing them", err, account.ErrNotFound)
	})
}

// TestApplicationsOfOnePlace shows that nobody fills the list for everybody else,
// and that what nobody answers goes.
func TestApplicationsOfOnePlace(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		operator := d.mustOperator(t)
		apply := func(place string) (uuid.UUID, error) {
			in := application("maya@example.test")
			return in.ID, d.Apply(t.Context(), in, place)
		}
		wantFull := func(what string, err error) {
			t.Helper()
			var often *account.TooManyError
			if !errors.As(err, &often) {
				t.Errorf("%s: got %v, want a TooManyError", what, err)
			}
		}
		var first uuid.UUID
		for n := range account.MaxOpenFromPlace {
			id, err := apply("2001:db8::/48")
			if err != nil {
				t.Fatal(err)
			}
			if n == 0 {
				first = id
			}
		}
		_, err := apply("2001:db8::/48")
		wantFull("one more", err)
		again := application("maya@example.test")
		again.ID = first
		if err := d.Apply(t.Context(), again, "2001:db8::/48"); err != nil {
			t.Errorf("one that was taken, again: %v", err)
		}
		if _, err := apply("2001:db8:1::/48"); err != nil {
			t.Errorf("from another place: %v", err)
		}
		if err := d.DeclineApplication(t.Context(), operator, first, wire.Decline{Reason: wire.DeclineReasons()[0]}); err != nil {
			t.Fatal(err)
		}
		if _, err := apply("2001:db8::/48"); err != nil {
			t.Errorf("once one is decided: %v", err)
		}
		_, err = apply("2001:db8::/48")
		wantFull("one more again", err)

		d.clock.Add(account.ApplicationLimit + time.Second)
		if err := d.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if open, err := d.ListOpenApplications(t.Context()); err != nil || len(open) != 0 {
			t.Errorf("%d wait after %v, error %v", len(open), account.ApplicationLimit, err)
		}
		if _, err := apply("2001:db8::/48"); err != nil {
			t.Errorf("once they are gone: %v", err)
		}
	})
}

func TestApprove(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		operator := d.mustOperator(t)
		in := application("maya@example.test")
		if err := d.Apply(t.Context(), in, "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
		wantErr(t, "a therapist approving", d.ApproveApplication(t.Context(), account.Actor{Account: d.therapist.ID, Stage: operator.Stage}, in.ID), account.ErrNotFound)
		wantErr(t, "an unknown one", d.ApproveApplication(t.Context(), operator, uuid.New()), account.ErrNotFound)
		if err := d.ApproveApplication(t.Context(), operator, in.ID); err != nil {
			t.Fatal(err)
		}
		first := d.mustMail(t, in.Email, account.MailApproved)
		d.clock.Add(account.InvitationLimit)
		wantErr(t, "an expired link", d.SignUp(t.Context(), signUp(in.Email, first)), account.ErrInvalidInvitation)

		made, err := d.Approve(t.Context(), in.ID)
		if err != nil {
			t.Fatal(err)
		}
		if second := d.mustMail(t, in.Email, account.MailApproved); second != made.Token || made.Practice.Name != in.Practice {
			t.Errorf("the second approval is %+v", made)
		}
		for _, bad := range []string{first, strings.TrimPrefix(made.Token, wire.StaffInvitation), wire.StaffInvitation + "x", wire.StaffInvitation} {
			wantErr(t, bad, d.SignUp(t.Context(), signUp(in.Email, bad)), account.ErrInvalidInvitation)
		}
		if err := d.SignUp(t.Context(), signUp(in.Email, made.Token)); err != nil {
			t.Fatal(err)
		}
		entry := d.mustEnter(t, in.Email, account.Browser{UserAgent: firefox})
		if entry.Next != wire.StepEnroll {
			t.Errorf("an owner without a second factor gets as far as %q", entry.Next)
		}
		_, added := d.mustAddTOTP(t, d.mustActor(t, entry.Token))
		owner := d.mustActor(t, added.Entry.Token)
		if len(owner.Practices(wire.RoleOwner)) != 1 || !slices.Equal(owner.Practices(wire.RoleOwner), owner.Practices(wire.RoleTherapist)) {
			t.Errorf("who signed up is %+v", owner.Memberships)
		}
		if _, err := d.ListAudit(t.Context(), owner, made.Practice.ID, audit.Filter{}); err != nil {
			t.Errorf("an owner looking into the log: %v", err)
		}
		wantErr(t, "a used link", d.SignUp(t.Context(), signUp("other@example.test", made.Token)), account.ErrInvalidInvitation)
		wantErr(t, "approving with an old proof", d.ApproveApplication(t.Context(), operator, in.ID), account.ErrStepUpRequired)
		wantErr(t, "declining with an old proof", d.DeclineApplication(t.Context(), operator, in.ID, wire.Decline{Reason: wire.DeclineOther}), account.ErrStepUpRequired)
		operator.ProvedAt = d.clock.Now()
		wantErr(t, "approving once more", d.ApproveApplication(t.Context(), operator, in.ID), account.ErrDecided)
		wantErr(t, "declining now", d.DeclineApplication(t.Context(), operator, in.ID, wire.Decline{Reason: wire.DeclineOther}), account.ErrDecided)
	})
}

func TestApproveWithAccount(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		if err := d.SignUp(t.Context(), signUp("maya@example.test", d.mustInvite(t))); err != nil {
			t.Fatal(err)
		}
		in := application("maya@example.test")
		if err := d.Apply(t.Context(), in, "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
		made, err := d.Approve(t.Context(), in.ID)
		if err != nil {
			t.Fatal(err)
		}
		wantErr(t, "signing up again", d.SignUp(t.Context(), signUp(in.Email, made.Token)), account.ErrAddressTaken)
		login, actor := d.mustLogIn(t, in.Email)
		_, err = d.AcceptInvitation(t.Context(), actor, made.Token)
		wantErr(t, "taking it without a second factor", err, account.ErrFactorRequired)
		d.mustAddTOTP(t, actor)
		for range 2 {
			if _, err := d.AcceptInvitation(t.Context(), actor, made.Token); err != nil {
				t.Fatal(err)
			}
		}
		if actor = d.mustActor(t, login); len(actor.Memberships) != 3 {
			t.Errorf("who took it is %+v", actor.Memberships)
		}
	})
}

func TestDecline(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		operator := d.mustOperator(t)
		in := application("maya@example.test")
		if err := d.Apply(t.Context(), in, "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
		for _, bad := range []wire.Decline{{Reason: "rude"}, {Reason: wire.DeclineOther, Words: message.Text(strings.Repeat("x", wire.MaxDecisionWords+1))}} {
			var invalid *account.InvalidApplicationError
			if err := d.DeclineApplication(t.Context(), operator, in.ID, bad); !errors.As(err, &invalid) {
				t.Errorf("got %v", err)
			}
		}
		said := wire.Decline{Reason: wire.DeclineLicence, Words: "We could not find the number.\nPlease check it."}
		if err := d.DeclineApplication(t.Context(), operator, in.ID, said); err != nil {
			t.Fatal(err)
		}
		token := d.mustMail(t, in.Email, account.MailDeclined)
		got, err := d.FindAnswer(t.Context(), token)
		if want := (wire.ApplicationAnswer{Status: wire.ApplicationDeclined, Reason: said.Reason, Words: said.Words}); err != nil || got != want {
			t.Errorf("got %+v, %v", got, err)
		}
		_, err = d.FindAnswer(t.Context(), strings.Repeat("A", 43))
		wantErr(t, "an unknown link", err, account.ErrInvalidAnswerLink)
		wantErr(t, "approving it", d.ApproveApplication(t.Context(), operator, in.ID), account.ErrDecided)
		d.clock.Add(account.AnswerLimit)
		_, err = d.FindAnswer(t.Context(), token)
		wantErr(t, "an expired link", err, account.ErrInvalidAnswerLink)
		var kinds []audit.Kind
		for _, e := range d.mustLog(t, uuid.Nil) {
			if strings.HasPrefix(string(e.Kind), "application.") {
				kinds = append(kinds, e.Kind)
			}
		}
		if want := []audit.Kind{audit.ApplicationCreate, audit.ApplicationDecide}; !slices.Equal(kinds, want) {
			t.Errorf("recorded %v, want %v", kinds, want)
		}
	})
}

// TestAnswerUnreadable answers an application that was damaged where it is
// stored: nothing comes of it.
func TestAnswerUnreadable(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		d := mustDesk(t, storetest.MustOpenAgain(t, url))
		operator := d.mustOperator(t)
		in := application("maya@example.test")
		if err := d.Apply(t.Context(), in, "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
		d.mails.take()
		storetest.MustTamper(t, url, "UPDATE applications SET details = substr(details, 1, 50)")
		wantErr(t, "approving it", d.ApproveApplication(t.Context(), operator, in.ID), account.ErrUnreadable)
		wantErr(t, "declining it", d.DeclineApplication(t.Context(), operator, in.ID, wire.Decline{Reason: wire.DeclineOther}), account.ErrUnreadable)
		if mails := d.mails.take(); len(mails) != 0 {
			t.Errorf("mailed %v", mails)
		}
		page, err := d.ListApplications(t.Context(), operator, wire.ApplicationOpen, time.Time{})
		if err != nil || len(page.Applications) != 1 || page.Applications[0].Status != wire.ApplicationOpen {
			t.Errorf("got %+v, error %v", page, err)
		}
	})
}
