package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"

	"pleiades/server/store/storetest"
)

// TestLeavingAtOnce leaves the page in the very moment of the last keystroke,
// and of sending.
func TestLeavingAtOnce(t *testing.T) {
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.MustLogIn(clientEmail)
	client.OpenConversation(therapistName)
	client.WaitWorker()
	server.Stop()
	client.WaitConnection("offline")

	const typed = `const box = document.querySelector('[data-testid="compose-input"]');
		box.value = "The last word";
		box.dispatchEvent(new InputEvent("input", {bubbles: true}));`
	client.leave(typed)
	client.WaitValue(id("compose-input"), "The last word")

	client.leave(typed + `document.querySelector('[data-testid="compose-send"]').click();`)
	// Sealing takes a moment that a page on its way out may not have: then the
	// text is still the draft. It is in one place, never in both, never in none.
	client.WaitFor("the text to wait or to be the draft", fmt.Sprintf(
		`(%s?.dataset.status === "waiting") !== (document.querySelector('[data-testid="compose-input"]').value === "The last word")`,
		messageWith("The last word")))
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
