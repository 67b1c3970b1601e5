package e2e

import (
	"testing"

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

// TestPublicPages reads the public pages with scripts off, and looks at them with
// scripts on: nothing jumps, nothing is in the way.
func TestPublicPages(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))

	t.Run("with scripts off", func(t *testing.T) {
		tab := MustBrowse(t).Open("about:blank")
		tab.disableScripts()
		for name, path := range publicPages {
			tab.Goto(server.URL + path)
			tab.Wait("main h1")
			if words := len(tab.Text("main")); words < 500 {
				t.Errorf("%s has %d characters to read", name, words)
			}
			tab.expectTargets("footer a")
			for _, way := range []string{"/about", "/get-involved", "/crisis", "/login"} {
				tab.Wait(`footer a[href="` + way + `"]`)
			}
		}
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
		tab.Goto(server.URL)
		tab.WaitWorker()
		tab.expectStill("front")
		tab.Goto(server.URL + "/help/fix")
		tab.WaitText(id("fix-browser-answer"), "all that is needed")
		tab.WaitText(id("fix-kept"), "0")
		tab.expectStill("fix")
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

// expectStill fails where the page has moved since it was loaded.
func (tab *Tab) expectStill(name string) {
	tab.t.Helper()
	moved := eval[float64](tab, `new Promise((resolve) => {
		new PerformanceObserver((list, observer) => {
			observer.disconnect();
			resolve(list.getEntries().reduce((sum, e) => sum + (e.value ?? 0), 0));
		}).observe({ type: "layout-shift", buffered: true });
		performance.mark("end");
		new PerformanceObserver(() => setTimeout(() => resolve(0))).observe({ type: "mark", buffered: true });
	})`)
	if moved > 0.01 {
		tab.t.Errorf("%s moved by %.3f", name, moved)
	}
}
