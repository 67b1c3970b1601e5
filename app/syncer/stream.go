package syncer

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"

	"pleiades/app/state"
	"pleiades/shared/agenda"
	"pleiades/shared/wire"
)

// leaderLock is held by the one page of the device that holds the stream: a
// browser opens few connections to a server, and each stream takes one.
const leaderLock = "pleiades-stream"

var streamTypes = []string{
	string(wire.EventMessage), string(wire.EventRead), string(wire.EventConversation),
	string(wire.EventAgenda), string(wire.EventAvailability), string(wire.EventSecurity), string(wire.EventTicket), string(wire.EventRequest),
	string(wire.EventLoginEnded), string(wire.EventResync), string(wire.EventHeartbeat),
}

// maxSilence is how long a stream may bring nothing, not even a heartbeat,
// before it counts as dead. A connection that is cut without a word does not
// end by itself.
const maxSilence = time.Minute

// lead waits until this page leads, then holds the stream until ctx ends,
// connecting again whenever it breaks.
func (s *Syncer) lead(ctx context.Context) {
	waiting, leads := context.WithCancel(ctx)
	defer leads()
	go s.pullAlong(waiting)
	release, err := s.page.Lock(ctx, leaderLock)
	leads()
	if err != nil {
		s.logf("lead: %v", err)
		return
	}
	defer release()
	s.mu.Lock()
	s.leads = true
	s.mu.Unlock()

	var b backoff
	for ctx.Err() == nil {
		var again <-chan time.Time
		if s.mayKeep() {
			if connected := s.follow(ctx); connected {
				b.reset()
			}
			s.setConnection(state.Offline)
			if s.mayKeep() {
				again = time.After(b.next())
			}
		}
		select {
		case <-ctx.Done():
		case <-again:
		case <-s.kick:
		}
	}
}

type streamEvent struct{ kind, data string }

// follow opens the stream and follows it until it ends. It reports whether the
// stream opened.
func (s *Syncer) follow(ctx context.Context) (connected bool) {
	drainChannel(s.ends)
	events := make(chan streamEvent, 1024)
	stop := s.page.Stream("/api/v1/events", streamTypes, func(kind, data string) {
		select {
		case events <- streamEvent{kind, data}:
		default: // far behind: what is lost here a pull brings back
			wake(s.pulls)
		}
	})
	defer stop()
	silence := time.NewTimer(maxSilence)
	defer silence.Stop()
	for {
		select {
		case <-ctx.Done():
			return connected
		case <-silence.C:
			return connected
		case <-s.ends:
			return connected
		case <-s.kick: // there already
		case <-s.pulls:
			if err := s.pull(ctx); err != nil {
				s.logf("pull: %v", err)
				return connected
			}
		case e := <-events:
			if !s.state.IsOpen() {
				return connected // locked, and the end of the stream not heard yet
			}
			silence.Reset(maxSilence)
			switch e.kind {
			case string(wire.EventHeartbeat):
			case "open":
				connected = true
				if err := s.catchUp(ctx); err != nil {
					s.logf("catch up: %v", err)
					return false
				}
			case "error":
				if !connected {
					s.whyNot(ctx)
				}
				return connected
			default:
				s.apply(ctx, e)
				s.post(signal{Type: signalEvent, Account: s.state.Account().ID, Event: e.kind, Data: e.data})
			}
		}
	}
}

// catchUp makes up for the time without a stream: one pull, then what waits is
// sent.
func (s *Syncer) catchUp(ctx context.Context) error {
	s.setConnection(state.Syncing)
	if err := s.pull(ctx); err != nil {
		return err
	}
	s.prepareLogin(ctx)
	s.setConnection(state.Online)
	wake(s.pushes)
	s.reportRead(ctx)
	s.page.CheckUpdate()
	return nil
}

// whyNot finds out why the stream did not open or ended, or why the login has: an
// event stream does not tell.
func (s *Syncer) whyNot(ctx context.Context) {
	_, err := s.remote.Me(ctx)
	if err = s.checkLogin(err); err != nil && !isAnswer(err) {
		s.logf("connect: %v", err)
	}
}

// apply takes in one event of the stream: into the state, and then onto the
// device. Only the leading page does.
func (s *Syncer) apply(ctx context.Context, e streamEvent) {
	changed, gap, err := s.applyToState(e)
	if wire.EventType(e.kind) == wire.EventLoginEnded {
		s.whyNot(ctx) // the device may have been revoked
		return
	}
	if err != nil {
		s.logf("event %s: %v", e.kind, err)
	}
	if err != nil || gap {
		wake(s.pulls)
		return
	}
	if changed.Conversation == nil {
		return
	}
	account := s.state.Account().ID
	synced, ok := s.state.Synced(*changed.Conversation, changed.Messages, changed.Items)
	if !ok {
		return
	}
	err = s.device.saveSynced(ctx, account, []wire.SyncedConversation{synced})
	s.noteSaved(err)
	if err != nil {
		s.logf("keep event %s: %v", e.kind, err)
		return
	}
	s.reportDelivered(ctx)
}

// change says which conversation an event changed and what it brought.
type change struct {
	Conversation *uuid.UUID
	Messages     []wire.Message
	Items        []agenda.Item
}

// applyToState takes an event into the state and reports whether something
// before it is missing.
func (s *Syncer) applyToState(e streamEvent) (changed change, gap bool, err error) {
	data := []byte(e.data)
	switch wire.EventType(e.kind) {
	case wire.EventMessage:
		var m wire.MessageEvent
		if err := json.Unmarshal(data, &m); err != nil {
			return change{}, false, err
		}
		return change{Conversation: &m.Conversation, Messages: []wire.Message{m.Message}}, s.state.ApplyMessage(m), nil
	case wire.EventRead:
		var r wire.ReadEvent
		if err := json.Unmarshal(data, &r); err != nil {
			return change{}, false, err
		}
		s.state.ApplyRead(r)
		return change{Conversation: &r.Conversation}, false, nil
	case wire.EventConversation:
		var c wire.Conversation
		if err := json.Unmarshal(data, &c); err != nil {
			return change{}, false, err
		}
		if s.state.View(c.ID).Suspended != c.Suspended {
			wake(s.pulls) // its practice looks different too
		}
		return change{Conversation: &c.ID}, s.state.ApplyConversation(c), nil
	case wire.EventAgenda:
		var a wire.AgendaEvent
		if err := json.Unmarshal(data, &a); err != nil {
			return change{}, false, err
		}
		return change{Conversation: &a.Conversation, Items: a.Items}, s.state.ApplyAgenda(a), nil
	case wire.EventAvailability:
		var a wire.AvailabilityEvent
		if err := json.Unmarshal(data, &a); err != nil {
			return change{}, false, err
		}
		return change{Conversation: &a.Conversation}, s.state.ApplyAvailability(a), nil
	case wire.EventSecurity:
		return change{}, false, s.alert(data)
	case wire.EventTicket:
		go s.ask(context.Background(), "tickets", s.LoadTickets)
	case wire.EventRequest:
		go s.refreshRequests(context.Background())
	case wire.EventResync:
		return change{}, true, nil
	case wire.EventLoginEnded:
		s.expire()
	}
	return change{}, false, nil
}

// setConnection changes the connection state, here and in the other pages.
func (s *Syncer) setConnection(c state.Connection) {
	s.state.SetConnection(c)
	s.post(signal{Type: signalConnection, Connection: c})
}

func drainChannel(c chan struct{}) {
	select {
	case <-c:
	default:
	}
}

// isStreamType reports whether kind is an event of the stream.
func isStreamType(kind string) bool { return slices.Contains(streamTypes, kind) }
