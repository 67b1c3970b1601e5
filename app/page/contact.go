package page

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

// Element ids of the form.
const (
	contactEmailID = "contact-email"
	contactKindID  = "contact-kind"
	contactTextID  = "contact-text"
	contactReplyID = "contact-reply"
	contactKeyID   = "contact-key"
)

// contact is where people without a login ask those who run the service, and
// where the link of a mail leads to their answer, with its token in the fragment
// of the address.
type contact struct {
	app.Compo

	*env
	ctx   app.Context
	stop  func()
	token string
	// begun is what was typed before the program ran, by element id: the form
	// works without it. It is nil once it stands in the form.
	begun map[string]string
	focus string // where it was being typed
	form  contactModel
	id    uuid.UUID // of what is handed over, the same for every try
	reply ticketReply
}

// contactModel is what the page shows.
type contactModel struct {
	busy   bool
	sent   bool
	danger danger
	err    string
	gone   bool         // the link leads nowhere
	ticket *wire.Ticket // where the link led
}

// newContact takes over what stands in the form that the server sent.
func newContact(e *env) *contact {
	p := &contact{env: e, begun: make(map[string]string)}
	if app.IsClient {
		for _, id := range []string{contactEmailID, contactKindID, contactTextID} {
			p.begun[id] = value(id)
			if focused(id) {
				p.focus = id
			}
		}
	}
	return p
}

// OnMount names the page, and follows whose app it is.
func (p *contact) OnMount(ctx app.Context) {
	p.ctx = ctx
	setTitle(p.words.Brand.Title(p.words.Support.Contact.Page))
	p.stop = p.State.Watch(func() { ctx.Dispatch(p.changed) })
}

// OnDismount stops following.
func (p *contact) OnDismount() { p.stop() }

// OnNav takes the token from the address, or a question that was handed over.
func (p *contact) OnNav(ctx app.Context) {
	if token := takeToken(); token != "" {
		p.token = token
		p.read()
		return
	}
	if question := p.toSupport.take(p.State); question != "" {
		p.begun[contactTextID] = string(appended(message.Text(p.begun[contactTextID]), question))
	}
	p.changed(ctx)
	// The form stands already: a key that is pressed before the next frame is not lost.
	for id, text := range p.begun {
		if text != "" {
			setValue(id, text)
		}
	}
	p.begun = nil
	focus(p.focus)
	p.typed(ctx, app.Event{})
}

// changed leads who has an account open, which is known only once the device has
// been read, to where they write from it, with what they wrote: they need no mail,
// and it waits while there is no connection.
func (p *contact) changed(app.Context) {
	if !p.State.IsOpen() || p.token != "" || p.form.busy || p.form.sent {
		return
	}
	text := p.begun[contactTextID]
	if p.begun == nil {
		text = value(contactTextID)
	}
	p.toSupport.put(p.State, message.Text(text))
	moveTo(supportPath)
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
			defer p.changed(ctx)
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
	p.sendReply()
}

func (p *contact) sendReply() {
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
			switch {
			case err == nil:
				p.reply, p.form.ticket = ticketReply{}, &ticket
				if value(contactReplyID) == string(r.Text) { // else more was written meanwhile
					setValue(contactReplyID, "")
				}
			case isCode(err, wire.CodeIDConflict):
				p.reply.id = uuid.UUID{} // the text was changed after a try that arrived
				p.sendReply()
			default:
				p.reply.err = sentence(explain(p.words, err))
			}
		})
	})
}

// Render draws the page.
func (p *contact) Render() app.UI {
	return contactView(p, p.form)
}

func contactView(p *contact, m contactModel) app.UI {
	words := p.words.Support
	var body []app.UI
	switch {
	case m.sent:
		body = []app.UI{app.Div().DataSet("testid", "contact-sent").Body(
			app.H1().Class("card-title").Text(words.Contact.Sent.Title),
			app.P().Class("card-lead").Role("status").Text(words.Contact.Sent.Text),
			withoutScripts(words.Contact.NoScript),
		)}
	case m.ticket != nil:
		body = []app.UI{
			app.H1().Class("card-title").Text(words.Contact.Answer),
			ticketWords(p.env, *m.ticket, words.You),
			replyForm(p.env, contactReplyID, words.Reply, words.SendReply, &p.reply, p.answer),
		}
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
	return []app.UI{
		app.H1().Class("card-title").Text(words.Contact.Title),
		app.P().Class("card-lead").Text(words.Contact.Lead),
		app.P().Class("support-warn").Body(
			app.Span().Text(words.NoMessages+" "),
			app.A().Href(crisisAt("")).Text(words.Emergency),
		),
		withoutScripts(words.Contact.NoScript),
		app.P().Class("hint").Body(app.Text(words.Contact.HaveAccount+" "), app.A().Href(supportPath).Text(words.Contact.ToSupport)),
		app.Form().Class("form").Attr("novalidate", true).Method("post").Action(contactPath).OnSubmit(p.submit).Body(
			formError("contact-error", m.err),
			app.Input().Type("hidden").ID(contactKeyID).Name(contactKeyID), // the server's
			ui.Field{
				ID: contactEmailID, Label: words.Contact.Email, Hint: words.Contact.EmailHint, Type: "email", Autocomplete: "email",
			}.Draw(),
			field(contactKindID, words.Kind, kind.Body(options...)),
			field(contactTextID, words.Text, text),
			p.helpSlot(func() app.Context { return p.ctx }, m.danger, sendingToSupport),
			ui.Submit("contact-send", send, m.busy),
		),
	}
}

// withoutScripts shows words only where the browser runs no scripts.
func withoutScripts(words string) app.UI {
	return app.Elem("noscript").Body(app.P().Class("hint").Text(words))
}

// ContactSent returns what the server answers whose form came without the program.
func ContactSent() app.UI {
	return contactView(&contact{env: &env{words: phrase.English()}}, contactModel{sent: true})
}
