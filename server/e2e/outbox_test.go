package e2e

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"

	"pleiades/server/store/storetest"
)

// outboxAddress is where what waits is handed over.
const outboxAddress = "*/api/v1/outbox"

// TestRejected lets the server refuse a message for good.
func TestRejected(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.MustLogIn(clientEmail)
	client.OpenConversation(therapistName)
	client.WaitConnection("online")
	client.standIn(outboxAddress, http.StatusOK, "application/json", `{"answers":[{"status":"rejected","code":"not_found"}]}`)

	const text = "Nobody takes this."
	client.Send(text)
	client.WaitStatus(text, "rejected")
	if said := client.Text(everyMessage + "[data-status=rejected] .reasons"); strings.TrimSpace(said) == "" {
		t.Error("it does not say why")
	}
	client.ClickIn(text, "message-take-back")
	client.WaitValue(id("compose-input"), text)
	client.WaitCount(everyMessage+"[data-status=rejected]", 0)
}

// standIn answers the page's requests to addresses like pattern in the server's
// place, until standAside.
func (tab *Tab) standIn(pattern string, status int64, contentType, body string) {
	tab.t.Helper()
	ctx, stop := context.WithCancel(tab.ctx)
	tab.standAside = func() {
		stop()
		tab.do("let the server answer again", fetch.Disable())
	}
	chromedp.ListenTarget(ctx, func(event any) {
		paused, ok := event.(*fetch.EventRequestPaused)
		if !ok {
			return
		}
		go func() { // a listener must not wait for the browser
			answer := fetch.FulfillRequest(paused.RequestID, status).
				WithResponseHeaders([]*fetch.HeaderEntry{{Name: "Content-Type", Value: contentType}}).
				WithBody(base64.StdEncoding.EncodeToString([]byte(body)))
			// It fails only once the page is gone.
			_ = chromedp.Run(tab.ctx, answer)
		}()
	})
	tab.do("stand in for the server", fetch.Enable().WithPatterns([]*fetch.RequestPattern{{URLPattern: pattern}}))
}

// TestTwoTabs opens the outbox in two tabs at once: every message is handed
// over once.
func TestTwoTabs(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, first := server.MustLogIn(clientEmail)
	conversation := first.OpenConversation(therapistName)
	second := browser.Open(server.URL + conversation)
	second.Wait(id("compose-input"))
	therapist := server.MustRead(therapistEmail, conversation)

	server.Stop()
	for _, tab := range []*Tab{first, second} {
		tab.WaitConnection("offline")
	}
	texts := []string{"One, in the first tab.", "Two, in the second tab.", "Three, in the first tab."}
	first.Show()
	first.Send(texts[0])
	second.Show()
	second.Send(texts[1])
	first.Show()
	first.Send(texts[2])
	second.WaitQueue(3)
	server.Start()

	for _, tab := range []*Tab{first, second} {
		tab.WaitQueue(0)
		tab.ExpectOrder(texts...)
	}
	therapist.WaitMessage(texts[2])
	therapist.ExpectOrder(texts...)
	if handed := strings.Count(server.log(), `"POST /api/v1/outbox"`); handed < 1 || handed > len(texts) {
		t.Errorf("messages were handed over by %d requests, want at most one each", handed)
	}
}

// TestBackgroundSync closes the page before the server is back.
func TestBackgroundSync(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, client := server.MustLogIn(clientEmail)
	conversation := client.OpenConversation(therapistName)
	client.WaitWorker()
	therapist := server.MustRead(therapistEmail, conversation)

	server.Stop()
	client.WaitConnection("offline")
	client.Send("Sent by nobody's page.", "And this one too.")
	client.Close()
	server.Start()
	browser.DispatchSync(server.URL, "pleiades-outbox")

	therapist.WaitMessage("And this one too.")
	therapist.ExpectOrder("Sent by nobody's page.", "And this one too.")
}

