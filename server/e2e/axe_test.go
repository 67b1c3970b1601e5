package e2e

import (
	"compress/gzip"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"pleiades/server/store/storetest"
)

// axe is axe-core 4.14.1 by Deque Systems (Mozilla Public License 2.0), which
// finds what makes a page hard to use, compressed and otherwise unchanged.
const axe = "testdata/axe.min.js.gz"

// expectAccessible fails the test for every violation that axe finds on the
// page as it stands, and for those of its rules about colours in the dark theme,
// which changes nothing else.
func (tab *Tab) expectAccessible(name string) {
	tab.t.Helper()
	if !eval[bool](tab, `typeof axe === "object"`) {
		tab.do("load axe", chromedp.Evaluate(mustReadAxe(tab.t), nil))
	}
	for _, scheme := range []string{"light", "dark"} {
		rules := ""
		if scheme == "dark" {
			rules = `runOnly: ["color-contrast", "link-in-text-block"], `
		}
		tab.SetScheme(scheme)
		for _, problem := range eval[[]string](tab, `axe.run(document, { `+rules+`resultTypes: ["violations"] }).then(({ violations }) =>
			violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + v.help + ": " + n.html.slice(0, 200) + " " + (n.any[0]?.message ?? ""))))`) {
			tab.t.Errorf("%s (%s): %s", name, scheme, problem)
		}
	}
	tab.restore()
}

func mustReadAxe(t *testing.T) string {
	t.Helper()
	file, err := os.Open(axe)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	if _, err := io.Copy(&script, unpacked); err != nil {
		t.Fatal(err)
	}
	return script.String()
}

// TestAccessible looks for obstacles in what appears while someone writes, and
// on the pages that belong to it.
func TestAccessible(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.openToWrite(t)
	client.expectAccessible("an empty box")
	for _, c := range advised {
		client.Fill(id("compose-input"), "")
		client.Type(c.text)
		client.Wait(id("guidance-" + c.code))
		client.waitKept() // which fades in
		client.do("open what can be opened", chromedp.Evaluate(`document.querySelectorAll("details").forEach((d) => { d.open = true })`, nil))
		if c.code == "crisis_concern" {
			client.Click(id("crisis-toggle"))
			client.Choose(id("crisis-country"), "IE")
			client.Wait(id("crisis-emergency"))
		}
		if c.code == "too_long" {
			client.Click(id("guidance-keep"))
		}
		client.expectAccessible(c.code)
	}
	client.Visit("/safety-plan")
	client.Wait(id("plan-signs"))
	client.expectAccessible("the safety plan")
	client.Visit("/settings")
	client.Wait(id("settings-logout"))
	client.expectAccessible("the settings")
	client.Goto(server.URL + "/help/messaging-your-therapist")
	client.WaitWorker()
	client.Wait("h1")
	client.expectAccessible("the guide")
}
