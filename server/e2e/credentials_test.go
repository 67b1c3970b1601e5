package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"pleiades/server/store/storetest"
)

// mustAddTherapist makes a practice with a therapist and returns how they log
// in.
func (s *Server) mustAddTherapist() (email, password string) {
	s.t.Helper()
	practice := strings.TrimSpace(s.Run("practice", "create", "--name", "Juniper Lane"))
	email = "maya@practice.test"
	made := s.Run("account", "create", "--practice", practice, "--role", "therapist", "--name", "Maya Lindqvist", "--email", email)
	found := regexp.MustCompile(`password: (\S+)`).FindStringSubmatch(made)
	if found == nil {
		s.t.Fatalf("no password in %q", made)
	}
	return email, found[1]
}

// begin fills in the first step of a login.
func (tab *Tab) begin(email, password string) {
	tab.t.Helper()
	tab.Fill(id("login-email"), email)
	tab.Fill(id("login-password"), password)
	tab.Click(id("login-submit"))
}

// keepCodes reads the recovery codes that the page shows, and goes on.
func (tab *Tab) keepCodes() []string {
	tab.t.Helper()
	tab.Wait(id("recovery-done"))
	codes := tab.Texts(id("recovery-code"))
	if len(codes) != 10 {
		tab.t.Fatalf("%d recovery codes", len(codes))
	}
	tab.Click(id("recovery-done"))
	return codes
}

// setUpApp sets up an authenticator app, where the page shows its secret.
func (tab *Tab) setUpApp() (secret string) {
	tab.t.Helper()
	secret = tab.Text(id("totp-secret"))
	tab.Fill(id("totp-code"), mustCode(tab.t, secret, time.Now()))
	tab.Click(id("totp-confirm"))
	return secret
}

func mustCode(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	code, err := totpCode(secret, at)
	if err != nil {
		t.Fatalf("secret %q: %v", secret, err)
	}
	return code
}

// logOut logs out where nothing would be lost.
func (tab *Tab) logOut() {
	tab.t.Helper()
	tab.browser.Allow("401") // a question that was on its way while the login ended
	tab.Click(id("logout"))
	tab.WaitPath("/")
	tab.Wait(`a[href="/login"]`)
}

// TestEnrolment lets a new therapist in, who must add a second factor before
// anything else, and asks for it from then on.
func TestEnrolment(t *testing.T) {
	t.Parallel()
	server := MustServeReal(t, storetest.MustURL(t, storetest.SQLite))
	email, password := server.mustAddTherapist()
	browser := MustBrowse(t)
	browser.Allow("40") // 401 and 403 before the login is whole
	browser.Allow("422")
	tab := browser.Open(server.URL + "/login")
	tab.begin(email, password)
	tab.Wait(id("enroll-passkey"))
	tab.examine("enroll")
	tab.expectAccessible("the choice of a factor")

	// A reload begins anew: nothing of the app is there to be seen.
	tab.Goto(server.URL + "/settings")
	tab.WaitPath("/login")
	tab.begin(email, password)
	tab.Click(id("enroll-totp"))
	tab.Wait(id("totp-qr"))
	tab.examine("enroll-app")
	tab.expectAccessible("an authenticator app")
	tab.Fill(id("totp-code"), "000000")
	tab.Press(kb.Enter)
	tab.WaitText(id("totp-error"), "code")
	tab.setUpApp()
	tab.Wait(id("recovery-done"))
	tab.examine("enroll-codes")
	tab.expectAccessible("recovery codes")
	codes := tab.keepCodes()
	tab.Wait(id("logout"))
	tab.WaitPath("/settings") // where the way led to at first
	tab.WaitConnection("online")

	tab.logOut()
	tab.Goto(server.URL + "/login")
	tab.begin(email, password)
	tab.Wait(id("login-code"))
	tab.examine("login-second-step")
	tab.expectAccessible("the second step")
	tab.Click(id("login-use-recovery"))
	tab.WaitText(".proof .label", "Recovery")
	tab.Fill(id("login-code"), "not-a-code")
	tab.Press(kb.Enter)
	tab.WaitText(id("login-error"), "code")
	tab.Fill(id("login-code"), strings.ToLower(codes[3]))
	tab.Press(kb.Enter)
	tab.Wait(id("logout"))
	tab.Goto(server.URL + "/settings/security")
	tab.WaitText(id("recovery-left"), "9 codes")
}

