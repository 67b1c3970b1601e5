package page

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/syncer"
	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Element ids of the form, which are its test ids too.
const (
	ticketKindID = "ticket-kind"
	ticketTextID = "ticket-text"
	ticketToldID = "ticket-diagnostics"
)

// supportPage is where a person asks those who run the service, and reads their
// answers. What is written waits on the device while there is no connection.
type supportPage struct {
	frame

	box     draftBox
	told    []wire.Diagnostic // what can be sent along; nil until it is known
	toldAt  state.Connection  // how it stood when that was looked at
	without bool              // it is not to be
	busy    bool
	queued  bool
	err     string

	account uuid.UUID // whose tickets were asked for
	loaded  bool
	loading bool
	failed  bool
	online  bool
	pending int // how many waited when they were asked for

	replies map[uuid.UUID]*ticketReply
}

// ticketReply is what is being written to a ticket.
type ticketReply struct {
	box  draftBox  // of who is logged in
	id   uuid.UUID // the same for every try
	busy bool
	err  string
}

func newSupport(e *env) *supportPage {
	return &supportPage{
		frame: frame{env: e, path: supportPath}, box: draftBox{id: ticketTextID, draft: syncer.TicketDraft, watched: true},
		replies: make(map[uuid.UUID]*ticketReply),
	}
}

// OnMount names the page and begins to follow the state.
func (p *supportPage) OnMount(ctx app.Context) {
	setTitle(p.words.Brand.Title(p.words.Support.Page))
	p.follow(ctx, p.changed)
}

// gather looks at the device, and again whenever a connection begins or ends: a page that
// was just opened has none yet.
func (p *supportPage) gather() {
	connection := p.State.Connection()
	if connection == state.Syncing || connection == p.toldAt {
		return
	}
	p.toldAt = connection
	p.ctx.Async(func() {
		told := p.Client.Diagnose(context.Background())
		p.ctx.Dispatch(func(app.Context) {
			if p.toldAt == connection { // else a newer one is on its way
				p.told = told
			}
		})
	})
}

// OnNav takes in where the page is.
func (p *supportPage) OnNav(ctx app.Context) {
	p.arrive(ctx)
	if question := p.toSupport.take(p.State); question != "" && p.known() {
		p.Client.SaveDraft(syncer.TicketDraft, appended(p.State.Draft(syncer.TicketDraft), question))
	}
	p.changed(ctx)
}

// changed fetches the tickets where that is due: for another person, or when
// something that waited was sent.
func (p *supportPage) changed(ctx app.Context) {
	p.guard(ctx)
	if id := p.State.Account().ID; p.account != id {
		p.account, p.loaded, p.failed = id, false, false
	}
	if waiting := len(p.State.PendingTickets()); waiting != p.pending {
		p.loaded, p.pending = p.loaded && waiting > p.pending, waiting
	}
	if online := p.State.Connection() == state.Online; online != p.online {
		p.online, p.loaded, p.failed = online, false, false // tried again with every connection
	}
	if !p.loaded && !p.loading && !p.failed && p.State.Login() == state.LoggedIn && p.online {
		p.load()
	}
	p.gather()
	ctx.Defer(p.settle)
}

// settle brings the boxes to what was being written.
func (p *supportPage) settle(ctx app.Context) {
	if p.box.settle(p.env) {
		ctx.Update()
	}
	for _, t := range p.State.Tickets() {
		p.replyTo(t.ID).box.settle(p.env)
	}
}

// replyTo returns what is being written to a ticket.
func (p *supportPage) replyTo(ticket uuid.UUID) *ticketReply {
	if p.replies[ticket] == nil {
		p.replies[ticket] = &ticketReply{box: draftBox{id: replyID(ticket), draft: ticket}}
	}
	return p.replies[ticket]
}

func (p *supportPage) load() {
	p.loading, p.failed = true, false
	p.ctx.Async(func() {
		err := p.Client.LoadTickets(context.Background())
		p.ctx.Dispatch(func(app.Context) { p.loading, p.loaded, p.failed = false, err == nil, err != nil })
	})
}

func (p *supportPage) typed(_ app.Context, e app.Event) {
	p.queued, p.err = false, ""
	p.box.typed(p.env, e)
}

func (p *supportPage) send(_ app.Context, e app.Event) {
	e.PreventDefault()
	if p.busy {
		return
	}
	draft := state.TicketDraft{Kind: wire.TicketKind(value(ticketKindID))}
	if !p.without {
		draft.Diagnostics = p.told
	}
	text := message.Text(value(ticketTextID))
	p.busy, p.queued, p.err = true, false, ""
	p.ctx.Async(func() {
		codes, err := p.Client.SendTicket(context.Background(), text, draft)
		p.ctx.Dispatch(func(ctx app.Context) {
			p.busy = false
			switch {
			case err != nil:
				p.err = explainDevice(p.words, err)
			case codes != nil:
				p.err = p.words.Message(codes[0])
			default:
				p.queued = true
				p.box.settle(p.env)
			}
		})
	})
}

