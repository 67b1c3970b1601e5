package page

import (
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/syncer"
	"pleiades/app/ui"
	"pleiades/shared/message"
)

// Element ids of the page of next-appointment lists.
const (
	addItemID    = "agenda-add-input"
	editItemID   = "agenda-edit-input"
	editDialogID = "agenda-edit"
)

// nextAppointment is the page of next-appointment lists: one list, or the
// choice of one.
type nextAppointment struct {
	frame

	asked    uuid.UUID // the conversation in the address
	box      draftBox  // for a new item
	removing uuid.UUID
	editing  state.AgendaItem
	danger   dangers
	said     string // to screen readers
	addErr   string
	editErr  string
	err      string // why something could not be changed
}

// dangers says which of a client's words, beside those in the box for a new item,
// speak of danger. Then help is shown at once, since nobody may read the list before
// the appointment.
type dangers struct {
	edited danger // what an item is being changed to
	kept   danger // what was put on the list since it was opened
}

// added says what of them is shown with what is being added: help is in one place
// at a time.
func (d dangers) added(box danger) danger {
	if d.edited != "" {
		return ""
	}
	return cmp.Or(box, d.kept)
}

func newNextAppointment(e *env) *nextAppointment {
	return &nextAppointment{frame: frame{env: e, path: agendaPath}, box: draftBox{id: addItemID, watched: true}}
}

// OnMount names the page and begins to follow the state.
func (p *nextAppointment) OnMount(ctx app.Context) {
	setTitle(p.words.Brand.Title(p.words.Agenda.Page))
	p.follow(ctx, p.changed)
}

// OnNav takes in which list is asked for.
func (p *nextAppointment) OnNav(ctx app.Context) {
	p.arrive(ctx)
	if asked := conversationIn(ctx.Page().URL().Query()); asked != p.asked {
		p.asked = asked
		p.removing, p.said, p.addErr, p.err = uuid.UUID{}, "", "", ""
		p.danger.kept = ""
	}
	p.changed(ctx)
}

// changed keeps the boxes, which belong to the browser, in step.
func (p *nextAppointment) changed(ctx app.Context) {
	p.guard(ctx)
	ctx.Defer(func(ctx app.Context) {
		if p.settle() {
			ctx.Update()
		}
	})
}

// settle brings each box to what its item says, and the one for a new item to
// what was being written. It reports whether that was another text, for which the
// page is drawn anew.
func (p *nextAppointment) settle() (changed bool) {
	p.box.draft = syncer.AgendaDraft(p.open())
	if changed = p.box.settle(p.env); changed {
		grow(addItemID)
	}
	for _, it := range p.State.Agenda(p.open()) {
		setChecked(ui.AgendaCheckID+it.ID.String(), it.Done)
	}
	return changed
}

// open returns the conversation whose list is shown: the one asked for or the
// only one there is. The zero id stands for a choice.
func (p *nextAppointment) open() uuid.UUID {
	if p.asked != (uuid.UUID{}) {
		return p.asked
	}
	if list := p.State.List(); len(list) == 1 {
		return list[0].ID
	}
	return uuid.UUID{}
}

// Render draws the page.
func (p *nextAppointment) Render() app.UI {
	if !p.known() {
		return shellView(p.words)
	}
	id := p.open()
	content := p.choice
	if id != (uuid.UUID{}) {
		content = p.list
	}
	return p.around(p.words.Agenda.Page,
		app.Div().Class("settings agenda-page").ID(contentID).TabIndex(-1).Body(content(id)...),
	)
}

// choice lists the lists.
func (p *nextAppointment) choice(uuid.UUID) []app.UI {
	words := p.words.Agenda
	list := p.State.List()
	body := []app.UI{app.H1().Class("agenda-title").Text(words.Title)}
	switch {
	case len(list) > 0:
	case p.State.Connection() == state.Syncing:
		return append(body, app.P().Class("opening").Role("status").Text(words.Loading))
	case p.State.Connection() == state.Offline:
		return append(body, ui.Notice(words.NotHere))
	default:
		return append(body, ui.Notice(words.NoList))
	}
	return append(body,
		app.P().Class("agenda-lead").Text(words.Choose),
		app.Ul().Class("list").Body(
			app.Range(list).Slice(func(i int) app.UI {
				open := words.Nothing
				if n := list[i].OpenItems; n > 0 {
					open = words.Open(n)
				}
				return app.Li().Body(
					app.A().Class("list-link").Href(agendaAt(list[i].ID)).DataSet("testid", "agenda-of-"+list[i].ID.String()).Body(
						app.Span().Class("list-body").Body(
							app.Span().Class("list-name").Dir("auto").Text(string(list[i].Peer.Name)),
							app.Span().Class("list-preview").Text(open),
						),
					),
				)
			}),
		),
	)
}