// TestPasskey enrols with a passkey, then logs in with it alone, with it after
// the password, and takes care that the secret it gives stays in the browser.
func TestPasskey(t *testing.T) {
	t.Parallel()
	server := MustServeReal(t, storetest.MustURL(t, storetest.SQLite))
	email, password := server.mustAddTherapist()
	browser := MustBrowse(t)
	browser.Allow("40")
	tab := browser.Open(server.URL + "/login")
	tab.HoldPasskeys()
	tab.begin(email, password)
	tab.Click(id("enroll-passkey"))
	tab.keepCodes()
	tab.Wait(id("logout"))

	tab.logOut()
	tab.Goto(server.URL + "/login")
	tab.begin(email, password)
	tab.WaitText(id("login-submit"), "passkey")
	tab.Click(id("login-submit"))
	tab.Wait(id("logout"))

	tab.logOut()
	tab.Goto(server.URL + "/login")
	sent := tab.sent()
	tab.Click(id("login-passkey"))
	tab.Wait(id("logout"))
	for _, body := range sent() {
		if strings.Contains(body, "prf") {
			t.Errorf("what a passkey gives for this device was sent: %s", body)
		}
	}

	t.Run("a removed one opens nothing, and the last one stays", func(t *testing.T) {
		browser.Allow("409")
		tab.Goto(server.URL + "/settings/security")
		tab.Click(`[data-testid^="passkey-rename-"]`)
		tab.Fill(id("security-name"), "The blue key")
		tab.Press(kb.Enter)
		tab.WaitText(`.entry[data-testid^="passkey-"]`, "The blue key")
		tab.Click(`[data-testid^="passkey-remove-"]`)
		tab.Click(id("passkey-remove-yes"))
		tab.WaitText(id("security-error-passkey-remove"), "second factor")
	})
}

// TestCodesGoWithTheLock leaves the recovery codes on the screen until the device
// locks, on the page to log in too.
func TestCodesGoWithTheLock(t *testing.T) {
	t.Parallel()
	server := MustServeReal(t, storetest.MustURL(t, storetest.SQLite))
	email, password := server.mustAddTherapist()
	tab := MustBrowse(t).Open(server.URL + "/login")
	tab.HoldPasskeys()
	tab.begin(email, password)
	tab.Click(id("enroll-passkey"))
	tab.Wait(id("recovery-done"))
	codes := tab.Texts(id("recovery-code"))
	tab.later(6 * time.Minute)
	tab.Wait(id("lock-screen"))
	tab.expectNothingShown(codes...)
	tab.Unlock(password)
	tab.Wait(id("logout"))
	tab.expectNothingShown(codes...)
}

// TestPassphraseFirst logs in by a passkey that gives no secret, so that nothing
// could open what the device keeps: it keeps nothing until a passphrase can.
func TestPassphraseFirst(t *testing.T) {
	t.Parallel()
	const passphrase = "long enough a passphrase"
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.MustLogIn(clientEmail)
	client.HoldPasskeys()
	client.keepSecrets()
	client.Click(`.app-header a[href="/settings"]`)
	client.Click(`.part-link[href="/settings/security"]`)
	client.Click(id("passkey-open"))
	client.Fill(id("security-name"), "A key without secrets")
	client.Press(kb.Enter)
	client.keepCodes()
	client.logOut()

	client.Goto(server.URL + "/login?next=/next-appointment")
	client.Click(id("login-passkey"))
	client.Wait(id("not-lockable"))
	client.WaitGone(id("lock"))
	client.examine("passphrase")
	client.expectAccessible("the passphrase")
	client.Goto(server.URL + "/next-appointment")
	client.Wait(id("not-lockable"))
	if n := eval[int](client, countKept(t, "conversations", "messages", "agenda", "drafts", "private")); n > 0 {
		t.Errorf("%d rows are kept on a device that cannot be locked", n)
	}
	client.protect(passphrase)
	client.WaitPath("/next-appointment")
	client.WaitConnection("online")
	client.Click(id("lock"))
	client.Unlock(passphrase)
	client.WaitPath("/next-appointment")
	if n := eval[int](client, countKept(t, "conversations")); n == 0 {
		t.Error("nothing is kept once it can be locked")
	}

	// The passphrase alone also shows that it may lock later.
	client.Goto(server.URL + "/settings")
	client.lockLater("10", passphrase)
	client.WaitFor("the setting to be kept", inKeys(`(rows) => rows[0].minutes === 10`))
}

