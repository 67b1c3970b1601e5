package e2e

import (
	"regexp"
	"testing"

	"pleiades/server/store/storetest"
)

// mustAddOperator makes an operator, who logs in and adds an authenticator app.
func (s *Server) mustAddOperator() *Tab {
	s.t.Helper()
	const email = "olive@operator.test"
	made := s.Run("account", "create", "--operator", "--name", "Olive Ortega", "--email", email)
	browser := MustBrowse(s.t)
	browser.Allow("40") // 401 and 403 before the login is whole
	tab := browser.Open(s.URL + "/login")
	tab.begin(email, printedPassword(s.t, made))
	tab.enrol()
	return tab
}

// printedPassword is the password in what making an account printed.
func printedPassword(t *testing.T, made string) string {
	t.Helper()
	found := regexp.MustCompile(`password: (\S+)`).FindStringSubmatch(made)
	if found == nil {
		t.Fatalf("no password in %q", made)
	}
	return found[1]
}

// enrol adds an authenticator app where a login asks for it.
func (tab *Tab) enrol() {
	tab.t.Helper()
	tab.Wait(id("enroll-passkey")) // which moves the other way down
	tab.Click(id("enroll-totp"))
	tab.setUpApp()
	tab.keepCodes()
	tab.Wait(id("logout"))
	tab.WaitConnection("online")
}

// apply fills in an application and sends it.
func (tab *Tab) apply(name, email, practice string) {
	tab.t.Helper()
	tab.Wait(id("join-submit") + ":enabled")
	for field, text := range map[string]string{
		"name": name, "email": email, "practice": practice, "country": "Ireland",
		"profession": "Psychologist", "licence": "PSI 1234", "issuer": "CORU", "message": "There are three of us.\n<b>Hello</b>",
	} {
		tab.Fill(id("join-"+field), text)
	}
	tab.Click(id("join-submit"))
}

// TestJoinAsTherapist applies, is approved by an operator, signs up by the link
// in the mail and adds a second factor.
func TestJoinAsTherapist(t *testing.T) {
	t.Parallel()
	const email, password = "maya@practice.test", "otter violin gravel"
	server := MustServeReal(t, storetest.MustURL(t, storetest.SQLite))
	browser := MustBrowse(t)
	browser.Allow("40")  // before the login is whole
	browser.Allow("422") // of a name that is none, too
	tab := browser.Open(server.URL + "/join")
	tab.apply("Maya Lindqvist", "not an address", "Juniper Lane")
	tab.WaitText("#join-email-error", "address")
	tab.examine("join-error")
	tab.expectAccessible("an application with a mistake")
	tab.Fill(id("join-email"), email)
	browser.Allow("409") // as if one with its id were there that says something else
	tab.refuseOnce("POST", "/therapist-applications", 409, "id_conflict")
	tab.Click(id("join-submit"))
	tab.Wait(id("join-sent"))
	tab.examine("join-sent")
	tab.expectAccessible("an application that was taken")

	operator := server.mustAddOperator()
	operator.Goto(server.URL + "/operator")
	operator.Click(`a[href="/operator/applications"]`)
	operator.WaitText(".application", "Maya Lindqvist")
	operator.WaitText(".application", "<b>Hello</b>")
	operator.examine("applications")
	operator.expectAccessible("the applications")
	operator.Click(id("application-approve"))
	operator.WaitText(id("application-done"), "on its way")
	operator.Choose(id("application-status"), "approved")
	operator.Wait(id("application-resend"))
	operator.examine("applications-approved")

	tab.Goto(server.MailLink(email, "/signup"))
	tab.WaitText(id("signup-offer"), "Juniper Lane")
	tab.Wait(id("signup-submit") + ":enabled")
	tab.Fill(id("signup-name"), "Maya Lindqvist")
	tab.Fill(id("signup-email"), email)
	tab.Fill(id("signup-password"), password)
	tab.examine("signup-staff")
	tab.Click(id("signup-submit"))
	tab.enrol()
	tab.WaitText("main", "Your practice is open")
	tab.examine("practice-new")
	tab.expectAccessible("a new practice")

	tab.setUpPractice(server)
	tab.Goto(server.URL + "/practice/members")
	tab.WaitText(".practice-page", "Maya Lindqvist (you)")
	for field, button := range map[string]string{"practice-name": "practice-rename", "colleague-name": "colleague-submit"} {
		tab.Fill(id(field), "")
		tab.Click(id(button))
		tab.WaitText("#"+field+"-error", "give a name")
		tab.WaitFor("the focus at the field", `document.activeElement.id === `+quote(field))
		if got := eval[string](tab, `document.querySelector('[data-testid="members-error"]').textContent`); got != "" {
			t.Errorf("the page says %q beside the field", got)
		}
		tab.expectAccessible("a name that is missing")
	}
	tab.Fill(id("practice-name"), "Juniper Lane & Co.")
	tab.Click(id("practice-rename"))
	tab.WaitText(id("members-done"), "Saved")
	tab.Fill(id("colleague-name"), "Kim")
	tab.Click(id("colleague-submit"))
	tab.Wait(id("colleague-url"))
	link := eval[string](tab, `document.querySelector('[data-testid="colleague-url"]').value`)
	tab.WaitText(id("invitation"), "Kim")
	tab.examine("members")
	tab.expectAccessible("the members of a practice")

	others := MustBrowse(t)
	others.Allow("40")
	other := others.Open(link)
	other.Wait(id("signup-submit") + ":enabled")
	other.Fill(id("signup-name"), "Kim Kessler")
	other.Fill(id("signup-email"), "kim@practice.test")
	other.Fill(id("signup-password"), password)
	other.Click(id("signup-submit"))
	other.enrol()
	other.WaitText("main", "No clients yet")

	tab.Goto(server.URL + "/practice/members")
	tab.WaitText(".practice-page", "Kim Kessler")
	tab.Click(`[aria-label="Change roles of Kim Kessler"]`)
	tab.Wait(id("member-save"))
	tab.examine("members-roles")
	tab.expectAccessible("the roles of a member")
	tab.Click(id("member-admin"))
	tab.Click(id("member-save"))
	tab.WaitText(".practice-page", "Practice admin, Therapist")
	tab.Click(`[aria-label="Change roles of Maya Lindqvist"]`)
	tab.Click(id("member-end"))
	tab.WaitText(id("members-error"), "needs an owner")
}

