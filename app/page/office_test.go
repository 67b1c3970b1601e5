package page

import (
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

func newForm() *officeForm {
	saved := availability.Default("Europe/Dublin")
	saved.Version = 3
	saved.Away = []availability.Period{{From: "2020-01-01", To: "2020-01-10"}}
	return newOfficeForm(wire.TherapistAvailability{Practice: wire.Practice{ID: talk}, Settings: &saved, Outlook: outlook(90)}, "UTC")
}

func fields(list []availability.FieldError) []string {
	var names []string
	for _, e := range list {
		names = append(names, e.Field+" "+string(e.Code))
	}
	return names
}

func TestOfficeForm(t *testing.T) {
	t.Run("begins with what was saved", func(t *testing.T) {
		f := newForm()
		if f.unsaved() || f.get("zone") != "Europe/Dublin" || len(f.problems(utc{})) != 0 {
			t.Errorf("got %+v, %v", f.filled, f.problems(utc{}))
		}
	})
	t.Run("begins with a common week in the device's zone", func(t *testing.T) {
		f := newOfficeForm(wire.TherapistAvailability{}, "Asia/Kathmandu")
		if !f.unsaved() || f.get("zone") != "Asia/Kathmandu" || f.get("hours.fri[0][1]") != "17:00" {
			t.Errorf("got %+v", f.filled)
		}
	})
	t.Run("holds what is filled in at each path", func(t *testing.T) {
		f := newForm()
		f.addSpan(0)
		f.addSpan(6)
		f.addClosed()
		f.addAway()
		for path, value := range map[string]string{
			"style": "brief", "words": "a b", "zone": "UTC", "calendar": "IE", "promise.min": "0", "promise.max": "72",
			"hours.mon[1][0]": "18:00", "hours.mon[1][1]": "00:00", "hours.sun[0][0]": "10:30",
			"closed[0]": "2026-12-24", "away[1].from": "2027-01-01", "away[1].to": "2027-01-05",
		} {
			f.set(path, value)
			if got := f.get(path); got != value {
				t.Errorf("%s holds %q, want %q", path, got, value)
			}
			if path != "style" && !slices.Contains(f.paths(), path) {
				t.Errorf("%s is no path", path)
			}
		}
		if end := f.filled.Hours.Mon[1][1]; end != "24:00" {
			t.Errorf("midnight at the end of a day is %q", end)
		}
		if f.filled.Hours.Tue[0] != (availability.Span{"09:00", "17:00"}) {
			t.Errorf("another day is %v", f.filled.Hours.Tue)
		}
	})
	t.Run("takes paths that lead nowhere for nothing", func(t *testing.T) {
		f := newForm()
		for _, path := range []string{"", "closed[0]", "away[5].to", "hours.mon[9][0]", "hours.mon[0][7]", "hours.day[0][0]", "closed[x]", "closed[-1]"} {
			f.set(path, "2026-12-24")
		}
		if f.unsaved() {
			t.Errorf("got %+v", f.filled)
		}
	})
	t.Run("leaves out rows that are empty", func(t *testing.T) {
		f := newForm()
		f.addClosed()
		f.addAway()
		f.addSpan(0)
		f.set("hours.mon[1][0]", "")
		f.set("hours.mon[1][1]", "")
		if f.unsaved() || len(f.problems(utc{})) != 0 {
			t.Errorf("got %+v, %v", f.whole(), f.problems(utc{}))
		}
	})
	t.Run("copies hours, and changes one day alone afterwards", func(t *testing.T) {
		f := newForm()
		f.addSpan(0)
		f.copySpans(0, []int{1, 5})
		f.set("hours.sat[0][0]", "11:00")
		h := f.filled.Hours
		if len(h.Tue) != 2 || h.Sat[0][0] != "11:00" || h.Mon[0][0] != "09:00" || h.Tue[0][0] != "09:00" || len(h.Wed) != 1 {
			t.Errorf("got %+v", h)
		}
	})
	t.Run("proposes hours after those there are", func(t *testing.T) {
		for last, want := range map[string]availability.Span{
			"12:00": {"13:00", "17:00"}, "17:00": {"18:00", "21:00"}, "21:30": {"22:00", "24:00"}, "23:00": {}, "24:00": {}, "": {},
		} {
			if got := nextSpan([]availability.Span{{"09:00", last}}); got != want {
				t.Errorf("after %s: %v, want %v", last, got, want)
			}
		}
	})
}

func TestOfficeProblems(t *testing.T) {
	t.Run("are shown at fields that were changed", func(t *testing.T) {
		f := newForm()
		f.set("promise.max", "3")
		f.set("hours.mon[0][1]", "08:00")
		if got := fields(f.visible(utc{})); got != nil {
			t.Errorf("shown at once: %q", got)
		}
		f.touched["hours.mon[0][1]"] = true
		if got := fields(f.visible(utc{})); !slices.Equal(got, []string{"hours.mon[0] reversed_span"}) {
			t.Errorf("got %q", got)
		}
		f.tried = true
		want := []string{"promise.max promise_order", "hours.mon[0] reversed_span"}
		if got := fields(f.visible(utc{})); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
	t.Run("know absences that stood already from new ones", func(t *testing.T) {
		f := newForm()
		f.addAway()
		f.set("away[1].from", "2021-01-01")
		f.set("away[1].to", "2021-01-02")
		if got := fields(f.problems(utc{})); !slices.Equal(got, []string{"away[1] past_away"}) {
			t.Errorf("got %q", got)
		}
	})
	t.Run("of the server stay until the field is changed", func(t *testing.T) {
		f := newForm()
		f.refuse(&wire.Problem{Code: wire.CodeInvalidAvailability, Fields: []availability.FieldError{
			{Field: "zone", Code: availability.CodeUnknownZone}, {Field: "hours.tue[0]", Code: availability.CodeBadTime},
		}})
		f.set("words", "other")
		f.set("hours.tue[0][1]", "16:00")
		if got := fields(f.problems(utc{})); !slices.Equal(got, []string{"zone unknown_zone"}) {
			t.Errorf("got %q", got)
		}
	})
	t.Run("lead to an input", func(t *testing.T) {
		f := newForm()
		for field, want := range map[string]string{
			"style": "style", "zone": "zone", "promise.max": "promise.max", "hours.wed[0]": "hours.wed[0][0]",
			"away[0]": "away[0].from", "away[0].to": "away[0].to", "hours": "hours.mon[0][0]",
		} {
			if got := f.inputOf(availability.FieldError{Field: field}); got != want {
				t.Errorf("%s leads to %s, want %s", field, got, want)
			}
		}
		f.filled.Hours = availability.Hours{}
		if got := f.inputOf(availability.FieldError{Field: "hours"}); got != "hours.mon.add" {
			t.Errorf("an empty week leads to %s", got)
		}
	})
}

func TestOfficePage(t *testing.T) {
	render := func(s *state.App, forms ...*officeForm) string {
		e := &env{Deps: Deps{State: s, Clock: utc{}}, words: phrase.English()}
		if forms != nil {
			e.offices = &officeForms{account: me, list: forms}
		}
		return app.HTMLString(newOffice(e))
	}
	t.Run("links what is wrong to its field", func(t *testing.T) {
		f := newForm()
		f.filled.Promise.Max, f.filled.Words = 0, message.Text(make([]byte, 300))
		f.tried = true
		html := render(loggedIn(wire.RoleTherapist), f)
		checkMarkup(t, html)
		has(t, html, `id="availability-words-error"`, `id="availability-promise.max-error"`, "280 characters is the most",
			"The preview comes back")
	})
	t.Run("shows no promise that cannot be kept, and leaves what was typed", func(t *testing.T) {
		f := newForm()
		f.set("promise.min", "-5")
		f.set("promise.max", "99999")
		html := render(loggedIn(wire.RoleTherapist), f)
		has(t, html, "Usually in 1 to 2 business days")
		hasNot(t, html, "99,999")
		if lo, hi := f.get("promise.min"), f.get("promise.max"); lo != "-5" || hi != "99999" {
			t.Errorf("typed %q, %q", lo, hi)
		}
	})
	t.Run("asks for the day of an absence that is missing", func(t *testing.T) {
		f := newForm()
		f.addAway()
		f.set("away[1].from", "2026-12-24")
		f.tried = true
		html := render(loggedIn(wire.RoleTherapist), f)
		has(t, html, "Fill in the last day.")
		hasNot(t, html, "Fill in the first day.", "Choose a day that exists")
	})
	t.Run("shows what clients see", func(t *testing.T) {
		html := render(loggedIn(wire.RoleTherapist), newForm())
		has(t, html, "A message sent now would usually be answered by Wednesday 25 November, 17:00", "Usually in 1 to 2 business days",
			"availability-hours.mon[0][0]", "All is saved.")
		hasNot(t, html, "availability-hours.sat[0][0]")
	})
	t.Run("says how far holidays are known, where that is not far", func(t *testing.T) {
		f := newForm()
		f.set("calendar", "IN")
		has(t, render(loggedIn(wire.RoleTherapist), f), "All of them are known to the end of 2026")
		f.set("calendar", "IE")
		hasNot(t, render(loggedIn(wire.RoleTherapist), f), "known to the end of")
	})
	t.Run("tells several practices apart", func(t *testing.T) {
		one, other := newForm(), newForm()
		one.practice.Name, other.practice = "North", wire.Practice{ID: uuid.UUID{4}, Name: "South"}
		has(t, render(loggedIn(wire.RoleTherapist), one, other), "At North", "At South", "availability-b-save")
	})
	t.Run("says why there is nothing to fill in", func(t *testing.T) {
		has(t, render(loggedIn(wire.RoleClient)), "This page is for therapists")
		s := loggedIn(wire.RoleTherapist)
		has(t, render(s), "Fetching your times")
		s.SetConnection(state.Offline)
		has(t, render(s), "This page needs a connection")
		has(t, render(s, newForm()), "All is saved.")
	})
}
