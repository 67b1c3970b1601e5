package page

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/remote"
	"pleiades/app/state"
	"pleiades/app/syncer"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

func newTestEnv(s *state.App) *env {
	return &env{Deps: Deps{State: s, Client: noClient{}, Clock: utc{}}, words: phrase.English()}
}

// noClient is a Client of which pages only take methods to call later.
type noClient struct{ Client }

func (noClient) RenameDevice(context.Context, uuid.UUID, message.Text) error  { return nil }
func (noClient) RenamePasskey(context.Context, uuid.UUID, message.Text) error { return nil }
func (noClient) CancelReset(context.Context) error                            { return nil }
func (noClient) ApproveReset(context.Context) error                           { return nil }

func TestSecurityPage(t *testing.T) {
	words := phrase.English().Security
	this, phone := uuid.UUID{1}, uuid.UUID{2}
	open := func(info wire.Security) *security {
		p := newSecurity(newTestEnv(loggedIn(wire.RoleTherapist)))
		p.info, p.passkeys = &info, true
		p.devices = []wire.Device{
			{ID: this, Name: "Chromium on Linux", LoggedIn: true, Current: true},
			{ID: phone, Name: "The old phone"},
		}
		return p
	}

	t.Run("offers what there is not yet", func(t *testing.T) {
		html := app.HTMLString(open(wire.Security{}))
		has(t, html, words.Off, words.NoPasskeys, "passkey-open", "totp-open", words.RecoveryLater, "password-open")
		hasNot(t, html, "totp-remove-open", "recovery-open", words.Required, "security-excused", "security-reset")
	})

	t.Run("shows what there is", func(t *testing.T) {
		made := noon
		html := app.HTMLString(open(wire.Security{
			TOTP:          &wire.TOTP{CreatedAt: noon},
			Passkeys:      []wire.Passkey{{ID: phone, Name: "My phone", Synced: true}},
			RecoveryCodes: wire.RecoveryStock{Left: 3, CreatedAt: &made},
			Required:      true,
		}))
		has(t, html, words.On, words.Required, "My phone", words.Synced, "3 codes left", "totp-remove-open", "recovery-open",
			"passkey-rename-"+phone.String(), "passkey-remove-"+phone.String())
	})

	t.Run("says that the demo practice is excused", func(t *testing.T) {
		has(t, app.HTMLString(open(wire.Security{Excused: true})), "security-excused", words.Excused)
	})

	t.Run("lets each device be renamed, and all but this one be logged out", func(t *testing.T) {
		html := app.HTMLString(open(wire.Security{}))
		has(t, html, "device-"+this.String(), "device-rename-"+this.String(), words.This, words.LoggedOut,
			"device-revoke-"+phone.String(), "device-revoke-others-open")
		hasNot(t, html, "device-revoke-"+this.String())
	})

	t.Run("asks before it logs a device out", func(t *testing.T) {
		p := open(wire.Security{})
		p.open, p.of = changeDeviceRevoke, phone
		has(t, app.HTMLString(p), words.RevokeAsk, "device-revoke-yes", "device-revoke-no")
	})

	t.Run("puts a new password that waits before everything else", func(t *testing.T) {
		has(t, app.HTMLString(open(wire.Security{Reset: &wire.PasswordReset{RequestedAt: noon, EffectiveAt: noon.Add(24 * time.Hour)}})),
			"security-reset-cancel", "security-reset-approve", words.ResetHint)
	})

	t.Run("shows recovery codes and nothing else until they are kept", func(t *testing.T) {
		p := open(wire.Security{})
		p.codes.list = []string{"first-code", "second-code"}
		html := app.HTMLString(p)
		has(t, html, "first-code", "second-code", "recovery-done", "recovery-download", "recovery-print", "recovery-copy")
		hasNot(t, html, "password-open")
	})

	t.Run("draws the secret of an app with nothing but attributes", func(t *testing.T) {
		p := open(wire.Security{})
		p.open = changeTOTP
		p.totp.secret = &wire.TOTPSecret{Secret: "JBSWY3DPEHPK3PXPAB", QR: []string{"10", "01"}}
		html := app.HTMLString(p)
		has(t, html, "JBSW Y3DP EHPK 3PXP AB", `d="M0 0h1v1h-1zM1 1h1v1h-1z"`, "totp-confirm")
		checkMarkup(t, html)
	})

	t.Run("says why there is nothing", func(t *testing.T) {
		p := newSecurity(newTestEnv(loggedIn(wire.RoleClient)))
		has(t, app.HTMLString(p), words.Loading)
		p.State.SetConnection(state.Offline)
		has(t, app.HTMLString(p), words.Offline.Title)
		p.failed = true
		has(t, app.HTMLString(p), words.Failed.Title, "security-again")
	})
}

