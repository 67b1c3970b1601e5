package outbox

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/chat"
	"pleiades/shared/envelope"
)

// refused records that an envelope of a known device was not from it, or that the
// device may hand over nothing any more: where its account belongs to, once within
// audit.Window and for audit.MaxDenied devices of an account at most. That happens
// aside: the answer takes no longer than that to an unknown device.
func (s *Service) refused(ctx context.Context, device, account uuid.UUID, err error) {
	by := account
	switch {
	case errors.Is(err, envelope.ErrUnverified):
		by = uuid.Nil // anyone
	case !errors.Is(err, errRevoked) && !errors.Is(err, chat.ErrForbidden):
		return
	}
	at := s.now().UTC().Truncate(time.Microsecond)
	doing := audit.Doing{Kind: audit.AccessDeny, Actor: account, Object: device}
	if account == uuid.Nil || !s.recent.Claim(doing, at) {
		return
	}
	event := audit.Event{
		Kind: audit.AccessDeny, Actor: by, Object: device, At: at, Outcome: audit.Denied, Details: map[string]string{"what": "envelope"},
	}
	ctx = context.WithoutCancel(ctx)
	s.aside.Go(func() {
		err := s.store.Update(ctx, func(tx Tx) error { return record(ctx, tx, account, event) })
		if err != nil {
			s.recent.Drop(doing)
			s.log.ErrorContext(ctx, "a refused envelope is not in the log", "err", err)
		}
	})
}

// record adds an event to the chain of each practice that an account belongs to, or
// to that of no practice.
func record(ctx context.Context, tx Tx, account uuid.UUID, event audit.Event) error {
	practices, err := tx.ListPracticesOf(ctx, account)
	if err != nil {
		return err
	}
	if len(practices) == 0 {
		practices = []uuid.UUID{uuid.Nil}
	}
	events := make([]audit.Event, len(practices))
	for i, practice := range practices {
		events[i] = event
		events[i].Practice = practice
	}
	return tx.Record(ctx, events...)
}

// Close waits for what is done aside.
func (s *Service) Close() { s.aside.Wait() }
