package page

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

// frame is what the app's own pages have in common: they follow the state,
// belong to someone who is logged in, and have the header, the banners and the
// question before a logout around them.
type frame struct {
	app.Compo

	*env
	ctx     app.Context // of the page: one of a button ends with the button
	stop    func()
	path    string
	query   string // of the address, as queryOf returns it
	leaving bool   // logging out: the way leads to the front page
	stayed  bool   // logging out failed
	step    stepUp
	failed  bool // what was asked of a new password that waits
}

// follow calls changed, on the UI goroutine, after every change of the state.
func (f *frame) follow(ctx app.Context, changed func(app.Context)) {
	f.ctx = ctx
	f.stop = f.State.Watch(func() { ctx.Dispatch(changed) })
}

// OnDismount stops following the state.
func (f *frame) OnDismount() {
	f.step.proof.pause.end()
	if f.stop != nil {
		f.stop()
	}
}

// arrive takes in where the page is. Coming from another page, the focus moves
// to the content, as it would on loading a page.
func (f *frame) arrive(ctx app.Context) {
	f.path, f.query = ctx.Page().URL().Path, queryOf(ctx.Page().URL())
	if f.moved {
		ctx.Defer(func(app.Context) { focusAfterNav() })
	}
	f.moved = true
}

// guard leads people who are not logged in, or whose device is locked, to where
// they can be.
func (f *frame) guard(app.Context) {
	switch {
	case f.State.Login() == state.Locked:
		moveTo(unlockAt(f.path + f.query))
		return
	case f.State.Revoked():
		moveTo(removedPath)
		return
	case f.State.IsOpen() && f.State.Locking().Alone && f.path != settingsPath:
		moveTo(protectAt(f.path + f.query)) // where a passphrase is chosen, before anything is kept
		return
	}
	if f.State.Login() == state.LoggedOut && f.path != "/" && f.path != "" && !f.leaving {
		moveTo(logInAt(f.path + f.query))
	}
}

// known reports whether the page is known to be someone's.
func (f *frame) known() bool { return f.State.IsOpen() }

// around draws the frame with content in it. A title stands in the place of
// the brand on small screens.
func (f *frame) around(title string, content ...app.UI) app.UI {
	return app.Div().Class("app").Body(
		ui.SkipLink(f.words, contentID, skip),
		ui.Header{
			Words: f.words, Title: title, Demo: isDemo(f.State),
			Connection: string(f.State.Connection()), Queue: f.State.QueueCount(),
			Install: f.State.Installable(), Settings: f.path == settingsPath || f.path == securityPath,
			Crisis: crisisAt(f.State.Country()), Help: fixPath, Links: f.links(),
			Lock:      f.State.Locking().After > 0,
			OnInstall: f.install, OnLogOut: f.askLogOut, OnLock: f.lockNow,
		}.Draw(),
		app.Div().Class("banners").Body(f.banners()...),
		app.Main().Class("app-main").Body(content...),
		ui.LeaveDialog{
			Words: f.words, Lost: lostOnLogOut(f.State),
			OnConfirm: f.logOut, OnCancel: f.stay,
		}.Draw(),
		f.stepUpDialog(),
	)
}

// links are the ways to the pages that are not conversations.
func (f *frame) links() []ui.Link {
	list := []ui.Link{{Href: "/", Text: f.words.Home.Conversations, Current: f.path == "/"}}
	therapist := f.State.HasRole(wire.RoleTherapist)
	if therapist || f.State.HasRole(wire.RoleClient) {
		list = append(list, ui.Link{Href: agendaPath, Text: f.words.Agenda.Page, Current: f.path == agendaPath})
	}
	if therapist {
		list = append(list, ui.Link{
			Href: availabilityPath, Text: f.words.Office.Page, Current: f.path == availabilityPath,
		})
	}
	if f.State.HasRole(wire.RoleAdmin) || f.State.HasRole(wire.RoleOwner) {
		list = append(list, ui.Link{Href: practicePath, Text: f.words.AuditLog.Page, Current: f.path == practicePath || f.path == membersPath})
	}
	if f.State.Account().Operator {
		list = append(list, ui.Link{Href: operatorPath, Text: f.words.Operator.Page, Current: f.path == operatorPath})
	}
	if !f.State.Account().Operator {
		list = append(list, ui.Link{Href: supportPath, Text: f.words.Support.Page, Current: f.path == supportPath})
	}
	if f.State.HasRole(wire.RoleClient) {
		list = append(list, ui.Link{Href: planPath, Text: f.words.SafetyPlan.Link, Current: f.path == planPath})
	}
	return list
}

