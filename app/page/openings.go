package page

import (
	"context"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/wire"
)

// openings is the page that tells a client who opened a conversation.
type openings struct {
	frame

	asked uuid.UUID // the conversation in the address
	shown uuid.UUID // the one that found is about
	found wire.Openings
	look  lookup
}

func newOpenings(e *env) *openings { return &openings{frame: frame{env: e, path: openingsPath}} }

// OnMount names the page and begins to follow the state.
func (p *openings) OnMount(ctx app.Context) {
	setTitle(p.words.Brand.Title(p.words.Openings.Page))
	p.follow(ctx, p.changed)
}

// OnNav takes in which conversation is asked for.
func (p *openings) OnNav(ctx app.Context) {
	p.arrive(ctx)
	p.asked = conversationIn(ctx.Page().URL().Query())
	p.changed(ctx)
}

// changed looks it up as soon as that is possible.
func (p *openings) changed(ctx app.Context) {
	p.guard(ctx)
	id := p.open()
	if p.shown != id {
		p.shown = id
		p.look.forget()
	}
	if id != (uuid.UUID{}) && p.look.due(p.env) {
		p.load()
	}
}

// open returns the conversation asked for, or the only one there is. The zero
// id stands for a choice.
func (p *openings) open() uuid.UUID {
	if p.asked != (uuid.UUID{}) {
		return p.asked
	}
	if list := p.State.List(); len(list) == 1 {
		return list[0].ID
	}
	return uuid.UUID{}
}

func (p *openings) load() {
	id := p.shown
	ask(&p.look, p.ctx, func(ctx context.Context) (wire.Openings, error) { return p.Client.Openings(ctx, id) },
		func(found wire.Openings) { p.found = found })
}

// Render draws the page.
func (p *openings) Render() app.UI {
	words := p.words.Openings
	if !p.known() {
		return shellView(p.words)
	}
	return p.around(words.Short, app.Div().Class("settings openings-page").ID(contentID).TabIndex(-1).Body(
		append([]app.UI{app.H1().Class("settings-title").Text(words.Title)}, p.content()...)...,
	))
}

func (p *openings) content() []app.UI {
	words := p.words.Openings
	view := p.State.View(p.open())
	switch {
	case !p.State.HasRole(wire.RoleClient):
		return []app.UI{ui.Notice(words.NoClient, ui.LinkButton(ui.Quiet, "/", p.words.Conversation.BackToAll))}
	case p.open() == (uuid.UUID{}):
		return p.choice()
	}
	if missing := p.look.missing(p.env, words.Lookup, "openings-again", p.load); missing != nil {
		return []app.UI{missing}
	}
	if !view.Found {
		return []app.UI{app.P().Class("opening").Role("status").Text(words.Lookup.Loading)}
	}
	return p.list(view)
}

// choice lists the conversations.
func (p *openings) choice() []app.UI {
	words, list := p.words.Openings, p.State.List()
	return []app.UI{
		app.P().Class("openings-lead").Text(words.Choose),
		app.Ul().Class("list").Body(app.Range(list).Slice(func(i int) app.UI {
			return app.Li().Body(
				app.A().Class("list-link").Href(openingsAt(list[i].ID)).Body(
					app.Span().Class("list-name").Dir("auto").Text(words.With(string(list[i].Peer.Name))),
				),
			)
		})),
	}
}

// list shows who opened a conversation.
func (p *openings) list(view state.View) []app.UI {
	words := p.words.Openings
	name := string(view.Peer.Name)
	note := words.DayNote(name)
	if view.Receipts {
		note = words.TimeNote(name)
	}
	lead := app.Div().Class("openings-lead").Body(
		app.P().Text(words.Lead(name)),
		app.P().Text(note),
	)
	if len(p.found.Openings) == 0 {
		return []app.UI{lead, ui.Notice(words.None)}
	}
	told := p.found.Openings
	return []app.UI{
		lead,
		app.Ol().Class("openings").DataSet("testid", "openings").Body(app.Range(told).Slice(func(i int) app.UI {
			return p.opening(told[i], view)
		})),
		app.If(p.found.More, func() app.UI { return app.P().Class("hint").Text(words.More) }),
		app.P().Class("openings-warn").Text(words.Unknown),
	}
}

// opening is a line of the list.
func (p *openings) opening(o wire.Opening, view state.View) app.UI {
	words := p.words.Openings
	name, who := string(o.Name), words.Staff
	switch o.Account {
	case p.State.Account().ID:
		name, who = words.You, ""
	case view.Peer.ID:
		who = words.Their
	}
	var when string
	if o.At != nil {
		when = p.Clock.Full(*o.At)
	} else {
		when = p.Clock.Date(o.Day)
	}
	return app.Li().Class("openings-entry").DataSet("testid", "opening").Body(
		app.Span().Class("openings-who").Body(
			app.Span().Class("openings-name").Dir("auto").Text(name),
			app.If(who != "", func() app.UI { return app.Span().Class("openings-role").Text(who) }),
		),
		app.Time().Class("openings-when").Text(when),
	)
}

// openings leads, from the settings of a client, to who opened their messages.
func (p *settings) openings() app.UI {
	if !p.State.HasRole(wire.RoleClient) {
		return nil
	}
	words := p.words.Openings
	return app.Section().Class("panel").Body(
		app.H2().Class("panel-title").Text(words.Settings.Title),
		app.P().Class("hint").Text(words.Settings.Text),
		app.Div().Body(ui.LinkButton(ui.Quiet, openingsPath, words.Page)),
	)
}
