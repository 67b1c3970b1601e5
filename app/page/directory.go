package page

import (
	"context"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/syncer"
	"pleiades/app/ui"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// directory is the page on which people find a therapist, ask them for a
// conversation, and see what became of that.
type directory struct {
	frame

	found  []wire.DirectoryEntry
	look   lookup
	asking *wire.DirectoryEntry // whom a request is being written to
	note   draftBox             // what it says
	deed
	saidOf string // how the requests stood when something was said of them
}

const requestNoteID = "request-note"

func newDirectory(e *env) *directory {
	// Help is shown at once, since nobody may read the note for days.
	return &directory{frame: frame{env: e, path: directoryPath}, note: draftBox{id: requestNoteID, watched: true}}
}

// OnMount names the page and begins to follow the state.
func (p *directory) OnMount(ctx app.Context) {
	setTitle(p.words.Brand.Title(p.words.Directory.Page))
	p.follow(ctx, p.changed)
}

// OnNav takes in where the page is.
func (p *directory) OnNav(ctx app.Context) {
	p.arrive(ctx)
	p.changed(ctx)
}

// changed looks the therapists up as soon as that is possible.
func (p *directory) changed(ctx app.Context) {
	p.guard(ctx)
	ctx.Defer(func(ctx app.Context) {
		if p.note.settle(p.env) {
			ctx.Update()
		}
	})
	if p.said != "" && p.saidOf != "" && p.saidOf != requestsNow(p.State) {
		p.said = "" // something else has become of them since
	}
	if !p.State.Account().Operator && p.look.due(p.env) {
		p.load()
	}
}

// requestsNow tells how one's own requests stand.
func requestsNow(s *state.App) string {
	now := "-"
	if r := s.Requests(); r != nil {
		for _, sent := range r.Sent {
			now += sent.ID.String() + string(sent.Status)
		}
	}
	return now
}

func (p *directory) load() {
	ask(&p.look, p.ctx, p.Client.Directory, func(found []wire.DirectoryEntry) { p.found = found })
}

// Render draws the page.
func (p *directory) Render() app.UI {
	words := p.words.Directory
	if !p.known() {
		return shellView(p.words)
	}
	body := []app.UI{app.H1().Class("settings-title").Text(words.Page)}
	if p.State.Account().Operator {
		body = append(body, ui.Notice(words.OthersOnly, ui.LinkButton(ui.Quiet, "/", p.words.Conversation.BackToAll)))
	} else {
		body = append(body,
			app.If(len(p.found) > 0, func() app.UI { return app.P().Class("directory-lead").Text(words.Lead) }),
			app.P().Class("directory-said").Role("status").DataSet("testid", "directory-said").Text(p.said),
			app.If(p.asking == nil, func() app.UI { return formError("directory-error", p.err) }),
			p.sent(),
			p.therapists(),
			app.P().Body(app.A().Class("nav-link").Href(signUpPath).Text(p.words.Home.EnterCode)),
		)
	}
	return p.around(words.Page, app.Div().Class("settings directory-page").ID(contentID).TabIndex(-1).Body(body...))
}

// sent lists one's own requests; nil while there are none.
func (p *directory) sent() app.UI {
	words := p.words.Directory
	requests := p.State.Requests()
	if requests == nil || len(requests.Sent) == 0 {
		return nil
	}
	return app.Section().Class("panel").Aria("labelledby", "directory-sent").Body(
		app.H2().Class("panel-title").ID("directory-sent").Text(words.Sent),
		app.Ul().Class("request-list").Body(app.Range(requests.Sent).Slice(func(i int) app.UI {
			return p.request(requests.Sent[i])
		})),
	)
}

func (p *directory) request(r wire.CareRequest) app.UI {
	words := p.words.Directory
	body := []app.UI{
		app.P().Class("request-who").Dir("auto").Text(words.To(string(r.Therapist.Name))),
		app.P().Text(requestStanding(words, r.Status)),
	}
	switch r.Status {
	case wire.RequestAccepted:
		body = append(body,
			app.Div().Body(app.A().Class(ui.Quiet).Href("/c/"+r.Conversation.String()).DataSet("testid", "request-open").Text(words.Open)),
		)
	case wire.RequestDeclined:
		body = append(body, app.P().Class("request-words").Dir("auto").Text(string(r.Answer)))
	default:
		body = append(body,
			app.P().Class("request-words").Dir("auto").Text(string(r.Note)),
			app.Div().Body(app.Button().Type("button").Class(ui.Quiet).DataSet("testid", "request-withdraw").Text(words.Withdraw).
				Aria("label", words.Withdraw+": "+words.To(string(r.Therapist.Name))).OnClick(p.withdraw(r.ID), app.EventScope(r.ID.String()))),
		)
	}
	return app.Li().Class("request").DataSet("testid", "request-"+r.ID.String()).DataSet("status", string(r.Status)).Body(body...)
}

// therapists lists who can be asked.
func (p *directory) therapists() app.UI {
	words := p.words.Directory
	if missing := p.look.missing(p.env, words.Lookup, "directory-again", p.load); missing != nil {
		return missing
	}
	if len(p.found) == 0 {
		return ui.Notice(words.None)
	}
	return app.Section().Aria("label", words.Therapists).Body(
		app.Ul().Class("directory-list").Body(app.Range(p.found).Slice(func(i int) app.UI { return p.entry(p.found[i]) })),
	)
}

// entry is a therapist.
func (p *directory) entry(e wire.DirectoryEntry) app.UI {
	words, a := p.words.Directory, p.words.Agreement
	name := string(e.Therapist.Name)
	body := []app.UI{
		app.H2().Class("panel-title").Dir("auto").Text(name),
		app.P().Class("hint").Dir("auto").Text(words.At(string(e.Practice.Name))),
	}
	if e.Words != "" {
		body = append(body, app.P().Class("request-words").Dir("auto").Text(string(e.Words)))
	}
	if e.Style != "" {
		facts := []app.UI{app.Dt().Text(a.Style), app.Dd().Text(a.Styles[e.Style].Text)}
		if e.Promise != nil && e.Style != availability.StyleNone {
			facts = append(facts, app.Dt().Text(words.Promise), app.Dd().Text(a.Within(e.Promise.Min, e.Promise.Max)+". "+a.BusinessDays))
		}
		body = append(body, app.Dl().Class("terms").Body(facts...))
	}
	switch {
	case p.asking != nil && p.asking.Therapist.ID == e.Therapist.ID && p.asking.Practice.ID == e.Practice.ID:
		body = append(body, p.form(name))
	case e.Therapist.ID == p.State.Account().ID || p.askedBefore(e):
		body = append(body, app.P().Class("hint").Text(words.Yours))
	case !e.Accepting:
		body = append(body, app.P().Class("hint").Text(words.NotAsked))
	default:
		body = append(body, app.Div().Body(app.Button().Type("button").Class(ui.Quiet).DataSet("testid", "directory-ask").
			Aria("label", words.AskLabel(name)).Text(words.Ask).OnClick(p.begin(e), app.EventScope(e.Practice.ID, e.Therapist.ID))))
	}
	return app.Li().Class("panel").DataSet("testid", "therapist-"+e.Therapist.ID.String()).Body(body...)
}

// askedBefore reports whether there is a request to the therapist in their
// practice, or a conversation with them there.
func (p *directory) askedBefore(e wire.DirectoryEntry) bool {
	if requests := p.State.Requests(); requests != nil {
		for _, r := range requests.Sent {
			if r.Therapist.ID == e.Therapist.ID && r.Practice.ID == e.Practice.ID {
				return true
			}
		}
	}
	for _, s := range p.State.List() {
		if s.Peer.ID == e.Therapist.ID && s.Practice == e.Practice.ID {
			return true
		}
	}
	return false
}

// form is where a request is written.
func (p *directory) form(name string) app.UI {
	words := p.words.Directory
	send := words.Send
	if p.busy {
		send = words.Sending
	}
	return app.Form().Class("form").Attr("novalidate", true).OnSubmit(p.ask).Body(
		p.note.lines(p.env, words.Note(name), words.NoteHint),
		p.helpSlot(func() app.Context { return p.ctx }, p.note.danger, nil),
		formError("directory-error", p.err),
		app.Div().Class("request-ways").Body(
			ui.Submit("request-send", send, p.busy),
			ui.Button(ui.Quiet, "request-cancel", words.Cancel, func(app.Context, app.Event) {
				p.note.put(p.env, "")
				p.asking, p.err = nil, ""
			}),
		),
	)
}

// lineBox is a labelled box for a few lines.
func lineBox(id, label, hint string, typed app.EventHandler) app.UI {
	return app.Div().Class("field").Body(
		app.Label().Class("label").For(id).Text(label),
		app.P().Class("hint").ID(id+"-hint").Text(hint),
		app.Textarea().ID(id).Class("input").DataSet("testid", id).Attr("autocomplete", "off").Rows(4).Dir("auto").
			Attr("aria-describedby", id+"-hint").OnInput(typed, app.EventScope(id)),
	)
}

func (p *directory) begin(e wire.DirectoryEntry) app.EventHandler {
	return func(app.Context, app.Event) {
		p.asking, p.err, p.said = &e, "", ""
		p.note.begin(p.env, p.ctx, syncer.RequestDraft(e.Practice.ID, e.Therapist.ID))
	}
}

// ask sends the request.
func (p *directory) ask(_ app.Context, e app.Event) {
	e.PreventDefault()
	if p.busy || p.asking == nil {
		return
	}
	note := message.Text(value(requestNoteID))
	if n := message.Length(message.Normalize(note)); n < 1 || n > wire.MaxRequestNote {
		p.err = p.words.Directory.NoteInvalid
		focus(requestNoteID)
		return
	}
	r := wire.AskForCare{Practice: p.asking.Practice.ID, Therapist: p.asking.Therapist.ID, Note: note}
	p.perform(func(ctx context.Context) error { return p.Client.AskForCare(ctx, r) }, p.words.Directory.Asked,
		func() { p.note.put(p.env, "") })
}

func (p *directory) withdraw(id uuid.UUID) app.EventHandler {
	return func(app.Context, app.Event) {
		p.perform(func(ctx context.Context) error { return p.Client.WithdrawRequest(ctx, id) }, p.words.Directory.Withdrawn, func() {})
	}
}

// perform does something with a request, says so and goes on with done.
func (p *directory) perform(act func(context.Context) error, said string, done func()) {
	p.saidOf = ""
	p.do(p.env, p.ctx, act, said, func(ctx app.Context) {
		p.saidOf = requestsNow(p.State)
		done()
		p.asking = nil
		ctx.Defer(func(app.Context) { focus(contentID) })
	})
}
