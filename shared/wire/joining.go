package wire

import (
	"time"

	"github.com/google/uuid"

	"pleiades/shared/message"
)

// StaffInvitation begins the token of an invitation to work in a practice, as
// the fragment of its link has it. What follows is a token like any other.
const StaffInvitation = "staff."

// Limits of an application, in characters: code points after normalization.
const (
	MaxApplicationField   = 200
	MaxApplicationMessage = 2000
	MaxDecisionWords      = 1000
)

// Application is what a therapist tells the operator to be let in.
type Application struct {
	ID         uuid.UUID    `json:"id" doc:"Made by the device: the same again changes nothing."`
	Name       message.Text `json:"name" maxLength:"400" doc:"1 to 100 characters."`
	Email      message.Text `json:"email" maxLength:"320" doc:"Where the answer goes."`
	Practice   message.Text `json:"practice" maxLength:"400" doc:"What the practice is called: 1 to 100 characters."`
	Country    message.Text `json:"country" maxLength:"800" doc:"Where they work: 1 to 200 characters."`
	Profession message.Text `json:"profession" maxLength:"800" doc:"1 to 200 characters."`
	Licence    message.Text `json:"licence" maxLength:"800" doc:"The number of the licence: 1 to 200 characters."`
	Issuer     message.Text `json:"issuer" maxLength:"800" doc:"Who issued it: 1 to 200 characters."`
	Website    message.Text `json:"website,omitempty" maxLength:"800" doc:"http:// or https://, at most 200 characters."`
	Message    message.Text `json:"message,omitempty" maxLength:"8000" doc:"Anything else, at most 2,000 characters."`
}

// ApplicationTaken answers an application. It is the same for all.
type ApplicationTaken struct {
	Taken bool `json:"taken"`
}

// ApplicationStatus says how far an application is.
type ApplicationStatus string

// The states of an application.
const (
	ApplicationOpen     ApplicationStatus = "open"
	ApplicationApproved ApplicationStatus = "approved"
	ApplicationDeclined ApplicationStatus = "declined"
)

// DeclineReason says why an application was declined.
type DeclineReason string

// The reasons to decline an application.
const (
	DeclineLicence    DeclineReason = "licence"    // it could not be found where it was issued
	DeclineIncomplete DeclineReason = "incomplete" // something is missing or unclear
	DeclineCountry    DeclineReason = "country"    // the service is not offered there yet
	DeclinePurpose    DeclineReason = "purpose"    // the service is not made for this work
	DeclineOther      DeclineReason = "other"
)

// DeclineReasons lists them all.
func DeclineReasons() []DeclineReason {
	return []DeclineReason{DeclineLicence, DeclineIncomplete, DeclineCountry, DeclinePurpose, DeclineOther}
}

// Decline declines an application.
type Decline struct {
	Reason DeclineReason `json:"reason" enum:"licence,incomplete,country,purpose,other"`
	Words  message.Text  `json:"words,omitempty" maxLength:"4000" doc:"The operator's own words, at most 1,000 characters."`
}

// AskAnswer asks what became of an application, by the token of the link in the
// mail that says there is an answer.
type AskAnswer struct {
	Token string `json:"token" maxLength:"100"`
}

// ApplicationAnswer is what became of an application.
type ApplicationAnswer struct {
	Status ApplicationStatus `json:"status" enum:"open,approved,declined"`
	Reason DeclineReason     `json:"reason,omitempty" enum:"licence,incomplete,country,purpose,other"`
	Words  message.Text      `json:"words,omitempty"`
}

// ReviewedApplication is an application as the operator sees it.
type ReviewedApplication struct {
	Application
	ApplicationAnswer
	CreatedAt time.Time `json:"createdAt"`
	DecidedAt time.Time `json:"decidedAt,omitzero"`
	// Waits says that nobody has come by the link of an approved one yet: it can
	// be sent anew.
	Waits bool `json:"waits,omitempty" doc:"Approved, and nobody has come yet: approving again mails a new link."`
}

// Applications is a page of applications, the newest first.
type Applications struct {
	Applications []ReviewedApplication `json:"applications"`
	More         bool                  `json:"more" doc:"There are older ones: ask below the createdAt of the last."`
}

// Member is someone who works in a practice.
type Member struct {
	Person
	Roles []Role    `json:"roles" enum:"owner,admin,therapist"`
	Since time.Time `json:"since"`
}

// ColleagueInvitation is an invitation to work in a practice that nobody has used.
type ColleagueInvitation struct {
	ID        uuid.UUID    `json:"id"`
	Name      message.Text `json:"name" doc:"Whom it is for, as who made it calls them."`
	Roles     []Role       `json:"roles" enum:"owner,admin,therapist"`
	CreatedAt time.Time    `json:"createdAt"`
	ExpiresAt time.Time    `json:"expiresAt"`
}

// Members are those who work in a practice, and those who may come.
type Members struct {
	Members     []Member              `json:"members"`
	Invitations []ColleagueInvitation `json:"invitations"`
}

// InviteColleague invites someone to work in a practice.
type InviteColleague struct {
	Name  message.Text `json:"name" maxLength:"400" doc:"Whom it is for: 1 to 100 characters, for the list of invitations."`
	Roles []Role       `json:"roles" minItems:"1" maxItems:"3" enum:"owner,admin,therapist"`
}

// ChangeRoles says which roles someone has in a practice from now on.
type ChangeRoles struct {
	Roles []Role `json:"roles" minItems:"1" maxItems:"3" enum:"owner,admin,therapist"`
}
