package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"pleiades/server/store/storetest"
)

// later moves the clock on, or back, as far as the scripts of pages can see: those
// that are open in the browser, and those that are opened later.
func (tab *Tab) later(by time.Duration) {
	tab.t.Helper()
	tab.do("move the clock", chromedp.Evaluate(fmt.Sprintf(
		`localStorage.later = Number(localStorage.later ?? 0) + %d`, by.Milliseconds()), nil))
}

// movableClock is JavaScript that later acts by. Pages of no origin keep nothing.
const movableClock = `{
	const now = Date.now;
	Date.now = () => now() + (origin === "null" ? 0 : Number(localStorage.later ?? 0));
}`

// Unlock types a secret where the device is locked.
func (tab *Tab) Unlock(secret string) {
	tab.t.Helper()
	tab.Wait(id("lock-screen"))
	tab.Fill(id("unlock-password"), secret)
	tab.Click(id("unlock-submit"))
}

// protect chooses a passphrase where nothing could open the device again.
func (tab *Tab) protect(passphrase string) {
	tab.t.Helper()
	tab.Wait(id("not-lockable"))
	tab.Fill(id("device-passphrase"), passphrase)
	tab.Click(id("device-passphrase-save"))
}

// TestLockAfterIdle lets the time pass in which nothing happens.
func TestLockAfterIdle(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, client := server.MustLogIn(clientEmail)
	conversation := client.OpenConversation(therapistName)
	other := browser.Open(server.URL + "/settings")
	other.Wait(id("settings-logout"))
	client.Show()
	client.Draft("Half a thought")

	client.later(80 * time.Second)
	client.Draft("Half a thought, and more") // an act: the time begins anew
	client.later(80 * time.Second)
	client.Wait(id("compose-input"))
	client.later(80 * time.Second)
	client.Wait(id("lock-screen"))
	client.expectNothingShown("Half a thought", therapistName, clientName)
	other.Wait(id("lock-screen"))
	client.Wait(id("crisis-link"))
	client.Wait(id("quick-exit"))

	t.Run("a wrong password says so", func(t *testing.T) {
		client.Unlock("not the password at all")
		client.WaitText(id("unlock-error"), "not the one")
		client.Wait(id("lock-screen"))
	})
	t.Run("the password opens it, where it was", func(t *testing.T) {
		client.Unlock(demoPassword)
		client.WaitPath(conversation)
		client.WaitValue(id("compose-input"), "Half a thought, and more")
		client.WaitConnection("online")
		other.Wait(id("settings-logout"))
	})
}

// TestLockWithin has a practice bound the time until devices lock: one of them
// hears of it, and keeps to it without a connection.
func TestLockWithin(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, admin := server.MustLogIn(adminEmail)
	_, client := server.MustLogIn(clientEmail)
	conversation := client.OpenConversation(therapistName)
	client.Goto(server.URL + "/settings")
	client.WaitCount(id("setting-lock-after")+" option", 6)
	client.lockLater("15", demoPassword)
	client.WaitConnection("online")

	admin.Goto(server.URL + "/practice/members")
	admin.Wait(id("practice-lock-within"))
	admin.expectAccessible("members, and when their devices lock")
	admin.Choose(id("practice-lock-within"), "2")
	admin.Click(id("practice-lock-save"))
	admin.WaitText(id("members-done"), "Saved")

	client.WaitCount(id("setting-lock-after")+" option", 2)
	client.WaitText("#setting-lock-after-hint", "no more than 2 minutes")
	client.expectAccessible("settings within a practice's limit")
	server.Stop()
	client.Goto(server.URL + conversation)
	client.WaitConnection("offline")
	client.later(100 * time.Second)
	client.Draft("Half a thought") // an act: the time begins anew
	client.later(100 * time.Second)
	client.Wait(id("compose-input"))
	client.later(40 * time.Second)
	client.Wait(id("lock-screen"))
}

// expectNothingShown fails the test where a text is anywhere on the page.
func (tab *Tab) expectNothingShown(texts ...string) {
	tab.t.Helper()
	for _, text := range texts {
		if eval[bool](tab, fmt.Sprintf("document.documentElement.outerHTML.includes(%s) || document.title.includes(%[1]s)", quote(text))) {
			tab.t.Errorf("the page has %q", text)
		}
	}
}

