package e2e

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
	"github.com/rs/zerolog"

	"pleiades/server/store/storetest"
)

// typing is JavaScript that puts a text into the box as a person does.
func typing(text string) string {
	return `(() => {
		const box = document.querySelector('[data-testid="compose-input"]');
		box.value = ` + quote(text) + `;
		box.dispatchEvent(new InputEvent("input", { bubbles: true }));
	})()`
}

// TestDraftInTwoTabs types in the same conversation in two tabs at once: both
// texts are in both boxes, and stay there.
func TestDraftInTwoTabs(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, first := server.MustLogIn(clientEmail)
	conversation := first.OpenConversation(therapistName)
	second := browser.Open(server.URL + conversation)
	second.Wait(id("compose-input"))
	second.WaitConnection("online")

	first.do("type", chromedp.Evaluate("void "+typing("A thought at home."), nil))
	second.do("type", chromedp.Evaluate("void "+typing("Another one on the way."), nil))
	both := func(tab *Tab) {
		tab.t.Helper()
		for _, text := range []string{"A thought at home.", "Another one on the way."} {
			tab.WaitFor("the box to hold "+text, `document.querySelector('[data-testid="compose-input"]')?.value.includes(`+quote(text)+`)`)
		}
	}
	both(first)
	both(second)
	first.Close()
	second.Reload()
	both(second)
}

// TestAnswerLost breaks the connection when a message is stored and before the
// answer is there: it is sent, and there once.
func TestAnswerLost(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.MustLogIn(clientEmail)
	conversation := client.OpenConversation(therapistName)
	client.WaitConnection("online")
	therapist := server.MustRead(therapistEmail, conversation)

	ctx, stop := context.WithCancel(client.ctx)
	lost := make(chan struct{}, 100)
	chromedp.ListenTarget(ctx, func(event any) {
		if paused, ok := event.(*fetch.EventRequestPaused); ok {
			go func() { // a listener must not wait for the browser
				_ = chromedp.Run(client.ctx, fetch.FailRequest(paused.RequestID, network.ErrorReasonConnectionReset))
				lost <- struct{}{}
			}()
		}
	})
	client.do("lose the answers", fetch.Enable().WithPatterns([]*fetch.RequestPattern{
		{URLPattern: outboxAddress, RequestStage: fetch.RequestStageResponse},
	}))
	const text = "Is anybody there?"
	client.Fill(id("compose-input"), text)
	client.Click(id("compose-send"))
	therapist.WaitMessage(text)
	select {
	case <-lost:
	case <-time.After(patience):
		t.Fatal("no answer was lost")
	}
	stop()
	client.do("let the answers through", fetch.Disable())
	client.WaitStatus(text, "sent", "delivered", "read")
	client.WaitQueue(0)
	client.Reload()
	client.WaitMessage(text)
	client.ExpectOrder(text)
	therapist.ExpectOrder(text)
}

// TestServerFull has the server answer that its disk is full: what was written
// goes on waiting, through a restart of the page, until there is room.
func TestServerFull(t *testing.T) {
	t.Parallel()
	server, front := mustServeBehind(t) // since the service worker asks, too
	var refused atomic.Int64
	browser, client := server.MustLogIn(clientEmail)
	browser.Allow("507")
	client.OpenConversation(therapistName)
	client.WaitConnection("online")

	front.Answer(func(w http.ResponseWriter, r *http.Request) bool {
		full := refuseFull(w, r)
		if full {
			refused.Add(1)
		}
		return full
	})
	texts := []string{"The first.", "The second."}
	client.Send(texts...)
	client.WaitQueue(2)
	client.Reload()
	before := refused.Load()
	for deadline := time.Now().Add(patience); refused.Load() == before; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it does not try again")
		}
	}
	client.WaitQueue(2)
	for _, text := range texts {
		client.WaitStatus(text, "waiting")
	}
	front.Answer(nil)
	for _, text := range texts {
		client.WaitStatus(text, "sent", "delivered", "read")
	}
	client.WaitQueue(0)
	client.ExpectOrder(texts...)
}

