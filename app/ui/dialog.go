package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/shared/phrase"
)

// LeaveDialogID is the element id of the dialog that asks before a logout.
const LeaveDialogID = "leave-dialog"

// LeaveDialog is the question before a logout that would lose something. It is
// always part of the page, closed; the browser's own showModal opens it, keeps
// the focus inside and closes it on Escape.
type LeaveDialog struct {
	Words     *phrase.Catalogue
	Unsent    int // messages not sent
	Drafts    int
	OnConfirm app.EventHandler
	OnCancel  app.EventHandler
}

// Draw returns the dialog.
func (d LeaveDialog) Draw() app.UI {
	words := d.Words.LeaveDialog
	var lost []string
	if d.Unsent > 0 {
		lost = append(lost, words.Unsent(d.Unsent))
	}
	if d.Drafts > 0 {
		lost = append(lost, words.Drafts(d.Drafts))
	}
	return app.Dialog().
		ID(LeaveDialogID).
		Class("dialog").
		DataSet("testid", "logout-dialog").
		Aria("labelledby", LeaveDialogID+"-title").
		Body(
			app.H2().Class("dialog-title").ID(LeaveDialogID+"-title").Text(words.Title),
			app.P().Text(words.Lead),
			app.Ul().Class("dialog-list").Body(
				app.Range(lost).Slice(func(i int) app.UI { return app.Li().Text(lost[i]) }),
			),
			app.Div().Class("dialog-actions").Body(
				Button(Primary, "logout-cancel", words.Cancel, d.OnCancel),
				Button(Careful, "logout-confirm", words.Confirm, d.OnConfirm),
			),
		)
}
