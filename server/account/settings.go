package account

import (
	"context"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/permit"
	"pleiades/shared/wire"
)

// Find returns the actor's own account.
func (s *Service) Find(ctx context.Context, actor Actor) (Account, error) {
	if err := s.can(actor, permit.ManageOwn); err != nil {
		return Account{}, err
	}
	account, err := s.store.FindAccount(ctx, actor.Account)
	if err != nil {
		return Account{}, fmt.Errorf("find account: %w", err)
	}
	return account, nil
}

// UpdateSettings changes the actor's own choices. Read receipts are a
// therapist's choice, for all their practices; anyone else gets ErrForbidden.
func (s *Service) UpdateSettings(ctx context.Context, actor Actor, settings wire.Settings) error {
	if settings.ReadReceipts == nil {
		return s.can(actor, permit.ManageOwn)
	}
	if err := s.canAsk(ctx, actor, permit.ShareReadMarks, uuid.Nil); err != nil {
		return err
	}
	var conversations []uuid.UUID
	err := s.store.Update(ctx, func(tx Tx) (err error) {
		if conversations, err = tx.UpdateReadReceipts(ctx, actor.Account, *settings.ReadReceipts); err != nil {
			return err
		}
		event := s.eventOf(audit.SettingsChange, actor.Account, actor.Account)
		event.Details = map[string]string{"receipts": strconv.FormatBool(*settings.ReadReceipts)}
		return s.record(ctx, tx, actor.Account, event)
	})
	if err != nil {
		return fmt.Errorf("update settings: %w", err)
	}
	s.changed(ctx, conversations...)
	return nil
}
