package e2e

import (
	"fmt"
	"testing"

	"pleiades/server/store/storetest"
)

// TestLeft plants what pages leave that go at once, and sees what becomes of it
// when something else has happened meanwhile.
func TestLeft(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.MustLogIn(clientEmail)
	client.OpenConversation(therapistName)
	client.WaitConnection("online")
	server.Stop()
	client.WaitConnection("offline")

	thought := client.leaves(typeInBox("One thought"))
	client.leave("")
	client.WaitValue(id("compose-input"), "One thought")
	client.WaitFor("nothing left", nothingLeft)

	// Somebody wrote something else: both stay.
	client.Draft("Something else")
	client.plantLeft(thought)
	client.leave("")
	client.WaitFor("both texts", inBox("Something else")+" && "+inBox("One thought"))

	// Of two writes under way the later one counts.
	ends := client.leaves(typeInBox("Teh end") + `await new Promise((passed) => setTimeout(passed, 500));` + typeInBox("The end"))
	client.leave("")
	client.WaitValue(id("compose-input"), "The end")
	client.WaitFor("nothing left", nothingLeft)
	client.plantLeft(ends) // it was on the device, but the page did not see that
	client.leave("")
	client.WaitFor("nothing left", nothingLeft)
	client.WaitValue(id("compose-input"), "The end")

	// What was taken back is not put back, nor is its text taken away.
	client.Draft("Taken back")
	sent := client.leaves(`document.querySelector('[data-testid="compose-send"]').click();`)
	client.leave("")
	client.WaitStatus("Taken back", "waiting")
	client.plantLeft(sent)
	client.ClickIn("Taken back", "message-edit")
	client.WaitValue(id("compose-input"), "Taken back")
	client.WaitQueue(0)
	client.leave("")
	client.WaitValue(id("compose-input"), "Taken back")
	client.WaitQueue(0)

	server.Start()
	client.WaitConnection("online")
	client.plantLeft(thought)
	client.Click(id("logout"))
	client.Click(id("logout-confirm"))
	client.WaitFor("nothing left", nothingLeft)
}

// nothingLeft is JavaScript for whether pages left nothing on the device.
const nothingLeft = `Object.keys(localStorage).every((name) => !name.startsWith("left:"))`

// typeInBox is JavaScript that puts a text into the compose box as typing does.
func typeInBox(text string) string {
	return fmt.Sprintf(`{
		const box = document.querySelector('[data-testid="compose-input"]');
		box.value = %s;
		box.dispatchEvent(new InputEvent("input", {bubbles: true}));
	}`, quote(text))
}

// leaves runs a script while nothing can be written to the device, as if the page
// went then, and returns what it leaves.
func (tab *Tab) leaves(script string) string {
	tab.t.Helper()
	tab.holdDrafts()
	return eval[string](tab, `(async () => {
		`+script+`
		dispatchEvent(new Event("pagehide"));
		await new Promise((passed) => setTimeout(passed, 100)); // what the page does then is asked for
		for (;;) {
			const name = Object.keys(localStorage).find((name) => name.startsWith("left:"));
			if (name) return localStorage.getItem(name);
			await new Promise((passed) => setTimeout(passed, 20));
		}
	})()`)
}

// plantLeft leaves something as another page did.
func (tab *Tab) plantLeft(left string) {
	tab.t.Helper()
	eval[bool](tab, `(localStorage.setItem("left:planted", `+quote(left)+`), true)`)
}
