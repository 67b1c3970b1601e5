package chat

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/permit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Closing is the end of care in a conversation: what is there stays readable,
// and nothing is added until the therapist opens it again.
type Closing struct {
	Rev  int64     // of the conversation, at which it was closed
	By   uuid.UUID // the therapist
	At   time.Time
	Note message.Text // the therapist's last words, may be empty
}

// CloseConversation ends care in a conversation of the actor, the therapist,
// and returns it as it is now. The note, which may be empty, is shown to the
// client; one that breaks a rule of messages is an *InvalidError. Closing again
// changes nothing, the note neither. The client gets ErrForbidden, a stranger
// ErrNotFound.
func (s *Service) CloseConversation(ctx context.Context, actor Actor, conversation uuid.UUID, in wire.Close) (wire.Conversation, error) {
	note := message.Normalize(in.Note)
	if note != "" {
		if codes := (message.Draft{Body: note}).Validate(); codes != nil {
			return wire.Conversation{}, &InvalidError{Codes: codes}
		}
	}
	return s.endCare(ctx, actor, conversation, "close conversation", func(tx Tx, c *Conversation, now time.Time) (audit.Kind, error) {
		if c.Closed != nil {
			return "", nil
		}
		c.Closed = &Closing{Rev: c.Rev + 1, By: actor.Account, At: now, Note: note}
		return audit.ConversationClose, tx.CreateClosing(ctx, *c, *c.Closed)
	})
}

// ReopenConversation lets messages be sent again in a closed conversation of
// the actor, the therapist, and returns it as it is now. One that is open stays
// as it is. The client gets ErrForbidden, a stranger ErrNotFound.
func (s *Service) ReopenConversation(ctx context.Context, actor Actor, conversation uuid.UUID) (wire.Conversation, error) {
	return s.endCare(ctx, actor, conversation, "reopen conversation", func(tx Tx, c *Conversation, now time.Time) (audit.Kind, error) {
		if c.Closed == nil {
			return "", nil
		}
		c.Closed = nil
		return audit.ConversationReopen, tx.EndClosing(ctx, *c, now)
	})
}

// endCare changes whether a conversation is closed, in a transaction, and tells
// its people. The change says what it was; nothing if there was none to make.
func (s *Service) endCare(ctx context.Context, actor Actor, conversation uuid.UUID, step string,
	change func(Tx, *Conversation, time.Time) (audit.Kind, error)) (wire.Conversation, error) {
	var (
		c    Conversation
		kind audit.Kind
	)
	err := s.store.Update(ctx, func(tx Tx) (err error) {
		if c, err = lockConversation(ctx, tx, actor, conversation); err != nil {
			return err
		}
		if err := c.can(actor, permit.EndCare); err != nil {
			return err
		}
		if c.Destroyed {
			return ErrDestroyed
		}
		if c.Suspended {
			return ErrSuspended
		}
		now := s.moment()
		if kind, err = change(tx, &c, now); err != nil || kind == "" {
			return err
		}
		if err := tx.Record(ctx, eventOf(kind, actor, c, now)); err != nil {
			return err
		}
		c.Rev++
		return tx.UpdateConversations(ctx, []Conversation{c})
	})
	if err != nil {
		return wire.Conversation{}, s.refused(ctx, actor, step, err)
	}
	view, err := s.view(c, actor)
	if err != nil {
		return wire.Conversation{}, fmt.Errorf("%s: %w", step, err)
	}
	if kind != "" {
		s.announce(c)
	}
	return view, nil
}
