package page

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Element ids of the part about members.
const (
	colleagueNameID = "colleague-name"
	colleagueURLID  = "colleague-url"
	membersPlaceID  = "members-practice"
	renameID        = "practice-name"
)

// staffRoles are the roles one can give, in the order in which they are shown.
var staffRoles = []wire.Role{wire.RoleOwner, wire.RoleAdmin, wire.RoleTherapist}

// members is the part of the practice's page about who works there.
type members struct {
	frame

	account uuid.UUID // whose page it is
	chosen  uuid.UUID // the practice, zero for the first
	list    wire.Members
	look    lookup

	changing uuid.UUID // whose roles are being changed
	deed     deed
	naming   string           // the element id of the name that the deed gives, if any
	link     *wire.Invitation // the one just made
	copied   bool
}

func newMembers(e *env) *members { return &members{frame: frame{env: e, path: membersPath}} }

// OnMount names the page and begins to follow the state.
func (p *members) OnMount(ctx app.Context) {
	setTitle(p.words.Brand.Title(p.words.Members.Page))
	p.follow(ctx, p.changed)
}

// OnNav takes in where the page is.
func (p *members) OnNav(ctx app.Context) {
	p.arrive(ctx)
	p.changed(ctx)
}

// changed loads the list as soon as that is possible.
func (p *members) changed(ctx app.Context) {
	p.guard(ctx)
	if id := p.State.Account().ID; p.account != id {
		p.account, p.link, p.list = id, nil, wire.Members{}
		p.look.forget()
	}
	if p.open() != uuid.Nil && p.look.due(p.env) {
		p.load()
	}
}

// open returns the practice whose members are shown.
func (p *members) open() uuid.UUID {
	list := lookedAfter(p.State)
	if p.chosen == uuid.Nil && len(list) > 0 {
		return list[0].ID
	}
	return p.chosen
}

// place is the practice whose members are shown, as its people see it.
func (p *members) place() (shown wire.Practice) {
	for _, place := range lookedAfter(p.State) {
		if place.ID == p.open() {
			shown = place
		}
	}
	return shown
}

// owner reports whether the person is an owner there.
func (p *members) owner() bool {
	return slices.ContainsFunc(p.State.Account().Memberships, func(m wire.Membership) bool {
		return m.Practice.ID == p.open() && m.Role == wire.RoleOwner
	})
}

func (p *members) load() {
	id := p.open()
	ask(&p.look, p.ctx, func(ctx context.Context) (wire.Members, error) { return p.Client.Members(ctx, id) },
		func(list wire.Members) { p.list = list })
}

// choosePractice shows another practice.
func (p *members) choosePractice(app.Context, app.Event) {
	if id, err := message.ParseID(value(membersPlaceID)); err == nil {
		p.chosen, p.link, p.changing = id, nil, uuid.Nil
		p.look.forget()
		p.load()
	}
}

// act does something about the members, and loads them anew. What is wrong with a
// name in it is said at the element naming.
func (p *members) act(naming string, do func(context.Context) error, then func()) {
	if p.deed.busy {
		return
	}
	p.naming = naming
	send := func(ctx context.Context) error {
		err := do(ctx)
		if nameError(p.words, err) != "" {
			p.ctx.Dispatch(func(ctx app.Context) { ctx.Defer(func(app.Context) { focus(naming) }) })
		}
		return err
	}
	p.deed.prove(&p.frame, send, p.words.Members.Changed, func(app.Context) {
		p.changing = uuid.Nil
		then()
		p.load()
	})
}

// invite makes an invitation.
func (p *members) invite(_ app.Context, e app.Event) {
	e.PreventDefault()
	r := wire.InviteColleague{Name: message.Text(value(colleagueNameID)), Roles: checkedRoles("colleague")}
	if len(r.Roles) == 0 {
		r.Roles = []wire.Role{} // the server says what is wrong with that
	}
	var made wire.Invitation
	p.act(colleagueNameID, func(ctx context.Context) (err error) {
		made, err = p.Client.InviteColleague(ctx, p.open(), r)
		return err
	}, func() {
		p.link, p.copied, p.deed.said = &made, false, ""
		setValue(colleagueNameID, "")
		p.ctx.Defer(func(app.Context) { focus(colleagueURLID) })
	})
}

func (p *members) copyLink(app.Context, app.Event) {
	copyText(colleagueURLID, func(ok bool) {
		p.ctx.Dispatch(func(app.Context) { p.copied = ok })
	})
}

// withdraw makes an open invitation void.
func (p *members) withdraw(id uuid.UUID) app.EventHandler {
	return func(app.Context, app.Event) {
		p.act("", func(ctx context.Context) error { return p.Client.WithdrawInvitation(ctx, p.open(), id) }, func() { p.link = nil })
	}
}

