package page

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/syncer"
	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

// unlockID is the element id of where the password goes.
const unlockID = "unlock-password"

// locked is the page of a device that is locked: nothing of anyone is on it.
type locked struct {
	app.Compo

	*env
	ctx  app.Context
	stop func()
	next string
	form lockModel
}

// lockModel is what the page shows.
type lockModel struct {
	lock     state.Lock
	country  string
	busy     bool
	shown    bool // the password is
	err      string
	onSubmit app.EventHandler
	onReveal app.EventHandler
	onGiveUp app.EventHandler
	// onPasskey opens the device by a passkey, where one can.
	onPasskey app.EventHandler
}

// newLocked returns the page. What pages have at hand of a person goes.
func newLocked(e *env) *locked {
	e.offices, e.desks = nil, nil
	return &locked{env: e}
}

// OnMount begins to wait for the device to be unlocked, which may also happen in
// another tab.
func (p *locked) OnMount(ctx app.Context) {
	p.ctx = ctx
	p.stop = p.State.Watch(func() { ctx.Dispatch(p.leave) })
	setTitle(p.words.Brand.Title(p.words.Lock.Page))
	ctx.Defer(func(app.Context) { focus(unlockID) })
}

// OnDismount stops waiting.
func (p *locked) OnDismount() {
	if p.stop != nil {
		p.stop()
	}
}

// OnNav takes in where to go afterwards.
func (p *locked) OnNav(ctx app.Context) {
	p.next = nextAfterLogIn(ctx.Page().URL().Query())
	p.leave(ctx)
}

// leave goes on once the device is open, or nobody's any more. Where opening it
// began a login that wants a second step, that comes first.
func (p *locked) leave(app.Context) {
	switch {
	case p.next == "" || p.form.busy:
	case p.State.IsOpen() && p.Client.Begun() != nil:
		moveTo(logInAt(p.next))
	case p.State.IsOpen():
		moveTo(p.next)
	case p.State.Revoked():
		moveTo(removedPath)
	case p.State.Login() == state.LoggedOut:
		moveTo(logInAt(p.next))
	}
}

// Render draws the page.
func (p *locked) Render() app.UI {
	if p.State.Login() != state.Locked {
		return shellView(p.words)
	}
	form := p.form
	form.lock, form.country = p.State.Locking(), p.State.Country()
	form.onSubmit, form.onReveal, form.onGiveUp, form.onPasskey = p.submit, p.reveal, p.giveUp, p.passkey
	return lockView(p.words, form)
}

func (p *locked) reveal(app.Context, app.Event) { p.form.shown = !p.form.shown }

func (p *locked) submit(_ app.Context, e app.Event) {
	e.PreventDefault()
	text := message.Text(value(unlockID))
	if text == "" {
		p.form.err = p.words.Lock.Missing
		return
	}
	p.open(func() error { return p.Client.Unlock(context.Background(), text) })
}

func (p *locked) passkey(app.Context, app.Event) {
	p.open(func() error { return p.Client.UnlockPasskey(context.Background()) })
}

// open tries to open the device.
func (p *locked) open(try func() error) {
	if p.form.busy {
		return
	}
	p.form.busy, p.form.err = true, ""
	p.ctx.Async(func() {
		err := try()
		p.ctx.Dispatch(func(ctx app.Context) {
			p.form.busy = false
			switch {
			case errors.Is(err, syncer.ErrPasskeyCancelled), errors.Is(err, syncer.ErrPasskeyFailed):
				p.form.err = explainProof(p.words, err)
			case errors.Is(err, syncer.ErrWrongSecret):
				p.form.err = strings.Join([]string{p.words.Lock.Wrong, p.words.Lock.WrongHint}, " ")
				ctx.Defer(func(app.Context) { focus(unlockID) })
			case err != nil:
				p.form.err = p.words.Lock.Failed
			default:
				p.leave(ctx)
			}
		})
	})
}

func (p *locked) giveUp(app.Context, app.Event) {
	if p.form.busy {
		return
	}
	p.form.busy = true
	p.ctx.Async(func() {
		err := p.Client.Abandon(context.Background())
		p.ctx.Dispatch(func(ctx app.Context) {
			p.form.busy = false
			if err != nil {
				p.form.err = p.words.Lock.Failed
				return
			}
			p.leave(ctx)
		})
	})
}

