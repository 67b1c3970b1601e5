package page

import (
	"context"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/crisis"
	"pleiades/shared/help"
	"pleiades/shared/message"
)

// tarsInputID is the element id of the box for questions to TARS.
const tarsInputID = "tars-input"

// tars is the support assistant: it answers from the articles, on the device,
// and remembers nothing once the page is left, or who asked.
type tars struct {
	app.Compo

	*env
	following
	ctx      app.Context
	awake    bool
	question message.Text // the one that is answered
	danger   danger       // of the question
	answer   help.Answer
	asked    bool
	busy     bool // getting ready for the question
	ready    bool // or is
	err      string
	consent  bool // it was asked whether support may see the question
}

func newTARS(e *env) *tars { return &tars{env: e} }

// OnMount lets people ask, and follows the state: help in danger is that of a
// country.
func (t *tars) OnMount(ctx app.Context) {
	t.ctx, t.awake = ctx, true
	t.begin(ctx, t.State, t.forget)
}

// forget drops the question of a person who has left.
func (t *tars) forget() {
	t.question, t.answer, t.asked, t.consent, t.err = "", help.Answer{}, false, false, ""
	setValue(tarsInputID, "")
}

func (t *tars) submit(_ app.Context, e app.Event) {
	e.PreventDefault()
	if t.take(message.Text(strings.TrimSpace(value(tarsInputID)))) {
		t.prepare(func(app.Context) { t.reach() })
	}
}

// take takes in a question, and reports whether to get ready for it. Until what weighs
// questions is here, which may be out of reach, help in danger comes at once by the
// rules that the program has.
func (t *tars) take(question message.Text) (prepare bool) {
	t.question, t.asked, t.consent, t.err, t.answer = question, false, false, "", help.Answer{}
	t.danger = inDanger(string(question))
	switch {
	case question == "":
		t.err = t.words.TARS.Empty
	case t.danger != "" && !t.shelf.learned:
		t.asked, t.answer = true, help.Answer{Decision: help.Crisis}
	case !t.busy:
		t.busy = true
		return true
	}
	return false
}

// reach answers the question, now that all is ready that can be, unless help in
// danger stands there or nothing is asked any more.
func (t *tars) reach() {
	t.busy = false
	switch {
	case t.asked || t.question == "":
	case t.shelf.index == nil:
		t.err = t.words.Help.Failed.Text
	default:
		t.asked, t.answer = true, t.shelf.index.Ask(string(t.question))
	}
}

// expect gets ready as soon as someone is about to ask. The rules that tell danger
// are prepared when the box has its focus, so that nothing waits for them.
func (t *tars) expect(app.Context, app.Event) {
	if t.ready {
		return
	}
	t.ready = true
	t.prepare(func(app.Context) {})
	t.ctx.After(lull, func(ctx app.Context) {
		ctx.PreventUpdate()
		ctx.Async(prepareGuidance)
	})
}

// prepare gets what finds the passages and what weighs questions, where they are not
// there, and then calls ready: without weights TARS answers too, less well.
func (t *tars) prepare(ready func(app.Context)) {
	t.openIndex(t.ctx, func(ctx app.Context) {
		index := t.shelf.index
		if index == nil || t.shelf.learned {
			ready(ctx)
			return
		}
		ctx.Async(func() {
			weights, err := t.Client.HelpWeights(context.Background())
			ctx.Dispatch(func(ctx app.Context) {
				if err == nil && !t.shelf.learned {
					t.shelf.learned = index.Learn(weights) == nil // another version's, until the app is updated
				}
				ready(ctx)
			})
		})
	})
}

// choose takes one of the passages that were offered for the answer.
func (t *tars) choose(i int) app.EventHandler {
	return func(app.Context, app.Event) {
		hits := t.answer.Hits
		t.answer = help.Answer{Decision: help.Answered, Hits: append([]help.Hit{hits[i]}, without(hits, i)...)}
	}
}

func without(hits []help.Hit, i int) []help.Hit {
	var others []help.Hit
	others = append(others, hits[:i]...)
	return append(others, hits[i+1:]...)
}

func (t *tars) ask(app.Context, app.Event)    { t.consent = true }
func (t *tars) refuse(app.Context, app.Event) { t.consent = false }

// handOver takes the question to the form for support, in memory: an address
// would keep it.
func (t *tars) handOver(ctx app.Context, _ app.Event) {
	t.toSupport.put(t.State, t.question)
	ctx.Navigate(contactPath)
}

