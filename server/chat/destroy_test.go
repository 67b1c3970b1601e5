package chat_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/chat"
	"pleiades/server/store/storetest"
	"pleiades/shared/agenda"
	"pleiades/shared/wire"
)

// TestDestroyTexts destroys the texts of a conversation that another process
// has just read, and knows the keys of.
func TestDestroyTexts(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		r := mustRoom(t, storetest.MustOpenAgain(t, url))
		second := r
		second.Service = chat.New(storetest.MustOpenAgain(t, url).Conversations(), r.published, chat.Options{Now: r.clock.Now})
		defer second.Close()
		first := draft("gone")
		if _, _, err := r.Send(t.Context(), r.client, r.conversation, first); err != nil {
			t.Fatal(err)
		}
		r.mustSend(t, r.therapist, r.conversation, "gone too")
		r.mustSend(t, r.second, r.other, "stays")
		items := storetest.MustFillAgenda(t, r.db, r.conversation, r.client.Account, 2)
		for _, process := range []room{r, second} {
			if page, err := process.ListMessages(t.Context(), r.client, r.conversation, chat.Page{}); err != nil || page[0].Body != "gone" {
				t.Fatalf("got %v, error %v", page, err)
			}
		}
		_, before := r.mustTakeLog(t, 0)

		t.Run("not while care goes on, though it had ended a moment ago", func(t *testing.T) {
			r.mustClose(t)
			late := chat.New(&countingStore{Store: r.db.Conversations(), before: func(int) {
				if _, err := second.ReopenConversation(t.Context(), r.therapist, r.conversation); err != nil {
					t.Error(err)
				}
			}}, r.published, chat.Options{Now: r.clock.Now})
			defer late.Close()
			if err := late.DestroyTexts(t.Context(), r.conversation); !errors.Is(err, chat.ErrOpen) {
				t.Errorf("got %v, want ErrOpen", err)
			}
			if page, err := r.ListMessages(t.Context(), r.client, r.conversation, chat.Page{}); err != nil || page[0].Body != "gone" {
				t.Errorf("got %v, error %v", page, err)
			}
		})
		r.mustClose(t)
		_, before = r.mustTakeLog(t, before)
		for range 2 { // the second time changes nothing
			if err := r.DestroyTexts(t.Context(), r.conversation); err != nil {
				t.Fatal(err)
			}
		}
		if events, _ := r.mustTakeLog(t, before); len(events) != 1 || events[0].Kind != audit.KeyDestroy || events[0].Conversation != r.conversation {
			t.Errorf("recorded %+v, want the destruction", events)
		}
		left, err := r.db.Keys().ListWrappedKeys(t.Context(), "conversation/", 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range left {
			if len(key.Name) > 49 && key.Name[:49] == "conversation/"+r.conversation.String() {
				t.Errorf("the key %s is left", key.Name)
			}
		}
		for name, process := range map[string]room{"here": r, "in another process": second, "after a restart": mustReopen(t, url, r)} {
			t.Run(name, func(t *testing.T) { checkDestroyed(t, process, first.ID, items[0].ID) })
		}
		t.Run("a conversation that is not there is not found", func(t *testing.T) {
			if err := r.DestroyTexts(t.Context(), uuid.New()); !errors.Is(err, chat.ErrNotFound) {
				t.Errorf("got %v, want ErrNotFound", err)
			}
		})
	})
}

// mustClose ends care in the conversation.
func (r room) mustClose(t *testing.T) {
	t.Helper()
	if _, err := r.CloseConversation(t.Context(), r.therapist, r.conversation, wire.Close{Note: "gone as well"}); err != nil {
		t.Fatal(err)
	}
}

// mustReopen returns the room in a process that knows no keys.
func mustReopen(t *testing.T, url string, r room) room {
	t.Helper()
	r.db = storetest.MustOpenAgain(t, url)
	r.Service = chat.New(r.db.Conversations(), r.published, chat.Options{Now: r.clock.Now})
	t.Cleanup(r.Close)
	return r
}

