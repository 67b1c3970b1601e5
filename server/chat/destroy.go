package chat

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"pleiades/server/audit"
)

// DestroyTexts makes the texts of a conversation, its messages, the items of its
// next-appointment list and the words at the end of care, unreadable for ever, in
// the backups of the database too as far as the keys are not in them. That they
// were there stays known. Nothing can be written there any more: ErrDestroyed. It
// is done once a practice need not keep the texts any longer, by nobody in
// particular, and only where care has ended: ErrOpen. Doing it again changes
// nothing.
func (s *Service) DestroyTexts(ctx context.Context, conversation uuid.UUID) error {
	var (
		c    Conversation
		done bool
	)
	err := s.store.Update(ctx, func(tx Tx) error {
		found, err := tx.LockConversations(ctx, []uuid.UUID{conversation})
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return ErrNotFound
		}
		if c = found[0]; c.Destroyed {
			return nil
		}
		if c.Closed == nil {
			return ErrOpen
		}
		now := s.moment()
		c.Rev++
		if c.AgendaRev > 0 {
			c.AgendaRev = c.Rev
		}
		if err := tx.DestroyTexts(ctx, c, now); err != nil {
			return err
		}
		if err := tx.Record(ctx, eventOf(audit.KeyDestroy, Actor{}, c, now)); err != nil {
			return err
		}
		c.Destroyed, done = true, true
		return tx.UpdateConversations(ctx, []Conversation{c})
	})
	if err != nil {
		return fmt.Errorf("destroy texts: %w", err)
	}
	if done {
		s.announce(c)
	}
	return nil
}
