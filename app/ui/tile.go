package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Tile is one matter of the dashboard at a glance.
type Tile struct {
	TestID string // also the element id of the title, with "-title" behind it
	Title  string
	Body   []app.UI
	Links  []Link // to all of it
}

// Draw returns the tile.
func (t Tile) Draw() app.UI {
	body := append([]app.UI{app.H2().Class("tile-title").ID(t.TestID + "-title").Text(t.Title)}, t.Body...)
	if len(t.Links) > 0 {
		links := make([]app.UI, len(t.Links))
		for i, l := range t.Links {
			links[i] = app.A().Class("tile-link").Href(l.Href).Text(l.Text)
		}
		body = append(body, app.Div().Class("tile-links").Body(links...))
	}
	return app.Section().Class("tile").DataSet("testid", t.TestID).Aria("labelledby", t.TestID+"-title").Body(body...)
}
