package page

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// office is the page where therapists say when and how they answer, with a
// form for each of their practices.
type office struct {
	frame

	loading bool
	failed  bool
	after   func() // runs once a form was saved; may be nil
	leave   func() // stops asking before the page is closed
	options []ui.Option
	chosen  string // the zone that is among options
}

// officeForms are the forms of one person. They outlive the page, so that what
// was typed is there when someone comes back to it.
type officeForms struct {
	account uuid.UUID
	list    []*officeForm
}

// previewAfter is how long the typing pauses before what clients would see is
// worked out.
const previewAfter = 400 * time.Millisecond

func newOffice(e *env) *office {
	return &office{frame: frame{env: e, path: availabilityPath}}
}

// OnMount names the page and begins to follow the state.
func (p *office) OnMount(ctx app.Context) {
	setTitle(p.words.Brand.Title(p.words.Office.Page))
	p.follow(ctx, p.changed)
	p.leave = askBeforeClosing(func() bool {
		return slices.ContainsFunc(p.forms(), func(f *officeForm) bool { return f.changes > 0 && f.unsaved() })
	})
}

// OnDismount stops following.
func (p *office) OnDismount() {
	p.frame.OnDismount()
	p.leave()
}

// OnNav takes in where the page is.
func (p *office) OnNav(ctx app.Context) {
	p.arrive(ctx)
	p.changed(ctx)
	p.ctx.Defer(func(app.Context) { p.fill() })
}

// changed fetches what was saved as soon as that is possible, and catches up
// with previews.
func (p *office) changed(ctx app.Context) {
	p.guard(ctx)
	if p.State.Login() != state.LoggedIn || !p.State.HasRole(wire.RoleTherapist) || p.State.Connection() == state.Offline {
		return
	}
	if len(p.forms()) == 0 {
		if !p.failed {
			p.load()
		}
		return
	}
	for at := range p.forms() {
		p.look(at)
	}
}

// forms returns the forms of whoever is logged in.
func (p *office) forms() []*officeForm {
	if p.offices == nil || p.offices.account != p.State.Account().ID {
		return nil
	}
	return p.offices.list
}

// load fetches what was saved.
func (p *office) load() {
	if p.loading {
		return
	}
	p.loading, p.failed = true, false
	account := p.State.Account().ID
	p.ctx.Async(func() {
		all, err := p.Client.Availabilities(context.Background())
		p.ctx.Dispatch(func(ctx app.Context) {
			p.loading, p.failed = false, err != nil
			if err != nil {
				return
			}
			p.offices = &officeForms{account: account}
			for _, t := range all.Availabilities {
				f := newOfficeForm(t, p.Clock.Zone())
				if draft := p.State.Draft(t.Practice.ID); draft != "" {
					f.set(wordsPath, string(draft))
					f.touched[wordsPath] = true
				}
				p.offices.list = append(p.offices.list, f)
			}
			ctx.Defer(func(app.Context) {
				p.fill()
				for at := range p.forms() {
					p.look(at)
				}
			})
		})
	})
}

// Render draws the page.
func (p *office) Render() app.UI {
	words := p.words.Office
	if !p.known() {
		return shellView(p.words)
	}
	return p.around(words.Page, app.Div().Class("settings office-page").ID(contentID).TabIndex(-1).Body(
		append([]app.UI{app.H1().Class("office-title").Text(words.Title)}, p.content()...)...,
	))
}

func (p *office) content() []app.UI {
	words := p.words.Office
	forms := p.forms()
	switch {
	case !p.State.HasRole(wire.RoleTherapist):
		return []app.UI{ui.Notice(words.OthersOnly, ui.LinkButton(ui.Quiet, "/", p.words.Conversation.BackToAll))}
	case len(forms) == 0:
		return p.unloaded()
	}
	body := []app.UI{app.P().Class("office-lead").Text(words.Lead)}
	for at, f := range forms {
		heading := ""
		if len(forms) > 1 {
			heading = words.Practice(string(f.practice.Name))
		}
		body = append(body, app.Section().Class("office-practice").Body(
			app.H2().Class("office-practice-title").Dir("auto").Text(heading),
			p.view(at).draw(),
		))
	}
	return append(body, newListings(p.env))
}

