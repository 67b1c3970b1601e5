package page

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// security is the part of the settings about credentials and devices. What it
// shows comes from the server each time; nothing of it is kept.
type security struct {
	frame

	info     *wire.Security // nil until it was fetched
	devices  []wire.Device
	seen     int // State.Credentials when it was fetched
	loading  bool
	failed   bool // to fetch
	passkeys bool // the browser knows them

	// One thing at a time can be changed: open names it, of is what it is about.
	open   change
	of     uuid.UUID
	busy   bool
	err    string
	done   change // the last one that worked
	totp   totpSetup
	codes  codes
	reveal bool // the passwords
	opens  bool // the new password opens this device
}

// change names what can be changed on the page.
type change string

const (
	changePassword      change = "password"
	changeTOTP          change = "totp"
	changeTOTPRemove    change = "totp-remove"
	changePasskey       change = "passkey"
	changePasskeyName   change = "passkey-rename"
	changePasskeyRemove change = "passkey-remove"
	changeCodes         change = "recovery"
	changeDeviceName    change = "device-rename"
	changeDeviceRevoke  change = "device-revoke"
	changeOthersRevoke  change = "device-revoke-others"
	changeReset         change = "reset"
	changeEmail         change = "email"
	changeEmailCode     change = "email-code"
	changeEmailCancel   change = "email-cancel"
)

func newSecurity(e *env) *security {
	p := &security{frame: frame{env: e, path: securityPath}}
	p.totp.init(e)
	p.codes.env = e
	return p
}

// OnMount names the page and begins to follow the state.
func (p *security) OnMount(ctx app.Context) {
	setTitle(p.words.Brand.Title(p.words.Security.Page))
	p.follow(ctx, p.changed)
	ctx.Async(func() {
		has := p.Client.HasPasskeys(context.Background())
		ctx.Dispatch(func(app.Context) { p.passkeys = has })
	})
}

// OnDismount stops what goes on by itself.
func (p *security) OnDismount() {
	p.totp.pause.end()
	p.frame.OnDismount()
}

// OnNav takes in where the page is.
func (p *security) OnNav(ctx app.Context) {
	p.arrive(ctx)
	p.changed(ctx)
}

// changed fetches what there is to show, at first, when something changed
// elsewhere, and once there is a connection again.
func (p *security) changed(ctx app.Context) {
	p.guard(ctx)
	if p.State.Login() != state.LoggedIn || p.loading {
		return
	}
	stale := p.info == nil || p.seen != p.State.Credentials()
	if stale && p.State.Connection() == state.Online && !p.failed {
		p.load()
	}
}

// load fetches what there is to show.
func (p *security) load() {
	p.loading, p.failed = true, false
	seen := p.State.Credentials()
	p.ctx.Async(func() {
		info, err := p.Client.Security(context.Background())
		var devices []wire.Device
		if err == nil {
			devices, err = p.Client.Devices(context.Background())
		}
		p.ctx.Dispatch(func(ctx app.Context) {
			p.loading, p.failed = false, err != nil
			if err == nil {
				p.info, p.devices, p.seen = &info, devices, seen
			}
			ctx.Defer(func(app.Context) {
				if p.done != "" && focusLost(keepID) { // what had it was removed
					focus(contentID)
				}
			})
		})
	})
}

func (p *security) tryAgain(app.Context, app.Event) { p.load() }

// begin opens the form or the question of a change. The focus goes to the
// element with the id. While a change is being made there is no other.
func (p *security) begin(c change, of uuid.UUID, focusID string) app.EventHandler {
	return func(app.Context, app.Event) {
		if p.busy {
			return
		}
		p.open, p.of, p.err, p.done, p.reveal = c, of, "", "", false
		p.totp.close()
		p.ctx.Defer(func(app.Context) { focus(focusID) })
	}
}

func (p *security) cancel(app.Context, app.Event) {
	opener := p.opener()
	p.open, p.err = "", ""
	p.totp.close()
	p.ctx.Defer(func(app.Context) { focus(opener) })
}

// opener returns the id of the button that opened what is open.
func (p *security) opener() string {
	if p.of != (uuid.UUID{}) {
		return string(p.open) + "-" + p.of.String()
	}
	return string(p.open) + "-open"
}

// submit is the handler of a change's form or of its yes.
func (p *security) submit(try func() error) app.EventHandler {
	return func(_ app.Context, e app.Event) {
		e.PreventDefault()
		p.apply(try, nil)
	}
}

