package live_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"
	"go.uber.org/goleak"

	"pleiades/server/live"
	"pleiades/shared/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	ana, ben           = uuid.New(), uuid.New()
	anaPhone, benPhone = uuid.New(), uuid.New()
)

// drain returns what is on its way on a stream, and whether it is still open.
func drain(s *live.Stream) (data []any, open bool) {
	for {
		select {
		case e, ok := <-s.C:
			if !ok {
				return data, false
			}
			if e.Type == wire.EventLoginEnded {
				data = append(data, e.Type)
				continue
			}
			data = append(data, e.Data)
		default:
			return data, true
		}
	}
}

func expect(t *testing.T, s *live.Stream, open bool, want ...any) {
	t.Helper()
	got, stillOpen := drain(s)
	if !slices.Equal(got, want) || stillOpen != open {
		t.Errorf("got %v, open %v; want %v, open %v", got, stillOpen, want, open)
	}
}

func TestPublish(t *testing.T) {
	t.Run("reaches all streams of those named, in order, and no others", func(t *testing.T) {
		h := live.New(live.Options{})
		defer h.Close()
		first, second, other := h.Subscribe(ana, anaPhone, ""), h.Subscribe(ana, uuid.New(), ""), h.Subscribe(ben, benPhone, "")
		h.Publish(wire.EventMessage, 1, ana)
		h.Publish(wire.EventMessage, 2, ana, ben)
		h.Publish(wire.EventMessage, 3, uuid.New())
		expect(t, first, true, 1, 2)
		expect(t, second, true, 1, 2)
		expect(t, other, true, 2)
	})
	t.Run("asks everyone to look for themselves, now and when they come back", func(t *testing.T) {
		h := live.New(live.Options{})
		defer h.Close()
		first, gone := h.Subscribe(ana, anaPhone, ""), h.Subscribe(ben, benPhone, "")
		before := gone.Position
		gone.Close()
		h.Resync()
		again := h.Subscribe(ben, benPhone, before)
		for _, s := range []*live.Stream{first, again} {
			if e := <-s.C; e.Type != wire.EventResync {
				t.Errorf("got %+v", e)
			}
		}
	})
	t.Run("cuts a stream that does not keep up, which then resumes", func(t *testing.T) {
		h := live.New(live.Options{Buffer: 3})
		defer h.Close()
		slow, quick := h.Subscribe(ana, anaPhone, ""), h.Subscribe(ben, benPhone, "")
		var last string
		for i := range 5 {
			h.Publish(wire.EventMessage, i, ana, ben)
			e := <-quick.C
			if i == 2 {
				last = e.ID
			}
		}
		expect(t, slow, false, 0, 1, 2)
		slow.Close()
		expect(t, quick, true)
		again := h.Subscribe(ana, anaPhone, last)
		expect(t, again, true, 3, 4)
	})
}

