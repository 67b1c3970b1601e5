package chat_test

import (
	"errors"
	"testing"

	"pleiades/server/audit"
	"pleiades/server/chat"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// TestCloseConversation ends care, takes it up again, and ends it anew.
func TestCloseConversation(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		before := draft("before")
		if _, _, err := r.Send(t.Context(), r.client, r.conversation, before); err != nil {
			t.Fatal(err)
		}
		added := addition("sleep", "m")
		if _, _, err := r.ChangeAgenda(t.Context(), r.client, r.conversation, added); err != nil {
			t.Fatal(err)
		}
		r.published.take()
		_, logged := r.mustTakeLog(t, 0)
		rev := r.mustFind(t, r.client, r.conversation).Rev
		mustClose := func(note message.Text) wire.Conversation {
			t.Helper()
			c, err := r.CloseConversation(t.Context(), r.therapist, r.conversation, wire.Close{Note: note})
			if err != nil {
				t.Fatal(err)
			}
			return c
		}

		t.Run("is the therapist's to do", func(t *testing.T) {
			for actor, want := range map[chat.Actor]error{r.client: chat.ErrForbidden, r.second: chat.ErrNotFound, r.admin: chat.ErrNotFound} {
				if _, err := r.CloseConversation(t.Context(), actor, r.conversation, wire.Close{}); !errors.Is(err, want) {
					t.Errorf("close: got %v, want %v", err, want)
				}
				if _, err := r.ReopenConversation(t.Context(), actor, r.conversation); !errors.Is(err, want) {
					t.Errorf("reopen: got %v, want %v", err, want)
				}
			}
		})
		t.Run("refuses words that break a rule", func(t *testing.T) {
			var invalid *chat.InvalidError
			_, err := r.CloseConversation(t.Context(), r.therapist, r.conversation, wire.Close{Note: "a\x00b"})
			if !errors.As(err, &invalid) || invalid.Codes[0] != message.CodeInvalidText {
				t.Errorf("got %v", err)
			}
		})
		_, logged = r.mustTakeLog(t, logged)
		r.published.take()
		t.Run("is shown to both, with the words", func(t *testing.T) {
			c := mustClose(" Go well. ")
			if c.Closed == nil || c.Closed.Note != "Go well." || !c.Closed.At.Equal(now) || c.Rev != rev+1 {
				t.Errorf("got %+v", c.Closed)
			}
			if told := r.published.take(); len(told) != 2 {
				t.Errorf("published %+v", told)
			}
			if seen := r.mustFind(t, r.client, r.conversation).Closed; seen == nil || *seen != *c.Closed {
				t.Errorf("the client sees %+v", seen)
			}
			if other := r.mustFind(t, r.second, r.other); other.Closed != nil {
				t.Errorf("another conversation is closed too: %+v", other.Closed)
			}
		})
		t.Run("again changes nothing", func(t *testing.T) {
			if c := mustClose("Other words."); c.Closed.Note != "Go well." || c.Rev != rev+1 {
				t.Errorf("got %+v, rev %d", c.Closed, c.Rev)
			}
		})
		t.Run("takes in nothing new", func(t *testing.T) {
			for _, actor := range []chat.Actor{r.client, r.therapist} {
				if _, _, err := r.Send(t.Context(), actor, r.conversation, draft("late")); !errors.Is(err, chat.ErrClosed) {
					t.Errorf("send: got %v", err)
				}
			}
			change := check(added.Item)
			if _, _, err := r.ChangeAgenda(t.Context(), r.client, r.conversation, change); !errors.Is(err, chat.ErrClosed) {
				t.Errorf("change of the list: got %v", err)
			}
			if list, err := r.ListAgenda(t.Context(), r.client, r.conversation); err != nil || len(list.Items) != 1 || list.Items[0].DoneAt != nil {
				t.Errorf("the list is %+v, error %v", list, err)
			}
		})
		t.Run("knows what it took in before", func(t *testing.T) {
			if m, created, err := r.Send(t.Context(), r.client, r.conversation, before); err != nil || created || m.Seq != 1 {
				t.Errorf("got %+v, created %v, error %v", m, created, err)
			}
			if _, created, err := r.ChangeAgenda(t.Context(), r.client, r.conversation, added); err != nil || created {
				t.Errorf("created %v, error %v", created, err)
			}
		})
		t.Run("stays readable", func(t *testing.T) {
			page, err := r.ListMessages(t.Context(), r.client, r.conversation, chat.Page{})
			if err != nil || len(page) != 1 || page[0].Body != "before" {
				t.Errorf("got %v, error %v", page, err)
			}
			if err := r.MarkRead(t.Context(), r.therapist, r.conversation, 1); err != nil {
				t.Error(err)
			}
		})
		t.Run("ends, and begins anew, at the same moment too", func(t *testing.T) {
			for range 2 { // the second time changes nothing
				if c, err := r.ReopenConversation(t.Context(), r.therapist, r.conversation); err != nil || c.Closed != nil {
					t.Fatalf("got %+v, error %v", c.Closed, err)
				}
			}
			r.mustSend(t, r.client, r.conversation, "hello again")
			if c := mustClose(""); c.Closed.Note != "" {
				t.Errorf("got %+v", c.Closed)
			}
		})
		t.Run("is recorded", func(t *testing.T) {
			events, _ := r.mustTakeLog(t, logged)
			var kinds []audit.Kind
			for _, e := range events {
				if e.Kind == audit.ConversationClose || e.Kind == audit.ConversationReopen {
					kinds = append(kinds, e.Kind)
				}
			}
			want := []audit.Kind{audit.ConversationClose, audit.ConversationReopen, audit.ConversationClose}
			if len(kinds) != 3 || kinds[0] != want[0] || kinds[1] != want[1] || kinds[2] != want[2] {
				t.Errorf("got %v, want %v", kinds, want)
			}
			if report, err := r.db.VerifyLog(t.Context(), nil); err != nil || len(report.Findings) > 0 {
				t.Errorf("the log says %+v, error %v", report.Findings, err)
			}
		})
	})
}