// takeBack puts the text of a ticket that waits, or was rejected, back into the
// box.
func (p *supportPage) takeBack(id uuid.UUID) app.EventHandler {
	return func(app.Context, app.Event) {
		p.ctx.Async(func() {
			_, err := p.Client.TakeBack(context.Background(), id)
			p.ctx.Dispatch(func(app.Context) {
				if err != nil {
					p.err = explainDevice(p.words, err)
					return
				}
				p.box.settle(p.env)
				focus(ticketTextID)
			})
		})
	}
}

func (p *supportPage) reply(ticket uuid.UUID) app.EventHandler {
	return func(_ app.Context, e app.Event) {
		e.PreventDefault()
		r := p.replyTo(ticket)
		if r.busy {
			return
		}
		text := message.Text(value(r.box.id))
		r.busy, r.err = true, ""
		p.ctx.Async(func() {
			codes, err := p.Client.SendReply(context.Background(), ticket, text)
			p.ctx.Dispatch(func(app.Context) {
				r.busy = false
				switch {
				case err != nil:
					r.err = explainDevice(p.words, err)
				case codes != nil:
					r.err = p.words.Message(codes[0])
				default:
					r.box.settle(p.env)
				}
			})
		})
	}
}

func replyID(ticket uuid.UUID) string { return "reply-" + ticket.String() }

// Render draws the page.
func (p *supportPage) Render() app.UI {
	words := p.words.Support
	if !p.known() {
		return shellView(p.words)
	}
	return p.around(words.Page, app.Div().Class("settings support-page").ID(contentID).TabIndex(-1).DataSet("testid", "support").Body(
		app.H1().Class("settings-title").Text(words.Title),
		app.P().Class("log-lead").Text(words.Lead),
		app.P().Class("support-warn").Body(
			app.Span().Text(words.NoMessages+" "),
			app.A().Href(crisisAt(p.State.Country())).Text(words.Emergency),
		),
		p.form(),
		p.own(),
	))
}

func (p *supportPage) form() app.UI {
	words := p.words.Support
	send, answer := words.Send, ""
	if p.busy {
		send = words.Busy
	}
	if p.queued {
		answer = p.whereabouts()
	}
	return app.Form().Class("panel support-form").OnSubmit(p.send).Body(
		field(ticketKindID, words.Kind, &ui.Choice{ID: ticketKindID, Name: ticketKindID, Options: ticketKinds(p.env)}),
		app.Div().Class("field").Body(
			app.Label().Class("label").For(ticketTextID).Text(words.Text),
			app.P().Class("hint").ID(ticketTextID+"-hint").Text(words.TextHint),
			app.Textarea().ID(ticketTextID).Class("input plan-input").DataSet("testid", ticketTextID).Rows(6).Dir("auto").
				Attr("autocomplete", "off").Aria("describedby", ticketTextID+"-hint").OnInput(p.typed),
		),
		p.helpSlot(func() app.Context { return p.ctx }, p.box.danger, sendingToSupport),
		p.toldView(),
		formError("ticket-error", p.err),
		ui.Submit("ticket-send", send, p.busy),
		app.P().Class("answer").Role("status").DataSet("testid", "ticket-queued").Text(answer),
	)
}

// whereabouts says where that is which was sent last. Of what was not accepted the list
// tells.
func (p *supportPage) whereabouts() string {
	pending := p.pendingOf(state.KindTicket, uuid.UUID{})
	switch {
	case len(pending) == 0:
		return p.words.Support.Arrived
	case slices.ContainsFunc(pending, func(w state.Pending) bool { return w.Rejected == "" }):
		return p.words.Support.Queued
	default:
		return ""
	}
}

// toldView shows what would be sent along, and lets the person leave it out.
func (p *supportPage) toldView() app.UI {
	words := p.words.Support
	if p.told == nil {
		return app.P().Class("hint").Text(words.Gathering)
	}
	return app.Div().Class("support-told").Body(
		app.Div().Class("switch-row").Body(
			app.Label().Class("switch-label").For(ticketToldID).Text(words.Diagnostics),
			app.Input().ID(ticketToldID).Class("switch").DataSet("testid", ticketToldID).Type("checkbox").
				Checked(!p.without).OnChange(func(ctx app.Context, _ app.Event) { p.without = !ctx.JSSrc().Get("checked").Bool() }),
		),
		app.Details().Class("support-details").Body(
			app.Summary().Text(words.ShowThem),
			toldList(p.env, p.told),
		),
	)
}

// toldList shows diagnostics.
func toldList(e *env, told []wire.Diagnostic) app.UI {
	return app.Dl().Class("facts").Body(app.Range(told).Slice(func(i int) app.UI {
		return app.Div().Class("fact").Body(
			app.Dt().Text(diagnosticName(e, told[i])+" ("+e.words.Diagnosis.Verdicts[told[i].Verdict]+")"),
			app.Dd().Dir("auto").Text(diagnosticValue(e, told[i])),
		)
	}))
}

func ticketKinds(e *env) []ui.Option {
	var list []ui.Option
	for _, kind := range wire.TicketKinds() {
		list = append(list, ui.Option{Value: string(kind), Text: e.words.Support.Kinds[kind]})
	}
	return list
}

