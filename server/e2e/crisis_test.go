package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"

	"pleiades/server/store/storetest"
)

// TestCrisis reads the page with emergency numbers as someone does who is not
// logged in, and then with scripts off and without the server.
func TestCrisis(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	tab := MustBrowse(t).Open(server.URL)
	tab.WaitWorker()

	tab.Goto(server.URL + "/crisis")
	tab.expectCountries()
	tab.examine("crisis")
	tab.Resize(390, 800, true)
	if wide := eval[bool](tab, `((right) => right("[data-testid=crisis-back]") > right(".public-header"))((s) => document.querySelector(s).getBoundingClientRect().right)`); wide {
		t.Error("the way back sticks out of the header")
	}
	tab.restore()
	tab.Goto(server.URL + "/crisis#ie")
	tab.expectCountries("Ireland")
	tab.examine("crisis-ie")
	tab.expectTargets(".crisis a.button, .crisis-index a, .crisis-more, .crisis-danger a")

	tab.disableScripts()
	server.Stop()
	tab.Goto(server.URL + "/crisis#us")
	tab.expectCountries("United States")
	tab.Click(`.crisis-index a[href="#nz"]`)
	tab.expectCountries("New Zealand")
	tab.Goto(server.URL + "/crisis#xx")
	tab.expectCountries()
	tab.Reload()
	tab.expectCountries()
}

// expectCountries fails unless just these countries are seen.
func (tab *Tab) expectCountries(names ...string) {
	tab.t.Helper()
	tab.Wait(id("crisis-page"))
	seen := eval[[]string](tab, `[...document.querySelectorAll(".crisis-country")]
		.filter((e) => e.checkVisibility()).map((e) => e.querySelector("h2").innerText)`)
	if fmt.Sprint(seen) != fmt.Sprint(names) {
		tab.t.Errorf("countries: got %q, want %q", seen, names)
	}
}

// expectTargets fails unless whatever is seen of the elements is at least 44
// CSS pixels high.
func (tab *Tab) expectTargets(selector string) {
	tab.t.Helper()
	small := eval[[]string](tab, `[...document.querySelectorAll(`+quote(selector)+`)]
		.filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44).map((e) => e.innerText)`)
	if len(small) > 0 {
		tab.t.Errorf("too small to touch: %q", small)
	}
}

// disableScripts keeps the pages of the tab from running any.
func (tab *Tab) disableScripts() {
	tab.t.Helper()
	tab.do("switch scripts off", emulation.SetScriptExecutionDisabled(true))
}
