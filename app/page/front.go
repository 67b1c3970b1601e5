package page

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/phrase"
)

// frontView is the public front page.
func frontView(words *phrase.Catalogue) app.UI {
	front := &words.Front
	icons := [len(front.Reasons)]ui.Icon{ui.IconPage, ui.IconTime, ui.IconSignal}
	return public(words, ui.LinkButton(ui.Quiet, "/login", words.Nav.LogIn),
		app.Section().Class("hero").Body(
			app.Div().Class("hero-words").Body(
				app.H1().Class("hero-title").Text(front.Title),
				app.P().Class("hero-lead").Text(front.Lead),
				app.Div().Class("hero-actions").Body(
					ui.LinkButton(ui.Primary, "/login", words.Nav.LogIn),
					ui.LinkButton(ui.Quiet, "/signup", words.Nav.SignUp),
					app.P().Class("hero-invited").Text(front.Invited),
				),
			),
			picture(front.Picture),
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
		app.Section().Class("front-part").Body(
			app.Div().Class("front-pair").Body(
				points(app.H2(), front.People[0], ui.Link{Href: helpPath + "/" + guideArticle, Text: front.Writing}),
				points(app.H2(), front.People[1], ui.Link{Href: joinPath, Text: words.Nav.Join}),
			),
		),
		app.Section().Class("front-part").Body(
			app.H2().Class("article-title").Text(front.Safety),
			app.Div().Class("front-pair").Body(
				points(app.H3(), front.Protected[0]),
				points(app.H3(), front.Protected[1], ui.Link{Href: aboutPath, Text: front.More}),
			),
		),
	)
}

// heading is an element that can be a title.
type heading[T app.UI] interface {
	Class(v ...string) T
	Text(v any) T
}

// points is a short list under a title of its level, with ways to go on.
func points[T app.UI](title heading[T], p phrase.Points, links ...ui.Link) app.UI {
	items := make([]app.UI, len(p.Points))
	for i, r := range p.Points {
		items[i] = point(r)
	}
	title.Class("points-title")
	body := []app.UI{title.Text(p.Title), app.Ul().Class("points").Body(items...)}
	for _, l := range links {
		body = append(body, app.P().Body(app.A().Class("article-link").Href(l.Href).Text(l.Text)))
	}
	return app.Div().Class("points-block").Body(body...)
}

// point is a line of a list, which may begin with its matter in a few words.
func point(r phrase.Reason) app.UI {
	if r.Title == "" {
		return app.Li().Class("point").Text(r.Text)
	}
	return app.Li().Class("point").Body(app.Strong().Text(r.Title), app.Text(" "+r.Text))
}

// picture shows a conversation as the app does, under the evening sky. It is
// drawn with the same styles; nothing in it can be touched.
func picture(p phrase.Picture) app.UI {
	lines := []app.UI{app.P().Class("day").Body(app.Span().Class("day-label").Text(p.Day))}
	for i, m := range p.Messages {
		side := "message message-theirs"
		if i%2 == 0 {
			side = "message message-mine"
		}
		lines = append(lines, app.Div().Class(side).Body(
			app.P().Class("bubble").Text(m.Text),
			app.P().Class("meta").Text(m.Meta),
		))
	}
	last := len(lines) - 1
	lines[last] = lines[last].(app.HTMLDiv).Class("message-waiting")
	return app.Div().Class("picture").Role("img").Aria("label", p.Label).Body(
		ui.Sky(),
		app.Div().Class("picture-screen").Body(
			app.P().Class("picture-top").Text(p.Peer),
			app.Div().Class("picture-thread").Body(lines...),
			app.P().Class("picture-expect").Text(p.Expect),
			app.P().Class("picture-box").Body(app.Span().Text(p.Box), app.Span().Class("picture-send").Body(ui.IconSend.Draw())),
		),
	)
}
