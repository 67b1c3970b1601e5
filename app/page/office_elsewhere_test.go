package page

import (
	"slices"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/shared/availability"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

func TestOfficeSavedElsewhere(t *testing.T) {
	names := func(list []officePiece) (names []string) {
		for _, piece := range list {
			names = append(names, piece.name)
		}
		return names
	}
	words := phrase.English()
	pieces := officePieces(words, utc{})
	f := newForm()
	f.set("words", "Typed here.")
	f.set("zone", "Asia/Kathmandu")
	f.set("promise.min", "12")
	f.addAway() // a row that is still empty stays

	theirs := cloned(*f.saved)
	theirs.Version = 4
	theirs.Words, theirs.Promise.Min, theirs.Style = "Saved there.", 12, availability.StyleBrief
	theirs.Hours.Mon, theirs.Hours.Sat = nil, []availability.Span{{"10:00", "12:00"}}
	f.merge(pieces, theirs, outlook(30))

	t.Run("what was typed stays, and the rest is taken over", func(t *testing.T) {
		got := f.whole()
		if got.Words != "Typed here." || got.Zone != "Asia/Kathmandu" || got.Style != availability.StyleBrief ||
			len(got.Hours.Mon) != 0 || len(got.Hours.Sat) != 1 || len(got.Hours.Tue) != 1 || len(f.filled.Away) != 2 {
			t.Errorf("got %+v", f.filled)
		}
		if f.version() != 4 || !f.unsaved() {
			t.Errorf("it replaces version %d", f.version())
		}
	})
	t.Run("says which is which", func(t *testing.T) {
		if got, want := names(f.elsewhere.taken), []string{words.Office.Style, "Monday", "Saturday"}; !slices.Equal(got, want) {
			t.Errorf("taken over: %q, want %q", got, want)
		}
		if got, want := names(f.elsewhere.kept), []string{words.Office.Words}; !slices.Equal(got, want) {
			t.Errorf("changed in both: %q, want %q", got, want)
		}
		e := &env{Deps: Deps{State: loggedIn(wire.RoleTherapist), Clock: utc{}}, words: words}
		e.offices = &officeForms{account: me, list: []*officeForm{f}}
		html := app.HTMLString(newOffice(e))
		checkMarkup(t, html)
		has(t, html, "availability-elsewhere", "In your own words: “Saved there.”", "Monday: Closed", "Saturday: 10:00 to 12:00")
	})
	t.Run("nothing is told any more once it is saved", func(t *testing.T) {
		saved := f.whole()
		f.take(wire.TherapistAvailability{Settings: &saved})
		if f.elsewhere != nil || f.unsaved() {
			t.Errorf("got %+v", f.elsewhere)
		}
	})
	t.Run("every piece can be told", func(t *testing.T) {
		full := cloned(theirs)
		full.Closed, full.Away = []availability.Date{"2026-12-24"}, []availability.Period{{From: "2027-01-01", To: "2027-01-05"}}
		for _, piece := range pieces {
			if piece.say(full) == "" || piece.say(availability.Default("UTC")) == "" {
				t.Errorf("%s says nothing", piece.name)
			}
			if changed := full; !piece.alike(changed, full) {
				t.Errorf("%s is not like itself", piece.name)
			}
		}
	})
}
