package page

import (
	"context"
	"errors"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// deed is what a person does at the server, one thing at a time, and what became
// of the last.
type deed struct {
	busy bool
	err  string // why it failed
	said string // that it is done

	cause error // of err
}

// do does something unless another thing is under way. If it fails, that is all
// that changes: what is being written stays. Else done goes on.
func (d *deed) do(e *env, ctx app.Context, act func(context.Context) error, said string, done func(app.Context)) {
	if !d.begin() {
		return
	}
	ctx.Async(func() {
		err := act(context.Background())
		ctx.Dispatch(func(ctx app.Context) { d.end(e, ctx, err, said, done) })
	})
}

// prove is do for what the server may want a fresh proof for: see frame.sensitive.
// Where someone would rather not give one, nothing has changed.
func (d *deed) prove(f *frame, act func(context.Context) error, said string, done func(app.Context)) {
	if !d.begin() {
		return
	}
	f.sensitive(func() error { return act(context.Background()) }, func(ctx app.Context, err error) {
		d.end(f.env, ctx, err, said, done)
	})
}

// begin reports whether nothing else is under way.
func (d *deed) begin() bool {
	if d.busy {
		return false
	}
	*d = deed{busy: true}
	return true
}

func (d *deed) end(e *env, ctx app.Context, err error, said string, done func(app.Context)) {
	d.busy = false
	switch {
	case errors.Is(err, errGivenUp):
	case err != nil:
		d.err, d.cause = sentence(explain(e.words, err)), err
	default:
		d.said = said
		done(ctx)
	}
}
