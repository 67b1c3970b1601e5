package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"pleiades/server/store/storetest"
)

// everyItem selects the items of an open next-appointment list.
const everyItem = `[data-testid^="agenda-item-"]`

// listOf returns the address of the list of a conversation, given that of the
// conversation.
func listOf(conversation string) string {
	return strings.Replace(conversation, "/c/", "/next-appointment?c=", 1)
}

// AddItems puts items on the open list.
func (tab *Tab) AddItems(texts ...string) {
	tab.t.Helper()
	for _, text := range texts {
		tab.Fill(id("agenda-add-input"), text)
		tab.Click(id("agenda-add"))
		tab.WaitItem(text)
	}
}

// WaitItem waits until an item stands on the open list.
func (tab *Tab) WaitItem(text string) {
	tab.t.Helper()
	tab.WaitFor(fmt.Sprintf("the item %q", text), itemWith(text)+" !== undefined")
}

// ClickItem clicks a control of one item, named by the beginning of its test
// id.
func (tab *Tab) ClickItem(text, control string) {
	tab.t.Helper()
	tab.WaitItem(text)
	item := eval[string](tab, itemWith(text)+".dataset.testid")
	tab.Click(id(item) + ` [data-testid^="` + control + `"]`)
}

// Items returns the texts on the open list, in order.
func (tab *Tab) Items() []string {
	tab.t.Helper()
	return tab.Texts(everyItem + " .agenda-text")
}

// itemWith is JavaScript for the item with exactly a text.
func itemWith(text string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(%s)].find((e) => e.querySelector(".agenda-text")?.innerText === %s)`,
		quote(everyItem), quote(text))
}

// TestListOffline lets both people change the list with the server gone. A
// killed browser loses nothing, and afterwards both have what both wrote.
func TestListOffline(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	device, client := server.MustLogInOnDevice(clientEmail)
	device.Allow("401")
	conversation := client.OpenConversation(therapistName)
	client.WaitWorker()
	_, therapist := server.MustLogIn(therapistEmail)
	therapist.OpenConversation(clientName)
	therapist.WaitWorker()
	for _, tab := range []*Tab{client, therapist} {
		tab.Visit(listOf(conversation))
	}
	client.AddItems("How I slept.")
	therapist.WaitItem("How I slept.")

	server.Stop()
	for _, tab := range []*Tab{client, therapist} {
		tab.WaitConnection("offline")
	}
	client.AddItems("The client's first.", "The client's second.")
	therapist.AddItems("The therapist's.")
	for tab, text := range map[*Tab]string{client: "How I slept, and why.", therapist: "Sleep diary."} {
		tab.ClickItem("How I slept.", "agenda-edit-")
		tab.Fill(id("agenda-edit-input"), text)
		tab.Click(id("agenda-edit-save"))
		tab.WaitItem(text)
	}
	device.Kill()

	device.Launch()
	client = device.Open(server.URL + listOf(conversation))
	client.WaitItem("How I slept, and why.")
	client.WaitItem("The client's second.")
	client.WaitQueue(3)
	client.ClearCookies() // a killed browser may have forgotten the login anyway

	server.Start()
	client.Click(id("login-expired") + " a")
	client.LogIn(clientEmail, demoPassword)
	client.Goto(server.URL + listOf(conversation))
	all := []string{
		"How I slept, and why.", "Sleep diary.", "The client's first.", "The client's second.", "The therapist's.",
	}
	for _, tab := range []*Tab{client, therapist} {
		for _, text := range all {
			tab.WaitItem(text)
		}
		tab.WaitQueue(0)
	}
	one, other := client.Items(), therapist.Items()
	if !slices.Equal(one, other) {
		t.Errorf("the client has %q, the therapist %q", one, other)
	}
	slices.Sort(one)
	for _, text := range all {
		if !slices.Contains(one, text) {
			t.Errorf("%q is gone", text)
		}
	}
	if slices.Contains(one, "How I slept.") {
		t.Errorf("what both replaced is still there: %q", one)
	}

	// What the other browser holds is what the server holds.
	therapist.Reload()
	for _, text := range all {
		therapist.WaitItem(text)
	}
}

// TestListOutlivesLostAnswers lets a captive portal, and then a refusal, stand
// in for the server.
func TestListOutlivesLostAnswers(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.MustLogIn(clientEmail)
	conversation := client.OpenConversation(therapistName)
	client.Visit(listOf(conversation))
	client.Wait(id("agenda-add-input"))
	client.WaitConnection("online")

	client.standIn(outboxAddress, http.StatusOK, "text/html", "<title>Welcome to the hotel</title>")
	client.AddItems("Said in a hotel.")
	client.WaitQueue(1)
	client.standAside()
	client.WaitQueue(0)
	client.Reload()
	client.WaitItem("Said in a hotel.")

	client.standIn(outboxAddress, http.StatusOK, "application/json", `{"answers":[{"status":"rejected","code":"list_full"}]}`)
	client.AddItems("One too many.")
	client.Wait(everyItem + ` [data-testid^="agenda-take-back-"]`)
	client.WaitQueue(0)
	client.standAside()
	client.Reload()
	client.ClickItem("One too many.", "agenda-take-back-")
	client.WaitValue(id("agenda-add-input"), "One too many.")
	client.WaitFor("the refused item to go", itemWith("One too many.")+" === undefined")
}

// TestAcknowledgeOffline reads the agreement with the server gone.
func TestAcknowledgeOffline(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, therapist := server.MustLogIn(therapistEmail)
	browser, client := server.MustLogIn(clientEmail)
	conversation := client.OpenConversation(therapistName)
	client.WaitWorker()

	practice := eval[string](therapist, `fetch("/api/v1/availability").then((r) => r.json()).then((a) => a.availabilities[0].practice.id)`)
	status := eval[int](therapist, fmt.Sprintf(`fetch("/api/v1/availability/%s", {
		method: "PUT", headers: {"Content-Type": "application/json"}, body: JSON.stringify({
			version: 0, style: "brief", words: "Short is fine.", zone: "Europe/Dublin", calendar: "IE",
			promise: {min: 24, max: 48}, hours: {mon: [["09:00", "17:00"]]}, closed: [], away: []
		})}).then((r) => r.status)`, practice))
	if status != http.StatusOK {
		t.Fatalf("setting an availability was answered with %d", status)
	}
	client.WaitText(id("agreement"), "Short is fine.") // at once, in the open page
	server.Stop()
	client.WaitConnection("offline")
	client.Click(id("agreement-ack"))
	client.WaitGone(id("agreement"))
	client.WaitQueue(1)
	client.Reload()
	client.Wait(id("compose-input"))
	client.WaitGone(id("agreement"))

	server.Start()
	client.WaitQueue(0)
	acknowledged := eval[bool](therapist, fmt.Sprintf(`fetch("/api/v1/conversations").then((r) => r.json()).then((a) =>
		a.conversations.some((c) => %s.endsWith(c.id) && c.agreement.acknowledged === c.agreement.version))`, quote(conversation)))
	if !acknowledged {
		t.Error("the server knows nothing of it")
	}
	browser.Open(server.URL + conversation).WaitGone(id("agreement"))
}
