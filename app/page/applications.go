package page

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Element ids of the operator's part about applications.
const (
	applicationStatusID = "application-status"
	declineReasonID     = "decline-reason"
	declineWordsID      = "decline-words"
)

// applications is the operator's part about who wants to join.
type applications struct {
	operatorFrame

	status  wire.ApplicationStatus
	list    []wire.ReviewedApplication
	more    bool
	further bool        // more than the first page is shown
	choices []ui.Option // of what to show
	reasons []ui.Option

	look lookup

	declining uuid.UUID // the one being declined
	refusal   draftBox  // what it is told
	about     uuid.UUID // the one answered last
	deed      deed
}

func newApplications(e *env) *applications {
	p := &applications{operatorFrame: operatorFrame{frame{env: e, path: applicationsPath}}, status: wire.ApplicationOpen, refusal: draftBox{id: declineWordsID}}
	for _, status := range []wire.ApplicationStatus{wire.ApplicationOpen, wire.ApplicationApproved, wire.ApplicationDeclined} {
		p.choices = append(p.choices, ui.Option{Value: string(status), Text: e.words.Applications.Statuses[status]})
	}
	for _, reason := range wire.DeclineReasons() {
		p.reasons = append(p.reasons, ui.Option{Value: string(reason), Text: e.words.Applications.Choices[reason]})
	}
	return p
}

// OnMount names the page and begins to follow the state.
func (p *applications) OnMount(ctx app.Context) {
	setTitle(p.words.Brand.Title(p.words.Applications.Page))
	p.follow(ctx, p.changed, p.renew)
}

// OnNav takes in where the page is.
func (p *applications) OnNav(ctx app.Context) {
	p.arrive(ctx)
	p.changed(ctx)
}

// changed loads the list as soon as that is possible.
func (p *applications) changed(ctx app.Context) {
	p.guard(ctx)
	if p.State.Account().Operator && p.look.due(p.env) {
		p.load()
	}
}

// renew brings the list up to date, unless more of it than its first page is shown,
// or something is being answered.
func (p *applications) renew() {
	if p.declining == uuid.Nil && !p.deed.busy && !p.further {
		renew(&p.look, p.ctx, p.find(time.Time{}), p.show)
	}
}

// load fetches the first page of what is chosen.
func (p *applications) load() { ask(&p.look, p.ctx, p.find(time.Time{}), p.show) }

// show shows the first page.
func (p *applications) show(page wire.Applications) {
	p.list, p.more, p.further = page.Applications, page.More, false
}

// older fetches the next page.
func (p *applications) older(app.Context, app.Event) {
	ask(&p.look, p.ctx, p.find(p.list[len(p.list)-1].CreatedAt), func(page wire.Applications) {
		p.further = true
		p.list, p.more = append(p.list, page.Applications...), page.More
	})
}

// find asks for the page of what is chosen below a moment, the first if that is zero.
func (p *applications) find(below time.Time) func(context.Context) (wire.Applications, error) {
	status := p.status
	return func(ctx context.Context) (wire.Applications, error) { return p.Client.Applications(ctx, status, below) }
}

// choose shows those in another state.
func (p *applications) choose(app.Context, app.Event) {
	p.status, p.list, p.more = wire.ApplicationStatus(value(applicationStatusID)), nil, false
	p.declining, p.deed.said = uuid.Nil, ""
	p.look.forget()
	p.load()
}

// approve approves an application, or sends another link for it.
func (p *applications) approve(id uuid.UUID) app.EventHandler {
	return func(app.Context, app.Event) {
		p.answer(id, p.words.Applications.Approved, func(ctx context.Context) error { return p.Client.ApproveApplication(ctx, id) })
	}
}

// openDecline asks for the reason.
func (p *applications) openDecline(id uuid.UUID) app.EventHandler {
	return func(app.Context, app.Event) {
		p.declining, p.deed.err = id, ""
		p.refusal.begin(p.env, p.ctx, id)
		p.ctx.Defer(func(app.Context) { focus(declineReasonID) })
	}
}

func (p *applications) closeDecline(app.Context, app.Event) {
	p.refusal.put(p.env, "")
	p.declining = uuid.Nil
}

// decline declines the application that was chosen.
func (p *applications) decline(_ app.Context, e app.Event) {
	e.PreventDefault()
	id := p.declining
	d := wire.Decline{Reason: wire.DeclineReason(value(declineReasonID)), Words: message.Text(value(declineWordsID))}
	p.answer(id, p.words.Applications.Sent, func(ctx context.Context) error { return p.Client.DeclineApplication(ctx, id, d) })
}

// answer answers an application, and loads the list anew.
func (p *applications) answer(id uuid.UUID, said string, act func(context.Context) error) {
	if p.deed.busy {
		return
	}
	p.about = id
	p.deed.prove(&p.frame, act, said, func(ctx app.Context) {
		if p.declining == id {
			p.refusal.put(p.env, "")
			p.declining = uuid.Nil
		}
		p.load()
		ctx.Defer(func(app.Context) { focus(contentID) })
	})
}

