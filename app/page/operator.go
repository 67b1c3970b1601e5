package page

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/ui"
	"pleiades/shared/phrase"
)

// operatorParts lists the parts of the operator's page, each a page of its own.
func operatorParts(words *phrase.Catalogue) []ui.Link {
	return []ui.Link{
		{Href: operatorPath, Text: words.Operator.Page},
		{Href: applicationsPath, Text: words.Applications.Page},
	}
}

// operatorFrame is what the parts of the operator's page have in common.
type operatorFrame struct{ frame }

// part draws one of the parts, for operators alone: what it shows is asked for
// only once it is known that someone is.
func (f *operatorFrame) part(content func() []app.UI) app.UI {
	if !f.known() {
		return shellView(f.words)
	}
	words := f.words.Operator
	body := []app.UI{app.H1().Class("settings-title").Text(words.Title)}
	if f.State.Account().Operator {
		body = append(body, f.parts(), app.Div().Body(content()...))
	} else {
		body = append(body, ui.Notice(words.OthersOnly, ui.LinkButton(ui.Quiet, "/", f.words.Conversation.BackToAll)))
	}
	return f.around(words.Page, app.Div().Class("settings operator-page").ID(contentID).TabIndex(-1).DataSet("testid", "operator").Body(body...))
}

// parts are the ways to all parts.
func (f *operatorFrame) parts() app.UI {
	list := operatorParts(f.words)
	return app.Nav().Class("parts").Aria("label", f.words.Operator.Parts).Body(
		app.Range(list).Slice(func(i int) app.UI { return settingsLink(list[i].Href, list[i].Text, f.path) }),
	)
}

// operator is the page itself.
type operator struct{ operatorFrame }

func newOperator(e *env) *operator {
	return &operator{operatorFrame{frame{env: e, path: operatorPath}}}
}

// OnMount names the page and begins to follow the state.
func (p *operator) OnMount(ctx app.Context) {
	setTitle(p.words.Brand.Title(p.words.Operator.Page))
	p.follow(ctx, p.guard)
}

// OnNav takes in where the page is.
func (p *operator) OnNav(ctx app.Context) {
	p.arrive(ctx)
	p.guard(ctx)
}

// Render draws the page.
func (p *operator) Render() app.UI {
	return p.part(func() []app.UI { return []app.UI{app.P().Class("log-lead").Text(p.words.Operator.Lead)} })
}