// TestKeyGone takes the key away under an open page, as a page does that is opened
// too late, or after its clock was set back: the first one locks, too.
func TestKeyGone(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, client := server.MustLogIn(clientEmail)
	client.OpenConversation(therapistName)
	client.Draft("Half a thought")
	eval[bool](client, lastActed(time.Hour))
	late := browser.Open(server.URL + "/settings")
	for _, tab := range []*Tab{late, client} {
		tab.Wait(id("lock-screen"))
		tab.expectNothingShown("Half a thought", therapistName)
	}
	client.Unlock(demoPassword)
	client.WaitValue(id("compose-input"), "Half a thought")

	eval[bool](client, inKeys(`(rows, names, device) => { for (const name of names) if (name[0] === "open") device.delete(name); return true; }`))
	client.Wait(id("lock-screen"))

	// Nor does it help to close it, and to set the clock back to the last act, be the
	// page gone before it could write down when.
	late.Close()
	client.Unlock(demoPassword)
	client.WaitValue(id("compose-input"), "Half a thought")
	client.hold("device")
	client.later(time.Minute)
	client.Goto(server.URL + "/robots.txt")
	client.later(-time.Minute)
	client.Goto(server.URL + "/settings")
	client.Wait(id("lock-screen"))
}

// TestBack comes back to the page after a while: nothing is seen before it is
// known whether it may be.
func TestBack(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.MustLogIn(clientEmail)
	client.OpenConversation(therapistName)
	client.Draft("Half a thought")
	const hidden = "document.documentElement.hidden"
	const back = `(document.dispatchEvent(new Event("visibilitychange")), ` + hidden + `)`

	client.later(80 * time.Second)
	if !eval[bool](client, back) {
		t.Error("it is seen at once")
	}
	client.WaitFor("it to be seen again", "!"+hidden)
	client.WaitValue(id("compose-input"), "Half a thought")

	client.later(80 * time.Second)
	if !eval[bool](client, back) {
		t.Error("it is seen though it is about to be locked")
	}
	client.WaitFor("the lock to be seen", "!"+hidden)
	client.Wait(id("lock-screen"))
	client.expectNothingShown("Half a thought", therapistName)
}

// TestLockOnDemand locks from one tab and opens without the server.
func TestLockOnDemand(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, client := server.MustLogIn(clientEmail)
	conversation := client.OpenConversation(therapistName)
	client.WaitWorker()
	other := browser.Open(server.URL + conversation)
	other.Draft("Written in the other tab")
	client.Show()
	client.Click(id("lock"))
	for _, tab := range []*Tab{client, other} {
		tab.Wait(id("lock-screen"))
		tab.expectNothingShown("Written in the other tab", therapistName)
	}

	t.Run("a new page is locked too", func(t *testing.T) {
		page := browser.Open(server.URL + "/safety-plan")
		page.Wait(id("lock-screen"))
		page.Goto(server.URL + "/login")
		page.Wait(id("lock-screen"))
		page.Close()
	})
	t.Run("help in an emergency is there, locked and without the server", func(t *testing.T) {
		server.Stop()
		client.Show()
		client.Click(id("crisis-link"))
		client.Wait(id("crisis-page"))
		client.Goto(server.URL + conversation)
		client.Wait(id("lock-screen"))
		client.WaitText(id("lock-offline"), "offline")
	})
	t.Run("it opens without the server", func(t *testing.T) {
		client.Unlock(demoPassword)
		client.WaitPath(conversation)
		client.WaitValue(id("compose-input"), "Written in the other tab")
		client.Send("Written offline, after unlocking.")
		client.WaitStatus("Written offline, after unlocking.", "waiting")
	})
	t.Run("keys lock it", func(t *testing.T) {
		client.lockByKeys()
		server.Start()
		client.Unlock(demoPassword)
		client.WaitStatus("Written offline, after unlocking.", "sent", "delivered", "read")
	})
}

// lockByKeys locks the device, whatever is open on the page.
func (tab *Tab) lockByKeys() {
	tab.t.Helper()
	tab.pressLock()
	tab.Wait(id("lock-screen"))
}

// pressLock presses the keys that lock; public pages show no lock screen.
func (tab *Tab) pressLock() {
	tab.t.Helper()
	eval[bool](tab, `dispatchEvent(new KeyboardEvent("keydown", { code: "KeyL", ctrlKey: true, shiftKey: true, cancelable: true })) || true`)
}

