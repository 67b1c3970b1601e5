package e2e

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
		addEventListener("sync", (event) => event.waitUntil(caches.open("synced/" + event.tag)));`,
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

	t.Run("it types key by key, in place of what was there", func(t *testing.T) {
		tab.Fill(id("name"), "first")
		tab.Fill(id("name"), "zweite Zeile ☺")
		tab.WaitValue(id("name"), "zweite Zeile ☺")
		if got := eval[int](tab, "Number(document.body.dataset.keys)"); got < len("first") {
			t.Errorf("%d keys were pressed", got)
		}
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
		browser := MustBrowse(t)
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
		other.Open(url).WaitValue(id("name"), "")
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
	} {
		t.Run(c.name+" is seen", func(t *testing.T) {
			browser := MustBrowse(t)
			tab := browser.Open(mustServePage(t))
			tab.do("run the script", chromedp.Evaluate("void "+c.script, nil))
			tab.waitProblem(c.want)
			browser.Allow(c.want)
		})
	}

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
