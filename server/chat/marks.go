package chat

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// MarkRead notes that the actor has read up to seq, and so has it on a device.
// It says that they look at the conversation now, which is recorded even where
// no mark moves.
// Marks only move forward, and not beyond the newest message. The actor's own
// devices always hear of it, the other person only where the therapist shares
// read marks.
func (s *Service) MarkRead(ctx context.Context, actor Actor, conversation uuid.UUID, seq int64) error {
	m, err := s.move(ctx, actor, conversation, func(own *Participant, last int64) {
		own.Read = max(own.Read, min(seq, last))
		own.Delivered = max(own.Delivered, own.Read)
	})
	if err != nil {
		return s.refused(ctx, actor, "mark read", err)
	}
	// What moved is told even where the opening cannot be recorded: nothing moves
	// when it is tried again.
	if err := s.publishMove(m); err != nil {
		return fmt.Errorf("mark read: %w", err)
	}
	if err := s.open(ctx, actor, m.conversation); err != nil {
		return fmt.Errorf("mark read: %w", err)
	}
	return nil
}

// MarkDelivered notes that a device of the actor has the messages up to seq,
// and tells the other person. Marks only move forward, and not beyond the
// newest message.
func (s *Service) MarkDelivered(ctx context.Context, actor Actor, conversation uuid.UUID, seq int64) error {
	m, err := s.move(ctx, actor, conversation, func(own *Participant, last int64) {
		own.Delivered = max(own.Delivered, min(seq, last))
	})
	if err != nil {
		return s.refused(ctx, actor, "mark delivered", err)
	}
	return s.publishMove(m)
}

// movement is what became of the marks of one participant.
type movement struct {
	conversation    Conversation // afterwards
	own, peer       Participant  // afterwards
	read, delivered bool         // which mark moved
}

// move changes the actor's marks, in one transaction.
func (s *Service) move(ctx context.Context, actor Actor, conversation uuid.UUID, change func(own *Participant, last int64)) (movement, error) {
	var m movement
	err := s.store.Update(ctx, func(tx Tx) error {
		c, err := lockConversation(ctx, tx, actor, conversation)
		if err != nil {
			return err
		}
		own, peer, err := c.sides(actor)
		if err != nil {
			return err
		}
		before := *own
		change(own, c.LastSeq)
		m = movement{conversation: c, read: own.Read != before.Read, delivered: own.Delivered != before.Delivered}
		if !m.read && !m.delivered {
			return nil
		}
		if m.read {
			if own.Unread, err = tx.CountMessages(ctx, c, peer.Account, own.Read); err != nil {
				return err
			}
		}
		c.Rev++
		m.conversation, m.own, m.peer = c, *own, *peer
		return tx.UpdateConversations(ctx, []Conversation{c})
	})
	return m, err
}

// publishMove tells those concerned which marks moved.
func (s *Service) publishMove(m movement) error {
	c := m.conversation
	if m.delivered {
		view, err := s.view(c, Actor{m.peer.Account})
		if err != nil {
			return err
		}
		s.pub.Publish(wire.EventConversation, view, m.peer.Account)
	}
	if m.read {
		event := wire.ReadEvent{Conversation: c.ID, Rev: c.Rev, Account: m.own.Account, Seq: m.own.Read}
		s.pub.Publish(wire.EventRead, event, m.own.Account)
		if c.ReadReceipts {
			s.pub.Publish(wire.EventRead, event, m.peer.Account)
		}
	}
	return nil
}
