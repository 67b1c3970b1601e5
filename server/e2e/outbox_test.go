package e2e

import (
	"context"
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
	client.standIn("*/api/v1/conversations/*/messages/*", http.StatusNotFound, "application/problem+json",
		`{"title":"Not found","status":404,"code":"not_found"}`)

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
