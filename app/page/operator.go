package page

import (
	"context"
	"encoding/hex"
	"strings"
	"time"

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
		{Href: practicesPath, Text: words.Practices.Page},
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

// follow follows the state, and has a list that is shown brought up to date when
// someone comes back to it, and each minute while they look.
func (f *operatorFrame) follow(ctx app.Context, changed func(app.Context), renew func()) {
	f.frame.follow(ctx, changed)
	look := func() {
		ctx.Dispatch(func(app.Context) {
			if documentVisible() && f.State.Connection() == state.Online {
				renew()
			}
		})
	}
	stops := []func(){f.stop, onVisible(look), everyMinute(look)}
	f.stop = func() {
		for _, stop := range stops {
			stop()
		}
	}
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
	further bool // more than the first page is shown
	look    lookup
	open    *wire.Ticket
	answer  ticketReply
}

const (
	ticketFilterID = "ticket-filter"
	ticketAnswerID = "ticket-answer"
	anyStatus      = "all"
)

func newOperator(e *env) *operator {
	return &operator{
		operatorFrame: operatorFrame{frame{env: e, path: operatorPath}}, status: wire.TicketOpen,
	}
}

// OnMount names the page and begins to follow the state.
func (p *operator) OnMount(ctx app.Context) {
	setTitle(p.words.Brand.Title(p.words.Operator.Page))
	p.follow(ctx, p.changed, p.renew)
}

// OnNav takes in where the page is.
func (p *operator) OnNav(ctx app.Context) {
	p.arrive(ctx)
	p.changed(ctx)
}

// changed opens the list as soon as that is possible.
func (p *operator) changed(ctx app.Context) {
	p.guard(ctx)
	if p.State.Account().Operator && p.look.due(p.env) {
		p.load()
	}
}

// renew brings the list up to date, unless more of it than its first page is shown.
func (p *operator) renew() {
	if p.open == nil && !p.further {
		renew(&p.look, p.ctx, p.find(""), func(page wire.TicketPage) { p.page = page })
	}
}

// load fetches the first page of the list.
func (p *operator) load() {
	ask(&p.look, p.ctx, p.find(""), func(page wire.TicketPage) { p.page, p.further = page, false })
}

// more fetches the page after it.
func (p *operator) more(app.Context, app.Event) {
	ask(&p.look, p.ctx, p.find(p.page.Next), func(page wire.TicketPage) {
		p.further = true
		p.page = wire.TicketPage{Tickets: append(p.page.Tickets, page.Tickets...), Next: page.Next}
	})
}

// find asks for the page of the list behind a place, the first if that is empty.
func (p *operator) find(before string) func(context.Context) (wire.TicketPage, error) {
	status := p.status
	return func(ctx context.Context) (wire.TicketPage, error) {
		return p.Client.OperatorTickets(ctx, status, before)
	}
}

func (p *operator) filter(app.Context, app.Event) {
	p.status = wire.TicketStatus(value(ticketFilterID))
	if p.status == anyStatus {
		p.status = ""
	}
	p.load()
}

// read opens a ticket, which is an event in the log.
func (p *operator) read(id uuid.UUID) app.EventHandler {
	return func(app.Context, app.Event) {
		p.take(id, func() (wire.Ticket, error) { return p.Client.OperatorTicket(context.Background(), id) }, func() {
			p.answer.box = draftBox{id: ticketAnswerID, draft: id}
			p.ctx.Defer(func(app.Context) {
				p.answer.box.settle(p.env)
				focus(contentID)
			})
		})
	}
}

// take does something with a ticket and shows it as it is then.
func (p *operator) take(id uuid.UUID, do func() (wire.Ticket, error), then func()) {
	if p.answer.busy {
		return
	}
	p.answer.busy, p.answer.err = true, ""
	p.ctx.Async(func() {
		t, err := do()
		if err == nil {
			p.ctx.Async(func() { p.keepOpened(id, t.UpdatedAt) })
		}
		p.ctx.Dispatch(func(app.Context) {
			p.answer.busy = false
			switch {
			case err == nil:
				p.open = &t
				then()
			case isCode(err, wire.CodeIDConflict) && p.open != nil && p.open.ID == id:
				p.answer.id = uuid.UUID{} // the text was changed after a try that arrived
				p.sendAnswer()
			default:
				p.answer.err = sentence(explain(p.words, err))
			}
		})
	})
}

// keepOpened notes that a ticket was seen as it was at a time. A device that cannot
// keep it has it for as long as the page lives.
func (p *operator) keepOpened(id uuid.UUID, at time.Time) {
	if err := p.Client.SaveOpened(context.Background(), id, at); err != nil && p.State.IsOpen() {
		p.State.SetOpened(p.State.Opened().With(id, at))
	}
}

func (p *operator) back(app.Context, app.Event) {
	p.open, p.answer = nil, ticketReply{}
	p.load()
	p.ctx.Defer(func(app.Context) { focus(contentID) })
}

func (p *operator) send(_ app.Context, e app.Event) {
	e.PreventDefault()
	p.sendAnswer()
}

func (p *operator) sendAnswer() {
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
	p.take(ticket, func() (wire.Ticket, error) { return p.Client.AnswerTicket(context.Background(), ticket, id, text) }, func() {
		p.answer.id = uuid.UUID{}
		if value(ticketAnswerID) == string(text) { // else more was written meanwhile
			p.answer.box.put(p.env, "")
		}
	})
}

func (p *operator) change(status wire.TicketStatus) app.EventHandler {
	return func(app.Context, app.Event) {
		id := p.open.ID
		p.take(id, func() (wire.Ticket, error) { return p.Client.ChangeTicket(context.Background(), id, status) }, func() {})
	}
}

// Render draws the page.
func (p *operator) Render() app.UI { return p.part(p.content) }

func (p *operator) content() []app.UI {
	if p.open != nil {
		return []app.UI{p.ticket(*p.open)}
	}
	if missing := p.look.missing(p.env, p.words.Support.Desk.Lookup, "operator-again", p.load); missing != nil {
		return []app.UI{missing}
	}
	return []app.UI{app.P().Class("log-lead").Text(p.words.Operator.Lead), p.choose(), p.list()}
}

func (p *operator) choose() app.UI {
	words := p.words.Support
	var options []app.UI
	for _, status := range append(wire.TicketStatuses(), anyStatus) {
		text := words.Desk.Statuses[status]
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
	if p.look.failed {
		return p.look.failure(words.Desk.Lookup, "operator-again", p.load)
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
			about := []string{words.Desk.Number(ticketNumber(t.ID)), words.Desk.Statuses[t.Status], from, p.Clock.Full(t.UpdatedAt)}
			if at, ok := p.State.Opened()[t.ID]; ok && !at.Before(t.UpdatedAt) {
				about = append(about, words.Desk.Opened)
			}
			return app.Li().Class("desk-entry").Body(
				app.Button().Type("button").Class("desk-open").DataSet("testid", "desk-"+t.ID.String()).
					OnClick(p.read(t.ID), app.EventScope(t.ID.String())).Body(
					app.Strong().Text(words.Kinds[t.Kind]),
					app.Span().Text(strings.Join(about, " · ")),
				),
			)
		})),
		formError("desk-error", p.answer.err),
	}
	if p.page.Next != "" {
		body = append(body, ui.Button(ui.Quiet, "desk-more", words.Desk.More, p.more))
	}
	return app.Div().Class("log-slot").Body(body...)
}

