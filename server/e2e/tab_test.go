package e2e

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Tab is one page in a Browser. Its methods wait until what they need is
// there, and fail the test if it never is. Elements are named by CSS
// selectors; id makes one of a test id.
type Tab struct {
	t       *testing.T
	browser *Browser
	ctx     context.Context
	close   context.CancelFunc

	standAside func() // ends what standIn began
}

// id returns the selector of the elements with a test id.
func id(testID string) string { return `[data-testid="` + testID + `"]` }

// Open opens an address in a new tab, in front of the others.
func (b *Browser) Open(url string) *Tab {
	b.t.Helper()
	tab := b.openBlank()
	tab.Show()
	tab.Goto(url)
	return tab
}

func (b *Browser) openBlank() *Tab {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(b.root, chromedp.WithTargetID(b.newTarget()))
	tab := &Tab{t: b.t, browser: b, ctx: ctx, close: cancel}
	chromedp.ListenTarget(ctx, func(event any) {
		if attached, ok := event.(*target.EventAttachedToTarget); ok && attached.TargetInfo.Type == "worker" {
			go b.chromium.watchWorker(attached.TargetInfo)
			return
		}
		b.watch.observe(event)
	})
	// The first Run binds the tab to its context: this one must not end early.
	withClock := chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := page.AddScriptToEvaluateOnNewDocument(movableClock).Do(ctx)
		return err
	})
	// Its own workers wait until they are watched.
	watched := target.SetAutoAttach(true, true).WithFlatten(true).WithFilter(target.Filter{{Type: "worker"}})
	if err := chromedp.Run(ctx, serviceworker.Enable(), withClock, watched); err != nil {
		b.t.Fatalf("open a tab: %v", err)
	}
	return tab
}

// newTarget opens a blank tab, with a window where the browser has none.
func (b *Browser) newTarget() target.ID {
	b.t.Helper()
	var created target.ID
	if err := b.chromium.do(func(ctx context.Context) error {
		tabs, err := target.GetTargets().Do(ctx)
		if err != nil {
			return err
		}
		create := target.CreateTarget("about:blank")
		if b.context != "" {
			own := func(t *target.Info) bool { return t.Type == "page" && t.BrowserContextID == b.context }
			create = create.WithBrowserContextID(b.context).WithNewWindow(!slices.ContainsFunc(tabs, own))
		}
		created, err = create.Do(ctx)
		return err
	}); err != nil {
		b.t.Fatalf("open a tab: %v", err)
	}
	return created
}

// Close closes the tab, and returns when it is gone.
func (tab *Tab) Close() {
	tab.t.Helper()
	own := chromedp.FromContext(tab.ctx).Target.TargetID
	tab.close()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		targets, err := chromedp.Targets(tab.browser.chromium.root)
		if err != nil {
			tab.t.Fatalf("list the tabs: %v", err)
		}
		if !slices.ContainsFunc(targets, func(t *target.Info) bool { return t.TargetID == own }) {
			return
		}
	}
	tab.t.Fatal("the tab does not close")
}

// Goto loads an address.
func (tab *Tab) Goto(url string) {
	tab.t.Helper()
	tab.do("load "+url, chromedp.Navigate(url))
}

// Visit leads to another page of the program without loading it anew, as a link
// does.
func (tab *Tab) Visit(path string) {
	tab.t.Helper()
	tab.WaitFor("the way to "+path, fmt.Sprintf(`(() => {
		if (location.pathname + location.search === %[1]s) return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(true))));
		const link = document.createElement("a");
		link.href = %[1]s;
		document.body.append(link);
		link.click();
		link.remove();
		return false;
	})()`, quote(path)))
}

// Reload loads the page anew.
func (tab *Tab) Reload() {
	tab.t.Helper()
	tab.do("reload", chromedp.Reload())
}

// Path returns the path of the page's address.
func (tab *Tab) Path() string {
	tab.t.Helper()
	return eval[string](tab, "location.pathname")
}

// ClearCookies takes all cookies away from the whole browser.
func (tab *Tab) ClearCookies() {
	tab.t.Helper()
	tab.do("clear the cookies", network.ClearBrowserCookies())
}

// InstallabilityErrors lists why the browser would not install the app.
func (tab *Tab) InstallabilityErrors() []string {
	tab.t.Helper()
	var ids []string
	tab.do("ask for installability", chromedp.ActionFunc(func(ctx context.Context) error {
		found, err := page.GetInstallabilityErrors().Do(ctx)
		for _, e := range found {
			ids = append(ids, e.ErrorID)
		}
		return err
	}))
	return ids
}

