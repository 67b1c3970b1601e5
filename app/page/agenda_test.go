package page

import (
	"net/url"
	"testing"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/shared/agenda"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

// listed is a list of five: two open, one refused between them, one done, one
// that waits.
func listed() []state.AgendaItem {
	item := func(n byte, text message.Text) state.AgendaItem {
		id := uuid.UUID{n}
		return state.AgendaItem{Item: agenda.Item{ID: id, Text: text, TextID: id, Author: me}, Mine: true}
	}
	first, refused, second, done, waiting := item(1, "first"), item(2, "refused"), item(3, "second"), item(4, "done"), item(5, "waiting")
	refused.Rejected, refused.Change = wire.CodeListFull, uuid.UUID{9}
	done.Done, done.DoneBy, done.DoneAt = true, peer, &noon
	waiting.Waiting, waiting.Mine = true, false
	return []state.AgendaItem{first, refused, second, done, waiting}
}

func TestAgendaLines(t *testing.T) {
	open, done := agendaView{
		words: phrase.English(), clock: utc{}, me: me, peer: "Maya", waiting: "Waiting for connection", removing: uuid.UUID{3},
	}.items(listed())
	if len(open) != 4 || len(done) != 1 {
		t.Fatalf("%d are open and %d done", len(open), len(done))
	}
	first, refused, second, waiting := open[0], open[1], open[2], open[3]
	if !first.First || first.Last || second.First || !waiting.Last || first.About != "Added by you" {
		t.Errorf("got %+v, %+v, %+v", first, second, waiting)
	}
	list := listed()
	list[0].Writer, list[4].Author, list[4].Writer = peer, peer, me
	open, _ = agendaView{words: phrase.English(), clock: utc{}, me: me, peer: "Maya"}.items(list)
	if open[0].About != "Added by you · changed by Maya" || open[3].About != "Added by Maya · changed by you" {
		t.Errorf("rewritten: got %q, %q", open[0].About, open[3].About)
	}
	if refused.Reasons == nil || refused.Change != (uuid.UUID{9}) || refused.First || refused.Last {
		t.Errorf("got %+v", refused)
	}
	if !second.Removing || waiting.Waiting != "Waiting for connection" || waiting.About != "Added by Maya" {
		t.Errorf("got %+v, %+v", second, waiting)
	}
	if done[0].About != "Checked off by Maya · Today" {
		t.Errorf("got %+v", done[0])
	}
}

func TestShift(t *testing.T) {
	end := uuid.UUID{}
	for _, test := range []struct {
		name   string
		id     byte
		up     bool
		before uuid.UUID
		place  int
		ok     bool
	}{
		{"the first cannot move up", 1, true, end, 0, false},
		{"the first moves down past what is no item", 1, false, uuid.UUID{5}, 2, true},
		{"the second moves up", 3, true, uuid.UUID{1}, 1, true},
		{"the second moves to the end", 3, false, end, 3, true},
		{"the last cannot move down", 5, false, end, 0, false},
		{"the last moves up", 5, true, uuid.UUID{3}, 2, true},
		{"what is done does not move", 4, true, end, 0, false},
		{"what is gone does not move", 7, true, end, 0, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			before, place, of, ok := shift(listed(), uuid.UUID{test.id}, test.up)
			if before != test.before || place != test.place || ok != test.ok || ok && of != 3 {
				t.Errorf("got %v, %d of %d, %t", before, place, of, ok)
			}
		})
	}
}

func TestAgendaAddress(t *testing.T) {
	address, err := url.Parse(agendaAt(talk))
	if err != nil || address.Path != agendaPath || conversationIn(address.Query()) != talk {
		t.Errorf("%v leads to %v: %v", address, conversationIn(address.Query()), err)
	}
	for _, query := range []url.Values{nil, {"c": {"no id"}}} {
		if conversationIn(query) != (uuid.UUID{}) {
			t.Errorf("%v leads somewhere", query)
		}
	}
}

func TestAgendaPage(t *testing.T) {
	render := func(s *state.App) string {
		return app.HTMLString(newNextAppointment(&env{Deps: Deps{State: s, Clock: utc{}}, words: phrase.English()}))
	}
	t.Run("is the list itself where there is one", func(t *testing.T) {
		s := loggedIn(wire.RoleClient)
		has(t, render(s), "With Maya Lindqvist", "agenda-add-input", "Nothing on the list yet", "/c/"+talk.String())
		s.ApplyAgenda(wire.AgendaEvent{Conversation: talk, Rev: 2, Items: []agenda.Item{
			{ID: uuid.UUID{1}, Text: "one <b>", TextID: uuid.UUID{1}, Place: "V", Author: me, Rev: 2, CreatedAt: noon},
		}})
		html := render(s)
		has(t, html, "agenda-item-01000000", "one &lt;b&gt;", `aria-label="Move up: one`)
		hasNot(t, html, "Nothing on the list yet")
	})
	t.Run("is a choice where there are several", func(t *testing.T) {
		s := loggedIn(wire.RoleTherapist)
		other := uuid.UUID{7}
		s.ApplySync([]wire.SyncedConversation{{Conversation: wire.Conversation{
			ID: other, Rev: 1, Client: wire.Person{ID: uuid.UUID{8}, Name: "Kim"}, Therapist: wire.Person{ID: me, Name: "Robin Vale"},
		}}})
		html := render(s)
		has(t, html, "Sam", "Kim", "agenda-of-"+other.String(), "Nothing on the list")
		hasNot(t, html, "agenda-add-input")
	})
	t.Run("says why there is none", func(t *testing.T) {
		s := state.New()
		s.SetLogin(state.LoggedIn, account(wire.RoleClient))
		has(t, render(s), "Not on this device yet")
		s.SetConnection(state.Syncing)
		has(t, render(s), "Opening the list")
		s.SetConnection(state.Online)
		has(t, render(s), "No list yet")
	})
}

func TestLabel(t *testing.T) {
	if got := label("short\n text"); got != "short text" {
		t.Errorf("got %q", got)
	}
	if got := label("ääääääääääääääääääääääääääääääääääääääääää"); got != "ääääääääääääääääääääääääääääääääääääääää…" {
		t.Errorf("got %q", got)
	}
}
