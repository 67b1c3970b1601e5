package e2e

import (
	"image"
	"image/color"
	"slices"
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"
	"github.com/chromedp/cdproto/emulation"

	"pleiades/server/store/storetest"
)

// qrModules is JavaScript for the modules of the QR code in an element, read from
// what it draws: a row a string, 1 for dark.
const qrModules = `((svg) => {
	const size = svg.viewBox.baseVal.width;
	const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
	const pen = canvas.getContext("2d");
	pen.fill(new Path2D(svg.querySelector("path").getAttribute("d")));
	const { data } = pen.getImageData(0, 0, size, size);
	return Array.from({ length: size }, (_, y) =>
		Array.from({ length: size }, (_, x) => (data[4 * (y * size + x) + 3] > 127 ? "1" : "0")).join(""));
})`

// wantQR fails the test unless the element shows the QR code of a text, within a
// quiet zone.
func (tab *Tab) wantQR(selector, text string) {
	tab.t.Helper()
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		tab.t.Fatal(err)
	}
	const quiet = 4
	size := code.Bounds().Dx()
	want := make([]string, size+2*quiet)
	for y := range want {
		row := []byte(strings.Repeat("0", len(want)))
		for x := range row {
			at := image.Pt(x-quiet, y-quiet)
			if at.In(code.Bounds()) && code.At(at.X, at.Y) == color.Black {
				row[x] = '1'
			}
		}
		want[y] = string(row)
	}
	if got := eval[[]string](tab, qrModules+"(document.querySelector("+quote(selector)+"))"); !slices.Equal(got, want) {
		tab.t.Errorf("the QR code is not that of the link:\n%s", strings.Join(got, "\n"))
	}
}

// TestInvite makes an invitation, whose QR code leads where its link does,
// prints it as a letter, has someone type its code, and withdraws another one.
func TestInvite(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, therapist := server.MustLogIn(therapistEmail)
	therapist.Click(id("invite-open"))
	therapist.Click(id("invite-create"))
	therapist.Wait(id("invite-url"))
	therapist.Wait(`[data-testid^="invitation-"]`)
	therapist.expectAccessible("a new invitation")
	link := eval[string](therapist, `document.querySelector('[data-testid="invite-url"]').value`)
	code := therapist.Texts(id("invite-code"))[0]
	therapist.wantQR(id("invite-qr")+" svg", link)
	therapist.wantQR(id("invite-letter")+" svg", link)

	therapist.do("print", emulation.SetEmulatedMedia().WithMedia("print"))
	letter := therapist.Texts("body")[0]
	for _, part := range []string{code, link, server.URL + "/signup"} {
		if !strings.Contains(letter, part) {
			t.Errorf("the letter does not say %q: %s", part, letter)
		}
	}
	for _, part := range []string{"herap", "client", "Withdraw", therapistName} {
		if strings.Contains(letter, part) {
			t.Errorf("the letter says %q: %s", part, letter)
		}
	}
	therapist.restore()

	// On paper, in other hands.
	browser := MustBrowse(t)
	browser.Allow("422") // a code that is none
	tab := browser.Open(server.URL + "/signup")
	tab.Fill(id("signup-code"), "ACDE-FGHJ-KLMN")
	tab.Fill(id("signup-name"), "Rowan Fictional")
	tab.Fill(id("signup-email"), "rowan@demo.test")
	tab.Fill(id("signup-password"), "a password of my own")
	tab.Click(id("signup-submit"))
	tab.WaitText("#signup-code-error", "does not work")
	tab.expectAccessible("a code that is none")
	tab.Fill(id("signup-code"), strings.ToLower(strings.ReplaceAll(code, "-", " ")))
	tab.Click(id("signup-submit"))
	tab.WaitPath("/")
	tab.OpenConversation(therapistName)

	// Someone who has an account types a used code, then another one.
	therapist.Click(id("invite-create"))
	therapist.WaitFor("another code", `![null, `+quote(code)+`].includes(document.querySelector('[data-testid="invite-code"]')?.textContent)`)
	second := therapist.Texts(id("invite-code"))[0]
	tab.Goto(server.URL + "/signup")
	tab.Fill(id("signup-code"), "ACDE-FGHJ-KLMN")
	tab.Click(id("signup-code-use"))
	tab.WaitText("#signup-code-error", "does not work")
	tab.expectAccessible("a code for who is logged in")
	tab.Fill(id("signup-code"), second)
	tab.Click(id("signup-code-use"))
	tab.Click(id("invitation-accept"))
	tab.Wait(id("compose-input"))

	used := eval[string](therapist, `document.querySelector('[data-testid^="invitation-"]').dataset.testid`)
	therapist.Click(id("invite-create"))
	therapist.WaitFor("a third code", `![null, `+quote(second)+`].includes(document.querySelector('[data-testid="invite-code"]')?.textContent)`)
	third := therapist.Texts(id("invite-code"))[0]
	therapist.WaitFor("the one open invitation", `[...document.querySelectorAll('[data-testid^="invitation-"]')].map((e) => e.dataset.testid !== `+quote(used)+`).join() === "true"`)
	therapist.Click(id("invite-withdraw"))
	therapist.WaitText(id("invite-withdrawn"), "withdrawn")
	therapist.WaitGone(id("invite-url"))
	tab.Goto(server.URL + "/signup")
	tab.Fill(id("signup-code"), third)
	tab.Click(id("signup-code-use"))
	tab.WaitText("#signup-code-error", "does not work")

	therapist.WaitWorker()
	server.Stop()
	therapist.Goto(server.URL + "/invite")
	therapist.WaitText("main", "Open invitations are kept by the server alone")
	therapist.Click(id("invite-create"))
	therapist.WaitText(id("invite-error"), "needs a connection")
	therapist.examine("invite-offline")
}