// find is JavaScript for the first visible element that fits a selector.
// What lies outside the window counts as visible, what is hidden does not.
const find = `((selector) => [...document.querySelectorAll(selector)].find(
	(e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0))`

// Wait waits until an element is visible.
func (tab *Tab) Wait(selector string) {
	tab.t.Helper()
	tab.WaitFor(selector+" to be visible", fmt.Sprintf("!!%s(%s)", find, quote(selector)))
}

// WaitGone waits until no such element is visible.
func (tab *Tab) WaitGone(selector string) {
	tab.t.Helper()
	tab.WaitFor(selector+" to be gone", fmt.Sprintf("!%s(%s)", find, quote(selector)))
}

// WaitText waits until an element is visible and its text holds a part.
func (tab *Tab) WaitText(selector, part string) {
	tab.t.Helper()
	tab.WaitFor(fmt.Sprintf("%s to say %q", selector, part),
		fmt.Sprintf("%s(%s)?.innerText.includes(%s)", find, quote(selector), quote(part)))
}

// WaitValue waits until an input holds exactly a text.
func (tab *Tab) WaitValue(selector, value string) {
	tab.t.Helper()
	tab.WaitFor(fmt.Sprintf("%s to hold %q", selector, value),
		fmt.Sprintf("%s(%s)?.value === %s", find, quote(selector), quote(value)))
}

// WaitCount waits until exactly so many elements fit, hidden ones included.
func (tab *Tab) WaitCount(selector string, count int) {
	tab.t.Helper()
	tab.WaitFor(fmt.Sprintf("%d of %s", count, selector),
		fmt.Sprintf("document.querySelectorAll(%s).length === %d", quote(selector), count))
}

// WaitPath waits until the page's address has a path.
func (tab *Tab) WaitPath(path string) {
	tab.t.Helper()
	tab.WaitFor("the path "+path, "location.pathname === "+quote(path))
}

// Text returns the text of an element as a person sees it.
func (tab *Tab) Text(selector string) string {
	tab.t.Helper()
	tab.Wait(selector)
	return eval[string](tab, fmt.Sprintf("%s(%s).innerText", find, quote(selector)))
}

// Texts returns the texts of all elements that fit, in the page's order.
func (tab *Tab) Texts(selector string) []string {
	tab.t.Helper()
	return eval[[]string](tab, fmt.Sprintf("[...document.querySelectorAll(%s)].map((e) => e.innerText)", quote(selector)))
}

// Attribute returns an attribute of an element, "" if it has none.
func (tab *Tab) Attribute(selector, name string) string {
	tab.t.Helper()
	tab.Wait(selector)
	return eval[string](tab, fmt.Sprintf("%s(%s).getAttribute(%s) ?? ''", find, quote(selector), quote(name)))
}

// Click clicks the middle of an element with the mouse, once it is visible,
// enabled and not covered by another. Where the page moved under the mouse,
// nothing else is clicked, and the click is made again.
func (tab *Tab) Click(selector string) {
	tab.t.Helper()
	for deadline := time.Now().Add(patience); ; {
		var at struct{ X, Y float64 }
		tab.poll(selector+" to be clickable", fmt.Sprintf(aim, find, quote(selector)), &at)
		tab.do("click "+selector, chromedp.MouseClickXY(at.X, at.Y))
		missed := false
		if err := tab.evaluate("window.aim && aim.settle()", &missed); err != nil || !missed {
			return // or the page is gone: the click led away
		}
		if time.Now().After(deadline) {
			tab.fatal("%s moves away from every click", selector)
		}
	}
}

// aim is JavaScript that tells where to click an element, and holds back what
// the mouse then does anywhere else. Afterwards aim.settle() tells whether
// the element was missed.
const aim = `((e) => {
	window.aim?.settle();
	if (!e || e.disabled) return null;
	const hits = (target) => e.contains(target) || target?.closest?.("label")?.control === e;
	e.scrollIntoView({ block: "center", behavior: "instant" });
	const box = e.getBoundingClientRect();
	const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
	if (!hits(document.elementFromPoint(at.x, at.y))) return null;
	let seen = false; // it stays so where the page's scripts are off
	let pressed = false;
	let clicked = false; // as good as: the page may keep the click itself from here
	const kinds = ["pointerdown", "mousedown", "pointerup", "mouseup", "click"];
	const watch = (event) => {
		if (!event.isTrusted || event.pointerType === "" && event.detail === 0) return; // a key's
		seen = true;
		if (hits(event.target)) {
			pressed ||= event.type === "mousedown";
			clicked ||= pressed && event.type === "mouseup";
		} else if (!clicked) {
			event.preventDefault();
			event.stopImmediatePropagation();
		}
	};
	for (const kind of kinds) addEventListener(kind, watch, { capture: true });
	window.aim = {
		settle() {
			for (const kind of kinds) removeEventListener(kind, watch, { capture: true });
			delete window.aim;
			return seen && !clicked; // also where another took its place meanwhile
		},
	};
	return at;
})(%s(%s))`

