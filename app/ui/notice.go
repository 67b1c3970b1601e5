package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/shared/phrase"
)

// PageNotice is a Notice that is all a page has to say: its title is the page's.
func PageNotice(r phrase.Reason, actions ...app.UI) app.UI {
	return notice(app.H1().Class("notice-title").Text(r.Title), r.Text, actions)
}

// Notice returns a calm word where there is nothing else to show, with actions
// below it.
func Notice(r phrase.Reason, actions ...app.UI) app.UI {
	return notice(app.H2().Class("notice-title").Text(r.Title), r.Text, actions)
}

func notice(title app.UI, text string, actions []app.UI) app.UI {
	body := []app.UI{
		Mark("notice-mark"),
		title,
		app.P().Class("notice-text").Text(text),
	}
	if len(actions) > 0 {
		body = append(body, app.Div().Class("notice-actions").Body(actions...))
	}
	return app.Div().Class("notice").Body(body...)
}

// Banner is a line across the top of a page.
type Banner struct {
	TestID string
	Strong string // the part that matters most; may be empty
	Text   string
	Alert  bool   // something may be lost: said at once to screen readers
	Action app.UI // may be nil
}

// Draw returns the banner.
func (b Banner) Draw() app.UI {
	role := "status"
	if b.Alert {
		role = "alert"
	}
	text := []app.UI{}
	if b.Strong != "" {
		text = append(text, app.Strong().Text(b.Strong), app.Text(" "))
	}
	text = append(text, app.Text(b.Text))
	body := []app.UI{app.P().Class("banner-text").Body(text...)}
	if b.Action != nil {
		body = append(body, b.Action)
	}
	return app.Div().
		Class(classes("banner", class{b.Alert, "banner-alert"})).
		Role(role).
		DataSet("testid", b.TestID).
		Body(body...)
}
