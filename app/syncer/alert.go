package syncer

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// ownFor is how long news of what was done on this device may take: until then
// they are news to the account's other devices alone.
const ownFor = 10 * time.Second

// news names what an account's devices are told of.
type news struct {
	account uuid.UUID
	notice  wire.SecurityNotice
}

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
	if !own {
		s.addAlert(e)
	}
	go s.refreshReset(context.Background())
	s.state.ChangeCredentials()
	return nil
}

// addAlert shows what happened to the account elsewhere. Of a new password that
// waits the page has more to say, for as long as it does.
func (s *Syncer) addAlert(e wire.SecurityEvent) {
	if e.Notice != wire.NoticeResetPending && e.Notice != wire.NoticeResetCancelled {
		s.state.AddAlert(e)
	}
}

// tellMissed shows what happened to the account while this device was away, but
// for what was put away here.
func (s *Syncer) tellMissed(notices []wire.SecurityEvent) {
	account := s.state.Account().ID
	for _, e := range notices {
		s.mu.Lock()
		dropped := s.dropped[news{account, e.Notice}]
		s.mu.Unlock()
		if e.At.After(dropped) {
			s.addAlert(e)
		}
	}
}

// refreshReset learns whether a new password waits: all the while that it does,
// every page says so.
func (s *Syncer) refreshReset(ctx context.Context) {
	if _, err := s.Security(ctx); err != nil {
		s.logf("learn of a reset: %v", err)
	}
}

// DropAlert puts away what was said of one kind, in all pages of the device. The
// server hears of it once nothing is left: it only knows until when.
func (s *Syncer) DropAlert(notice wire.SecurityNotice) {
	until := s.putAway(notice)
	s.post(signal{Type: signalSeen, Notice: notice})
	if len(s.state.Alerts()) == 0 && !until.IsZero() {
		go s.ask(context.Background(), "put news away", func(ctx context.Context) error {
			return s.remote.SeeNotices(ctx, wire.SeenNotices{Until: until})
		})
	}
}

// putAway puts away what was said of one kind and returns the time of the newest
// news put away of the account.
func (s *Syncer) putAway(notice wire.SecurityNotice) time.Time {
	account := s.state.Account().ID
	alerts := s.state.Alerts()
	s.state.DropAlert(notice)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range alerts {
		if e.Notice == notice {
			s.dropped[news{account, notice}] = e.At
		}
	}
	var newest time.Time
	for n, at := range s.dropped {
		if n.account == account && at.After(newest) {
			newest = at
		}
	}
	return newest
}

func isProblem(err error, code wire.Code) bool {
	var problem *wire.Problem
	return errors.As(err, &problem) && problem.Code == code
}
