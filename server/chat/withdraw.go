package chat

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"pleiades/shared/message"
)

// keepWithdrawn is how many withdrawn messages of one author are remembered, the
// newest: as many as a device's queue can hold.
const keepWithdrawn = 1000

// Withdraw sees to it that a message of the actor, which may still be under way, is
// not stored any more: who sends it later is answered ErrWithdrawn. ErrSent says
// that it came before. Only the actor's own are concerned: the same id of another
// author is another message.
func (s *Service) Withdraw(ctx context.Context, actor Actor, conversation uuid.UUID, id message.ID) error {
	err := s.store.Update(ctx, func(tx Tx) error {
		c, err := lockConversation(ctx, tx, actor, conversation)
		if err != nil {
			return err
		}
		found, err := tx.FindMessages(ctx, []MessageKey{{c.Practice, c.ID, id}})
		if err != nil {
			return fmt.Errorf("find message: %w", err)
		}
		if len(found) > 0 && found[0].Sender == actor.Account {
			return ErrSent
		}
		at := s.moment()
		return tx.CreateWithdrawal(ctx, c.Practice, DraftKey{c.ID, id, actor.Account}, at, keepWithdrawn)
	})
	if err != nil {
		return s.refused(ctx, actor, "withdraw message", err)
	}
	return nil
}
