package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"pleiades/server/store/storetest"
)

// guide is the article at the centre of the Help Center.
const guide = "/help/messaging-your-therapist"

// TestHelpReading reads the Help Center as someone does who is not logged in, then
// without the server, and then with scripts off too.
func TestHelpReading(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	tab := MustBrowse(t).Open(server.URL + "/help")
	tab.WaitWorker()
	tab.Wait(id("help-articles-everyone"))
	tab.WaitFor("the program", `!document.getElementById("help-search").disabled`)
	tab.expectAccessible("the Help Center")
	tab.examine("help")
	tab.expectTargets(".help-page a, .help-page button")

	tab.Goto(server.URL + guide + "#one-topic-at-a-time")
	tab.expectInView("one-topic-at-a-time")
	tab.WaitFor("the program", `!document.getElementById("help-search").disabled`)
	tab.expectInView("one-topic-at-a-time")
	tab.expectAccessible("an article")
	tab.examine("help-article")

	t.Run("offline", func(t *testing.T) {
		server.Stop()
		tab.Goto(server.URL + "/help/lost-device#what-a-finder-or-thief-can-see")
		tab.expectInView("what-a-finder-or-thief-can-see")
		tab.WaitFor("the program", `!document.getElementById("help-search").disabled`)
		tab.expectInView("what-a-finder-or-thief-can-see")
		tab.Click(id("help-next"))
		tab.WaitPath("/help/troubleshooting")
		tab.WaitText("h1", "Troubleshooting")
		tab.Click(id("rating-yes"))
		tab.WaitText(id("rating"), "once there is a connection")
		tab.Fill(id("rating-words"), "I read it on the train.")
		tab.Click(id("rating-send"))
		tab.WaitText(id("rating-error"), "needs a connection")
	})

	t.Run("with scripts off", func(t *testing.T) {
		tab.disableScripts()
		tab.Goto(server.URL + "/help")
		tab.WaitGone(id("help-search"))
		tab.WaitGone(id("tars-input"))
		tab.Click(`.help-cards a[href="` + guide + `"]`)
		tab.WaitText("h1", "Messaging your therapist")
		tab.Click(`.help-contents a[href="` + guide + `#not-for-emergencies"]`)
		tab.expectInView("not-for-emergencies")
		tab.WaitGone(id("try-input"))
		tab.WaitGone(id("try-example"))
	})
}

// expectInView waits until an element is in the window.
func (tab *Tab) expectInView(elementID string) {
	tab.t.Helper()
	tab.WaitFor(elementID+" in view", `(({ top }) => top >= 0 && top < innerHeight)(document.getElementById(`+quote(elementID)+`).getBoundingClientRect())`)
}

// TestHelpSearch searches at each keystroke, with a slip of the fingers.
func TestHelpSearch(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	tab := MustBrowse(t).Open(server.URL + "/help")
	tab.WaitFor("the program", `!document.getElementById("help-search").disabled`)
	tab.Click(id("help-search"))
	tab.Press("forgotten pasword")
	tab.WaitText(`[data-testid="help-result"]:first-child, li:first-child > [data-testid="help-result"]`, "Forgot your password")
	tab.WaitFor("what was meant to be marked", `[...document.querySelectorAll(".help-result mark")].some((e) => e.textContent.includes("password"))`)
	tab.examine("help-search")
	tab.Fill(id("help-search"), "i want to kill myself")
	tab.Wait(id("help-danger") + ` a[href^="/crisis"]`)
	tab.examine("help-search-danger")
	tab.Press(kb.Enter)
	tab.Fill(id("help-search"), "notif")
	tab.WaitGone(id("help-danger") + " a")
	tab.WaitText(id("help-results"), "Notifications")
	tab.Fill(id("help-search"), "qqqqqq")
	tab.WaitText(".help-none", "Nothing found")
	tab.Fill(id("help-search"), "passkey")
	tab.WaitText(id("help-results"), "passkey")
	tab.Press(kb.Enter)
	tab.WaitFor("an article", `location.pathname.startsWith("/help/")`)
	tab.Wait(id("help-article"))
}

