package page

import (
	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/wire"
)

// home is the dashboard and, beside the list or in its place, the conversation
// that is open. Both addresses share it, so that the list stays as it is while
// people move between conversations.
type home struct {
	frame

	inbox inbox
	ticks func() // stops the minutes
}

// newHome returns the page at path; empty if it is known only after OnNav.
func newHome(e *env, path string) *home {
	return &home{frame: frame{env: e, path: path}, inbox: inbox{words: e.words, clock: e.Clock}}
}

// OnMount begins to follow the state, and the time.
func (p *home) OnMount(ctx app.Context) {
	p.follow(ctx, p.changed)
	p.ticks = everyMinute(func() { ctx.Dispatch(func(app.Context) {}) })
}

// OnDismount stops following.
func (p *home) OnDismount() {
	p.frame.OnDismount()
	p.ticks()
}

// OnNav takes in which conversation is open.
func (p *home) OnNav(ctx app.Context) {
	p.arrive(ctx)
	p.changed(ctx)
}

// changed keeps the title, and who may be here, in step with the state.
func (p *home) changed(ctx app.Context) {
	title := p.words.Front.Title
	if _, ok := conversationAt(p.path); ok {
		title = p.words.Conversation.Page
	} else if p.State.Login() != state.LoggedOut {
		title = p.words.Home.Page
	}
	setTitle(p.words.Brand.Title(title))
	p.guard(ctx)
}

// Render draws the page.
func (p *home) Render() app.UI {
	login := p.State.Login()
	id, open := conversationAt(p.path)
	switch {
	case login == state.LoginUnknown, login == state.Locked, p.path == "":
		return shellView(p.words)
	case login == state.LoggedOut:
		return frontView(p.words)
	case open:
		return p.around(string(p.State.View(id).Peer.Name), app.Div().Class("columns columns-open").Body(
			p.side(id, "side"),
			newThread(p.env, id),
		))
	default:
		return p.around("", app.Div().Class("columns columns-home").Body(
			p.side(uuid.UUID{}, contentID),
			p.dashboard(),
		))
	}
}

// side is the list of conversations, for small screens the whole dashboard.
func (p *home) side(open uuid.UUID, id string) app.UI {
	greeting := p.words.Home.Greeting(string(p.State.Account().Name))
	heading := app.UI(app.H1().Class("greeting").Dir("auto").Text(greeting))
	if open != (uuid.UUID{}) {
		heading = app.P().Class("greeting").Dir("auto").Text(greeting)
	}
	return app.Section().Class("side").ID(id).TabIndex(-1).Aria("label", p.words.Home.Page).Body(
		heading,
		p.list(p.items(open)),
		ui.Links("side-nav", p.words, p.links()[1:]),
		p.suspensionView(),
		p.requestsView(),
		p.inviteView(),
	)
}

// items are the lines of the list.
func (p *home) items(open uuid.UUID) []ui.ListItem {
	list := p.State.List()
	if !p.State.HasRole(wire.RoleTherapist) {
		return listItems(p.words, p.Clock, list, open)
	}
	sorted := p.inbox.sort(list)
	for i, s := range sorted {
		list[i] = s.Summary
	}
	items := listItems(p.words, p.Clock, list, open)
	p.inbox.mark(items, sorted)
	return items
}

func (p *home) list(items []ui.ListItem) app.UI {
	if len(items) > 0 {
		return app.Nav().Class("side-list").Aria("label", p.words.Home.Conversations).Body(ui.List(p.words, items))
	}
	return app.Div().Class("side-list").Body(p.emptyList())
}

// emptyList says why there are no conversations.
func (p *home) emptyList() app.UI {
	words := p.words.Home
	switch {
	case p.State.Account().Operator:
		return ui.Notice(p.words.Operator.Home, ui.LinkButton(ui.Primary, operatorPath, p.words.Operator.Page))
	case (p.State.HasRole(wire.RoleAdmin) || p.State.HasRole(wire.RoleOwner)) && !p.State.HasRole(wire.RoleTherapist):
		return ui.Notice(words.Admin)
	case p.State.Connection() == state.Syncing:
		return app.P().Class("opening").Role("status").Text(words.Fetching)
	case p.State.Connection() == state.Offline && !p.alone(): // then there are none
		return app.P().Class("opening").Role("status").Text(words.FetchingLater)
	case p.State.HasRole(wire.RoleTherapist) && p.State.HasRole(wire.RoleOwner):
		return ui.Notice(p.words.Members.Setup,
			p.setupLink(),
			ui.LinkButton(ui.Quiet, membersPath, p.words.Members.Invite),
		)
	case p.State.HasRole(wire.RoleTherapist):
		return ui.Notice(words.NoClients)
	default:
		return ui.Notice(words.NoTherapist, ui.LinkButton(ui.Primary, directoryPath, words.FindOne), ui.LinkButton(ui.Quiet, signUpPath, words.EnterCode))
	}
}

// setupLink leads an owner through what their practice needs, from where they
// left.
func (p *home) setupLink() app.UI {
	text := p.words.Setup.Begin
	if p.State.Setup() > 0 {
		text = p.words.Setup.GoOn
	}
	return ui.LinkButton(ui.Primary, setupPath, text)
}

// inviteView leads a therapist to where they invite clients.
func (p *home) inviteView() app.UI {
	if !p.State.HasRole(wire.RoleTherapist) {
		return nil
	}
	words := p.words.Invite
	return app.Section().Class("invite").Body(
		app.H2().Class("invite-title").Text(words.Title),
		app.P().Class("invite-lead").Text(words.Lead),
		app.A().Class(ui.Quiet).Href(invitePath).DataSet("testid", "invite-open").Text(words.Link),
	)
}

// requestsView leads a therapist to who asks for a conversation, and a client to
// the therapists who can be asked.
func (p *home) requestsView() app.UI {
	requests := p.State.Requests()
	switch {
	case p.State.HasRole(wire.RoleTherapist) && requests != nil && len(requests.Received) > 0:
		return app.P().Class("home-requests").Body(app.A().Class(ui.Primary).Href(requestsPath).DataSet("testid", "requests-open").
			Text(p.words.RequestList.Link(len(requests.Received))))
	case p.State.HasRole(wire.RoleClient):
		return app.P().Class("home-requests").Body(app.A().Class("nav-link").Href(directoryPath).DataSet("testid", "directory-open").
			Text(p.words.Home.FindOne))
	}
	return nil
}
