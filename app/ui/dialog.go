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
	Lost      Lost
	OnConfirm app.EventHandler
	OnCancel  app.EventHandler
}

// Lost is what a logout would lose, since it is nowhere but on this device.
type Lost struct {
	Messages int // not sent
	Changes  int // of next-appointment lists, not sent
	Drafts   int
	Plan     bool // the private safety plan
}

// Draw returns the dialog.
func (d LeaveDialog) Draw() app.UI {
	words := d.Words.LeaveDialog
	var lost []string
	if n := d.Lost.Messages; n > 0 {
		lost = append(lost, words.Unsent(n))
	}
	if n := d.Lost.Changes; n > 0 {
		lost = append(lost, words.Changes(n))
	}
	if n := d.Lost.Drafts; n > 0 {
		lost = append(lost, words.Drafts(n))
	}
	if d.Lost.Plan {
		lost = append(lost, words.Plan)
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
