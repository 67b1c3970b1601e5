package e2e

import (
	"fmt"
	"strings"
	"testing"

	"pleiades/server/store/storetest"
)

// adminEmail is the demo's admin.
const adminEmail = "admin@demo.test"

// TestWhoOpened shows a client who opened their messages, as that changes.
func TestWhoOpened(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.openToWrite(t)
	client.Send("Did anyone read this?")
	client.examine("openings-link")
	client.Click(id("openings-link"))
	client.Wait(id("openings"))
	lines := strings.Join(client.Texts(id("opening")), "\n")
	if !strings.Contains(lines, "You") || !strings.Contains(lines, ":") {
		t.Errorf("the client's own opening is not told with its time: %q", lines)
	}
	before := len(client.Texts(id("opening")))

	_, therapist := server.MustLogIn(therapistEmail)
	therapist.OpenConversation(clientName)
	therapist.WaitMessage("Did anyone read this?")
	client.Reload()
	client.WaitCount(id("opening"), before+1)
	if first := client.Texts(id("opening"))[0]; !strings.Contains(first, therapistName) || !strings.Contains(first, ":") {
		t.Errorf("the therapist shares read marks, but the first line is %q", first)
	}
	client.examine("who-opened")
	client.expectAccessible("who opened")

	therapist.Visit("/settings")
	therapist.Click(id("setting-read-receipts"))
	therapist.WaitFor("the choice to be saved", `document.querySelector(".answer")?.innerText.length > 0`)
	client.Reload()
	client.WaitFor("the day alone", fmt.Sprintf(
		`[...document.querySelectorAll('[data-testid="opening"]')].some((e) => e.innerText.includes(%s)) &&
		[...document.querySelectorAll('[data-testid="opening"]')].every((e) => !e.innerText.includes(%[1]s) || !e.innerText.includes(":"))`,
		quote(therapistName)))
	client.examine("who-opened-day")

	client.Visit("/settings")
	client.Click(`a[href="/who-opened"]`)
	client.Wait(id("openings"))
	therapist.Visit("/who-opened")
	therapist.WaitText(".notice", "for clients")

	server.Stop()
	client.Reload()
	client.WaitText(".notice", "You are offline")
	client.examine("who-opened-offline")
	client.expectAccessible("who opened, offline")
}

// TestAuditLog walks through the log as the practice's admin.
func TestAuditLog(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.openToWrite(t)
	client.Send("Something only two people read.")
	client.Visit("/practice")
	client.WaitText(".notice", "look after a practice")

	browser, admin := server.MustLogIn(adminEmail)
	admin.Click(`a[href="/practice"]`)
	admin.Wait(id("audit-audit.read"))
	admin.Wait(id("audit-message.send"))
	if text := admin.Text("main"); strings.Contains(text, "Something only") || !strings.Contains(text, clientName) {
		t.Error("the log shows a text, or does not name people")
	}
	admin.examine("audit-log")
	admin.expectAccessible("the audit log")

	admin.Click(id("audit-older"))
	admin.WaitFor("a second page", `document.querySelectorAll(".log-entry").length > 50`)

	admin.Choose(id("audit-kind"), "conversation.open")
	admin.Click(id("audit-show"))
	admin.WaitGone(id("audit-message.send"))
	admin.Wait(id("audit-conversation.open"))
	href := admin.Attribute(id("audit-export-csv"), "href")
	table := eval[string](admin, fmt.Sprintf(`fetch(%s).then((r) => r.text())`, quote(href)))
	if !strings.HasPrefix(table, "number,at,kind") || strings.Contains(table, "message.send") || !strings.Contains(table, "conversation.open") {
		t.Errorf("the export holds %.300q", table)
	}
	admin.Click(id("audit-export-jsonl"))
	admin.WaitFor("the export to be a download", `location.pathname === "/practice" && document.querySelector('[data-testid="audit-export-jsonl"]').hasAttribute("download")`)
	admin.Click(".log-only")
	admin.WaitText(".log-buttons", "Only one conversation")
	admin.examine("audit-log-filtered")

	admin.Choose(id("audit-kind"), "factor.delete")
	admin.Click(id("audit-show"))
	admin.WaitText(".notice", "Nothing fits")
	admin.examine("audit-log-empty")
	admin.Click(id("audit-reset"))
	admin.Wait(id("audit-audit.export"))

	server.Stop()
	admin.Reload()
	admin.WaitText(".notice", "You are offline")
	admin.examine("audit-log-offline")
	server.Start()
	admin.Wait(id("audit-message.send"))
	browser.Allow("503")
	admin.refuseOnce("GET", "/practices/*", 503, "unavailable")
	admin.Reload()
	admin.WaitText(".notice", "could not be opened")
	admin.examine("audit-log-failed")
	admin.Click(id("audit-again"))
	admin.Wait(id("audit-message.send"))
}