// checkDestroyed shows what is left of the texts, the first message and item
// among them.
func checkDestroyed(t *testing.T, r room, first, item uuid.UUID) {
	t.Helper()
	gone := func(m wire.Message) bool { return m.Destroyed && !m.Unreadable && m.Body == "" && m.Seq > 0 }
	page, err := r.ListMessages(t.Context(), r.client, r.conversation, chat.Page{})
	if err != nil || len(page) != 2 || !gone(chat.WireMessage(page[0])) || !gone(chat.WireMessage(page[1])) {
		t.Errorf("history: got %+v, error %v", page, err)
	}
	list, err := r.ListAgenda(t.Context(), r.therapist, r.conversation)
	if err != nil || len(list.Items) != 2 || !list.Items[0].Destroyed || list.Items[0].Text != "" {
		t.Errorf("list: got %+v, error %v", list, err)
	}
	synced, err := r.Sync(t.Context(), r.therapist, chat.Have{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range synced.Conversations {
		if c.ID == r.other && (c.Destroyed || c.Messages[0].Body != "stays") {
			t.Errorf("the other conversation: got %+v", c)
		}
		if c.ID == r.conversation && (c.Closed == nil || c.Closed.Note != "") {
			t.Errorf("the words at the end of care: got %+v", c.Closed)
		}
		if c.ID == r.conversation && (!c.Destroyed || !gone(c.Messages[0]) || !c.Agenda[1].Destroyed) {
			t.Errorf("sync: got %+v", c)
		}
	}
	if _, _, err := r.Send(t.Context(), r.client, r.conversation, draft("more")); !errors.Is(err, chat.ErrDestroyed) {
		t.Errorf("send: got %v, want ErrDestroyed", err)
	}
	again := draft("whatever it was")
	again.ID = first
	if m, created, err := r.Send(t.Context(), r.client, r.conversation, again); err != nil || created || m.Seq != 1 {
		t.Errorf("sending what was stored: got %+v, created %t, error %v", m, created, err)
	}
	change := agenda.Change{ID: uuid.New(), Kind: agenda.Check, Item: item}
	if _, _, err := r.ChangeAgenda(t.Context(), r.client, r.conversation, change); !errors.Is(err, chat.ErrDestroyed) {
		t.Errorf("change: got %v, want ErrDestroyed", err)
	}
}

// TestUnreadable damages single rows: what they say is missing, nothing else,
// and no change hides the damage.
func TestUnreadable(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		r := mustRoom(t, storetest.MustOpenAgain(t, url))
		r.mustSend(t, r.client, r.conversation, "first")
		second := draft("second")
		if _, _, err := r.Send(t.Context(), r.client, r.conversation, second); err != nil {
			t.Fatal(err)
		}
		items := storetest.MustFillAgenda(t, r.db, r.conversation, r.client.Account, 2)
		if _, err := r.UpdateAvailability(t.Context(), r.therapist, r.practice, wire.SetAvailability{Availability: dublin()}); err != nil {
			t.Fatal(err)
		}
		storetest.MustTamper(t, url, "UPDATE messages SET body = substr(body, 1, 50) WHERE seq = 2")
		storetest.MustTamper(t, url, "UPDATE agenda_items SET body = substr(body, 1, 50) WHERE id = '"+items[0].ID.String()+"'")
		storetest.MustTamper(t, url, "UPDATE availabilities SET settings = substr(settings, 1, 50)")

		page, err := r.ListMessages(t.Context(), r.client, r.conversation, chat.Page{})
		if err != nil || len(page) != 2 || page[0].Body != "first" || !page[1].Unreadable || page[1].Body != "" {
			t.Errorf("history: got %+v, error %v", page, err)
		}
		if m, created, err := r.Send(t.Context(), r.client, r.conversation, second); err != nil || created || !m.Unreadable {
			t.Errorf("sending it again: got %+v, created %t, error %v", m, created, err)
		}
		r.mustSend(t, r.client, r.conversation, "third")
		for i, want := range []error{chat.ErrUnreadable, nil} {
			change := agenda.Change{ID: uuid.New(), Kind: agenda.Check, Item: items[i].ID}
			if _, _, err := r.ChangeAgenda(t.Context(), r.client, r.conversation, change); !errors.Is(err, want) {
				t.Errorf("item %d: got %v, want %v", i+1, err, want)
			}
		}
		if c := r.mustFind(t, r.client, r.conversation); c.Agreement != nil || c.Availability != nil || c.LastSeq != 3 {
			t.Errorf("conversation: got %+v", c)
		}
		if _, err := r.Acknowledge(t.Context(), r.client, r.conversation, wire.Acknowledge{Version: 1}); !errors.Is(err, chat.ErrUnreadable) {
			t.Errorf("acknowledge: got %v, want ErrUnreadable", err)
		}
		if view, err := r.UpdateAvailability(t.Context(), r.therapist, r.practice, wire.SetAvailability{Availability: dublin()}); err != nil || view.Settings == nil {
			t.Errorf("setting them again: got %+v, error %v", view, err)
		}
		if c := r.mustFind(t, r.client, r.conversation); c.Agreement == nil {
			t.Error("what was set again is missing")
		}
	})
}