// TestHalfWritten locks the device while something is written that is no message:
// it is there again once someone has unlocked it.
func TestHalfWritten(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.MustLogIn(clientEmail)
	list := listOf(client.OpenConversation(therapistName))
	client.Goto(server.URL + list)
	again := func(t *testing.T, tab *Tab, typed string) {
		t.Helper()
		tab.lockByKeys()
		tab.expectNothingShown(typed)
		tab.Unlock(demoPassword)
	}

	t.Run("a new item of the list", func(t *testing.T) {
		client.AddItems("How I slept.")
		client.Fill(id("agenda-add-input"), "Half an item")
		again(t, client, "Half an item")
		client.WaitValue(id("agenda-add-input"), "Half an item")
		client.Click(id("agenda-add"))
		client.WaitItem("Half an item")
		client.Reload()
		client.WaitItem("Half an item")
		client.WaitValue(id("agenda-add-input"), "")
	})
	t.Run("another text for one, until it is given up", func(t *testing.T) {
		client.ClickItem("How I slept.", "agenda-edit-")
		client.Fill(id("agenda-edit-input"), "How I slept, and half a thought")
		again(t, client, "half a thought")
		client.ClickItem("How I slept.", "agenda-edit-")
		client.WaitValue(id("agenda-edit-input"), "How I slept, and half a thought")
		// Opened again before the browser says that it was closed.
		eval[bool](client, `(document.querySelector(`+quote(id("agenda-edit-cancel"))+`).click(),
			`+itemWith("How I slept.")+`.querySelector('[data-testid^="agenda-edit-"]').click(), true)`)
		client.WaitValue(id("agenda-edit-input"), "How I slept.")
	})
	t.Run("a ticket, and a reply to one", func(t *testing.T) {
		const reply = ".ticket-reply textarea"
		client.Goto(server.URL + "/support")
		client.Fill(id("ticket-text"), "Where do I change my name?")
		// Written as soon as there is a box for it, which the page is yet to take over.
		eval[bool](client, `new MutationObserver((_, watch) => {
			const box = document.querySelector("`+reply+`");
			if (!box) return;
			watch.disconnect();
			box.value = "Half a reply";
			box.dispatchEvent(new Event("input", { bubbles: true }));
		}).observe(document, { subtree: true, childList: true }) ?? true`)
		client.Click(id("ticket-send"))
		client.WaitValue(reply, "Half a reply")
		client.Fill(id("ticket-text"), "Half a ticket")
		again(t, client, "Half a")
		client.WaitValue(reply, "Half a reply")
		client.WaitValue(id("ticket-text"), "Half a ticket")
		client.Click(".ticket-reply button")
		client.WaitText(".ticket", "Half a reply")
		client.WaitValue(reply, "")
		client.WaitValue(id("ticket-text"), "Half a ticket")
	})
	t.Run("a therapist's own words", func(t *testing.T) {
		_, therapist := server.MustLogIn(therapistEmail)
		therapist.OpenOffice()
		therapist.Fill(id("availability-words"), "Half a sentence")
		again(t, therapist, "Half a sentence")
		therapist.WaitValue(id("availability-words"), "Half a sentence")
		therapist.Save()
		therapist.Reload()
		therapist.WaitValue(id("availability-words"), "Half a sentence")

		therapist.Fill(id("listing-words"), "Half a listing")
		again(t, therapist, "Half a listing")
		therapist.WaitValue(id("listing-words"), "Half a listing")
		therapist.Click(id("listing-save"))
		therapist.WaitText(id("listing-saved"), "Saved")
		therapist.Reload()
		therapist.WaitValue(id("listing-words"), "Half a listing")
	})
	t.Run("a note with which care ends, until it is given up", func(t *testing.T) {
		_, therapist := server.MustLogIn(therapistEmail)
		therapist.OpenConversation(clientName)
		therapist.Click(id("conversation-close"))
		therapist.Fill(id("closing-note"), "Half a goodbye")
		again(t, therapist, "Half a goodbye")
		therapist.Click(id("conversation-close"))
		therapist.WaitValue(id("closing-note"), "Half a goodbye")
		therapist.Click(id("closing-cancel"))
		therapist.Click(id("conversation-close"))
		therapist.WaitValue(id("closing-note"), "")
	})
}

// TestUnlockRenewsLogin unlocks where the login has ended meanwhile: nobody has to
// log in as well.
func TestUnlockRenewsLogin(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, client := server.MustLogIn(clientEmail)
	browser.Allow("401")
	client.OpenConversation(therapistName)
	client.Click(id("lock"))
	client.Wait(id("lock-screen"))
	client.ClearCookies()
	client.Unlock(demoPassword)
	client.WaitConnection("online")
	client.WaitGone(id("login-expired"))
	client.Send("Sent after unlocking.")
	client.WaitStatus("Sent after unlocking.", "sent", "delivered", "read")
}

