package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"pleiades/server/store/storetest"
)

const operatorEmail = "operator@example.test"

// mustOperator makes an operator's account and logs them in, with a second
// factor.
func (s *Server) mustOperator() (*Browser, *Tab) {
	s.t.Helper()
	out := s.Run("account", "create", "--operator", "--name", "Olive Oak", "--email", operatorEmail)
	_, password, _ := strings.Cut(strings.TrimSpace(out), "password: ")
	browser := MustBrowse(s.t)
	browser.Allow("40") // before the login is whole
	tab := browser.Open(s.URL + "/login")
	tab.begin(operatorEmail, password)
	tab.Click(id("enroll-totp"))
	tab.Wait(id("totp-qr"))
	tab.setUpApp()
	tab.keepCodes()
	tab.Wait(id("logout"))
	return browser, tab
}

// TestSupport asks for help without a connection, and gets an answer.
func TestSupport(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.MustLogIn(clientEmail)
	client.Visit("/support")
	client.Wait(id("ticket-diagnostics"))
	client.examine("support-empty")
	client.expectAccessible("support")
	client.Fill(id("ticket-text"), "I want to kill myself tonight")
	client.Wait(id("crisis-country"))
	client.examine("support-danger")
	client.Fill(id("ticket-text"), "")
	client.WaitGone(id("crisis-country"))

	server.Stop()
	client.WaitConnection("offline")
	client.Click(id("help-button"))
	client.Click(id("fix-support"))
	client.WaitPath("/support") // with an account open it waits here
	client.Wait(id("ticket-diagnostics"))
	client.WaitConnection("offline")
	client.Choose(id("ticket-kind"), "account")
	client.Fill(id("ticket-text"), "<b>Where</b> do I change my name?")
	client.Click(id("ticket-send"))
	client.Wait(`[data-testid^="ticket-"][data-status="waiting"]`)
	client.WaitText(id("ticket-queued"), "sent as soon as there is a connection")
	client.Fill(id("ticket-text"), "not sent yet")
	client.examine("support-waiting")
	client.Reload()
	client.WaitText(`[data-status="waiting"] .ticket-text`, "<b>Where</b>")
	client.WaitValue(id("ticket-text"), "not sent yet")
	server.Start()
	client.WaitConnection("online")
	client.WaitText(`[data-status="open"] .ticket-text`, "<b>Where</b> do I change my name?")
	client.WaitText(`[data-status="open"] .ticket-status`, "Waiting for an answer") // nobody has seen it
	client.WaitGone(`[data-status="waiting"]`)

	desk, operator := server.mustOperator()
	operator.Click(`a[href="/operator"]`)
	operator.Wait(id("operator"))
	operator.Wait(`[data-testid^="desk-"]`)
	operator.examine("operator-list")
	operator.expectAccessible("the operator's list")
	operator.Click(".desk-open")
	operator.WaitText(".ticket-text", "<b>Where</b>")
	operator.WaitText(id("operator"), clientEmail)
	operator.examine("operator-ticket")
	operator.expectAccessible("a ticket")
	desk.Allow("409") // of a text that was changed after a try that arrived
	operator.loseAnswer("/replies/")
	operator.Fill(id("ticket-answer"), "Ask your therapist.")
	operator.Click(id("ticket-answer-send"))
	operator.Wait(id("ticket-answer-error"))
	operator.WaitValue(id("ticket-answer"), "Ask your therapist.")
	operator.Fill(id("ticket-answer"), "Ask your therapist, who can see it too.")
	operator.Click(id("ticket-answer-send"))
	operator.WaitText(id("desk-ticket"), "who can see it too")
	operator.WaitValue(id("ticket-answer"), "")
	operator.Wait(`[data-testid="desk-status"][data-status="answered"]`)
	client.WaitText(".ticket-answer", "Ask your therapist")
	client.examine("support-answered")
	client.expectAccessible("support with an answer")
	operator.Click(id("desk-close"))
	operator.Wait(id("desk-reopen"))
	client.Wait(`[data-testid^="ticket-"][data-status="closed"]`)
	server.Stop() // a reply waits like a ticket
	client.WaitConnection("offline")
	client.Fill(`.ticket-reply textarea`, "Thank you!")
	client.Click(`.ticket-reply button`)
	client.WaitText(`.ticket [data-status="waiting"] .ticket-text`, "Thank you!")
	client.examine("support-reply-waiting")
	server.Start()
	operator.WaitConnection("online")
	client.Wait(`[data-testid^="ticket-"][data-status="open"]`)
	client.WaitGone(`[data-status="waiting"]`)
	operator.Click(id("desk-back"))
	operator.Click(".desk-open")
	operator.WaitText(id("desk-ticket"), "Thank you!")
	operator.WaitText(id("desk-status"), "To be answered")
	number, _, _ := strings.Cut(operator.Text(id("desk-status")), " · ")
	operator.Click(id("desk-back"))
	operator.WaitText(".desk-open", number+" · To be answered")
	operator.WaitText(".desk-open", "you opened it")
	operator.Reload()
	operator.WaitText(".desk-open", "you opened it")

	server.Stop()
	client.Reload()
	client.WaitText(".ticket-answer", "Ask your therapist") // it is kept here
	operator.Reload()
	operator.WaitText(".notice", "You are offline")
	operator.examine("operator-offline")

	server.Start()
	client.Goto(server.URL + "/operator")
	client.WaitText(".notice", "run this service")
	client.Goto(server.URL + "/contact")
	client.WaitPath("/support") // once the device has been read
}

