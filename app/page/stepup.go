package page

import (
	"context"
	"errors"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/shared/wire"
)

// errGivenUp says that someone closed the question for a proof: nothing was
// done.
var errGivenUp = errors.New("given up")

// stepUpID is the element id of the dialog.
const stepUpID = "step-up-dialog"

// stepUp is the dialog that asks for a fresh proof before a sensitive act. It
// is always part of the page, closed; the browser keeps the focus inside and
// closes it on Escape.
type stepUp struct {
	proof proof
	open  bool
	act   func() error
	then  func(app.Context, error)
}

// sensitive does something for which the server may want a fresh proof of who
// is there: then it is asked for, and the act goes on. Act runs away from the
// UI goroutine, then on it; its error is errGivenUp where someone would rather
// not.
func (f *frame) sensitive(act func() error, then func(app.Context, error)) {
	f.ctx.Async(func() {
		err := act()
		var info wire.Security
		asks := isCode(err, wire.CodeStepUpRequired)
		if asks {
			info, err = f.Client.Security(context.Background())
		}
		f.ctx.Dispatch(func(ctx app.Context) {
			if !asks || err != nil {
				then(ctx, err)
				return
			}
			f.step.act, f.step.then, f.step.open = act, then, true
			f.step.proof.prefix = "step-up"
			ctx.Defer(func(app.Context) { showDialog(stepUpID) })
			f.step.proof.begin(f.ctx, info.StepUp, wire.MethodPasskey)
		})
	})
}

func (f *frame) stepUpDialog() app.UI {
	dialog := app.Dialog().ID(stepUpID).Class("dialog").DataSet("testid", stepUpID).
		Aria("labelledby", stepUpID+"-title").On("close", f.stepUpClosed)
	if !f.step.open {
		return dialog
	}
	return dialog.Body(
		app.H2().Class("dialog-title").ID(stepUpID+"-title").Text(f.words.SecondStep.StepUp),
		app.P().Class("dialog-lead").Text(f.words.SecondStep.StepHint),
		f.step.proof.draw(f.words, f.stepUpProve, f.words.SecondStep.Cancel, f.stepUpCancel),
	)
}

func (f *frame) stepUpCancel(app.Context, app.Event) { closeDialog(stepUpID) }

// stepUpClosed gives the act up, unless the proof was given.
func (f *frame) stepUpClosed(app.Context, app.Event) {
	if !f.step.open {
		return
	}
	then := f.step.then
	f.endStepUp()
	then(f.ctx, errGivenUp)
}

func (f *frame) endStepUp() {
	f.step.proof.pause.end()
	f.step = stepUp{}
}

func (f *frame) stepUpProve(_ app.Context, e app.Event) {
	e.PreventDefault()
	m := &f.step.proof
	text, ok := m.typed()
	switch {
	case m.busy || m.pause.left > 0:
		return
	case !ok:
		m.err = f.words.Proof.Missing
		return
	}
	m.busy, m.err = true, ""
	method := m.chosen
	f.ctx.Async(func() {
		err := f.Client.StepUp(context.Background(), method, text)
		f.ctx.Dispatch(func(app.Context) {
			switch {
			case !f.step.open: // closed meanwhile
			case isCode(err, wire.CodeInvalidCredentials):
				m.fail(f.words, err)
				m.err = f.words.Proof.WrongPassword
			case err != nil:
				m.fail(f.words, err)
			default:
				act, then := f.step.act, f.step.then
				f.endStepUp()
				closeDialog(stepUpID)
				f.sensitive(act, then)
			}
		})
	})
}
