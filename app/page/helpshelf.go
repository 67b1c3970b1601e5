package page

import (
	"context"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/help"
	"pleiades/shared/phrase"
)

// shelf is the Help Center as far as it has been fetched. It is the same
// whosever app this is.
type shelf struct {
	library *help.Library // nil until then
	index   *help.Index   // nil until someone is about to search or ask
	learned bool          // it weighs questions
	failed  bool
}

// InHelp reports whether a path is one of the Help Center, whose articles the
// first picture needs.
func InHelp(path string) bool { return path == helpPath || strings.HasPrefix(path, helpPath+"/") }

// openHelp fetches the articles, unless they are there, and then calls ready.
func (e *env) openHelp(ctx app.Context, ready func(app.Context)) {
	if e.shelf.library != nil {
		ready(ctx)
		return
	}
	e.shelf.failed = false
	ctx.Async(func() {
		library, err := e.Client.Library(context.Background())
		ctx.Dispatch(func(ctx app.Context) {
			if e.shelf.failed = err != nil; err == nil {
				e.shelf.library = library
			}
			ready(ctx)
		})
	})
}

// openIndex fetches the index of the articles, unless it is there, and then calls
// ready, also where it cannot be had.
func (e *env) openIndex(ctx app.Context, ready func(app.Context)) {
	library := e.shelf.library
	if e.shelf.index != nil || library == nil {
		ready(ctx)
		return
	}
	ctx.Async(func() {
		index, err := e.Client.HelpIndex(context.Background(), library)
		ctx.Dispatch(func(ctx app.Context) {
			if err == nil && e.shelf.index == nil {
				e.shelf.index = index
			}
			ready(ctx)
		})
	})
}

// helpAround draws what is around the pages of the Help Center. On the overview
// there is no way to the overview.
func helpAround(words *phrase.Catalogue, country string, overview bool, content ...app.UI) app.UI {
	way := app.A().Class("guide-back").Href(helpPath).Body(ui.IconBack.Draw(), app.Span().Text(words.Help.All))
	if overview {
		way = app.A().Class("guide-back").Href("/").Body(ui.IconBack.Draw(), app.Span().Text(words.Help.Back))
	}
	return publicIn(words, country, nil, app.Div().Class("help-page").Body(append([]app.UI{way}, content...)...))
}

// helpAbsent is shown while the articles are not there.
func (e *env) helpAbsent(again app.EventHandler) app.UI {
	words := &e.words.Help
	if e.shelf.failed {
		return helpAround(e.words, e.State.Country(), true,
			ui.PageNotice(words.Failed, ui.Button(ui.Quiet, "help-again", words.Again, again)))
	}
	return helpAround(e.words, e.State.Country(), true, app.P().Class("opening").Role("status").Text(words.Loading))
}

// HelpPage is a page of the Help Center as it is before the program runs.
type HelpPage struct {
	Path, Title, Description string
	Content                  app.UI
}

// Help returns the pages of the Help Center, for the server to render: the
// overview first, then the articles.
func Help(library *help.Library) []HelpPage {
	e := &env{words: phrase.English(), shelf: shelf{library: library}}
	words := &e.words.Help
	pages := []HelpPage{{
		Path: helpPath, Title: e.words.Brand.Title(words.Page), Description: words.Description,
		Content: helpOverview(e, "", newHelpSearch(e), newTARS(e)),
	}}
	for _, a := range library.Articles {
		pages = append(pages, HelpPage{
			Path: help.Path(a.Slug, ""), Title: e.words.Brand.Title(a.Title), Description: summary(a),
			Content: helpArticleView(e, articleModel{article: a, search: newHelpSearch(e), box: newTrying(e, ""), rating: newRating(e, a.Slug)}),
		})
	}
	return pages
}

// summary returns an article's summary without its looks.
func summary(a help.Article) string {
	var text strings.Builder
	for _, s := range a.Summary {
		text.WriteString(s.Text)
	}
	return text.String()
}
