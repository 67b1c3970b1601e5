package page

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/guidance"
	"pleiades/shared/phrase"
)

// guidePage is the page about writing to a therapist: what every hint means,
// with an example.
type guidePage struct {
	app.Compo

	*env
}

func newGuidePage(e *env) *guidePage { return &guidePage{env: e} }

// OnMount names the page.
func (p *guidePage) OnMount(app.Context) { setTitle(p.words.Brand.Title(p.words.Guide.Page)) }

// Render draws the page.
func (p *guidePage) Render() app.UI { return guideView(p.words) }

// guideView has a part for every code, whose element id is the code.
func guideView(words *phrase.Catalogue) app.UI {
	cards := phrase.CardsIn(words.Lang)
	codes := guidance.Codes()
	links, parts := make([]app.UI, len(codes)), make([]app.UI, len(codes))
	for i, code := range codes {
		advice := cards.Advice[code]
		links[i] = app.Li().Body(app.A().Href(guideAt(code)).Text(advice.Title))
		parts[i] = app.Section().Class("guide-part").Class("guide-"+string(code.Level())).Body(
			app.H2().Class("guide-part-title").ID(string(code)).Text(advice.Title),
			app.P().Text(advice.Why),
			app.P().Class("guide-part-do").Text(advice.Do),
			ui.Example(cards, advice),
		)
	}
	return public(words, nil,
		app.Div().Class("guide-page").Body(
			app.A().Class("guide-back").Href("/").Body(ui.IconBack.Draw(), app.Span().Text(words.Guide.Back)),
			app.H1().Class("hero-title").Text(words.Guide.Title),
			app.P().Class("hero-lead").Text(words.Guide.Lead),
			app.P().Class("guide-danger").Body(
				app.Text(words.Guide.Danger+" "),
				app.A().Href(crisisAt("")).Text(words.Guide.DangerLink),
			),
			app.Nav().Class("guide-contents").Aria("label", words.Guide.Contents).Body(app.Ul().Body(links...)),
			app.Div().Body(parts...),
		),
	)
}
