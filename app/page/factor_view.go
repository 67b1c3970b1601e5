package page

import (
	"context"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/wire"
)

// twoStepPanel is about what is asked beside the password.
func (p *security) twoStepPanel() app.UI {
	words := p.words.Security
	state, has := words.Off, p.info.TOTP != nil || len(p.info.Passkeys) > 0
	if has {
		state = words.On
	}
	if p.info.Required {
		state += " " + words.Required
	}
	var excused app.UI = app.Div()
	if p.info.Excused {
		excused = app.P().Class("aside").DataSet("testid", "security-excused").Text(words.Excused)
	}
	return p.panel(words.TwoStep, words.TwoStepLead,
		app.P().Class("standing").DataSet("testid", "security-factors").Text(state),
		excused,
		p.passkeysPart(),
		p.totpPart(),
		p.recoveryPart(has),
	)
}

func (p *security) passkeysPart() app.UI {
	words := p.words.Security
	var foot app.UI
	switch {
	case !p.passkeys:
		foot = app.P().Class("hint").Text(p.words.Proof.Unsupported)
	case p.open == changePasskey:
		foot = p.nameForm(changePasskey, words.PasskeyName, words.PasskeyNameHint, "passkey-make", words.AddPasskey, true, p.addPasskey)
	default:
		foot = p.openButton(changePasskey, uuid.UUID{}, words.AddPasskey, "", nameID)
	}
	list := app.UI(app.P().Class("hint").Text(words.NoPasskeys))
	if len(p.info.Passkeys) > 0 {
		list = app.Ul().Class("entries").Body(app.Range(p.info.Passkeys).Slice(func(i int) app.UI {
			return p.passkey(p.info.Passkeys[i])
		}))
	}
	return app.Section().Class("factor").Body(
		app.H3().Class("factor-title").Text(words.Passkeys),
		app.P().Class("hint").Text(words.PasskeysLead),
		app.Div().Body(list),
		app.Div().Body(foot),
		p.answer(changePasskey, words.Done), p.answer(changePasskeyName, words.Done), p.answer(changePasskeyRemove, words.Done),
	)
}

func (p *security) passkey(k wire.Passkey) app.UI {
	words := p.words.Security
	var form app.UI
	switch {
	case p.isOpen(changePasskeyName, k.ID):
		form = p.nameForm(changePasskeyName, words.PasskeyName, "", "passkey-save", words.Save, false, p.saveName(p.Client.RenamePasskey))
	case p.isOpen(changePasskeyRemove, k.ID):
		form = p.question(changePasskeyRemove, words.RemoveAsk, words.RemoveYes, func() error {
			return p.Client.DeletePasskey(context.Background(), k.ID)
		})
	}
	detail := words.PasskeyAdded(p.Clock.Due(k.CreatedAt), p.Clock.Due(k.LastUsedAt))
	if k.Synced {
		detail += " " + words.Synced
	}
	return p.entry("passkey", k.ID, k.Name, "", detail, form,
		p.renameButton(changePasskeyName, k.ID, k.Name),
		p.openButton(changePasskeyRemove, k.ID, words.Remove, words.RemoveName(string(k.Name)), keepID),
	)
}

func (p *security) totpPart() app.UI {
	words := p.words.Security
	lead, add := words.TOTPOff, words.TOTPAdd
	if p.info.TOTP != nil {
		lead, add = words.TOTPOn(p.Clock.Due(p.info.TOTP.CreatedAt)), words.TOTPReplace
	}
	var form app.UI
	switch {
	case p.totp.shown():
		form = p.totp.draw(p.confirmTOTP, p.cancel, words.Cancel)
	case p.open == changeTOTPRemove:
		form = p.question(changeTOTPRemove, words.RemoveAsk, words.RemoveYes, func() error {
			return p.Client.DeleteTOTP(context.Background())
		})
	default:
		buttons := []app.UI{app.Button().Type("button").Class(ui.Quiet).ID("totp-open").DataSet("testid", "totp-open").
			Text(add).OnClick(p.addTOTP)}
		if p.info.TOTP != nil {
			buttons = append(buttons, p.openButton(changeTOTPRemove, uuid.UUID{}, words.Remove, words.RemoveName(words.TOTP), keepID))
		}
		form = app.Div().Class("form-buttons").Body(buttons...)
	}
	return app.Section().Class("factor").Body(
		app.H3().Class("factor-title").Text(words.TOTP),
		app.P().Class("hint").DataSet("testid", "totp-state").Text(lead),
		p.problem(changeTOTP),
		app.Div().Body(form),
		p.answer(changeTOTP, words.Done), p.answer(changeTOTPRemove, words.Done),
	)
}

func (p *security) recoveryPart(has bool) app.UI {
	words := p.words.Security
	stock := p.info.RecoveryCodes
	left := words.RecoveryNone
	switch {
	case !has:
		left = words.RecoveryLater
	case stock.Left > 0 && stock.CreatedAt != nil:
		left = words.RecoveryLeft(stock.Left, p.Clock.Due(*stock.CreatedAt))
	}
	var foot app.UI
	if has {
		text := words.RecoveryNew
		if p.busy && p.open == changeCodes {
			text = words.Busy
		}
		foot = app.Div().Class("form-buttons").Body(
			app.Button().Type("button").Class(ui.Quiet).ID("recovery-open").DataSet("testid", "recovery-open").Text(text).OnClick(p.newCodes),
			app.P().Class("hint").Text(words.RecoveryNewHint),
		)
	} else {
		foot = app.Div()
	}
	return app.Section().Class("factor").Body(
		app.H3().Class("factor-title").Text(words.Recovery),
		app.P().Class("hint").Text(words.RecoveryLead),
		app.P().DataSet("testid", "recovery-left").Text(left),
		p.problem(changeCodes),
		foot,
	)
}

func (p *security) newCodes(ctx app.Context, e app.Event) {
	p.begin(changeCodes, uuid.UUID{}, "")(ctx, e)
	p.makeCodes(ctx, e)
}