// unloaded says why there is no form yet.
func (p *office) unloaded() []app.UI {
	words := p.words.Office
	switch {
	case p.State.Connection() == state.Offline:
		return []app.UI{ui.Notice(words.NeedsServer)}
	case p.failed:
		return []app.UI{ui.Notice(words.LoadFailed, ui.Button(ui.Quiet, "availability-again", words.LoadAgain,
			func(app.Context, app.Event) { p.load() }))}
	}
	return []app.UI{app.P().Class("opening").Role("status").Text(words.Loading)}
}

// view returns what draws a form.
func (p *office) view(at int) officeView {
	f := p.forms()[at]
	return officeView{
		officeForm: f, words: p.words, clock: p.Clock, prefix: prefix(at), errs: f.visible(p.Clock),
		name: string(p.State.Account().Name), country: p.State.Country(),
		offline: p.State.Connection() == state.Offline, page: p, at: at,
	}
}

// prefix returns what the element ids of a form begin with.
func prefix(at int) string {
	if at == 0 {
		return "availability-"
	}
	return "availability-" + string(rune('a'+at%26)) + "-"
}

// zones are the time zones to choose from: the device's, then all, and the one
// that is filled in should the browser not know it.
func (p *office) zones(filled string) []ui.Option {
	if p.options != nil && p.chosen == filled {
		return p.options
	}
	device := p.Clock.Zone()
	options := []ui.Option{{Value: device, Text: p.words.Office.ZoneDevice(zoneName(device))}}
	names := p.Clock.Zones()
	for _, extra := range []string{"UTC", filled} {
		if !slices.Contains(names, extra) {
			names = append(names, extra)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if name != device && name != "" {
			options = append(options, ui.Option{Value: name, Text: zoneName(name)})
		}
	}
	p.options, p.chosen = options, filled
	return options
}

// zoneName writes the name of a zone for people.
func zoneName(zone string) string { return strings.ReplaceAll(zone, "_", " ") }

// fill writes what the forms say into the inputs that say something else:
// where a page was opened, rows came or went, or the server answered.
func (p *office) fill() {
	for at, f := range p.forms() {
		for _, path := range f.paths() {
			if id := prefix(at) + path; value(id) != f.get(path) {
				setValue(id, f.get(path))
			}
		}
		for _, s := range availability.Styles() {
			setChecked(prefix(at)+"style-"+string(s), s == f.filled.Style)
		}
	}
}

// input takes in what is being typed.
func (p *office) input(at int) app.EventHandler {
	return func(ctx app.Context, e app.Event) {
		target := e.Get("target")
		path, ok := strings.CutPrefix(target.Get("name").String(), prefix(at))
		if !ok || at >= len(p.forms()) {
			ctx.PreventUpdate()
			return
		}
		f, text := p.forms()[at], target.Get("value").String()
		f.set(path, text)
		if path == wordsPath {
			p.Client.SaveDraft(f.practice.ID, message.Text(text))
		}
		p.lookSoon(at)
	}
}

// change notes that a field was changed: from now on it is said what is wrong
// with it.
func (p *office) change(at int) app.EventHandler {
	return func(ctx app.Context, e app.Event) {
		path, ok := strings.CutPrefix(e.Get("target").Get("name").String(), prefix(at))
		if !ok || at >= len(p.forms()) {
			ctx.PreventUpdate()
			return
		}
		p.forms()[at].touched[path] = true
	}
}

// act changes the rows of a form. do returns the path of where to go on.
func (p *office) act(at int, do func(*officeForm) string) app.EventHandler {
	return func(app.Context, app.Event) {
		if at >= len(p.forms()) {
			return
		}
		path := do(p.forms()[at])
		p.lookSoon(at)
		p.ctx.Defer(func(app.Context) {
			p.fill()
			focus(prefix(at) + path)
		})
	}
}

// lookSoon works out what clients would see once the typing pauses.
func (p *office) lookSoon(at int) {
	changes := p.forms()[at].changes
	p.ctx.After(previewAfter, func(app.Context) {
		if at < len(p.forms()) && p.forms()[at].changes == changes {
			p.look(at)
		}
	})
}

// look asks what clients would see.
func (p *office) look(at int) {
	f := p.forms()[at]
	whole := f.whole()
	switch {
	case p.State.Connection() == state.Offline, f.looking != nil && same(*f.looking, whole):
		return
	case f.outlook != nil && same(f.basis, whole), len(f.problems(p.Clock)) > 0:
		return
	}
	f.looking = &whole
	p.ctx.Async(func() {
		outlook, err := p.Client.PreviewAvailability(context.Background(), whole)
		p.ctx.Dispatch(func(app.Context) {
			if f.looking != nil && same(*f.looking, whole) {
				f.looking = nil
			}
			switch {
			case err == nil:
				f.outlook, f.basis = &outlook, whole
			case same(f.whole(), whole):
				f.refuse(err)
			}
		})
	})
}

// submit saves a form, or goes to the first field that is wrong.
func (p *office) submit(at int) app.EventHandler {
	return func(_ app.Context, e app.Event) {
		e.PreventDefault()
		if at >= len(p.forms()) || p.forms()[at].saving {
			return
		}
		f := p.forms()[at]
		f.tried, f.done, f.err = true, false, ""
		switch wrong := f.problems(p.Clock); {
		case len(wrong) > 0:
			p.goTo(at, wrong)
			return
		case p.State.Connection() == state.Offline:
			f.err = p.words.Office.SaveOffline
			return
		}
		f.filled = f.whole()
		whole := cloned(f.filled)
		f.saving = true
		replaces := f.version()
		p.ctx.Async(func() {
			saved, err := p.Client.SaveAvailability(context.Background(), f.practice.ID, wire.SetAvailability{Availability: whole, Replaces: &replaces})
			if problem := new(wire.Problem); errors.As(err, &problem) && problem.Code == wire.CodeAvailabilityChanged {
				if all, again := p.Client.Availabilities(context.Background()); again == nil {
					p.ctx.Dispatch(func(app.Context) { p.changedElsewhere(at, f, all) })
					return
				}
			}
			p.ctx.Dispatch(func(app.Context) { p.saved(at, f, whole, saved, err) })
		})
	}
}

// saved takes in how saving went. What was typed meanwhile stays.
func (p *office) saved(at int, f *officeForm, sent availability.Availability, saved wire.TherapistAvailability, err error) {
	f.saving = false
	if err != nil {
		f.refuse(err)
		if wrong := f.problems(p.Clock); len(wrong) > 0 {
			p.goTo(at, wrong)
			return
		}
		f.err = p.words.Office.SaveFailed + " " + sentence(explain(p.words, err))
		return
	}
	typed, meanwhile := f.filled, !same(f.whole(), sent)
	f.take(saved)
	f.done = !meanwhile
	if meanwhile {
		f.filled = typed
	}
	if typed.Words == sent.Words {
		p.Client.SaveDraft(f.practice.ID, "")
	}
	p.ctx.Defer(func(app.Context) { p.fill() })
	if f.done && p.after != nil {
		p.after()
	}
}

// changedElsewhere brings together what was saved elsewhere and what is typed
// here, and leads to what is told of it. Nothing is saved until someone has
// seen that.
func (p *office) changedElsewhere(at int, f *officeForm, all wire.Availabilities) {
	f.saving = false
	for _, t := range all.Availabilities {
		if t.Practice.ID != f.practice.ID || t.Settings == nil {
			continue
		}
		f.merge(officePieces(p.words, p.Clock), *t.Settings, t.Outlook)
		f.err = p.words.Office.ElsewhereUnsaved
		p.look(at)
		p.ctx.Defer(func(app.Context) {
			p.fill()
			focus(prefix(at) + elsewhereID)
		})
	}
}

// goTo says that fields are wrong and moves the focus to the first.
func (p *office) goTo(at int, wrong []availability.FieldError) {
	f := p.forms()[at]
	f.err = p.words.Office.SaveErrors(len(wrong))
	input := f.inputOf(wrong[0])
	if input == "style" {
		input += "-" + string(f.filled.Style)
	}
	p.ctx.Defer(func(app.Context) { focus(prefix(at) + input) })
}

// refuse notes which fields the server finds wrong.
func (f *officeForm) refuse(err error) {
	var problem *wire.Problem
	if errors.As(err, &problem) {
		f.refused = problem.Fields
	}
}
