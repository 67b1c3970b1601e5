package chat_test

import (
	"context"
	"maps"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/calendar"
	"pleiades/server/chat"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/agenda"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

type seqs = map[uuid.UUID]int64

func (r room) mustSync(t *testing.T, actor chat.Actor, have, revs seqs) wire.SyncResponse {
	t.Helper()
	return r.mustSyncLists(t, actor, chat.Have{Seqs: have, Revs: revs})
}

func (r room) mustSyncLists(t *testing.T, actor chat.Actor, have chat.Have) wire.SyncResponse {
	t.Helper()
	answer, err := r.Sync(t.Context(), actor, have)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestSync(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		t.Run("brings an empty conversation once", func(t *testing.T) {
			answer := r.mustSync(t, r.client, nil, nil)
			if len(answer.Conversations) != 1 || answer.Conversations[0].Messages == nil || answer.More {
				t.Fatalf("got %+v, want the one conversation, its messages an empty list", answer)
			}
			if again := r.mustSync(t, r.client, seqs{r.conversation: 0}, seqs{r.conversation: 0}); len(again.Conversations) != 0 {
				t.Errorf("got %+v, want nothing", again)
			}
		})
		for range 60 {
			r.mustSend(t, r.client, r.conversation, "hello")
		}
		t.Run("brings the newest of an unknown conversation", func(t *testing.T) {
			answer := r.mustSync(t, r.client, nil, nil)
			want(t, answer.Conversations[0], r.conversation, 11, 60)
		})
		t.Run("brings everything missed of a known one", func(t *testing.T) {
			answer := r.mustSync(t, r.client, seqs{r.conversation: 3}, seqs{r.conversation: 3})
			want(t, answer.Conversations[0], r.conversation, 4, 60)
		})
		t.Run("brings a change without messages", func(t *testing.T) {
			if err := r.MarkDelivered(t.Context(), r.therapist, r.conversation, 60); err != nil {
				t.Fatal(err)
			}
			answer := r.mustSync(t, r.client, seqs{r.conversation: 60}, seqs{r.conversation: 60})
			want(t, answer.Conversations[0], r.conversation, 0, -1)
			if c := answer.Conversations[0]; c.PeerDelivered != 60 || c.Rev != 61 {
				t.Errorf("got %+v, want 60 delivered and rev 61", c.Conversation)
			}
			if again := r.mustSync(t, r.client, seqs{r.conversation: 60}, seqs{r.conversation: 61}); len(again.Conversations) != 0 {
				t.Errorf("got %+v, want nothing", again)
			}
		})
		t.Run("forgives a device that claims more than there is", func(t *testing.T) {
			answer := r.mustSync(t, r.client, seqs{r.conversation: 1 << 62, uuid.New(): 3}, seqs{r.conversation: 1 << 62})
			want(t, answer.Conversations[0], r.conversation, 0, -1)
			answer = r.mustSync(t, r.client, seqs{r.conversation: -1 << 63}, nil)
			want(t, answer.Conversations[0], r.conversation, 1, 60)
		})
		t.Run("hides conversations of others", func(t *testing.T) {
			answer := r.mustSync(t, r.second, seqs{r.conversation: 0}, nil)
			if len(answer.Conversations) != 1 || answer.Conversations[0].ID != r.other {
				t.Errorf("got %+v, want only their own", answer)
			}
			if answer := r.mustSync(t, r.admin, seqs{r.conversation: 0}, nil); len(answer.Conversations) != 0 {
				t.Errorf("the admin got %+v, want nothing", answer)
			}
		})
	})
}

