package syncer

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"pleiades/shared/wire"
)

// ownFor is how long news of what was done on this device may take: until then
// they are news to the account's other devices alone.
const ownFor = 10 * time.Second

// own does something that all devices of the account will hear of. This one
// need not be told.
func (s *Syncer) own(notice wire.SecurityNotice, act func() error) error {
	s.expectOwn(notice)
	s.post(signal{Type: signalOwn, Notice: notice})
	return act()
}

// expectOwn notes that news of a kind will be about what this device did.
func (s *Syncer) expectOwn(notice wire.SecurityNotice) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ownActs[notice] = s.page.Now()
}

// alert takes in news about the account's credentials and devices.
func (s *Syncer) alert(data []byte) error {
	var e wire.SecurityEvent
	if err := json.Unmarshal(data, &e); err != nil {
		return err
	}
	s.mu.Lock()
	did, own := s.ownActs[e.Notice]
	own = own && s.page.Now().Sub(did) < ownFor
	s.mu.Unlock()
	if !own && e.Notice != wire.NoticeResetPending && e.Notice != wire.NoticeResetCancelled {
		s.state.AddAlert(e)
	}
	go s.refreshReset(context.Background())
	s.state.ChangeCredentials()
	return nil
}

// refreshReset learns whether a new password waits: all the while that it does,
// every page says so.
func (s *Syncer) refreshReset(ctx context.Context) {
	if _, err := s.Security(ctx); err != nil {
		s.logf("learn of a reset: %v", err)
	}
}

// DropAlert puts away what was said of one kind, in all pages of the device.
func (s *Syncer) DropAlert(notice wire.SecurityNotice) {
	s.state.DropAlert(notice)
	s.post(signal{Type: signalSeen, Notice: notice})
}

func isProblem(err error, code wire.Code) bool {
	var problem *wire.Problem
	return errors.As(err, &problem) && problem.Code == code
}