// own lists what the person asked, what waits first. Each part has a place of its own:
// where one comes or goes, what is being written below it stays in its box.
func (p *supportPage) own() app.UI {
	words := p.words.Support
	var status, waiting, asked []app.UI
	switch {
	case p.State.Connection() == state.Offline:
		status = append(status, app.P().Class("hint").Role("status").Text(words.Offline))
	case p.failed:
		status = append(status, app.P().Class("hint").Role("status").Text(words.LoadFailed),
			ui.Button(ui.Quiet, "tickets-again", words.Again, func(app.Context, app.Event) { p.load() }))
	}
	pending, tickets := p.pendingOf(state.KindTicket, uuid.UUID{}), p.State.Tickets()
	if len(pending)+len(tickets) == 0 {
		waiting = append(waiting, app.P().Class("hint").Text(words.None))
	}
	for _, waits := range slices.Backward(pending) {
		waiting = append(waiting, p.waiting(waits))
	}
	for _, t := range tickets {
		asked = append(asked, p.ticket(t))
	}
	part := func(body []app.UI) app.UI { return app.Div().Class("support-part").Body(body...) }
	return app.Section().Class("support-own").Body(
		app.H2().Class("panel-title").Text(words.Own), part(status), part(waiting), part(asked),
	)
}

// pendingOf lists the tickets that wait on the device, or the replies to one.
func (p *supportPage) pendingOf(kind state.Kind, to uuid.UUID) []state.Pending {
	return slices.DeleteFunc(p.State.PendingTickets(), func(w state.Pending) bool { return w.Kind != kind || w.To != to })
}

// waiting is a ticket, or a reply, on the device alone.
func (p *supportPage) waiting(t state.Pending) app.UI {
	words := p.words.Support
	status, text := "waiting", words.Waiting
	var why []string
	if t.Rejected != "" {
		status, text, why = "rejected", words.Rejected, reasons(p.words, t.Rejected, t.Reasons)
	}
	body := []app.UI{
		app.P().Class("ticket-status").Text(text),
		app.P().Class("ticket-text").Dir("auto").Text(string(t.Body)),
	}
	for _, line := range why {
		body = append(body, app.P().Class("hint").Text(line))
	}
	body = append(body, ui.Button(ui.Quiet, "ticket-take-back", words.TakeBack, p.takeBack(t.ID), app.EventScope(t.ID.String())))
	return app.Article().Class("panel ticket").DataSet("testid", "ticket-"+t.ID.String()).DataSet("status", status).Body(body...)
}

// ticket is one that the server has.
func (p *supportPage) ticket(t wire.Ticket) app.UI {
	words := p.words.Support
	var waiting []app.UI
	for _, waits := range p.pendingOf(state.KindReply, t.ID) {
		waiting = append(waiting, p.waiting(waits))
	}
	r := p.replyTo(t.ID)
	return app.Article().Class("panel ticket").DataSet("testid", "ticket-"+t.ID.String()).DataSet("status", string(t.Status)).Body(
		app.P().Class("ticket-status").Text(words.Statuses[t.Status]),
		ticketWords(p.env, t, words.You, waiting...),
		replyForm(p.env, r.box.id, words.Reply, words.SendReply, r, p.reply(t.ID)),
	)
}

// ticketWords are the words of both sides, in order, and what waits to become one. They
// are one element: the form after them stays where it is when one comes.
func ticketWords(e *env, t wire.Ticket, asker string, waiting ...app.UI) app.UI {
	words := []app.UI{ticketWord(asker, t.Text, e.Clock.Full(t.CreatedAt), false)}
	for _, r := range t.Replies {
		who := asker
		if r.Support {
			who = e.words.Support.From
		}
		words = append(words, ticketWord(who, r.Text, e.Clock.Full(r.At), r.Support))
	}
	return app.Div().Class("ticket-words").Body(append(words, waiting...)...)
}

func ticketWord(who string, text message.Text, at string, support bool) app.UI {
	class := "ticket-word"
	if support {
		class += " ticket-answer"
	}
	return app.Div().Class(class).Body(
		app.P().Class("ticket-who").Text(who+" · "+at),
		app.P().Class("ticket-text").Dir("auto").Text(string(text)),
	)
}

// replyForm is where either side writes to a ticket. What is typed is kept where
// the reply has a box for that.
func replyForm(e *env, id, label, send string, r *ticketReply, onSubmit app.EventHandler) app.UI {
	onInput := func(ctx app.Context, typed app.Event) {
		if r.box.id != "" {
			r.box.typed(e, typed)
		}
		ctx.PreventUpdate()
	}
	return app.Form().Class("ticket-reply").OnSubmit(onSubmit, app.EventScope(id)).Body(
		app.Div().Class("field").Body(
			app.Label().Class("label").For(id).Text(label),
			app.Textarea().ID(id).Class("input plan-input").DataSet("testid", id).Rows(3).Dir("auto").Attr("autocomplete", "off").
				OnInput(onInput, app.EventScope(id)),
		),
		formError(id+"-error", r.err),
		app.Button().Type("submit").Class(ui.Quiet).DataSet("testid", id+"-send").Disabled(r.busy).Text(send),
	)
}
