package e2e

import (
	"strings"
	"testing"

	"pleiades/server/store/storetest"
)

// TestFix takes the steps that mend, with a queue on the device and a draft: none
// of them loses anything.
func TestFix(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	queued := []string{"The first of three.", "The second of three.", "The third of three."}
	const draft = "Not finished yet"
	browser, client := server.MustLogIn(clientEmail)
	browser.Allow("401") // a login is ended and begun anew
	conversation := client.OpenConversation(therapistName)
	client.WaitWorker()
	therapist := server.MustRead(therapistEmail, conversation)

	server.Stop()
	client.WaitConnection("offline")
	client.Send(queued...)
	client.Draft(draft)
	client.Click(id("help-button")) // one tap, from the conversation, offline
	client.WaitPath("/help/fix")
	client.WaitText(id("fix-kept"), "3")
	client.WaitText(id("fix-browser-answer"), "all that is needed")

	t.Run("without the server nothing is changed", func(t *testing.T) {
		for _, step := range []string{"update", "login", "caches"} {
			client.Click(id("fix-" + step))
			client.WaitText(id("fix-"+step+"-answer"), "Nothing was changed")
		}
		client.Reload() // from what the worker keeps
		client.WaitText(id("fix-kept"), "3")
	})

	server.Start()

	t.Run("the newest version is said to be it", func(t *testing.T) {
		client.Click(id("fix-update"))
		client.WaitText(id("fix-update-answer"), "newest version")
	})

	t.Run("clearing the caches fetches all files anew and keeps the rest", func(t *testing.T) {
		before := eval[int](client, cached)
		client.WaitFor("a mark in the cache", `caches.keys().then((names) =>
			caches.open(names.find((n) => n.startsWith("pleiades-"))).then((c) => c.put("/marked", new Response("")).then(() => true)))`)
		client.Click(id("fix-caches"))
		client.WaitText(id("fix-caches-answer"), "files are new")
		client.WaitText(id("fix-kept"), "3")
		if now := eval[int](client, cached); now != before {
			t.Errorf("%d files are kept, before there were %d", now, before)
		}
		if eval[bool](client, `caches.match("/marked").then(Boolean)`) {
			t.Error("the cache is the old one")
		}
		client.WaitFor("a worker", `navigator.serviceWorker.getRegistration().then((r) => r?.active?.state === "activated")`)
		server.Stop()
		client.Goto(server.URL + conversation) // the new cache serves it
		for _, text := range queued {
			client.WaitStatus(text, "waiting")
		}
		client.WaitValue(id("compose-input"), draft)
		server.Start()
		for _, text := range queued {
			therapist.WaitMessage(text)
		}
		therapist.ExpectOrder(queued...)
	})

	t.Run("another login keeps the draft and the queue", func(t *testing.T) {
		client.WaitQueue(0)
		server.Stop()
		client.WaitConnection("offline")
		client.Send("Before the other login.")
		client.Draft(draft)
		client.Goto(server.URL + "/help/fix")
		client.WaitText(id("fix-kept"), "1")
		server.Start()
		client.Click(id("fix-login"))
		client.WaitPath("/login")
		client.Fill(id("login-email"), clientEmail)
		client.Fill(id("login-password"), server.Password)
		client.Click(id("login-submit"))
		client.OpenConversation(therapistName)
		client.WaitValue(id("compose-input"), draft)
		client.WaitStatus("Before the other login.", "sent", "delivered", "read")
	})

	t.Run("an update is fetched and taken", func(t *testing.T) {
		old := eval[string](client, "document.documentElement.dataset.version")
		client.Goto(server.URL + "/help/fix")
		newer := mustBuildNewer(t)
		server.Stop()
		server.Program = newer
		server.Start()
		client.Click(id("fix-update"))
		client.WaitText(id("fix-update-answer"), "in place")
		client.Click(id("fix-refresh"))
		client.Wait(`[data-testid^="conversation-"]`)
		if now := eval[string](client, "document.documentElement.dataset.version"); now == old {
			t.Error("the app is still the old one")
		}
	})
}

