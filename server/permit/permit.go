// Package permit decides who may do what to what: one table of actions, asked
// by one function. The packages that act for people ask it with what they have
// found in the store; it must not find out anything itself.
package permit

import (
	"errors"
	"slices"

	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// The reasons why someone may not. Not there and not yours look the same.
var (
	ErrNotLoggedIn        = errors.New("not logged in")
	ErrEnrollmentRequired = errors.New("a second factor has to be added first")
	ErrStepUpRequired     = errors.New("this needs a fresh proof of who is there")
	ErrForbidden          = errors.New("not allowed in this role")
	ErrNotFound           = errors.New("not there, or not yours")
	ErrSuspended          = errors.New("the practice is suspended")
)

// Stage says how far a login is. The zero Stage may do nothing.
type Stage string

// The stages.
const (
	StagePending Stage = "pending" // the password was right, the second factor is awaited
	StageEnroll  Stage = "enroll"  // the role needs a second factor, and there is none yet
	StageFull    Stage = "full"
)

// Role is what someone is in a practice.
type Role struct {
	Practice uuid.UUID
	Role     wire.Role
}

// Actor is who wants to do something.
type Actor struct {
	Account uuid.UUID
	Stage   Stage
	Proved  bool // they have shown who they are a short while ago
	Roles   []Role
	// Operator says that they look after the product itself. Operators belong
	// to no practice and have no way to a conversation.
	Operator bool
}

// Object is what it is to be done to. What does not apply is left out.
type Object struct {
	Owner             uuid.UUID // whose own it is
	Practice          uuid.UUID // where it is
	Client, Therapist uuid.UUID // the two of a conversation
}

// Action is something that can be done.
type Action int

// The actions.
const (
	FinishLogin        Action = iota // show the second factor a login waits for
	EndLogin                         // log out
	SeeProtection                    // see what one's own account is protected by
	StepUp                           // show anew who is there
	AddFactor                        // add a second factor
	RemoveFactor                     // remove one
	RenewCodes                       // get new recovery codes
	ChangePassword                   // set another password
	ChangeEmail                      // ask for another address
	DecideReset                      // approve or cancel a reset that waits
	ManageOwn                        // see and change what is one's own: devices, names
	RevokeOthers                     // log other devices out
	ShareReadMarks                   // choose whether read marks are shown
	Invite                           // invite a client to a practice
	ManageInvitations                // see and withdraw one's own invitations
	AcceptInvitation                 // become a client by an invitation
	SeeDirectory                     // see which therapists can be asked
	AskForCare                       // ask one of them for a conversation
	AnswerRequests                   // say yes or no to those who ask
	SetAvailability                  // set when and how one answers in a practice
	TryAvailability                  // see what would follow from what one might set
	OpenConversation                 // read, write, mark and list in a conversation
	EndCare                          // close a conversation, and open it again
	Acknowledge                      // agree to what a therapist says of messaging
	SeeOpenings                      // see who looked at a conversation
	SeeAudit                         // see the audit log of a practice
	AnswerSupport                    // see and answer what people write to support
	ReviewApplications               // see who wants to join
	AnswerApplications               // let them in, or not
	SeePractices                     // see all practices
	SuspendPractice                  // suspend and resume practices
	SeeMembers                       // see who works in a practice, and withdraw invitations
	ChangePractice                   // give a practice another name, say when devices lock
	InviteTherapist                  // invite a therapist to work in a practice
	InviteAdmin                      // invite an admin or owner
	ManageRoles                      // decide who has which role in a practice
)

// rule says who may do an action. Sensitive ones need a fresh proof too.
type rule struct {
	stages    []Stage
	sensitive bool
	check     func(Actor, Object) error
}

var (
	whole  = []Stage{StageFull}
	enroll = []Stage{StageFull, StageEnroll}
)

var rules = map[Action]rule{
	FinishLogin:       {[]Stage{StagePending}, false, own},
	EndLogin:          {[]Stage{StageFull, StageEnroll, StagePending}, false, own},
	SeeProtection:     {enroll, false, own},
	StepUp:            {enroll, false, own},
	AddFactor:         {enroll, true, own},
	RemoveFactor:      {whole, true, own},
	RenewCodes:        {whole, true, own},
	ChangePassword:    {whole, true, own},
	ChangeEmail:       {whole, true, own},
	DecideReset:       {whole, false, own},
	ManageOwn:         {whole, false, own},
	RevokeOthers:      {whole, true, own},
	ShareReadMarks:    {whole, false, therapistSomewhere},
	Invite:            {whole, false, therapistThere},
	ManageInvitations: {whole, false, therapistSomewhere},
	AcceptInvitation:  {whole, false, joining},
	SeeDirectory:      {whole, false, joining},
	AskForCare:        {whole, false, joining},
	AnswerRequests:    {whole, false, therapistSomewhere},
	SetAvailability:   {whole, false, therapistThere},
	TryAvailability:   {whole, false, therapistSomewhere},
	OpenConversation:  {whole, false, inConversation},
	EndCare:           {whole, false, therapistOfConversation},
	Acknowledge:       {whole, false, clientOfConversation},
	SeeOpenings:       {whole, false, clientOfConversation},
	SeeAudit:          {whole, false, adminThere},
	AnswerSupport:     {whole, false, operator},

	ReviewApplications: {whole, false, operator},
	AnswerApplications: {whole, true, operator},
	SeePractices:       {whole, false, operator},
	SuspendPractice:    {whole, true, operator},
	SeeMembers:         {whole, false, adminThere},
	ChangePractice:     {whole, false, adminThere},
	InviteTherapist:    {whole, false, adminThere},
	InviteAdmin:        {whole, true, ownerThere},
	ManageRoles:        {whole, true, ownerThere},
}

// Can returns nil if the actor may do the action to the object, else the reason
// why not: first those of the login, then that it is not theirs, then that
// their role does not do this, last that it needs a fresh proof.
func Can(actor Actor, action Action, object Object) error {
	r, known := rules[action]
	if !known || actor.Account == uuid.Nil {
		return ErrNotLoggedIn
	}
	if !slices.Contains(r.stages, actor.Stage) {
		if actor.Stage == StageEnroll {
			return ErrEnrollmentRequired
		}
		return ErrNotLoggedIn
	}
	if err := r.check(actor, object); err != nil {
		return err
	}
	if r.sensitive && !actor.Proved {
		return ErrStepUpRequired
	}
	return nil
}

func own(actor Actor, object Object) error {
	if object.Owner != actor.Account {
		return ErrNotFound
	}
	return nil
}

// joining is own, for those who may belong to a practice.
func joining(actor Actor, object Object) error {
	if actor.Operator {
		return ErrForbidden
	}
	return own(actor, object)
}

func therapistSomewhere(actor Actor, _ Object) error {
	if !slices.ContainsFunc(actor.Roles, func(r Role) bool { return r.Role == wire.RoleTherapist }) {
		return ErrForbidden
	}
	return nil
}

// therapistThere tells those who are no therapist at all that their role does
// not do this, and therapists of other practices that it is not there.
func therapistThere(actor Actor, object Object) error {
	if err := therapistSomewhere(actor, object); err != nil {
		return err
	}
	if !slices.Contains(actor.Roles, Role{object.Practice, wire.RoleTherapist}) {
		return ErrNotFound
	}
	return nil
}

// adminThere tells everyone who is neither admin nor owner that there is no such
// practice.
func adminThere(actor Actor, object Object) error {
	if !slices.Contains(actor.Roles, Role{object.Practice, wire.RoleAdmin}) && !slices.Contains(actor.Roles, Role{object.Practice, wire.RoleOwner}) {
		return ErrNotFound
	}
	return nil
}

// operator tells everyone else that there is no such thing.
func operator(actor Actor, _ Object) error {
	if !actor.Operator {
		return ErrNotFound
	}
	return nil
}

// ownerThere tells admins of the practice that their role does not do this, and
// everyone else that there is no such practice.
func ownerThere(actor Actor, object Object) error {
	if err := adminThere(actor, object); err != nil {
		return err
	}
	if !slices.Contains(actor.Roles, Role{object.Practice, wire.RoleOwner}) {
		return ErrForbidden
	}
	return nil
}

func inConversation(actor Actor, object Object) error {
	if actor.Account != object.Client && actor.Account != object.Therapist {
		return ErrNotFound
	}
	return nil
}

func clientOfConversation(actor Actor, object Object) error {
	if err := inConversation(actor, object); err != nil {
		return err
	}
	if actor.Account != object.Client {
		return ErrForbidden
	}
	return nil
}

func therapistOfConversation(actor Actor, object Object) error {
	if err := inConversation(actor, object); err != nil {
		return err
	}
	if actor.Account != object.Therapist {
		return ErrForbidden
	}
	return nil
}
