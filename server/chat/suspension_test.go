package chat_test

import (
	"errors"
	"testing"
	"time"

	"pleiades/server/chat"
	"pleiades/server/store/storetest"
	"pleiades/shared/wire"
)

// TestSuspended writes, and reads, in a practice that is suspended.
func TestSuspended(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		before, added := draft("before"), addition("sleep", "m")
		if _, _, err := r.Send(t.Context(), r.client, r.conversation, before); err != nil {
			t.Fatal(err)
		}
		r.mustChange(t, r.client, added)
		r.mustSet(t, dublin())
		rev := r.mustFind(t, r.client, r.conversation).Rev
		storetest.MustSuspend(t, r.db, r.practice, now)

		t.Run("both are told", func(t *testing.T) {
			for _, actor := range []chat.Actor{r.client, r.therapist} {
				if c := r.mustFind(t, actor, r.conversation); !c.Suspended || c.Rev != rev+1 {
					t.Errorf("got suspended %v, rev %d, want rev %d", c.Suspended, c.Rev, rev+1)
				}
			}
		})
		t.Run("nothing is added", func(t *testing.T) {
			for name, act := range map[string]func() error{
				"a message": func() error {
					_, _, err := r.Send(t.Context(), r.client, r.conversation, draft("new"))
					return err
				},
				"an answer": func() error {
					_, _, err := r.Send(t.Context(), r.therapist, r.conversation, draft("new"))
					return err
				},
				"a change of the list": func() error {
					_, _, err := r.ChangeAgenda(t.Context(), r.client, r.conversation, check(added.Item))
					return err
				},
				"an acknowledgement": func() error {
					_, err := r.Acknowledge(t.Context(), r.client, r.conversation, wire.Acknowledge{Version: 1})
					return err
				},
				"the end of care": func() error {
					_, err := r.CloseConversation(t.Context(), r.therapist, r.conversation, wire.Close{})
					return err
				},
				"other terms": func() error {
					_, err := r.UpdateAvailability(t.Context(), r.therapist, r.practice, wire.SetAvailability{Availability: dublin()})
					return err
				},
			} {
				if err := act(); !errors.Is(err, chat.ErrSuspended) {
					t.Errorf("%s: got %v", name, err)
				}
			}
		})
		t.Run("what was taken in before is known", func(t *testing.T) {
			if m, created, err := r.Send(t.Context(), r.client, r.conversation, before); err != nil || created || m.Seq != 1 {
				t.Errorf("got %+v, created %v, error %v", m, created, err)
			}
		})
		t.Run("everything is read", func(t *testing.T) {
			page, err := r.ListMessages(t.Context(), r.client, r.conversation, chat.Page{})
			if err != nil || len(page) != 1 || page[0].Body != "before" {
				t.Errorf("got %v, error %v", page, err)
			}
			if err := r.MarkRead(t.Context(), r.therapist, r.conversation, 1); err != nil {
				t.Error(err)
			}
			if got := r.mustList(t, r.client); got == "" {
				t.Error("the list is gone")
			}
		})
		t.Run("strangers learn nothing of it", func(t *testing.T) {
			if _, _, err := r.Send(t.Context(), r.second, r.conversation, draft("x")); !errors.Is(err, chat.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
		t.Run("it goes on afterwards", func(t *testing.T) {
			storetest.MustSuspend(t, r.db, r.practice, time.Time{})
			r.mustSend(t, r.client, r.conversation, "after")
			if c := r.mustFind(t, r.client, r.conversation); c.Suspended {
				t.Error("it is suspended still")
			}
		})
	})
}
