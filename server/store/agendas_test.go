package store_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/calendar"
	"pleiades/server/chat"
	"pleiades/server/live"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/agenda"
)

// TestListAgendaItems asks for what changed on many lists at once, of which two
// hold something.
func TestListAgendaItems(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := storetest.MustPractice(t, db, 2)
		service := chat.New(db.Conversations(), live.New(live.Options{}), chat.Options{Zone: calendar.Zone, Outlook: calendar.Outlook})
		defer service.Close()
		const each = 3
		var revs [2][each]int64
		for i, conversation := range p.Conversations {
			for n := range each {
				id := uuid.New()
				change := agenda.Change{ID: id, Kind: agenda.Add, Item: id, Text: "sleep", Place: "V", At: time.Now()}
				changed, _, err := service.ChangeAgenda(t.Context(), chat.Actor{Account: p.Clients[i]}, conversation, change)
				if err != nil {
					t.Fatal(err)
				}
				revs[i][n] = changed.Rev
			}
		}
		of := func(id uuid.UUID, above int64) chat.AgendaSince {
			return chat.AgendaSince{Conversation: chat.Conversation{ID: id, Practice: p.ID}, Above: above}
		}
		since := []chat.AgendaSince{of(p.Conversations[0], revs[0][0])}
		for range 450 {
			since = append(since, of(uuid.New(), -1))
		}
		since = append(since, of(p.Conversations[1], revs[1][1]))
		lists, err := db.Conversations().ListAgendaItems(t.Context(), since)
		if err != nil {
			t.Fatal(err)
		}
		for i, list := range lists {
			want := map[int]int{0: 2, len(since) - 1: 1}[i]
			if len(list) != want {
				t.Errorf("list %d: %d items, want %d", i, len(list), want)
			}
			for _, item := range list {
				if item.Rev <= since[i].Above || item.Text != "sleep" {
					t.Errorf("list %d: got %+v, want what is above %d", i, item, since[i].Above)
				}
			}
		}
		if none, err := db.Conversations().ListAgendaItems(t.Context(), nil); err != nil || len(none) != 0 {
			t.Errorf("of no list: got %v, error %v", none, err)
		}
	})
}
