//go:build js

// The program that runs in the browser. It puts the pieces together and
// registers the routes, nothing else.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/browser"
	"pleiades/app/localkey"
	"pleiades/app/page"
	"pleiades/app/state"
	"pleiades/app/syncer"
	"pleiades/shared/guidance"
	"pleiades/shared/phrase"
)

func main() {
	if browser.Deriving(localkey.Derive) {
		return
	}
	words := phrase.English()
	tab := browser.NewPage()
	if !guidance.Unpack(tab.Rules()) {
		panic("the rules of guidance are not whole")
	}
	known := state.New()
	sync := syncer.New(syncer.Options{
		State: known, Fetcher: tab, Page: tab, Rand: rand.Reader,
		Logf: func(format string, args ...any) { println("pleiades:", fmt.Sprintf(format, args...)) },
	})
	deps := page.Deps{State: known, Client: sync, Clock: browser.NewClock(words.Time.Today, words.Time.Yesterday, known.Skew)}

	// The first picture already shows whose app this is, unless the device is
	// very slow to say.
	started := make(chan struct{})
	go func() {
		sync.Start(context.Background())
		close(started)
	}()
	select {
	case <-started:
	case <-time.After(patience):
	}
	// Nor does an article that is being read go away for a moment, though it takes long
	// to come again.
	if page.InHelp(app.Window().URL().Path) {
		ctx, stop := context.WithTimeout(context.Background(), reading)
		library, err := sync.Library(ctx)
		stop()
		if err == nil { // otherwise the page asks again
			deps.Library = library
		}
	}
	page.Routes(deps)
	app.RunWhenOnBrowser()
}

// patience is how long drawing waits for the device.
const patience = 2 * time.Second

// reading is how long it waits for the articles, while what the server sent is read.
const reading = 15 * time.Second
