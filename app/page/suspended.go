package page

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// suspended stands where the box to write in was, while the practice is
// suspended.
func (t *thread) suspended(v state.View) app.UI {
	words := t.words.Suspension
	body := []app.UI{app.H2().Class("ended-title").ID("ended-title").Text(words.Title)}
	if v.PeerRole == wire.RoleTherapist {
		body = append(body, app.P().Text(words.Lead(string(v.Peer.Name))), app.P().Text(words.Keep), t.helpNow())
	} else {
		body = append(body, app.P().Text(words.Yours), app.P().Body(app.A().Href(supportPath).Text(t.words.Support.Page)))
	}
	if t.waits(v) {
		body = append(body, app.P().DataSet("testid", "suspended-queue").Text(words.Queue))
	}
	return app.Section().Class("ended").ID(endedID).TabIndex(-1).Aria("labelledby", "ended-title").
		DataSet("testid", "conversation-suspended").Body(append(body, t.unsent(words.Draft)...)...)
}

// waits reports whether a message waits here to be sent.
func (t *thread) waits(v state.View) bool {
	for _, b := range v.Bubbles {
		if b.Status == message.StatusWaiting {
			return true
		}
	}
	return false
}

// helpNow leads to help in an emergency.
func (t *thread) helpNow() app.UI {
	words := t.words.Closing
	return app.P().Body(
		app.Text(words.Danger+" "),
		app.A().Href(crisisAt(t.State.Country())).DataSet("testid", "ended-crisis").Text(words.DangerLink),
	)
}

// unsent shows a draft that cannot be sent under a heading; nothing if there is
// none.
func (t *thread) unsent(heading string) []app.UI {
	draft := t.State.Draft(t.ID)
	if message.Normalize(draft) == "" {
		return nil
	}
	return []app.UI{
		app.H3().Class("ended-heading").Text(heading),
		app.P().Class("ended-words").Dir("auto").DataSet("testid", "closed-draft").Text(string(draft)),
	}
}

// suspendedPractice reports whether a practice in which someone works is
// suspended.
func suspendedPractice(s *state.App) bool {
	for _, m := range s.Account().Memberships {
		if m.Role != wire.RoleClient && m.Practice.Suspended {
			return true
		}
	}
	return false
}

// suspensionView tells those who work in a practice that it is suspended.
func (p *home) suspensionView() app.UI {
	if !suspendedPractice(p.State) {
		return nil
	}
	return app.Div().DataSet("testid", "home-suspended").Body(ui.Notice(p.words.Suspension.Staff, ui.LinkButton(ui.Quiet, supportPath, p.words.Support.Page)))
}
