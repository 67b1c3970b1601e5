package page

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Element ids of the form.
const (
	contactEmailID = "contact-email"
	contactKindID  = "contact-kind"
	contactTextID  = "contact-text"
	contactReplyID = "contact-reply"
)

// contact is where people without a login ask those who run the service, and
// where the link of a mail leads to their answer, with its token in the fragment
// of the address.
type contact struct {
	app.Compo

	*env
	ctx   app.Context
	token string
	form  contactModel
	id    uuid.UUID // of what is handed over, the same for every try
	reply ticketReply
}

// contactModel is what the page shows.
type contactModel struct {
	asleep bool // the program does not run yet
	busy   bool
	sent   bool
	danger bool
	err    string
	gone   bool         // the link leads nowhere
	ticket *wire.Ticket // where the link led
}

func newContact(e *env) *contact { return &contact{env: e} }

// OnMount names the page.
func (p *contact) OnMount(ctx app.Context) {
	p.ctx = ctx
	setTitle(p.words.Brand.Title(p.words.Support.Contact.Page))
}

// OnNav takes the token from the address, or a question that was handed over.
func (p *contact) OnNav(ctx app.Context) {
	if token := takeToken(); token != "" {
		p.token = token
		p.read()
	}
	if p.toSupport != "" && p.State.IsOpen() {
		ctx.Navigate(supportPath) // they need no mail
		return
	}
	question := string(p.toSupport)
	p.toSupport = ""
	if question != "" {
		ctx.Defer(func(app.Context) { setValue(contactTextID, question) })
	}
}

func (p *contact) read() {
	p.form.busy = true
	p.ctx.Async(func() {
		ticket, err := p.Client.ReadContact(context.Background(), p.token)
		p.ctx.Dispatch(func(app.Context) {
			p.form.busy = false
			switch {
			case isCode(err, wire.CodeNotFound):
				p.form.gone = true
			case err != nil:
				p.form.err = sentence(explain(p.words, err))
			default:
				p.form.ticket = &ticket
			}
		})
	})
}

func (p *contact) typed(app.Context, app.Event) { p.form.danger = inDanger(value(contactTextID)) }

func (p *contact) submit(_ app.Context, e app.Event) {
	e.PreventDefault()
	if p.form.busy {
		return
	}
	if p.id == (uuid.UUID{}) {
		id, err := p.Client.NewID()
		if err != nil {
			p.form.err = sentence(p.words.Problems.Unknown)
			return
		}
		p.id = id
	}
	c := wire.Contact{
		ID: p.id, Email: message.Text(strings.TrimSpace(value(contactEmailID))), Kind: wire.TicketKind(value(contactKindID)),
		Text: message.Text(value(contactTextID)),
	}
	if codes := (message.Draft{Body: c.Text}).Validate(); codes != nil {
		p.form.err = p.words.Message(codes[0])
		return
	}
	p.form.busy, p.form.err = true, ""
	p.ctx.Async(func() {
		err := p.Client.Contact(context.Background(), c)
		p.ctx.Dispatch(func(ctx app.Context) {
			p.form.busy, p.form.sent = false, err == nil
			switch {
			case err == nil:
				ctx.Defer(func(app.Context) { focus(contentID) })
			case isCode(err, wire.CodeInvalidRequest):
				p.form.err = p.words.Support.Contact.BadEmail
			case isCode(err, wire.CodeIDConflict):
				p.id = uuid.UUID{} // the text was changed after a try that arrived
				p.submit(ctx, e)
			default:
				p.form.err = sentence(explain(p.words, err))
			}
		})
	})
}

