package page

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// invite is the page on which a therapist makes invitations and sees those that
// nobody has used. A new one is kept by the page alone, as long as it is open.
type invite struct {
	frame

	made   *wire.Invitation
	busy   bool
	copied bool
	err    string

	open    []wire.OpenInvitation
	listed  bool // what open is
	loading bool
	failed  string
	gone    bool // one was withdrawn here
	used    bool // one was to be, but somebody has used it meanwhile
}

// invitePlaceID is the element id of the choice among several practices.
const invitePlaceID = "invite-practice"

func newInvite(e *env) *invite { return &invite{frame: frame{env: e, path: invitePath}} }

// OnMount names the page and begins to follow the state.
func (p *invite) OnMount(ctx app.Context) {
	setTitle(p.words.Brand.Title(p.words.Invite.Page))
	p.follow(ctx, p.changed)
}

// OnNav takes in where the page is.
func (p *invite) OnNav(ctx app.Context) {
	p.arrive(ctx)
	p.changed(ctx)
}

// changed looks up the open invitations as soon as that is possible.
func (p *invite) changed(ctx app.Context) {
	p.guard(ctx)
	online := p.State.Login() == state.LoggedIn && p.State.Connection() != state.Offline
	if !online {
		p.failed = "" // it is tried again once there is a connection
	} else if !p.listed && p.failed == "" && p.State.HasRole(wire.RoleTherapist) {
		p.load()
	}
}

func (p *invite) load() {
	if p.loading {
		return
	}
	p.loading, p.failed = true, ""
	p.ctx.Async(func() {
		list, err := p.Client.Invitations(context.Background())
		p.ctx.Dispatch(func(app.Context) {
			p.loading = false
			if err != nil {
				p.failed = p.because(err)
				return
			}
			p.open, p.listed = list, true
		})
	})
}

// because says what went wrong. Nothing is typed here that could be kept.
func (p *invite) because(err error) string {
	if problem := explain(p.words, err); problem != p.words.Problems.NoConnection {
		return sentence(problem)
	}
	return p.words.Invite.NeedsConnection
}

// place returns the practice a client is invited to.
func (p *invite) place() uuid.UUID {
	if id, err := message.ParseID(value(invitePlaceID)); err == nil {
		return id
	}
	if places := worksAt(p.State); len(places) > 0 {
		return places[0].ID
	}
	return uuid.Nil
}

// worksAt lists the practices in which the person is a therapist.
func worksAt(s *state.App) []wire.Practice {
	var list []wire.Practice
	for _, m := range s.Account().Memberships {
		if m.Role == wire.RoleTherapist {
			list = append(list, m.Practice)
		}
	}
	return list
}

func (p *invite) create(app.Context, app.Event) {
	if p.busy {
		return
	}
	p.busy, p.err, p.gone, p.used = true, "", false, false
	practice := p.place()
	p.ctx.Async(func() {
		made, err := p.Client.Invite(context.Background(), practice)
		p.ctx.Dispatch(func(ctx app.Context) {
			p.busy, p.copied = false, false
			if err != nil {
				p.err = p.because(err)
				return
			}
			p.made = &made
			p.load()
			ctx.Defer(func(app.Context) { focus("invite-made") })
		})
	})
}

// withdraw takes back an invitation.
func (p *invite) withdraw(id uuid.UUID) app.EventHandler {
	return func(app.Context, app.Event) {
		p.ctx.Async(func() {
			err := p.Client.Withdraw(context.Background(), id)
			p.ctx.Dispatch(func(app.Context) {
				p.gone, p.used = err == nil, isNotFound(err)
				if err != nil && !p.used {
					p.failed = p.because(err)
					return
				}
				if p.made != nil && p.made.ID == id {
					p.made = nil
				}
				p.load()
			})
		})
	}
}

func (p *invite) copy(app.Context, app.Event) {
	copyText("invite-url", func(ok bool) {
		p.ctx.Dispatch(func(app.Context) { p.copied = ok })
	})
}

// Render draws the page.
func (p *invite) Render() app.UI {
	words := p.words.Invite
	if !p.known() {
		return shellView(p.words)
	}
	body := []app.UI{app.H1().Class("settings-title").Text(words.Title)}
	if !p.State.HasRole(wire.RoleTherapist) {
		body = append(body, ui.Notice(words.OthersOnly, ui.LinkButton(ui.Quiet, "/", p.words.Conversation.BackToAll)))
	} else {
		body = append(body, p.creation(), p.openList())
		if p.made != nil {
			body = append(body, p.letter(*p.made))
		}
	}
	return p.around(words.Page, app.Div().Class("settings invite-page").ID(contentID).TabIndex(-1).Body(body...))
}

