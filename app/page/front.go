package page

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/phrase"
)

// frontView is the public front page.
func frontView(words *phrase.Catalogue) app.UI {
	front := words.Front
	icons := [len(front.Reasons)]ui.Icon{ui.IconPage, ui.IconTime, ui.IconSignal}
	return public(words, ui.LinkButton(ui.Quiet, "/login", words.Nav.LogIn),
		app.Section().Class("hero").Body(
			app.Div().Class("hero-words").Body(
				app.H1().Class("hero-title").Text(front.Title),
				app.P().Class("hero-lead").Text(front.Lead),
				app.Div().Class("hero-actions").Body(
					ui.LinkButton(ui.Primary, "/login", words.Nav.LogIn),
					app.P().Class("hero-invited").Text(front.Invited),
				),
			),
			ui.Sky(),
		),
		app.Ul().Class("reasons-list").Body(
			app.Range(front.Reasons).Slice(func(i int) app.UI {
				return app.Li().Class("reason").Body(
					app.Span().Class("reason-icon").Body(icons[i].Draw()),
					app.H2().Class("reason-title").Text(front.Reasons[i].Title),
					app.P().Class("reason-text").Text(front.Reasons[i].Text),
				)
			}),
		),
	)
}
