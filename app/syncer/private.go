package syncer

import (
	"context"
	"time"

	"github.com/google/uuid"

	"pleiades/app/state"
)

// SavePlan keeps the private safety plan on the device, and nowhere else.
func (s *Syncer) SavePlan(ctx context.Context, p state.Plan) error {
	account := s.state.Account().ID
	if err := s.savePrivate(ctx, privatePlan, p); err != nil {
		return err
	}
	if s.isOpenFor(account) {
		s.state.SetPlan(p)
	}
	return nil
}

// SaveCountry keeps on the device, and nowhere else, for which country crisis
// lines are shown. A locked device has it from before.
func (s *Syncer) SaveCountry(ctx context.Context, code string) error {
	if err := s.savePrivate(ctx, privateCountry, code); err != nil {
		return err
	}
	s.state.SetCountry(code)
	return nil
}

// SaveSetup keeps on the device at which step of setting up their practice
// someone is.
func (s *Syncer) SaveSetup(ctx context.Context, step int) error {
	account := s.state.Account().ID
	if err := s.savePrivate(ctx, privateSetup, step); err != nil {
		return err
	}
	if s.isOpenFor(account) {
		s.state.SetSetup(step)
	}
	return nil
}

// SaveOpened keeps on the device that a ticket was opened here, as it was changed last
// then.
func (s *Syncer) SaveOpened(ctx context.Context, ticket uuid.UUID, changed time.Time) error {
	account, opened := s.state.Account().ID, s.state.Opened().With(ticket, changed)
	if err := s.savePrivate(ctx, privateOpened, opened); err != nil {
		return err
	}
	if s.isOpenFor(account) {
		s.state.SetOpened(opened)
	}
	return nil
}

// savePrivate keeps a value and has the other pages read it.
func (s *Syncer) savePrivate(ctx context.Context, name string, value any) error {
	if err := s.device.savePrivate(ctx, s.state.Account().ID, name, value); err != nil {
		return err
	}
	s.post(signal{Type: signalPrivate})
	return nil
}

// refreshPrivate takes over what another page has kept.
func (s *Syncer) refreshPrivate(ctx context.Context) {
	if !s.state.IsOpen() {
		return
	}
	account := s.state.Account().ID
	p, err := s.device.private(ctx, account)
	if err != nil {
		s.logf("read device: %v", err)
		return
	}
	if s.isOpenFor(account) {
		s.setPrivate(p)
	}
}

func (s *Syncer) setPrivate(p private) {
	s.state.SetPlan(p.Plan)
	s.state.SetCountry(p.Country)
	s.state.SetSetup(p.Setup)
	s.state.SetOpened(p.Opened)
	s.state.SetTickets(p.Tickets)
	s.state.SetSkew(time.Duration(p.Skew) * time.Millisecond)
}
