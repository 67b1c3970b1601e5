package page

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
)

// codes shows recovery codes, once, until their owner says that they are kept.
type codes struct {
	*env
	ctx app.Context // of the page

	list   []string
	copied bool
}

// codesID is the element id of the part, which has the focus at first.
const codesID = "recovery-codes"

func (m *codes) shown() bool { return len(m.list) > 0 }

func (m *codes) show(ctx app.Context, list []string) {
	m.ctx, m.list, m.copied = ctx, list, false
	ctx.Defer(func(app.Context) { focus(codesID) })
}

// close forgets the codes.
func (m *codes) close() { m.list, m.copied = nil, false }

func (m *codes) draw(onDone app.EventHandler) app.UI {
	words := m.words.Recovery
	copy := words.Copy
	if m.copied {
		copy = words.Copied
	}
	return app.Div().Class("codes").ID(codesID).TabIndex(-1).Body(
		app.P().Class("codes-lead").Text(words.Lead),
		app.P().Class("print-only").Text(words.Heading),
		app.Ol().Class("codes-list").Aria("label", words.List).DataSet("testid", "recovery-list").Body(
			app.Range(m.list).Slice(func(i int) app.UI {
				return app.Li().DataSet("testid", "recovery-code").Text(m.list[i])
			}),
		),
		app.Div().Class("codes-ways").Body(
			ui.Button(ui.Quiet, "recovery-copy", copy, m.copy),
			ui.Button(ui.Quiet, "recovery-download", words.Download, m.download),
			ui.Button(ui.Quiet, "recovery-print", words.Print, m.print),
		),
		ui.Button(ui.Primary, "recovery-done", words.Done, onDone),
	)
}

func (m *codes) text() string {
	return m.words.Recovery.Heading + "\n\n" + strings.Join(m.list, "\n") + "\n"
}

func (m *codes) copy(app.Context, app.Event) {
	writeClipboard(m.text(), func(ok bool) { m.ctx.Dispatch(func(app.Context) { m.copied = ok }) })
}

func (m *codes) download(app.Context, app.Event) { saveFile(m.words.Recovery.File, m.text()) }

func (m *codes) print(app.Context, app.Event) { printPage() }
