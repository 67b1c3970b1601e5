package chat_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/chat"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

func TestSend(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		t.Run("stores the normalized text and tells both people", func(t *testing.T) {
			written := time.Date(2026, 11, 2, 8, 59, 0, 123456789, time.FixedZone("", 3600))
			d := message.Draft{ID: uuid.New(), Body: " Cafe\u0301\r\n", WrittenAt: written}
			m, created, err := r.Send(t.Context(), r.client, r.conversation, d)
			if err != nil {
				t.Fatal(err)
			}
			want := message.Message{
				ID: d.ID, Conversation: r.conversation, Seq: 1, Sender: r.client.Account, Body: "Café",
				WrittenAt: time.Date(2026, 11, 2, 7, 59, 0, 123456000, time.UTC), AcceptedAt: now,
			}
			if m != want || !created {
				t.Errorf("got %#v, created %v; want %#v", m, created, want)
			}
			stored, err := r.ListMessages(t.Context(), r.therapist, r.conversation, chat.Page{})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(stored, []message.Message{want}) {
				t.Errorf("stored %#v, want %#v", stored, want)
			}
			event := wire.MessageEvent{Conversation: r.conversation, Rev: 1, Message: chat.WireMessage(want)}
			wantEvents := []published{
				{wire.EventMessage, r.client.Account, event},
				{wire.EventMessage, r.therapist.Account, event},
			}
			if got := r.published.take(); !slices.Equal(got, wantEvents) {
				t.Errorf("published %v, want %v", got, wantEvents)
			}
			if c := r.mustFind(t, r.therapist, r.conversation); c.Unread != 1 || c.LastSeq != 1 || c.Rev != 1 {
				t.Errorf("therapist sees %+v, want one unread", c)
			}
			if c := r.mustFind(t, r.client, r.conversation); c.Unread != 0 || c.LastReadSeq != 0 {
				t.Errorf("client sees %+v, want nothing unread and nothing marked", c)
			}
		})
		t.Run("again returns the stored message and tells nobody", func(t *testing.T) {
			d := draft("again")
			first, _, err := r.Send(t.Context(), r.client, r.conversation, d)
			if err != nil {
				t.Fatal(err)
			}
			r.published.take()
			d.Body = "  again\n"
			d.WrittenAt = now.Add(-time.Hour)
			second, created, err := r.Send(t.Context(), r.client, r.conversation, d)
			if err != nil || created || second != first {
				t.Errorf("got %#v, created %v, error %v; want %#v", second, created, err, first)
			}
			if events := r.published.take(); len(events) != 0 {
				t.Errorf("published %v, want nothing", events)
			}
		})
		t.Run("refuses an id that is taken", func(t *testing.T) {
			d := draft("mine")
			if _, _, err := r.Send(t.Context(), r.client, r.conversation, d); err != nil {
				t.Fatal(err)
			}
			if _, _, err := r.Send(t.Context(), r.therapist, r.conversation, d); !errors.Is(err, chat.ErrIDConflict) {
				t.Errorf("another author: got %v, want ErrIDConflict", err)
			}
			d.Body = "other words"
			if _, _, err := r.Send(t.Context(), r.client, r.conversation, d); !errors.Is(err, chat.ErrIDConflict) {
				t.Errorf("another text: got %v, want ErrIDConflict", err)
			}
			if _, created, err := r.Send(t.Context(), r.second, r.other, d); err != nil || !created {
				t.Errorf("another conversation: created %v, error %v, want a message", created, err)
			}
		})
		t.Run("hides conversations of others", func(t *testing.T) {
			for name, actor := range map[string]chat.Actor{"another client": r.second, "the admin": r.admin, "a stranger": {Account: uuid.New()}, "nobody": {}} {
				if _, _, err := r.Send(t.Context(), actor, r.conversation, draft("hello")); !errors.Is(err, chat.ErrNotFound) {
					t.Errorf("%s: got %v, want ErrNotFound", name, err)
				}
			}
			if _, _, err := r.Send(t.Context(), r.client, uuid.New(), draft("hello")); !errors.Is(err, chat.ErrNotFound) {
				t.Errorf("no such conversation: got %v, want ErrNotFound", err)
			}
		})
		t.Run("names the rules that a text breaks", func(t *testing.T) {
			_, _, err := r.Send(t.Context(), r.client, r.conversation, draft(message.Text(strings.Repeat("x", message.MaxLength+1)+"\x00")))
			invalid, ok := errors.AsType[*chat.InvalidError](err)
			if !ok || !slices.Equal(invalid.Codes, []message.Code{message.CodeTooLong, message.CodeInvalidText}) {
				t.Errorf("got %v, want too_long and invalid_text", err)
			}
		})
		t.Run("takes the longest text there is", func(t *testing.T) {
			body := message.Text(strings.Repeat("\U0001F33B", message.MaxLength))
			if m := r.mustSend(t, r.client, r.conversation, body); m.Body != body {
				t.Error("the text changed")
			}
		})
		t.Run("survives a clock beyond all years", func(t *testing.T) {
			for _, written := range []time.Time{
				{}, time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", -23*3600)), time.Date(0, 1, 1, 0, 0, 0, 0, time.FixedZone("", 23*3600)),
			} {
				d := draft("when?")
				d.WrittenAt = written
				m, _, err := r.Send(t.Context(), r.client, r.conversation, d)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := m.WrittenAt.MarshalJSON(); err != nil || !m.Late {
					t.Errorf("%v: stored %v, late %v; want something RFC 3339 can carry, late", written, m.WrittenAt, m.Late)
				}
			}
		})
	})
}

