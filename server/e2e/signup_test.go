package e2e

import (
	"slices"
	"testing"

	"pleiades/server/store/storetest"
)

// invite has a therapist make an invitation, then go back to the dashboard, and
// returns its link.
func (tab *Tab) invite() string {
	tab.t.Helper()
	tab.Click(id("invite-open"))
	tab.Click(id("invite-create"))
	tab.Wait(id("invite-url"))
	link := eval[string](tab, `document.querySelector('[data-testid="invite-url"]').value`)
	tab.Click(".brand")
	tab.Wait(id("invite-open"))
	return link
}

// signUpAlone signs up without an invitation and follows the link in the mail.
func (s *Server) signUpAlone(tab *Tab, name, email, password string) {
	s.t.Helper()
	tab.Goto(s.URL + "/signup")
	tab.Wait(id("signup-uninvited"))
	tab.Fill(id("signup-name"), name)
	tab.Fill(id("signup-email"), email)
	tab.Fill(id("signup-password"), password)
	tab.Click(id("signup-submit"))
	tab.Wait(id("signup-sent"))
	tab.Goto(s.MailLink(email, "/confirm"))
	tab.Wait(id("confirm-submit") + ":enabled")
	tab.Fill(id("confirm-password"), password)
	tab.Click(id("confirm-submit"))
	tab.WaitPath("/")
}

// TestSignUpAlone signs up without an invitation: there is no account until the
// link in the mail was followed. Later it takes an invitation.
func TestSignUpAlone(t *testing.T) {
	t.Parallel()
	const email, password = "rowan@demo.test", "a password of my own"
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser := MustBrowse(t)
	browser.Allow("401") // a wrong password, and no account yet
	tab := browser.Open(server.URL + "/login")
	tab.Click(id("login-signup"))
	tab.Wait(id("signup-uninvited"))
	tab.Fill(id("signup-name"), "Rowan Fictional")
	tab.Fill(id("signup-email"), email)
	tab.Fill(id("signup-password"), password)
	tab.Click(id("signup-submit"))
	tab.Wait(id("signup-sent"))
	tab.examine("signup-sent")
	tab.expectAccessible("a sign-up whose link is on its way")

	tab.Goto(server.URL + "/login")
	tab.begin(email, password)
	tab.WaitText(id("login-error"), "do not match")

	tab.Goto(server.MailLink(email, "/confirm"))
	tab.Wait(id("confirm-submit") + ":enabled")
	tab.expectAccessible("the confirming of an address")
	if at := eval[string](tab, "location.href"); at != server.URL+"/confirm" {
		t.Errorf("the page is at %q, want no token there", at)
	}
	tab.Reload()
	tab.Fill(id("confirm-password"), "another password of mine")
	tab.Click(id("confirm-submit"))
	tab.WaitText(id("confirm-error"), "not the password")
	tab.Fill(id("confirm-password"), password)
	tab.Click(id("confirm-submit"))
	tab.WaitPath("/")
	tab.WaitConnection("online")

	_, therapist := server.MustLogIn(therapistEmail)
	tab.Goto(therapist.invite())
	tab.WaitText(id("signup-accept"), email)
	tab.examine("signup-accept")
	tab.expectAccessible("an invitation for who is logged in")
	tab.Click(id("invitation-accept"))
	tab.Wait(id("compose-input"))
	tab.Send("Hello, I found you.")
	therapist.OpenConversation("Rowan Fictional")
	therapist.WaitMessage("Hello, I found you.")
}

// TestInvitationWithAccount opens an invitation logged out: logging in leads
// back to it, by a link that never led elsewhere, and one from one's own
// therapist to the conversation there is.
func TestInvitationWithAccount(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	theirs, therapist := server.MustLogIn(therapistEmail)
	theirs.Allow("409") // an invitation of their own
	tab := MustBrowse(t).openBlank()
	tab.beforeLoad(`window.led = new Set();
		new MutationObserver(() => {
			const link = document.querySelector("[data-testid=signup-login]");
			if (link) led.add(link.getAttribute("href"));
		}).observe(document, { attributes: true, childList: true, subtree: true });`)
	tab.Goto(therapist.invite())
	tab.Wait(id("signup-login"))
	if led := eval[[]string](tab, "[...led]"); !slices.Equal(led, []string{"/login?next=%2Fsignup"}) {
		t.Errorf("the link to log in led to %q", led)
	}
	tab.Click(id("signup-login"))
	tab.WaitPath("/login")
	tab.begin(clientEmail, demoPassword)
	tab.WaitPath("/signup")
	tab.Click(id("invitation-accept"))
	tab.Wait(id("compose-input"))
	accepted := tab.Path()
	tab.Visit("/")
	if path := tab.OpenConversation(therapistName); path != accepted {
		t.Errorf("the invitation led to %s, the conversation is %s", accepted, path)
	}

	therapist.Visit("/")
	therapist.Goto(therapist.invite())
	therapist.Click(id("invitation-accept"))
	therapist.WaitText(id("invitation-error"), "your own invitation")
}

// TestOccupied goes to make an account where someone is logged in: it says so,
// and logs nobody out.
func TestOccupied(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, _ := server.MustLogIn(clientEmail)
	tab := browser.Open(server.URL + "/signup")
	tab.Wait(id("signup-occupied"))
	tab.Click(`[data-testid="signup-occupied"] a`)
	tab.WaitPath("/")
	tab.WaitConnection("online")
}