// countKept is JavaScript that counts the rows in stores of the device.
func countKept(t *testing.T, stores ...string) string {
	t.Helper()
	return fmt.Sprintf(`(async () => {
		const open = indexedDB.open("pleiades");
		await new Promise((resolve) => { open.onsuccess = resolve; });
		const stores = %s, tx = open.result.transaction(stores);
		let n = 0;
		for (const name of stores) {
			const count = tx.objectStore(name).count();
			await new Promise((resolve) => { count.onsuccess = resolve; });
			n += count.result;
		}
		open.result.close();
		return n;
	})()`, quoteAll(t, stores))
}

// sent makes the page note the bodies of its requests, and returns how to get
// them.
func (tab *Tab) sent() func() []string {
	tab.t.Helper()
	eval[bool](tab, `(() => {
		const original = window.fetch;
		window.sentBodies = [];
		window.fetch = (url, options) => { window.sentBodies.push(String(options?.body ?? "")); return original(url, options); };
		return true;
	})()`)
	return func() []string { return eval[[]string](tab, "window.sentBodies") }
}

// TestFactors has a client add and remove second factors, who needs none.
func TestFactors(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, client := server.MustLogIn(clientEmail)
	browser.Allow("422")
	client.HoldPasskeys()
	client.Click(`.app-header a[href="/settings"]`)
	client.Click(`.part-link[href="/settings/security"]`)
	client.Wait(id("passkey-open"))
	client.examine("security")
	client.expectAccessible("the security settings")

	client.Click(id("totp-open"))
	client.Wait(id("totp-qr"))
	client.examine("security-app")
	client.expectAccessible("an app in the settings")
	client.setUpApp()
	client.Wait(id("recovery-done"))
	client.examine("security-codes")
	client.keepCodes()
	client.WaitText(id("recovery-left"), "10 codes")

	client.Click(id("passkey-open"))
	client.Fill(id("security-name"), "My phone")
	client.Press(kb.Enter)
	client.WaitText(`.entry[data-testid^="passkey-"]`, "My phone")
	client.WaitText(id("security-done-passkey"), "Done")
	client.examine("security-factors")

	client.Click(id("totp-remove-open"))
	client.Wait(id("totp-remove-yes"))
	client.expectAccessible("a question")
	client.Click(id("totp-remove-no"))
	client.WaitGone(id("totp-remove-yes"))
	if focused := eval[string](client, "document.activeElement.dataset.testid"); focused != "totp-remove-open" {
		t.Errorf("the focus is on %q", focused)
	}
	client.Click(id("totp-remove-open"))
	client.Click(id("totp-remove-yes"))
	client.WaitText(id("totp-open"), "Set up")
	client.WaitGone(id("totp-remove-open"))

	client.Click(id("recovery-open"))
	client.keepCodes()
	client.Click(`[data-testid^="passkey-remove-"]`)
	client.Click(id("passkey-remove-yes"))
	client.WaitText(id("security-factors"), "password alone")
}