// list is the list of one conversation.
func (p *nextAppointment) list(id uuid.UUID) []app.UI {
	words := p.words.Agenda
	view := p.State.View(id)
	if !view.Found {
		return []app.UI{p.missing()}
	}
	name := string(view.Peer.Name)
	open, done := agendaView{
		words: p.words, clock: p.Clock, me: p.State.Account().ID, peer: name, removing: p.removing,
		waiting: waitingText(p.words, p.State.Login(), p.State.Connection(), view.Suspended),
	}.items(p.State.Agenda(id))
	empty := app.Div().Class("agenda-empty")
	if len(open)+len(done) == 0 {
		empty = empty.Body(ui.Notice(words.Empty))
	}
	doneTitle := ""
	if len(done) > 0 {
		doneTitle = words.Done
	}
	return []app.UI{
		app.Div().Class("agenda-head").Body(
			app.H1().Class("agenda-title").Text(words.Title),
			app.P().Class("agenda-with").Dir("auto").Text(words.With(name)),
			app.P().Class("agenda-lead").Text(words.Lead(name)),
			app.P().Class("agenda-printed").Text(words.Printed(p.Clock.Full(p.Clock.Now()))),
			app.Div().Class("agenda-ways").Body(
				app.A().Class("tool").Href("/c/"+id.String()).Body(ui.IconBack.Draw(), app.Span().Text(words.ToMessage)),
				app.Button().Type("button").Class("tool").DataSet("testid", "agenda-print").OnClick(p.print).
					Body(ui.IconPrint.Draw(), app.Span().Text(words.Print)),
			),
		),
		p.adder(view),
		app.P().Class("form-error agenda-error").Role("alert").DataSet("testid", "agenda-error").Text(p.err),
		app.P().Class("sr-only").Role("status").Text(p.said),
		empty,
		&ui.Agenda{Words: p.words, Label: words.List, Items: open, Actions: p},
		app.H2().Class("agenda-done-title").Text(doneTitle),
		&ui.Agenda{Words: p.words, Label: words.Done, Items: done, Actions: p},
		p.editor(view),
	}
}

// missing says why there is no list to show.
func (p *nextAppointment) missing() app.UI {
	words := p.words.Agenda
	back := ui.LinkButton(ui.Quiet, "/", p.words.Conversation.BackToAll)
	switch p.State.Connection() {
	case state.Offline:
		return ui.PageNotice(words.NotHere, back)
	case state.Syncing:
		return app.P().Class("opening").Role("status").Text(words.Loading)
	default:
		return ui.PageNotice(words.NotFound, back)
	}
}

// Check checks an item off, or not. It goes to the other list by that; the
// focus goes on in this one.
func (p *nextAppointment) Check(id uuid.UUID, done bool) {
	next := beside(p.State.Agenda(p.open()), id)
	p.change(func(ctx context.Context) error { return p.Client.CheckItem(ctx, p.open(), id, done) }, "", func() {
		if focusLost(ui.AgendaCheckID) {
			focus(ui.AgendaCheckID + next.String())
		}
	})
}

// Shift moves an item one place up or down. The button that did it goes along.
func (p *nextAppointment) Shift(id uuid.UUID, up bool) {
	before, place, of, ok := shift(p.State.Agenda(p.open()), id, up)
	if !ok {
		return
	}
	said := p.words.Agenda.Moved(place, of)
	p.change(func(ctx context.Context) error { return p.Client.MoveItem(ctx, p.open(), id, before) }, said, func() {
		if !focusLost("agenda-") {
			return
		}
		one, other := ui.AgendaDownID, ui.AgendaUpID
		if up {
			one, other = other, one
		}
		if !focusEnabled(one + id.String()) {
			focus(other + id.String())
		}
	})
}

// AskRemove asks whether to remove an item; the zero id asks no more. The
// button that asked is gone by then; the focus goes where a slip does no harm.
func (p *nextAppointment) AskRemove(id uuid.UUID) {
	next := ui.AgendaKeepID + id.String()
	if id == (uuid.UUID{}) {
		next = "agenda-remove-" + p.removing.String()
	}
	p.removing = id
	p.ctx.Defer(func(app.Context) { focus(next) })
}

// Remove removes an item.
func (p *nextAppointment) Remove(id uuid.UUID) {
	p.removing = uuid.UUID{}
	list := p.State.Agenda(p.open())
	i := slices.IndexFunc(list, func(it state.AgendaItem) bool { return it.ID == id && it.Rejected == "" })
	if i < 0 {
		return
	}
	seen := list[i].TextID
	p.change(func(ctx context.Context) error { return p.Client.RemoveItem(ctx, p.open(), id, seen) },
		p.words.Agenda.Removed, func() {
			if focusLost("agenda-keep-") {
				focus(contentID)
			}
		})
}

// TakeBack puts the words of a refused change into the box for a new item.
func (p *nextAppointment) TakeBack(change uuid.UUID) {
	p.err = ""
	conversation := p.open()
	p.ctx.Async(func() {
		text, err := p.Client.TakeBackItem(context.Background(), conversation, change)
		p.ctx.Dispatch(func(app.Context) {
			if err != nil {
				p.err = p.words.Agenda.NotSaved
				return
			}
			if before := value(addItemID); before != "" {
				text = message.Text(before) + "\n" + text
			}
			p.put(text)
			focus(addItemID)
		})
	})
}

// change does something to an item and says so; then runs after it is drawn.
func (p *nextAppointment) change(do func(context.Context) error, said string, then func()) {
	p.err, p.said = "", ""
	p.ctx.Async(func() {
		err := do(context.Background())
		p.ctx.Dispatch(func(ctx app.Context) {
			if err != nil {
				p.err = p.words.Agenda.NotSaved
			} else {
				p.said = said
			}
			ctx.Defer(func(ctx app.Context) {
				if p.settle() {
					ctx.Update()
				}
				if then != nil {
					then()
				}
			})
		})
	})
}

func (p *nextAppointment) print(ctx app.Context, _ app.Event) {
	printPage()
	ctx.PreventUpdate()
}

var _ ui.AgendaActions = (*nextAppointment)(nil)
