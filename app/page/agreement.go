package page

import (
	"context"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

// terms is what an agreement says, apart from who has acknowledged it.
type terms struct {
	therapist string
	style     availability.Style
	promise   availability.Promise
	words     message.Text
	country   string // for the way to help in an emergency
}

// agreementView draws what an agreement says.
func agreementView(words *phrase.Catalogue, t terms) app.UI {
	a := words.Agreement
	style := a.Styles[t.style]
	parts := []app.UI{
		app.Dt().Text(a.Style),
		app.Dd().Text(style.Text),
	}
	if t.style != availability.StyleNone {
		parts = append(parts,
			app.Dt().Text(a.Promise),
			app.Dd().Text(a.Within(t.promise.Min, t.promise.Max)+". "+a.BusinessDays),
		)
	}
	if t.words != "" {
		parts = append(parts,
			app.Dt().Text(a.Words(t.therapist)),
			app.Dd().Class("terms-words").Dir("auto").Text(string(t.words)),
		)
	}
	parts = append(parts,
		app.Dt().Text(a.Emergencies),
		app.Dd().Body(
			app.Text(a.EmergenciesText+" "),
			app.A().Href(crisisAt(t.country)).Text(a.EmergenciesLink),
		),
		app.Dt().Text(a.Privacy),
		app.Dd().Text(a.PrivacyText(t.therapist)),
	)
	return app.Dl().Class("terms").Body(parts...)
}

// termsOf returns what the agreement of a conversation says.
func termsOf(v state.View, country string) terms {
	a := v.Agreement
	return terms{therapist: string(v.Peer.Name), style: a.Style, promise: a.Promise, words: a.Words, country: country}
}

// unread reports whether a client has still to read the agreement.
func unread(v state.View) bool {
	return v.Agreement != nil && v.PeerRole == wire.RoleTherapist && v.Agreement.Acknowledged < v.Agreement.Version
}

// acknowledgement says whether a client has read the agreement, to them.
func acknowledgement(words *phrase.Catalogue, clock Clock, a *wire.Agreement) string {
	switch {
	case a.Acknowledged < a.Version:
		return ""
	case a.AcknowledgedAt == nil:
		return words.Agreement.AckWaiting
	default:
		return words.Agreement.Acknowledged(clock.Due(*a.AcknowledgedAt))
	}
}

// seen says whether the client has read the agreement, to the therapist.
func seen(words *phrase.Catalogue, clock Clock, v state.View) string {
	a, name := v.Agreement, string(v.Peer.Name)
	switch {
	case v.PeerRole != wire.RoleClient || a == nil:
		return ""
	case a.Acknowledged == 0 || a.AcknowledgedAt == nil:
		return words.Agreement.NotSeen(name)
	case a.Acknowledged < a.Version:
		return words.Agreement.SeenOld(name, clock.Due(*a.AcknowledgedAt))
	default:
		return words.Agreement.SeenBy(name, clock.Due(*a.AcknowledgedAt))
	}
}

// agreement shows a client what to expect: by itself until they have read it,
// afterwards where they ask for it. It stands above the messages and takes
// nothing away from the box to write in.
func (t *thread) agreement(v state.View) app.UI {
	slot := app.Div().Class("agreement-slot")
	if len(v.Bubbles) == 0 {
		slot = slot.Class("agreement-first")
	}
	if v.Agreement == nil || v.PeerRole != wire.RoleTherapist || !t.rereading && (!unread(v) || v.Closed != nil) {
		return slot
	}
	words := t.words.Agreement
	lead := app.UI(app.P().Class("agreement-lead").Text(words.Lead))
	action := ui.Button(ui.Primary, "agreement-ack", words.Acknowledge, t.acknowledge)
	switch {
	case !unread(v):
		lead = app.P().Class("agreement-lead").Text(acknowledgement(t.words, t.Clock, v.Agreement))
		action = ui.Button(ui.Quiet, "agreement-close", words.Close, t.closeAgreement)
	case v.Agreement.Acknowledged > 0, len(v.Agreement.Changed) > 0:
		lead = app.P().Class("agreement-lead agreement-changed").Text(changes(t.words, v))
	}
	return slot.Body(
		app.Section().Class("agreement").ID(agreementID).TabIndex(-1).
			Aria("labelledby", agreementID+"-title").DataSet("testid", "agreement").Body(
			app.Div().Class("agreement-text").TabIndex(0).Role("group").Aria("labelledby", agreementID+"-title").Body(
				app.H2().Class("agreement-title").ID(agreementID+"-title").Text(words.Title(string(v.Peer.Name))),
				lead,
				agreementView(t.words, termsOf(v, t.State.Country())),
			),
			app.Div().Class("agreement-foot").Body(
				action,
				app.P().Class("agreement-failed").Role("alert").Text(t.ackFailed),
			),
		),
	)
}

// agreementID is the element id of the agreement in a conversation.
const agreementID = "agreement"

// changes says what is different from what the client acknowledged before.
func changes(words *phrase.Catalogue, v state.View) string {
	parts := make([]string, 0, len(v.Agreement.Changed))
	for _, part := range v.Agreement.Changed {
		if name := words.Agreement.Changed[part]; name != "" {
			parts = append(parts, name)
		}
	}
	return words.Agreement.ChangedBy(strings.Join(parts, ", "))
}

func (t *thread) acknowledge(app.Context, app.Event) {
	v := t.State.View(t.ID)
	if v.Agreement == nil {
		return
	}
	t.ackFailed = ""
	t.ctx.Async(func() {
		err := t.Client.Acknowledge(context.Background(), t.ID, v.Agreement.Version)
		t.ctx.Dispatch(func(ctx app.Context) {
			if err != nil {
				t.ackFailed = t.words.Agreement.AckFailed
				return
			}
			t.rereading = false
			ctx.Defer(func(app.Context) {
				if focusLost(agreementID) { // else the person is writing already
					focus(contentID)
				}
			})
		})
	})
}

func (t *thread) closeAgreement(ctx app.Context, _ app.Event) {
	t.rereading = false
	ctx.Defer(func(app.Context) { focus(againID) })
}

// againID is the element id of the button that shows the agreement again.
const againID = "agreement-again"

func (t *thread) reread(ctx app.Context, _ app.Event) {
	t.rereading = !t.rereading
	if t.rereading {
		ctx.Defer(func(app.Context) { focus(agreementID) })
	}
}

// tools are the ways from a conversation to what belongs to it.
func (t *thread) tools(v state.View) app.UI {
	words := t.words
	row := []app.UI{
		app.A().Class("tool").Href(agendaAt(v.ID)).DataSet("testid", "agenda-link").Body(
			ui.IconList.Draw(),
			app.Span().Text(words.Agenda.Link(v.OpenItems)),
		),
	}
	if v.PeerRole == wire.RoleTherapist && v.Agreement != nil && !unread(v) {
		row = append(row, app.Button().Type("button").ID(againID).Class("tool").DataSet("testid", "agreement-again").
			Aria("expanded", t.rereading).OnClick(t.reread).Body(
			ui.IconInfo.Draw(),
			app.Span().Text(words.Agreement.Again),
		))
	}
	if v.PeerRole == wire.RoleTherapist {
		row = append(row, app.A().Class("tool tool-eye").Href(openingsAt(v.ID)).Title(words.Openings.Link).DataSet("testid", "openings-link").Body(
			ui.IconEye.Draw(),
			app.Span().Text(words.Openings.Link),
		))
	}
	if v.PeerRole == wire.RoleClient && v.Closed == nil && !v.Suspended {
		row = append(row, t.endCareTool())
	}
	if text := seen(words, t.Clock, v); text != "" {
		row = append(row, app.P().Class("tool-note").DataSet("testid", "agreement-seen").Text(text))
	}
	return app.Div().Class("thread-tools").Body(row...)
}

// agreements lists, to a client, what their therapists say of messages.
func (p *settings) agreements() app.UI {
	words := p.words.Agreement
	var list []app.UI
	for _, s := range p.State.List() {
		v := p.State.View(s.ID)
		if v.PeerRole != wire.RoleTherapist || v.Agreement == nil {
			continue
		}
		list = append(list, app.Details().Class("terms-details").Body(
			app.Summary().Class("terms-summary").Text(words.Title(string(v.Peer.Name))),
			app.P().Class("hint").Text(acknowledgement(p.words, p.Clock, v.Agreement)),
			agreementView(p.words, termsOf(v, p.State.Country())),
		))
	}
	if list == nil {
		return nil
	}
	return app.Section().Class("panel").DataSet("testid", "settings-agreement").Body(
		append([]app.UI{app.H2().Class("panel-title").Text(words.Settings)}, list...)...,
	)
}
