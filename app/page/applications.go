package page

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
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
	choices []ui.Option // of what to show
	reasons []ui.Option

	loaded  bool
	loading bool
	failed  bool
	asking  int // counts what was asked for: an answer to another question is dropped

	declining uuid.UUID // the one being declined
	busy      uuid.UUID // the one being answered
	wrong     string    // what went wrong with the one that was
	wrongAt   uuid.UUID
	done      string // said once one is answered
}

func newApplications(e *env) *applications {
	p := &applications{operatorFrame: operatorFrame{frame{env: e, path: applicationsPath}}, status: wire.ApplicationOpen}
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
	p.follow(ctx, p.changed)
}

// OnNav takes in where the page is.
func (p *applications) OnNav(ctx app.Context) {
	p.arrive(ctx)
	p.changed(ctx)
}

// changed loads the list as soon as that is possible.
func (p *applications) changed(ctx app.Context) {
	p.guard(ctx)
	if p.State.Connection() == state.Offline {
		p.failed = false // it is tried again once there is a connection
	}
	if !p.loaded && !p.loading && !p.failed && p.State.Account().Operator &&
		p.State.Login() == state.LoggedIn && p.State.Connection() != state.Offline {
		p.load(false)
	}
}

// load fetches the first page of what is chosen, or the next.
func (p *applications) load(older bool) {
	var below time.Time
	if older && len(p.list) > 0 {
		below = p.list[len(p.list)-1].CreatedAt
	}
	p.loading, p.failed = true, false
	p.asking++
	asked, status := p.asking, p.status
	p.ctx.Async(func() {
		page, err := p.Client.Applications(context.Background(), status, below)
		p.ctx.Dispatch(func(app.Context) {
			if p.asking != asked {
				return
			}
			p.loading, p.failed = false, err != nil
			if err != nil {
				return
			}
			if !older {
				p.list = nil
			}
			p.list, p.more, p.loaded = append(p.list, page.Applications...), page.More, true
		})
	})
}

func (p *applications) again(app.Context, app.Event) { p.load(false) }

func (p *applications) older(app.Context, app.Event) { p.load(true) }

// choose shows those in another state.
func (p *applications) choose(app.Context, app.Event) {
	p.status, p.list, p.done = wire.ApplicationStatus(value(applicationStatusID)), nil, ""
	p.declining, p.loaded = uuid.Nil, false
	p.load(false)
}

// approve approves an application, or sends another link for it.
func (p *applications) approve(id uuid.UUID) app.EventHandler {
	return func(app.Context, app.Event) {
		p.answer(id, p.words.Applications.Approved, func(ctx context.Context) error { return p.Client.ApproveApplication(ctx, id) })
	}
}

// openDecline asks for the reason.
func (p *applications) openDecline(id uuid.UUID) app.EventHandler {
	return func(ctx app.Context, _ app.Event) {
		p.declining, p.wrongAt = id, uuid.Nil
		ctx.Defer(func(app.Context) { focus(declineReasonID) })
	}
}

func (p *applications) closeDecline(app.Context, app.Event) { p.declining = uuid.Nil }

// decline declines the application that was chosen.
func (p *applications) decline(_ app.Context, e app.Event) {
	e.PreventDefault()
	id := p.declining
	d := wire.Decline{Reason: wire.DeclineReason(value(declineReasonID)), Words: message.Text(value(declineWordsID))}
	p.answer(id, p.words.Applications.Sent, func(ctx context.Context) error { return p.Client.DeclineApplication(ctx, id, d) })
}

// answer answers an application, and loads the list anew.
func (p *applications) answer(id uuid.UUID, done string, do func(context.Context) error) {
	if p.busy != uuid.Nil {
		return
	}
	p.busy, p.wrongAt, p.done = id, uuid.Nil, ""
	p.ctx.Async(func() {
		err := do(context.Background())
		p.ctx.Dispatch(func(ctx app.Context) {
			p.busy = uuid.Nil
			if err != nil {
				p.wrongAt, p.wrong = id, sentence(explain(p.words, err))
				return
			}
			p.declining, p.done = uuid.Nil, done
			p.load(false)
			ctx.Defer(func(app.Context) { focus(contentID) })
		})
	})
}

// Render draws the page.
func (p *applications) Render() app.UI { return p.part(p.content) }

func (p *applications) content() []app.UI {
	w := p.words.Applications
	switch {
	case p.loaded || p.loading && p.done != "":
	case p.State.Connection() == state.Offline:
		return []app.UI{ui.Notice(w.Offline)}
	case p.failed:
		return []app.UI{ui.Notice(w.Failed, ui.Button(ui.Quiet, "applications-again", w.Retry, p.again))}
	}
	list := app.UI(app.P().Class("opening").Role("status").Text(w.Loading))
	switch {
	case p.failed:
		list = ui.Notice(w.Failed, ui.Button(ui.Quiet, "applications-again", w.Retry, p.again))
	case len(p.list) > 0:
		list = app.Ul().Class("applications").Body(app.Range(p.list).Slice(func(i int) app.UI { return p.application(p.list[i]) }))
	case !p.loading:
		list = ui.Notice(w.None)
	}
	return []app.UI{
		app.P().Class("log-lead").Text(w.Lead),
		app.Div().Class("field application-choice").OnChange(p.choose).Body(
			app.Label().Class("label").For(applicationStatusID).Text(w.Status),
			&ui.Choice{ID: applicationStatusID, Name: applicationStatusID, Options: p.choices},
		),
		app.P().Class("hint").Role("status").DataSet("testid", "application-done").Text(p.done),
		app.Div().Body(list),
		app.Div().Class("log-older").Body(app.If(p.more && !p.loading, func() app.UI {
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
	if p.wrongAt == a.ID {
		wrong = p.wrong
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
			textField(declineWordsID, w.Words, w.WordHint, "", false),
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
	if p.busy == id {
		return p.words.Applications.Busy
	}
	return text
}