// ticketNumber is the end of a ticket's id, which tells apart those that came in the
// same minute.
func ticketNumber(id uuid.UUID) string { return strings.ToUpper(hex.EncodeToString(id[14:])) }

// ticket is one that is open, with what can be done with it.
func (p *operator) ticket(t wire.Ticket) app.UI {
	words := p.words.Support
	body := []app.UI{
		ui.Button(ui.Quiet, "desk-back", words.Desk.Back, p.back),
		app.H2().Class("panel-title").Text(words.Kinds[t.Kind]),
		app.P().Class("ticket-status").DataSet("testid", "desk-status").DataSet("status", string(t.Status)).
			Text(words.Desk.Number(ticketNumber(t.ID)) + " · " + words.Desk.Statuses[t.Status]),
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
	body = append(body, ticketWords(p.env, t, who))
	if len(t.Diagnostics) > 0 {
		body = append(body, app.Details().Class("support-details").Body(app.Summary().Text(words.Desk.Told), toldList(p.env, t.Diagnostics)))
	}
	toggle := ui.Button(ui.Quiet, "desk-close", words.Desk.Close, p.change(wire.TicketClosed))
	if t.Status == wire.TicketClosed {
		toggle = ui.Button(ui.Quiet, "desk-reopen", words.Desk.Reopen, p.change(wire.TicketOpen))
	}
	body = append(body, replyForm(p.env, ticketAnswerID, words.Desk.Answer, words.Desk.SendAnswer, &p.answer, p.send), toggle)
	return app.Article().Class("panel ticket").DataSet("testid", "desk-ticket").Body(body...)
}
