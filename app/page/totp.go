package page

import (
	"context"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/wire"
)

// totpSetup is where an authenticator app is set up: its secret as a picture
// and in letters, and the first code as the proof that it works.
type totpSetup struct {
	*env
	ctx app.Context // of the page

	secret *wire.TOTPSecret // nil while it is not shown
	copied bool
	busy   bool
	err    string
	pause  holdOff
}

func (m *totpSetup) init(e *env) { m.env = e }

func (m *totpSetup) shown() bool { return m.secret != nil }

func (m *totpSetup) begin(ctx app.Context, secret wire.TOTPSecret) {
	m.ctx, m.secret, m.copied, m.busy, m.err = ctx, &secret, false, false, ""
	ctx.Defer(func(app.Context) { focus("totp-setup") })
}

// close forgets the secret.
func (m *totpSetup) close() {
	m.secret, m.busy, m.err = nil, false, ""
	m.pause.end()
}

// confirm tries the code that was typed.
func (m *totpSetup) confirm(then func(app.Context, wire.FactorAdded, error)) {
	code := value("totp-code")
	switch {
	case m.busy || m.pause.left > 0:
		return
	case strings.TrimSpace(code) == "":
		m.err = m.words.Proof.Missing
		return
	}
	m.busy, m.err = true, ""
	m.ctx.Async(func() {
		added, err := m.Client.ConfirmTOTP(context.Background(), code)
		m.ctx.Dispatch(func(ctx app.Context) {
			m.busy = false
			then(ctx, added, err)
		})
	})
}

// fail says why the code did not work.
func (m *totpSetup) fail(text string, err error) {
	m.err = text
	m.pause.heed(m.ctx, err)
	m.ctx.Defer(func(app.Context) { selectText("totp-code") })
}

// draw returns the form.
func (m *totpSetup) draw(onSubmit, onBack app.EventHandler, back string) app.UI {
	words := m.words.Enroll
	copy, confirm := words.Copy, words.Confirm
	if m.copied {
		copy = words.Copied
	}
	if m.busy {
		confirm = words.Busy
	}
	return app.Form().Class("form totp").ID("totp-setup").TabIndex(-1).Attr("novalidate", true).OnSubmit(onSubmit).Body(
		app.Div().Class("totp-scan").Body(
			app.P().Text(words.Scan),
			app.Div().Class("qr-frame").DataSet("testid", "totp-qr").Body(ui.QR(m.secret.QR, words.Picture)),
		),
		app.Div().Class("totp-letters").Body(
			app.P().Class("label").Text(words.Secret),
			app.P().Class("hint").Text(words.SecretFor),
			app.Div().Class("copy-row").Body(
				app.P().Class("totp-secret").DataSet("testid", "totp-secret").Text(inFours(m.secret.Secret)),
				ui.Button(ui.Quiet, "totp-copy", copy, m.copySecret),
			),
		),
		formError("totp-error", m.err),
		m.pause.draw(m.words, "totp"),
		ui.Field{
			ID: "totp-code", Label: words.Code, Hint: words.CodeHint, Type: "text", Code: true, Digits: true,
			Autocomplete: "one-time-code",
		}.Draw(),
		app.Div().Class("form-buttons").Body(
			ui.Submit("totp-confirm", confirm, m.busy || m.pause.left > 0),
			ui.Button(ui.Quiet, "totp-cancel", back, onBack),
		),
	)
}

func (m *totpSetup) copySecret(app.Context, app.Event) {
	writeClipboard(m.secret.Secret, func(ok bool) { m.ctx.Dispatch(func(app.Context) { m.copied = ok }) })
}

// inFours puts a space after every four letters, for the eye.
func inFours(secret string) string {
	var parts []string
	for len(secret) > 4 {
		parts, secret = append(parts, secret[:4]), secret[4:]
	}
	return strings.Join(append(parts, secret), " ")
}
