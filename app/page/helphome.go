package page

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/help"
)

// helpHome is the overview of the Help Center: search, TARS and all articles.
type helpHome struct {
	app.Compo

	*env
	ctx    app.Context
	search *helpSearch
	tars   *tars
}

func newHelpHome(e *env) *helpHome {
	return &helpHome{env: e, search: newHelpSearch(e), tars: newTARS(e)}
}

// OnMount names the page and fetches the articles.
func (p *helpHome) OnMount(ctx app.Context) {
	p.ctx = ctx
	setTitle(p.words.Brand.Title(p.words.Help.Page))
	p.fetch(ctx, app.Event{})
}

// OnNav moves the focus to the content, coming from another page.
func (p *helpHome) OnNav(ctx app.Context) {
	if p.moved {
		ctx.Defer(func(app.Context) { focusAfterNav() })
	}
	p.moved = true
}

func (p *helpHome) fetch(app.Context, app.Event) { p.openHelp(p.ctx, func(app.Context) {}) }

// Render draws the page.
func (p *helpHome) Render() app.UI {
	if p.shelf.library == nil {
		return p.helpAbsent(p.fetch)
	}
	return helpOverview(p.env, p.State.Country(), p.search, p.tars)
}

func helpOverview(e *env, country string, search *helpSearch, tars *tars) app.UI {
	words := &e.words.Help
	content := []app.UI{
		app.H1().Class("hero-title").Text(words.Title),
		app.P().Class("hero-lead").Text(words.Lead),
		search,
		tars,
	}
	for _, audience := range []help.Audience{help.ForClients, help.ForEveryone, help.ForTherapists} {
		var items []app.UI
		for _, a := range e.shelf.library.Articles {
			if a.Audience == audience {
				items = append(items, app.Li().Body(
					app.A().Class("help-card-link").Href(help.Path(a.Slug, "")).Body(
						app.Span().Class("help-card-title").Text(a.Title),
						app.Span().Class("help-card-about").Text(summary(a)),
					),
				))
			}
		}
		if len(items) > 0 {
			content = append(content,
				app.H2().Class("help-group").Text(words.Groups[audience]),
				app.Ul().Class("help-cards").DataSet("testid", "help-articles-"+string(audience)).Body(items...),
			)
		}
	}
	return helpAround(e.words, country, true, content...)
}

// The parts of an element that a link leads to in the overview.
const (
	searchID = "help-search"
	tarsID   = "tars"
)

// helpSearch is the box that searches the articles at each keystroke.
type helpSearch struct {
	app.Compo

	*env
	following
	ctx    app.Context
	awake  bool
	busy   bool // getting the index
	query  string
	hits   []help.Hit
	spoken string // to screen readers
	typed  int    // counts keystrokes, to notice a pause
	danger danger // of what is sought
}

func newHelpSearch(e *env) *helpSearch { return &helpSearch{env: e} }

// OnMount lets people type.
func (s *helpSearch) OnMount(ctx app.Context) {
	s.ctx, s.awake = ctx, true
	s.begin(ctx, s.State, s.forget)
}

// forget drops what a person sought who has left.
func (s *helpSearch) forget() {
	s.query, s.hits, s.spoken, s.danger = "", nil, "", ""
	s.typed++
	setValue(searchID, "")
}

// maxResults is how many passages are shown while someone searches.
const maxResults = 8

func (s *helpSearch) input(app.Context, app.Event) {
	s.query = value(searchID)
	s.find()
	s.announce()
}

// announce looks for danger in what was typed, once the person pauses, and tells
// screen readers what was found, if there is an index.
func (s *helpSearch) announce() {
	s.typed++
	typed := s.typed
	s.spoken = ""
	s.ctx.After(pause, func(ctx app.Context) {
		if s.typed != typed {
			ctx.PreventUpdate()
			return
		}
		s.danger = inDanger(s.query)
		if s.query != "" && !s.busy && s.danger == "" { // help says more
			s.spoken = s.summary()
		}
	})
}

// summary says how much was found, or why nothing.
func (s *helpSearch) summary() string {
	if len(s.hits) > 0 {
		return s.words.Help.Found(len(s.hits))
	}
	return s.none()
}

