package page

import (
	"context"
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

// setup leads a new owner through what a practice needs, one thing at a time.
// What a step saves is what the page of its own saves; how far someone came is
// kept on the device, so that they can leave and go on.
type setup struct {
	office // the form of when and how they answer

	step int
	name deed
}

// setupStep is a step, named by its test id.
type setupStep string

// The steps, in their order.
const (
	setupName   setupStep = "name"
	setupTimes  setupStep = "times"
	setupStyle  setupStep = "style"
	setupListed setupStep = "listing"
	setupInvite setupStep = "invite"
)

// setupNameID is the element id of the name of the practice.
const setupNameID = "setup-name"

func newSetup(e *env) *setup { return &setup{office: office{frame: frame{env: e, path: setupPath}}} }

// steps lists what there is to do for the person: who is no therapist says not
// when they answer.
func setupSteps(s *state.App) []setupStep {
	if !s.HasRole(wire.RoleTherapist) {
		return []setupStep{setupName, setupInvite}
	}
	return []setupStep{setupName, setupTimes, setupStyle, setupListed, setupInvite}
}

// OnMount names the page, goes on where the person left, and begins to follow
// the state.
func (p *setup) OnMount(ctx app.Context) {
	p.office.OnMount(ctx)
	setTitle(p.words.Brand.Title(p.words.Setup.Page))
	p.step = min(p.State.Setup(), len(setupSteps(p.State))-1)
	p.after = func() { p.goTo(p.step + 1) }
}

// place returns the practice that is set up.
func (p *setup) place() (wire.Practice, bool) {
	list := lookedAfter(p.State)
	if len(list) == 0 {
		return wire.Practice{}, false
	}
	return list[0], true
}

// goTo shows a step, and keeps how far the person is.
func (p *setup) goTo(step int) {
	p.step, p.name = max(0, min(step, len(setupSteps(p.State))-1)), deed{}
	p.keep(p.step)
	p.ctx.Defer(func(app.Context) {
		p.fill()
		focus(contentID)
	})
}

func (p *setup) keep(step int) {
	p.ctx.Async(func() {
		// Where it cannot be kept, the person begins at the first step again.
		_ = p.Client.SaveSetup(context.Background(), step)
	})
}

func (p *setup) forth(app.Context, app.Event) { p.goTo(p.step + 1) }
func (p *setup) back(app.Context, app.Event)  { p.goTo(p.step - 1) }

func (p *setup) finish(app.Context, app.Event) {
	p.keep(len(setupSteps(p.State)))
	moveTo("/")
}

// saveName saves the name of the practice where it was changed, and goes on.
func (p *setup) saveName(_ app.Context, e app.Event) {
	e.PreventDefault()
	place, _ := p.place()
	name := message.Text(value(setupNameID))
	p.name.do(p.env, p.ctx, func(ctx context.Context) error {
		if message.Normalize(name) == place.Name {
			return nil
		}
		return p.Client.ChangePractice(ctx, place.ID, wire.ChangePractice{Name: &name})
	}, "", func(app.Context) { p.goTo(p.step + 1) })
}

// Render draws the page.
func (p *setup) Render() app.UI {
	if !p.known() {
		return shellView(p.words)
	}
	words := p.words.Setup
	place, found := p.place()
	if !found {
		return p.around(words.Page, app.Div().Class("settings setup-page").ID(contentID).TabIndex(-1).Body(
			app.H1().Class("settings-title").Text(words.Title),
			ui.Notice(p.words.AuditLog.OthersOnly, ui.LinkButton(ui.Quiet, "/", p.words.Conversation.BackToAll)),
		))
	}
	steps := setupSteps(p.State)
	step := steps[p.step]
	told := setupWords(words, step)
	return p.around(words.Page, app.Div().Class("settings setup-page").ID(contentID).TabIndex(-1).DataSet("testid", "setup-"+string(step)).Body(
		app.H1().Class("settings-title").Text(words.Title),
		app.Div().Class("setup-top").Body(
			app.P().Class("hint").Text(words.At(p.step+1, len(steps))),
			app.H2().Class("setup-title").Text(told.Title),
			app.P().Class("setup-lead").Text(told.Text),
		),
		app.Div().Body(p.stepView(step, place)...),
		app.Div().Class("log-buttons setup-foot").Body(
			app.If(p.step > 0, func() app.UI { return ui.Button(ui.Quiet, "setup-back", words.Back, p.back) }),
			app.If(p.step < len(steps)-1 && step != setupName, func() app.UI { return ui.Button(ui.Quiet, "setup-skip", words.Skip, p.forth) }),
			app.If(p.step == len(steps)-1, func() app.UI { return ui.Button(ui.Primary, "setup-finish", words.Finish, p.finish) }),
		),
		app.P().Class("hint").Text(words.Leave),
	))
}

// setupWords are the title of a step and what it is for.
func setupWords(words phrase.Setup, step setupStep) phrase.Reason {
	return map[setupStep]phrase.Reason{
		setupName: words.Name, setupTimes: words.Times, setupStyle: words.Style, setupListed: words.Listing, setupInvite: words.Invite,
	}[step]
}

// stepView is where a step is done.
func (p *setup) stepView(step setupStep, place wire.Practice) []app.UI {
	words := p.words.Setup
	switch step {
	case setupName:
		return []app.UI{app.Form().Class("panel form").Attr("novalidate", true).OnSubmit(p.saveName).Body(
			nameField(setupNameID, words.Label, words.Hint, place.Name, p.name.err),
			ui.Submit("setup-name-save", p.orBusy(words.Save), p.name.busy),
		)}
	case setupTimes:
		return p.part(officeTimes, place)
	case setupStyle:
		return p.part(officeStyle, place)
	case setupListed:
		return []app.UI{newListings(p.env)}
	}
	return p.invitations()
}

func (p *setup) orBusy(text string) string {
	if p.name.busy {
		return p.words.Setup.Busy
	}
	return text
}

// part is one part of the form of when and how someone answers.
func (p *setup) part(part officePart, place wire.Practice) []app.UI {
	at := slices.IndexFunc(p.forms(), func(f *officeForm) bool { return f.practice.ID == place.ID })
	if at < 0 {
		return p.unloaded()
	}
	view := p.view(at)
	view.part = part
	return []app.UI{view.draw()}
}

// invitations lead to where people are invited.
func (p *setup) invitations() []app.UI {
	words := p.words.Setup
	var ways []app.UI
	if p.State.HasRole(wire.RoleTherapist) {
		ways = append(ways, ui.LinkButton(ui.Quiet, invitePath, words.Client))
	}
	ways = append(ways, ui.LinkButton(ui.Quiet, membersPath, words.Colleague))
	return []app.UI{app.Div().Class("panel log-buttons").Body(ways...)}
}

// nameField is a field with the name of a practice in it, and what is wrong with it.
func nameField(id, label, hint string, name message.Text, problem string) app.UI {
	input := app.Input().ID(id).Class("input").DataSet("testid", id).Type("text").Name(id).Attr("autocomplete", "off").
		Dir("auto").Value(string(name)).Aria("describedby", id+"-hint "+id+"-error")
	if problem != "" {
		input = input.Attr("aria-invalid", "true")
	}
	return app.Div().Class("field").Body(
		app.Label().Class("label").For(id).Text(label),
		app.P().Class("hint").ID(id+"-hint").Text(hint),
		input,
		app.P().Class("field-error").ID(id+"-error").Role("alert").DataSet("testid", id+"-error").Text(problem),
	)
}
