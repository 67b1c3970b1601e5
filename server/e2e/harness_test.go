package e2e

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"
)

// The tests of the harness itself use a page small enough to be sure of.
var pageFiles = map[string]string{
	"/": `<!doctype html><link rel="icon" href="data:,">
		<p data-testid="greeting">hello</p>
		<p data-testid="secret" hidden>hidden</p>
		<input data-testid="name" disabled> <button data-testid="add">add</button>
		<ul></ul>
		<script src="/page.js"></script>`,

	"/page.js": `
		const name = document.querySelector("input");
		const open = indexedDB.open("page");
		open.onupgradeneeded = () => open.result.createObjectStore("values");
		open.onsuccess = () => {
			const get = open.result.transaction("values").objectStore("values").get("name");
			get.onsuccess = () => {
				name.value = get.result ?? "";
				name.disabled = false;
			};
		};
		name.addEventListener("input", () => {
			const { value } = name; // by the time it is saved, more may be typed
			const tx = open.result.transaction("values", "readwrite", { durability: "strict" });
			tx.objectStore("values").put(value, "name");
			tx.oncomplete = () => (document.body.dataset.saved = value);
		});
		name.addEventListener("keydown", () => (document.body.dataset.keys = 1 + Number(document.body.dataset.keys ?? 0)));
		document.querySelector("button").addEventListener("click", () => setTimeout(() => {
			const item = document.createElement("li");
			item.textContent = name.value;
			document.querySelector("ul").append(item);
		}, 50));
		const policy = trustedTypes.createPolicy("page", { createScriptURL: (url) => url });
		navigator.serviceWorker.register(policy.createScriptURL("/worker.js"));`,

	"/worker.js": `
		addEventListener("activate", (event) => event.waitUntil(clients.claim()));
		addEventListener("sync", (event) => event.waitUntil(caches.open("synced/" + event.tag)));
		addEventListener("sync", (event) => {
			if (event.tag !== "throw") return;
			event.waitUntil(new Promise((resolve) => setTimeout(() => { resolve(); throw new Error("thrown with no page"); }, 1000)));
		});
		addEventListener("message", ({ data }) => {
			if (data === "throw") throw new Error("thrown by the worker");
			if (data === "refused") try { setTimeout("1"); } catch {}
			if (data === "missing") fetch("/missing-there");
		});`,
	"/refused.js": `try { setTimeout("1"); } catch {}`,
	"/missing.js": `fetch("/missing-here")`,
	"/told.js":    `console.error("told by a thread")`,
	"/thrown.js":  `throw new Error("thrown by a thread")`,
}

