package e2e

import (
	"testing"

	"pleiades/server/store/storetest"
)

// TestInstallable asks the browser whether it would install the app.
func TestInstallable(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	tab := MustOwnDevice(t).Open(server.URL)
	tab.WaitWorker()
	if problems := tab.InstallabilityErrors(); len(problems) > 0 {
		t.Errorf("the app is not installable: %q", problems)
	}
}

// TestLayout walks through every page, takes its pictures if they are wanted,
// and sees to it that nothing is wider than the window.
func TestLayout(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))

	stranger := MustBrowse(t)
	stranger.Allow("404") // the page that is not there
	stranger.Allow("422") // the invitation that is made up
	for name, path := range map[string]string{
		"front":     "/",
		"login":     "/login",
		"uninvited": "/signup",
		"signup":    "/signup#made-up-invitation",
		"confirm":   "/confirm#made-up-token",
		"forgot":    "/forgot",
		"reset":     "/reset#made-up-token",
		"not-found": "/no-such-page",
	} {
		tab := stranger.Open(server.URL + path)
		tab.WaitWorker()
		tab.examine(name)
		if name == "front" {
			tab.expectOneLine(`.public-header-end nav a[href="/login"]`)
		}
		tab.Close()
	}

	_, therapist := server.MustLogIn(therapistEmail)
	therapist.Wait(id("home-due"))
	therapist.examine("therapist-home")
	therapist.expectAccessible("the dashboard of a therapist")
	therapist.Click(id("invite-open"))
	therapist.Click(id("invite-create"))
	therapist.Wait(id("invite-url"))
	therapist.Wait(`[data-testid^="invitation-"]`)
	therapist.examine("therapist-invitation")
	therapist.expectTargets(".invite-page button, .invite-page input")
	therapist.Visit("/")
	therapist.OpenConversation(clientName)
	therapist.examine("therapist-conversation")
	therapist.Visit("/next-appointment")
	therapist.Wait(`[data-testid^="agenda-of-"]`)
	therapist.examine("therapist-lists")
	therapist.Visit("/settings")
	therapist.Wait(id("settings-logout"))
	therapist.examine("therapist-settings")
	therapist.Visit("/settings/security")
	therapist.Wait(id("security-excused"))
	therapist.examine("therapist-security")
	therapist.Visit("/availability")
	therapist.Fill(id("availability-words"), "I read on weekdays after lunch. Short and often is fine.")
	therapist.Click(id("availability-hours.fri.add"))
	therapist.Click(id("availability-hours.fri.copy"))
	therapist.Click(id("availability-closed.add"))
	therapist.Wait(id("availability-closed[0]"))
	therapist.Click(id("availability-away.add"))
	therapist.Choose(id("availability-away[0].from"), "2020-02-29")
	therapist.Choose(id("availability-away[0].to"), "2020-03-01")
	therapist.Wait(id("availability-away[0]-error"))
	therapist.examine("therapist-availability-wrong")
	therapist.Click(id("availability-away[0].remove"))
	therapist.Save()
	therapist.examine("therapist-availability")

	_, admin := server.MustLogIn("admin@demo.test")
	admin.Wait(id("home-practice"))
	admin.examine("admin-home")
	admin.expectAccessible("the dashboard of an admin")

	_, client := server.MustLogIn(clientEmail)
	client.Wait(id("home-help"))
	client.examine("client-home")
	client.WaitFor("the countries", `!!document.querySelector("#home-country option[value=IE]")`)
	client.Choose(id("crisis-country"), "IE")
	client.Wait(id("crisis-emergency"))
	client.examine("client-home-country")
	client.expectAccessible("the dashboard of a client")
	client.expectTargets(".tile a, .tile select")
	conversation := client.OpenConversation(therapistName)
	client.Wait(id("agreement"))
	client.examine("client-agreement")
	client.Click(id("agreement-ack"))
	client.WaitGone(id("agreement"))
	client.examine("client-conversation")
	client.Click(id("agenda-link"))
	client.Wait(id("agenda-add"))
	client.examine("client-empty-list")
	client.AddItems("How I slept.", "The talk at work: what went well, and what I would like to try the next time somebody asks me something I do not know.", "My sister")
	client.ClickItem("My sister", "agenda-remove-")
	client.examine("client-list")
	client.ClickItem("My sister", "agenda-keep-")
	client.ClickItem("How I slept.", "agenda-check-")
	client.Wait(".agenda-done") // it goes down to what was talked about
	client.ClickItem("My sister", "agenda-edit-")
	client.Wait(id("agenda-edit-save"))
	client.examine("client-list-edit")
	client.Click(id("agenda-edit-cancel"))
	client.Visit(conversation)
	client.Wait(id("compose-input"))
	server.Stop()
	client.WaitConnection("offline")
	client.Send("Written on the train, between two tunnels.")
	client.Draft("And one more thing")
	client.examine("client-offline")
	client.Click(id("logout"))
	client.Wait(id("logout-dialog"))
	client.examine("client-logout")
	client.Click(id("logout-cancel"))
	client.Visit("/settings")
	client.Wait(id("setting-lock-after"))
	client.examine("client-settings")
	client.Click(id("lock"))
	client.Wait(id("lock-screen"))
	client.examine("lock")
	client.Unlock("not the password")
	client.WaitText(id("unlock-error"), "not the one")
	client.Click(id("lock-lost"))
	client.examine("lock-lost")
	client.expectTargets(".card button, .card summary")
	client.expectAccessible("the lock")
	client.Goto(server.URL + "/removed")
	client.Wait(id("device-removed"))
	client.examine("removed")
}