// TestStepUp answers a sensitive act as the server does when the login is no
// longer fresh: the page asks who is there, and goes on where it was.
func TestStepUp(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, client := server.MustLogIn(clientEmail)
	browser.Allow("401")
	browser.Allow("403")
	_, other := server.MustLogIn(clientEmail)
	client.Goto(server.URL + "/settings/security")
	client.Click(id("device-revoke-others-open"))
	client.refuseOnce("DELETE", "/devices", 403, "step_up_required")
	client.Click(id("device-revoke-others-yes"))
	client.Wait(id("step-up-password"))
	client.examine("step-up")
	client.expectAccessible("the question who is there")
	if focused := eval[string](client, "document.activeElement.id"); focused != "step-up-password" {
		t.Errorf("the focus is on %q", focused)
	}
	client.Fill(id("step-up-password"), "not the password")
	client.Press(kb.Enter)
	client.WaitText(id("step-up-error"), "not your password")
	client.Press(kb.Escape)
	client.WaitGone(id("step-up-password"))
	other.WaitConnection("online")

	client.refuseOnce("DELETE", "/devices", 403, "step_up_required")
	client.Click(id("device-revoke-others-yes"))
	client.Fill(id("step-up-password"), demoPassword)
	client.Press(kb.Enter)
	client.WaitGone(id("device-revoke-others-yes"))
	other.browser.Allow("401")
	other.Wait(id("device-removed"))
}

// TestChangePassword changes the password: from then on it is the one that opens
// the account and this device. With the proof for that, another address is asked
// for, shown by the code of the mail, and dropped while it waits.
func TestChangePassword(t *testing.T) {
	t.Parallel()
	const password = "quite another one for me"
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, client := server.MustLogIn(clientEmail)
	for _, status := range []string{"401", "403", "422"} {
		browser.Allow(status)
	}
	change := func(from, to string) {
		client.Fill(id("security-password-old"), from)
		client.Fill(id("security-password-new"), to)
		client.Press(kb.Enter)
	}
	client.Goto(server.URL + "/settings/security")
	client.Click(id("password-open"))
	change(demoPassword, "password1234")
	client.WaitText(id("security-error-password"), "easy to guess")
	client.examine("security-password")
	client.expectAccessible("a password that is refused")
	client.refuseOnce("PUT", "/password", 403, "step_up_required")
	change("not the password", password)
	client.WaitText(id("security-error-password"), "not your password")
	change(demoPassword, password)
	client.WaitText(id("security-done-password"), "changed")
	if said := client.Text(id("security-done-password")); strings.Contains(said, "still opens") {
		t.Errorf("this device does not open by the new password: %s", said)
	}

	client.Goto(server.URL + "/settings")
	client.Click(id("settings-email"))
	client.Click(id("email-open"))
	client.Fill(id("email-new"), "nowhere")
	client.Press(kb.Enter)
	client.WaitText(id("security-error-email"), "address")
	client.Fill(id("email-new"), "right.address@example.test")
	client.Press(kb.Enter)
	client.WaitText(id("email-waits"), "right.address@example.test")
	client.Fill(id("email-code"), "AAAA-AAAA-AAAA")
	client.Press(kb.Enter)
	client.WaitText(id("security-error-email-code"), "not the code")
	client.examine("security-email")
	client.expectAccessible("a code for another address")
	client.Fill(id("email-code"), server.inMail("right.address@example.test", `[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}`))
	client.Press(kb.Enter)
	client.WaitText(id("email-pending"), "right.address@example.test")
	client.examine("security-email-waits")
	client.Click(id("email-cancel"))
	client.WaitText(id("security-done-email-cancel"), "stays as it was")

	client.Click(id("lock"))
	client.Unlock(password)
	client.WaitPath("/settings/security")
	MustBrowse(t).Open(server.URL+"/login").LogIn(clientEmail, password)
}

