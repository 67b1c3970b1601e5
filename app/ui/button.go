package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// The looks of a button.
const (
	Primary = "button button-primary" // the one thing to do here
	Quiet   = "button button-quiet"   // everything else
	Plain   = "button button-plain"   // within a text or a bubble
	Careful = "button button-careful" // loses something
)

// Button returns a button that does something on this page.
func Button(look, testID, text string, onClick app.EventHandler, options ...app.EventOption) app.UI {
	b := app.Button().Type("button").Class(look).Text(text).OnClick(onClick, options...)
	if testID != "" {
		b = b.DataSet("testid", testID)
	}
	return b
}

// Submit returns the button of a form. A busy one says so and takes no second
// click. Its test id is its id too.
func Submit(id, text string, busy bool) app.UI {
	b := app.Button().Type("submit").Class(Primary).ID(id).DataSet("testid", id).Text(text)
	if busy {
		b = b.Disabled(true)
	}
	return b
}

// LinkButton returns a link that looks like a button.
func LinkButton(look, href, text string) app.UI {
	return app.A().Class(look).Href(href).Text(text)
}