// TestFixCutOff loses the connection while the caches are cleared: what was kept
// before is still there, whole.
func TestFixCutOff(t *testing.T) {
	t.Parallel()
	server, network := mustServeFar(t)
	_, client := server.MustLogIn(clientEmail)
	conversation := client.OpenConversation(therapistName)
	client.WaitWorker()
	client.Goto(server.URL + "/help/fix")
	before := eval[int](client, cached)
	// Each connection ends in the middle of the program.
	if _, err := network.Toxics.AddToxicJson(strings.NewReader(`{"type":"limit_data","stream":"downstream","attributes":{"bytes":200000}}`)); err != nil {
		t.Fatal(err)
	}
	client.Click(id("fix-caches"))
	client.WaitText(id("fix-caches-answer"), "nothing was lost")
	if now := eval[int](client, cached); now != before {
		t.Errorf("%d files are kept, before there were %d", now, before)
	}
	server.Stop()
	client.Goto(server.URL + "/crisis")
	client.Wait(id("crisis-page"))
	client.Goto(server.URL + conversation)
	client.Wait(id("compose-input"))
	client.WaitConnection("offline")
}

// cached is JavaScript for how many files the worker keeps.
const cached = `caches.keys().then((names) => caches.open(names.find((n) => n.startsWith("pleiades-")))).then((c) => c.keys()).then((k) => k.length)`

// TestOldBrowser takes a feature away: the page that mends says which, though the
// program cannot start.
func TestOldBrowser(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	tab := MustBrowse(t).Open("about:blank")
	tab.beforeLoad(`delete Navigator.prototype.locks`)
	tab.Goto(server.URL + "/help/fix")
	tab.WaitText(id("fix-browser-answer"), "This browser lacks: Web Locks")
}

// TestDiagnostics looks at the device: online, without the server, and locked.
func TestDiagnostics(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.MustLogIn(clientEmail)
	conversation := client.OpenConversation(therapistName)
	client.WaitWorker()
	verdict := func(code, want string) {
		t.Helper()
		client.Wait(id("diagnostic-"+code) + `[data-verdict="` + want + `"]`)
	}

	client.Click(id("help-button"))
	client.Click(id("fix-diagnostics"))
	client.WaitPath("/diagnostics")
	for _, code := range []string{"server", "stream", "sync", "queue", "device", "clock", "app", "protocol", "features", "browser"} {
		verdict(code, "good")
	}
	client.examine("diagnostics")
	client.expectAccessible("the diagnostics")

	client.Goto(server.URL + conversation)
	server.Stop()
	client.WaitConnection("offline")
	const private = "Something private that waits."
	client.Send(private)
	client.Goto(server.URL + "/diagnostics")
	verdict("server", "look")
	verdict("stream", "look")
	verdict("clock", "unknown")
	client.WaitText(id("diagnostic-queue"), "1")
	client.examine("diagnostics-offline")
	client.Click(id("diagnostics-show"))
	text := eval[string](client, `document.querySelector("#diagnostics-text").value`)
	for _, secret := range []string{private, clientEmail, clientName, therapistName} {
		if strings.Contains(text, secret) {
			t.Errorf("it tells %q:\n%s", secret, text)
		}
	}
	if !strings.Contains(text, "server: no answer (look)\n") || !strings.Contains(text, "queue: 1 (good)\n") {
		t.Errorf("got\n%s", text)
	}

	server.Start()
	client.Goto(server.URL + conversation)
	client.WaitQueue(0)
	client.Click(id("lock"))
	client.Wait(id("lock-screen"))
	client.Goto(server.URL + "/diagnostics")
	client.WaitText(id("diagnostic-device"), "Locked")
	verdict("server", "good")
}