func TestBanners(t *testing.T) {
	s := loggedIn(wire.RoleClient)
	s.AddAlert(wire.SecurityEvent{Notice: wire.NoticeNewDevice, At: noon})
	s.SetReset(&wire.PasswordReset{EffectiveAt: noon})
	e := newTestEnv(s)
	has(t, app.HTMLString(newHome(e, "/")), "alert-new_device", "alert-fine-new_device", `href="`+securityPath+`"`,
		"alert-reset", "alert-reset-cancel", "alert-reset-approve")
	hasNot(t, app.HTMLString(newSecurity(e)), "alert-reset")
}

func TestProof(t *testing.T) {
	words := phrase.English()
	m := proof{prefix: "login", methods: []wire.Method{wire.MethodTOTP, wire.MethodPasskey, wire.MethodRecovery}}
	for method, want := range map[wire.Method][]string{
		wire.MethodTOTP:     {`id="login-code"`, `inputmode="numeric"`, "one-time-code", "login-use-passkey", "login-use-recovery"},
		wire.MethodRecovery: {`id="login-code"`, "login-use-totp", "login-use-passkey"},
		wire.MethodPasskey:  {words.Proof.Ways[wire.MethodPasskey].Submit, "login-use-totp"},
	} {
		t.Run("asks by "+string(method)+" and offers the others", func(t *testing.T) {
			m.chosen = method
			html := app.HTMLString(m.draw(words, nil, "", nil))
			has(t, html, want...)
			hasNot(t, html, "login-use-"+string(method), "login-cancel")
		})
	}
	t.Run("takes no try while the server wants it to wait", func(t *testing.T) {
		m := proof{prefix: "login", chosen: wire.MethodTOTP, pause: holdOff{left: 1}}
		has(t, app.HTMLString(m.draw(words, nil, "", nil)), words.Proof.Wait(1), "disabled")
	})
}

func TestExplainProof(t *testing.T) {
	words := phrase.English()
	later := &remote.Later{Problem: &wire.Problem{Code: wire.CodeTooManyRequests}, After: time.Second}
	for _, test := range []struct {
		err  error
		want string
	}{
		{fmt.Errorf("wrapped: %w", syncer.ErrPasskeyCancelled), words.Proof.Cancelled},
		{syncer.ErrPasskeyKnown, words.Proof.Known},
		{syncer.ErrPasskeyFailed, words.Proof.Failed},
		{later, words.Problems.ByCode[wire.CodeTooManyRequests].Title + " " + words.Problems.ByCode[wire.CodeTooManyRequests].Detail},
		{errors.New("no answer"), sentence(words.Problems.NoConnection)},
	} {
		if got := explainProof(words, test.err); got != test.want {
			t.Errorf("%v: got %q, want %q", test.err, got, test.want)
		}
	}
}

func TestExplainPassword(t *testing.T) {
	words := phrase.English()
	if got := explainPassword(words, &wire.Problem{Code: wire.CodeInvalidPassword, Errors: []string{"breached"}}); got != words.Field(wire.FieldPasswordBreached) {
		t.Errorf("got %q", got)
	}
}

func TestResetView(t *testing.T) {
	words := phrase.English()
	for name, test := range map[string]struct {
		model resetModel
		want  []string
	}{
		"a link that no longer works leads to another": {resetModel{bad: true}, []string{"reset-bad", `href="/forgot"`}},
		"a pending one says when, and how to stop it":  {resetModel{state: wire.ResetPending, when: "tomorrow noon"}, []string{"tomorrow noon", words.Reset.Cancel}},
		"a done one leads to the login":                {resetModel{state: wire.ResetDone}, []string{"reset-done", `href="/login"`}},
		"the form tells of a day and of drafts":        {resetModel{pause: &holdOff{}}, []string{words.Forgot.Wait.Title, words.Forgot.Drafts.Title, "reset-password"}},
	} {
		t.Run(name, func(t *testing.T) { has(t, app.HTMLString(resetView(words, test.model)), test.want...) })
	}
}
