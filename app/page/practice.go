package page

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Element ids of the choice of what to show of the audit log.
const (
	auditPracticeID = "audit-practice"
	auditKindID     = "audit-kind"
	auditPersonID   = "audit-person"
	auditFromID     = "audit-from"
	auditToID       = "audit-to"
)

// everything is the value of an option that leaves nothing out.
const everything = "all"

// practice is the page of those who look after a practice, with its audit log.
type practice struct {
	frame

	account uuid.UUID // whose log it is that is shown
	chosen  uuid.UUID // the practice, zero for the first
	filter  url.Values
	entries []wire.AuditEntry
	more    bool
	names   map[uuid.UUID]message.Text
	people  []ui.Option
	kinds   []ui.Option
	look    lookup
}

func newPractice(e *env) *practice {
	p := &practice{frame: frame{env: e, path: practicePath}, filter: url.Values{}}
	p.kinds = []ui.Option{{Value: everything, Text: e.words.AuditLog.AllKinds}}
	for _, kind := range e.words.AuditLog.Kinds {
		p.kinds = append(p.kinds, ui.Option{Value: kind.Kind, Text: kind.Text})
	}
	p.people = []ui.Option{{Value: everything, Text: e.words.AuditLog.Everyone}}
	return p
}

// OnMount names the page and begins to follow the state.
func (p *practice) OnMount(ctx app.Context) {
	setTitle(p.words.Brand.Title(p.words.AuditLog.Page))
	p.follow(ctx, p.changed)
}

// OnNav takes in where the page is.
func (p *practice) OnNav(ctx app.Context) {
	p.arrive(ctx)
	p.changed(ctx)
}

// changed opens the log as soon as that is possible.
func (p *practice) changed(ctx app.Context) {
	p.guard(ctx)
	if id := p.State.Account().ID; p.account != id {
		p.account, p.entries = id, nil
		p.look.forget()
	}
	if len(p.practices()) > 0 && p.look.due(p.env) {
		p.load(false)
	}
}

// practices lists those which the person looks after.
func (p *practice) practices() []wire.Practice { return lookedAfter(p.State) }

// lookedAfter lists the practices of which the person is an admin or owner.
func lookedAfter(s *state.App) []wire.Practice {
	var list []wire.Practice
	for _, m := range s.Account().Memberships {
		if (m.Role == wire.RoleAdmin || m.Role == wire.RoleOwner) && !slices.Contains(list, m.Practice) {
			list = append(list, m.Practice)
		}
	}
	return list
}

// open returns the practice whose log is shown.
func (p *practice) open() uuid.UUID {
	if p.chosen != (uuid.UUID{}) {
		return p.chosen
	}
	if list := p.practices(); len(list) > 0 {
		return list[0].ID
	}
	return uuid.UUID{}
}

// load fetches the first page of what is chosen, or the next.
func (p *practice) load(older bool) {
	query := url.Values{}
	for key, values := range p.filter {
		query[key] = values
	}
	if older && len(p.entries) > 0 {
		query.Set("below", strconv.FormatInt(p.entries[len(p.entries)-1].Number, 10))
	}
	id := p.open()
	ask(&p.look, p.ctx, func(ctx context.Context) (wire.AuditPage, error) { return p.Client.AuditLog(ctx, id, query) },
		func(page wire.AuditPage) { p.take(page, older) })
}

// take takes in a page of the log.
func (p *practice) take(page wire.AuditPage, older bool) {
	if !older {
		p.entries = nil
		p.names = make(map[uuid.UUID]message.Text, len(page.People))
		p.people = p.people[:1:1]
		for _, person := range page.People {
			p.names[person.ID] = person.Name
			p.people = append(p.people, ui.Option{Value: person.ID.String(), Text: string(person.Name)})
		}
	}
	p.entries, p.more = append(p.entries, page.Entries...), page.More
}

// show shows what is chosen in the form.
func (p *practice) show(_ app.Context, e app.Event) {
	e.PreventDefault()
	talk := p.filter.Get("conversation")
	p.filter = url.Values{}
	for key, text := range map[string]string{
		"kind": value(auditKindID), "person": value(auditPersonID), "conversation": talk,
		"from": dayStart(value(auditFromID), 0), "to": dayStart(value(auditToID), 1),
	} {
		if text != "" && text != everything {
			p.filter.Set(key, text)
		}
	}
	if id, err := message.ParseID(value(auditPracticeID)); err == nil {
		p.chosen = id
	}
	p.load(false)
}

// reset shows everything.
func (p *practice) reset(app.Context, app.Event) {
	setValue(auditKindID, everything)
	setValue(auditPersonID, everything)
	setValue(auditFromID, "")
	setValue(auditToID, "")
	p.filter = url.Values{}
	p.load(false)
}

// only shows one conversation alone.
func (p *practice) only(id uuid.UUID) app.EventHandler {
	return func(app.Context, app.Event) {
		p.filter.Set("conversation", id.String())
		p.load(false)
		p.ctx.Defer(func(app.Context) { focus(contentID) })
	}
}