// edit opens the roles of someone, or with uuid.Nil closes them.
func (p *members) edit(id uuid.UUID) app.EventHandler {
	return func(app.Context, app.Event) { p.changing, p.naming, p.deed.err, p.deed.said = id, "", "", "" }
}

// save gives the one being changed the roles that are checked.
func (p *members) save(_ app.Context, e app.Event) {
	e.PreventDefault()
	roles := checkedRoles("member")
	if len(roles) == 0 {
		title, detail := p.words.Problem(wire.CodeInvalidRoles)
		p.deed.err = title + " " + detail
		return
	}
	p.give(p.changing, roles)
}

// end ends the membership of someone.
func (p *members) end(id uuid.UUID) app.EventHandler {
	return func(app.Context, app.Event) { p.give(id, nil) }
}

func (p *members) give(account uuid.UUID, roles []wire.Role) {
	practice := p.open()
	p.act("", func(ctx context.Context) error { return p.Client.ChangeRoles(ctx, practice, account, roles) }, func() {})
}

// checkedRoles lists the roles that are checked in a form.
func checkedRoles(form string) []wire.Role {
	return slices.DeleteFunc(slices.Clone(staffRoles), func(r wire.Role) bool { return !checked(form + "-" + string(r)) })
}

// Render draws the page.
func (p *members) Render() app.UI {
	if !p.known() {
		return shellView(p.words)
	}
	return p.around(p.words.AuditLog.Page, app.Div().Class("settings practice-page").ID(contentID).TabIndex(-1).Body(
		app.H1().Class("settings-title").Text(p.words.AuditLog.Title),
		practiceParts(p.words, membersPath),
		app.Div().Body(p.content()...),
	))
}

func (p *members) content() []app.UI {
	w := p.words.Members
	if p.open() == uuid.Nil {
		return []app.UI{ui.Notice(p.words.AuditLog.OthersOnly, ui.LinkButton(ui.Quiet, "/", p.words.Conversation.BackToAll))}
	}
	if missing := p.look.missing(p.env, w.Lookup, "members-again", p.load); missing != nil {
		return []app.UI{missing}
	}
	body := []app.UI{app.P().Class("log-lead").Text(w.Lead)}
	if places := lookedAfter(p.State); len(places) > 1 {
		options := make([]ui.Option, len(places))
		for i, place := range places {
			options[i] = ui.Option{Value: place.ID.String(), Text: string(place.Name)}
		}
		body = append(body, app.Div().OnChange(p.choosePractice).Body(
			field(membersPlaceID, p.words.AuditLog.Practice, &ui.Choice{ID: membersPlaceID, Name: membersPlaceID, Options: options}),
		))
	}
	return append(body,
		formError("members-error", p.general()),
		app.P().Class("hint").Role("status").DataSet("testid", "members-done").Text(p.deed.said),
		app.Ul().Class("applications").Aria("label", w.Page).Body(app.Range(p.list.Members).Slice(func(i int) app.UI { return p.member(p.list.Members[i]) })),
		p.inviteForm(),
		p.invitations(),
		p.renameForm(),
		p.lockForm(),
	)
}

// general is what went wrong, where no field says it.
func (p *members) general() string {
	if p.named(p.naming) != "" {
		return ""
	}
	return p.deed.err
}

// named is what is wrong with the name in a field, if that was sent last.
func (p *members) named(id string) string {
	if id == "" || id != p.naming || p.deed.err == "" {
		return ""
	}
	return nameError(p.words, p.deed.cause)
}

// member is someone who works in the practice.
func (p *members) member(m wire.Member) app.UI {
	w := p.words.Members
	name := string(m.Name)
	if m.ID == p.account {
		name += " " + w.You
	}
	action := app.UI(app.Div())
	switch {
	case !p.owner():
	case p.changing == m.ID:
		action = app.Form().Class("form").OnSubmit(p.save).Body(
			p.roleBoxes("member", m.Roles, true),
			app.P().Class("hint").Text(w.EndHint),
			app.Div().Class("log-buttons").Body(
				ui.Submit("member-save", w.Save, p.deed.busy),
				ui.Button(ui.Careful, "member-end", w.End, p.end(m.ID), app.EventScope(m.ID)),
				ui.Button(ui.Quiet, "member-cancel", w.Cancel, p.edit(uuid.Nil)),
			),
		)
	default:
		action = app.Div().Class("log-buttons").Body(
			app.Button().Type("button").Class(ui.Quiet).DataSet("testid", "member-change-"+m.ID.String()).
				Aria("label", w.ChangeOf(string(m.Name))).Text(w.Change).OnClick(p.edit(m.ID), app.EventScope(m.ID)),
		)
	}
	return app.Li().Class("panel").DataSet("testid", "member-"+m.ID.String()).Body(
		app.H2().Class("panel-title").Dir("auto").Text(name),
		app.P().Class("hint").Text(p.roleNames(m.Roles)+" · "+w.Since(p.Clock.Day(m.Since))),
		app.Div().Body(action),
	)
}