// TestTryIt compares the advice of the box in the guide with that of a
// conversation.
func TestTryIt(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.openToWrite(t)
	found := func(tab *Tab, tray string) string {
		return eval[string](tab, `[...document.querySelectorAll('`+tray+` [data-level]')].map((e) => e.dataset.testid).join(" ")`)
	}
	stranger := MustBrowse(t).Open(server.URL + guide)
	stranger.WaitFor("the program", `!document.getElementById("try").disabled`)

	for _, c := range advised {
		client.Fill(id("compose-input"), "")
		client.Type(c.text)
		client.Wait(id("guidance-" + c.code))
		stranger.Fill(id("try-input"), "")
		stranger.Click(id("try-input"))
		stranger.do("insert the text", chromedp.Evaluate(`document.execCommand("insertText", false, `+quote(c.text)+`)`, nil))
		stranger.Wait(id("guidance-" + c.code))
		want := found(client, id("guidance"))
		stranger.WaitFor("the same advice as in a conversation: "+want,
			`[...document.querySelectorAll('`+id("try-guidance")+` [data-level]')].map((e) => e.dataset.testid).join(" ") === `+quote(want))
	}
	stranger.examine("help-try")
	stranger.expectAccessible("the box to try a text in")

	t.Run("an example is put into the box below it", func(t *testing.T) {
		stranger.Click(`.sample-poor ` + id("try-example"))
		stranger.WaitFor("the text", `document.getElementById("try").value === document.querySelector(".sample-poor .sample-text").textContent`)
		stranger.WaitFor("the focus", `document.activeElement.id === "try"`)
		stranger.WaitCount("#try", 1)
		stranger.Wait(id("try-guidance") + " [data-level]")
	})
}

// TestTARS asks the support assistant.
func TestTARS(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	tab := MustBrowse(t).Open(server.URL + "/help")
	tab.WaitWorker()
	tab.WaitFor("the program", `!document.getElementById("tars-input").disabled`)
	server.Stop() // it answers on the device
	ask := func(question, decision string) {
		t.Helper()
		tab.Fill(id("tars-input"), question)
		tab.Click(id("tars-submit"))
		tab.Wait(id("tars-answer") + `[data-decision="` + decision + `"]`)
		if decision != "crisis" { // which says more
			tab.WaitText(id("tars-danger"), "In danger?")
			tab.Wait(id("tars-danger") + ` a[href^="/crisis"]`) // with the country once that was chosen
		}
	}

	ask("I forgot my password", "answer")
	tab.WaitText(id("tars-answer"), "Forgot your password")
	if got := tab.Attribute(id("tars-source"), "href"); got != "/help/logging-in#forgot-your-password" {
		t.Errorf("the answer is from %s", got)
	}
	tab.expectAccessible("an answer of TARS")
	tab.examine("tars-answer")

	ask("How many milligrams of sertraline can I take?", "decline")
	tab.WaitText(id("tars-answer"), "ask your therapist")
	tab.examine("tars-decline")

	ask("xyzzy plugh", "ask")
	tab.examine("tars-unsure")

	ask("who is told when I write about suicide", "answer") // worded like danger: what weighs questions decides
	tab.WaitText(id("tars-answer"), "Does anyone get told")
	ask("I want to kill myself", "crisis")
	tab.Choose(id("crisis-country"), "IE")
	tab.Wait(id("crisis-emergency"))
	tab.WaitGone(id("tars-handover"))
	tab.expectAccessible("help from TARS")
	tab.examine("tars-crisis")

	const question = "My app shows <b>kanarienvogel</b> forgotten password"
	ask(question, "answer")
	tab.Click(id("tars-handover"))
	tab.WaitText(".tars-question", question)
	tab.examine("tars-consent")
	tab.Click(id("tars-handover-no"))
	tab.WaitGone(".tars-question")
	tab.Click(id("tars-handover"))
	tab.Click(id("tars-handover-yes"))
	tab.WaitPath("/contact")
	if address := eval[string](tab, "location.href"); strings.Contains(address, "kanarienvogel") || address != server.URL+"/contact" {
		t.Errorf("the question is in the address: %s", address)
	}
}

