package page

import (
	"context"
	"errors"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/wire"
)

// alerts are the lines across the top that say what happened to the account
// elsewhere: quiet, but there until someone has seen them. A new password that
// waits stays on top for as long as it does.
func (f *frame) alerts() []app.UI {
	words := f.words.Alerts
	var list []app.UI
	if reset := f.State.Reset(); reset != nil && f.path != securityPath { // which says more
		text := words.Pending(f.Clock.Full(reset.EffectiveAt))
		if f.failed {
			text += " " + words.Failed
		}
		list = append(list, ui.Banner{
			TestID: "alert-reset", Text: text, Alert: true,
			Action: app.Div().Class("banner-actions").Body(
				ui.Button(ui.Quiet, "alert-reset-cancel", words.Cancel, f.cancelReset),
				ui.Button(ui.Quiet, "alert-reset-approve", words.Approve, f.approveReset),
			),
		}.Draw())
	}
	for _, e := range f.State.Alerts() {
		list = append(list, ui.Banner{
			TestID: "alert-" + string(e.Notice), Text: words.At(words.Texts[e.Notice], f.Clock.Full(e.At)),
			Action: app.Div().Class("banner-actions").Body(
				app.If(f.path != securityPath, func() app.UI { return ui.LinkButton(ui.Quiet, securityPath, words.Look) }),
				ui.Button(ui.Quiet, "alert-fine-"+string(e.Notice), words.Fine, f.dropAlert(e.Notice),
					app.EventScope(string(e.Notice))),
			),
		}.Draw())
	}
	return list
}

func (f *frame) dropAlert(notice wire.SecurityNotice) app.EventHandler {
	return func(app.Context, app.Event) { f.Client.DropAlert(notice) }
}

func (f *frame) cancelReset(app.Context, app.Event) { f.endReset(f.Client.CancelReset) }

// approveReset may ask for a proof: on the device where the link was used.
func (f *frame) approveReset(app.Context, app.Event) { f.endReset(f.Client.ApproveReset) }

func (f *frame) endReset(end func(context.Context) error) {
	f.failed = false
	f.sensitive(
		func() error { return end(context.Background()) },
		func(_ app.Context, err error) { f.failed = err != nil && !errors.Is(err, errGivenUp) },
	)
}
