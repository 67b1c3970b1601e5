package chat_test

import (
	"context"
	"flag"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"pleiades/server/chat"
	"pleiades/server/store/storetest"
	"pleiades/shared/message"
)

// TestOrder walks at random through what writers and a reader do, and compares
// with a plain slice: a reader who asks for what comes after the last message
// seen misses nothing, sees nothing twice, and sees all in one order. One writer
// sleeps at the worst moment; the clocks of devices are days off. Its mutants
// order by other things than a count within the conversation.
func TestOrder(t *testing.T) {
	if err := flag.Set("rapid.checks", "12"); err != nil {
		t.Fatal(err)
	}
	for name, order := range map[string]func(*serialStore, message.Message) int64{
		"":                       nil,
		"a global serial cursor": func(s *serialStore, _ message.Message) int64 { return s.taken },
		"the device's clock":     func(_ *serialStore, m message.Message) int64 { return m.WrittenAt.UnixMicro() },
	} {
		t.Run(name, func(t *testing.T) {
			storetest.EachURL(t, func(t *testing.T, url string) {
				db := storetest.MustOpenAgain(t, url)
				noticed := false
				rapid.Check(t, func(rt *rapid.T) {
					w := newWalk(mustRoom(t, db), order)
					defer w.close()
					w.stroll(rt)
					if order != nil {
						noticed = noticed || !w.holds(rt)
					} else if !w.holds(rt) {
						rt.Fatal("the reader does not hold what was sent")
					}
				})
				if order != nil && !noticed {
					t.Error("not noticed")
				} else if order != nil {
					t.Logf("order and no gaps → %s → red", name)
				}
			})
		})
	}
}

// walk is the state of one walk: two services, as of two processes, of which one
// is slow, and a reader.
type walk struct {
	room
	fast, slow *chat.Service
	gate       *gate
	sent       []message.Message // what the services said
	drafts     []message.Draft
	seen       []message.Message // what the reader got
	sleeping   chan woken        // of the slow writer, nil if there is none
	mutant     bool
}

// woken is what became of what the slow writer sent.
type woken struct {
	draft message.Draft
	sent  message.Message
	err   error
}

func newWalk(r room, order func(*serialStore, message.Message) int64) *walk {
	w := &walk{room: r, gate: &gate{Store: r.db.Conversations()}, mutant: order != nil}
	var quick, slow chat.Store = r.db.Conversations(), w.gate
	if w.mutant {
		serials := &serials{of: make(map[message.ID]int64)}
		quick, slow = &serialStore{Store: quick, order: order, serials: serials}, &serialStore{Store: slow, order: order, serials: serials}
	}
	w.fast = chat.New(quick, r.published, chat.Options{Now: r.clock.Now})
	w.slow = chat.New(slow, r.published, chat.Options{Now: r.clock.Now})
	return w
}

func (w *walk) close() {
	w.gate.open()
	w.fast.Close()
	w.slow.Close()
	w.Close()
}

// stroll takes some steps.
func (w *walk) stroll(t *rapid.T) {
	t.Repeat(map[string]func(*rapid.T){
		"send": func(t *rapid.T) {
			d, actor := w.draw(t)
			m, _, err := w.fast.Send(context.Background(), actor, w.conversation, d)
			w.note(t, woken{d, m, err})
		},
		"send, and sleep before it is stored": func(t *rapid.T) {
			if w.sleeping != nil {
				t.Skip("one sleeps already")
			}
			d, actor := w.draw(t)
			w.sleeping = make(chan woken, 1)
			asleep := w.gate.shut()
			go func() {
				m, _, err := w.slow.Send(context.Background(), actor, w.conversation, d)
				w.sleeping <- woken{d, m, err}
			}()
			<-asleep
		},
		"wake up": func(t *rapid.T) { w.wake(t) },
		"send again": func(t *rapid.T) {
			if len(w.sent) == 0 {
				t.Skip("nothing to send again")
			}
			i := rapid.IntRange(0, len(w.sent)-1).Draw(t, "which")
			m, created, err := w.fast.Send(context.Background(), chat.Actor{Account: w.sent[i].Sender}, w.conversation, w.drafts[i])
			if err != nil || created || m.Seq != w.sent[i].Seq {
				t.Fatalf("again: seq %d, created %v, %v; want seq %d", m.Seq, created, err, w.sent[i].Seq)
			}
		},
		"read": func(t *rapid.T) { w.read(t) },
	})
	w.wake(t)
	w.read(t)
}