func TestSendAll(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		known := r.mustSend(t, r.client, r.conversation, "known")
		r.published.take()
		taken := draft("other words")
		taken.ID = known.ID
		drafts := []message.Draft{
			draft("one"), draft("\x00"), {ID: known.ID, Body: "known", WrittenAt: now}, taken, draft("two"),
		}
		drafts = append(drafts, drafts[0])
		sent := r.SendAll(t.Context(), r.client, r.conversation, drafts)
		for i, want := range []struct {
			seq     int64
			created bool
		}{{2, true}, {}, {1, false}, {}, {3, true}, {2, false}} {
			if sent[i].Message.Seq != want.seq || sent[i].Created != want.created || (sent[i].Err == nil) != (want.seq > 0) {
				t.Errorf("draft %d: got %+v, want %+v", i, sent[i], want)
			}
		}
		if _, invalid := errors.AsType[*chat.InvalidError](sent[1].Err); !invalid || !errors.Is(sent[3].Err, chat.ErrIDConflict) {
			t.Errorf("got %v and %v", sent[1].Err, sent[3].Err)
		}
		if events := r.published.take(); len(events) != 4 {
			t.Errorf("published %d events, want one to each person for each new message", len(events))
		}
		for _, s := range r.SendAll(t.Context(), r.second, r.conversation, drafts[:1]) {
			if !errors.Is(s.Err, chat.ErrNotFound) {
				t.Errorf("another client: got %v, want ErrNotFound", s.Err)
			}
		}
		if sent := r.SendAll(t.Context(), r.client, r.conversation, drafts[1:2]); len(sent) != 1 || sent[0].Err == nil {
			t.Errorf("nothing to send: got %+v", sent)
		}
	})
}

func TestFindMessage(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		sent := r.mustSend(t, r.client, r.conversation, "hello")
		if m, err := r.FindMessage(t.Context(), r.client, r.conversation, sent.ID); err != nil || m != sent {
			t.Errorf("got %+v, %v", m, err)
		}
		for name, c := range map[string]struct {
			actor        chat.Actor
			conversation uuid.UUID
			id           message.ID
		}{
			"another id":           {r.client, r.conversation, uuid.New()},
			"the other's message":  {r.therapist, r.conversation, sent.ID},
			"another client":       {r.second, r.conversation, sent.ID},
			"another conversation": {r.therapist, r.other, sent.ID},
		} {
			if _, err := r.FindMessage(t.Context(), c.actor, c.conversation, c.id); !errors.Is(err, chat.ErrNotFound) {
				t.Errorf("%s: got %v, want ErrNotFound", name, err)
			}
		}
	})
}

// TestSendAllOrNothing lets the database refuse one of several drafts.
func TestSendAllOrNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := mustRoom(t, db)
		poison := errors.New("poison")
		service := chat.New(&countingStore{Store: db.Conversations(), create: func(ms []chat.NewMessage) error {
			if slices.ContainsFunc(ms, func(m chat.NewMessage) bool { return m.Body == "poison" }) {
				return poison
			}
			return nil
		}}, r.published, chat.Options{})
		defer service.Close()
		for _, s := range service.SendAll(t.Context(), r.client, r.conversation, []message.Draft{draft("one"), draft("poison"), draft("two")}) {
			if !errors.Is(s.Err, poison) {
				t.Errorf("got %v, want the error of the database", s.Err)
			}
		}
		if c := r.mustFind(t, r.client, r.conversation); c.LastSeq != 0 {
			t.Errorf("last seq %d, want nothing stored", c.LastSeq)
		}
	})
}

