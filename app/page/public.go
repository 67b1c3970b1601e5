package page

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/phrase"
)

// Public returns the page at a path that everyone may see, as it is before the
// program runs, for the server to render: nothing of a person is in it, and its
// inputs are disabled, since the program replaces them, but for those of the page
// to contact, which the server takes too. ok is false for paths
// that have no such page.
func Public(path string) (content app.UI, title, description string, ok bool) {
	words := phrase.English()
	description = words.Brand.Description
	switch path {
	case "/":
		return frontView(words), words.Brand.Title(words.Front.Title), description, true
	case "/login":
		return logInView(words, logInModel{asleep: true, pause: &holdOff{}}), words.Brand.Title(words.LogIn.Page), description, true
	case signUpPath:
		return signUpView(words, signUpModel{asleep: true}), words.Brand.Title(words.SignUp.Page), description, true
	case joinPath:
		return joinView(words, joinModel{asleep: true, pause: &holdOff{}}), words.Brand.Title(words.Joining.Page), words.Joining.Description, true
	case confirmPath:
		return confirmView(words, confirmModel{asleep: true, pause: &holdOff{}}), words.Brand.Title(words.Confirm.Page), description, true
	case contactPath:
		return contactView(&contact{env: &env{words: words}}, contactModel{}), words.Brand.Title(words.Support.Contact.Page), words.Support.Contact.Description, true
	case forgotPath:
		return forgotView(words, forgotModel{asleep: true, pause: &holdOff{}}), words.Brand.Title(words.Forgot.Page), description, true
	case resetPath:
		return resetView(words, resetModel{asleep: true, pause: &holdOff{}}), words.Brand.Title(words.Reset.Page), description, true
	case aboutPath:
		a := phrase.EnglishSite().About
		return articleView(words, a), words.Brand.Title(a.Page), a.Description, true
	case involvedPath:
		a := phrase.EnglishSite().Involved
		return articleView(words, a), words.Brand.Title(a.Page), a.Description, true
	case fixPath:
		fix := phrase.EnglishSite().Fix
		return fixView(words, fix), words.Brand.Title(fix.Page), fix.Description, true
	default:
		return nil, "", "", false
	}
}

// NotFound returns the page for an address that leads nowhere, for the server
// to render.
func NotFound() (content app.UI, title string) {
	words := phrase.English()
	return notFoundView(words), words.Brand.Title(words.NotFound.Page)
}

// Shell returns what a person's own pages show until the program runs. It is
// the same for everyone.
func Shell() app.UI { return shellView(phrase.English()) }

// shellView has the shape of the dashboard, so that nothing jumps when it
// comes.
func shellView(words *phrase.Catalogue) app.UI {
	var rows []app.UI
	for range 3 {
		rows = append(rows, app.Div().Class("ghost-row").Body(
			app.Span().Class("ghost ghost-avatar"),
			app.Span().Class("ghost ghost-line"),
		))
	}
	return app.Div().Class("app app-opening").Body(
		app.Header().Class("app-header").Body(
			app.Div().Class("app-header-start").Body(ui.Brand(words)),
			ui.Ways(words, crisisAt("")),
		),
		app.Main().Class("app-main").Body(
			app.Div().Class("columns").Body(
				app.Div().Class("side").Body(
					app.P().Class("opening").Role("status").Text(words.Nav.Opening),
					app.Div().Class("ghosts").Body(rows...),
				),
				app.Div().Class("content content-empty"),
			),
		),
	)
}
