package e2e

import (
	"testing"

	"pleiades/server/store/storetest"
)

// TestConversation follows a client from the invitation, which tells how messages
// with the therapist work, to a conversation with
// the therapist, each in their own browser.
func TestConversation(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))

	_, therapist := server.MustLogIn(therapistEmail)
	client := MustBrowse(t).Open(therapist.invite())
	client.WaitText(id("signup-offer"), "How messages with "+therapistName+" work")
	client.examine("signup-offer")
	client.expectAccessible("who invites")
	client.Fill(id("signup-name"), "Wren Fictional")
	client.Fill(id("signup-email"), "wren@demo.test")
	client.Fill(id("signup-password"), "a password of my own")
	client.Click(id("signup-submit"))
	// A page that is loaded anew loses this mark.
	for _, tab := range []*Tab{client, therapist} {
		tab.WaitFor("the page", "window.sameDocument = true")
	}

	client.OpenConversation(therapistName)
	therapist.OpenConversation("Wren Fictional")
	client.Send("Hello, I found my way in.")
	therapist.WaitMessage("Hello, I found my way in.")
	client.WaitStatus("Hello, I found my way in.", "read")

	therapist.Send("Welcome, Wren.")
	client.WaitMessage("Welcome, Wren.")
	therapist.WaitStatus("Welcome, Wren.", "read")

	for _, tab := range []*Tab{client, therapist} {
		tab.ExpectOrder("Hello, I found my way in.", "Welcome, Wren.")
		if !eval[bool](tab, "window.sameDocument === true") {
			t.Error("a page was loaded anew")
		}
	}
}

// TestStatus follows one message through its status words.
func TestStatus(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	const text = "Where are you now?"

	_, client := server.MustLogIn(clientEmail)
	client.OpenConversation(therapistName)
	server.Stop()
	client.WaitConnection("offline")
	client.Send(text)
	client.WaitStatus(text, "waiting")

	server.Start()
	client.WaitStatus(text, "sent")

	_, therapist := server.MustLogIn(therapistEmail) // has it, but has not opened it
	client.WaitStatus(text, "delivered")

	therapist.OpenConversation(clientName)
	client.WaitStatus(text, "read")
}