func (p *contact) answer(_ app.Context, e app.Event) {
	e.PreventDefault()
	if p.reply.busy {
		return
	}
	if p.reply.id == (uuid.UUID{}) {
		id, err := p.Client.NewID()
		if err != nil {
			p.reply.err = sentence(p.words.Problems.Unknown)
			return
		}
		p.reply.id = id
	}
	r := wire.ContactReply{Token: p.token, ID: p.reply.id, Text: message.Text(value(contactReplyID))}
	p.reply.busy, p.reply.err = true, ""
	p.ctx.Async(func() {
		ticket, err := p.Client.ReplyContact(context.Background(), r)
		p.ctx.Dispatch(func(app.Context) {
			p.reply.busy = false
			if err != nil {
				p.reply.err = sentence(explain(p.words, err))
				return
			}
			p.reply, p.form.ticket = ticketReply{}, &ticket
			setValue(contactReplyID, "")
		})
	})
}

// Render draws the page.
func (p *contact) Render() app.UI {
	form := p.form
	form.asleep = app.IsServer
	return contactView(p, form)
}

func contactView(p *contact, m contactModel) app.UI {
	words := p.words.Support
	var body []app.UI
	switch {
	case m.sent:
		body = []app.UI{app.Div().DataSet("testid", "contact-sent").Body(
			app.H1().Class("card-title").Text(words.Contact.Sent.Title),
			app.P().Class("card-lead").Role("status").Text(words.Contact.Sent.Text),
		)}
	case m.ticket != nil:
		body = append([]app.UI{app.H1().Class("card-title").Text(words.Contact.Answer)}, ticketWords(p.env, *m.ticket, words.You)...)
		body = append(body, replyForm(contactReplyID, words.Reply, words.SendReply, &p.reply, p.answer))
	case m.gone:
		body = []app.UI{
			app.H1().Class("card-title").Text(words.Contact.Gone.Title),
			app.P().Class("card-lead").Role("status").Text(words.Contact.Gone.Text),
		}
	default:
		body = p.formView(m)
	}
	return public(p.words, nil, app.Div().Class("card support-card").DataSet("testid", "contact").Body(body...))
}

func (p *contact) formView(m contactModel) []app.UI {
	words := p.words.Support
	send := words.Send
	if m.busy {
		send = words.Busy
	}
	text := app.Textarea().ID(contactTextID).Class("input plan-input").DataSet("testid", contactTextID).Rows(6).Dir("auto").
		Attr("autocomplete", "off").Name(contactTextID).OnInput(p.typed)
	options := []app.UI{}
	for _, o := range ticketKinds(p.env) {
		options = append(options, app.Option().Value(o.Value).Text(o.Text))
	}
	kind := app.Select().ID(contactKindID).Class("input select").DataSet("testid", contactKindID).Name(contactKindID)
	if m.asleep {
		text, kind = text.Disabled(true), kind.Disabled(true)
	}
	slot := app.Div().Class("help-slot").ID(ui.HelpPanelID)
	if m.danger {
		slot = slot.Body(p.helpPanel(func() app.Context { return p.ctx }, words.Emergency).Draw())
	}
	return []app.UI{
		app.H1().Class("card-title").Text(words.Contact.Title),
		app.P().Class("card-lead").Text(words.Contact.Lead),
		app.P().Class("support-warn").Body(
			app.Span().Text(words.NoMessages+" "),
			app.A().Href(crisisAt("")).Text(words.Emergency),
		),
		app.P().Class("hint").Body(app.Text(words.Contact.HaveAccount+" "), app.A().Href(supportPath).Text(words.Contact.ToSupport)),
		app.Elem("noscript").Body(app.P().Class("support-warn").Text(words.Contact.NoScript)),
		app.Form().Class("form").Attr("novalidate", true).OnSubmit(p.submit).Body(
			formError("contact-error", m.err),
			ui.Field{
				ID: contactEmailID, Label: words.Contact.Email, Hint: words.Contact.EmailHint, Type: "email", Autocomplete: "email", Disabled: m.asleep,
			}.Draw(),
			field(contactKindID, words.Kind, kind.Body(options...)),
			field(contactTextID, words.Text, text),
			slot,
			ui.Submit("contact-send", send, m.busy || m.asleep),
		),
	}
}

// contactPublic is the page before the program runs.
func contactPublic(e *env) app.UI { return contactView(newContact(e), contactModel{asleep: true}) }
