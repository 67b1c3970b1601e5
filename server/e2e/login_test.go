package e2e

import (
	"slices"
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
	therapist := server.MustRead(therapistEmail, conversation)

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

// TestTwoOnADevice has another person log in while messages of the one before wait:
// each sees their own alone, and each leave under their writer's name.
func TestTwoOnADevice(t *testing.T) {
	t.Parallel()
	const first, second, secondEmail = "Written by the first.", "Written by the second.", "second.client@demo.test"
	server, front := mustServeBehind(t)
	browser, client := server.MustLogIn(clientEmail)
	browser.Allow("401") // the lost login
	browser.Allow("507")
	firsts := client.OpenConversation(therapistName)
	client.WaitConnection("online")
	front.Answer(refuseFull)
	client.Send(first)
	client.WaitStatus(first, "waiting")

	client.ClearCookies()
	client.Reload()
	client.Click(id("login-expired") + " a")
	client.LogIn(secondEmail, demoPassword)
	seconds := client.OpenConversation(therapistName)
	client.WaitQueue(0)
	client.Send(second)
	client.WaitStatus(second, "waiting")
	client.WaitQueue(1)
	client.expectNothingShown(first)
	front.Answer(nil)
	client.WaitStatus(second, "sent", "delivered", "read")
	if n := eval[int](client, waiting); n != 1 {
		t.Errorf("%d messages wait once the second's are sent, want that of the first", n)
	}
	client.logOut()

	// Once the device is nobody's, what was sealed before leaves, or else with its
	// writer's next login.
	client.Goto(server.URL + "/login")
	client.LogIn(clientEmail, demoPassword)
	client.OpenConversation(therapistName)
	client.WaitStatus(first, "sent", "delivered", "read")
	client.expectNothingShown(second)
	client.WaitQueue(0)

	for conversation, texts := range map[string][2]string{firsts: {first, second}, seconds: {second, first}} {
		therapist := server.MustRead(therapistEmail, conversation)
		therapist.WaitMessage(texts[0])
		if slices.Contains(therapist.Texts(), texts[1]) {
			t.Errorf("who sent %q has sent %q too", texts[0], texts[1])
		}
	}
}

// waiting is JavaScript for how many items the device keeps that no server has, of
// all people.
const waiting = `new Promise((resolve) => {
	const open = indexedDB.open("pleiades");
	open.onsuccess = () => {
		const rows = open.result.transaction("outbox").objectStore("outbox").getAll();
		rows.onsuccess = () => {
			open.result.close();
			resolve(rows.result.filter((row) => !row.stored).length);
		};
	};
})`

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
		const ratings = "pleiades.store.ratings().then((list) => list.length)"
		kept := eval[int](client, `pleiades.store.keepRating({ article: "lost-device", helpful: true }).then(() => `+ratings+`)`)
		client.Click(id("logout"))
		client.Click(id("logout-confirm"))
		client.Wait(`a[href="/login"]`)
		if left := eval[int](client, ratings); kept != 1 || left != 0 {
			t.Errorf("what was said of %d articles waits, %d once logged out; want 1 and 0", kept, left)
		}

		server.Start()
		client = browser.Open(server.URL + conversation)
		client.WaitPath("/login")
		client.LogIn(clientEmail, demoPassword)
		client.WaitPath(conversation)
		client.Send("Written afterwards.") // and handed over after all that was before
		therapist := server.MustRead(therapistEmail, conversation)
		therapist.WaitMessage("Written afterwards.")
		if slices.Contains(therapist.Texts(), "Given up.") {
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