// TestContact asks without a login, and reads the answer by the link of a mail.
func TestContact(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	stranger := MustBrowse(t)
	stranger.Allow("422")
	stranger.Allow("404")
	tab := stranger.Open(server.URL + "/contact")
	eval[any](tab, `document.getElementById("contact-text").value = "Begun before the program runs.", 0`)
	tab.WaitWorker()
	tab.WaitFor("the program", `document.documentElement.dataset.version !== undefined`)
	tab.WaitValue(id("contact-text"), "Begun before the program runs.")
	tab.examine("contact")
	tab.expectAccessible("contact")
	tab.Fill(id("contact-email"), "a@example.test, b@example.test")
	tab.Fill(id("contact-text"), "Is this for me?")
	tab.Click(id("contact-send"))
	tab.WaitText(id("contact-error"), "one e-mail address")
	_, operator := server.mustOperator()
	operator.Visit("/operator")
	operator.WaitText(".notice", "Nothing here")
	tab.Fill(id("contact-email"), "stranger@example.test")
	tab.Click(id("contact-send"))
	tab.Wait(id("contact-sent"))
	tab.examine("contact-sent")

	eval[bool](operator, `document.dispatchEvent(new Event("visibilitychange"))`) // someone looks again
	operator.Click(".desk-open")
	operator.WaitText(".ticket-text", "Is this for me?")
	operator.Fill(id("ticket-answer"), "It may well be.")
	operator.Click(id("ticket-answer-send"))
	operator.Wait(`[data-testid="desk-status"][data-status="answered"]`)

	link := server.MailLink("stranger@example.test", "/contact")
	answer := stranger.Open(link)
	answer.WaitText(".ticket-answer", "It may well be.")
	answer.examine("contact-answer")
	answer.expectAccessible("an answer by mail")
	stranger.Allow("409") // of a text that was changed after a try that arrived
	answer.loseAnswer("/api/v1/contact/replies")
	answer.Fill(id("contact-reply"), "Good.")
	answer.Click(id("contact-reply-send"))
	answer.Wait(id("contact-reply-error"))
	answer.WaitValue(id("contact-reply"), "Good.")
	answer.Fill(id("contact-reply"), "Good. Thank you!")
	answer.Click(id("contact-reply-send"))
	answer.WaitText(id("contact"), "Good. Thank you!")
	answer.WaitValue(id("contact-reply"), "")

	_, client := server.MustLogIn(clientEmail)
	client.Goto(link) // a token leads to its answer, with an account open too
	client.WaitText(".ticket-answer", "It may well be.")
	stranger.Open(server.URL+"/contact#"+strings.Repeat("A", 43)).WaitText(id("contact"), "no longer works")
}

// loseAnswer has the next answer that the page gets from a path lost on the way,
// after the server did what was asked.
func (tab *Tab) loseAnswer(path string) {
	tab.t.Helper()
	tab.do("lose an answer", chromedp.Evaluate(`void (() => {
		const real = window.fetch;
		window.fetch = async (...args) => {
			const answer = await real(...args);
			if (!answer.url.includes(`+quote(path)+`)) return answer;
			window.fetch = real;
			throw new TypeError("the answer is lost");
		};
	})()`, nil))
}