func lockView(words *phrase.Catalogue, m lockModel) app.UI {
	w := words.Lock
	lead, label := w.Lead, w.Password
	passkey, typed := m.lock.By(state.WayPasskey), m.lock.By(state.WayPassword) || m.lock.By(state.WayPassphrase)
	switch {
	case m.lock.Changed && typed:
		lead = w.Changed
	case m.lock.By(state.WayPassword) && passkey:
		lead = w.LeadBoth
	case m.lock.By(state.WayPassword):
	case m.lock.By(state.WayPassphrase):
		lead, label = w.LeadPhrase, w.Passphrase
	default:
		lead = w.LeadKey
	}
	submit := w.Submit
	if m.busy {
		submit = w.Busy
	}
	offline := ""
	if m.lock.Offline {
		offline = w.Offline
	}
	return publicIn(words, m.country, nil,
		app.Div().Class("card").DataSet("testid", "lock-screen").Body(
			app.H1().Class("card-title").Text(w.Title),
			app.P().Class("card-lead").Text(lead),
			app.P().Class("lock-offline").Role("status").DataSet("testid", "lock-offline").Text(offline),
			formError("unlock-error", m.err),
			app.If(passkey, func() app.UI {
				return app.Div().Class("lock-passkey").Body(
					ui.Button(ui.Primary, "unlock-passkey", w.ByPasskey, m.onPasskey),
				)
			}),
			app.If(typed, func() app.UI {
				return app.Form().Class("form").Attr("novalidate", true).OnSubmit(m.onSubmit).Body(
					passwordField(words, ui.Field{
						ID: unlockID, Label: label, Autocomplete: "current-password",
					}, m.shown, m.onReveal),
					ui.Submit("unlock-submit", submit, m.busy),
				)
			}),
			app.Details().Class("lock-lost").Body(
				app.Summary().DataSet("testid", "lock-lost").Text(w.Lost),
				app.P().Text(w.LostText),
				ui.Button(ui.Careful, "lock-abandon", w.LostButton, m.onGiveUp),
			),
		),
	)
}

// removed is the page of a device that was taken out of the account.
type removed struct {
	app.Compo

	*env
}

func newRemoved(e *env) *removed { return &removed{env: e} }

// OnMount names the page.
func (p *removed) OnMount(app.Context) { setTitle(p.words.Brand.Title(p.words.Lock.Removed.Title)) }

// Render draws the page.
func (p *removed) Render() app.UI {
	return public(p.words, nil, app.Div().Class("card card-bare").DataSet("testid", "device-removed").Body(
		ui.PageNotice(p.words.Lock.Removed, ui.LinkButton(ui.Primary, "/login", p.words.Lock.LogIn)),
	))
}

// lockPanel is where a person says when their device locks.
func (p *settings) lockPanel() app.UI {
	words := p.words.Lock
	after, within := p.State.Locking().After, p.State.Account().LockWithin()
	choices := lockChoices(within, after)
	options := make([]app.UI, len(choices))
	for i, n := range choices {
		options[i] = app.Option().Value(n).Text(words.Minutes(n)).Selected(n == after)
	}
	hint := words.AfterHint
	if within < wire.MaxLockAfter {
		hint = words.Within(words.Minutes(within)) + " " + hint
	}
	return app.Section().Class("panel").Body(
		app.H2().Class("panel-title").Text(words.Settings),
		app.Div().Class("field").Body(
			app.Label().Class("label").For(lockAfterID).Text(words.After),
			app.Select().ID(lockAfterID).Class("input select").DataSet("testid", lockAfterID).
				Aria("describedby", lockAfterID+"-hint").OnChange(p.changeLockAfter).Body(options...),
			app.P().Class("hint").ID(lockAfterID+"-hint").Text(hint),
		),
		app.Div().Body(ui.Button(ui.Quiet, "settings-lock", words.NowButton, p.lockNow)),
	)
}

// passphrasePanel is where a person chooses a passphrase for a device that nothing
// can open again.
func (p *settings) passphrasePanel() app.UI {
	words := p.words.Lock
	return app.Section().Class("panel").Body(
		app.P().Class("hint").DataSet("testid", "not-lockable").Text(words.NotYet),
		app.Form().Class("form").Attr("novalidate", true).OnSubmit(p.choosePassphrase).Body(
			ui.Field{
				ID: passphraseID, Label: words.Passphrase, Hint: words.PassphraseHint, Error: p.passphraseErr,
				Type: "password", Autocomplete: "new-password",
			}.Draw(),
			app.Div().Body(ui.Submit("device-passphrase-save", words.Choose, p.choosing)),
		),
	)
}

const passphraseID = "device-passphrase"

func (p *settings) choosePassphrase(ctx app.Context, e app.Event) {
	e.PreventDefault()
	if p.choosing {
		return
	}
	text := message.Text(value(passphraseID))
	p.choosing, p.passphraseErr = true, ""
	ctx.Async(func() {
		err := p.Client.ChoosePassphrase(context.Background(), text)
		p.ctx.Dispatch(func(app.Context) {
			p.choosing = false
			switch {
			case errors.Is(err, syncer.ErrShortPassphrase):
				p.passphraseErr = p.words.Lock.Short
			case err != nil:
				p.passphraseErr = p.words.Lock.Failed
			case p.next != "":
				moveTo(p.next)
			}
		})
	})
}

const lockAfterID = "setting-lock-after"

// lockMinutes are the times to choose from until a device locks.
var lockMinutes = []int{wire.MinLockAfter, 2, 3, 5, 10, wire.MaxLockAfter}

// lockChoices are those within a limit, with the limit and what is chosen now.
func lockChoices(within, now int) []int {
	choices := append(slices.Clone(lockMinutes), within, now)
	slices.Sort(choices)
	return slices.DeleteFunc(slices.Compact(choices), func(n int) bool { return n > within })
}

func (p *settings) changeLockAfter(_ app.Context, e app.Event) {
	minutes, err := strconv.Atoi(e.Get("target").Get("value").String())
	if err != nil {
		return // nothing is chosen
	}
	p.provenHere(
		func() error { return p.Client.SetLockAfter(context.Background(), minutes) },
		// What the device did not take, the list shows as it was.
		func(app.Context, error) { setValue(lockAfterID, strconv.Itoa(p.State.Locking().After)) },
	)
}
