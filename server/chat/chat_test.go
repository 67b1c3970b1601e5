package chat_test

import (
	"context"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/calendar"
	"pleiades/server/chat"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// now is when messages are accepted in these tests.
var now = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// room is a service on a practice with a therapist and two clients.
type room struct {
	*chat.Service
	db                        *store.DB
	published                 *recorder
	therapist, client, second chat.Actor
	admin                     chat.Actor
	practice                  uuid.UUID
	conversation, other       uuid.UUID // of the therapist with client and with second
	clock                     *storetest.Clock
}

func mustRoom(t testing.TB, db *store.DB) room {
	t.Helper()
	p := storetest.MustPractice(t, db, 2)
	published, clock := &recorder{}, storetest.NewClock(now)
	service := chat.New(db.Conversations(), published, chat.Options{Now: clock.Now, Zone: calendar.Zone, Outlook: calendar.Outlook})
	t.Cleanup(service.Close)
	return room{
		Service:      service,
		db:           db,
		published:    published,
		therapist:    chat.Actor{Account: p.Therapist},
		admin:        chat.Actor{Account: p.Admin},
		client:       chat.Actor{Account: p.Clients[0]},
		second:       chat.Actor{Account: p.Clients[1]},
		practice:     p.ID,
		conversation: p.Conversations[0],
		other:        p.Conversations[1],
		clock:        clock,
	}
}

// eachRoom runs a test in a room of its own on each kind of database.
func eachRoom(t *testing.T, test func(t *testing.T, r room)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { test(t, mustRoom(t, db)) })
}

func draft(body message.Text) message.Draft {
	return message.Draft{ID: uuid.New(), Body: body, WrittenAt: now.Add(-time.Minute)}
}

func (r room) mustSend(t testing.TB, actor chat.Actor, conversation uuid.UUID, body message.Text) message.Message {
	t.Helper()
	m, created, err := r.Send(t.Context(), actor, conversation, draft(body))
	if err != nil || !created {
		t.Fatalf("send: created %v, error %v", created, err)
	}
	return m
}

// mustFind returns the conversation as the actor sees it.
func (r room) mustFind(t testing.TB, actor chat.Actor, conversation uuid.UUID) wire.Conversation {
	t.Helper()
	list, err := r.ListConversations(t.Context(), actor)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		if c.ID == conversation {
			return c
		}
	}
	t.Fatalf("conversation %v is not in the list", conversation)
	return wire.Conversation{}
}

// recorder remembers what was published.
type recorder struct {
	mu     sync.Mutex
	events []published
}

// published is one event to one account.
type published struct {
	kind wire.EventType
	to   uuid.UUID
	data any
}

func (r *recorder) Publish(kind wire.EventType, data any, to ...uuid.UUID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, account := range to {
		r.events = append(r.events, published{kind, account, data})
	}
}

// take returns what was published since it was last called.
func (r *recorder) take() []published {
	r.mu.Lock()
	defer r.mu.Unlock()
	events := r.events
	r.events = nil
	return events
}

// countingStore counts transactions and lets a test stand in their way.
type countingStore struct {
	chat.Store
	before func(n int) // called before the nth transaction, from 1
	create func([]chat.NewMessage) error

	mu sync.Mutex
	n  int
}

func (s *countingStore) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}

func (s *countingStore) Update(ctx context.Context, do func(chat.Tx) error) error {
	s.mu.Lock()
	s.n++
	n := s.n
	s.mu.Unlock()
	if s.before != nil {
		s.before(n)
	}
	return s.Store.Update(ctx, func(tx chat.Tx) error { return do(checkingTx{tx, s.create}) })
}

type checkingTx struct {
	chat.Tx
	create func([]chat.NewMessage) error
}

func (t checkingTx) CreateMessages(ctx context.Context, ms []chat.NewMessage) error {
	if t.create != nil {
		if err := t.create(ms); err != nil {
			return err
		}
	}
	return t.Tx.CreateMessages(ctx, ms)
}
