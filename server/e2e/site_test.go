package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"

	"pleiades/server/store/storetest"
)

// publicPages are those that everyone may see and read.
var publicPages = map[string]string{
	"front":        "/",
	"about":        "/about",
	"get-involved": "/get-involved",
	"contact":      "/contact",
	"fix":          "/help/fix",
	"join":         "/join",
}

// awake are the pages that begin before the program does, each with what tells
// that it runs.
var awake = map[string]string{
	"/login":   id("login-submit") + ":enabled",
	"/signup":  id("signup-submit") + ":enabled",
	"/join":    id("join-submit") + ":enabled",
	"/contact": "html[data-version]", // its form works before
	"/help":    id("tars-input") + ":enabled",
}

// places is JavaScript for where the parts of a form are.
const places = `[...document.querySelectorAll("main h1, main input, main textarea, main select, main [type=submit]")].map(
	(e) => (e.id || e.textContent) + " at " + Math.round(e.getBoundingClientRect().top + scrollY)).join("\n")`

// asking are the pages whose form says without scripts that it needs them.
var asking = []string{"/join"}

// TestPublicPages reads the public pages with scripts off, and looks at them with
// scripts on: nothing jumps, nothing is in the way.
func TestPublicPages(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))

	t.Run("with scripts off", func(t *testing.T) {
		plain := MustBrowse(t)
		plain.Allow("422")
		tab := plain.Open("about:blank")
		tab.disableScripts()
		for name, path := range publicPages {
			tab.Goto(server.URL + path)
			tab.Wait("main h1")
			if words := len(tab.Text("main")); words < 400 {
				t.Errorf("%s has %d characters to read", name, words)
			}
			tab.expectTargets("footer a")
			for _, way := range []string{"/about", "/get-involved", "/crisis", "/login"} {
				tab.Wait(`footer a[href="` + way + `"]`)
			}
		}
		for _, path := range asking {
			tab.Goto(server.URL + path)
			tab.WaitText("main", "This form needs scripts")
		}
		tab.Goto(server.URL + "/contact")
		tab.Fill(id("contact-email"), "nobody")
		tab.Fill(id("contact-text"), "Is <this> for me?")
		tab.Click(id("contact-send"))
		tab.WaitText(id("contact-error"), "one e-mail address")
		tab.WaitValue(id("contact-text"), "Is <this> for me?")
		tab.Fill(id("contact-email"), "somebody@example.test")
		tab.Click(id("contact-send"))
		tab.Wait(id("contact-sent"))
	})

	t.Run("with scripts on", func(t *testing.T) {
		tab := MustBrowse(t).Open(server.URL)
		tab.WaitWorker()
		for name, path := range publicPages {
			tab.Goto(server.URL + path)
			tab.Wait("main h1")
			tab.examine(name)
			tab.expectAccessible(name)
		}
	})

	t.Run("nothing jumps when the program starts", func(t *testing.T) {
		tab := MustBrowse(t).Open("about:blank")
		tab.do("be a slow phone", emulation.SetCPUThrottlingRate(4))
		tab.Goto(server.URL)
		tab.WaitWorker()
		tab.expectStill("front")
		tab.Goto(server.URL + "/help/fix")
		tab.WaitText(id("fix-browser-answer"), "all that is needed")
		tab.WaitText(id("fix-kept"), "0")
		tab.expectStill("fix")
		tab.do("come for the first time", network.Enable(), network.SetBypassServiceWorker(true))
		tab.beforeLoad(`addEventListener("DOMContentLoaded", () => { self.began = ` + places + `; })`)
		for path, sign := range awake {
			tab.Goto(server.URL + path)
			tab.Wait(sign)
			tab.expectStill(path)
			// The program puts new elements into the places of those that were there.
			if began, now := eval[string](tab, "self.began"), eval[string](tab, places); began != now || began == "" {
				t.Errorf("%s began as\n%s\nand is\n%s", path, began, now)
			}
		}
		for _, path := range []string{"/about", "/get-involved"} {
			tab.Goto(server.URL + path)
			tab.expectStill(path)
		}
	})

	t.Run("each leads to the others, with the server gone too", func(t *testing.T) {
		tab := MustBrowse(t).Open(server.URL)
		tab.WaitWorker()
		server.Stop()
		for _, path := range []string{"/about", "/get-involved", "/help/fix"} {
			tab.Click(`footer a[href="` + path + `"]`)
			tab.WaitPath(path)
			tab.Wait("main h1")
		}
		tab.Click("header .brand")
		tab.WaitPath("/")
		tab.Wait(".hero")
		server.Start()
	})
}

// expectStill fails where the page has moved since it was loaded, and tells
// what did.
func (tab *Tab) expectStill(name string) {
	tab.t.Helper()
	moved := eval[struct {
		Sum  float64
		What []string
	}](tab, `new Promise((resolve) => {
		const place = (r) => [r.x, r.y, r.width, r.height].map(Math.round).join(" ");
		const told = (entries) => ({
			sum: entries.reduce((sum, e) => sum + (e.value ?? 0), 0),
			what: entries.flatMap((e) => (e.sources ?? []).map((s) =>
				(s.node?.outerHTML ?? s.node?.parentElement?.outerHTML ?? "").slice(0, 80) +
				" from " + place(s.previousRect) + " to " + place(s.currentRect))),
		});
		new PerformanceObserver((list, observer) => {
			observer.disconnect();
			resolve(told(list.getEntries()));
		}).observe({ type: "layout-shift", buffered: true });
		performance.mark("end");
		new PerformanceObserver(() => setTimeout(() => resolve(told([])))).observe({ type: "mark", buffered: true });
	})`)
	if moved.Sum > 0.01 {
		tab.t.Errorf("%s moved by %.3f: %s", name, moved.Sum, strings.Join(moved.What, "; "))
	}
}
