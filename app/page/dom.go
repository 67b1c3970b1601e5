package page

import (
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// contentID is the element id of what a page is about: where the skip link
// leads and where the focus goes after a change of page.
const contentID = "content"

func element(id string) app.Value { return app.Window().GetElementByID(id) }

// setTitle names the page in the browser's tab.
func setTitle(title string) { app.Window().Get("document").Set("title", title) }

// moveTo opens another page of the app in the place of this one: the way back
// must not lead to where one is sent on at once.
func moveTo(path string) {
	app.Window().Get("history").Call("replaceState", nil, "", path)
	app.Window().Call("dispatchEvent", app.Window().Get("PopStateEvent").New("popstate"))
}

// takeToken returns the token in the fragment of the address, empty if there is
// none, and takes it out of there, so that nobody reads it on the screen or in
// the list of pages visited. A reload finds it again, a later visit does not.
func takeToken() string {
	location, history := app.Window().Get("location"), app.Window().Get("history")
	if token := strings.TrimPrefix(location.Get("hash").String(), "#"); token != "" {
		history.Call("replaceState", map[string]any{"token": token}, "", location.Get("pathname").String())
		return token
	}
	if state := history.Get("state"); state.Truthy() && state.Get("token").Truthy() {
		return state.Get("token").String()
	}
	return ""
}

// forgetToken has a reload find no token.
func forgetToken() {
	app.Window().Get("history").Call("replaceState", nil, "", app.Window().Get("location").Get("pathname").String())
}

// documentVisible reports whether the page is in front of the person.
func documentVisible() bool {
	return app.Window().Get("document").Get("visibilityState").String() == "visible"
}

// onVisible calls f each time the page comes to the front.
func onVisible(f func()) (stop func()) {
	document := app.Window().Get("document")
	changed := app.FuncOf(func(app.Value, []app.Value) any {
		if documentVisible() {
			f()
		}
		return nil
	})
	document.Call("addEventListener", "visibilitychange", changed)
	return func() {
		document.Call("removeEventListener", "visibilitychange", changed)
		changed.Release()
	}
}

// everyMinute calls f each minute.
func everyMinute(f func()) (stop func()) { return every(time.Minute, f) }

// every calls f again and again.
func every(d time.Duration, f func()) (stop func()) {
	ticker := time.NewTicker(d)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-ticker.C:
				f()
			case <-done:
				ticker.Stop()
				return
			}
		}
	}()
	return func() { close(done) }
}

// focus moves the focus to an element, if it is there.
func focus(id string) {
	if e := element(id); e.Truthy() {
		e.Call("focus")
	}
}

// focused reports whether an element has the focus.
func focused(id string) bool {
	e := app.Window().Get("document").Get("activeElement")
	return e.Truthy() && e.Get("id").String() == id
}

// focusLost reports whether the focus is nowhere, as where what had it is gone,
// or on an element whose id begins with prefix.
func focusLost(prefix string) bool {
	document := app.Window().Get("document")
	e := document.Get("activeElement")
	return !e.Truthy() || e.Equal(document.Get("body")) || strings.HasPrefix(e.Get("id").String(), prefix)
}

// focusEnabled moves the focus to a control and reports whether it could.
func focusEnabled(id string) bool {
	e := element(id)
	if !e.Truthy() || e.Get("disabled").Bool() {
		return false
	}
	e.Call("focus")
	return true
}

// focusAfterNav moves the focus to the content without scrolling to it.
func focusAfterNav() {
	if e := element(contentID); e.Truthy() {
		e.Call("focus", map[string]any{"preventScroll": true})
	}
}

// skip is the handler of skip links. The link's address is left alone: go-app
// would take it for a change of page.
func skip(_ app.Context, e app.Event) {
	e.PreventDefault()
	e.Call("stopPropagation")
	focus(contentID)
}

// value returns the text in an input.
func value(id string) string {
	if e := element(id); e.Truthy() {
		return e.Get("value").String()
	}
	return ""
}

// setChecked checks a box, or not, if it is there.
func setChecked(id string, on bool) {
	if e := element(id); e.Truthy() && e.Get("checked").Bool() != on {
		e.Set("checked", on)
	}
}

// checked reports whether a box is checked.
func checked(id string) bool {
	e := element(id)
	return e.Truthy() && e.Get("checked").Bool()
}

// setValue replaces the text in an input.
func setValue(id, text string) {
	if e := element(id); e.Truthy() {
		e.Set("value", text)
	}
}

// selectText selects the text in an input, so that typing replaces it.
func selectText(id string) {
	if e := element(id); e.Truthy() {
		e.Call("select")
	}
}

// grow makes a text box as high as its text; the style sheet bounds it.
func grow(id string) {
	e := element(id)
	if !e.Truthy() {
		return
	}
	style := e.Get("style")
	style.Set("height", "auto")
	border := e.Get("offsetHeight").Int() - e.Get("clientHeight").Int()
	style.Set("height", strconv.Itoa(e.Get("scrollHeight").Int()+border)+"px")
}