// setUpPractice goes through what a new practice needs, and leaves in between.
func (tab *Tab) setUpPractice(server *Server) {
	tab.t.Helper()
	tab.Click(`a[href="/practice/setup"]`)
	tab.Wait(id("setup-name"))
	tab.WaitValue("#setup-name", "Juniper Lane")
	tab.examine("setup-name")
	tab.expectAccessible("the name of a new practice")
	tab.Fill("#setup-name", "")
	tab.Click(id("setup-name-save"))
	tab.WaitText(id("setup-name-error"), "name")
	tab.Fill("#setup-name", "Juniper Lane 7")
	tab.Click(id("setup-name-save"))
	tab.Wait(id("setup-times"))
	tab.Wait(id("availability-save"))
	tab.examine("setup-times")
	tab.expectAccessible("the times of a new practice")
	tab.Click(id("availability-save"))
	tab.Wait(id("setup-style"))
	tab.examine("setup-style")
	tab.expectAccessible("the style of a new practice")

	tab.Goto(server.URL + "/") // and leaves
	tab.Click(`a[href="/practice/setup"]`)
	tab.Wait(id("setup-style"))
	tab.Click(id("availability-style-brief"))
	tab.Click(id("availability-save"))
	tab.Wait(id("setup-listing"))
	tab.Wait(id("listing-save"))
	tab.Fill(id("listing-words"), "Half a listing")
	tab.Goto(server.URL + "/availability") // and back
	tab.WaitValue(id("listing-words"), "Half a listing")
	tab.Goto(server.URL + "/practice/setup")
	tab.WaitValue(id("listing-words"), "Half a listing")
	tab.examine("setup-listing")
	tab.expectAccessible("whether a new practice is listed")
	tab.Click(id("setup-skip"))
	tab.Wait(id("setup-invite"))
	tab.examine("setup-invite")
	tab.expectAccessible("invitations to a new practice")
	tab.Click(id("setup-back"))
	tab.Wait(id("setup-listing"))
	tab.Click(id("setup-skip"))
	tab.Click(id("setup-finish"))
	tab.WaitPath("/")
	tab.Goto(server.URL + "/availability")
	tab.WaitFor("what was saved", `document.querySelector('[data-testid="availability-style-brief"]')?.checked`)
}

// TestDeclined applies and is declined: the answer is behind the link in the
// mail, and one can apply again.
func TestDeclined(t *testing.T) {
	t.Parallel()
	const email = "maya@practice.test"
	server := MustServeReal(t, storetest.MustURL(t, storetest.SQLite))
	tab := MustBrowse(t).Open(server.URL + "/join")
	tab.apply("Maya Lindqvist", email, "Juniper Lane")
	tab.Wait(id("join-sent"))

	operator := server.mustAddOperator()
	operator.Goto(server.URL + "/operator/applications")
	operator.Click(id("application-decline"))
	operator.Choose(id("decline-reason"), "incomplete")
	operator.Fill(id("decline-words"), "Which register is it?")
	operator.examine("applications-decline")
	operator.expectAccessible("declining an application")
	operator.Click(id("decline-submit"))
	operator.WaitText(id("application-done"), "on its way")

	tab.Goto(server.MailLink(email, "/join"))
	tab.WaitText(id("join-answer"), "Which register is it?")
	tab.examine("join-answer")
	tab.expectAccessible("the answer to an application")
	tab.Click(id("join-again"))
	tab.apply("Maya Lindqvist", email, "Juniper Lane")
	tab.Wait(id("join-sent"))
}
