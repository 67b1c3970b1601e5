package page

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// settings is the page of a person's own choices.
type settings struct {
	frame

	answer string // to the last change

	choosing      bool // a passphrase for the device
	passphraseErr string
	next          string // where to go once there is one; empty to stay
}

func newSettings(e *env) *settings { return &settings{frame: frame{env: e, path: settingsPath}} }

// OnMount names the page and begins to follow the state.
func (p *settings) OnMount(ctx app.Context) {
	setTitle(p.words.Brand.Title(p.words.Settings.Page))
	p.follow(ctx, p.guard)
}

// OnNav takes in where the page is, and where to go once a passphrase was chosen.
func (p *settings) OnNav(ctx app.Context) {
	p.arrive(ctx)
	p.next = ""
	if query := ctx.Page().URL().Query(); query.Has("next") {
		p.next = nextAfterLogIn(query)
	}
	p.guard(ctx)
}

// Render draws the page.
func (p *settings) Render() app.UI {
	words := p.words.Settings
	if !p.known() {
		return shellView(p.words)
	}
	if p.State.Locking().Alone {
		return p.around(words.Page, app.Div().Class("settings").ID(contentID).TabIndex(-1).Body(
			app.H1().Class("settings-title").Text(p.words.Lock.Choose),
			p.passphrasePanel(),
		))
	}
	return p.around(words.Page, app.Div().Class("settings").ID(contentID).TabIndex(-1).Body(
		app.H1().Class("settings-title").Text(words.Page),
		settingsParts(p.env, settingsPath),
		p.account(),
		p.receipts(),
		p.agreements(),
		p.openings(),
		p.lockPanel(),
		p.countryPanel(func() app.Context { return p.ctx }),
		p.device(),
	))
}

func (p *settings) account() app.UI {
	words := p.words.Settings
	account := p.State.Account()
	rows := []app.UI{
		row(words.Name, account.Name),
		row(words.Email, account.Email),
	}
	for _, m := range account.Memberships {
		rows = append(rows, row(words.Practice, m.Practice.Name+message.Text(" – "+p.words.Role(m.Role))))
	}
	return app.Section().Class("panel").Body(
		app.H2().Class("panel-title").Text(words.Account),
		app.Dl().Class("facts").Body(rows...),
		app.P().Class("hint").Body(app.A().Href(securityPath).DataSet("testid", "settings-email").Text(words.ChangeEmail)),
	)
}

func row(name string, text message.Text) app.UI {
	return app.Div().Class("fact").Body(
		app.Dt().Text(name),
		app.Dd().Dir("auto").Text(string(text)),
	)
}

// receiptsID is the element id of the switch for read marks.
const receiptsID = "setting-read-receipts"

// receipts is the switch for read marks, which therapists alone have.
func (p *settings) receipts() app.UI {
	if !p.State.HasRole(wire.RoleTherapist) {
		return nil
	}
	words := p.words.Settings
	return app.Section().Class("panel").Body(
		app.H2().Class("panel-title").Text(words.Receipts),
		app.Div().Class("switch-row").Body(
			app.Label().Class("switch-label").For(receiptsID).Text(words.ReceiptsLabel),
			app.Input().ID(receiptsID).Class("switch").DataSet("testid", receiptsID).
				Type("checkbox").Role("switch").Aria("describedby", receiptsID+"-hint").
				Checked(p.showsReceipts()).OnChange(p.changeReceipts),
		),
		app.P().Class("hint").ID(receiptsID+"-hint").Text(words.ReceiptsHint),
		app.P().Class("answer").Role("status").Text(p.answer),
	)
}

func (p *settings) showsReceipts() bool {
	for _, m := range p.State.Account().Memberships {
		if m.Role == wire.RoleTherapist && m.ReadReceipts {
			return true
		}
	}
	return false
}

func (p *settings) changeReceipts(ctx app.Context, _ app.Event) {
	on := ctx.JSSrc().Get("checked").Bool()
	p.answer = ""
	ctx.Async(func() {
		err := p.Client.UpdateSettings(context.Background(), wire.Settings{ReadReceipts: &on})
		ctx.Dispatch(func(ctx app.Context) {
			p.answer = p.words.Settings.ReceiptsSaved
			if err != nil {
				p.answer = p.words.Settings.ReceiptsNotSaved + " " + explain(p.words, err).Title
				ctx.JSSrc().Set("checked", !on)
			}
		})
	})
}

func (p *settings) device() app.UI {
	words := p.words.Settings
	install := app.UI(app.P().Class("hint").Text(words.NoInstall))
	if p.State.Installable() {
		install = app.Div().Class("choice").Body(
			app.P().Class("hint").Text(words.InstallHint),
			ui.Button(ui.Quiet, "", words.Install, p.install),
		)
	}
	return app.Section().Class("panel").Body(
		app.H2().Class("panel-title").Text(words.Device),
		app.P().Class("hint").Text(words.DeviceHint),
		install,
		app.Div().Class("choice").Body(
			app.P().Class("hint").Text(words.LogOutHint),
			ui.Button(ui.Quiet, "settings-logout", words.LogOut, p.askLogOut),
		),
	)
}