// Fill clicks an input and writes a text in place of what it holds: at once, as a
// keyboard that suggests words does, and its last character by a key. Each key
// costs the program as much as a whole text.
func (tab *Tab) Fill(selector, text string) {
	tab.t.Helper()
	tab.Click(selector)
	tab.do("select the text of "+selector, chromedp.Evaluate(fmt.Sprintf("%s(%s).select()", find, quote(selector)), nil))
	_, last := utf8.DecodeLastRuneInString(text)
	if begin := text[:len(text)-last]; begin != "" {
		tab.do("write", input.InsertText(begin))
	}
	tab.Press(cmp.Or(text[len(text)-last:], kb.Delete))
	tab.WaitValue(selector, text)
}

// Press types keys into whatever has the focus.
func (tab *Tab) Press(keys string) {
	tab.t.Helper()
	tab.do("type", chromedp.KeyEvent(keys))
}

// WaitFor waits until a JavaScript expression, or what it promises, is true.
// What says in words what is waited for.
func (tab *Tab) WaitFor(what, expression string) {
	tab.t.Helper()
	var yes bool
	tab.poll(what, expression, &yes)
}

// eval returns the value of a JavaScript expression, or of what it promises.
func eval[T any](tab *Tab, expression string) T {
	tab.t.Helper()
	var value T
	if err := tab.evaluate(expression, &value); err != nil {
		tab.fatal("evaluate %s: %v", expression, err)
	}
	return value
}

// poll evaluates an expression again and again until it is neither null nor
// false, through errors too: a page that is being loaded has many.
func (tab *Tab) poll(what, expression string, value any) {
	tab.t.Helper()
	pause := 10 * time.Millisecond
	for deadline := time.Now().Add(patience); ; time.Sleep(pause) {
		pause = min(pause*3/2, 100*time.Millisecond)
		var found json.RawMessage
		err := tab.evaluate(expression, &found)
		if err == nil && string(found) != "null" && string(found) != "false" {
			if err := json.Unmarshal(found, value); err != nil {
				tab.fatal("wait for %s: %v", what, err)
			}
			return
		}
		if time.Now().After(deadline) || tab.browser.off() {
			tab.fatal("waited in vain for %s (last error: %v)", what, err)
		}
	}
}

func (tab *Tab) evaluate(expression string, value any) error {
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	var found string
	// The JSON is made in the page, where undefined and null are the same.
	awaitPromise := func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }
	wrapped := "Promise.resolve(" + expression + ").then((value) => JSON.stringify(value ?? null))"
	if err := chromedp.Run(ctx, chromedp.Evaluate(wrapped, &found, awaitPromise)); err != nil {
		return err
	}
	return json.Unmarshal([]byte(found), value)
}

// do runs actions of which each must end in time.
func (tab *Tab) do(what string, actions ...chromedp.Action) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		tab.fatal("%s: %v", what, err)
	}
}

// fatal ends the test and shows what the page showed.
func (tab *Tab) fatal(format string, args ...any) {
	tab.t.Helper()
	if tab.browser.off() {
		tab.t.Fatalf("%s\nChromium has ended", fmt.Sprintf(format, args...))
	}
	var shown string
	ctx, cancel := context.WithTimeout(tab.ctx, 5*time.Second)
	defer cancel()
	if err := chromedp.Run(ctx, chromedp.Evaluate(`location.href + "\n" + document.body.innerText`, &shown)); err != nil {
		shown = err.Error()
	}
	tab.t.Fatalf("%s\nthe page:\n%s", fmt.Sprintf(format, args...), abridged(shown))
}

// abridged leaves out the middle of a long text.
func abridged(text string) string {
	const most = 1000 // bytes at either end
	text = strings.TrimSpace(text)
	if len(text) <= 2*most {
		return text
	}
	return text[:most] + "\n[…]\n" + text[len(text)-most:]
}

// quote makes a JavaScript string.
func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always has a JSON form
	}
	return string(quoted)
}