func TestSubscribe(t *testing.T) {
	t.Run("begins now, without a resync, where there is no last id", func(t *testing.T) {
		h := live.New(live.Options{})
		defer h.Close()
		h.Publish(wire.EventMessage, 1, ana)
		s := h.Subscribe(ana, anaPhone, "")
		if s.Resync {
			t.Error("a fresh stream asks for a resync")
		}
		h.Publish(wire.EventMessage, 2, ana)
		expect(t, s, true, 2)
	})
	t.Run("resumes exactly after an event or a position", func(t *testing.T) {
		h := live.New(live.Options{})
		defer h.Close()
		s := h.Subscribe(ana, anaPhone, "")
		position := s.Position
		h.Publish(wire.EventMessage, 1, ana)
		h.Publish(wire.EventMessage, 2, ben)
		h.Publish(wire.EventMessage, 3, ana)
		e := <-s.C
		s.Close()
		h.Publish(wire.EventMessage, 4, ana)
		for id, want := range map[string][]any{position: {1, 3, 4}, e.ID: {3, 4}} {
			again := h.Subscribe(ana, anaPhone, id)
			if again.Resync || again.Position != id {
				t.Errorf("after %s: resync %v at %s, want exact resumption", id, again.Resync, again.Position)
			}
			h.Publish(wire.EventMessage, 5, uuid.New())
			expect(t, again, true, want...)
		}
	})
	t.Run("resumes a gap longer than the buffer", func(t *testing.T) {
		h := live.New(live.Options{Buffer: 2})
		defer h.Close()
		position := h.Subscribe(ana, anaPhone, "").Position
		var want []any
		for i := range 10 {
			h.Publish(wire.EventMessage, i, ana)
			want = append(want, i)
		}
		expect(t, h.Subscribe(ana, anaPhone, position), true, want...)
	})
	t.Run("asks for a resync exactly when events are gone", func(t *testing.T) {
		h := live.New(live.Options{Recent: 4})
		defer h.Close()
		position := h.Subscribe(ana, anaPhone, "").Position
		for i := range 4 {
			h.Publish(wire.EventMessage, i, ana)
		}
		s := h.Subscribe(ana, anaPhone, position)
		if s.Resync {
			t.Error("all four events are known, yet it asks for a resync")
		}
		expect(t, s, true, 0, 1, 2, 3)
		h.Publish(wire.EventMessage, 4, ana)
		s = h.Subscribe(ana, anaPhone, position)
		if !s.Resync || s.Position == position {
			t.Errorf("resync %v at %s, want one at the newest event", s.Resync, s.Position)
		}
		expect(t, s, true)
	})
	t.Run("asks for a resync after ids that are not its own", func(t *testing.T) {
		h, before := live.New(live.Options{}), live.New(live.Options{})
		defer h.Close()
		defer before.Close()
		position := h.Subscribe(ana, anaPhone, "").Position
		for _, id := range []string{before.Subscribe(ana, anaPhone, "").Position, "x", "-", position + "1", position + "-", "\x00"} {
			if s := h.Subscribe(ana, anaPhone, id); !s.Resync {
				t.Errorf("%q: no resync", id)
			}
		}
	})
}

// TestManyStreams opens more streams of one account than it may have: the oldest
// give way, and nobody else's.
func TestManyStreams(t *testing.T) {
	h := live.New(live.Options{})
	defer h.Close()
	other := h.Subscribe(ben, benPhone, "")
	var streams []*live.Stream
	for range 34 {
		streams = append(streams, h.Subscribe(ana, uuid.New(), ""))
	}
	h.Publish(wire.EventMessage, 1, ana, ben)
	expect(t, streams[0], false)
	expect(t, streams[1], false)
	for _, s := range streams[2:] {
		expect(t, s, true, 1)
	}
	expect(t, other, true, 1)

	streams[20].Close()
	streams = append(streams, h.Subscribe(ana, anaPhone, ""))
	h.Publish(wire.EventMessage, 2, ana)
	expect(t, streams[2], true, 2) // there was room for the newest
	expect(t, streams[34], true, 2)
}

func TestEnd(t *testing.T) {
	h := live.New(live.Options{Buffer: 1})
	defer h.Close()
	phone, otherTab, laptop := h.Subscribe(ana, anaPhone, ""), h.Subscribe(ana, anaPhone, ""), h.Subscribe(ana, uuid.New(), "")
	h.Publish(wire.EventMessage, 1, ana)
	h.End(anaPhone, uuid.New())
	expect(t, phone, false, 1, wire.EventLoginEnded)
	expect(t, otherTab, false, 1, wire.EventLoginEnded)
	expect(t, laptop, true, 1)
	h.Publish(wire.EventMessage, 2, ana)
	expect(t, laptop, true, 2)
	h.End(anaPhone)
	phone.Close()
}

func TestClose(t *testing.T) {
	h := live.New(live.Options{})
	s, closed := h.Subscribe(ana, anaPhone, ""), h.Subscribe(ben, benPhone, "")
	closed.Close()
	closed.Close()
	h.Publish(wire.EventMessage, 1, ana, ben)
	h.Close()
	h.Close()
	h.Publish(wire.EventMessage, 2, ana)
	expect(t, s, false, 1)
	expect(t, closed, false)
	s.Close()
	expect(t, h.Subscribe(ana, anaPhone, ""), false)
}

func TestConcurrentUse(t *testing.T) {
	h := live.New(live.Options{Buffer: 4, Recent: 16})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 200 {
				h.Publish(wire.EventMessage, i, ana, ben)
			}
		})
		wg.Go(func() {
			last := ""
			for range 50 {
				s := h.Subscribe(ana, anaPhone, last)
				last = s.Position
				drain(s)
				s.Close()
			}
		})
		wg.Go(func() {
			for range 50 {
				h.Subscribe(ben, benPhone, "")
				h.End(benPhone)
			}
		})
	}
	wg.Wait()
	h.Close()
}
