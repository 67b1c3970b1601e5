package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/shared/help"
	"pleiades/shared/phrase"
)

// Blocks draws what an article holds. Its zero value draws examples without
// buttons.
type Blocks struct {
	Words *phrase.HelpCenter
	// Try is called with the text of an example when its button is pressed; nil
	// for no buttons. A box to try it in stands below the example with the number
	// Trying, counted from 1.
	Try    func(number int, text string) app.EventHandler
	Asleep bool // the program does not run yet
	Trying int
	Box    app.UI

	examples int // drawn so far
}

// Draw returns the elements of blocks.
func (b *Blocks) Draw(blocks []help.Block) []app.UI {
	var list []app.UI
	for _, block := range blocks {
		switch block.Kind {
		case help.Bullets:
			list = append(list, app.Ul().Body(b.items(block)...))
		case help.Steps:
			list = append(list, app.Ol().Body(b.items(block)...))
		case help.Example, help.Poor:
			list = append(list, b.example(block)...)
		default:
			list = append(list, app.P().Body(Spans(block.Spans)...))
		}
	}
	return list
}

func (b *Blocks) items(block help.Block) []app.UI {
	items := make([]app.UI, len(block.Items))
	for i, item := range block.Items {
		if len(item) > 0 && item[0].Kind == help.Paragraph { // no paragraph of its own
			items[i] = app.Li().Body(append(Spans(item[0].Spans), b.Draw(item[1:])...)...)
			continue
		}
		items[i] = app.Li().Body(b.Draw(item)...)
	}
	return items
}

// example returns a message with how good it is, and the box to try it in, if
// that stands here.
func (b *Blocks) example(block help.Block) []app.UI {
	b.examples++
	label, look := b.Words.Effective, "sample-effective"
	if block.Kind == help.Poor {
		label, look = b.Words.Poor, "sample-poor"
	}
	figure := []app.UI{
		app.FigCaption().Class("sample-label").Text(label),
		app.Blockquote().Class("sample-text").Text(block.Text),
	}
	if b.Try != nil {
		button := app.Button().Type("button").Class(Quiet+" sample-try").DataSet("testid", "try-example").
			Aria("label", b.Words.TryLabel(b.examples)).Text(b.Words.Try).
			OnClick(b.Try(b.examples, block.Text), app.EventScope(b.examples))
		if b.Asleep {
			button = button.Disabled(true)
		}
		figure = append(figure, button)
	}
	list := []app.UI{app.Figure().Class("sample").Class(look).Body(figure...)}
	if b.Trying == b.examples && b.Box != nil {
		list = append(list, b.Box)
	}
	return list
}

// Spans returns the elements of a run of text.
func Spans(spans []help.Span) []app.UI {
	list := make([]app.UI, len(spans))
	for i, s := range spans {
		node := app.UI(app.Text(s.Text))
		if s.Code {
			node = app.Code().Body(node)
		}
		if s.Emph {
			node = app.Em().Body(node)
		}
		if s.Strong {
			node = app.Strong().Body(node)
		}
		if s.Href != "" {
			node = app.A().Href(s.Href).Body(node)
		}
		list[i] = node
	}
	return list
}

// Excerpt returns the parts of an excerpt, with what was sought marked.
func Excerpt(parts []help.Part) []app.UI {
	list := make([]app.UI, len(parts))
	for i, p := range parts {
		if p.Hit {
			list[i] = app.Mark().Text(p.Text)
		} else {
			list[i] = app.Text(p.Text)
		}
	}
	return list
}
