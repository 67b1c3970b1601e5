package page

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/help"
)

// helpArticle is an article of the Help Center.
type helpArticle struct {
	app.Compo

	*env
	ctx     app.Context
	path    string
	place   string // the heading that was asked for
	search  *helpSearch
	box     *trying
	rating  *rating
	example int // the box stands below this one; 0 for its own place
}

// newHelpArticle returns the article at a path; one that is not known yet is
// empty.
func newHelpArticle(e *env, path string) *helpArticle {
	return &helpArticle{env: e, path: path, search: newHelpSearch(e), box: newTrying(e, ""), rating: newRating(e, slugIn(path))}
}

// slugIn returns which article is at a path, empty if none.
func slugIn(path string) string {
	slug, ok := strings.CutPrefix(path, helpPath+"/")
	if !ok {
		return ""
	}
	return slug
}

// OnMount begins.
func (p *helpArticle) OnMount(ctx app.Context) { p.ctx = ctx }

// OnNav takes in which article is open, and shows the heading asked for once it
// is there: of what was fetched a moment later the browser knew nothing.
func (p *helpArticle) OnNav(ctx app.Context) {
	page := ctx.Page().URL()
	absent := p.shelf.library == nil
	if p.path != page.Path {
		p.path, p.example, p.box = page.Path, 0, newTrying(p.env, "")
		p.rating, p.search = newRating(p.env, slugIn(page.Path)), newHelpSearch(p.env)
	}
	p.place = page.Fragment
	if p.moved && p.place == "" {
		ctx.Defer(func(app.Context) { focusAfterNav() })
	}
	p.moved = true
	p.openHelp(ctx, func(ctx app.Context) {
		p.arrived()
		if absent && p.place != "" {
			ctx.Defer(func(app.Context) { showElement(p.place) })
		}
	})
}

// arrived names the page, as soon as it is known.
func (p *helpArticle) arrived() {
	title := p.words.NotFound.Page
	if a, ok := p.article(); ok {
		title = a.Title
	}
	setTitle(p.words.Brand.Title(title))
}

func (p *helpArticle) article() (help.Article, bool) {
	if p.shelf.library == nil {
		return help.Article{}, false
	}
	return p.shelf.library.Find(slugIn(p.path))
}

// try puts the text of an example into the box, which moves below it.
func (p *helpArticle) try(number int, text string) app.EventHandler {
	return func(app.Context, app.Event) {
		p.example, p.box = number, newTrying(p.env, text)
		p.box.called = true
	}
}

func (p *helpArticle) fetch(app.Context, app.Event) {
	p.openHelp(p.ctx, func(app.Context) { p.arrived() })
}

// Render draws the article.
func (p *helpArticle) Render() app.UI {
	if p.shelf.library == nil {
		return p.helpAbsent(p.fetch)
	}
	article, ok := p.article()
	if !ok {
		return notFoundView(p.words)
	}
	return helpArticleView(p.env, articleModel{
		article: article, country: p.State.Country(), search: p.search, box: p.box, rating: p.rating,
		example: p.example, try: p.try, awake: true,
	})
}

// articleModel is what is shown of an article.
type articleModel struct {
	article help.Article
	country string
	search  *helpSearch
	box     *trying
	rating  *rating
	example int
	try     func(number int, text string) app.EventHandler // nil before the program runs
	awake   bool
}

// tryAnchor is the section that has the box to try examples in, until one of
// them is chosen.
const tryAnchor = "writing-a-message-that-can-be-answered-well"

func helpArticleView(e *env, m articleModel) app.UI {
	words, a := &e.words.Help, m.article
	blocks := &ui.Blocks{Words: words, Asleep: !m.awake, Trying: m.example, Box: m.box, Try: m.try}
	if !m.awake {
		blocks.Try = func(int, string) app.EventHandler { return nil }
	}
	var contents, parts []app.UI
	for _, s := range a.Sections {
		link := help.Path(a.Slug, s.Anchor)
		if s.Level == 2 {
			contents = append(contents, app.Li().Body(app.A().Href(link).Text(s.Title)))
		}
		parts = append(parts, helpHeading(s, link, words.Link(s.Title)))
		parts = append(parts, blocks.Draw(s.Blocks)...)
		if s.Anchor == tryAnchor && m.example == 0 {
			parts = append(parts, m.box)
		}
	}
	before, after := e.shelf.library.Beside(a.Slug)
	return helpAround(e.words, m.country, false,
		m.search,
		app.Article().Class("help-article").DataSet("testid", "help-article").Body(
			app.H1().Class("help-title").Text(a.Title),
			app.P().Class("help-lead").Body(ui.Spans(a.Summary)...),
			app.Div().Class("help-body").Body(blocks.Draw(a.Intro)...),
			app.Nav().Class("help-contents").Aria("label", words.Contents).Body(
				app.P().Class("help-contents-title").Text(words.Contents),
				app.Ul().Body(contents...),
			),
			app.Div().Class("help-body").Body(parts...),
		),
		app.Div().Class("help-after").Body(
			m.rating,
			printButton(words.Print, m.awake),
		),
		app.Nav().Class("help-beside").Aria("label", words.Beside).Body(
			besideLink(words.Previous, before, "help-previous"),
			besideLink(words.Next, after, "help-next"),
		),
	)
}

func helpHeading(s help.Section, link, label string) app.UI {
	anchor := app.A().Class("help-anchor").Href(link).Aria("label", label).Text("#")
	if s.Level == 3 {
		return app.Div().Class("help-heading").Body(app.H3().ID(s.Anchor).Text(s.Title), anchor)
	}
	return app.Div().Class("help-heading").Body(app.H2().ID(s.Anchor).Text(s.Title), anchor)
}

func printButton(text string, awake bool) app.UI {
	b := app.Button().Type("button").Class(ui.Quiet+" help-print").DataSet("testid", "help-print").
		OnClick(func(app.Context, app.Event) { printPage() }).
		Body(ui.IconPrint.Draw(), app.Span().Text(text))
	if !awake {
		b = b.Disabled(true)
	}
	return b
}

// besideLink leads to the article before or after, if there is one.
func besideLink(label string, a *help.Article, testID string) app.UI {
	if a == nil {
		return app.Span()
	}
	return app.A().Class("help-beside-link").Href(help.Path(a.Slug, "")).DataSet("testid", testID).Body(
		app.Span().Class("help-beside-label").Text(label),
		app.Span().Text(a.Title),
	)
}
