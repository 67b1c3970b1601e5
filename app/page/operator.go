package page

import (
	"context"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

// operatorParts lists the parts of the operator's page, each a page of its own.
func operatorParts(words *phrase.Catalogue) []ui.Link {
	return []ui.Link{
		{Href: operatorPath, Text: words.Support.Desk.Tab},
		{Href: applicationsPath, Text: words.Applications.Page},
	}
}

// operatorFrame is what the parts of the operator's page have in common.
type operatorFrame struct{ frame }

// part draws one of the parts, for operators alone: what it shows is asked for
// only once it is known that someone is.
func (f *operatorFrame) part(content func() []app.UI) app.UI {
	if !f.known() {
		return shellView(f.words)
	}
	words := f.words.Operator
	body := []app.UI{app.H1().Class("settings-title").Text(words.Title)}
	if f.State.Account().Operator {
		body = append(body, f.parts(), app.Div().Body(content()...))
	} else {
		body = append(body, ui.Notice(words.OthersOnly, ui.LinkButton(ui.Quiet, "/", f.words.Conversation.BackToAll)))
	}
	return f.around(words.Page, app.Div().Class("settings operator-page").ID(contentID).TabIndex(-1).DataSet("testid", "operator").Body(body...))
}

// parts are the ways to all parts.
func (f *operatorFrame) parts() app.UI {
	list := operatorParts(f.words)
	return app.Nav().Class("parts").Aria("label", f.words.Operator.Parts).Body(
		app.Range(list).Slice(func(i int) app.UI { return settingsLink(list[i].Href, list[i].Text, f.path) }),
	)
}

// operator is the part for what people write to support.
type operator struct {
	operatorFrame

	status  wire.TicketStatus // what is shown; empty for all
	page    wire.TicketPage
	open    *wire.Ticket
	loaded  bool
	loading bool
	failed  bool
	online  bool
	asking  int // counts what was asked for: an answer to another question is dropped
	answer  ticketReply
}

const (
	ticketFilterID = "ticket-filter"
	ticketAnswerID = "ticket-answer"
	anyStatus      = "all"
)

func newOperator(e *env) *operator {
	return &operator{operatorFrame: operatorFrame{frame{env: e, path: operatorPath}}, status: wire.TicketOpen}
}

// OnMount names the page and begins to follow the state.
func (p *operator) OnMount(ctx app.Context) {
	setTitle(p.words.Brand.Title(p.words.Operator.Page))
	p.follow(ctx, p.changed)
}

// OnNav takes in where the page is.
func (p *operator) OnNav(ctx app.Context) {
	p.arrive(ctx)
	p.changed(ctx)
}

// changed opens the list as soon as that is possible.
func (p *operator) changed(ctx app.Context) {
	p.guard(ctx)
	if online := p.State.Connection() == state.Online; online != p.online {
		p.online, p.failed = online, false // tried again with every connection
	}
	if !p.loaded && !p.loading && !p.failed && p.State.Account().Operator && p.State.Login() == state.LoggedIn && p.online {
		p.load("")
	}
}

// load fetches a page of the list: the first, or the one after it.
func (p *operator) load(before string) {
	p.loading, p.failed = true, false
	p.asking++
	asked, status := p.asking, p.status
	p.ctx.Async(func() {
		page, err := p.Client.OperatorTickets(context.Background(), status, before)
		p.ctx.Dispatch(func(app.Context) {
			if p.asking != asked {
				return
			}
			p.loading, p.failed = false, err != nil
			if err != nil {
				return
			}
			if before != "" {
				page.Tickets = append(p.page.Tickets, page.Tickets...)
			}
			p.page, p.loaded = page, true
		})
	})
}

func (p *operator) again(app.Context, app.Event) { p.load("") }

func (p *operator) filter(app.Context, app.Event) {
	p.status = wire.TicketStatus(value(ticketFilterID))
	if p.status == anyStatus {
		p.status = ""
	}
	p.load("")
}

// read opens a ticket, which is an event in the log.
func (p *operator) read(id uuid.UUID) app.EventHandler {
	return func(app.Context, app.Event) {
		p.take(func() (wire.Ticket, error) { return p.Client.OperatorTicket(context.Background(), id) }, func() {
			p.ctx.Defer(func(app.Context) { focus(contentID) })
		})
	}
}

// take does something with a ticket and shows it as it is then.
func (p *operator) take(do func() (wire.Ticket, error), then func()) {
	p.answer.busy, p.answer.err = true, ""
	p.ctx.Async(func() {
		t, err := do()
		p.ctx.Dispatch(func(app.Context) {
			p.answer.busy = false
			if err != nil {
				p.answer.err = sentence(explain(p.words, err))
				return
			}
			p.open = &t
			then()
		})
	})
}

func (p *operator) back(app.Context, app.Event) {
	p.open, p.answer = nil, ticketReply{}
	p.load("")
	p.ctx.Defer(func(app.Context) { focus(contentID) })
}

func (p *operator) send(_ app.Context, e app.Event) {
	e.PreventDefault()
	if p.answer.busy {
		return
	}
	if p.answer.id == (uuid.UUID{}) {
		id, err := p.Client.NewID()
		if err != nil {
			p.answer.err = sentence(p.words.Problems.Unknown)
			return
		}
		p.answer.id = id
	}
	ticket, id, text := p.open.ID, p.answer.id, message.Text(value(ticketAnswerID))
	p.take(func() (wire.Ticket, error) { return p.Client.AnswerTicket(context.Background(), ticket, id, text) }, func() {
		p.answer = ticketReply{}
		setValue(ticketAnswerID, "")
	})
}

func (p *operator) change(status wire.TicketStatus) app.EventHandler {
	return func(app.Context, app.Event) {
		id := p.open.ID
		p.take(func() (wire.Ticket, error) { return p.Client.ChangeTicket(context.Background(), id, status) }, func() {})
	}
}

// Render draws the page.
func (p *operator) Render() app.UI { return p.part(p.content) }

func (p *operator) content() []app.UI {
	desk := p.words.Support.Desk
	switch {
	case p.open != nil:
		return []app.UI{p.ticket(*p.open)}
	case p.loaded:
		return []app.UI{app.P().Class("log-lead").Text(p.words.Operator.Lead), p.choose(), p.list()}
	case p.State.Connection() == state.Offline:
		return []app.UI{ui.Notice(desk.Offline)}
	case p.failed:
		return []app.UI{ui.Notice(desk.Failed, ui.Button(ui.Quiet, "operator-again", desk.Again, p.again))}
	default:
		return []app.UI{app.P().Class("opening").Role("status").Text(desk.Loading)}
	}
}

func (p *operator) choose() app.UI {
	words := p.words.Support
	var options []app.UI
	for _, status := range append(wire.TicketStatuses(), anyStatus) {
		text := words.Statuses[status]
		if status == anyStatus {
			text = words.Desk.All
		}
		o := app.Option().Value(string(status)).Text(text)
		if status == p.status {
			o = o.Selected(true)
		}
		options = append(options, o)
	}
	return field(ticketFilterID, words.Desk.Status, app.Select().ID(ticketFilterID).Class("input select").DataSet("testid", ticketFilterID).
		OnChange(p.filter).Body(options...))
}

func (p *operator) list() app.UI {
	words := p.words.Support
	if p.failed {
		return ui.Notice(words.Desk.Failed, ui.Button(ui.Quiet, "operator-again", words.Desk.Again, p.again))
	}
	if len(p.page.Tickets) == 0 {
		return ui.Notice(words.Desk.None)
	}
	list := p.page.Tickets
	body := []app.UI{
		app.Ul().Class("log").Body(app.Range(list).Slice(func(i int) app.UI {
			t := list[i]
			from := words.Desk.FromMail
			if t.Account {
				from = words.Desk.FromLogin
			}
			return app.Li().Class("desk-entry").Body(
				app.Button().Type("button").Class("desk-open").DataSet("testid", "desk-"+t.ID.String()).
					OnClick(p.read(t.ID), app.EventScope(t.ID.String())).Body(
					app.Strong().Text(words.Kinds[t.Kind]),
					app.Span().Text(words.Statuses[t.Status]+" · "+from+" · "+p.Clock.Full(t.UpdatedAt)),
				),
			)
		})),
		formError("desk-error", p.answer.err),
	}
	if p.page.Next != "" {
		body = append(body, ui.Button(ui.Quiet, "desk-more", words.Desk.More, func(app.Context, app.Event) { p.load(p.page.Next) }))
	}
	return app.Div().Class("log-slot").Body(body...)
}

// ticket is one that is open, with what can be done with it.
func (p *operator) ticket(t wire.Ticket) app.UI {
	words := p.words.Support
	body := []app.UI{
		ui.Button(ui.Quiet, "desk-back", words.Desk.Back, p.back),
		app.H2().Class("panel-title").Text(words.Kinds[t.Kind]),
		app.P().Class("ticket-status").DataSet("testid", "desk-status").DataSet("status", string(t.Status)).Text(words.Statuses[t.Status]),
	}
	who := "?"
	if t.From != nil {
		facts := []app.UI{row(words.Desk.Who, t.From.Email)}
		who = string(t.From.Email)
		if t.From.Name != "" {
			who = string(t.From.Name)
			facts = append(facts, row(p.words.Settings.Name, t.From.Name))
		}
		body = append(body, app.Dl().Class("facts").Body(facts...))
		if t.From.Account == (uuid.UUID{}) {
			body = append(body, app.P().Class("hint").Text(words.Desk.Unproven))
		}
	}
	body = append(body, ticketWords(p.env, t, who)...)
	if len(t.Diagnostics) > 0 {
		body = append(body, app.Details().Class("support-details").Body(app.Summary().Text(words.Desk.Told), toldList(p.env, t.Diagnostics)))
	}
	toggle := ui.Button(ui.Quiet, "desk-close", words.Desk.Close, p.change(wire.TicketClosed))
	if t.Status == wire.TicketClosed {
		toggle = ui.Button(ui.Quiet, "desk-reopen", words.Desk.Reopen, p.change(wire.TicketOpen))
	}
	body = append(body, replyForm(ticketAnswerID, words.Desk.Answer, words.Desk.SendAnswer, &p.answer, p.send), toggle)
	return app.Article().Class("panel ticket").DataSet("testid", "desk-ticket").Body(body...)
}