// TestSyncInVain lets the browser try for the last time while there is no server:
// the worker asks it to try again.
func TestSyncInVain(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, client := server.MustLogIn(clientEmail)
	client.OpenConversation(therapistName)
	client.WaitConnection("online")
	client.WaitWorker()
	const asked = `(async () => (await (await navigator.serviceWorker.ready).sync.getTags()).includes("pleiades-outbox"))()`
	eval[bool](client, `(SyncManager.prototype.register = async () => {}, true)`)
	server.Stop()
	client.WaitConnection("offline")
	client.Send("Waits for long.")
	client.Goto(server.URL + "/crisis") // a page without the app
	if eval[bool](client, asked) {
		t.Fatal("a page has asked")
	}
	browser.DispatchLastSync(server.URL, "pleiades-outbox")
	client.WaitFor("another sync to be asked for", asked)
}

// TestSealedOutbox closes the page in the ways in which a device can be left
// alone with what waits: nobody is there to unlock it or to log in.
func TestSealedOutbox(t *testing.T) {
	t.Parallel()
	ways := map[string]func(*Tab){
		"locked":                          func(tab *Tab) { tab.Click(id("lock")); tab.Wait(id("lock-screen")) },
		"with the login gone":             (*Tab).ClearCookies,
		"locked, and with the login gone": func(tab *Tab) { tab.Click(id("lock")); tab.Wait(id("lock-screen")); tab.ClearCookies() },
		"given up by who could not unlock it": func(tab *Tab) {
			tab.Click(id("lock"))
			tab.WaitText(id("lock-offline"), "offline") // it moves what is below
			tab.Click(id("lock-lost"))
			tab.Click(id("lock-abandon"))
			tab.WaitPath("/login")
		},
	}
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, therapist := server.MustLogIn(therapistEmail)
	conversation := therapist.OpenConversation(clientName)
	devices := map[string]*Tab{}
	for way := range ways {
		browser, client := server.MustLogIn(clientEmail)
		browser.Allow("401")
		client.OpenConversation(therapistName)
		client.WaitConnection("online")
		client.WaitWorker()
		devices[way] = client
	}

	server.Stop()
	texts := map[string][]string{}
	for way, leave := range ways {
		client := devices[way]
		texts[way] = []string{"Sent by nobody's page, " + way, "And this one too, " + way}
		client.WaitConnection("offline")
		client.Send(texts[way]...)
		client.ExpectProtected(texts[way]...)
		leave(client)
		client.Close()
	}
	server.Start()
	for _, client := range devices {
		client.browser.DispatchSync(server.URL, "pleiades-outbox")
	}

	for _, sent := range texts {
		therapist.WaitMessage(sent[1])
		therapist.ExpectOrder(sent...)
	}
	therapist.Visit(listOf(conversation)) // the list waits for nothing of it
	therapist.Wait(id("agenda-add-input"))
}

// TestOpeningDrains opens the page again, locked and with the login gone: that is
// enough, where there is no Background Sync. Unlocked, it shows what became of it.
func TestOpeningDrains(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, client := server.MustLogIn(clientEmail)
	browser.Allow("401")
	conversation := client.OpenConversation(therapistName)
	client.WaitConnection("online")
	client.WaitWorker()
	_, therapist := server.MustLogIn(therapistEmail)
	therapist.OpenConversation(clientName)

	server.Stop()
	client.WaitConnection("offline")
	client.Send("Written offline.")
	client.Goto(server.URL + listOf(conversation))
	client.AddItems("Kept offline.")
	client.Click(id("lock"))
	client.Wait(id("lock-screen"))
	client.ClearCookies()
	client.Close()
	server.Start()

	client = browser.Open(server.URL + conversation)
	client.Wait(id("lock-screen"))
	therapist.WaitMessage("Written offline.")
	client.Unlock(demoPassword)
	client.WaitStatus("Written offline.", "sent", "delivered", "read")
	client.WaitQueue(0)
	client.Visit(listOf(conversation))
	client.WaitItem("Kept offline.")
	therapist.Visit(listOf(conversation))
	therapist.WaitItem("Kept offline.")
}

// TestSealedAnew lets the server say that an envelope waited too long.
func TestSealedAnew(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.MustLogIn(clientEmail)
	client.OpenConversation(therapistName)
	client.WaitConnection("online")
	// The page alone hands over: what stands in does not for the worker.
	eval[bool](client, `(SyncManager.prototype.register = async () => {}, true)`)
	for _, answers := range []string{
		`{"answers":[{"status":"rejected","code":"key_expired"}]}`,
		`{"answers":[{"status":"rejected","code":"unverified"}]}`,
		`{"answers":[{"status":"retry"}]}`,
	} {
		client.standIn(outboxAddress, http.StatusOK, "application/json", answers)
		client.Send(answers)
		client.WaitFor("the server's answer", `performance.getEntriesByType("resource").some((e) => e.name.endsWith("/outbox"))`)
		client.WaitStatus(answers, "waiting")
		client.standAside()
		client.WaitStatus(answers, "sent", "delivered")
	}
}

