package syncer

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"pleiades/app/state"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Signals come from the page itself (web/js/boot.js), from the flusher
// (web/js/outbox.js, in any page or in the worker), and from the device's other
// pages.
const (
	// From the page.
	signalNetwork     = "network"     // there may be a connection again
	signalVisible     = "visible"     // the person looks at the page
	signalHidden      = "hidden"      // the page may be gone any moment
	signalAct         = "act"         // the person did something
	signalLock        = "lock"        // they want the device locked, or did nothing for too long
	signalUpdate      = "update"      // a new build waits to take over
	signalInstallable = "installable" // the browser would (ok) or would not install the app

	// From the other pages, and from the flusher.
	signalOutbox = "outbox" // the outbox has changed

	// From the other pages.
	signalHello      = "hello" // a page has started and wants to know how things stand
	signalLogin      = "login" // whose app this is has changed
	signalLoginEnded = "login-ended"
	signalDraft      = "draft"      // a draft has changed
	signalConnection = "connection" // the leading page's connection
	signalEvent      = "event"      // an event of the stream
	signalSynced     = "synced"     // what a pull brought
	signalPrivate    = "private"    // what never leaves the device has changed
	signalLockAfter  = "lock-after" // after how long the device locks has changed
	signalRevoked    = "revoked"    // the device was taken out of the account, and is empty
	signalOwn        = "own"        // news of this kind will be about what this device did
	signalSeen       = "seen"       // news of this kind were put away
)

type signal struct {
	Type         string                    `json:"type"`
	OK           bool                      `json:"ok,omitempty"`
	Account      uuid.UUID                 `json:"account,omitzero"`
	Conversation uuid.UUID                 `json:"conversation,omitzero"`
	Text         string                    `json:"text,omitempty"`
	Was          string                    `json:"was,omitempty"` // the text before
	Connection   state.Connection          `json:"connection,omitempty"`
	Event        string                    `json:"event,omitempty"`
	Data         string                    `json:"data,omitempty"`
	Synced       []wire.SyncedConversation `json:"synced,omitempty"`
	Notice       wire.SecurityNotice       `json:"notice,omitempty"`
}

// post tells the device's other pages.
func (s *Syncer) post(sig signal) {
	b, err := json.Marshal(sig)
	if err != nil {
		s.logf("post %s: %v", sig.Type, err)
		return
	}
	s.page.Post(b)
}

// hear takes in a signal. It never blocks.
func (s *Syncer) hear(ctx context.Context, b []byte) {
	var sig signal
	if err := json.Unmarshal(b, &sig); err != nil {
		s.logf("hear: %v", err)
		return
	}
	if sig.Account != uuid.Nil && !s.state.IsOpen() {
		return // it tells of what is locked
	}
	switch sig.Type {
	case signalNetwork:
		wake(s.kick)
		wake(s.pushes) // it needs no login
		wake(s.ratings)
		go s.finishLogOut(ctx)
		if s.state.Login() == state.Locked {
			go s.lookIn(ctx)
		}
	case signalVisible:
		wake(s.kick)
		s.post(signal{Type: signalNetwork}) // the leading page may be asleep
		s.page.CheckUpdate()
	case signalHidden:
		s.saveLeaving(ctx)
		go s.saveDrafts(ctx)
	case signalAct:
		s.act()
	case signalLock:
		go func() {
			if err := s.Lock(ctx); err != nil {
				s.logf("lock: %v", err)
			}
		}()
	case signalLockAfter:
		go s.learnLock(ctx)
	case signalRevoked:
		s.state.SetRevoked()
		go s.restore(ctx)
	case signalUpdate:
		s.state.SetUpdateReady()
	case signalInstallable:
		s.state.SetInstallable(sig.OK)
	case signalOutbox:
		go s.refreshOutbox(ctx)
	case signalPrivate:
		go s.refreshPrivate(ctx)
	case signalOwn:
		s.expectOwn(sig.Notice)
	case signalSeen:
		s.putAway(sig.Notice)
	case signalLoginEnded:
		s.expire()
	case signalLogin:
		wake(s.ends)
		go s.restore(ctx)
	default:
		s.hearLeader(sig)
	}
}

// hearLeader takes in what passes between the leading page and the others.
func (s *Syncer) hearLeader(sig signal) {
	s.mu.Lock()
	leads := s.leads
	s.mu.Unlock()
	own := sig.Account == s.state.Account().ID
	switch {
	case sig.Type == signalDraft && own:
		s.hearDraft(sig.Conversation, message.Text(sig.Was), message.Text(sig.Text))
	case leads && sig.Type == signalHello:
		s.post(signal{Type: signalConnection, Connection: s.state.Connection()})
		if s.state.Login() == state.LoginExpired {
			s.post(signal{Type: signalLoginEnded})
		}
	case leads:
	case sig.Type == signalConnection:
		s.state.SetConnection(sig.Connection)
		if sig.Connection == state.Online {
			s.state.SetInStep(s.page.Now())
			wake(s.pulls) // what passed before this page listened, or while it slept
			wake(s.pushes)
			go s.reportRead(context.Background())
		}
	case sig.Type == signalEvent && own && isStreamType(sig.Event):
		if _, gap, err := s.applyToState(streamEvent{sig.Event, sig.Data}); gap || err != nil {
			wake(s.pulls)
		}
	case sig.Type == signalSynced && own:
		s.state.ApplySync(sig.Synced)
	}
}