// draw makes up a message of either person, their clock up to three days off.
func (w *walk) draw(t *rapid.T) (message.Draft, chat.Actor) {
	off := time.Duration(rapid.Int64Range(-72*3600, 72*3600).Draw(t, "seconds off")) * time.Second
	actor := w.client
	if rapid.Bool().Draw(t, "therapist") {
		actor = w.therapist
	}
	return message.Draft{ID: uuid.New(), Body: "hello", WrittenAt: now.Add(off)}, actor
}

func (w *walk) note(t *rapid.T, r woken) {
	if r.err != nil {
		t.Fatal(r.err)
	}
	w.drafts, w.sent = append(w.drafts, r.draft), append(w.sent, r.sent)
}

func (w *walk) wake(t *rapid.T) {
	if w.sleeping == nil {
		return
	}
	w.gate.open()
	w.note(t, <-w.sleeping)
	w.sleeping = nil
}

// read reads on after the last message seen, as a device does.
func (w *walk) read(t *rapid.T) {
	var after int64 = math.MinInt64
	if len(w.seen) > 0 {
		after = w.seen[len(w.seen)-1].Seq
	}
	page, err := w.fast.ListMessages(context.Background(), w.therapist, w.conversation, chat.Page{After: &after, Limit: chat.MaxPageSize})
	if err != nil {
		t.Fatal(err)
	}
	w.seen = append(w.seen, page...)
}

// holds reports whether the reader holds what was sent, once, in its order, and
// without gaps.
func (w *walk) holds(t *rapid.T) bool {
	want := slices.SortedFunc(slices.Values(w.sent), func(a, b message.Message) int { return int(a.Seq - b.Seq) })
	for i, m := range want {
		if m.Seq != int64(i+1) {
			t.Fatalf("message %d has seq %d", i+1, m.Seq)
		}
	}
	return slices.EqualFunc(want, w.seen, func(a, b message.Message) bool { return a.ID == b.ID })
}

// gate is a store whose transactions begin only while it is open.
type gate struct {
	chat.Store

	mu     sync.Mutex
	asleep chan struct{}
	opened chan struct{}
}

// shut shuts the gate and returns what is closed once somebody waits at it.
func (g *gate) shut() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asleep, g.opened = make(chan struct{}), make(chan struct{})
	return g.asleep
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.opened != nil {
		close(g.opened)
		g.opened = nil
	}
}

func (g *gate) Update(ctx context.Context, do func(chat.Tx) error) error {
	g.mu.Lock()
	asleep, opened := g.asleep, g.opened
	g.mu.Unlock()
	if opened != nil {
		close(asleep)
		<-opened
	}
	return g.Store.Update(context.WithoutCancel(ctx), do)
}

// serials are the numbers by which mutants order, of all conversations.
type serials struct {
	mu   sync.Mutex
	last int64
	of   map[message.ID]int64
}

// serialStore is a mutant: it numbers messages by something else than a count
// within their conversation.
type serialStore struct {
	chat.Store
	*serials
	order func(*serialStore, message.Message) int64
	taken int64 // when this transaction was asked for
}

func (s *serialStore) Update(ctx context.Context, do func(chat.Tx) error) error {
	s.mu.Lock()
	s.last++
	s.taken = s.last
	s.mu.Unlock()
	return s.Store.Update(ctx, func(tx chat.Tx) error { return do(serialTx{tx, s}) })
}

type serialTx struct {
	chat.Tx
	s *serialStore
}

func (t serialTx) CreateMessages(ctx context.Context, ms []chat.NewMessage) error {
	t.s.mu.Lock()
	for _, m := range ms {
		t.s.of[m.ID] = t.s.order(t.s, m.Message)
	}
	t.s.mu.Unlock()
	return t.Tx.CreateMessages(ctx, ms)
}

func (s *serialStore) ListMessages(ctx context.Context, id uuid.UUID, r chat.Range, may func(chat.Conversation) error) ([]message.Message, error) {
	all, err := s.Store.ListMessages(ctx, id, chat.Range{Below: math.MaxInt64, Limit: math.MaxInt32}, may)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range all {
		all[i].Seq = s.of[all[i].ID]
	}
	all = slices.DeleteFunc(all, func(m message.Message) bool { return m.Seq <= r.Above || m.Seq >= r.Below })
	slices.SortFunc(all, func(a, b message.Message) int { return int(a.Seq - b.Seq) })
	return all[:min(len(all), r.Limit)], nil
}
