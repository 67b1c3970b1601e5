package e2e

import (
	"slices"
	"testing"

	"pleiades/server/store/storetest"
)

// TestOffline takes the server away, writes, kills the browser, and brings
// both back.
func TestOffline(t *testing.T) {
	t.Parallel()
	storetest.EachURL(t, func(t *testing.T, database string) {
		server := MustServe(t, database)
		queued := []string{"The first of three.", "The second of three.", "The third of three."}
		const draft = "Not finished yet"

		device, client := server.MustLogInOnDevice(clientEmail)
		device.Allow("401") // a killed browser may have forgotten the login, which what waits does not need
		conversation := client.OpenConversation(therapistName)
		client.WaitWorker()
		_, therapist := server.MustLogIn(therapistEmail)
		therapist.OpenConversation(clientName)

		server.Stop()
		client.Reload()
		client.WaitPath(conversation)
		client.WaitConnection("offline")
		client.Send(queued...)
		client.Draft(draft)
		device.Kill()

		device.Launch()
		client = device.Open(server.URL + conversation)
		for _, text := range queued {
			client.WaitStatus(text, "waiting")
		}
		client.WaitQueue(3)
		client.WaitValue(id("compose-input"), draft)

		server.Start()
		for _, text := range queued {
			therapist.WaitMessage(text)
			client.WaitStatus(text, "sent", "delivered", "read")
		}
		client.WaitQueue(0)
		therapist.ExpectOrder(queued...)
		client.ExpectOrder(queued...)
		client.WaitValue(id("compose-input"), draft)

		// What the other browser holds is what the server holds.
		therapist.Reload()
		therapist.WaitMessage(queued[2])
		therapist.ExpectOrder(queued...)
	})
}

func TestQueueIsEditable(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.MustLogIn(clientEmail)
	conversation := client.OpenConversation(therapistName)
	therapist := server.MustRead(therapistEmail, conversation)

	server.Stop()
	client.WaitConnection("offline")
	client.Send("To be changed.", "To be removed.", "To stay.")

	client.ClickIn("To be removed.", "message-remove")
	client.ClickIn("To be removed.", "message-remove-yes")
	client.WaitQueue(2)

	client.ClickIn("To be changed.", "message-edit")
	client.WaitValue(id("compose-input"), "To be changed.")
	client.Send("Changed.")
	client.WaitQueue(2)

	server.Start()
	client.WaitQueue(0)
	therapist.WaitMessage("To stay.")
	therapist.WaitMessage("Changed.")
	for _, text := range []string{"To be changed.", "To be removed."} {
		if slices.Contains(therapist.Texts(), text) {
			t.Errorf("%q was sent", text)
		}
	}
}

// TestPagesWithoutServer loads every page with the server gone.
func TestPagesWithoutServer(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))

	t.Run("for someone who is logged in", func(t *testing.T) {
		browser, tab := server.MustLogIn(clientEmail)
		conversation := tab.OpenConversation(therapistName)
		tab.WaitWorker()
		server.Stop()
		for path, there := range map[string]string{
			"/":                   `[data-testid^="conversation-"]`,
			"/?from=elsewhere":    `[data-testid^="conversation-"]`,
			conversation:          id("compose-input"),
			conversation + "?a=b": id("compose-input"),
			"/settings":           id("settings-logout"),
			"/settings/security":  ".notice",
		} {
			browser.Open(server.URL + path).Wait(there)
		}
		server.Start()
	})

	t.Run("for a stranger", func(t *testing.T) {
		browser := MustBrowse(t)
		tab := browser.Open(server.URL)
		tab.WaitWorker()
		server.Stop()
		for path, there := range map[string]string{
			"/":             `a[href="/login"]`,
			"/login":        id("login-submit") + ":enabled",
			"/signup":       id("signup-uninvited"),
			"/confirm":      id("confirm-bad"),
			"/forgot":       id("forgot-submit") + ":enabled",
			"/reset":        id("reset-bad"),
			"/settings":     id("login-submit") + ":enabled",
			"/no-such-page": "h1",
		} {
			browser.Open(server.URL + path).Wait(there)
		}
		server.Start()
	})
}
