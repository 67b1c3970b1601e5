// Package live fans committed events out to the open streams of this process.
// It remembers a bounded stretch of recent events, in memory only, so that a
// stream that comes back resumes exactly; where it cannot, it says so and the
// device asks the store. It must not decide who may see what, and it must
// never make a publisher wait.
package live

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// Event is what travels on a stream. It is shared, so never to be changed.
type Event struct {
	ID   string // opaque: a stream resumes after it
	Type wire.EventType
	Data any // a value of package wire, or nil
}

// Options bound what a Hub holds in memory.
type Options struct {
	// Recent is how many events are remembered for resuming; 2048 if 0.
	Recent int
	// Buffer is how many events a stream may lag behind before it is cut; 64
	// if 0.
	Buffer int
	// Streams is how many streams an account may have open at once, before the
	// oldest is cut for a new one; 32 if 0.
	Streams int
}

// Hub passes events from publishers to streams. It is safe for concurrent use.
type Hub struct {
	boot   string // tells the ids of this process from those of others
	buffer int
	most   int // streams of an account

	mu      sync.Mutex
	last    uint64     // number of the newest event; the first is 1
	recent  []envelope // ring: event n lies at n modulo its length
	streams map[uuid.UUID]map[*Stream]struct{}
	opened  uint64 // streams so far
	closed  bool
}

// envelope is an event and whom it is for.
type envelope struct {
	event    *Event
	to       []uuid.UUID
	everyone bool
}

func (e envelope) isFor(account uuid.UUID) bool { return e.everyone || slices.Contains(e.to, account) }

// New makes a Hub.
func New(opts Options) *Hub {
	if opts.Recent == 0 {
		opts.Recent = 2048
	}
	if opts.Buffer == 0 {
		opts.Buffer = 64
	}
	if opts.Streams == 0 {
		opts.Streams = 32
	}
	return &Hub{
		boot:    rand.Text(),
		buffer:  opts.Buffer,
		most:    opts.Streams,
		recent:  make([]envelope, opts.Recent),
		streams: make(map[uuid.UUID]map[*Stream]struct{}),
	}
}

// Publish announces data to all open streams of the accounts. It never waits: a
// stream that does not keep up is cut, and resumes when it comes back.
func (h *Hub) Publish(kind wire.EventType, data any, to ...uuid.UUID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	e := h.remember(envelope{event: &Event{Type: kind, Data: data}, to: to})
	for _, account := range to {
		h.pass(e, h.streams[account])
	}
}

// Resync asks all open streams, and those that resume from before, to ask the
// store: something may have been stored that nobody can announce.
func (h *Hub) Resync() {
	h.mu.Lock()
	defer h.mu.Unlock()
	e := h.remember(envelope{event: &Event{Type: wire.EventResync}, everyone: true})
	for _, streams := range h.streams {
		h.pass(e, streams)
	}
}

// remember numbers an event. The caller holds the lock.
func (h *Hub) remember(e envelope) *Event {
	h.last++
	e.event.ID = h.id(h.last)
	h.recent[h.last%uint64(len(h.recent))] = e
	return e.event
}

// pass puts an event on streams. The caller holds the lock.
func (h *Hub) pass(e *Event, streams map[*Stream]struct{}) {
	for s := range streams {
		if len(s.events) >= cap(s.events)-1 {
			h.drop(s)
			continue
		}
		s.events <- e
	}
}

// Subscribe opens a stream of the account's events under a login session, from
// now on, or from after lastEventID if that is not empty. Where the account has
// as many as it may, the oldest is cut. A login session that
// ends before Subscribe returns goes unnoticed here: authenticate once more
// afterwards. On a closed hub the stream is closed from the start.
func (h *Hub) Subscribe(account, login uuid.UUID, lastEventID string) *Stream {
	h.mu.Lock()
	defer h.mu.Unlock()
	missed, resumed := h.since(lastEventID, account)
	s := &Stream{
		Resync:   lastEventID != "" && !resumed,
		Position: h.id(h.last),
		hub:      h,
		account:  account,
		login:    login,
		// Room for what was missed, for what may gather, and always for the
		// news that the login ended.
		events: make(chan *Event, len(missed)+h.buffer+1),
	}
	s.C = s.events
	if resumed {
		s.Position = lastEventID
	}
	for _, e := range missed {
		s.events <- e
	}
	if h.closed {
		close(s.events)
		return s
	}
	for len(h.streams[account]) >= h.most {
		h.drop(h.oldest(account))
	}
	h.opened++
	s.number = h.opened
	if h.streams[account] == nil {
		h.streams[account] = make(map[*Stream]struct{})
	}
	h.streams[account][s] = struct{}{}
	return s
}

// End closes the streams of ended login sessions, each after an event of type
// wire.EventLoginEnded.
func (h *Hub) End(logins ...uuid.UUID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, streams := range h.streams {
		for s := range streams {
			if slices.Contains(logins, s.login) {
				s.events <- &Event{Type: wire.EventLoginEnded}
				h.drop(s)
			}
		}
	}
}

// Close ends all streams and lets no new ones begin.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for _, streams := range h.streams {
		for s := range streams {
			h.drop(s)
		}
	}
}

// drop closes a stream, if it is still open. The caller holds the lock.
func (h *Hub) drop(s *Stream) {
	streams := h.streams[s.account]
	if _, open := streams[s]; !open {
		return
	}
	close(s.events)
	delete(streams, s)
	if len(streams) == 0 {
		delete(h.streams, s.account)
	}
}

// oldest returns the stream of the account that was opened first; there must be
// one. The caller holds the lock.
func (h *Hub) oldest(account uuid.UUID) *Stream {
	var first *Stream
	for s := range h.streams[account] {
		if first == nil || s.number < first.number {
			first = s
		}
	}
	return first
}

// since returns the account's events after the one with the id, and whether
// all of them are still known.
func (h *Hub) since(id string, account uuid.UUID) (events []*Event, ok bool) {
	boot, number, found := strings.Cut(id, "-")
	n, err := strconv.ParseUint(number, 10, 64)
	if !found || err != nil || boot != h.boot || n > h.last || h.last-n > uint64(len(h.recent)) {
		return nil, false
	}
	for n++; n <= h.last; n++ {
		if e := h.recent[n%uint64(len(h.recent))]; e.isFor(account) {
			events = append(events, e.event)
		}
	}
	return events, true
}

func (h *Hub) id(n uint64) string { return fmt.Sprintf("%s-%d", h.boot, n) }
