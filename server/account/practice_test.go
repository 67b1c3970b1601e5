package account_test

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

func TestChangePractice(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		owner := d.mustCreate(t, wire.RoleOwner, "owner@example.test").ID
		admin := d.mustCreate(t, wire.RoleAdmin, "admin@example.test").ID
		named := func(name message.Text) wire.ChangePractice { return wire.ChangePractice{Name: &name} }
		within := func(minutes int) wire.ChangePractice { return wire.ChangePractice{LockWithin: &minutes} }
		wantErr(t, "a therapist", d.ChangePractice(t.Context(), d.host(), d.practice.ID, named("Mine")), account.ErrNotFound)
		wantErr(t, "another practice", d.ChangePractice(t.Context(), d.as(t, owner), uuid.New(), named("Mine")), account.ErrNotFound)
		var invalid *account.InvalidNameError
		if err := d.ChangePractice(t.Context(), d.as(t, owner), d.practice.ID, named(" ")); !errors.As(err, &invalid) {
			t.Errorf("no name: got %v", err)
		}
		logged := len(d.mustLog(t, d.practice.ID))
		for _, by := range []uuid.UUID{owner, admin, admin} { // the same again changes nothing
			if err := d.ChangePractice(t.Context(), d.as(t, by), d.practice.ID, named(" Elm House ")); err != nil {
				t.Fatal(err)
			}
		}
		added := d.mustLog(t, d.practice.ID)[logged:]
		if len(added) != 1 || added[0].Kind != audit.PracticeRename || added[0].Actor != owner {
			t.Errorf("recorded %+v", added)
		}
		if got := d.as(t, owner).Memberships[0].Practice.Name; got != "Elm House" {
			t.Errorf("it is called %q", string(got))
		}

		for _, minutes := range []int{-1, 0, 16} {
			var fields *account.FieldsError
			if err := d.ChangePractice(t.Context(), d.as(t, admin), d.practice.ID, within(minutes)); !errors.As(err, &fields) {
				t.Errorf("%d minutes: got %v", minutes, err)
			}
		}
		wantErr(t, "a therapist's limit", d.ChangePractice(t.Context(), d.host(), d.practice.ID, within(5)), account.ErrNotFound)
		logged = len(d.mustLog(t, d.practice.ID))
		for _, minutes := range []int{5, 3, 3} { // the same again changes nothing
			if err := d.ChangePractice(t.Context(), d.as(t, admin), d.practice.ID, within(minutes)); err != nil {
				t.Fatal(err)
			}
		}
		added = d.mustLog(t, d.practice.ID)[logged:]
		if len(added) != 2 {
			t.Fatalf("recorded %+v", added)
		}
		for i, want := range []map[string]string{{"from": "15", "lock": "5"}, {"from": "5", "lock": "3"}} {
			if e := added[i]; e.Kind != audit.SettingsChange || e.Object != d.practice.ID || !maps.Equal(e.Details, want) {
				t.Errorf("recorded %+v, want %v", e, want)
			}
		}
		if got := d.as(t, owner).Memberships[0].Practice; got.LockWithin != 3 || got.Name != "Elm House" {
			t.Errorf("its devices lock within %d, it is called %q", got.LockWithin, string(got.Name))
		}
		if report, err := d.db.VerifyLog(t.Context(), nil); err != nil || len(report.Findings) > 0 {
			t.Errorf("the log says %+v, %v", report.Findings, err)
		}
	})
}

// TestAppointOwners gives owners to practices that have none.
func TestAppointOwners(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		mustAppoint := func() {
			t.Helper()
			if err := d.AppointOwners(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		mustAppoint() // nobody can be: there is a therapist alone
		first := d.mustCreate(t, wire.RoleAdmin, "first@example.test").ID
		d.clock.Add(time.Hour)
		second := d.mustCreate(t, wire.RoleAdmin, "second@example.test").ID
		roles := func(id uuid.UUID) (list []wire.Role) {
			for _, m := range d.as(t, id).Memberships {
				list = append(list, m.Role)
			}
			return list
		}
		logged := len(d.mustLog(t, d.practice.ID))
		mustAppoint()
		mustAppoint() // once is enough
		if !slices.Contains(roles(first), wire.RoleOwner) || slices.Contains(roles(second), wire.RoleOwner) {
			t.Errorf("roles %v and %v", roles(first), roles(second))
		}
		added := d.mustLog(t, d.practice.ID)[logged:]
		if len(added) != 1 || added[0].Kind != audit.MembershipCreate || added[0].Object != first || added[0].Details["role"] != "owner" {
			t.Errorf("recorded %+v", added)
		}
	})
}
