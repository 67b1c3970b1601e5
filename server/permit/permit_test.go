package permit_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"pleiades/server/permit"
	"pleiades/shared/wire"
)

func TestCan(t *testing.T) {
	here, elsewhere := uuid.New(), uuid.New()
	me, other := uuid.New(), uuid.New()
	mine := permit.Object{Owner: me, Practice: here, Client: me, Therapist: other}
	with := func(stage permit.Stage, proved bool, roles ...permit.Role) permit.Actor {
		return permit.Actor{Account: me, Stage: stage, Proved: proved, Roles: roles}
	}
	therapist := permit.Role{Practice: here, Role: wire.RoleTherapist}
	for _, c := range []struct {
		name   string
		actor  permit.Actor
		action permit.Action
		object permit.Object
		want   error
	}{
		{"nobody", permit.Actor{}, permit.ManageOwn, permit.Object{}, permit.ErrNotLoggedIn},
		{"a login of no stage", with("", true), permit.ManageOwn, mine, permit.ErrNotLoggedIn},
		{"an action that is none", with(permit.StageFull, true), permit.Action(-1), mine, permit.ErrNotLoggedIn},
		{"one's own", with(permit.StageFull, false), permit.ManageOwn, mine, nil},
		{"someone else's", with(permit.StageFull, true), permit.ManageOwn, permit.Object{Owner: other}, permit.ErrNotFound},
		{"a pending login finishing", with(permit.StagePending, false), permit.FinishLogin, mine, nil},
		{"a whole login finishing again", with(permit.StageFull, true), permit.FinishLogin, mine, permit.ErrNotLoggedIn},
		{"a pending login doing anything else", with(permit.StagePending, true), permit.AddFactor, mine, permit.ErrNotLoggedIn},
		{"an enrolling login adding a factor", with(permit.StageEnroll, true), permit.AddFactor, mine, nil},
		{"an enrolling login whose proof is old", with(permit.StageEnroll, false), permit.AddFactor, mine, permit.ErrStepUpRequired},
		{"an enrolling login doing anything else", with(permit.StageEnroll, true), permit.OpenConversation, mine, permit.ErrEnrollmentRequired},
		{"a sensitive action without a proof", with(permit.StageFull, false), permit.ChangePassword, mine, permit.ErrStepUpRequired},
		{"that is not theirs to begin with", with(permit.StageFull, false), permit.ChangePassword, permit.Object{Owner: other}, permit.ErrNotFound},
		{"the client of a conversation", with(permit.StageFull, false), permit.OpenConversation, mine, nil},
		{"its client acknowledging", with(permit.StageFull, false), permit.Acknowledge, mine, nil},
		{"its therapist acknowledging", with(permit.StageFull, false), permit.Acknowledge, permit.Object{Client: other, Therapist: me}, permit.ErrForbidden},
		{"a stranger acknowledging", with(permit.StageFull, false), permit.Acknowledge, permit.Object{Client: other, Therapist: other}, permit.ErrNotFound},
		{"a therapist inviting", with(permit.StageFull, false, therapist), permit.Invite, mine, nil},
		{"a therapist inviting elsewhere", with(permit.StageFull, false, therapist), permit.Invite, permit.Object{Practice: elsewhere}, permit.ErrNotFound},
		{"an admin inviting", with(permit.StageFull, false, permit.Role{Practice: here, Role: wire.RoleAdmin}), permit.Invite, mine, permit.ErrForbidden},
		{"an admin looking into the log", with(permit.StageFull, false, permit.Role{Practice: here, Role: wire.RoleAdmin}), permit.SeeAudit, mine, nil},
		{"an admin of elsewhere looking into it", with(permit.StageFull, false, permit.Role{Practice: elsewhere, Role: wire.RoleAdmin}), permit.SeeAudit, mine, permit.ErrNotFound},
		{"a therapist looking into it", with(permit.StageFull, false, therapist), permit.SeeAudit, mine, permit.ErrNotFound},
		{"an owner inviting an admin", with(permit.StageFull, true, permit.Role{Practice: here, Role: wire.RoleOwner}), permit.InviteAdmin, mine, nil},
		{"an owner inviting one whose proof is old", with(permit.StageFull, false, permit.Role{Practice: here, Role: wire.RoleOwner}), permit.InviteAdmin, mine, permit.ErrStepUpRequired},
		{"an owner inviting a therapist whose proof is old", with(permit.StageFull, false, permit.Role{Practice: here, Role: wire.RoleOwner}), permit.InviteTherapist, mine, nil},
		{"an operator answering", permit.Actor{Account: me, Stage: permit.StageFull, Operator: true}, permit.AnswerSupport, permit.Object{}, nil},
		{"an operator without a second factor", permit.Actor{Account: me, Stage: permit.StageEnroll, Operator: true}, permit.AnswerSupport, permit.Object{}, permit.ErrEnrollmentRequired},
		{"an operator letting someone in", permit.Actor{Account: me, Stage: permit.StageFull, Proved: true, Operator: true}, permit.AnswerApplications, permit.Object{}, nil},
		{"an operator letting someone in whose proof is old", permit.Actor{Account: me, Stage: permit.StageFull, Operator: true}, permit.AnswerApplications, permit.Object{}, permit.ErrStepUpRequired},
		{"a therapist letting someone in", with(permit.StageFull, true, therapist), permit.AnswerApplications, permit.Object{}, permit.ErrNotFound},
		{"an operator joining a practice", permit.Actor{Account: me, Stage: permit.StageFull, Operator: true}, permit.AcceptInvitation, mine, permit.ErrForbidden},
		{"an operator in a conversation of others", permit.Actor{Account: me, Stage: permit.StageFull, Operator: true}, permit.OpenConversation, permit.Object{Client: other, Therapist: other}, permit.ErrNotFound},
		{"an admin answering for the operator", with(permit.StageFull, true, permit.Role{Practice: here, Role: wire.RoleAdmin}), permit.AnswerSupport, mine, permit.ErrNotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := permit.Can(c.actor, c.action, c.object); !errors.Is(got, c.want) || (got == nil) != (c.want == nil) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