func TestSendSameMessageManyTimes(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		d := draft("once")
		var mu sync.Mutex
		var created int
		seqs := make(map[int64]bool)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				for range 5 {
					m, first, err := r.Send(t.Context(), r.client, r.conversation, d)
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					seqs[m.Seq] = true
					if first {
						created++
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if created != 1 || len(seqs) != 1 || !seqs[1] {
			t.Errorf("created %d times with seqs %v, want once with 1", created, seqs)
		}
		if c := r.mustFind(t, r.therapist, r.conversation); c.LastSeq != 1 || c.Rev != 1 || c.Unread != 1 {
			t.Errorf("conversation %+v, want one message", c)
		}
		if events := r.published.take(); len(events) != 2 {
			t.Errorf("published %d events, want one to each person", len(events))
		}
	})
}

// Two services, each with connections of its own, stand for two processes on
// one database.
func TestConcurrentWriters(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		const writers, each = 8, 25
		r := mustRoom(t, storetest.MustOpenAgain(t, url))
		second := chat.New(storetest.MustOpenAgain(t, url).Conversations(), r.published, chat.Options{})
		defer second.Close()

		sent := make(chan struct{})
		followed := make(chan []message.Message)
		go func() { followed <- follow(t, r, sent) }()
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				service, actor := r.Service, r.client
				if w%2 == 1 {
					service, actor = second, r.therapist
				}
				for range each {
					if _, _, err := service.Send(t.Context(), actor, r.conversation, draft("hello")); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		close(sent)
		got := <-followed
		if len(got) != writers*each {
			t.Fatalf("a follower saw %d messages, want %d", len(got), writers*each)
		}
		for i, m := range got {
			if m.Seq != int64(i+1) {
				t.Fatalf("message %d has seq %d: a gap or a double", i+1, m.Seq)
			}
		}
		if c := r.mustFind(t, r.client, r.conversation); c.LastSeq != writers*each || c.Rev != writers*each || c.Unread != writers*each/2 {
			t.Errorf("conversation %+v, want %d messages, half of them unread", c, writers*each)
		}
	})
}

// follow reads a conversation page by page, as a device does, until everything
// is sent and read.
func follow(t *testing.T, r room, sent <-chan struct{}) []message.Message {
	var all []message.Message
	for last := false; ; {
		after := int64(len(all))
		page, err := r.ListMessages(t.Context(), r.client, r.conversation, chat.Page{After: &after, Limit: 7})
		if err != nil {
			t.Error(err)
			return all
		}
		all = append(all, page...)
		if len(page) > 0 {
			continue
		}
		if last {
			return all
		}
		select {
		case <-sent:
			last = true
		default:
		}
	}
}

func TestListMessages(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		for range 60 {
			r.mustSend(t, r.client, r.conversation, "hello")
		}
		r.mustSend(t, r.second, r.other, "elsewhere")
		at := func(seq int64) *int64 { return &seq }
		for _, test := range []struct {
			name        string
			page        chat.Page
			first, last int64
		}{
			{"without anything: the newest", chat.Page{}, 11, 60},
			{"after: the oldest above", chat.Page{After: at(3), Limit: 5}, 4, 8},
			{"after the end: nothing", chat.Page{After: at(60)}, 0, 0},
			{"before: the newest below", chat.Page{Before: at(11), Limit: 5}, 6, 10},
			{"before the beginning: nothing", chat.Page{Before: at(1)}, 0, 0},
			{"after and before: between", chat.Page{After: at(3), Before: at(7)}, 4, 6},
			{"too much: all there is", chat.Page{Limit: math.MaxInt}, 1, 60},
			{"out of range: all there is", chat.Page{After: at(math.MinInt64), Before: at(math.MaxInt64), Limit: 100}, 1, 60},
		} {
			got, err := r.ListMessages(t.Context(), r.therapist, r.conversation, test.page)
			if err != nil {
				t.Fatal(err)
			}
			var seqs, want []int64
			for _, m := range got {
				seqs = append(seqs, m.Seq)
			}
			for seq := test.first; seq <= test.last && seq > 0; seq++ {
				want = append(want, seq)
			}
			if !slices.Equal(seqs, want) {
				t.Errorf("%s: got %v, want %v", test.name, seqs, want)
			}
		}
		if _, err := r.ListMessages(t.Context(), r.second, r.conversation, chat.Page{}); !errors.Is(err, chat.ErrNotFound) {
			t.Errorf("another client: got %v, want ErrNotFound", err)
		}
	})
}