// TestDeviceFull leaves no room on the device: the app says that nothing is
// saved, and keeps what is typed, until there is room again.
func TestDeviceFull(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.MustLogIn(clientEmail)
	client.OpenConversation(therapistName)
	client.WaitConnection("online")
	client.Draft("Kept")

	client.do("fill the device", storage.OverrideQuotaForOrigin(server.URL).WithQuotaSize(1))
	// The browser notices after a while.
	client.WaitFor("the app to say that it is not saved", `(() => {
		const box = document.querySelector('[data-testid="compose-input"]');
		if (document.querySelector('[data-testid="unsaved"]')) return true;
		box.value = "Typed without room" + ".".repeat(Math.random() * 9);
		box.dispatchEvent(new InputEvent("input", { bubbles: true }));
		return false;
	})()`)
	client.Wait(id("unsaved"))
	client.do("type", chromedp.Evaluate("void "+typing("Not saved, and still here"), nil))
	client.WaitValue(id("compose-input"), "Not saved, and still here")
	client.Click(id("compose-send"))
	client.Wait(id("compose-error") + ":not(:empty)")
	client.WaitValue(id("compose-input"), "Not saved, and still here")

	client.do("make room", storage.OverrideQuotaForOrigin(server.URL))
	client.WaitFor("it to be saved", `(() => {
		const box = document.querySelector('[data-testid="compose-input"]');
		if (!document.querySelector('[data-testid="unsaved"]')) return true;
		box.dispatchEvent(new InputEvent("input", { bubbles: true }));
		return false;
	})()`)
	client.Reload()
	client.WaitValue(id("compose-input"), "Not saved, and still here")
}

// TestClocks gives two devices clocks that are three days off, each in its
// direction: the order is that of sending.
func TestClocks(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	open := func(email, peer string, off time.Duration) *Tab {
		tab := MustBrowse(t).Open(server.URL + "/robots.txt")
		tab.do("set the clock", chromedp.ActionFunc(func(ctx context.Context) error {
			_, err := page.AddScriptToEvaluateOnNewDocument(fmt.Sprintf(`{
				const Real = Date;
				globalThis.Date = class extends Real {
					constructor(...of) { of.length > 0 ? super(...of) : super(Real.now() + %[1]d); }
					static now() { return Real.now() + %[1]d; }
				};
			}`, off.Milliseconds())).Do(ctx)
			return err
		}))
		tab.Goto(server.URL + "/login")
		tab.LogIn(email, demoPassword)
		tab.OpenConversation(peer)
		tab.WaitConnection("online")
		return tab
	}
	client, therapist := open(clientEmail, therapistName, 72*time.Hour), open(therapistEmail, clientName, -72*time.Hour)
	texts := []string{"One, of the client.", "Two, of the therapist.", "Three, of the client.", "Four, of the therapist."}
	for i, text := range texts {
		from, to := client, therapist
		if i%2 == 1 {
			from, to = therapist, client
		}
		from.Send(text)
		to.WaitMessage(text)
		from.WaitStatus(text, "sent", "delivered", "read")
	}
	for _, tab := range []*Tab{client, therapist} {
		tab.ExpectOrder(texts...)
		tab.Reload()
		tab.WaitMessage(texts[3])
		tab.ExpectOrder(texts...)
	}
}

// mustServeFar is MustServe with a network in between that can be made bad.
func mustServeFar(t *testing.T) (*Server, *toxiproxy.Proxy) {
	t.Helper()
	server := newServer(t, storetest.MustURL(t, storetest.SQLite))
	server.demo = true
	port := mustFreePort(t)
	server.URL = fmt.Sprintf("http://localhost:%d", port)
	server.Start()
	proxy := toxiproxy.NewProxy(toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()),
		"browser", fmt.Sprintf("127.0.0.1:%d", port), server.address)
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Stop)
	return server, proxy
}

// TestBadNetwork puts a network between browser and server that is slow, cut up,
// broken and dead: what is sent meanwhile arrives, once and in order.
func TestBadNetwork(t *testing.T) {
	t.Parallel()
	server, proxy := mustServeFar(t)
	_, client := server.MustLogIn(clientEmail)
	conversation := client.OpenConversation(therapistName)
	client.WaitConnection("online")

	var texts []string
	for _, toxic := range []string{
		`{"type":"latency","stream":"downstream","attributes":{"latency":200,"jitter":100}}`,
		`{"type":"slicer","stream":"upstream","attributes":{"average_size":100,"size_variation":50,"delay":500}}`,
		`{"type":"limit_data","stream":"upstream","attributes":{"bytes":1500}}`,
		`{"type":"limit_data","stream":"downstream","attributes":{"bytes":1500}}`,
		`{"type":"timeout","stream":"downstream","attributes":{"timeout":500}}`,
	} {
		if _, err := proxy.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
			t.Fatal(err)
		}
		text := "Sent by " + strings.Split(toxic, `"`)[3] + " " + strings.Split(toxic, `"`)[7]
		texts = append(texts, text)
		client.Send(text)
		client.WaitStatus(text, "waiting", "sent", "delivered", "read")
		proxy.Toxics.ResetToxics(t.Context())
		client.WaitStatus(text, "sent", "delivered", "read")
	}
	client.WaitQueue(0)
	client.Reload()
	client.WaitMessage(texts[len(texts)-1])
	client.ExpectOrder(texts...)
	therapist := server.MustRead(therapistEmail, conversation)
	therapist.WaitMessage(texts[len(texts)-1])
	therapist.ExpectOrder(texts...)
}
