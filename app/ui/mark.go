package ui

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// star is a star of the mark: its place and radius on a grid of 64 by 64.
type star struct{ x, y, r float64 }

// stars are Alcyone, the brightest, then Atlas, Merope, Electra, Maia, Taygeta
// and Celaeno, where they stand in the sky (J2000, north up). The icons in
// web/icons show the same seven.
func stars() []star {
	return []star{
		{26.7, 35.7, 5.1},
		{12.0, 37.8, 3.3},
		{36.8, 41.7, 3.0},
		{49.6, 35.6, 3.3},
		{40.8, 26.2, 3.2},
		{46.5, 20.2, 2.6},
		{52.0, 27.9, 2.1},
	}
}

// Mark returns the sign of the product, the star cluster on the evening sky,
// as an ornament.
func Mark(class string) app.UI {
	body := []app.UI{
		svg("rect").Class("mark-sky").Attr("width", "64").Attr("height", "64").Attr("rx", "18"),
		circle("mark-glow", star{26.7, 35.7, 10}),
	}
	for _, s := range stars() {
		body = append(body, circle("mark-star", s))
	}
	return svg("svg").
		Class("mark").Class(class).
		Attr("viewBox", "0 0 64 64").
		Role("presentation").
		Body(body...)
}

// Sky returns the same stars as a picture, with halos and the faint ones
// around them: the front page's only ornament.
func Sky() app.UI {
	body := []app.UI{
		svg("defs").Body(
			svg("radialGradient").ID("halo").Body(
				svg("stop").Class("halo-in").Attr("offset", "0"),
				svg("stop").Class("halo-mid").Attr("offset", "0.35"),
				svg("stop").Class("halo-out").Attr("offset", "1"),
			),
		),
	}
	for _, s := range faint() {
		body = append(body, circle("sky-faint", s))
	}
	for _, s := range stars() {
		far := star{(s.x-32)*2.75 + 80, (s.y-32)*2.75 + 58, s.r * 0.55}
		body = append(body,
			circle("", star{far.x, far.y, far.r * 6}).Attr("fill", "url(#halo)"),
			circle("sky-star", far),
		)
	}
	return app.Div().Class("sky").Body(
		svg("svg").Class("sky-stars").
			Attr("viewBox", "0 0 160 120").
			Attr("preserveAspectRatio", "xMidYMid slice").
			Role("presentation").
			Body(body...),
	)
}

// faint are stars of the field around the cluster, for depth.
func faint() []star {
	return []star{
		{10, 16, 0.5}, {23, 88, 0.4}, {31, 34, 0.6}, {38, 104, 0.5}, {47, 12, 0.4}, {52, 52, 0.4},
		{61, 94, 0.6}, {70, 26, 0.5}, {77, 110, 0.4}, {84, 46, 0.4}, {90, 8, 0.6}, {99, 98, 0.4},
		{107, 20, 0.4}, {116, 66, 0.5}, {121, 106, 0.6}, {129, 12, 0.5}, {138, 88, 0.4}, {147, 40, 0.6},
		{152, 70, 0.4}, {150, 108, 0.5}, {8, 60, 0.4}, {14, 108, 0.4}, {96, 76, 0.3}, {58, 72, 0.3},
	}
}

func circle(class string, s star) app.HTMLElem {
	c := svg("circle").Attr("cx", decimal(s.x)).Attr("cy", decimal(s.y)).Attr("r", decimal(s.r))
	if class != "" {
		c = c.Class(class)
	}
	return c
}

// decimal writes v with two decimals at most.
func decimal(v float64) string {
	return strconv.FormatFloat(float64(int(v*100+0.5))/100, 'f', -1, 64)
}
