package account_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/shared/wire"
)

// TestSuspendPractice suspends a practice in which someone waits for everything
// that can be waited for, and resumes it.
func TestSuspendPractice(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		operator := d.mustOperator(t)
		owner := d.mustCreate(t, wire.RoleOwner, "owner@example.test").ID
		guest, other := d.mustGuest(t, "guest@example.test"), d.mustGuest(t, "other@example.test")
		d.mustList(t, d.host(), true)
		waiting := d.mustAsk(t, guest)
		token, another := d.mustInvite(t), d.mustInvite(t)
		staff, _, err := d.InviteColleague(t.Context(), d.as(t, owner), d.practice.ID, wire.InviteColleague{Name: "Kim", Roles: []wire.Role{wire.RoleTherapist}})
		if err != nil {
			t.Fatal(err)
		}
		application := application("maya@example.test")
		if err := d.Apply(t.Context(), application, "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
		approved, err := d.Approve(t.Context(), application.ID)
		if err != nil {
			t.Fatal(err)
		}

		wantErr(t, "a therapist suspending", d.SuspendPractice(t.Context(), d.host(), d.practice.ID), account.ErrNotFound)
		wantErr(t, "an owner suspending", d.SuspendPractice(t.Context(), d.as(t, owner), d.practice.ID), account.ErrNotFound)
		wantErr(t, "an owner resuming", d.ResumePractice(t.Context(), d.as(t, owner), d.practice.ID), account.ErrNotFound)
		_, err = d.ListAllPractices(t.Context(), d.as(t, owner))
		wantErr(t, "an owner listing", err, account.ErrNotFound)
		wantErr(t, "suspending none", d.SuspendPractice(t.Context(), operator, uuid.New()), account.ErrNotFound)

		logged := len(d.mustLog(t, d.practice.ID))
		for range 2 { // the second time changes nothing
			if err := d.SuspendPractice(t.Context(), operator, d.practice.ID); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Suspend(t.Context(), approved.Practice.ID); err != nil {
			t.Fatal(err)
		}
		added := d.mustLog(t, d.practice.ID)[logged:]
		if len(added) != 1 || added[0].Kind != audit.PracticeSuspend || added[0].Actor != operator.Account {
			t.Errorf("recorded %+v", added)
		}
		practices, err := d.ListAllPractices(t.Context(), operator)
		if err != nil || !slices.ContainsFunc(practices, func(p wire.RunPractice) bool {
			return p.ID == d.practice.ID && p.Suspended && p.SuspendedAt.Equal(d.clock.Now())
		}) {
			t.Errorf("the operator sees %+v, %v", practices, err)
		}
		if _, actor := d.mustLogIn(t, "theo@example.test"); !actor.Memberships[0].Practice.Suspended() {
			t.Error("a therapist does not learn of it")
		}

		t.Run("nobody joins", func(t *testing.T) {
			_, err := d.Invite(t.Context(), d.host(), uuid.Nil)
			wantErr(t, "inviting", err, account.ErrSuspended)
			_, _, err = d.InviteColleague(t.Context(), d.as(t, owner), d.practice.ID, wire.InviteColleague{Name: "Lee", Roles: []wire.Role{wire.RoleTherapist}})
			wantErr(t, "inviting a colleague", err, account.ErrSuspended)
			wantErr(t, "signing up", d.SignUp(t.Context(), signUp("clara@example.test", token)), account.ErrSuspended)
			wantErr(t, "signing up as a colleague", d.SignUp(t.Context(), signUp("kim@example.test", staff)), account.ErrSuspended)
			wantErr(t, "signing up as an owner", d.SignUp(t.Context(), signUp("maya@example.test", approved.Token)), account.ErrSuspended)
			_, err = d.AcceptInvitation(t.Context(), guest, another)
			wantErr(t, "taking an invitation", err, account.ErrSuspended)
			_, err = d.Approve(t.Context(), application.ID)
			wantErr(t, "another link for an application", err, account.ErrSuspended)
		})
		t.Run("nobody is asked, and no answer is given", func(t *testing.T) {
			list, err := d.ListDirectory(t.Context(), guest)
			if err != nil || len(list) != 0 {
				t.Errorf("the directory shows %+v, %v", list, err)
			}
			_, err = d.ask(t, other, d.therapist.ID)
			wantErr(t, "asking", err, account.ErrSuspended)
			_, err = d.AcceptRequest(t.Context(), d.host(), waiting.ID)
			wantErr(t, "accepting", err, account.ErrSuspended)
			wantErr(t, "declining", d.DeclineRequest(t.Context(), d.host(), waiting.ID, "No."), account.ErrSuspended)
		})
		t.Run("all of it works again afterwards", func(t *testing.T) {
			if err := d.ResumePractice(t.Context(), operator, d.practice.ID); err != nil {
				t.Fatal(err)
			}
			if err := d.SignUp(t.Context(), signUp("clara@example.test", token)); err != nil {
				t.Error(err)
			}
			if err := d.SignUp(t.Context(), signUp("kim@example.test", staff)); err != nil {
				t.Error(err)
			}
			if _, err := d.AcceptRequest(t.Context(), d.host(), waiting.ID); err != nil {
				t.Error(err)
			}
			if report, err := d.db.VerifyLog(t.Context(), nil); err != nil || len(report.Findings) > 0 {
				t.Errorf("the log says %+v, %v", report.Findings, err)
			}
		})
	})
}
