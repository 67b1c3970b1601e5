package chat_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"

	"pleiades/server/chat"
	"pleiades/server/store/storetest"
	"pleiades/shared/wire"
)

// messageSeq returns the seq of the message that an event announces.
func messageSeq(e published) int64 {
	event, _ := e.data.(wire.MessageEvent)
	return event.Message.Seq
}

func TestMarkRead(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		for range 3 {
			r.mustSend(t, r.client, r.conversation, "hello")
		}
		r.mustSend(t, r.therapist, r.conversation, "hello yourself")
		r.published.take()
		read := func(actor chat.Actor, seq int64) {
			t.Helper()
			if err := r.MarkRead(t.Context(), actor, r.conversation, seq); err != nil {
				t.Fatal(err)
			}
		}

		t.Run("moves the mark and, unshared, tells the reader's devices alone", func(t *testing.T) {
			read(r.therapist, 2)
			c := r.mustFind(t, r.therapist, r.conversation)
			if c.LastReadSeq != 2 || c.Unread != 1 || c.Rev != 5 {
				t.Errorf("therapist sees %+v, want 2 read, 1 unread, rev 5", c)
			}
			peer := r.mustFind(t, r.client, r.conversation)
			if peer.PeerRead != 0 || peer.PeerDelivered != 2 {
				t.Errorf("client sees %+v, want delivery of 2 and no reading", peer)
			}
			want := []published{
				{wire.EventConversation, r.client.Account, peer},
				{wire.EventRead, r.therapist.Account, wire.ReadEvent{Conversation: r.conversation, Rev: 5, Account: r.therapist.Account, Seq: 2}},
			}
			if got := r.published.take(); !slices.Equal(got, want) {
				t.Errorf("published %v, want %v", got, want)
			}
		})
		t.Run("never moves back, and then changes nothing", func(t *testing.T) {
			for _, seq := range []int64{2, 1, 0, -5} {
				read(r.therapist, seq)
			}
			if c := r.mustFind(t, r.therapist, r.conversation); c.LastReadSeq != 2 || c.Rev != 5 {
				t.Errorf("therapist sees %+v, want it as before", c)
			}
			if got := r.published.take(); len(got) != 0 {
				t.Errorf("published %v, want nothing", got)
			}
		})
		t.Run("stops at the newest message and, shared, tells both", func(t *testing.T) {
			storetest.MustShareReadMarks(t, r.db, r.therapist.Account, true)
			read(r.therapist, 1000)
			c := r.mustFind(t, r.client, r.conversation)
			if c.PeerRead != 4 || !c.ReadReceipts || c.Rev != 7 {
				t.Errorf("client sees %+v, want 4 read and rev 7: one for the choice, one for the mark", c)
			}
			event := wire.ReadEvent{Conversation: r.conversation, Rev: 7, Account: r.therapist.Account, Seq: 4}
			want := []published{
				{wire.EventConversation, r.client.Account, c},
				{wire.EventRead, r.therapist.Account, event},
				{wire.EventRead, r.client.Account, event},
			}
			if got := r.published.take(); !slices.Equal(got, want) {
				t.Errorf("published %v, want %v", got, want)
			}
			if c := r.mustFind(t, r.therapist, r.conversation); c.Unread != 0 {
				t.Errorf("therapist sees %d unread, want none", c.Unread)
			}
		})
		t.Run("hides conversations of others", func(t *testing.T) {
			for _, actor := range []chat.Actor{r.second, r.admin, {Account: uuid.New()}} {
				if err := r.MarkRead(t.Context(), actor, r.conversation, 1); !errors.Is(err, chat.ErrNotFound) {
					t.Errorf("got %v, want ErrNotFound", err)
				}
			}
			if err := r.MarkRead(t.Context(), r.client, uuid.New(), 1); !errors.Is(err, chat.ErrNotFound) {
				t.Errorf("got %v, want ErrNotFound", err)
			}
		})
	})
}

func TestMarkDelivered(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		r.mustSend(t, r.client, r.conversation, "hello")
		r.published.take()
		for _, seq := range []int64{7, 1, 0} {
			if err := r.MarkDelivered(t.Context(), r.therapist, r.conversation, seq); err != nil {
				t.Fatal(err)
			}
		}
		c := r.mustFind(t, r.client, r.conversation)
		if c.PeerDelivered != 1 || c.PeerRead != 0 || c.Rev != 2 {
			t.Errorf("client sees %+v, want 1 delivered, none read, rev 2", c)
		}
		want := []published{{wire.EventConversation, r.client.Account, c}}
		if got := r.published.take(); !slices.Equal(got, want) {
			t.Errorf("published %v, want %v", got, want)
		}
		if own := r.mustFind(t, r.therapist, r.conversation); own.Unread != 1 || own.Delivered != 1 {
			t.Errorf("therapist sees %+v, want 1 unread, 1 delivered: delivered is not read", own)
		}
		if err := r.MarkDelivered(t.Context(), r.second, r.conversation, 1); !errors.Is(err, chat.ErrNotFound) {
			t.Errorf("another client: got %v, want ErrNotFound", err)
		}
	})
}

func TestMarksBesideSends(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		const n = 40
		var wg sync.WaitGroup
		wg.Go(func() {
			for range n {
				r.mustSend(t, r.client, r.conversation, "hello")
			}
		})
		for range 4 {
			wg.Go(func() {
				for seq := range int64(n) {
					if err := r.MarkRead(t.Context(), r.therapist, r.conversation, seq+1); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		c := r.mustFind(t, r.therapist, r.conversation)
		if c.LastSeq != n || c.Unread != n-c.LastReadSeq {
			t.Errorf("therapist sees %+v, want %d messages and all above the mark unread", c, n)
		}
	})
}
