package page

import (
	"context"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/wire"
)

// practices is the operator's part about all practices.
type practices struct {
	operatorFrame

	list   []wire.RunPractice
	look   lookup
	asking uuid.UUID // the one about which is asked whether to suspend it
	deed   deed
}

func newPractices(e *env) *practices {
	return &practices{operatorFrame: operatorFrame{frame{env: e, path: practicesPath}}}
}

// OnMount names the page and begins to follow the state.
func (p *practices) OnMount(ctx app.Context) {
	setTitle(p.words.Brand.Title(p.words.Practices.Page))
	p.follow(ctx, p.changed, p.renew)
}

// OnNav takes in where the page is.
func (p *practices) OnNav(ctx app.Context) {
	p.arrive(ctx)
	p.changed(ctx)
}

// changed loads the list as soon as that is possible.
func (p *practices) changed(ctx app.Context) {
	p.guard(ctx)
	if p.State.Account().Operator && p.look.due(p.env) {
		p.load()
	}
}

// renew brings the list up to date, unless something is being done with it.
func (p *practices) renew() {
	if p.asking == uuid.Nil && !p.deed.busy {
		renew(&p.look, p.ctx, p.Client.Practices, p.show)
	}
}

func (p *practices) load() { ask(&p.look, p.ctx, p.Client.Practices, p.show) }

func (p *practices) show(list []wire.RunPractice) { p.list = list }

// suspend asks whether to suspend a practice; uuid.Nil asks no more.
func (p *practices) suspend(id uuid.UUID) app.EventHandler {
	return func(ctx app.Context, _ app.Event) {
		p.asking, p.deed = id, deed{}
		if id != uuid.Nil {
			ctx.Defer(func(app.Context) { focus("practice-" + id.String()) })
		}
	}
}

// set suspends or resumes a practice.
func (p *practices) set(id uuid.UUID, suspended bool) app.EventHandler {
	return func(app.Context, app.Event) {
		said, act := p.words.Practices.Resumed, p.Client.ResumePractice
		if suspended {
			said, act = p.words.Practices.Suspended, p.Client.SuspendPractice
		}
		p.deed.prove(&p.frame, func(ctx context.Context) error { return act(ctx, id) }, said, func(ctx app.Context) {
			p.asking = uuid.Nil
			p.load()
			ctx.Defer(func(app.Context) { focus("practice-" + id.String()) })
		})
	}
}

// Render draws the page.
func (p *practices) Render() app.UI { return p.part(p.content) }

func (p *practices) content() []app.UI {
	w := p.words.Practices
	if missing := p.look.missing(p.env, w.Lookup, "practices-again", p.load); missing != nil {
		return []app.UI{missing}
	}
	list := app.UI(ui.Notice(w.None))
	if len(p.list) > 0 {
		list = app.Ul().Class("applications").Body(app.Range(p.list).Slice(func(i int) app.UI { return p.practice(p.list[i]) }))
	}
	return []app.UI{
		app.P().Class("log-lead").Text(w.Lead),
		app.P().Class("hint").Role("status").DataSet("testid", "practice-done").Text(p.deed.said),
		formError("practice-error", p.deed.err),
		app.Div().Body(list),
	}
}

// practice is one of the list.
func (p *practices) practice(r wire.RunPractice) app.UI {
	w := p.words.Practices
	name, id := string(r.Name), "practice-"+r.ID.String()
	when := w.Since(p.Clock.Day(r.CreatedAt))
	if r.Demo {
		when += " · " + p.words.Nav.Demo
	}
	status, action := "active", app.UI(app.Button().Type("button").Class(ui.Quiet).DataSet("testid", "practice-suspend").
		Aria("label", w.SuspendOf(name)).Text(w.Suspend).OnClick(p.suspend(r.ID), app.EventScope(r.ID)))
	switch {
	case r.Suspended:
		status = "suspended"
		when += " · " + w.SuspendedSince(p.Clock.Full(r.SuspendedAt))
		action = app.Button().Type("button").Class(ui.Quiet).DataSet("testid", "practice-resume").
			Aria("label", w.ResumeOf(name)).Text(p.orBusy(w.Resume)).OnClick(p.set(r.ID, false), app.EventScope(r.ID))
	case p.asking == r.ID:
		action = app.Div().Body(
			app.P().Text(w.Explain),
			app.Div().Class("log-buttons").Body(
				ui.Button(ui.Careful, "practice-confirm", p.orBusy(w.Confirm), p.set(r.ID, true), app.EventScope(r.ID)),
				ui.Button(ui.Quiet, "practice-cancel", w.Cancel, p.suspend(uuid.Nil)),
			),
		)
	}
	return app.Li().Class("panel application").ID(id).TabIndex(-1).DataSet("testid", id).DataSet("status", status).Body(
		app.H2().Class("panel-title").Dir("auto").Text(name),
		app.P().Class("hint").Text(when),
		app.Div().Class("application-answer").Body(action),
	)
}

func (p *practices) orBusy(text string) string {
	if p.deed.busy {
		return p.words.Practices.Busy
	}
	return text
}
