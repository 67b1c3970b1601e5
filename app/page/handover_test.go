package page

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/shared/help"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

func TestHandOver(t *testing.T) {
	const question = "Why does it not ring?"

	t.Run("reaches the form once", func(t *testing.T) {
		s, h := loggedIn(wire.RoleClient), handOver{}
		h.put(s, question)
		h.check(s)
		if got := h.take(s); got != question {
			t.Errorf("got %q", string(got))
		}
		if got := h.take(s); got != "" {
			t.Errorf("got %q again", string(got))
		}
	})

	t.Run("stays where the login ends and the person is the same", func(t *testing.T) {
		s, h := loggedIn(wire.RoleClient), handOver{}
		h.put(s, question)
		s.SetLogin(state.LoginExpired, s.Account())
		h.check(s)
		if got := h.take(s); got != question {
			t.Errorf("got %q", string(got))
		}
	})

	t.Run("stays where the device is read only then", func(t *testing.T) {
		s, h := state.New(), handOver{}
		h.put(s, question)
		h.check(s)
		s.SetLogin(state.LoggedIn, wire.Account{ID: me})
		h.check(s)
		if got := h.take(s); got != question {
			t.Errorf("got %q", string(got))
		}
		h.put(s, question)
		s.SetLogin(state.LoggedIn, wire.Account{ID: uuid.UUID{7}})
		if got := h.take(s); got != "" {
			t.Errorf("the next person sees %q", string(got))
		}
	})

	other := wire.Account{ID: uuid.UUID{7}}
	for name, leave := range map[string]func(*state.App){
		"a lock":        func(s *state.App) { s.Lock(me, "", []state.Way{state.WayPassword}) },
		"a log-out":     func(s *state.App) { s.SetLogin(state.LoggedOut, wire.Account{}) },
		"another login": func(s *state.App) { s.SetLogin(state.LoggedIn, other) },
	} {
		t.Run("is dropped by "+name, func(t *testing.T) {
			s, h := loggedIn(wire.RoleClient), handOver{}
			h.put(s, question)
			leave(s)
			h.check(s)
			if h.text != "" {
				t.Error("it is still in memory")
			}
			if got := h.take(s); got != "" {
				t.Errorf("the next person sees %q", string(got))
			}
		})
	}

	t.Run("of nobody is dropped by a login", func(t *testing.T) {
		s, h := state.New(), handOver{}
		s.SetLogin(state.LoggedOut, wire.Account{})
		h.put(s, question)
		s.SetLogin(state.LoggedIn, other)
		if got := h.take(s); got != "" {
			t.Errorf("got %q", string(got))
		}
	})
}

func TestAppended(t *testing.T) {
	for draft, want := range map[message.Text]message.Text{
		"":             "a question",
		" \n":          "a question",
		"words before": "words before\n\na question",
	} {
		if got := appended(draft, "a question"); got != want {
			t.Errorf("to %q: got %q, want %q", string(draft), string(got), string(want))
		}
	}
}

// TestLeaving holds the Help Center, whose pages stay where a device is locked, to
// forget what was typed there.
func TestLeaving(t *testing.T) {
	const secret = "kanarienvogel"
	index, err := help.NewIndex(library(t), help.PackIndex(library(t)))
	if err != nil {
		t.Fatal(err)
	}
	other := wire.Account{ID: uuid.UUID{7}}
	for name, c := range map[string]struct {
		change func(*state.App)
		kept   bool
	}{
		"a lock":               {change: func(s *state.App) { s.Lock(me, "", []state.Way{state.WayPassword}) }},
		"a log-out":            {change: func(s *state.App) { s.SetLogin(state.LoggedOut, wire.Account{}) }},
		"another login":        {change: func(s *state.App) { s.SetLogin(state.LoggedIn, other) }},
		"the end of the login": {change: func(s *state.App) { s.SetLogin(state.LoginExpired, s.Account()) }, kept: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := loggedIn(wire.RoleClient)
			e := &env{Deps: Deps{State: s, Clock: utc{}}, words: phrase.English(), shelf: shelf{library: library(t), index: index}}
			assistant, search, box, rated := newTARS(e), newHelpSearch(e), newTrying(e, ""), newRating(e, "logging-in")
			follow := func() {
				assistant.look(s, assistant.forget)
				search.look(s, search.forget)
				box.look(s, box.forget)
				rated.look(s, rated.forget)
			}
			follow()
			assistant.take(secret)
			assistant.reach()
			assistant.consent = true
			search.query = secret
			search.hits = index.Search("password", 1)
			box.awake, box.typed = true, inDangerNow
			box.review()
			rated.rated = true
			c.change(s)
			follow()
			kept := []bool{
				assistant.question != "" || assistant.asked || strings.Contains(app.HTMLString(assistant), secret),
				search.query != "" || len(search.hits) > 0,
				box.typed != "" || len(box.advice.cards) > 0,
				rated.rated,
			}
			for i, kept := range kept {
				if kept != c.kept {
					t.Errorf("%s: kept is %v, want %v", []string{"TARS", "the search", "the box to try", "the rating"}[i], kept, c.kept)
				}
			}
		})
	}
}