// TestReopening closes the browser and opens it again: within the idle time
// without unlocking, after it locked.
func TestReopening(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	device, client := server.MustLogInOnDevice(clientEmail)
	conversation := client.OpenConversation(therapistName)
	client.WaitWorker()
	server.Stop()
	client.Draft("Half a thought")
	client.Reload()
	client.WaitValue(id("compose-input"), "Half a thought")
	device.Kill()

	device.Launch()
	client = device.Open(server.URL + conversation)
	client.WaitValue(id("compose-input"), "Half a thought")
	eval[bool](client, lastActed(time.Hour))
	device.Kill()

	device.Launch()
	client = device.Open(server.URL + conversation)
	client.Wait(id("lock-screen"))
	if eval[bool](client, hasKey) {
		t.Error("the key is still there")
	}
	client.Unlock(demoPassword)
	client.WaitValue(id("compose-input"), "Half a thought")
}

// inKeys is JavaScript that runs f on the rows of the device's keys and the names
// of what is beside them in the store "device".
func inKeys(f string) string {
	return `(async () => {
		const open = indexedDB.open("pleiades");
		await new Promise((resolve) => { open.onsuccess = resolve; });
		const tx = open.result.transaction(["keys", "device"], "readwrite", { durability: "strict" });
		const rows = tx.objectStore("keys").getAll(), device = tx.objectStore("device"), names = device.getAllKeys();
		const completed = new Promise((resolve) => { tx.oncomplete = resolve; });
		await new Promise((resolve) => { names.onsuccess = resolve; });
		const result = (` + f + `)(rows.result, names.result.filter(Array.isArray), device);
		await completed;
		open.result.close();
		return result;
	})()`
}

var hasKey = inKeys(`(rows, names) => rows.some((row) => row.key) || names.some(([name]) => name === "open")`)

// lastActed is JavaScript that sets the time of the person's last act back.
func lastActed(ago time.Duration) string {
	return inKeys(fmt.Sprintf(`(rows, names, device) => {
		for (const name of names) if (name[0] === "acted") device.put(Date.now() - %d, name);
		return true;
	}`, ago.Milliseconds()))
}

// TestCostOfAGuess prints what someone who has the device pays for each try.
func TestCostOfAGuess(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	tab := MustBrowse(t).Open(server.URL + "/login")
	tab.Wait(id("login-submit") + ":enabled")
	took := eval[float64](tab, `(async () => {
		const began = performance.now();
		const key = await pleiades.derive(new TextEncoder().encode("a password"), new Uint8Array(16));
		return key.length === 32 ? performance.now() - began : -1;
	})()`)
	if took < 0 {
		t.Error("no key came")
	}
	t.Logf("argon2id with 64 MiB and 3 passes, in a worker of its own: %.0f ms", took)
}

// lockLater gives the device more minutes until it locks, with the proof for that.
func (tab *Tab) lockLater(minutes, secret string) {
	tab.t.Helper()
	tab.Choose(id("setting-lock-after"), minutes)
	tab.Fill(id("step-up-password"), secret)
	tab.Click(id("step-up-submit"))
	tab.WaitValue(id("setting-lock-after"), minutes)
}

// TestLockSetting changes when the device locks: a longer time wants a proof that
// someone could open it.
func TestLockSetting(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, therapist := server.MustLogIn(therapistEmail)
	therapist.Goto(server.URL + "/settings")
	therapist.WaitValue(id("setting-lock-after"), "5")
	therapist.Choose(id("setting-lock-after"), "15")
	therapist.Click(id("step-up-cancel"))
	therapist.WaitValue(id("setting-lock-after"), "5")

	server.Stop() // the device alone asks
	therapist.Choose(id("setting-lock-after"), "15")
	therapist.Fill(id("step-up-password"), "not the password at all")
	therapist.Click(id("step-up-submit"))
	therapist.WaitText(id("step-up-error"), "not the one")
	therapist.Click(id("step-up-cancel"))
	therapist.WaitValue(id("setting-lock-after"), "5")
	therapist.lockLater("15", demoPassword)
	therapist.WaitFor("the setting to be kept", inKeys(`(rows) => rows[0].minutes === 15`))
	server.Start()
	therapist.Reload()
	therapist.WaitValue(id("setting-lock-after"), "15")
	therapist.later(14 * time.Minute)
	therapist.Choose(id("setting-lock-after"), "10") // a shorter time wants no proof
	therapist.WaitFor("the setting to be kept", inKeys(`(rows) => rows[0].minutes === 10`))
	therapist.Click(id("settings-lock"))
	therapist.Wait(id("lock-screen"))
}

