package page

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/crisis"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
)

// planPage is the private safety plan. It is saved on the device as it is
// typed, and goes nowhere else.
type planPage struct {
	frame

	plan   state.Plan // as it is on the screen, with rows for people still empty
	dirty  bool       // something is typed that was not saved
	saving bool
	saved  bool // since the page was opened
	failed bool
}

func newPlanPage(e *env) *planPage {
	p := &planPage{frame: frame{env: e, path: planPath}}
	p.take(p.State.Plan())
	return p
}

// OnMount names the page and begins to follow the state.
func (p *planPage) OnMount(ctx app.Context) {
	setTitle(p.words.Brand.Title(p.words.SafetyPlan.Page))
	p.follow(ctx, p.changed)
}

// OnNav takes in where the page is.
func (p *planPage) OnNav(ctx app.Context) {
	p.arrive(ctx)
	p.changed(ctx)
}

// changed takes over what was written on another page, unless something is
// being written here.
func (p *planPage) changed(ctx app.Context) {
	p.guard(ctx)
	taken := false
	if plan := p.State.Plan(); !p.dirty && !p.saving && !samePlan(plan, trimPlan(p.plan)) {
		p.take(plan)
		taken = true
	}
	ctx.Defer(func(app.Context) { p.fill(taken) })
}

// take takes a plan over. There is always room for one person.
func (p *planPage) take(plan state.Plan) {
	p.plan = plan
	p.plan.People = slices.Clone(plan.People)
	if len(plan.People) == 0 {
		p.plan.People = []state.Person{{}}
	}
}

// planPart is a part of the plan that is free text.
type planPart struct {
	id    string
	words phrase.PlanPart
	text  *message.Text
}

// parts lists the parts of the plan in the order of the page, those before the
// people and those after them.
func (p *planPage) parts() (before, after []planPart) {
	words := &p.words.SafetyPlan
	return []planPart{
			{"plan-signs", words.Signs, &p.plan.Signs},
			{"plan-steps", words.Steps, &p.plan.Steps},
			{"plan-places", words.Places, &p.plan.Places},
		}, []planPart{
			{"plan-safer", words.Safer, &p.plan.Safer},
			{"plan-reasons", words.Reasons, &p.plan.Reasons},
		}
}

// Render draws the page.
func (p *planPage) Render() app.UI {
	words := p.words.SafetyPlan
	if !p.known() {
		return shellView(p.words)
	}
	before, after := p.parts()
	saved := ""
	if p.saved && !p.dirty && !p.saving && !p.failed {
		saved = words.Saved
	}
	failed := ""
	if p.failed {
		failed = words.NotSaved
	}
	body := []app.UI{
		app.H1().Class("settings-title").Text(words.Page),
		app.P().Class("plan-lead").Text(words.Lead),
		app.P().Class("plan-private").DataSet("testid", "plan-private").Body(
			app.Span().Text(words.Private+" "),
			app.A().Href(crisisAt(p.State.Country())).Text(words.Crisis),
		),
	}
	for _, part := range before {
		body = append(body, p.part(part))
	}
	body = append(body, p.people())
	for _, part := range after {
		body = append(body, p.part(part))
	}
	body = append(body,
		p.countryPanel(func() app.Context { return p.ctx }),
		app.Div().Class("plan-print").Body(
			ui.Button(ui.Quiet, "plan-print", words.Print, p.print),
			app.P().Class("hint").Text(words.PrintHint),
		),
		app.Div().Class("plan-foot").Body(
			app.P().Class("plan-saved").Role("status").DataSet("testid", "plan-saved").Text(saved),
			app.P().Class("field-error").Role("alert").Text(failed),
		),
		app.P().Class("print-only").Text(words.Printed(p.Clock.Full(p.Clock.Now()))),
	)
	return p.around(words.Page, app.Div().Class("settings plan").ID(contentID).TabIndex(-1).Body(body...))
}

// part is one part to write in. What is printed is the text beside the box,
// which is as long as it needs to be.
func (p *planPage) part(part planPart) app.UI {
	return app.Section().Class("plan-part").Body(
		app.H2().Class("plan-title").Body(app.Label().For(part.id).Text(part.words.Title)),
		app.P().Class("hint").ID(part.id+"-hint").Text(part.words.Hint),
		app.Textarea().Attr("autocomplete", "off").Class("input plan-input").ID(part.id).DataSet("testid", part.id).Rows(2).Dir("auto").
			Aria("describedby", part.id+"-hint").OnInput(p.typing(func() *message.Text { return part.text }), app.EventScope(part.id)),
		app.P().Class("print-only").Dir("auto").Text(string(*part.text)),
	)
}

// people are the people to call.
func (p *planPage) people() app.UI {
	words := p.words.SafetyPlan
	rows := make([]app.UI, len(p.plan.People))
	for i := range p.plan.People {
		rows[i] = p.person(i)
	}
	return app.Section().Class("plan-part").Body(
		app.H2().Class("plan-title").Text(words.People.Title),
		app.P().Class("hint").Text(words.People.Hint),
		app.Div().Class("plan-people").Body(rows...),
		ui.Button(ui.Quiet, "plan-add-person", words.AddPerson, p.addPerson),
	)
}