// TestSyncCut follows a device that was away for more than fits an answer.
func TestSyncCut(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		const each = chat.MaxSync/2 + 50
		for range each {
			r.mustSend(t, r.client, r.conversation, "hello")
			r.mustSend(t, r.second, r.other, "hello")
		}
		have, revs := seqs{r.conversation: 0, r.other: 0}, seqs{}
		for round, wantMessages := range []int{chat.MaxSync, 2*each - chat.MaxSync, 0} {
			answer := r.mustSync(t, r.therapist, have, revs)
			got := 0
			for _, c := range answer.Conversations {
				for _, m := range c.Messages {
					if m.Seq != have[c.ID]+1 {
						t.Fatalf("round %d: seq %d after %d", round, m.Seq, have[c.ID])
					}
					have[c.ID] = m.Seq
					got++
				}
				revs[c.ID] = c.Rev
			}
			if got != wantMessages || answer.More != (round == 0) {
				t.Fatalf("round %d: %d messages, more %v; want %d", round, got, answer.More, wantMessages)
			}
		}
		if have[r.conversation] != each || have[r.other] != each {
			t.Errorf("the device has %v, want %d of each", have, each)
		}
	})
}

// TestSyncAsksOnce holds Sync to one question for each kind of thing, whether a
// therapist has two conversations or thirty.
func TestSyncAsksOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, clients := range []int{2, 30} {
			p := storetest.MustPractice(t, db, clients)
			for i, id := range p.Conversations {
				storetest.MustFillAgenda(t, db, id, p.Clients[i], 2)
			}
			counted := &countedStore{Store: db.Conversations(), asked: make(map[string]int)}
			service := chat.New(counted, &recorder{}, chat.Options{Now: func() time.Time { return now }, Zone: calendar.Zone, Outlook: calendar.Outlook})
			for i, id := range p.Conversations {
				if _, _, err := service.Send(t.Context(), chat.Actor{Account: p.Clients[i]}, id, draft("hello")); err != nil {
					t.Fatal(err)
				}
			}
			clear(counted.asked)
			answer, err := service.Sync(t.Context(), chat.Actor{Account: p.Therapist}, chat.Have{})
			if err != nil {
				t.Fatal(err)
			}
			service.Close()
			if len(answer.Conversations) != clients || answer.More {
				t.Fatalf("got %d conversations, more %v; want %d", len(answer.Conversations), answer.More, clients)
			}
			for _, c := range answer.Conversations {
				if len(c.Messages) != 1 || c.Messages[0].Body != "hello" || len(c.Agenda) != 2 {
					t.Fatalf("got %d messages and %d items, want 1 and 2", len(c.Messages), len(c.Agenda))
				}
			}
			if want := (map[string]int{"conversations": 1, "messages": 1, "items": 1}); !maps.Equal(counted.asked, want) {
				t.Errorf("%d conversations: asked %v, want %v", clients, counted.asked, want)
			}
		}
	})
}

// countedStore counts what it is asked for.
type countedStore struct {
	chat.Store
	asked map[string]int
}

func (s *countedStore) ListConversations(ctx context.Context, account uuid.UUID) ([]chat.Conversation, error) {
	s.asked["conversations"]++
	return s.Store.ListConversations(ctx, account)
}

func (s *countedStore) FindConversation(ctx context.Context, id uuid.UUID) (chat.Conversation, error) {
	s.asked["a conversation"]++
	return s.Store.FindConversation(ctx, id)
}

func (s *countedStore) ListMessages(ctx context.Context, id uuid.UUID, r chat.Range, may func(chat.Conversation) error) ([]message.Message, error) {
	s.asked["messages of one"]++
	return s.Store.ListMessages(ctx, id, r, may)
}

func (s *countedStore) ListMissed(ctx context.Context, missed []chat.Stretch) ([][]message.Message, error) {
	s.asked["messages"]++
	return s.Store.ListMissed(ctx, missed)
}

func (s *countedStore) ListAgendaItems(ctx context.Context, lists []chat.AgendaSince) ([][]agenda.Item, error) {
	s.asked["items"]++
	return s.Store.ListAgendaItems(ctx, lists)
}

// want checks that a conversation comes with the messages from first to last.
func want(t *testing.T, got wire.SyncedConversation, id uuid.UUID, first, last int64) {
	t.Helper()
	if got.ID != id || int64(len(got.Messages)) != last-first+1 {
		t.Fatalf("got conversation %v with %d messages, want %v with %d to %d", got.ID, len(got.Messages), id, first, last)
	}
	for i, m := range got.Messages {
		if m.Seq != first+int64(i) {
			t.Fatalf("message %d has seq %d, want %d", i, m.Seq, first+int64(i))
		}
	}
}