func (p *members) roleNames(roles []wire.Role) string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = p.words.Role(role)
	}
	return strings.Join(names, ", ")
}

// roleBoxes are the roles to give, those of has checked at first. All are there
// for owners alone.
func (p *members) roleBoxes(form string, has []wire.Role, all bool) app.UI {
	w := p.words.Members
	hints := map[wire.Role]string{wire.RoleOwner: w.RoleHints.Owner, wire.RoleAdmin: w.RoleHints.Admin, wire.RoleTherapist: w.RoleHints.Therapist}
	var boxes []app.UI
	for _, role := range staffRoles {
		if !all && role != wire.RoleTherapist {
			continue
		}
		id := form + "-" + string(role)
		boxes = append(boxes, app.Label().Class("role-box").For(id).Body(
			app.Input().Type("checkbox").ID(id).Name(id).DataSet("testid", id).Checked(slices.Contains(has, role)),
			app.Span().Body(app.Strong().Text(p.words.Role(role)), app.Text(": "+hints[role])),
		))
	}
	return app.FieldSet().Class("role-boxes").Body(append([]app.UI{app.Legend().Class("label").Text(w.Roles)}, boxes...)...)
}

func (p *members) inviteForm() app.UI {
	w := p.words.Members
	made := app.UI(app.Div())
	if p.link != nil {
		copied := w.Copy
		if p.copied {
			copied = w.Copied
		}
		made = app.Div().Class("field").Body(
			app.Label().Class("label").For(colleagueURLID).Text(w.Link),
			app.Div().Class("invite-row").Body(
				app.Input().ID(colleagueURLID).Attr("autocomplete", "off").Class("input").DataSet("testid", colleagueURLID).
					Type("text").ReadOnly(true).Value(p.link.URL),
				ui.Button(ui.Quiet, "colleague-copy", copied, p.copyLink),
			),
			app.P().Class("hint").Text(w.LinkHint(p.Clock.Full(p.link.ExpiresAt))),
		)
	}
	return app.Section().Class("panel").Body(
		app.H2().Class("panel-title").Text(w.Invite),
		app.P().Class("hint").Text(w.InviteLead),
		app.Form().Class("form").Attr("novalidate", true).OnSubmit(p.invite).Body(
			ui.Field{ID: colleagueNameID, Label: w.Name, Hint: w.NameHint, Error: p.named(colleagueNameID), Type: "text", Autocomplete: "off"}.Draw(),
			p.roleBoxes("colleague", []wire.Role{wire.RoleTherapist}, p.owner()),
			ui.Submit("colleague-submit", w.Create, p.deed.busy),
		),
		made,
	)
}

// rename gives the practice another name.
func (p *members) rename(_ app.Context, e app.Event) {
	e.PreventDefault()
	practice, name := p.open(), message.Text(value(renameID))
	p.act(renameID, func(ctx context.Context) error {
		return p.Client.ChangePractice(ctx, practice, wire.ChangePractice{Name: &name})
	}, func() {})
}

func (p *members) renameForm() app.UI {
	w := p.words.Members
	return app.Form().Class("panel form").Attr("novalidate", true).OnSubmit(p.rename).Body(
		nameField(renameID, w.Rename, w.RenameHint, p.place().Name, p.named(renameID)),
		app.Div().Body(ui.Submit("practice-rename", w.RenameSave, p.deed.busy)),
	)
}

// invitations are those that nobody has used yet.
func (p *members) invitations() app.UI {
	w := p.words.Members
	if len(p.list.Invitations) == 0 {
		return app.Div()
	}
	return app.Section().Class("panel").Body(
		app.H2().Class("panel-title").Text(w.Open),
		app.Ul().Body(app.Range(p.list.Invitations).Slice(func(i int) app.UI {
			open := p.list.Invitations[i]
			return app.Li().Class("open-invitation").DataSet("testid", "invitation").Body(
				app.Div().Body(
					app.Strong().Dir("auto").Text(string(open.Name)),
					app.P().Class("hint").Text(p.roleNames(open.Roles)+" · "+w.Until(p.Clock.Full(open.ExpiresAt))),
				),
				app.Button().Type("button").Class(ui.Quiet).DataSet("testid", "invitation-withdraw").
					Aria("label", w.WithdrawOf(string(open.Name))).Text(w.Withdraw).OnClick(p.withdraw(open.ID), app.EventScope(open.ID)),
			)
		})),
	)
}
