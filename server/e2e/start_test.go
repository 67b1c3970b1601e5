package e2e

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"pleiades/server/store/storetest"
)

// TestBeforeTheProgram looks at pages while the program does not come: they can
// be read, and nothing can be typed that would be lost once it is there.
func TestBeforeTheProgram(t *testing.T) {
	t.Parallel()
	server, front := mustServeBehind(t)
	var comes atomic.Bool
	front.Answer(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/help.json" {
			time.Sleep(3 * time.Second) // longer than drawing waits for the device
		}
		if comes.Load() || !strings.HasSuffix(r.URL.Path, "/app.wasm") {
			return false
		}
		http.Error(w, "it does not come", http.StatusServiceUnavailable)
		return true
	})
	browser := MustBrowse(t)
	browser.Allow("the program stopped")
	browser.Allow("503")
	tab := browser.Open("about:blank")
	for path, words := range map[string]int{"/": 500, "/crisis": 500, "/help": 300, "/help/messaging-your-therapist": 1000, "/login": 30, "/signup": 30} {
		tab.Goto(server.URL + path)
		tab.Wait("main h1")
		if got := len(tab.Text("main")); got < words {
			t.Errorf("%s has %d characters to read", path, got)
		}
		if open := eval[int](tab, `[...document.querySelectorAll("input, textarea, select")].filter((e) => !e.disabled && e.type !== "hidden").length`); open > 0 && path != "/crisis" {
			t.Errorf("%s has %d fields to type in", path, open)
		}
	}

	// The page to sign up is from the beginning as it stays.
	for token, lead := range map[string]string{
		"": "Without one you get a mail", "#0123": "Your therapist has invited you", "#staff.0123": "to work in a practice",
	} {
		tab.Goto(server.URL + "/login")
		tab.Goto(server.URL + "/signup" + token)
		tab.Wait("#signup-name")
		if got := tab.Text("main"); !strings.Contains(got, lead) || strings.Contains(got, "Code of your invitation") != (token == "") {
			t.Errorf("with the invitation %q the page says %q", token, got)
		}
	}

	// Once it comes, what is read in the Help Center stays, though the program waits for it.
	comes.Store(true)
	tab.do("watch what is read", chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := page.AddScriptToEvaluateOnNewDocument(`new MutationObserver(() => {
			self.waited ||= document.querySelector("main .opening") !== null;
		}).observe(document, { subtree: true, childList: true });`).Do(ctx)
		return err
	}))
	tab.Goto(server.URL + "/help")
	tab.Wait(id("tars-input") + ":enabled")
	if eval[bool](tab, "self.waited") {
		t.Error("the Help Center went away while its articles were fetched")
	}
}

// TestComingBack counts what a page asks the server for when it is opened again:
// none of the app's files, and so not the program. The first time it waits for
// nothing that the device would have to make, and is drawn with few calls. A page that came past the worker is
// the worker's all the same.
func TestComingBack(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	var files atomic.Int64
	behind, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	counting := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		if strings.HasPrefix(r.In.URL.Path, "/web/") {
			files.Add(1)
		}
		r.SetURL(behind) // and its name: the server answers to no other
	}})
	defer counting.Close()

	tab := MustBrowse(t).Open("about:blank")
	var never page.ScriptIdentifier
	tab.do("have the device never open a database", chromedp.ActionFunc(func(ctx context.Context) (err error) {
		never, err = page.AddScriptToEvaluateOnNewDocument(`IDBFactory.prototype.open = () => ({});`).Do(ctx)
		return err
	}))
	var counter page.ScriptIdentifier
	tab.do("count the texts that the program hands to JavaScript", chromedp.ActionFunc(func(ctx context.Context) (err error) {
		counter, err = page.AddScriptToEvaluateOnNewDocument(`{
			const { instantiate } = WebAssembly;
			self.handed = 0;
			WebAssembly.instantiate = (program, imports) => {
				const hand = imports.gojs["syscall/js.stringVal"];
				imports.gojs["syscall/js.stringVal"] = (at) => { self.handed++; hand(at); };
				return instantiate(program, imports);
			};
		}`).Do(ctx)
		return err
	}))
	tab.Goto(counting.URL + "/login")
	tab.Wait(id("login-email") + ":enabled")
	// 447 where names of elements and attributes are handed over again and again.
	if handed := eval[int](tab, "self.handed"); handed < 100 || handed > 330 {
		t.Errorf("until the page could be used the program handed over %d texts", handed)
	}
	tab.do("no more counting", chromedp.ActionFunc(page.RemoveScriptToEvaluateOnNewDocument(counter).Do))
	tab.Click(`.brand[href="/"]`)
	tab.Wait(".hero-title") // where there is none yet, nobody waits for it to be made
	tab.do("let it", chromedp.ActionFunc(page.RemoveScriptToEvaluateOnNewDocument(never).Do))
	tab.WaitWorker()
	before := files.Load()
	if before == 0 {
		t.Fatal("no file was counted")
	}
	for _, path := range []string{"/login", "/", "/contact", "/login"} {
		tab.Goto(counting.URL + path)
		tab.WaitFor("the program", `document.documentElement.dataset.version !== undefined`)
	}
	tab.Wait(id("login-email") + ":enabled")
	if after := files.Load(); after > before {
		t.Errorf("%d files were sent again", after-before)
	}

	eval[bool](tab, "self.before = true") // the page before is the worker's until the new one comes
	tab.do("reload past all caches", page.Reload().WithIgnoreCache(true))
	tab.WaitFor("another page", "!self.before")
	tab.WaitWorker() // which a page loaded so has not by itself
}
