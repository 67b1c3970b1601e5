package page

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/phrase"
)

// notFound is the page for an address that leads nowhere.
type notFound struct {
	app.Compo

	*env
}

func newNotFound(e *env) *notFound { return &notFound{env: e} }

// OnMount names the page.
func (p *notFound) OnMount(app.Context) { setTitle(p.words.Brand.Title(p.words.NotFound.Page)) }

// Render draws the page.
func (p *notFound) Render() app.UI { return notFoundView(p.words) }

func notFoundView(words *phrase.Catalogue) app.UI {
	return public(words, nil, app.Div().Class("card card-bare").Body(
		ui.PageNotice(phrase.Reason{Title: words.NotFound.Title, Text: words.NotFound.Text},
			ui.LinkButton(ui.Primary, "/", words.NotFound.Home)),
	))
}