// Render draws the page.
func (p *applications) Render() app.UI { return p.part(p.content) }

func (p *applications) content() []app.UI {
	w := p.words.Applications
	missing := p.look.missing(p.env, w.Lookup, "applications-again", p.load)
	if missing != nil && !p.look.loading {
		return []app.UI{missing}
	}
	list := missing // the choice stays while something else is looked up
	switch {
	case missing != nil:
	case p.look.failed:
		list = p.look.failure(w.Lookup, "applications-again", p.load)
	case len(p.list) > 0:
		list = app.Ul().Class("applications").Body(app.Range(p.list).Slice(func(i int) app.UI { return p.application(p.list[i]) }))
	default:
		list = ui.Notice(w.None)
	}
	return []app.UI{
		app.P().Class("log-lead").Text(w.Lead),
		app.Div().Class("field application-choice").OnChange(p.choose).Body(
			app.Label().Class("label").For(applicationStatusID).Text(w.Status),
			&ui.Choice{ID: applicationStatusID, Name: applicationStatusID, Options: p.choices},
		),
		app.P().Class("hint").Role("status").DataSet("testid", "application-done").Text(p.deed.said),
		app.Div().Body(list),
		app.Div().Class("log-older").Body(app.If(p.more && !p.look.loading, func() app.UI {
			return ui.Button(ui.Quiet, "applications-older", w.Older, p.older)
		})),
	}
}

// application is one of the list.
func (p *applications) application(a wire.ReviewedApplication) app.UI {
	w := p.words.Applications
	facts := []app.UI{}
	for _, fact := range []struct {
		label string
		text  message.Text
	}{
		{w.Labels.Practice, a.Practice}, {w.Labels.Email, a.Email}, {w.Labels.Country, a.Country}, {w.Labels.Profession, a.Profession},
		{w.Labels.Licence, a.Licence}, {w.Labels.Issuer, a.Issuer}, {w.Labels.Website, a.Website}, {w.Labels.Message, a.Message},
		{w.Labels.Answer, message.Text(w.Choices[a.Reason])}, {"", a.Words},
	} {
		if fact.text != "" {
			facts = append(facts, app.Dt().Text(fact.label), app.Dd().Class("written").Dir("auto").Text(string(fact.text)))
		}
	}
	when := w.Applied(p.Clock.Full(a.CreatedAt))
	if !a.DecidedAt.IsZero() {
		when += " · " + w.Decided(p.Clock.Full(a.DecidedAt))
	}
	return app.Li().Class("panel application").DataSet("testid", "application-"+a.ID.String()).Body(
		app.H2().Class("panel-title").Dir("auto").Text(string(a.Name)),
		app.P().Class("hint").Text(when),
		app.Dl().Class("facts").Body(facts...),
		app.Div().Class("application-answer").Body(p.actions(a)),
	)
}

// actions is what can be done about an application.
func (p *applications) actions(a wire.ReviewedApplication) app.UI {
	w := p.words.Applications
	wrong := ""
	if p.about == a.ID {
		wrong = p.deed.err
	}
	problem := formError("application-error", wrong)
	approve := ui.Button(ui.Primary, "application-approve", p.orBusy(a.ID, w.Approve), p.approve(a.ID), app.EventScope(a.ID))
	switch {
	case a.Waits:
		return app.Div().Body(
			app.P().Class("hint").Text(w.Waits), problem,
			app.Div().Class("log-buttons").Body(ui.Button(ui.Quiet, "application-resend", p.orBusy(a.ID, w.Resend), p.approve(a.ID), app.EventScope(a.ID))),
		)
	case a.Status != wire.ApplicationOpen:
		return app.Div()
	case p.declining == a.ID:
		return app.Form().Class("form").OnSubmit(p.decline).Body(
			problem,
			field(declineReasonID, w.Choose, &ui.Choice{ID: declineReasonID, Name: declineReasonID, Options: p.reasons}),
			p.refusal.lines(p.env, w.Words, w.WordHint),
			app.Div().Class("log-buttons").Body(
				ui.Submit("decline-submit", p.orBusy(a.ID, w.Send), false),
				ui.Button(ui.Quiet, "decline-cancel", w.Cancel, p.closeDecline),
			),
		)
	}
	return app.Div().Body(problem, app.Div().Class("log-buttons").Body(
		approve, ui.Button(ui.Quiet, "application-decline", w.Decline, p.openDecline(a.ID), app.EventScope(a.ID)),
	))
}

// orBusy returns the text of a button that answers an application.
func (p *applications) orBusy(id uuid.UUID, text string) string {
	if p.deed.busy && p.about == id {
		return p.words.Applications.Busy
	}
	return text
}