func (p *planPage) person(i int) app.UI {
	words := p.words.SafetyPlan
	person := p.plan.People[i]
	n := strconv.Itoa(i + 1)
	scope := app.EventScope(n)
	called := string(person.Name)
	if called == "" {
		called = words.PersonOf(i + 1)
	}
	call := app.Div().Class("plan-call")
	if dial := crisis.Phone(person.Phone).Dial(); dial != "" {
		call = call.Body(app.A().Class(ui.Quiet).Href("tel:"+dial).DataSet("testid", "plan-call-"+n).Text(words.CallPerson(called)))
	}
	field := func(id, label, kind string, text func() *message.Text) app.UI {
		id += "-" + n
		return app.Div().Class("field").Body(
			app.Label().Class("label").For(id).Text(label),
			app.Input().Class("input").ID(id).DataSet("testid", id).Type(kind).Attr("autocomplete", "off").Dir("auto").
				OnInput(p.typing(text), scope),
		)
	}
	return app.Div().Class("plan-person").Role("group").Aria("label", words.PersonOf(i+1)).Body(
		field("plan-name", words.Name, "text", func() *message.Text { return &p.plan.People[i].Name }),
		field("plan-phone", words.Phone, "tel", func() *message.Text { return &p.plan.People[i].Phone }),
		app.Div().Class("plan-person-actions").Body(
			call,
			ui.Button(ui.Plain, "plan-drop-"+n, words.DropPerson(called), p.dropper(i), scope),
		),
		app.P().Class("print-only").Dir("auto").Text(strings.TrimSpace(string(person.Name)+"  "+string(person.Phone))),
	)
}

// typing takes in what is typed into one field.
func (p *planPage) typing(text func() *message.Text) app.EventHandler {
	return func(_ app.Context, e app.Event) {
		*text() = message.Text(e.Get("target").Get("value").String())
		if id := e.Get("target").Get("id").String(); e.Get("target").Get("tagName").String() == "TEXTAREA" {
			grow(id)
		}
		p.save()
	}
}

func (p *planPage) addPerson(ctx app.Context, _ app.Event) {
	p.plan.People = append(p.plan.People, state.Person{})
	id := "plan-name-" + strconv.Itoa(len(p.plan.People))
	p.ctx.Defer(func(app.Context) { focus(id) })
}

func (p *planPage) dropper(i int) app.EventHandler {
	return func(app.Context, app.Event) {
		if p.plan.People = slices.Delete(p.plan.People, i, i+1); len(p.plan.People) == 0 {
			p.plan.People = []state.Person{{}}
		}
		p.save()
		p.ctx.Defer(func(app.Context) {
			p.fill(true)
			focus("plan-name-" + strconv.Itoa(max(1, min(i+1, len(p.plan.People)))))
		})
	}
}

// save keeps the plan on the device, one writing after the other: the last is
// what stays.
func (p *planPage) save() {
	p.dirty = true
	if p.saving {
		return
	}
	p.saving, p.dirty = true, false
	plan := trimPlan(p.plan)
	p.ctx.Async(func() {
		err := p.Client.SavePlan(context.Background(), plan)
		p.ctx.Dispatch(func(app.Context) {
			p.saving, p.saved, p.failed = false, true, err != nil
			if p.dirty {
				p.save()
			}
		})
	})
}

// fill writes the plan into the fields, where they hold something else; into the
// one that has the focus only if all is set: what was just typed there may not
// have been heard of yet.
func (p *planPage) fill(all bool) {
	set := func(id string, text message.Text, grows bool) {
		if value(id) != string(text) && (all || !focused(id)) {
			setValue(id, string(text))
		}
		if grows {
			grow(id)
		}
	}
	before, after := p.parts()
	for _, part := range append(before, after...) {
		set(part.id, *part.text, true)
	}
	for i, person := range p.plan.People {
		n := strconv.Itoa(i + 1)
		set("plan-name-"+n, person.Name, false)
		set("plan-phone-"+n, person.Phone, false)
	}
}

func (p *planPage) print(ctx app.Context, _ app.Event) {
	printPage()
	ctx.PreventUpdate()
}

// trimPlan leaves out people without a name and a number.
func trimPlan(p state.Plan) state.Plan {
	var people []state.Person
	for _, person := range p.People {
		if strings.TrimSpace(string(person.Name+person.Phone)) != "" {
			people = append(people, person)
		}
	}
	p.People = people
	return p
}

func samePlan(a, b state.Plan) bool {
	return a.Signs == b.Signs && a.Steps == b.Steps && a.Places == b.Places && a.Reasons == b.Reasons &&
		a.Safer == b.Safer && slices.Equal(a.People, b.People)
}

// countryPanel is where the country is chosen whose numbers are shown.
func (f *frame) countryPanel(ctx func() app.Context) app.UI {
	words := f.words.SafetyPlan
	return app.Section().Class("panel country-panel").Body(
		app.H2().Class("panel-title").Text(words.Country),
		f.countrySelect(ctx, "country", f.words.Lang, words.CountryOf, words.CountryAsk).Draw(),
		app.P().Class("hint").Text(words.Hint),
	)
}
