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
	ctx    app.Context
	awake  bool
	query  string
	hits   []help.Hit
	spoken string // to screen readers
	typed  int    // counts keystrokes, to notice a pause
}

func newHelpSearch(e *env) *helpSearch { return &helpSearch{env: e} }

// OnMount lets people type.
func (s *helpSearch) OnMount(ctx app.Context) { s.ctx, s.awake = ctx, true }

// maxResults is how many passages are shown while someone searches.
const maxResults = 8

func (s *helpSearch) input(ctx app.Context, _ app.Event) {
	s.query = value(searchID)
	s.typed++
	typed := s.typed
	if index := s.helpIndex(); index != nil {
		s.hits = index.Search(s.query, maxResults)
	}
	s.spoken = ""
	s.ctx.After(pause, func(ctx app.Context) {
		if s.typed != typed || s.query == "" {
			ctx.PreventUpdate()
			return
		}
		if s.spoken = s.words.Help.NotFound; len(s.hits) > 0 {
			s.spoken = s.words.Help.Found(len(s.hits))
		}
	})
}

// submit opens the first result.
func (s *helpSearch) submit(ctx app.Context, e app.Event) {
	e.PreventDefault()
	if len(s.hits) > 0 {
		ctx.Navigate(s.hits[0].Path())
	}
}

// Render draws the box and what was found.
func (s *helpSearch) Render() app.UI {
	words := &s.words.Help
	input := app.Input().Type("search").ID(searchID).Class("input").DataSet("testid", searchID).
		Attr("autocomplete", "off").Attr("enterkeyhint", "search").Attr("maxlength", help.MaxQuery).
		Aria("controls", "help-results").OnInput(s.input)
	if !s.awake {
		input = input.Disabled(true)
	}
	results := app.Ol().Class("help-results").ID("help-results").DataSet("testid", "help-results")
	none := ""
	switch {
	case s.query == "":
	case len(s.hits) == 0:
		none = words.NotFound
	default:
		results = results.Body(app.Range(s.hits).Slice(func(i int) app.UI { return foundPassage(s.hits[i], "help-result") }))
	}
	return app.Form().Class("help-search").Role("search").OnSubmit(s.submit).Body(
		app.Label().Class("label").For(searchID).Text(words.Search),
		input,
		results,
		app.P().Class("help-none").Text(none),
		app.P().Class("sr-only").Role("status").Text(s.spoken),
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