// apply makes the change that is open. Then, if not nil, takes in what it
// brought.
func (p *security) apply(try func() error, then func(app.Context)) {
	if p.busy {
		return
	}
	p.busy, p.err, p.done = true, "", ""
	p.sensitive(try, func(ctx app.Context, err error) {
		p.busy = false
		switch {
		case errors.Is(err, errGivenUp):
		case err != nil:
			p.err = p.explain(err)
		default:
			opener := p.opener()
			p.done, p.open = p.open, ""
			if then != nil {
				then(ctx)
			} else {
				ctx.Defer(func(app.Context) { focus(opener) })
			}
			p.load()
		}
	})
}

// explain says what was wrong with a change.
func (p *security) explain(err error) string {
	var problem *wire.Problem
	switch {
	case isCode(err, wire.CodeInvalidCredentials):
		return p.words.Proof.WrongPassword
	case p.open == changeEmail && isCode(err, wire.CodeInvalidRequest):
		return p.words.Field(wire.FieldEmailInvalid)
	case p.open == changeEmailCode && isCode(err, wire.CodeInvalidCode):
		return p.words.Security.Email.Wrong
	case isCode(err, wire.CodeInvalidPassword) && errors.As(err, &problem):
		return explainPassword(p.words, problem)
	case isCode(err, wire.CodeInvalidName) && errors.As(err, &problem) && len(problem.Errors) > 0:
		return p.words.Field(problem.Errors[0])
	}
	return explainProof(p.words, err)
}

func (p *security) savePassword(_ app.Context, e app.Event) {
	e.PreventDefault()
	current, password := message.Text(value(passwordOldID)), message.Text(value(passwordNewID))
	if current == "" || password == "" {
		p.err = p.words.Security.PasswordMissing
		return
	}
	p.apply(func() (err error) {
		p.opens, err = p.Client.ChangePassword(context.Background(), current, password)
		return err
	}, nil)
}

// saveName gives a passkey or a device the name that was typed.
func (p *security) saveName(rename func(context.Context, uuid.UUID, message.Text) error) app.EventHandler {
	return func(_ app.Context, e app.Event) {
		e.PreventDefault()
		of, name := p.of, message.Text(value(nameID))
		p.apply(func() error { return rename(context.Background(), of, name) }, nil)
	}
}

func (p *security) addPasskey(_ app.Context, e app.Event) {
	e.PreventDefault()
	name := message.Text(value(nameID))
	var added wire.FactorAdded
	p.apply(func() (err error) {
		added, err = p.Client.AddPasskey(context.Background(), name)
		return err
	}, func(ctx app.Context) { p.showCodes(ctx, added.RecoveryCodes) })
}

// addTOTP shows a secret for an authenticator app.
func (p *security) addTOTP(ctx app.Context, e app.Event) {
	if p.busy {
		return
	}
	p.begin(changeTOTP, uuid.UUID{}, "")(ctx, e)
	var secret wire.TOTPSecret
	p.busy = true
	p.sensitive(func() (err error) {
		secret, err = p.Client.CreateTOTP(context.Background())
		return err
	}, func(ctx app.Context, err error) {
		p.busy = false
		switch {
		case errors.Is(err, errGivenUp):
			p.open = ""
		case err != nil:
			p.err = p.explain(err)
		default:
			p.totp.begin(ctx, secret)
		}
	})
}

// confirmTOTP adds the app, by its first code.
func (p *security) confirmTOTP(_ app.Context, e app.Event) {
	e.PreventDefault()
	p.totp.confirm(func(ctx app.Context, added wire.FactorAdded, err error) {
		if err != nil {
			p.totp.fail(p.explain(err), err)
			return
		}
		p.totp.close()
		p.open, p.done = "", changeTOTP
		p.showCodes(ctx, added.RecoveryCodes)
		p.load()
	})
}

func (p *security) makeCodes(app.Context, app.Event) {
	var list []string
	p.apply(func() (err error) {
		list, err = p.Client.CreateRecoveryCodes(context.Background())
		return err
	}, func(ctx app.Context) { p.showCodes(ctx, list) })
}

// showCodes shows recovery codes, if there are any.
func (p *security) showCodes(ctx app.Context, list []string) {
	if len(list) > 0 {
		p.codes.show(ctx, list)
	}
}

func (p *security) keptCodes(app.Context, app.Event) {
	p.codes.close()
	p.ctx.Defer(func(app.Context) { focus(contentID) })
}
