package page

import (
	"math"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// box is the text box on the screen. Places in it are UTF-16 code units.
type box struct{ app.Value }

// findBox returns the box with an element id, if the page has it now.
func findBox(id string) (b box, ok bool) {
	e := element(id)
	return box{e}, e.Truthy()
}

// selection returns the part of the text that is selected; where nothing is, it
// is empty and where the caret stands.
func (b box) selection() span {
	return span{b.Get("selectionStart").Int(), b.Get("selectionEnd").Int()}
}

func (b box) sel(s span) { b.Call("setSelectionRange", s.start, s.end) }

// make makes edits one after the other as if they were typed, so that they can
// be undone, and leaves the caret at the words it stood at. The browser tells
// of each by an input event.
func (b box) make(edits ...edit) {
	at := b.selection()
	b.Call("focus", map[string]any{"preventScroll": true})
	document := app.Window().Get("document")
	for _, e := range edits {
		b.sel(e.span)
		done := false
		if e.text == "" {
			done = document.Call("execCommand", "delete").Bool()
		} else {
			done = document.Call("execCommand", "insertText", false, e.text).Bool()
		}
		if !done { // not undone by keys then, but made
			b.Call("setRangeText", e.text, e.start, e.end, "end")
			b.Call("dispatchEvent", app.Window().Get("InputEvent").New("input", map[string]any{"bubbles": true}))
		}
		at = span{e.moved(at.start), e.moved(at.end)}
	}
	b.sel(at)
}

// marksOf returns the element id of what lies behind a box: the same text, not to
// be seen, with lines under what is marked.
func marksOf(id string) string { return id + "-marks" }

// drawMarks draws what is marked in a box, before the next picture of the page:
// lines that come after the words they belong to would shimmer.
func drawMarks(id string, parts []part) {
	e := element(marksOf(id))
	if !e.Truthy() || parts == nil && !e.Get("firstChild").Truthy() {
		return
	}
	document := app.Window().Get("document")
	nodes := make([]any, 0, len(parts)+1)
	for _, p := range parts {
		node := document.Call("createTextNode", p.text)
		if p.level != "" {
			mark := document.Call("createElement", "mark")
			mark.Set("className", "mark-"+string(p.level))
			mark.Call("append", node)
			node = mark
		}
		nodes = append(nodes, node)
	}
	if parts != nil {
		nodes = append(nodes, "\u200b") // a line break at the end of a text opens a line in the box
	}
	e.Call("replaceChildren", nodes...)
	scrollMarks(id)
}

// scrollMarks scrolls what lies behind a box as far as the box.
func scrollMarks(id string) {
	if b, ok := findBox(id); ok {
		element(marksOf(id)).Set("scrollTop", b.Get("scrollTop"))
	}
}

// showCaret scrolls a box so far that the line of the caret is in view. What
// lies behind the box tells where that is.
func showCaret(id string) {
	b, ok := findBox(id)
	if !ok || b.Get("scrollHeight").Int() <= b.Get("clientHeight").Int() {
		return
	}
	text := b.Get("value").String()
	before := cut(text, span{0, b.selection().end})
	word := text[len(before):]
	if end := strings.IndexAny(word, " \n"); end >= 0 {
		word = word[:end]
	}
	probe := element(marksOf(id)).Call("cloneNode", false)
	probe.Call("removeAttribute", "id")
	probe.Get("style").Set("bottom", "auto") // as high as its text
	probe.Set("textContent", before+word+"\u200b")
	b.Get("parentNode").Call("append", probe)
	bottom := probe.Get("scrollHeight").Float() // of the caret's line, and the edge below the text
	probe.Call("remove")
	look := app.Window().Call("getComputedStyle", b.Value)
	px := func(name string) float64 { return app.Window().Call("parseFloat", look.Get(name)).Float() }
	line := math.Ceil(px("lineHeight") + px("paddingTop") + px("paddingBottom")) // with the edges of a text of one line
	top, height := b.Get("scrollTop").Float(), b.Get("clientHeight").Float()
	if to := min(max(top, bottom-height), bottom-line); to != top {
		b.Set("scrollTop", to)
		scrollMarks(id)
	}
}