// TestHeaderRoom makes the header as full as it gets: what it says of the
// connection is never cut.
func TestHeaderRoom(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	tabs := map[string]*Tab{}
	for email, peer := range map[string]string{clientEmail: therapistName, therapistEmail: clientName} {
		_, tab := server.MustLogIn(email)
		tab.OpenConversation(peer)
		tab.WaitConnection("online")
		tabs[email] = tab
	}
	server.Stop()
	for email, tab := range tabs {
		tab.WaitConnection("offline")
		tab.Send("One.", "Two.")
		tab.WaitQueue(2)
		for _, width := range []int64{320, 390, 900, 1200, 1280, 1472, 1920} {
			tab.Resize(width, 800, width < 768)
			if cut := eval[bool](tab, `(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)(document.querySelector(".connection-text"))`); cut {
				t.Errorf("to %s at %d the state of the connection is cut", email, width)
			}
		}
		tab.examine("header-" + email)
	}
}

// examine looks at a page in every size.
func (tab *Tab) examine(name string) {
	tab.t.Helper()
	for _, width := range []int64{320, 390, 768, 960, 1280, 1500} {
		tab.Resize(width, 800, width < 768)
		if wide := eval[int64](tab, "document.documentElement.scrollWidth"); wide > width {
			tab.t.Errorf("%s is %d wide in a window of %d: %s", name, wide, width, eval[string](tab, widest))
		}
	}
	tab.restore()
	tab.Shoot(name)
}

// widest is JavaScript for what sticks out of the window.
const widest = `[...document.querySelectorAll("body *")]
	.filter((e) => e.getBoundingClientRect().right > innerWidth)
	.slice(0, 5).map((e) => e.tagName.toLowerCase() + "." + e.className).join(", ")`

// expectOneLine fails unless an element's words stand in one line on a telephone,
// also where its letters are wide (WCAG 2.2, 1.4.12), and nothing sticks out of the
// page for that.
func (tab *Tab) expectOneLine(selector string) {
	tab.t.Helper()
	tab.Resize(390, 844, true)
	got := eval[[]int](tab, `((element) => {
		const style = document.documentElement.style;
		style.letterSpacing = "0.12em";
		const words = document.createRange();
		words.selectNodeContents(element);
		const lines = words.getClientRects().length, out = document.documentElement.scrollWidth - innerWidth;
		style.letterSpacing = "";
		return [lines, out];
	})(document.querySelector(`+quote(selector)+`))`)
	if got[0] != 1 || got[1] > 0 {
		tab.t.Errorf("%s: in %d lines, the page %d px too wide", selector, got[0], got[1])
	}
	tab.restore()
}
