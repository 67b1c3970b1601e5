package httpapi

import (
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// TestRender draws what the browser draws: no white space where the page has
// none, and all that it has.
func TestRender(t *testing.T) {
	got := render(app.Div().Body(
		app.P().Body(app.Text("Call "), app.A().Href("/help").Class("plain").Body(app.Text("somebody")), app.Text(", "), app.Strong().Body(app.Text("now")), app.Text("."), app.Br(), app.Text("1 < 2 > 0")),
		app.P().Body(app.Strong().Text("No chat."), app.Text(" Nobody "), app.Text(" sees "), app.Em().Text("you"), app.Text(" "), app.Em().Text("type"), app.Text(" here")),
		app.P().Body(app.Text("  two"), app.Text(""), app.Strong().Body(app.Em().Text(" one "))),
		app.Pre().Text("one\n  two"),
	))
	const want = `<div><p>Call <a class="plain" href="/help">somebody</a>, <strong>now</strong>.<br>1 &lt; 2 &gt; 0</p>` +
		`<p><strong>No chat.</strong> Nobody  sees <em>you</em> <em>type</em> here</p><p>  two<strong><em> one </em></strong></p><pre>one` + "\n  two" + `</pre></div>`
	if string(got) != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}