// TestRevokedDevice takes the device out of the account while messages wait on it:
// at its next contact it is empty, without any page.
func TestRevokedDevice(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, client := server.MustLogIn(clientEmail)
	browser.Allow("401")
	conversation := client.OpenConversation(therapistName)
	client.WaitConnection("online")
	client.WaitWorker()
	_, elsewhere := server.MustLogIn(clientEmail)
	// The browser is not to send by itself before the device is revoked.
	eval[bool](client, `(SyncManager.prototype.register = async () => {}, true)`)

	server.Stop()
	client.WaitConnection("offline")
	client.Send("Too late.")
	client.Close()
	server.Start()
	elsewhere.WaitConnection("online")
	status := eval[int](elsewhere, `fetch("/api/v1/devices").then((r) => r.json()).then(({ devices }) =>
		fetch("/api/v1/devices/" + devices.find((d) => !d.current).id, { method: "DELETE" })).then((r) => r.status)`)
	if status != http.StatusNoContent {
		t.Fatalf("revoking was answered with %d", status)
	}
	browser.DispatchSync(server.URL, "pleiades-outbox")

	bare := browser.Open(server.URL + "/robots.txt") // a page without the app
	bare.WaitFor("the device to be empty", `(async () => {
		const open = indexedDB.open("pleiades");
		const db = await new Promise((resolve) => { open.onsuccess = () => resolve(open.result); });
		const names = ["keys", "conversations", "messages", "agenda", "drafts", "private", "outbox"];
		const tx = db.transaction(names);
		const counts = await Promise.all(names.map((name) => new Promise((resolve) => {
			const count = tx.objectStore(name).count();
			count.onsuccess = () => resolve(count.result);
		})));
		db.close();
		return counts.every((n) => n === 0);
	})()`)
	elsewhere.Goto(server.URL + conversation)
	elsewhere.Wait(id("compose-input"))
	if eval[bool](elsewhere, messageWith("Too late.")+" !== undefined") {
		t.Error("it was sent")
	}
}

// TestRefusedForGood hands over messages that the server goes on refusing, for no
// reason that one could do something about: their writer is told, nothing is lost,
// and what is behind them leaves.
func TestRefusedForGood(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.MustLogIn(clientEmail)
	client.beforeLoad(`SyncManager.prototype.register = async () => {}`) // the page alone hands over
	client.Reload()
	client.OpenConversation(therapistName)
	client.WaitConnection("online")
	const unproven, failed = "Nobody believes this", "Nobody can take this"

	client.standIn("*/api/v1/outbox", 200, "application/json", `{"answers":[{"status":"rejected","code":"unverified"}]}`)
	client.Send(unproven)
	client.WaitStatus(unproven, "rejected")
	client.standAside()
	client.ClickIn(unproven, "message-take-back")
	client.WaitValue(id("compose-input"), unproven)
	client.Click(id("compose-send"))
	client.WaitStatus(unproven, "sent", "delivered", "read")

	client.standIn("*/api/v1/outbox", 400, "application/problem+json", `{"status":400,"code":"bad_request"}`)
	client.browser.Allow("400")
	client.Send(failed)
	client.WaitFor("it to be tried a few times", `(async () => {
		const open = indexedDB.open("pleiades");
		await new Promise((resolve) => { open.onsuccess = resolve; });
		const rows = open.result.transaction("outbox").objectStore("outbox").getAll();
		await new Promise((resolve) => { rows.onsuccess = resolve; });
		open.result.close();
		return rows.result.some((row) => row.failed?.tries >= 5 && !row.rejected);
	})()`)
	client.later(25 * time.Hour)
	client.Unlock(demoPassword)
	client.WaitStatus(failed, "rejected")
	client.standAside()
	client.Send("And this goes")
	client.WaitStatus("And this goes", "sent", "delivered", "read")
	client.ClickIn(failed, "message-take-back")
	client.WaitValue(id("compose-input"), failed)
}
