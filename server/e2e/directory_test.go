package e2e

import (
	"testing"

	"pleiades/server/store/storetest"
)

// TestDirectory shows a therapist in the directory, has two people ask, accepts
// one and declines the other.
func TestDirectory(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, therapist := server.MustLogIn(therapistEmail)
	therapist.Visit("/availability")
	therapist.Wait(id("listing-save"))
	therapist.Click(id("listing-listed"))
	therapist.Click(id("listing-accepting"))
	therapist.Fill(id("listing-words"), "I work with people in their first year of grief.")
	therapist.Click(id("listing-save"))
	therapist.WaitText(id("listing-saved"), "Saved")
	therapist.examine("therapist-listing")
	therapist.expectAccessible("the directory on the page of a therapist")
	therapist.Visit("/")

	guests := map[string]*Tab{}
	for name, email := range map[string]string{"Rowan Fictional": "rowan@demo.test", "Wren Fictional": "wren@demo.test"} {
		const password = "a password of my own"
		tab := MustBrowse(t).openBlank()
		server.signUpAlone(tab, name, email, password)
		tab.Click(`a[href="/directory"]`)
		tab.WaitText(".directory-list", "first year of grief")
		tab.Click(id("directory-ask"))
		tab.Click(id("request-send"))
		tab.WaitText(id("directory-error"), "1 to 500")
		tab.Fill(id("request-note"), "My mother died in May, says "+name+".")
		if name == "Rowan Fictional" { // help is there for who asks, and the therapist sees whom to answer first
			tab.Fill(id("request-note"), "My mother died in May, says "+name+". I want to kill myself.")
			tab.Wait(id("crisis-panel"))
		}
		tab.examine("directory-asking")
		tab.expectAccessible("asking a therapist")
		if name == "Wren Fictional" { // half a request is there again behind the lock
			tab.lockByKeys()
			tab.expectNothingShown("My mother")
			tab.Unlock(password)
			tab.Click(id("directory-ask"))
			tab.WaitValue(id("request-note"), "My mother died in May, says "+name+".")
		}
		tab.Click(id("request-send"))
		tab.WaitText(id("directory-said"), "was sent")
		tab.WaitText(".request-list", "Waiting")
		guests[name] = tab
	}

	therapist.WaitText(id("requests-open"), "2 people")
	therapist.Click(id("requests-open"))
	therapist.WaitText(".directory-list", "says Wren Fictional")
	therapist.WaitText(`.panel:has([aria-label="Accept: Rowan Fictional"]) `+id("request-need"), "May need you first")
	therapist.WaitCount(id("request-need"), 1)
	therapist.examine("therapist-requests")
	therapist.expectAccessible("requests")
	therapist.Click(`[aria-label="Accept: Wren Fictional"]`)
	therapist.WaitText(id("requests-said"), "Accepted")
	guests["Wren Fictional"].WaitText(".request-list", "Accepted")
	guests["Wren Fictional"].Click(id("request-open"))
	guests["Wren Fictional"].Wait(id("compose-input"))
	guests["Wren Fictional"].Send("Thank you.")

	therapist.Click(id("request-decline"))
	therapist.Fill(id("request-refusal"), "Half a no")
	therapist.lockByKeys()
	therapist.expectNothingShown("Half a no")
	therapist.Unlock(demoPassword)
	therapist.Click(id("request-decline"))
	therapist.WaitValue(id("request-refusal"), "Half a no")
	therapist.Click(id("decline-ready"))
	therapist.examine("therapist-declining")
	therapist.expectAccessible("declining a request")
	therapist.Click(id("decline-send"))
	therapist.WaitText(id("requests-said"), "Declined")
	guests["Rowan Fictional"].WaitText(".request-list", "no room for new clients")
	guests["Rowan Fictional"].examine("directory-declined")
	guests["Rowan Fictional"].expectAccessible("a request that was declined")
	guests["Rowan Fictional"].Visit("/")
	guests["Rowan Fictional"].Wait(id("home-asked"))
	guests["Rowan Fictional"].examine("home-asked")
	guests["Rowan Fictional"].expectAccessible("the dashboard of who asked a therapist")
	therapist.Visit("/")
	therapist.OpenConversation("Wren Fictional")
	therapist.WaitMessage("Thank you.")

	therapist.Visit("/requests")
	therapist.WaitText("main", "Nobody asks right now")
	therapist.examine("requests-empty")
	therapist.WaitWorker()
	guests["Rowan Fictional"].WaitWorker()
	server.Stop()
	guests["Rowan Fictional"].Goto(server.URL + "/")
	guests["Rowan Fictional"].WaitText("main", "No therapist yet")
	guests["Rowan Fictional"].examine("home-alone-offline")
	therapist.Goto(server.URL + "/requests")
	therapist.WaitText("main", "You are offline")
	therapist.examine("requests-offline")
	therapist.expectAccessible("requests without a connection")
}