// TestPasswordChangedElsewhere logs in with another password than the device's:
// the one before is asked for, once.
func TestPasswordChangedElsewhere(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, client := server.MustLogIn(clientEmail)
	browser.Allow("401")
	client.OpenConversation(therapistName)
	client.Draft("Half a thought")
	const changed = "another password for tests"
	server.Stop()
	server.Password = changed
	server.Start()
	client.ClearCookies()
	client.Click(id("login-expired") + " a")
	client.Fill(id("login-email"), clientEmail)
	client.Fill(id("login-password"), changed)
	client.Click(id("login-submit"))
	client.WaitText(id("lock-screen"), "the one before")
	client.Unlock(demoPassword)
	client.WaitValue(id("compose-input"), "Half a thought")

	client.Click(id("lock"))
	client.Unlock(demoPassword)
	client.WaitText(id("unlock-error"), "not the one")
	client.Unlock(changed)
	client.WaitValue(id("compose-input"), "Half a thought")
}

// TestNobodyCanUnlock gives up what nobody can open.
func TestNobodyCanUnlock(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.MustLogIn(clientEmail)
	conversation := client.OpenConversation(therapistName)
	client.Draft("Half a thought")
	client.Click(id("lock"))
	client.Wait(id("lock-screen"))
	client.Click(id("lock-lost"))
	client.Click(id("lock-abandon"))
	client.WaitPath("/login")
	client.LogIn(clientEmail, demoPassword)
	client.Goto(server.URL + conversation)
	client.WaitValue(id("compose-input"), "")
	client.WaitMessage("And I slept seven hours. The drawer was empty this morning, I only noticed just now.")
}

// TestQuickExit leaves from a conversation and from the page of crisis lines: the
// screen is another site's, and what was left behind is locked.
func TestQuickExit(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	for from, path := range map[string]string{"a conversation": "", "the crisis lines": "/crisis"} {
		t.Run("from "+from, func(t *testing.T) {
			browser, client := server.MustLogIn(clientEmail)
			conversation := client.OpenConversation(therapistName)
			other := browser.Open(server.URL + "/settings")
			other.Wait(id("settings-logout"))
			client.Show()
			client.Draft("Half a thought")
			if path != "" {
				client.Goto(server.URL + path)
			}
			elsewhere := client.Attribute(id("quick-exit"), "href")
			client.standIn(elsewhere+"*", 200, "text/html", "<title>Another site</title><p id=there>Hello")
			client.Click(id("quick-exit"))
			client.WaitFor("another site", `document.title === "Another site"`)
			other.Wait(id("lock-screen"))

			client.standAside()
			client.do("go back", chromedp.NavigateBack())
			if path == "" {
				client.WaitFor("not the conversation", "location.pathname !== "+quote(conversation))
			}
			client.expectNothingShown("Half a thought", therapistName)
			other.Unlock(demoPassword)
			other.Wait(id("settings-logout"))
			other.Goto(server.URL + conversation)
			other.WaitValue(id("compose-input"), "Half a thought")
		})
	}
}

// TestRevoked takes a device out of the account from another one.
func TestRevoked(t *testing.T) {
	t.Parallel()
	for name, locked := range map[string]bool{"open": false, "locked": true} {
		t.Run(name, func(t *testing.T) {
			server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
			lost, client := server.MustLogIn(clientEmail)
			lost.Allow("401")
			client.OpenConversation(therapistName)
			client.Draft("Half a thought")
			if locked {
				client.Click(id("lock"))
				client.Wait(id("lock-screen"))
			}
			_, own := server.MustLogIn(clientEmail)
			own.WaitConnection("online")
			if status := eval[int](own, `fetch("/api/v1/devices").then((r) => r.json()).then(({ devices }) => Promise.all(devices
				.filter((d) => !d.current).map((d) => fetch("/api/v1/devices/" + d.id, { method: "DELETE" }))))
				.then((answers) => answers[0].status)`); status != 204 {
				t.Fatalf("revoking answers %d", status)
			}
			if locked {
				client.Reload()
			}
			client.Wait(id("device-removed"))
			if rows := eval[int](client, storedRows); rows != 0 {
				t.Errorf("%d rows are still stored on the device", rows)
			}
			client.Goto(server.URL + "/crisis")
			client.Wait(id("crisis-page"))
		})
	}
}
