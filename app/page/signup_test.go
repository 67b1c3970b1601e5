package page

import (
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/shared/availability"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

func TestSignUpView(t *testing.T) {
	words := phrase.English()
	who := account(wire.RoleClient)
	for name, c := range map[string]struct {
		model    signUpModel
		has, not []string
	}{
		"leads who has an account to log in, and back": {
			signUpModel{invited: true},
			[]string{`data-testid="signup-invited"`, `href="/login?next=%2Fsignup"`}, []string{"signup-uninvited"},
		},
		"tells who invites and how messages with them work": {
			signUpModel{invited: true, offer: &wire.InvitationOffer{
				Therapist: "Maya Lindqvist", Practice: "Willow House", Style: availability.StyleBrief,
				Promise: &availability.Promise{Min: 24, Max: 48}, Words: "Fridays I answer late.",
			}},
			[]string{"Maya Lindqvist, Willow House", words.Agreement.Styles[availability.StyleBrief].Text, "1 to 2 business days", "Fridays I answer late.", "signup-submit"}, nil,
		},
		"tells a colleague where they are to work, and as what": {
			signUpModel{invited: true, staff: true, offer: &wire.InvitationOffer{Practice: "Willow House", Roles: []wire.Role{wire.RoleTherapist, wire.RoleOwner}}},
			[]string{"Willow House", words.Roles.Therapist + ", " + words.Roles.Owner, "signup-submit"}, []string{"agreement-title"},
		},
		"says that a mail comes where there is no invitation": {
			signUpModel{},
			[]string{`data-testid="signup-uninvited"`, words.SignUp.LeadAlone, `href="/login"`}, []string{"signup-invited"},
		},
		"speaks to colleagues as such": {
			signUpModel{invited: true, staff: true}, []string{words.SignUp.LeadStaff, words.SignUp.NameHintStaff}, []string{words.SignUp.Lead},
		},
		"asks colleagues whether their account belongs to the practice": {
			signUpModel{invited: true, staff: true, occupied: true, account: who},
			[]string{"this account belongs to the practice", `data-testid="invitation-accept"`}, []string{"conversation with the therapist"},
		},
		"sends people to their mail": {
			signUpModel{sent: true}, []string{`data-testid="signup-sent"`, words.SignUp.Sent.Title}, []string{"signup-submit"},
		},
		"asks who is logged in whether their account takes the invitation": {
			signUpModel{invited: true, occupied: true, account: who},
			[]string{"Robin Vale", "robin@demo.test", `data-testid="invitation-accept"`}, []string{"signup-submit"},
		},
		"has them log in again where the login is over": {
			signUpModel{invited: true, occupied: true, expired: true, account: who},
			[]string{`href="/login?next=%2Fsignup"`}, []string{"invitation-accept"},
		},
		"says nothing of anyone on a locked device": {
			signUpModel{invited: true, occupied: true, locked: true, account: who},
			[]string{`href="/locked?next=%2Fsignup"`}, []string{"Robin Vale", "robin@demo.test", "invitation-accept"},
		},
		"makes no second account where someone is logged in": {
			signUpModel{occupied: true}, []string{"signup-occupied"}, []string{"signup-submit"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			html := app.HTMLString(signUpView(words, c.model))
			checkMarkup(t, html)
			has(t, html, c.has...)
			hasNot(t, html, c.not...)
		})
	}
}

func TestConfirmView(t *testing.T) {
	words := phrase.English()
	for name, c := range map[string]struct {
		model confirmModel
		has   string
	}{
		"asks for the password":          {confirmModel{}, "confirm-password"},
		"says that a link works no more": {confirmModel{bad: true}, "confirm-bad"},
		"leaves alone who is logged in":  {confirmModel{occupied: true}, "confirm-occupied"},
	} {
		t.Run(name, func(t *testing.T) {
			c.model.pause = &holdOff{}
			html := app.HTMLString(confirmView(words, c.model))
			checkMarkup(t, html)
			has(t, html, c.has)
		})
	}
}
