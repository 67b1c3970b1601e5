package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// The demo's people.
const (
	therapistEmail = "therapist@demo.test"
	therapistName  = "Dr. Juniper Example"
	clientEmail    = "client@demo.test"
	clientName     = "Robin Sample"
)

// everyMessage selects the messages of an open conversation.
const everyMessage = `[data-testid^="message-"][data-status]`

// LogIn fills in the page to log in, where the tab is, and waits until someone
// is logged in.
func (tab *Tab) LogIn(email, password string) {
	tab.t.Helper()
	tab.Fill(id("login-email"), email)
	tab.Fill(id("login-password"), password)
	tab.Click(id("login-submit"))
	tab.Wait(id("logout"))
}

// MustLogIn opens the server in a new browser and logs one of the demo's
// people in.
func (s *Server) MustLogIn(email string) (*Browser, *Tab) {
	s.t.Helper()
	browser := MustBrowse(s.t)
	return browser, s.logIn(browser, email)
}

// MustLogInOnDevice is MustLogIn in a browser that can be restarted.
func (s *Server) MustLogInOnDevice(email string) (*Device, *Tab) {
	s.t.Helper()
	device := MustOwnDevice(s.t)
	return device, s.logIn(device.Browser, email)
}

func (s *Server) logIn(browser *Browser, email string) *Tab {
	s.t.Helper()
	tab := browser.Open(s.URL + "/login")
	tab.LogIn(email, demoPassword)
	return tab
}

// OpenConversation opens the conversation with a person from the list, and
// returns its path.
func (tab *Tab) OpenConversation(name string) (path string) {
	tab.t.Helper()
	tab.poll("a conversation with "+name, fmt.Sprintf(
		`[...document.querySelectorAll('[data-testid^="conversation-"]')].find((e) => e.innerText.includes(%s))?.dataset.testid`,
		quote(name)), &path)
	tab.Click(id(path))
	path = strings.Replace(path, "conversation-", "/c/", 1)
	tab.WaitPath(path)
	tab.Wait(id("compose-input"))
	return path
}

// Send writes messages in the open conversation, one after the other, and
// waits until each stands among the others.
func (tab *Tab) Send(texts ...string) {
	tab.t.Helper()
	for _, text := range texts {
		tab.Fill(id("compose-input"), text)
		tab.Click(id("compose-send"))
		tab.WaitValue(id("compose-input"), "")
		tab.WaitMessage(text)
	}
}

// Draft writes a text and leaves it unsent, kept on the device.
func (tab *Tab) Draft(text string) {
	tab.t.Helper()
	tab.Fill(id("compose-input"), text)
	tab.waitKept()
}

// waitKept waits until the page says that the draft is kept on the device.
func (tab *Tab) waitKept() {
	tab.t.Helper()
	tab.WaitFor("the draft to be kept", `document.querySelector('[data-testid="draft-saved"]').textContent !== ""`)
}

// WaitMessage waits until a message stands in the open conversation.
func (tab *Tab) WaitMessage(text string) {
	tab.t.Helper()
	tab.WaitFor(fmt.Sprintf("the message %q", text), messageWith(text)+" !== undefined")
}

// WaitStatus waits until a message has one of the status words.
func (tab *Tab) WaitStatus(text string, statuses ...string) {
	tab.t.Helper()
	tab.WaitFor(fmt.Sprintf("the message %q to be %s", text, strings.Join(statuses, " or ")),
		fmt.Sprintf("%s.split(' ').includes(%s?.dataset.status)", quote(strings.Join(statuses, " ")), messageWith(text)))
}

// WaitConnection waits until the app says it is "online", "offline" or
// "syncing".
func (tab *Tab) WaitConnection(state string) {
	tab.t.Helper()
	tab.WaitFor("the connection to be "+state,
		fmt.Sprintf(`document.querySelector('[data-testid="connection-state"]')?.dataset.state === %s`, quote(state)))
}

// WaitQueue waits until so many messages wait to be sent.
func (tab *Tab) WaitQueue(count int) {
	tab.t.Helper()
	tab.WaitFor(fmt.Sprintf("%d messages to wait", count),
		fmt.Sprintf(`document.querySelector('[data-testid="queue-count"]')?.textContent === "%d"`, count))
}

// ClickIn clicks a control of one message.
func (tab *Tab) ClickIn(text, testID string) {
	tab.t.Helper()
	tab.WaitMessage(text)
	message := eval[string](tab, messageWith(text)+".dataset.testid")
	tab.Click(id(message) + " " + id(testID))
}

// ExpectOrder fails the test unless the open conversation holds each of the
// texts exactly once, in this order, other messages aside.
func (tab *Tab) ExpectOrder(texts ...string) {
	tab.t.Helper()
	expectOrder(tab.t, tab.Texts(everyMessage+" .bubble"), texts)
}

// expectOrder fails the test unless each of the texts is among those there are
// exactly once, in this order.
func expectOrder(t *testing.T, there, texts []string) {
	t.Helper()
	got := slices.DeleteFunc(there, func(text string) bool { return !slices.Contains(texts, text) })
	if !slices.Equal(got, texts) {
		t.Errorf("the messages are %q, want %q", got, texts)
	}
}

// messageWith is JavaScript for the message with exactly a text.
func messageWith(text string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(%s)].find((e) => e.querySelector(".bubble")?.innerText === %s)`,
		quote(everyMessage), quote(text))
}