// TestRevoke logs a device out from another one: its page ends at once, and
// nothing of the person is on it.
func TestRevoke(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, phone := server.MustLogIn(clientEmail)
	phone.OpenConversation(therapistName)
	laptopBrowser, laptop := server.MustLogIn(clientEmail)
	laptopBrowser.Allow("401")
	phone.Wait(id("alert-new_device"))
	phone.examine("alert")
	phone.expectAccessible("an alert")
	laptop.WaitConnection("online")

	phone.Click(id("alert-new_device") + " a")
	phone.WaitPath("/settings/security")
	phone.WaitCount(`.entry[data-testid^="device-"]`, 2)
	phone.Click(`[data-testid^="device-revoke-"]`)
	phone.Wait(id("device-revoke-yes"))
	phone.examine("security-revoke")
	phone.expectAccessible("a device to be logged out")
	phone.Click(id("device-revoke-yes"))
	phone.WaitGone(id("device-revoke-yes"))
	laptop.WaitFor("the page to end", `!document.querySelector('[data-testid="logout"]')`)
	laptop.WaitFor("the device to be empty", storedRows+".then((rows) => rows === 0)")
	if problems := phone.Texts(id("alert-fine-new_device")); len(problems) != 1 {
		t.Errorf("the alert is gone before it was put away: %q", problems)
	}
	phone.Click(id("alert-fine-new_device"))
	phone.WaitGone(id("alert-new_device"))
}

// TestToldLater has a device away while another logs in: it is told when it comes
// back, until its person has put the news away.
func TestToldLater(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, phone := server.MustLogIn(clientEmail)
	phone.WaitConnection("online")
	phone.Close()
	server.MustLogIn(clientEmail)

	for range 2 { // loading the page anew puts nothing away
		phone = browser.Open(server.URL + "/")
		phone.Wait(id("alert-new_device"))
		phone.WaitConnection("online")
	}
	phone.Click(id("alert-fine-new_device"))
	phone.WaitGone(id("alert-new_device"))
	phone.WaitFor("the server to hear of it", `fetch("/api/v1/security").then((r) => r.json()).then((s) => !s.notices)`)
	phone.Reload()
	phone.WaitConnection("online")
	phone.WaitGone(id("alert-new_device"))
}

// TestForgot sets a new password by mail, without a second factor: it waits a
// day, every device says so, and each can cancel it or let it work.
func TestForgot(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	own, client := server.MustLogIn(clientEmail)
	own.Allow("403") // the proof that is asked for
	client.WaitConnection("online")
	stranger := MustBrowse(t)
	stranger.Allow("4")
	tab := stranger.Open(server.URL + "/login")

	ask := func(password string) {
		tab.Goto(server.URL + "/login")
		tab.Click(id("login-forgot"))
		tab.Fill(id("forgot-email"), clientEmail)
		tab.Press(kb.Enter)
		tab.Wait(id("forgot-sent"))
		tab.Goto(server.MailLink(clientEmail, "/reset"))
		tab.Fill(id("reset-password"), password)
		tab.Press(kb.Enter)
		tab.Wait(id("reset-pending"))
	}

	ask("a password of the mailbox")
	tab.examine("reset-pending")
	tab.expectAccessible("a reset that waits")
	client.Wait(id("alert-reset"))
	client.examine("alert-reset")
	client.expectAccessible("the alert of a reset")
	client.Reload()
	client.Wait(id("alert-reset"))
	client.Goto(server.URL + "/settings/security")
	client.Wait(id("security-reset"))
	client.examine("security-reset")
	client.Click(id("security-reset-cancel"))
	client.WaitGone(id("security-reset"))

	server.forgetMail()
	ask("another of the mailbox")
	client.Goto(server.URL + "/")
	client.refuseOnce("POST", "/password/reset/approve", 403, "step_up_required")
	client.Click(id("alert-reset-approve"))
	client.Fill(id("step-up-password"), demoPassword)
	client.Press(kb.Enter)
	client.WaitGone(id("alert-reset"))
	tab.Goto(server.URL + "/login")
	tab.LogIn(clientEmail, "another of the mailbox")
}

