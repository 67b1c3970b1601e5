package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"

	"pleiades/server/store/storetest"
)

// TestLeavingAtOnce leaves the page in the very moment of the last keystroke,
// and of sending.
func TestLeavingAtOnce(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, client := server.MustLogInOnDevice(clientEmail)
	conversation := client.OpenConversation(therapistName)
	client.WaitConnection("online")
	client.WaitWorker()
	therapist := server.MustRead(therapistEmail, conversation)
	server.Stop()
	client.WaitConnection("offline")

	const typed = `const box = document.querySelector('[data-testid="compose-input"]');
		box.value = "The last word";
		box.dispatchEvent(new InputEvent("input", {bubbles: true}));`
	client.leave(typed)
	client.WaitValue(id("compose-input"), "The last word")
	client.holdDrafts()
	client.leave(strings.ReplaceAll(typed, "The last word", "The very last word"))
	client.WaitValue(id("compose-input"), "The very last word")

	client.holdDrafts()
	client.leave(typed + `document.querySelector('[data-testid="compose-send"]').click();`)
	client.WaitStatus("The last word", "waiting")
	client.WaitValue(id("compose-input"), "")

	// Sealing takes a moment that a page on its way out may not have: what it left
	// is sealed by the next one, and then needs no page.
	client.WaitFor("what waits to be sealed", inOutbox(`(rows) => rows.length === 1 && rows[0].envelope`))
	client.Close()
	server.Start()
	browser.DispatchSync(server.URL, "pleiades-outbox")
	therapist.WaitMessage("The last word")
}

// holdDrafts lets nothing be written to the drafts and the outbox.
func (tab *Tab) holdDrafts() {
	tab.t.Helper()
	tab.hold("drafts", "outbox")
}

// hold lets nothing be written to stores as long as the page is there, as another
// write that is under way does for a moment.
func (tab *Tab) hold(stores ...string) {
	tab.t.Helper()
	eval[bool](tab, fmt.Sprintf(`(async (names) => {
		const open = indexedDB.open("pleiades");
		await new Promise((resolve) => { open.onsuccess = resolve; });
		const store = open.result.transaction(names, "readwrite").objectStore(names[0]);
		return new Promise((resolve) => {
			const hold = () => { store.count().onsuccess = () => { resolve(true); hold(); }; };
			hold();
		});
	})(%q.split(" "))`, strings.Join(stores, " ")))
}

// inOutbox is JavaScript for whether f is true of the rows of the device's outbox,
// which it may change and put back.
func inOutbox(f string) string {
	return `(async () => {
		const open = indexedDB.open("pleiades");
		await new Promise((resolve) => { open.onsuccess = resolve; });
		const tx = open.result.transaction("outbox", "readwrite", { durability: "strict" });
		const outbox = tx.objectStore("outbox"), rows = outbox.getAll();
		const completed = new Promise((resolve) => { tx.oncomplete = resolve; });
		await new Promise((resolve) => { rows.onsuccess = resolve; });
		const result = Boolean((` + f + `)(rows.result, outbox));
		await completed;
		open.result.close();
		return result;
	})()`
}

// TestUnsealed leaves the first of two messages without its envelope, as a page
// does that goes at once: the worker sends neither, the next page both, in order.
// One that cannot be opened does not hold them up.
func TestUnsealed(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, client := server.MustLogIn(clientEmail)
	conversation := client.OpenConversation(therapistName)
	client.WaitConnection("online")
	client.WaitWorker()
	therapist := server.MustRead(therapistEmail, conversation)
	eval[bool](client, `(SyncManager.prototype.register = async () => {}, true)`)
	server.Stop()
	client.WaitConnection("offline")
	client.Send("Damaged.", "First.", "Second.")
	client.Goto(server.URL + "/crisis") // a page without the app
	client.WaitFor("no envelopes", inOutbox(`(rows, outbox) => {
		const [damaged, first] = rows;
		outbox.put({ ...damaged, envelope: undefined, copy: first.copy });
		outbox.put({ ...first, envelope: undefined });
		return rows.length === 3;
	}`))
	server.Start()
	browser.DispatchSync(server.URL, "pleiades-outbox")
	client.WaitFor("the worker to have looked", `navigator.locks.request("pleiades-outbox", () => true)`)
	client.WaitFor("nothing to be sent", inOutbox(`(rows) => rows.length === 3 && rows.every((row) => !row.attempted)`))

	client.Goto(server.URL + conversation)
	client.WaitStatus("Second.", "sent", "delivered", "read")
	therapist.WaitMessage("Second.")
	therapist.ExpectOrder("First.", "Second.")
	client.WaitQueue(0)
}

// leave runs a script and loads the page anew in the same breath.
func (tab *Tab) leave(script string) {
	tab.t.Helper()
	tab.do("leave", chromedp.Evaluate("{window.left = true;"+script+"location.reload()}", nil))
	tab.WaitFor("the new page", `!window.left && document.querySelector('[data-testid="compose-input"]') !== null`)
}

// TestTakingBackDoesNotWait takes a message back while another one is on its
// way and no answer comes.
func TestTakingBackDoesNotWait(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.MustLogIn(clientEmail)
	client.OpenConversation(therapistName)
	client.do("let no message through", fetch.Enable().WithPatterns([]*fetch.RequestPattern{
		{URLPattern: outboxAddress},
	}))
	client.Send("On its way", "Not yet")
	client.ClickIn("Not yet", "message-edit")
	client.WaitValue(id("compose-input"), "Not yet")
	client.do("let messages through", fetch.Disable())
	client.WaitStatus("On its way", "sent", "delivered")
}
