package e2e

import (
	"testing"

	"pleiades/server/store/storetest"
)

// TestEndCare ends care while the client writes without a connection. Their
// words come back to them; later the therapist takes care up again.
func TestEndCare(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, client := server.MustLogIn(clientEmail)
	conversation := client.OpenConversation(therapistName)
	client.Send("Thank you for last week.")
	client.WaitStatus("Thank you for last week.", "sent", "delivered")
	_, therapist := server.MustLogIn(therapistEmail)
	therapist.OpenConversation(clientName)

	server.Stop()
	client.WaitConnection("offline")
	client.Send("One more thing.")
	client.Draft("And perhaps this")
	client.Close()
	server.Start()

	therapist.Click(id("conversation-close"))
	therapist.Wait(id("closing-note"))
	therapist.examine("closing")
	therapist.expectAccessible("the step before closing")
	therapist.Fill(id("closing-note"), "It was good to work with you.")
	therapist.Click(id("closing-confirm"))
	therapist.Wait(id("conversation-closed"))
	therapist.WaitGone(id("compose-input"))

	client = browser.Open(server.URL + conversation)
	client.WaitStatus("One more thing.", "rejected")
	client.Wait(id("conversation-closed"))
	client.WaitText(id("closed-note"), "It was good to work with you.")
	client.WaitText(id("closed-draft"), "And perhaps this")
	client.WaitGone(id("compose-input"))
	client.examine("conversation-closed")
	client.expectAccessible("a closed conversation")
	client.Visit(listOf(conversation))
	client.Wait(id("agenda-closed"))
	client.Visit("/")
	client.Wait(id("home-crisis"))
	client.WaitGone(id("home-expect")) // nobody answers any more
	client.examine("home-closed")
	client.expectAccessible("a dashboard where care has ended")
	client.Visit(conversation)
	client.Wait(id("conversation-closed"))

	therapist.Click(id("conversation-reopen"))
	therapist.Wait(id("compose-input"))
	client.Wait(id("compose-input"))
	client.WaitFor("the draft in the box", `document.querySelector('[data-testid="compose-input"]').value === "And perhaps this"`)
	client.ClickIn("One more thing.", "message-take-back")
	client.WaitFor("both texts in the box", `document.querySelector('[data-testid="compose-input"]').value.includes("One more thing.")`)
	client.Click(id("compose-send"))
	therapist.WaitFor("the message", `document.body.innerText.includes("One more thing.")`)
}
