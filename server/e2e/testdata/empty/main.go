// The least page that go-app makes, to compare with.
package main

import "github.com/maxence-charriere/go-app/v10/pkg/app"

type empty struct{ app.Compo }

func (*empty) Render() app.UI { return app.H1().ID("usable").Text("Empty") }

func main() {
	app.Route("/", func() app.Composer { return &empty{} })
	app.RunWhenOnBrowser()
}
