package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// star is one star of the mark: its place and radius on a grid of 64 by 64.
type star struct{ x, y, r string }

// stars are Alcyone, Atlas, Merope, Electra, Maia, Taygeta and Celaeno where
// they stand in the sky (J2000, north up), the fainter ones a little enlarged.
// web/icons/favicon.svg shows the same seven.
func stars() []star {
	return []star{
		{"26.9", "36.7", "5.6"},
		{"9.3", "39.1", "3.6"},
		{"39.0", "43.9", "3.4"},
		{"54.3", "36.6", "3.7"},
		{"43.6", "25.4", "3.6"},
		{"50.6", "18.6", "2.9"},
		{"57.0", "27.4", "2.2"},
	}
}

// Mark returns the sign of the product, the star cluster, as an ornament.
func Mark(class string) app.UI {
	body := []app.UI{
		svg("circle").Class("mark-glow").Attr("cx", "26.9").Attr("cy", "36.7").Attr("r", "10.5"),
	}
	for _, s := range stars() {
		body = append(body, svg("circle").Attr("cx", s.x).Attr("cy", s.y).Attr("r", s.r))
	}
	return svg("svg").
		Class("mark").Class(class).
		Attr("viewBox", "0 0 64 64").
		Role("presentation").
		Body(body...)
}
