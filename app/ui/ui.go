// Package ui owns the small parts that pages are made of: data in, callbacks
// out. What a part shows follows from its arguments alone.
//
// It must not know where the data comes from, talk to the server or keep
// anything: that is for page, state and syncer. Styles are classes of web/css,
// never inline; words come from phrase.
//
// Two habits of go-app shape this package. It matches old and new children by
// position, so parts that hold what a person is typing never change place
// among their siblings. And it takes two closures of the same code for the
// same handler, so handlers in lists carry an app.EventScope.
package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Classes joins the class names that apply.
func classes(always string, conditional ...class) string {
	s := always
	for _, c := range conditional {
		if c.on {
			s += " " + c.name
		}
	}
	return s
}

type class struct {
	on   bool
	name string
}

// Hidden returns text for screen readers alone.
func Hidden(text string) app.UI {
	return app.Span().Class("sr-only").Text(text)
}
