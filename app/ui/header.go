package ui

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/shared/phrase"
)

// SkipLink returns the link, seen only when focused, that leads past the
// header to the element with the id.
func SkipLink(words *phrase.Catalogue, id string, onClick app.EventHandler) app.UI {
	return app.A().Class("skip").Href("#" + id).Text(words.Nav.Skip).OnClick(onClick)
}

// Brand returns the mark and the name, as a link to the start page.
func Brand(words *phrase.Catalogue) app.UI {
	return app.A().Class("brand").Href("/").Aria("label", words.Nav.Home).Body(
		Mark("brand-mark"),
		app.Span().Class("brand-name").Text(words.Brand.Name),
	)
}

// Header is the top of the app's own pages.
type Header struct {
	Words *phrase.Catalogue
	// Title, on small screens, stands in the place of the brand, with a link
	// back; empty for the brand.
	Title      string
	Demo       bool
	Connection string // online, offline or syncing
	Queue      int    // messages waiting to be sent
	Install    bool   // the browser would install the app
	Settings   bool   // this is the settings page
	Crisis     string // the address of help in an emergency
	Help       string // the address of all other help
	Links      []Link // to other pages, for wide screens
	Lock       bool   // the device can be locked
	OnInstall  app.EventHandler
	OnLogOut   app.EventHandler
	OnLock     app.EventHandler
}

// Draw returns the header.
func (h Header) Draw() app.UI {
	return app.Header().Class(classes("app-header", class{h.Title != "", "app-header-titled"})).Body(
		app.Div().Class("app-header-start").Body(
			app.If(h.Title != "", func() app.UI {
				return app.A().Class("icon-button header-back").Href("/").
					Aria("label", h.Words.Nav.Back).Body(IconBack.Draw())
			}),
			app.If(h.Title != "", func() app.UI {
				return app.Span().Class("header-title").Text(h.Title)
			}),
			Brand(h.Words),
			app.If(h.Demo, func() app.UI {
				return app.Span().Class("tag").Title(h.Words.Nav.DemoHint).Text(h.Words.Nav.Demo)
			}),
			Links("header-nav", h.Words, h.Links),
		),
		h.state(),
		app.Div().Class("app-header-end").Body(
			app.If(h.Install, func() app.UI {
				return Button("button button-quiet header-install", "install-app", h.Words.Nav.Install, h.OnInstall)
			}),
			app.If(h.Lock, func() app.UI {
				return app.Button().Type("button").Class("icon-button").DataSet("testid", "lock").
					Aria("label", h.Words.Lock.NowButton).Title(h.Words.Lock.Now).
					OnClick(h.OnLock).Body(IconLock.Draw())
			}),
			app.A().Class("icon-button").Href(h.Help).DataSet("testid", "help-button").
				Aria("label", h.Words.Nav.Help).Title(h.Words.Nav.HelpHint).Body(IconHelp.Draw()),
			h.settings(),
			app.Button().Type("button").Class("icon-button").DataSet("testid", "logout").
				Aria("label", h.Words.Nav.LogOut).Title(h.Words.Nav.LogOut).
				OnClick(h.OnLogOut).Body(IconLeave.Draw()),
		),
		Ways(h.Words, h.Crisis), // at the edge, where nothing ever moves them
	)
}

// Link is a way to another page.
type Link struct {
	Href    string
	Text    string
	Current bool // it leads to the page that is open
}

// Links returns ways to other pages; nil for none.
func Links(look string, words *phrase.Catalogue, links []Link) app.UI {
	if len(links) == 0 {
		return nil
	}
	return app.Nav().Class(look).Aria("label", words.Nav.Pages).Body(
		app.Range(links).Slice(func(i int) app.UI {
			a := app.A().Class("nav-link").Href(links[i].Href).Text(links[i].Text)
			if links[i].Current {
				a = a.Attr("aria-current", "page")
			}
			return a
		}),
	)
}

// Ways returns what every page has: the way out at once, and the way to help in an
// emergency. Of the first web/js/exit.js takes care.
func Ways(words *phrase.Catalogue, crisis string) app.UI {
	return app.Div().Class("ways").Body(
		app.A().Class("quick-exit").Href(phrase.Elsewhere).DataSet("testid", "quick-exit").
			Title(words.Lock.QuickExitHint).Rel("noopener noreferrer").Text(words.Lock.QuickExit),
		app.A().Class("crisis-link").Href(crisis).DataSet("testid", "crisis-link").Text(words.Nav.Crisis),
	)
}

func (h Header) settings() app.UI {
	a := app.A().Class("icon-button").Href("/settings").
		Aria("label", h.Words.Nav.Settings).Title(h.Words.Nav.Settings)
	if h.Settings {
		a = a.Attr("aria-current", "page")
	}
	return a.Body(IconSettings.Draw())
}

// state says how the connection is. Only going offline is announced; catching
// up comes and goes with every message and would chatter.
func (h Header) state() app.UI {
	text := map[string]string{
		"online":  h.Words.Connection.Online,
		"offline": h.Words.Connection.Offline,
		"syncing": h.Words.Connection.Syncing,
	}[h.Connection]
	announced, more := "", ""
	if h.Connection == "offline" {
		more = "– " + h.Words.Connection.Kept
		announced = text + " " + more
	}
	return app.Div().Class("connection").Body(
		app.Span().Class("connection-dot").Class("connection-dot-"+h.Connection),
		app.Span().Class("connection-text").
			DataSet("testid", "connection-state").
			DataSet("state", h.Connection).
			Text(text),
		app.If(more != "", func() app.UI { return app.Span().Class("connection-more").Body(app.Span().Text(more)) }),
		app.Span().Class(classes("queue", class{h.Queue == 0, "sr-only"})).Body(
			app.Span().Class("queue-count").DataSet("testid", "queue-count").Text(strconv.Itoa(h.Queue)),
			app.Text(" "),
			app.Span().Text(h.Words.Connection.Waiting(h.Queue)),
		),
		app.Span().Class("sr-only").Role("status").Text(announced),
	)
}