// prepare gets the index before the first keystroke, and then searches for what was
// typed meanwhile.
func (s *helpSearch) prepare(app.Context, app.Event) {
	if s.busy || s.shelf.index != nil {
		return
	}
	s.busy = true
	s.openIndex(s.ctx, func(app.Context) {
		s.ready()
	})
}

// ready goes on now that there is an index, or none to be had: the pause after the
// last keystroke may be over, so that what was found is told now.
func (s *helpSearch) ready() {
	s.busy = false
	if s.shelf.index != nil {
		s.find()
	}
	if s.query != "" {
		s.spoken = s.summary()
	}
}

// find searches for what was typed, as soon as there is an index.
func (s *helpSearch) find() {
	if s.shelf.index == nil {
		s.prepare(s.ctx, app.Event{})
		return
	}
	s.hits = s.shelf.index.Search(s.query, maxResults)
}

// none says why there is no result.
func (s *helpSearch) none() string {
	switch {
	case s.query == "" || len(s.hits) > 0 || s.busy:
		return ""
	case s.shelf.index == nil:
		return s.words.Help.Failed.Text
	default:
		return s.words.Help.NotFound
	}
}

// submit opens the first result, unless what is sought speaks of danger.
func (s *helpSearch) submit(ctx app.Context, e app.Event) {
	e.PreventDefault()
	if s.danger = inDanger(s.query); s.danger != "" {
		return // help comes first
	}
	if len(s.hits) > 0 {
		ctx.Navigate(s.hits[0].Path())
	}
}

// Render draws the box and what was found.
func (s *helpSearch) Render() app.UI {
	words := &s.words.Help
	input := app.Input().Type("search").ID(searchID).Class("input").DataSet("testid", searchID).
		Attr("autocomplete", "off").Attr("enterkeyhint", "search").Attr("maxlength", help.MaxQuery).
		Aria("controls", "help-results").OnInput(s.input).OnFocus(s.prepare)
	if !s.awake {
		input = input.Disabled(true)
	}
	results := app.Ol().Class("help-results").ID("help-results").DataSet("testid", "help-results")
	if hits := s.shown(); len(hits) > 0 {
		results = results.Body(app.Range(hits).Slice(func(i int) app.UI { return foundPassage(hits[i], "help-result") }))
	}
	return app.Form().Class("help-search").Role("search").OnSubmit(s.submit).Body(
		app.Label().Class("label").For(searchID).Text(words.Search),
		input,
		s.help(),
		results,
		app.P().Class("help-none").Text(s.none()),
		app.P().Class("sr-only").Role("status").Text(s.spoken),
	)
}

// shown are the passages to show: in danger those about it alone, and nothing that its
// words find elsewhere.
func (s *helpSearch) shown() []help.Hit {
	var hits []help.Hit
	for _, h := range s.hits {
		if s.query != "" && (s.danger == "" || h.Article.Slug == crisisArticle) {
			hits = append(hits, h)
		}
	}
	return hits
}

// help stands above what was found where someone speaks of danger.
func (s *helpSearch) help() app.UI {
	slot := app.Div().Class("help-slot").Role("status").DataSet("testid", "help-danger")
	if s.danger == "" {
		return slot
	}
	words := s.dangerWords(s.danger)
	return slot.Lang(words.Lang).Body(
		app.P().Class("tars-strong").Text(words.Title),
		app.P().Text(words.Text),
		app.P().Body(app.A().Class(ui.Primary).Href(crisisAt(s.State.Country())).Text(words.Crisis.Page)),
	)
}

// foundPassage draws a passage that was found.
func foundPassage(hit help.Hit, testID string) app.UI {
	title := []app.UI{app.Span().Class("help-result-article").Text(hit.Article.Title)}
	if hit.Section != nil {
		title = append(title, app.Span().Class("help-result-heading").Text(hit.Section.Title))
	}
	return app.Li().Body(
		app.A().Class("help-result").Href(hit.Path()).DataSet("testid", testID).Body(
			append(title, app.Span().Class("help-result-text").Body(ui.Excerpt(hit.Excerpt)...))...,
		),
	)
}
