package account_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/permit"
	"pleiades/shared/wire"
)

// as returns the account as an actor with a fresh proof.
func (d desk) as(t *testing.T, id uuid.UUID) account.Actor {
	t.Helper()
	person, err := d.db.Accounts().FindAccount(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return account.Actor{Account: id, Stage: permit.StageFull, ProvedAt: d.clock.Now(), Memberships: person.Memberships}
}

func TestColleagues(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		owner := d.mustCreate(t, wire.RoleOwner, "owner@example.test").ID
		admin := d.mustCreate(t, wire.RoleAdmin, "admin@example.test").ID
		here := d.practice.ID
		invite := func(by uuid.UUID, roles ...wire.Role) (string, error) {
			token, _, err := d.InviteColleague(t.Context(), d.as(t, by), here, wire.InviteColleague{Name: "Kim", Roles: roles})
			return token, err
		}
		list := func(t *testing.T) wire.Members {
			t.Helper()
			found, err := d.ListMembers(t.Context(), d.as(t, admin), here)
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		t.Run("are invited by those who may", func(t *testing.T) {
			_, err := invite(d.therapist.ID, wire.RoleTherapist)
			wantErr(t, "a therapist inviting", err, account.ErrNotFound)
			_, err = invite(admin, wire.RoleOwner, wire.RoleTherapist)
			wantErr(t, "an admin inviting an owner", err, account.ErrForbidden)
			for _, roles := range [][]wire.Role{{}, {wire.RoleClient}, {wire.RoleAdmin, wire.RoleAdmin}} {
				_, err = invite(owner, roles...)
				wantErr(t, "impossible roles", err, account.ErrInvalidRoles)
			}
			_, _, err = d.InviteColleague(t.Context(), d.as(t, owner), here, wire.InviteColleague{Roles: []wire.Role{wire.RoleAdmin}})
			var name *account.InvalidNameError
			if !errors.As(err, &name) {
				t.Errorf("without a name: %v", err)
			}
			stale := d.as(t, owner)
			stale.ProvedAt = stale.ProvedAt.Add(-account.StepUpLimit)
			for _, role := range []wire.Role{wire.RoleAdmin, wire.RoleOwner} {
				_, _, err = d.InviteColleague(t.Context(), stale, here, wire.InviteColleague{Name: "Kim", Roles: []wire.Role{wire.RoleTherapist, role}})
				wantErr(t, "an old proof for a "+string(role), err, account.ErrStepUpRequired)
			}
			if got := list(t); len(got.Members) != 3 || len(got.Invitations) != 0 {
				t.Errorf("got %+v", got)
			}
		})
		t.Run("come by a link that works once, until it expires or is withdrawn", func(t *testing.T) {
			late, err := invite(admin, wire.RoleTherapist)
			if err != nil {
				t.Fatal(err)
			}
			d.clock.Add(account.InvitationLimit)
			wantErr(t, "an expired one", d.SignUp(t.Context(), signUp("late@example.test", late)), account.ErrInvitationExpired)
			_, err = d.AcceptInvitation(t.Context(), d.as(t, d.therapist.ID), late)
			wantErr(t, "accepting an expired one", err, account.ErrInvitationExpired)
			withdrawn, err := invite(admin, wire.RoleTherapist)
			if err != nil {
				t.Fatal(err)
			}
			open := list(t).Invitations
			if len(open) != 1 || open[0].Name != "Kim" || !slices.Equal(open[0].Roles, []wire.Role{wire.RoleTherapist}) {
				t.Fatalf("open: %+v", open)
			}
			if err := d.WithdrawInvitation(t.Context(), d.as(t, owner), here, open[0].ID); err != nil {
				t.Fatal(err)
			}
			wantErr(t, "withdrawing it again", d.WithdrawInvitation(t.Context(), d.as(t, owner), here, open[0].ID), account.ErrNotFound)
			_, err = d.LookInvitation(t.Context(), withdrawn)
			wantErr(t, "looking at a withdrawn one", err, account.ErrInvalidInvitation)
			_, err = d.LookInvitation(t.Context(), late)
			wantErr(t, "looking at an expired one", err, account.ErrInvitationExpired)
			wantErr(t, "a withdrawn one", d.SignUp(t.Context(), signUp("gone@example.test", withdrawn)), account.ErrInvalidInvitation)

			token, err := invite(owner, wire.RoleOwner, wire.RoleAdmin)
			if err != nil {
				t.Fatal(err)
			}
			offer, err := d.LookInvitation(t.Context(), token)
			if want := (wire.InvitationOffer{Practice: d.practice.Name, Roles: []wire.Role{wire.RoleOwner, wire.RoleAdmin}}); err != nil || !reflect.DeepEqual(offer, want) {
				t.Errorf("looking at it: got %+v, %v", offer, err)
			}
			if err := d.SignUp(t.Context(), signUp("kim@example.test", token)); err != nil {
				t.Fatal(err)
			}
			_, err = d.LookInvitation(t.Context(), token)
			wantErr(t, "looking at a used one", err, account.ErrInvalidInvitation)
			wantErr(t, "a used one", d.SignUp(t.Context(), signUp("more@example.test", token)), account.ErrInvalidInvitation)
			if got := list(t); len(got.Members) != 4 || !slices.Equal(got.Members[3].Roles, []wire.Role{wire.RoleOwner, wire.RoleAdmin}) {
				t.Errorf("got %+v", got)
			}
		})
		t.Run("get and lose roles by owners", func(t *testing.T) {
			kim := list(t).Members[3].ID
			change := func(by, whom uuid.UUID, roles ...wire.Role) error {
				return d.ChangeRoles(t.Context(), d.as(t, by), here, whom, roles)
			}
			wantErr(t, "an admin", change(admin, kim), account.ErrForbidden)
			wantErr(t, "a therapist", change(d.therapist.ID, kim), account.ErrNotFound)
			wantErr(t, "who does not work there", change(owner, uuid.New(), wire.RoleAdmin), account.ErrNotFound)
			stale := d.as(t, owner)
			stale.ProvedAt = stale.ProvedAt.Add(-time.Hour)
			wantErr(t, "an old proof", d.ChangeRoles(t.Context(), stale, here, kim, nil), account.ErrStepUpRequired)

			if err := change(kim, owner, wire.RoleTherapist); err != nil {
				t.Fatal(err)
			}
			wantErr(t, "the last owner leaving", change(kim, kim), account.ErrLastOwner)
			if err := d.SignUp(t.Context(), signUp("clara@example.test", d.mustInvite(t))); err != nil {
				t.Fatal(err)
			}
			wantErr(t, "a therapist with open conversations", change(kim, d.therapist.ID, wire.RoleAdmin), account.ErrOpenConversations)
			if roles := d.as(t, d.therapist.ID).Memberships; len(roles) != 1 {
				t.Errorf("after what failed the therapist is %+v", roles)
			}
			if err := change(kim, owner); err != nil {
				t.Fatal(err)
			}
			if got := d.as(t, owner).Memberships; len(got) != 0 {
				t.Errorf("who has left is %+v", got)
			}
			log := d.mustLog(t, here)
			if last := log[len(log)-1]; last.Kind != audit.MembershipDelete || last.Actor != kim || last.Object != owner || last.Details["role"] != "therapist" {
				t.Errorf("recorded %+v", last)
			}
		})
	})
}