// onSizeOf calls f whenever the size of an element has changed, before that is
// seen.
func onSizeOf(id string, f func()) (stop func()) {
	e := element(id)
	if !e.Truthy() {
		return func() {}
	}
	changed := app.FuncOf(func(app.Value, []app.Value) any {
		f()
		return nil
	})
	observer := app.Window().Get("ResizeObserver").New(changed)
	observer.Call("observe", e)
	return func() {
		observer.Call("disconnect")
		changed.Release()
	}
}

// copyText copies the text of an input and says whether it worked. Where the
// browser refuses, the text is left selected, ready to be copied by hand.
func copyText(id string, done func(ok bool)) {
	e := element(id)
	if !e.Truthy() {
		return
	}
	e.Call("select")
	writeClipboard(e.Get("value").String(), done)
}

// writeClipboard copies a text and says whether it worked.
func writeClipboard(text string, done func(ok bool)) {
	clipboard := app.Window().Get("navigator").Get("clipboard")
	if !clipboard.Truthy() {
		done(false)
		return
	}
	var copied, refused app.Func
	finish := func(ok bool) any {
		copied.Release()
		refused.Release()
		done(ok)
		return nil
	}
	copied = app.FuncOf(func(app.Value, []app.Value) any { return finish(true) })
	refused = app.FuncOf(func(app.Value, []app.Value) any { return finish(false) })
	clipboard.Call("writeText", text).Call("then", copied, refused)
}

// saveFile has the browser save a text as a file.
func saveFile(name, text string) {
	window := app.Window()
	blob := window.Get("Blob").New([]any{text}, map[string]any{"type": "text/plain;charset=utf-8"})
	address := window.Get("URL").Call("createObjectURL", blob)
	link := window.Get("document").Call("createElement", "a")
	link.Set("href", address)
	link.Set("download", name)
	link.Call("click")
	window.Get("URL").Call("revokeObjectURL", address)
}

// scroller is the part of a conversation that scrolls. Its style lays it out
// from the bottom up: 0 is the newest message, further up counts negative, and
// what is added above or grows below moves nothing.
type scroller struct{ app.Value }

// nearEnd is how close to an end counts as there, in pixels.
const nearEnd = 48

// findScroller returns the scroller, if the page has one now.
func findScroller() (s scroller, ok bool) {
	e := element(scrollerID)
	return scroller{e}, e.Truthy()
}

func (s scroller) height() float64 { return s.Get("scrollHeight").Float() }

func (s scroller) atBottom() bool { return s.Get("scrollTop").Float() > -nearEnd }

func (s scroller) nearTop() bool {
	return s.height()+s.Get("scrollTop").Float()-s.Get("clientHeight").Float() < 4*nearEnd
}

// toBottom shows the newest message.
func (s scroller) toBottom() { s.Set("scrollTop", 0) }

// nearBottom is nearTop for the other end.
func (s scroller) nearBottom() bool { return s.Get("scrollTop").Float() > -4*nearEnd }

// hold returns how to show again what is in view now, when something came in or
// went below it.
func (s scroller) hold() (stay func()) {
	top := s.Call("getBoundingClientRect").Get("top").Float()
	messages := s.Call("querySelectorAll", ".message")
	for i := range messages.Length() {
		e := messages.Index(i)
		place := e.Call("getBoundingClientRect")
		if place.Get("bottom").Float() < top {
			continue
		}
		name, was := e.Get("dataset").Get("testid").String(), place.Get("top").Float()
		return func() {
			e := s.Call("querySelector", `[data-testid="`+name+`"]`)
			if !e.Truthy() {
				return
			}
			is := e.Call("getBoundingClientRect").Get("top").Float()
			s.Set("scrollTop", s.Get("scrollTop").Float()+is-was)
		}
	}
	return func() {}
}

// showElement scrolls to an element, if it is there.
func showElement(id string) {
	if e := element(id); e.Truthy() {
		e.Call("scrollIntoView", map[string]any{"block": "start"})
	}
}

// askBeforeClosing has the browser ask, before it closes or reloads the page,
// whether what was typed may be lost; lost says whether it would be.
func askBeforeClosing(lost func() bool) (stop func()) {
	closing := app.FuncOf(func(_ app.Value, args []app.Value) any {
		if lost() {
			args[0].Call("preventDefault")
		}
		return nil
	})
	app.Window().Call("addEventListener", "beforeunload", closing)
	return func() {
		app.Window().Call("removeEventListener", "beforeunload", closing)
		closing.Release()
	}
}

// printPage shows the browser's own dialog to print.
func printPage() { app.Window().Call("print") }

func showDialog(id string)  { element(id).Call("showModal") }
func closeDialog(id string) { element(id).Call("close") }

// dayStart returns the moment, as RFC 3339 has it, at which a day of the
// device's calendar begins, or the one so many days later; empty for no day.
func dayStart(date string, later int) string {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return ""
	}
	return app.Window().Get("Date").New(day.Year(), int(day.Month())-1, day.Day()+later).Call("toISOString").String()
}