// TestInvitationThatLeadsNowhere opens links of invitations that do not work, and
// goes on with the code of one that does.
func TestInvitationThatLeadsNowhere(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, therapist := server.MustLogIn(therapistEmail)
	therapist.Click(id("invite-open"))
	therapist.Click(id("invite-create"))
	therapist.Wait(id("invite-url"))
	code := therapist.Texts(id("invite-code"))[0]

	browser := MustBrowse(t)
	browser.Allow("422")
	token := strings.Repeat("A", 43)
	staff := browser.Open(server.URL + "/signup#staff." + token)
	staff.WaitText("#signup-code-error", "whoever invited you")
	staff.Close()

	tab := browser.Open(server.URL + "/signup#" + token)
	tab.WaitText("#signup-code-error", "does not work")
	tab.WaitFor("the focus at the code", `document.activeElement?.id === "signup-code"`)
	tab.WaitValue(id("signup-code"), "")
	tab.expectAccessible("a link that leads nowhere")
	tab.Reload()
	tab.Wait(id("signup-uninvited"))
	tab.Fill(id("signup-code"), code)
	tab.Fill(id("signup-name"), "Rowan Fictional")
	tab.Fill(id("signup-email"), "rowan@demo.test")
	tab.Fill(id("signup-password"), "a password of my own")
	tab.Click(id("signup-submit"))
	tab.WaitPath("/")
	tab.OpenConversation(therapistName)
}

// TestInviteToOneOfTwo has a therapist join a second practice, and invite a
// client to it.
func TestInviteToOneOfTwo(t *testing.T) {
	t.Parallel()
	const email = "nora@quince.test"
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	practice := strings.Fields(server.Run("practice", "create", "--name", "Quince House"))[0]
	made := server.Run("account", "create", "--practice", practice, "--role", "owner", "--name", "Nora Quince", "--email", email)
	browser := MustBrowse(t)
	browser.Allow("40") // before the login is whole
	owner := browser.Open(server.URL + "/login")
	owner.begin(email, printedPassword(t, made))
	owner.enrol()
	owner.Visit("/practice/members")
	owner.Fill(id("colleague-name"), "Juniper")
	owner.Click(id("colleague-submit"))
	owner.Wait(id("colleague-url"))

	_, therapist := server.MustLogIn(therapistEmail)
	therapist.Visit("/settings/security") // who works in a real practice has a second factor
	therapist.Click(id("totp-open"))
	therapist.setUpApp()
	therapist.keepCodes()
	therapist.Goto(eval[string](owner, `document.querySelector('[data-testid="colleague-url"]').value`))
	therapist.Click(id("invitation-accept"))
	therapist.WaitPath("/")
	therapist.Click(id("invite-open"))
	therapist.Wait("#invite-practice")
	therapist.examine("invite-practices")
	therapist.expectAccessible("an invitation to one of two practices")
	therapist.Choose("#invite-practice", practice)
	therapist.Click(id("invite-create"))
	therapist.Wait(id("invite-url"))

	client := MustBrowse(t).Open(eval[string](therapist, `document.querySelector('[data-testid="invite-url"]').value`))
	client.Wait(id("signup-submit") + ":enabled")
	client.Fill(id("signup-name"), "Rowan Fictional")
	client.Fill(id("signup-email"), "rowan@demo.test")
	client.Fill(id("signup-password"), "a password of my own")
	client.Click(id("signup-submit"))
	client.WaitPath("/")
	client.OpenConversation(therapistName)
	if got := eval[string](client, `(async () => JSON.stringify(await (await fetch("/api/v1/me")).json()))()`); !strings.Contains(got, "Quince House") {
		t.Errorf("the client belongs elsewhere: %s", got)
	}
}
