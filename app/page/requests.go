package page

import (
	"context"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// requestList is the page on which a therapist answers requests for care.
type requestList struct {
	frame

	declining uuid.UUID // the request that is being declined; zero for none
	refusal   draftBox
	reviewed  // notes
	deed
}

const refusalID = "request-refusal"

func newRequestList(e *env) *requestList {
	return &requestList{frame: frame{env: e, path: requestsPath}, refusal: draftBox{id: refusalID}}
}

// OnMount names the page and begins to follow the state.
func (p *requestList) OnMount(ctx app.Context) {
	setTitle(p.words.Brand.Title(p.words.RequestList.Page))
	p.follow(ctx, p.changed)
}

// OnNav takes in where the page is.
func (p *requestList) OnNav(ctx app.Context) {
	p.arrive(ctx)
	p.changed(ctx)
}

// changed keeps the box in step.
func (p *requestList) changed(ctx app.Context) {
	p.guard(ctx)
	ctx.Defer(func(app.Context) { p.refusal.settle(p.env) })
}

// Render draws the page.
func (p *requestList) Render() app.UI {
	words := p.words.RequestList
	if !p.known() {
		return shellView(p.words)
	}
	body := []app.UI{app.H1().Class("settings-title").Text(words.Page)}
	requests := p.State.Requests()
	switch {
	case !p.State.HasRole(wire.RoleTherapist):
		body = append(body, ui.Notice(words.OthersOnly, ui.LinkButton(ui.Quiet, "/", p.words.Conversation.BackToAll)))
	case requests == nil && p.State.Connection() == state.Offline:
		body = append(body, ui.Notice(p.words.Directory.Lookup.Offline))
	case requests == nil:
		body = append(body, app.P().Class("opening").Role("status").Text(p.words.Directory.Lookup.Loading))
	default:
		body = append(body,
			app.P().Class("directory-lead").Text(words.Lead),
			app.P().Class("directory-said").Role("status").DataSet("testid", "requests-said").Text(p.said),
			formError("requests-error", p.err),
			p.list(requests.Received),
		)
	}
	return p.around(words.Page, app.Div().Class("settings directory-page").ID(contentID).TabIndex(-1).Body(body...))
}

func (p *requestList) list(received []wire.CareRequest) app.UI {
	if len(received) == 0 {
		return ui.Notice(p.words.RequestList.None, ui.LinkButton(ui.Quiet, availabilityPath, p.words.Office.Page))
	}
	return app.Ul().Class("directory-list").Body(app.Range(received).Slice(func(i int) app.UI { return p.request(received[i]) }))
}

func (p *requestList) request(r wire.CareRequest) app.UI {
	words := p.words.RequestList
	name := string(r.Client.Name)
	body := []app.UI{
		app.H2().Class("panel-title").Dir("auto").Text(name),
		app.If(p.speaksOfDanger(r.Note), func() app.UI {
			return app.P().Body(app.Span().Class("list-need").DataSet("testid", "request-need").Text(p.words.Expect.MayNeed))
		}),
		app.P().Class("hint").Text(p.Clock.Full(r.CreatedAt)),
		app.P().Class("request-words").Dir("auto").Text(string(r.Note)),
	}
	if p.declining == r.ID {
		body = append(body, p.decline(r))
	} else {
		body = append(body, app.Div().Class("request-ways").Body(
			app.Button().Type("button").Class(ui.Primary).DataSet("testid", "request-accept").
				Aria("label", words.Accept+": "+name).Text(words.Accept).OnClick(p.accept(r.ID), app.EventScope(r.ID.String())),
			app.Button().Type("button").Class(ui.Quiet).DataSet("testid", "request-decline").
				Aria("label", words.Decline+" "+name).Text(words.Decline).OnClick(p.begin(r.ID), app.EventScope(r.ID.String())),
		))
	}
	return app.Li().Class("panel").DataSet("testid", "received-"+r.ID.String()).Body(body...)
}

// decline is where a no is written.
func (p *requestList) decline(r wire.CareRequest) app.UI {
	words := p.words.RequestList
	ready := make([]app.UI, len(words.ReadyWords))
	for i, w := range words.ReadyWords {
		ready[i] = app.Button().Type("button").Class(ui.Quiet).DataSet("testid", "decline-ready").Text(w.Name).
			OnClick(func(app.Context, app.Event) {
				p.refusal.put(p.env, message.Text(w.Text))
				focus(refusalID)
			}, app.EventScope(w.Name))
	}
	return app.Form().Class("form").Attr("novalidate", true).OnSubmit(p.send).Body(
		app.Div().Class("request-ways").Role("group").Aria("label", words.Ready).Body(ready...),
		p.refusal.lines(p.env, words.Words(string(r.Client.Name)), words.WordsHint),
		app.Div().Class("request-ways").Body(
			ui.Submit("decline-send", words.Send, p.busy),
			ui.Button(ui.Quiet, "decline-cancel", words.Cancel, func(app.Context, app.Event) {
				p.refusal.put(p.env, "")
				p.declining, p.err = uuid.UUID{}, ""
			}),
		),
	)
}

func (p *requestList) begin(id uuid.UUID) app.EventHandler {
	return func(app.Context, app.Event) {
		p.declining, p.err, p.said = id, "", ""
		p.refusal.begin(p.env, p.ctx, id)
	}
}

func (p *requestList) accept(id uuid.UUID) app.EventHandler {
	return func(app.Context, app.Event) {
		p.answer(func(ctx context.Context) error { return p.Client.AcceptRequest(ctx, id) }, p.words.RequestList.Accepted, func() {})
	}
}

func (p *requestList) send(_ app.Context, e app.Event) {
	e.PreventDefault()
	text := message.Text(value(refusalID))
	if n := message.Length(message.Normalize(text)); n < 1 || n > wire.MaxRequestNote {
		p.err = p.words.RequestList.Invalid
		focus(refusalID)
		return
	}
	id := p.declining
	p.answer(func(ctx context.Context) error { return p.Client.DeclineRequest(ctx, id, text) }, p.words.RequestList.Declined,
		func() { p.refusal.put(p.env, "") })
}

// answer answers a request, says so and goes on with done.
func (p *requestList) answer(act func(context.Context) error, said string, done func()) {
	p.do(p.env, p.ctx, act, said, func(ctx app.Context) {
		done()
		p.declining = uuid.UUID{}
		ctx.Defer(func(app.Context) { focus(contentID) })
	})
}
