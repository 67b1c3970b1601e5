package page

import (
	"context"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/wire"
)

const lockWithinID = "practice-lock-within"

// lockForm is where admins and owners say after how long, at the most, the devices
// of the practice's people lock.
func (p *members) lockForm() app.UI {
	w := p.words.Members
	said := p.place().LockWithin
	if said == 0 {
		said = wire.MaxLockAfter
	}
	choices := lockChoices(wire.MaxLockAfter, said)
	options := make([]app.UI, len(choices))
	for i, n := range choices {
		options[i] = app.Option().Value(n).Text(p.words.Lock.Minutes(n)).Selected(n == said)
	}
	return app.Form().Class("panel form").OnSubmit(p.limitLock).Body(
		app.Div().Class("field").Body(
			app.Label().Class("label").For(lockWithinID).Text(w.LockWithin),
			app.Select().ID(lockWithinID).Class("input select").DataSet("testid", lockWithinID).
				Aria("describedby", lockWithinID+"-hint").Body(options...),
			app.P().Class("hint").ID(lockWithinID+"-hint").Text(w.LockWithinHint),
		),
		app.Div().Body(ui.Submit("practice-lock-save", w.LockSave, p.deed.busy)),
	)
}

// limitLock sets the limit that is chosen.
func (p *members) limitLock(_ app.Context, e app.Event) {
	e.PreventDefault()
	within, err := strconv.Atoi(value(lockWithinID))
	if err != nil {
		return // nothing is chosen
	}
	practice := p.open()
	p.act("", func(ctx context.Context) error {
		return p.Client.ChangePractice(ctx, practice, wire.ChangePractice{LockWithin: &within})
	}, func() {})
}
