//go:build bench

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/server/store/storetest"
)

// The empty page is go-app at its defaults, but that its program is compressed,
// which go-app leaves to others, and that its icons are its own.
const (
	usableEmpty = "h1#usable"
	usableLogin = `[data-testid="login-email"]:enabled`
	rounds      = 7
)

// TestMeasurePage prints, as a table, how fast the page is beside an empty page
// of go-app on the same machine at the same time. It judges nothing: machines
// differ and are noisy.
func TestMeasurePage(t *testing.T) {
	empty := mustServeEmpty(t)
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))

	// In turn, so that what else the machine does strikes both.
	var cold, warm, paint [2][]float64
	for range rounds {
		for i, start := range []struct{ url, usable string }{{empty, usableEmpty}, {server.URL + "/login", usableLogin}} {
			browser := MustOwnDevice(t)
			browser.Allow("") // what go-app's defaults lack is not looked at here
			tab := browser.Open("about:blank")
			first := tab.start(start.url, start.usable)
			tab.WaitWorker()
			again := tab.start(start.url, start.usable)
			browser.Quit()
			cold[i], warm[i] = append(cold[i], first.Usable), append(warm[i], again.Usable)
			paint[i] = append(paint[i], first.Paint)
		}
	}

	tab, _ := server.mustWriteLong(10_000)
	tab.WaitConnection("online") // what came meanwhile is here
	tab.do("watch for long tasks", chromedp.Evaluate(`{
		self.tasks = [0];
		new PerformanceObserver((list) => self.tasks.push(...list.getEntries().map((e) => e.duration))).observe({ type: "longtask" });
	}`, nil))
	for seen := 10_000; seen > 1; seen = max(1, seen-500) {
		tab.scrollTo("older messages", "-"+scrollerOf+".scrollHeight",
			`[...document.querySelectorAll(".message .bubble")].some((e) => Number(e.textContent.match(/^Message (\d+)/)?.[1]) <= `+strconv.Itoa(seen)+`)`)
	}
	tasks := eval[[]float64](tab, "self.tasks")

	_, client := server.openToWrite(t)
	keys := client.keystrokes()

	var text strings.Builder
	compare := func(what string, values [2][]float64, bar string) {
		e, p := middle(values[0]), middle(values[1])
		fmt.Fprintf(&text, "| %s | %.0f ms | %.0f ms | %.2f | %s |\n", what, e, p, p/e, bar)
	}
	text.WriteString("\n| page | empty go-app | Pleiades | ratio | bar |\n|---|--:|--:|--:|--:|\n")
	compare("first paint", paint, "")
	compare("cold start to usable", cold, "≤ 1.2")
	compare("warm start to usable", warm, "≤ 1.3")
	long := 0
	for _, task := range tasks {
		if task > 50 {
			long++
		}
	}
	fmt.Fprintf(&text, "| longest task, scrolling through 10,000 messages | | %.0f ms, %d over 50 ms | | ≤ 50 ms |\n", slices.Max(tasks), long)
	fmt.Fprintf(&text, "| keystroke in 5,000 characters, median | | %.1f ms | | ≤ 16.7 ms |\n", middle(keys.Times))
	fmt.Println(text.String())
}

// start loads an address and returns, in milliseconds since then, when something
// was seen first and when an element was there.
func (tab *Tab) start(url, usable string) (when struct{ Paint, Usable float64 }) {
	tab.t.Helper()
	tab.do("watch for what makes the page usable", chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := page.AddScriptToEvaluateOnNewDocument(fmt.Sprintf(`new MutationObserver((_, watch) => {
			if (!document.querySelector(%s)) return;
			watch.disconnect();
			self.usableAt = performance.now();
		}).observe(document, { subtree: true, childList: true, attributes: true });`, quote(usable))).Do(ctx)
		return err
	}))
	tab.Goto(url)
	tab.poll("the page to be usable", fmt.Sprintf(`(async () => {
		const found = () => document.querySelector(%s);
		if (!found()) return null;
		const [paint] = performance.getEntriesByName("first-contentful-paint");
		return paint && self.usableAt && { paint: paint.startTime, usable: self.usableAt };
	})()`, quote(usable)), &when)
	return when
}

func middle(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// asleep is what the server shows until the empty page runs.
type asleep struct{ app.Compo }

func (*asleep) Render() app.UI { return app.P().Text("Empty, too") }

// mustServeEmpty serves the empty page until the test ends.
func mustServeEmpty(t *testing.T) (url string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "app.wasm")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, "./testdata/empty")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	program, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var compressed bytes.Buffer
	w := brotli.NewWriterLevel(&compressed, 5)
	if _, err := w.Write(program); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}

	app.Route("/", func() app.Composer { return &asleep{} })
	icon := "/web/icon.png"
	rest := &app.Handler{Name: "Empty", Version: "1", Icon: app.Icon{Default: icon, Large: icon, SVG: icon, Maskable: icon}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/web/app.wasm":
			w.Header().Set("Content-Type", "application/wasm")
			w.Header().Set("Content-Encoding", "br")
			_, _ = w.Write(compressed.Bytes())
		case icon:
			http.ServeFile(w, r, filepath.Join("..", "..", "web", "icons", "icon-192.png"))
		default:
			rest.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}
