package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"

	"pleiades/server/store/storetest"
)

// TestLoginExpired loses the login while messages wait: they are kept, and
// sent after the next one.
func TestLoginExpired(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, client := server.MustLogIn(clientEmail)
	browser.Allow("401") // the server's answer to the lost login
	conversation := client.OpenConversation(therapistName)
	_, therapist := server.MustLogIn(therapistEmail)
	therapist.OpenConversation(clientName)

	server.Stop()
	client.WaitConnection("offline")
	client.Send("Written while away.")
	client.Draft("A thought for later")
	client.ClearCookies()
	server.Start()

	client.Wait(id("login-expired"))
	client.WaitStatus("Written while away.", "waiting", "sent", "delivered") // it leaves without a login
	client.WaitValue(id("compose-input"), "A thought for later")

	client.Click(id("login-expired") + " a")
	client.LogIn(clientEmail, demoPassword)
	client.WaitPath(conversation)
	therapist.WaitMessage("Written while away.")
	client.WaitQueue(0)
	client.WaitValue(id("compose-input"), "A thought for later")
	therapist.ExpectOrder("Written while away.")
}

// TestWayBack goes back after logging in: past the pages that only led on.
func TestWayBack(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	tab := MustBrowse(t).Open(server.URL + "/")
	tab.Wait(".public")
	tab.Goto(server.URL + "/settings")
	tab.WaitPath("/login")
	tab.LogIn(clientEmail, demoPassword)
	tab.WaitPath("/settings")
	tab.do("go back", chromedp.NavigateBack())
	tab.WaitPath("/")
}

func TestLogOut(t *testing.T) {
	t.Parallel()
	t.Run("asks first when something is unsent, and keeps it on cancel", func(t *testing.T) {
		server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
		_, client := server.MustLogIn(clientEmail)
		client.OpenConversation(therapistName)
		server.Stop()
		client.WaitConnection("offline")
		client.Send("Not sent yet.")

		client.Click(id("logout"))
		client.Wait(id("logout-dialog"))
		client.Click(id("logout-cancel"))
		client.WaitGone(id("logout-dialog"))
		client.WaitStatus("Not sent yet.", "waiting")
		server.Start()
		client.WaitStatus("Not sent yet.", "sent", "delivered", "read")
	})

	t.Run("takes everything off the device", func(t *testing.T) {
		server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
		browser, client := server.MustLogIn(clientEmail)
		browser.Allow("401") // a question that was on its way while the login ended
		conversation := client.OpenConversation(therapistName)
		client.WaitWorker()
		client.Click(id("logout"))
		client.WaitPath("/")
		client.Wait(`a[href="/login"]`)

		server.Stop()
		client = browser.Open(server.URL + conversation)
		client.WaitPath("/login")
		if rows := eval[int](client, storedRows); rows != 0 {
			t.Errorf("%d rows are still stored on the device", rows)
		}
	})

	t.Run("without the server works too", func(t *testing.T) {
		server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
		browser, client := server.MustLogIn(clientEmail)
		browser.Allow("401")
		conversation := client.OpenConversation(therapistName)
		client.WaitWorker()
		server.Stop()
		client.WaitConnection("offline")
		client.Send("Given up.")
		client.Click(id("logout"))
		client.Click(id("logout-confirm"))
		client.Wait(`a[href="/login"]`)

		server.Start()
		browser.Open(server.URL + conversation).WaitPath("/login")
		_, therapist := server.MustLogIn(therapistEmail)
		therapist.OpenConversation(clientName)
		if eval[bool](therapist, messageWith("Given up.")+" !== undefined") {
			t.Error("a message that was given up was sent")
		}
	})
}

// storedRows is JavaScript for how many rows of the person the device keeps.
const storedRows = `new Promise((resolve, reject) => {
	const open = indexedDB.open("pleiades");
	open.onerror = () => reject(open.error);
	open.onsuccess = async () => {
		const db = open.result, names = ["keys", "conversations", "messages", "agenda", "drafts", "private", "outbox"];
		const counts = await Promise.all(names.map((name) => new Promise((counted) => {
			const count = db.transaction(name).objectStore(name).count();
			count.onsuccess = () => counted(count.result);
		})));
		db.close();
		resolve(counts.reduce((sum, count) => sum + count, 0));
	};
})`
