package page

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/phrase"
)

// The pages here are documents alone: the program does not run on them. Nothing
// that it runs may lead here, so that it does not carry their words.

// articleView is a page to read.
func articleView(words *phrase.Catalogue, a phrase.Article) app.UI {
	parts := make([]app.UI, len(a.Parts))
	for i, part := range a.Parts {
		parts[i] = articlePart(part)
	}
	return public(words, ui.LinkButton(ui.Quiet, "/login", words.Nav.LogIn),
		app.Article().Class("article").Body(
			app.H1().Class("hero-title").Text(a.Title),
			app.P().Class("hero-lead").Text(a.Lead),
			app.Div().Class("article-parts").Body(parts...),
		),
	)
}

func articlePart(part phrase.ArticlePart) app.UI {
	body := []app.UI{app.H2().Class("article-title").Text(part.Title)}
	for _, text := range part.Text {
		body = append(body, app.P().Text(text))
	}
	if len(part.Points) > 0 {
		points := make([]app.UI, len(part.Points))
		for i, p := range part.Points {
			points[i] = point(p)
		}
		body = append(body, app.Ul().Class("points").Body(points...))
	}
	if len(part.Links) > 0 {
		links := make([]app.UI, len(part.Links))
		for i, l := range part.Links {
			links[i] = app.Li().Body(app.A().Class("article-link").Href(l.Href).Text(l.Text))
		}
		body = append(body, app.Ul().Class("article-links").Body(links...))
	}
	return app.Section().Class("article-part").Body(body...)
}

// fixView is the page that mends, for web/js/fix.js: a step's button carries the
// step's name, and what may be said of it stands beside it, hidden.
func fixView(words *phrase.Catalogue, fix phrase.Fix) app.UI {
	links := make([]app.UI, len(fix.Links))
	for i, l := range fix.Links {
		links[i] = app.Li().Body(app.A().Class("fix-link").Href(l.Href).DataSet("testid", l.TestID).Body(
			app.Strong().Text(l.Title), app.Span().Text(l.Text),
		))
	}
	return public(words, ui.LinkButton(ui.Quiet, "/", fix.Back),
		app.Div().Class("fix").Body(
			app.H1().Class("hero-title").Text(fix.Title),
			app.P().Class("hero-lead").Text(fix.Lead),
			app.Elem("noscript").Body(app.P().Class("fix-noscript").Text(fix.NoScript)),
			app.P().Class("fix-kept").DataSet("testid", "fix-kept").Body(
				app.Text(fix.Kept+" "), app.Strong().ID("fix-count").Text("…"), app.Text(" "+fix.KeptEnd),
			),
			app.Section().Aria("labelledby", "fix-mend").Body(
				app.H2().Class("article-title").ID("fix-mend").Text(fix.Mend),
				app.Ol().Class("fix-steps").Body(
					fixStep("refresh", fix.Refresh, app.A().Class(ui.Quiet).Href("/").DataSet("testid", "fix-refresh").Text(fix.Refresh.Do)),
					fixStep("update", fix.Update, fixButton("update", fix.Update.Do),
						said("busy", fix.Busy), said("none", fix.UpdateNone), said("done", fix.UpdateDone), opens(fix),
						said("offline", fix.Offline), said("failed", fix.Failed)),
					fixStep("login", fix.LogIn, fixButton("login", fix.LogIn.Do),
						said("busy", fix.Busy), said("offline", fix.Offline), said("failed", fix.Failed)),
					fixStep("browser", fix.Browser, nil,
						said("none", fix.BrowserOK), app.Span().DataSet("say", "done").Hidden(true).Body(
							app.Text(fix.BrowserOld+" "), app.Strong().ID("fix-missing"),
						), said("done", fix.BrowserDo)),
					fixStep("caches", fix.Caches, fixButton("caches", fix.Caches.Do),
						said("busy", fix.Busy), said("done", fix.CachesDone), opens(fix),
						said("offline", fix.Offline), said("failed", fix.Failed)),
				),
			),
			app.Section().Aria("labelledby", "fix-more").Body(
				app.H2().Class("article-title").ID("fix-more").Text(fix.More),
				app.Ul().Class("fix-links").Body(links...),
			),
		),
	)
}

// fixStep is a step with what can be said of it, of which nothing is seen yet.
func fixStep(name string, step phrase.FixStep, do app.UI, answers ...app.UI) app.UI {
	body := []app.UI{
		app.H3().Class("fix-title").Text(step.Title),
		app.P().Class("fix-text").Text(step.Text),
	}
	if do != nil {
		body = append(body, do)
	}
	if len(answers) > 0 {
		body = append(body, app.P().Class("fix-answer").ID("fix-"+name+"-answer").DataSet("testid", "fix-"+name+"-answer").
			Role("status").Body(answers...))
	}
	return app.Li().Class("fix-step").Body(body...)
}

// fixButton is asleep until the script wakes it.
func fixButton(name, text string) app.UI {
	return app.Button().Type("button").Class(ui.Quiet).DataSet("testid", "fix-"+name).DataSet("fix", name).
		Disabled(true).Text(text)
}

// said is something to say in an answer.
func said(what, text string) app.UI {
	return app.Span().DataSet("say", what).Hidden(true).Text(text)
}

// opens leads back to the app once a step is done.
func opens(fix phrase.Fix) app.UI {
	return app.Span().DataSet("say", "done").Hidden(true).Body(app.A().Href("/").Text(fix.Open))
}
