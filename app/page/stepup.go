package page

import (
	"context"
	"errors"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/syncer"
	"pleiades/shared/message"
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
	by    prover
	act   func() error
	then  func(app.Context, error)
}

// prover is who wants to see the proof: by which methods it may be given, and what takes it.
type prover struct {
	methods func(context.Context) ([]wire.Method, error)
	take    func(context.Context, wire.Method, message.Text) error
}

// sensitive does something for which the server may want a fresh proof of who
// is there: then it is asked for, and the act goes on. Act runs away from the
// UI goroutine, then on it; its error is errGivenUp where someone would rather
// not.
func (f *frame) sensitive(act func() error, then func(app.Context, error)) {
	f.proven(prover{func(ctx context.Context) ([]wire.Method, error) {
		info, err := f.Client.Security(ctx)
		return info.StepUp, err
	}, f.Client.StepUp}, act, then)
}

// provenHere is sensitive for what the device wants a proof for, not the server:
// it is given by what opens the device.
func (f *frame) provenHere(act func() error, then func(app.Context, error)) {
	f.proven(prover{func(ctx context.Context) ([]wire.Method, error) {
		ways, err := f.Client.Ways(ctx)
		methods := make([]wire.Method, len(ways))
		for i, way := range ways {
			methods[i] = wire.Method(way)
		}
		return methods, err
	}, func(ctx context.Context, method wire.Method, text message.Text) error {
		return f.Client.Prove(ctx, state.Way(method), text)
	}}, act, then)
}

func (f *frame) proven(by prover, act func() error, then func(app.Context, error)) {
	f.ctx.Async(func() {
		err := act()
		var methods []wire.Method
		asks := isCode(err, wire.CodeStepUpRequired)
		if asks {
			methods, err = by.methods(context.Background())
		}
		f.ctx.Dispatch(func(ctx app.Context) {
			if !asks || err != nil {
				then(ctx, err)
				return
			}
			f.step.by, f.step.act, f.step.then, f.step.open = by, act, then, true
			f.step.proof.prefix = "step-up"
			ctx.Defer(func(app.Context) { showDialog(stepUpID) })
			f.step.proof.begin(f.ctx, methods, wire.MethodPasskey)
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
	method, by := m.chosen, f.step.by
	f.ctx.Async(func() {
		err := by.take(context.Background(), method, text)
		f.ctx.Dispatch(func(app.Context) {
			switch {
			case !f.step.open: // closed meanwhile
			case isCode(err, wire.CodeInvalidCredentials):
				m.fail(f.words, err)
				m.err = f.words.Proof.WrongPassword
			case errors.Is(err, syncer.ErrWrongSecret):
				m.fail(f.words, err)
				m.err = f.words.Lock.Wrong
			case err != nil:
				m.fail(f.words, err)
			default:
				act, then := f.step.act, f.step.then
				f.endStepUp()
				closeDialog(stepUpID)
				f.proven(by, act, then)
			}
		})
	})
}
