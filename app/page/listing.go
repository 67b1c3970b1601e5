package page

import (
	"cmp"
	"context"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/syncer"
	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// listings is the part of a therapist's page where they say what the directory
// shows of them, in each practice.
type listings struct {
	app.Compo

	*env
	ctx  app.Context
	list []listingForm
	err  string
}

// listingForm is the form of one practice. What is typed belongs to the browser.
type listingForm struct {
	wire.Listing

	busy, saved bool
	err         string
	untimed     bool // the availability comes first
}

func newListings(e *env) *listings { return &listings{env: e} }

// OnMount fetches what was saved.
func (p *listings) OnMount(ctx app.Context) {
	p.ctx = ctx
	ctx.Async(func() {
		found, err := p.Client.Listings(context.Background())
		ctx.Dispatch(func(ctx app.Context) {
			if err != nil {
				p.err = sentence(explain(p.words, err))
				return
			}
			p.list = nil
			for _, l := range found {
				p.list = append(p.list, listingForm{Listing: l})
			}
			ctx.Defer(func(app.Context) { p.fill() })
		})
	})
}

// fill writes what was saved into the inputs, or the words that were being written.
func (p *listings) fill() {
	for i, f := range p.list {
		setChecked(listingID(i, "listed"), f.Listed)
		setChecked(listingID(i, "accepting"), f.Accepting)
		words := p.State.Draft(syncer.ListingDraft(f.Practice.ID))
		setValue(listingID(i, "words"), string(cmp.Or(words, f.Words)))
	}
}

// listingID is the element id of an input.
func listingID(at int, name string) string {
	if at == 0 {
		return "listing-" + name
	}
	return "listing-" + strconv.Itoa(at) + "-" + name
}

// Render draws the part.
func (p *listings) Render() app.UI {
	words := p.words.ListingForm
	body := []app.UI{
		app.H2().Class("panel-title").Text(words.Title),
		app.P().Class("hint").Text(words.Lead),
		formError("listing-error", p.err),
	}
	for i, f := range p.list {
		body = append(body, p.form(i, f))
	}
	return app.Section().Class("panel listing").Body(body...)
}

func (p *listings) form(at int, f listingForm) app.UI {
	words := p.words.ListingForm
	save, said := words.Save, ""
	switch {
	case f.busy:
		save = words.Saving
	case f.saved:
		said = words.Saved
	}
	return app.Form().Class("form").Attr("novalidate", true).OnSubmit(p.save(at), app.EventScope(at)).Body(
		app.If(len(p.list) > 1, func() app.UI {
			return app.H3().Dir("auto").Text(words.Practice(string(f.Practice.Name)))
		}),
		p.box(listingID(at, "listed"), words.Listed, words.ListedHint),
		p.box(listingID(at, "accepting"), words.Accepting, words.AcceptingHint),
		lineBox(listingID(at, "words"), words.Words, words.WordsHint, func(ctx app.Context, _ app.Event) {
			p.Client.SaveDraft(syncer.ListingDraft(f.Practice.ID), message.Text(value(listingID(at, "words"))))
			ctx.PreventUpdate()
		}),
		formError(listingID(at, "error"), f.err),
		app.If(f.untimed, func() app.UI {
			return ui.LinkButton(ui.Quiet, availabilityPath+"#"+contentID, p.words.ListingForm.ToAvailability)
		}),
		app.Div().Class("request-ways").Body(
			ui.Submit(listingID(at, "save"), save, f.busy),
			app.P().Class("hint").Role("status").DataSet("testid", listingID(at, "saved")).Text(said),
		),
	)
}

// box is something to choose or not.
func (p *listings) box(id, label, hint string) app.UI {
	return app.Div().Body(
		app.Div().Class("switch-row").Body(
			app.Label().Class("switch-label").For(id).Text(label),
			app.Input().ID(id).Class("switch").DataSet("testid", id).Type("checkbox").Role("switch").Aria("describedby", id+"-hint"),
		),
		app.P().Class("hint").ID(id+"-hint").Text(hint),
	)
}

func (p *listings) save(at int) app.EventHandler {
	return func(_ app.Context, e app.Event) {
		e.PreventDefault()
		f := &p.list[at]
		if f.busy {
			return
		}
		l := wire.PutListing{
			Listed: checked(listingID(at, "listed")), Accepting: checked(listingID(at, "accepting")),
			Words: message.Text(value(listingID(at, "words"))),
		}
		f.err, f.saved, f.untimed = "", false, false
		if message.Length(message.Normalize(l.Words)) > wire.MaxListingWords {
			f.err = p.words.ListingForm.Invalid
			focus(listingID(at, "words"))
			return
		}
		f.busy = true
		practice := f.Practice.ID
		p.ctx.Async(func() {
			err := p.Client.SaveListing(context.Background(), practice, l)
			p.ctx.Dispatch(func(app.Context) {
				f := &p.list[at]
				f.busy, f.saved = false, err == nil
				// What is not shown the server does not keep; else more may have been
				// written meanwhile.
				if f.saved && l.Listed && value(listingID(at, "words")) == string(l.Words) {
					f.Words = l.Words
					p.Client.SaveDraft(syncer.ListingDraft(practice), "")
				}
				if err != nil {
					f.err, f.untimed = sentence(explain(p.words, err)), isCode(err, wire.CodeNeedsAvailability)
				}
			})
		})
	}
}