// TestHandOver asks TARS what it does not know, and has the question handed to
// support, on consent. A lock in between forgets it.
func TestHandOver(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.MustLogIn(clientEmail)
	const begun, question = "Begun yesterday.", "Why does the kanarienvogel sing on Tuesdays?"
	client.Goto(server.URL + "/support")
	client.Fill(id("ticket-text"), begun)
	client.Goto(server.URL + "/help")
	client.WaitFor("the program", `!document.getElementById("tars-input").disabled`)
	client.Fill(id("tars-input"), question)
	client.Click(id("tars-submit"))
	client.Wait(id("tars-answer") + `:not([data-decision="answer"])`)
	client.pressLock()
	client.WaitGone(id("tars-answer"))
	client.expectNothingShown("kanarienvogel")
	client.examine("help-cleared")
	client.Goto(server.URL + "/support")
	client.Unlock(demoPassword)
	client.WaitValue(id("ticket-text"), begun)
	client.Goto(server.URL + "/help")
	client.WaitFor("the program", `!document.getElementById("tars-input").disabled`)
	client.Fill(id("tars-input"), question)
	client.Click(id("tars-submit"))
	client.Click(id("tars-handover"))
	client.WaitText(".tars-question", question)
	client.Click(id("tars-handover-yes"))
	client.WaitPath("/support")
	client.WaitValue(id("ticket-text"), begun+"\n\n"+question)
	if address := eval[string](client, "location.href"); address != server.URL+"/support" {
		t.Errorf("the question is in the address: %s", address)
	}
	client.Wait(id("ticket-diagnostics"))
	client.WaitFor("the device to be told in step", `document.querySelector(".support-told").textContent.includes("Last up to date (Good)")`)
	client.Click(id("ticket-send"))
	client.WaitText(id("ticket-queued"), "It has reached support")
	client.WaitText(`[data-testid^="ticket-"][data-status="open"] .ticket-text`, question)
}

// TestHelpful says what one thinks of an article.
func TestHelpful(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	tab := MustBrowse(t).Open(server.URL + "/help/lost-device")
	tab.WaitFor("the program", `!document.getElementById("help-search").disabled`)
	tab.Click(id("rating-no"))
	tab.Fill(id("rating-words"), "I missed what to do abroad.")
	tab.Click(id("rating-send"))
	tab.WaitText(id("rating"), "Your words help")
	tab.Click(id("help-next"))
	tab.Wait(id("rating-yes"))

	tab.WaitWorker()
	article := eval[string](tab, `location.pathname.split("/").at(-1)`)
	server.Stop()
	tab.Click(id("rating-yes"))
	tab.WaitText(id("rating"), "once there is a connection")
	tab.examine("rating-waiting")
	tab.Reload()
	tab.Wait(id("rating-yes"))
	const waiting = `(async () => {
		const open = indexedDB.open("pleiades");
		await new Promise((resolve) => { open.onsuccess = resolve; });
		const keys = open.result.transaction("device").objectStore("device").getAllKeys(IDBKeyRange.bound(["rating"], ["rating", []]));
		await new Promise((resolve) => { keys.onsuccess = resolve; });
		open.result.close();
		return keys.result.length;
	})()`
	tab.WaitFor("the answer to be kept", waiting+".then((n) => n === 1)")
	server.Start()
	tab.WaitFor("the answer to be handed over", waiting+".then((n) => n === 0)")
	tab.Reload()
	tab.Wait(id("rating-yes"))
	server.Stop()
	said := server.Run("help", "feedback")
	if !slices.ContainsFunc(strings.Split(said, "\n"), func(line string) bool {
		return slices.Equal(strings.Fields(line), []string{article, "1", "0"})
	}) {
		t.Errorf("of %s readers say %s", article, said)
	}
}
