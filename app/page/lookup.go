package page

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/phrase"
)

// lookup is how it stands with what a page asks the server for. What came is the
// page's to keep.
type lookup struct {
	loaded  bool // there is something to show
	loading bool
	failed  bool
	asking  int // counts what was asked for: an answer to another question is dropped
}

// due reports whether it is time to ask: someone is logged in, there may be a
// connection, and nothing came or failed since the last one.
func (l *lookup) due(e *env) bool {
	if e.State.Connection() == state.Offline || e.State.Login() != state.LoggedIn {
		l.failed = false // it is tried again once there is a connection, and a login
		return false
	}
	return !l.loaded && !l.loading && !l.failed
}

// ask asks for something and hands it over when it comes, unless something else
// was asked for meanwhile.
func ask[T any](l *lookup, ctx app.Context, find func(context.Context) (T, error), take func(T)) {
	l.loading, l.failed = true, false
	l.asking++
	asked := l.asking
	ctx.Async(func() {
		found, err := find(context.Background())
		ctx.Dispatch(func(app.Context) {
			if l.asking != asked {
				return
			}
			l.loading, l.failed = false, err != nil
			if err == nil {
				l.loaded = true
				take(found)
			}
		})
	})
}

// renew asks again for what is shown, which stays as it is until that comes, or if it
// does not.
func renew[T any](l *lookup, ctx app.Context, find func(context.Context) (T, error), take func(T)) {
	if !l.loaded || l.loading || l.failed {
		return
	}
	asked := l.asking
	ctx.Async(func() {
		found, err := find(context.Background())
		ctx.Dispatch(func(app.Context) {
			if err == nil && l.asking == asked {
				take(found)
			}
		})
	})
}

// forget drops what came, and what is on its way: something else is to be shown.
func (l *lookup) forget() { *l = lookup{asking: l.asking + 1} }

// missing says why there is nothing to show, nil where there is. Again asks
// anew, by a button with the test id.
func (l *lookup) missing(e *env, words phrase.Lookup, testID string, again func()) app.UI {
	switch {
	case l.loaded:
		return nil
	case e.State.Connection() == state.Offline:
		return ui.Notice(words.Offline)
	case l.failed:
		return l.failure(words, testID, again)
	default:
		return app.P().Class("opening").Role("status").Text(words.Loading)
	}
}

// failure says that it failed, also where something older is shown.
func (l *lookup) failure(words phrase.Lookup, testID string, again func()) app.UI {
	return ui.Notice(words.Failed, ui.Button(ui.Quiet, testID, words.Again, func(app.Context, app.Event) { again() }))
}