// TestResetLink opens links of a reset that lead nowhere.
func TestResetLink(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser := MustBrowse(t)
	browser.Allow("422")
	tab := browser.Open(server.URL + "/reset")
	tab.Wait(id("reset-bad"))
	tab.WaitWorker()
	tab.Goto(server.URL + "/forgot")
	tab.Wait(id("forgot-submit") + ":enabled")
	tab.expectAccessible("a forgotten password")
	tab.examine("forgot")
	tab.Goto(server.URL + "/reset#made-up")
	tab.Wait(id("reset-submit") + ":enabled")
	tab.expectAccessible("a new password")
	tab.examine("reset")
	tab.Fill(id("reset-password"), "some words for nothing")
	tab.Press(kb.Enter)
	tab.Wait(id("reset-bad"))
	tab.Click(id("reset-bad") + " a")
	tab.WaitPath("/forgot")
}

// TestThrottled guesses until the server asks to wait: the page says how long.
func TestThrottled(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser := MustBrowse(t)
	browser.Allow("401")
	browser.Allow("429")
	tab := browser.Open(server.URL + "/login")
	tab.refuseOnce("POST", "/login", 429, "too_many_requests")
	tab.begin(clientEmail, demoPassword)
	tab.WaitText(id("login-wait"), "second")
	tab.Wait(id("login-submit") + ":disabled")
	tab.examine("login-wait")
	tab.Wait(id("login-submit") + ":enabled")
	tab.Click(id("login-submit"))
	tab.Wait(id("logout"))
}

// TestUnlockByPasskey opens a locked device by a passkey, without the server
// too, and begins a login by the same gesture where the one before has ended.
func TestUnlockByPasskey(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, client := server.MustLogIn(clientEmail)
	browser.Allow("401")
	client.HoldPasskeys()
	conversation := client.OpenConversation(therapistName)
	client.WaitWorker()
	client.Goto(server.URL + "/settings/security")
	client.Click(id("passkey-open"))
	client.Click(id("passkey-make"))
	client.Fill(id("step-up-password"), demoPassword) // the page was loaded anew since the login
	client.Press(kb.Enter)
	client.keepCodes()
	client.Wait(`.entry[data-testid^="passkey-"]`)
	client.Goto(server.URL + conversation)
	client.Draft("For my eyes only")

	client.Click(id("lock"))
	client.Wait(id("unlock-passkey"))
	client.Wait(id("unlock-password"))
	client.examine("locked-passkey")
	client.expectAccessible("a device that a passkey opens")
	server.Stop()
	client.Click(id("unlock-passkey"))
	client.WaitPath(conversation)
	client.WaitValue(id("compose-input"), "For my eyes only")

	server.Start()
	client.WaitConnection("online")
	client.Click(id("lock"))
	client.Wait(id("unlock-passkey"))
	client.ClearCookies()
	client.Click(id("unlock-passkey"))
	client.WaitPath(conversation)
	client.WaitConnection("online")
	client.WaitValue(id("compose-input"), "For my eyes only")

	// A passkey that was removed opens the device no more.
	client.Goto(server.URL + "/settings/security")
	client.Click(`[data-testid^="passkey-remove-"]`)
	client.Click(id("passkey-remove-yes"))
	client.WaitText(id("security-factors"), "password alone")
	client.Click(id("lock"))
	client.Wait(id("unlock-password"))
	client.WaitGone(id("unlock-passkey"))
}

// TestUnlockSecondStep opens a locked device by the password, where the login
// has ended and wants a second step.
func TestUnlockSecondStep(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	browser, client := server.MustLogIn(clientEmail)
	browser.Allow("401")
	client.WaitWorker()
	client.Goto(server.URL + "/settings/security")
	client.Click(id("totp-open"))
	client.setUpApp()
	codes := client.keepCodes()
	client.Click(id("lock"))
	client.Wait(id("lock-screen"))
	client.ClearCookies()
	client.Unlock(demoPassword)
	client.Click(id("login-use-recovery"))
	client.Fill(id("login-code"), codes[0])
	client.Press(kb.Enter)
	client.WaitPath("/settings/security")
	client.WaitConnection("online")
}