// Render draws the box and the answer.
func (t *tars) Render() app.UI {
	words := &t.words.TARS
	input := app.Input().Type("text").ID(tarsInputID).Class("input").DataSet("testid", tarsInputID).
		Attr("autocomplete", "off").Attr("maxlength", help.MaxQuery).Attr("enterkeyhint", "send").
		Aria("describedby", "tars-lead tars-error").OnFocus(t.expect)
	button := ui.Submit("tars-submit", words.Ask, !t.awake)
	if !t.awake {
		input = input.Disabled(true)
	}
	if t.err != "" {
		input = input.Attr("aria-invalid", "true")
	}
	decision := ""
	if t.asked {
		decision = string(t.answer.Decision)
	}
	return app.Section().Class("tars").ID(tarsID).Aria("labelledby", "tars-title").Body(
		app.H2().Class("tars-title").ID("tars-title").Text(words.Name),
		app.P().Class("tars-lead").ID("tars-lead").Text(words.Lead),
		app.Form().Class("tars-form").OnSubmit(t.submit).Body(
			app.Label().Class("label").For(tarsInputID).Text(words.Label),
			app.Div().Class("tars-row").Body(input, button),
			app.P().Class("field-error").ID("tars-error").Role("alert").Text(t.err),
		),
		app.Div().Class("tars-answer").Role("status").DataSet("testid", "tars-answer").DataSet("decision", decision).Body(t.reply()...),
		app.P().Class("tars-forgetful").Text(words.Forgetful),
	)
}

// reply is what TARS says.
func (t *tars) reply() []app.UI {
	words := &t.words.TARS
	switch {
	case t.asked:
	case t.busy && t.question != "":
		return []app.UI{app.P().Text(words.Busy)}
	default:
		return nil
	}
	hits := t.answer.Hits
	switch t.answer.Decision {
	case help.Crisis:
		danger := t.dangerWords(t.danger)
		return []app.UI{
			app.P().Class("tars-strong").Lang(danger.Lang).Text(danger.Title),
			app.P().Lang(danger.Lang).Text(danger.Text),
			t.helpPanel(func() app.Context { return t.ctx }, danger, nil, crisis.Everyone).Draw(),
			app.P().Body(app.A().Class("tars-link").Href(help.Path(crisisArticle, "")).Text(words.ToAll)),
		}
	case help.Declined:
		return append([]app.UI{
			app.P().Class("tars-strong").Text(words.Declined.Title),
			app.P().Text(words.Declined.Text),
		}, t.onward()...)
	case help.Unsure:
		said := words.Unsure
		if len(hits) == 0 {
			said = words.Nothing
		}
		reply := []app.UI{app.P().Class("tars-strong").Text(said)}
		if len(hits) > 0 {
			reply = append(reply, app.Div().Class("tars-choices").Body(app.Range(hits).Slice(func(i int) app.UI {
				return ui.Button(ui.Quiet, "tars-choice-"+strconv.Itoa(i+1), passageTitle(hits[i]), t.choose(i), app.EventScope(hits[i].Path()))
			})))
		}
		return append(reply, t.onward()...)
	}
	best := hits[0]
	blocks := best.Article.Intro
	text := []app.UI{}
	if best.Section != nil {
		blocks = best.Section.Blocks
	} else {
		text = append(text, app.P().Body(ui.Spans(best.Article.Summary)...))
	}
	text = append(text, (&ui.Blocks{Words: &t.words.Help}).Draw(blocks)...)
	reply := []app.UI{
		app.P().Class("tars-found").Text(words.Found),
		app.H3().Class("tars-heading").Text(passageTitle(best)),
		app.Div().Class("tars-passage help-body").Body(text...),
		app.P().Body(app.A().Class("tars-link").Href(best.Path()).DataSet("testid", "tars-source").Text(words.Read(best.Article.Title))),
	}
	if others := hits[1:]; len(others) > 0 {
		reply = append(reply, app.P().Class("tars-more").Text(words.More), app.Ul().Class("tars-others").Body(
			app.Range(others).Slice(func(i int) app.UI {
				return app.Li().Body(app.A().Class("tars-link").Href(others[i].Path()).Text(passageTitle(others[i])))
			}),
		))
	}
	return append(reply, t.onward()...)
}

// onward stands under every reply but help in danger: the way to that, and the one
// to a person.
func (t *tars) onward() []app.UI {
	words := &t.words.TARS
	danger := app.P().Class("tars-danger").DataSet("testid", "tars-danger").Body(
		app.Text(words.Danger+" "),
		app.A().Class("tars-link").Href(crisisAt(t.State.Country())).Text(words.HelpNow),
	)
	return append([]app.UI{danger}, t.person()...)
}

// person is the way to a person: asked for first, taken then.
func (t *tars) person() []app.UI {
	words := &t.words.TARS
	if !t.consent {
		return []app.UI{app.P().Class("tars-person").Body(ui.Button(ui.Quiet, "tars-handover", words.HandOver, t.ask))}
	}
	return []app.UI{app.Div().Class("tars-consent").Body(
		app.P().Text(words.Consent),
		app.Blockquote().Class("tars-question").Dir("auto").Text(string(t.question)),
		app.Div().Class("tars-choices").Body(
			ui.Button(ui.Primary, "tars-handover-yes", words.Yes, t.handOver),
			ui.Button(ui.Quiet, "tars-handover-no", words.No, t.refuse),
		),
	)}
}

// passageTitle names a passage.
func passageTitle(h help.Hit) string {
	if h.Section == nil {
		return h.Article.Title
	}
	return h.Section.Title
}