// creation is where an invitation is made and shown.
func (p *invite) creation() app.UI {
	words := p.words.Invite
	create := words.Create
	switch {
	case p.busy:
		create = words.Busy
	case p.made != nil:
		create = words.Another
	}
	body := []app.UI{app.P().Text(words.Lead)}
	if places := worksAt(p.State); len(places) > 1 {
		options := make([]ui.Option, len(places))
		for i, place := range places {
			options[i] = ui.Option{Value: place.ID.String(), Text: string(place.Name)}
		}
		body = append(body, field(invitePlaceID, words.Place, &ui.Choice{ID: invitePlaceID, Name: invitePlaceID, Options: options}))
	}
	if p.made != nil {
		body = append(body, p.shown(*p.made))
	}
	look := ui.Primary
	if p.made != nil {
		look = ui.Quiet
	}
	body = append(body,
		app.Div().Body(ui.Button(look, "invite-create", create, p.create)),
		formError("invite-error", p.err),
	)
	return app.Section().Class("panel").Body(body...)
}

// shown is a new invitation.
func (p *invite) shown(made wire.Invitation) app.UI {
	words := p.words.Invite
	copied := words.Copy
	if p.copied {
		copied = words.Copied
	}
	return app.Div().Class("invite-made").ID("invite-made").TabIndex(-1).Body(
		app.H2().Class("panel-title").Text(words.Made),
		app.P().Class("hint").Text(words.Expires(p.Clock.Full(made.ExpiresAt))+" "+words.Once),
		app.Div().Class("invite-ways").Body(
			app.Div().Class("invite-scan").DataSet("testid", "invite-qr").Body(
				app.Div().Class("qr-frame").Body(ui.QR(made.QR, words.QR)),
				app.P().Class("hint").Text(words.QRHint),
			),
			app.Div().Class("invite-typed").Body(
				app.Div().Class("field").Body(
					app.Label().Class("label").For("invite-url").Text(words.URL),
					app.Div().Class("invite-row").Body(
						app.Input().ID("invite-url").Attr("autocomplete", "off").Class("input").DataSet("testid", "invite-url").
							Type("text").ReadOnly(true).Value(made.URL),
						ui.Button(ui.Quiet, "invite-copy", copied, p.copy),
					),
				),
				app.Div().Class("field").Body(
					app.P().Class("label").Text(words.Code),
					app.P().Class("invite-code").DataSet("testid", "invite-code").Text(made.Code),
					app.P().Class("hint").Text(words.CodeHint(withoutToken(made.URL))),
				),
				app.Div().Body(ui.Button(ui.Quiet, "invite-print", words.Print, func(app.Context, app.Event) { printPage() })),
			),
		),
	)
}

// withoutToken returns where the link of an invitation leads, for typing.
func withoutToken(link string) string {
	address, _, _ := strings.Cut(link, "#")
	return address
}

// letter is an invitation on paper, which only printing shows.
func (p *invite) letter(made wire.Invitation) app.UI {
	words := p.words.Invite
	return app.Section().Class("letter").DataSet("testid", "invite-letter").Body(
		app.P().Class("letter-brand").Text(p.words.Brand.Name),
		app.H2().Class("letter-title").Text(words.Letter.Title),
		app.P().Text(words.Letter.Lead(p.Clock.Full(made.ExpiresAt))),
		app.P().Text(words.Letter.Scan),
		ui.QR(made.QR, words.QR),
		app.P().Text(words.Letter.Type(withoutToken(made.URL))),
		app.P().Class("invite-code").Text(made.Code),
		app.P().Text(words.Letter.Choose),
		app.P().Class("letter-small").Text(words.Letter.Link+" "+made.URL),
		app.P().Class("letter-small").Text(words.Letter.Stray),
	)
}

// openList lists the invitations that nobody has used.
func (p *invite) openList() app.UI {
	words := p.words.Invite
	body := []app.UI{app.H2().Class("panel-title").Text(words.Open), app.P().Class("hint").Text(words.OpenHint)}
	switch {
	case p.listed && len(p.open) == 0:
		body = append(body, app.P().Text(words.None))
	case p.listed:
		body = append(body, app.Ul().Class("invite-list").Body(app.Range(p.open).Slice(func(i int) app.UI {
			return p.line(p.open[i])
		})))
	case p.State.Connection() == state.Offline:
		body = append(body, ui.Notice(words.Offline))
	case p.failed == "":
		body = append(body, app.P().Class("hint").Text(words.Loading))
	}
	said := ""
	switch {
	case p.gone:
		said = words.Withdrawn
	case p.used:
		said = words.Used
	}
	body = append(body,
		app.P().Class("hint").Role("status").DataSet("testid", "invite-withdrawn").Text(said),
		formError("invite-list-error", p.failed),
	)
	return app.Section().Class("panel").Body(body...)
}

func (p *invite) line(open wire.OpenInvitation) app.UI {
	words := p.words.Invite
	at := p.Clock.Full(open.CreatedAt)
	return app.Li().Class("invite-line").DataSet("testid", "invitation-"+open.ID.String()).Body(
		app.Span().Class("invite-when").Body(
			app.Span().Text(words.CreatedAt(at)),
			app.Span().Class("hint").Text(words.Expires(p.Clock.Full(open.ExpiresAt))),
		),
		app.Button().Type("button").Class(ui.Quiet).DataSet("testid", "invite-withdraw").
			Aria("label", words.Withdraw+": "+words.CreatedAt(at)).Text(words.Withdraw).
			OnClick(p.withdraw(open.ID), app.EventScope(open.ID.String())),
	)
}
