package e2e

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"

	"pleiades/server/store/storetest"
)

// TestRejected lets the server refuse a message for good.
func TestRejected(t *testing.T) {
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, client := server.MustLogIn(clientEmail)
	browser.Allow("404")
	client.OpenConversation(therapistName)
	client.refuseMessages(http.StatusNotFound, `{"title":"Not found","status":404,"code":"not_found"}`)

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

// refuseMessages answers the page's attempts to hand over a message with a
// problem, in the server's place.
func (tab *Tab) refuseMessages(status int64, problem string) {
	tab.t.Helper()
	chromedp.ListenTarget(tab.ctx, func(event any) {
		paused, ok := event.(*fetch.EventRequestPaused)
		if !ok {
			return
		}
		go func() { // a listener must not wait for the browser
			answer := fetch.FulfillRequest(paused.RequestID, status).
				WithResponseHeaders([]*fetch.HeaderEntry{{Name: "Content-Type", Value: "application/problem+json"}}).
				WithBody(base64.StdEncoding.EncodeToString([]byte(problem)))
			// It fails only once the page is gone.
			_ = chromedp.Run(tab.ctx, answer)
		}()
	})
	tab.do("stand in for the server", fetch.Enable().WithPatterns([]*fetch.RequestPattern{
		{URLPattern: "*/api/v1/conversations/*/messages/*"},
	}))
}

// TestTwoTabs opens the outbox in two tabs at once: every message is handed
// over once.
func TestTwoTabs(t *testing.T) {
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, first := server.MustLogIn(clientEmail)
	conversation := first.OpenConversation(therapistName)
	second := browser.Open(server.URL + conversation)
	second.Wait(id("compose-input"))
	_, therapist := server.MustLogIn(therapistEmail)
	therapist.OpenConversation(clientName)

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
	if handed := strings.Count(server.log(), "method=PUT"); handed != len(texts) {
		t.Errorf("messages were handed over %d times, want %d", handed, len(texts))
	}
}

// TestBackgroundSync closes the page before the server is back.
func TestBackgroundSync(t *testing.T) {
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, client := server.MustLogIn(clientEmail)
	client.OpenConversation(therapistName)
	client.WaitWorker()
	_, therapist := server.MustLogIn(therapistEmail)
	therapist.OpenConversation(clientName)

	server.Stop()
	client.WaitConnection("offline")
	client.Send("Sent by nobody's page.", "And this one too.")
	client.Close()
	server.Start()
	browser.DispatchSync(server.URL, "pleiades-outbox")

	therapist.WaitMessage("And this one too.")
	therapist.ExpectOrder("Sent by nobody's page.", "And this one too.")
}
