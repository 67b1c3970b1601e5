package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Option is something to choose.
type Option struct {
	Value string
	Text  string
}

// Choice is a list to choose one thing from. What is chosen belongs to the
// browser, as the text of a Field does. It is a component so that typing,
// which draws the page around it again, leaves its many options alone.
type Choice struct {
	app.Compo

	ID        string // also its test id
	Name      string
	Options   []Option
	Described string // ids of what describes it
	Invalid   bool
}

// Render draws the list.
func (c *Choice) Render() app.UI {
	s := app.Select().ID(c.ID).Class("input select").DataSet("testid", c.ID).
		Name(c.Name).Attr("aria-describedby", c.Described)
	if c.Invalid {
		s = s.Attr("aria-invalid", "true")
	}
	return s.Body(
		app.Range(c.Options).Slice(func(i int) app.UI {
			return app.Option().Value(c.Options[i].Value).Text(c.Options[i].Text)
		}),
	)
}
