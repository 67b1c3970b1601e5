package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// Field is a labelled line of input. The text in it belongs to the browser:
// pages read it when they need it and a new rendering never touches it.
type Field struct {
	ID    string // of the input; also its test id
	Label string
	Hint  string
	Error string // what is wrong with it, shown at the field
	Type  string // text, email or password
	// Autocomplete says what a browser may fill in and remember; off where it
	// must not keep the text anywhere.
	Autocomplete string
	Code         bool // letters and digits that mean nothing, to be typed as they are
	Digits       bool // of a Code: nothing but digits
	Optional     bool
	Disabled     bool // where the program does not run yet, so that nothing typed is lost
	// Reveal is the button that shows a password, and its handler; empty for
	// none. Revealed says whether it shows.
	Reveal   string
	Revealed bool
	OnReveal app.EventHandler
}

// Draw returns the field.
func (f Field) Draw() app.UI {
	kind, remember := f.Type, f.Autocomplete
	if f.Revealed {
		kind, remember = "text", "off" // browsers keep what stands in the open
	}
	input := app.Input().
		ID(f.ID).
		Class("input").
		DataSet("testid", f.ID).
		Type(kind).
		Name(f.ID).
		Attr("autocomplete", remember).
		Attr("aria-describedby", f.ID+"-hint "+f.ID+"-error").
		Required(!f.Optional)
	if f.Code {
		input = input.Class("input-code").Attr("autocorrect", "off")
	}
	if f.Digits {
		input = input.Attr("inputmode", "numeric")
	}
	if f.Type != "text" || f.Code {
		input = input.Attr("autocapitalize", "none").Attr("spellcheck", "false")
	}
	if f.Error != "" {
		input = input.Attr("aria-invalid", "true")
	}
	if f.Disabled {
		input = input.Disabled(true)
	}
	row := []app.UI{input}
	if f.Reveal != "" {
		reveal := app.Button().
			Type("button").
			Class("reveal").
			Attr("aria-controls", f.ID).
			Text(f.Reveal).
			OnClick(f.OnReveal)
		if f.Disabled {
			reveal = reveal.Disabled(true)
		}
		row = append(row, reveal)
	}
	return app.Div().Class("field").Body(
		app.Label().Class("label").For(f.ID).Text(f.Label),
		app.P().Class("hint").ID(f.ID+"-hint").Text(f.Hint),
		app.Div().Class("input-row").Body(row...),
		app.P().Class("field-error").ID(f.ID+"-error").Text(f.Error),
	)
}