func (f *frame) banners() []app.UI {
	words := f.words.Banner
	var list []app.UI
	if f.State.Unsaved() {
		list = append(list, ui.Banner{
			TestID: "unsaved", Strong: words.Unsaved, Text: words.UnsavedHint, Alert: true,
		}.Draw())
	}
	if f.stayed {
		list = append(list, ui.Banner{
			TestID: "logout-failed", Text: sentence(f.words.Problems.Unknown), Alert: true,
		}.Draw())
	}
	if f.State.Login() == state.LoginExpired {
		list = append(list, ui.Banner{
			TestID: "login-expired", Text: words.LoginExpired,
			Action: ui.LinkButton(ui.Quiet, logInAt(f.path+f.query), words.LogInAgain),
		}.Draw())
	}
	list = append(list, f.alerts()...)
	if f.State.UpdateReady() {
		list = append(list, ui.Banner{
			TestID: "update-ready", Text: words.UpdateReady,
			Action: ui.Button(ui.Quiet, "update-apply", words.UpdateApply, f.update),
		}.Draw())
	}
	return list
}

func (f *frame) install(app.Context, app.Event) { f.Client.Install() }

func (f *frame) update(app.Context, app.Event) { f.Client.ApplyUpdate() }

// lockNow locks the device. Where that fails, what is shown stays.
func (f *frame) lockNow(app.Context, app.Event) {
	f.ctx.Async(func() {
		if err := f.Client.Lock(context.Background()); err != nil {
			f.ctx.Dispatch(func(app.Context) { f.stayed = true })
		}
	})
}

// askLogOut sends what can be sent and logs out, or asks first when that would
// lose something.
func (f *frame) askLogOut(_ app.Context, e app.Event) {
	f.ctx.Async(func() {
		f.Client.Flush(context.Background())
		f.ctx.Dispatch(func(ctx app.Context) {
			if lostOnLogOut(f.State) == (ui.Lost{}) {
				f.logOut(ctx, e)
				return
			}
			ctx.Defer(func(app.Context) { showDialog(ui.LeaveDialogID) })
		})
	})
}

func (f *frame) stay(app.Context, app.Event) { closeDialog(ui.LeaveDialogID) }

func (f *frame) logOut(app.Context, app.Event) {
	closeDialog(ui.LeaveDialogID)
	f.leaving, f.stayed = true, false
	f.ctx.Async(func() {
		err := f.Client.LogOut(context.Background())
		f.ctx.Dispatch(func(ctx app.Context) {
			f.leaving, f.stayed = false, err != nil
			if err == nil {
				ctx.Navigate("/")
			}
		})
	})
}

// headLinks is how many of the siteLinks wide screens show in the header.
const headLinks = 2

// siteLinks are the ways to the pages that everyone may see.
func siteLinks(words *phrase.Catalogue) []ui.Link {
	nav := &words.Nav
	return []ui.Link{
		{Href: helpPath, Text: nav.HelpCenter},
		{Href: aboutPath, Text: nav.About},
		{Href: involvedPath, Text: nav.Involved},
		{Href: joinPath, Text: nav.Join},
		{Href: contactPath, Text: nav.Contact},
		{Href: crisisAt(""), Text: nav.CrisisPage},
		{Href: fixPath, Text: nav.FixLink},
		{Href: "/signup", Text: nav.SignUp},
		{Href: "/login", Text: nav.LogIn},
	}
}

// public draws the frame of the pages that everyone may see. The action, if
// there is one, stands at the end of the header.
func public(words *phrase.Catalogue, action app.UI, content ...app.UI) app.UI {
	return publicIn(words, "", action, content...)
}

// publicIn is public with the crisis lines of a country.
func publicIn(words *phrase.Catalogue, country string, action app.UI, content ...app.UI) app.UI {
	end := []app.UI{ui.Ways(words, crisisAt(country))}
	if action != nil {
		end = append(end, app.Nav().Aria("label", words.Brand.Name).Body(action))
	}
	site := siteLinks(words)
	foot := make([]app.UI, len(site))
	for i, l := range site {
		foot[i] = app.Li().Body(app.A().Class("public-foot-link").Href(l.Href).Text(l.Text))
	}
	return app.Div().Class("public").Body(
		ui.SkipLink(words, contentID, skip),
		app.Header().Class("public-header").Body(
			ui.Brand(words),
			ui.Links("public-nav", words, site[:headLinks]),
			app.Div().Class("public-header-end").Body(end...),
		),
		app.Main().Class("public-main").ID(contentID).TabIndex(-1).Body(content...),
		app.Footer().Class("public-footer").Body(
			app.Nav().Aria("label", words.Nav.Site).Body(app.Ul().Class("public-foot-links").Body(foot...)),
			app.P().Class("public-foot-note").Body(
				app.Strong().Text(words.Front.NotTitle),
				app.Text(" "+words.Front.NotText+" "+words.Front.Emergency),
			),
		),
	)
}
