package e2e

import (
	"testing"

	"pleiades/server/store/storetest"
)

const practiceName = "Example Practice (demo)"

// TestSuspendedPractice suspends a practice while a client writes without a
// connection. What was written waits on the device, and goes out in order once
// the operator opens the practice again.
func TestSuspendedPractice(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	phone, client := server.MustLogIn(clientEmail)
	phone.Allow("404") // of a message that was tried, and is not there
	conversation := client.OpenConversation(therapistName)
	client.Send("Thank you for last week.")
	client.WaitStatus("Thank you for last week.", "sent", "delivered")
	browser, therapist := server.MustLogIn(therapistEmail)
	therapist.OpenConversation(clientName)
	_, operator := server.mustOperator()

	server.Stop()
	client.WaitConnection("offline")
	client.Send("One more thing.", "And another.")
	client.Draft("And perhaps this")
	server.Run("practice", "suspend", practiceName)
	server.Start()

	for _, tab := range []*Tab{client, therapist} {
		tab.Wait(id("conversation-suspended"))
		tab.WaitGone(id("compose-input"))
	}
	client.Wait(id("ended-crisis"))
	client.Wait(id("suspended-queue"))
	client.WaitText(id("closed-draft"), "And perhaps this")
	client.WaitStatus("One more thing.", "waiting")
	client.WaitQueue(2)
	client.examine("suspended-client")
	client.expectAccessible("a suspended practice, to a client")
	client.ClickIn("And another.", "message-edit")
	client.WaitText(id("closed-draft"), "And another.")
	client.WaitQueue(1)
	client.Visit(listOf(conversation))
	client.Wait(id("agenda-closed"))
	client.Visit(conversation)
	client.Wait(id("conversation-suspended"))
	therapist.examine("suspended-therapist")
	therapist.expectAccessible("a suspended practice, to a therapist")
	browser.Allow("409")
	therapist.Visit("/invite")
	therapist.Click(id("invite-create"))
	therapist.WaitText(id("invite-error"), "practice is suspended")
	therapist.Visit("/")
	therapist.Wait(id("home-suspended"))
	therapist.examine("home-suspended")
	therapist.expectAccessible("the dashboard of a suspended practice")

	operator.Goto(server.URL + "/operator")
	operator.Click(`a[href="/operator/practices"]`)
	operator.Wait(id("practice-resume"))
	operator.examine("practices")
	operator.expectAccessible("the practices")
	operator.Click(id("practice-resume"))
	operator.WaitText(id("practice-done"), "Open again")
	client.Wait(id("compose-input"))
	client.WaitQueue(0)
	client.WaitFor("the draft in the box", `document.querySelector('[data-testid="compose-input"]').value.includes("And another.")`)
	therapist.OpenConversation(clientName)
	therapist.WaitMessage("One more thing.")
	therapist.ExpectOrder("Thank you for last week.", "One more thing.")

	operator.Click(id("practice-suspend"))
	operator.Wait(id("practice-confirm"))
	operator.examine("practices-suspend")
	operator.expectAccessible("suspending a practice")
	operator.Click(id("practice-confirm"))
	operator.Wait(id("practice-resume"))
	for _, tab := range []*Tab{client, therapist} {
		tab.Wait(id("conversation-suspended")) // at once
	}
}
