package page

import (
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

func TestListingForm(t *testing.T) {
	e := &env{Deps: Deps{State: loggedIn(wire.RoleTherapist), Clock: utc{}}, words: phrase.English()}
	form := newListings(e)
	form.list = []listingForm{{}}
	hasNot(t, app.HTMLString(form), e.words.ListingForm.ToAvailability)
	form.list[0].untimed = true
	html := app.HTMLString(form)
	checkMarkup(t, html)
	has(t, html, e.words.ListingForm.ToAvailability, `href="/availability#`)
}