// mustServePage serves the small page until the test ends.
func mustServePage(t *testing.T) (url string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, ok := pageFiles[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if strings.HasSuffix(r.URL.Path, ".js") {
			w.Header().Set("Content-Type", "text/javascript")
		}
		w.Header().Set("Content-Security-Policy", "script-src 'self'; img-src data:; require-trusted-types-for 'script'; trusted-types page")
		_, _ = w.Write([]byte(content))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestTab(t *testing.T) {
	url := mustServePage(t)
	tab := MustBrowse(t).Open(url)

	t.Run("it reads what is visible", func(t *testing.T) {
		tab.WaitText(id("greeting"), "hello")
		tab.WaitGone(id("secret"))
		if got := tab.Text(id("greeting")); got != "hello" {
			t.Errorf("got %q", got)
		}
	})

	t.Run("it writes in place of what was there, and ends with a key", func(t *testing.T) {
		tab.Fill(id("name"), "first")
		if got := eval[int](tab, "Number(document.body.dataset.keys)"); got != 1 {
			t.Errorf("%d keys were pressed", got)
		}
		tab.Fill(id("name"), "zweite Zeile ☺")
		tab.WaitValue(id("name"), "zweite Zeile ☺")
		tab.Fill(id("name"), "")
	})

	t.Run("it clicks and waits for what comes later", func(t *testing.T) {
		tab.Fill(id("name"), "one")
		tab.Click(id("add"))
		tab.Click(id("add"))
		tab.WaitCount("li", 2)
		if got := tab.Texts("li"); strings.Join(got, " ") != "one one" {
			t.Errorf("got %q", got)
		}
	})

	t.Run("it takes pictures in all sizes and schemes", func(t *testing.T) {
		folder := t.TempDir()
		t.Setenv("PLEIADES_SHOTS", folder)
		tab.Shoot("page")
		for _, name := range []string{"page-390-light", "page-390-dark", "page-1280-light", "page-1280-dark"} {
			if _, err := os.Stat(filepath.Join(folder, name+".png")); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestBrowser(t *testing.T) {
	t.Parallel()
	t.Run("the profile survives", func(t *testing.T) {
		url := mustServePage(t)
		browser := MustOwnDevice(t)
		tab := browser.Open(url)
		tab.Fill(id("name"), "kept")
		tab.Wait("body[data-saved=kept]")
		browser.Kill()

		browser.Launch()
		browser.Open(url).WaitValue(id("name"), "kept")
		browser.Quit()

		browser.Launch()
		browser.Open(url).WaitValue(id("name"), "kept")
	})

	t.Run("two browsers share nothing, two tabs share the profile", func(t *testing.T) {
		url := mustServePage(t)
		one, other := MustBrowse(t), MustBrowse(t)
		first := one.Open(url)
		first.Fill(id("name"), "mine")
		first.Wait("body[data-saved=mine]")
		one.Open(url).WaitValue(id("name"), "mine")
		second := other.Open(url)
		second.WaitValue(id("name"), "")

		for _, tab := range []*Tab{first, second} {
			eval[bool](tab, `cookieStore.set("mine", "1").then(() => true)`) // the browser has it then
		}
		first.ClearCookies()
		first.WaitFor("the cookie to go", `document.cookie === ""`)
		if others := eval[string](second, "document.cookie"); others != "mine=1" {
			t.Errorf("after clearing the cookies of one, those of the other are %q", others)
		}
	})

	t.Run("all browsers are in front and have the focus, as on screens of their own", func(t *testing.T) {
		url := mustServePage(t)
		one, other := MustBrowse(t), MustBrowse(t)
		behind := one.Open(url)
		tabs := []*Tab{one.Open(url), other.Open(url)}
		tabs[0].Fill(id("name"), "mine")
		for _, tab := range tabs {
			tab.WaitFor("the focus", `document.visibilityState === "visible" && document.hasFocus()`)
		}
		behind.WaitFor("the page behind to be hidden", "document.hidden")
	})

	t.Run("a sync event reaches the worker of a closed page", func(t *testing.T) {
		url := mustServePage(t)
		browser := MustBrowse(t)
		tab := browser.Open(url)
		tab.WaitWorker()
		tab.Close()
		browser.DispatchSync(url, "outbox")
		browser.Open(url).WaitFor("the sync event", `caches.has("synced/outbox")`)
	})
}

// TestChromiumEnds kills the process that the tests share: what comes next has
// another. It is not parallel, so that nobody else uses it.
func TestChromiumEnds(t *testing.T) {
	shared, err := commonChromium()
	if err != nil {
		t.Fatal(err)
	}
	if err := shared.kill(); err != nil {
		t.Fatal(err)
	}
	MustBrowse(t).Open(mustServePage(t)).WaitText(id("greeting"), "hello")
}

func TestWatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, script, want string
	}{
		{"a console error", `console.error("bad", 7)`, `"bad" 7`},
		{"an exception", `setTimeout(() => { throw new Error("thrown") })`, "thrown"},
		{"an unhandled rejection", `setTimeout(() => Promise.reject(new Error("refused")))`, "refused"},
		{"a missing file", `fetch("/missing")`, "404"},
		{"a refused handler", `setTimeout(() => document.body.setAttribute("onclick", "1"))`, "TrustedScript'"},
		{"a refused image", `document.body.append(Object.assign(new Image(), { src: "/missing.png" }))`, "Content Security Policy"},
		{"a refused script address", `setTimeout(() => { document.createElement("script").src = "/page.js" })`, "TrustedScriptURL"},
		{"an exception in the service worker", `navigator.serviceWorker.ready.then(({ active }) => active.postMessage("throw"))`, "thrown by the worker"},
		{"a refusal in the service worker", `navigator.serviceWorker.ready.then(({ active }) => active.postMessage("refused"))`, "TrustedScript'"},
		// Again and again: what answers it gets is heard once the watch is attached to it.
		{"a missing file of the service worker", `navigator.serviceWorker.ready.then(({ active }) => setInterval(() => active.postMessage("missing"), 500))`, "404"},
		{"a refusal in a page's worker", `new Worker(policy.createScriptURL("/refused.js"))`, "TrustedScript'"},
		{"a missing file of a page's worker", `new Worker(policy.createScriptURL("/missing.js"))`, "404"},
		{"a console error of a page's worker", `new Worker(policy.createScriptURL("/told.js"))`, "told by a thread"},
		{"an exception in a page's worker", `(new Worker(policy.createScriptURL("/thrown.js")).onerror = () => {})`, "thrown by a thread"},
	} {
		t.Run(c.name+" is seen", func(t *testing.T) {
			browser := MustBrowse(t)
			tab := browser.Open(mustServePage(t))
			tab.do("run the script", chromedp.Evaluate("void "+c.script, nil))
			tab.waitProblem(c.want)
			browser.Allow(c.want)
		})
	}

	t.Run("what a service worker does with no page is seen", func(t *testing.T) {
		url := mustServePage(t)
		browser := MustBrowse(t)
		tab := browser.Open(url)
		tab.WaitWorker()
		tab.Close()
		browser.DispatchSync(url, "throw")
		tab.waitProblem("thrown with no page")
		browser.Allow("thrown with no page")
	})

	t.Run("what is allowed is not a problem", func(t *testing.T) {
		browser := MustBrowse(t)
		browser.Allow("bad")
		tab := browser.Open(mustServePage(t))
		tab.do("run the script", chromedp.Evaluate(`console.error("bad"), console.error("worse")`, nil))
		tab.waitProblem("worse")
		if problems := browser.watch.problems(); len(problems) != 1 {
			t.Errorf("got %q", problems)
		}
		browser.Allow("worse")
	})
}

// TestWatchOfRequests tells a server out of reach from what the browser refuses.
func TestWatchOfRequests(t *testing.T) {
	t.Parallel()
	for text, wrong := range map[string]bool{
		"Failed to load resource: net::ERR_CONNECTION_REFUSED":                  false,
		"Failed to load resource: net::ERR_INTERNET_DISCONNECTED":               false,
		"Failed to load resource: net::ERR_NAME_NOT_RESOLVED":                   true,
		"Failed to load resource: net::ERR_INSUFFICIENT_RESOURCES":              true,
		"Failed to load resource: net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin":   true,
		"Failed to load resource: net::ERR_BLOCKED_BY_CSP":                      true,
		"Failed to load resource: the server responded with a status of 500 ()": true,
	} {
		entry := log.Entry{Source: log.SourceNetwork, Level: log.LevelError, Text: text}
		if got := describe(&log.EventEntryAdded{Entry: &entry}) != ""; got != wrong {
			t.Errorf("%s: told %t, want %t", text, got, wrong)
		}
	}
}

// waitProblem waits until a problem that holds a part has been seen.
func (tab *Tab) waitProblem(part string) {
	tab.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if strings.Contains(strings.Join(tab.browser.watch.problems(), "\n"), part) {
			return
		}
	}
	tab.fatal("nothing with %q was seen, but %q", part, tab.browser.watch.problems())
}
