package chat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
)

// eventOf begins the event of what an actor did in a conversation.
func eventOf(kind audit.Kind, actor Actor, c Conversation, at time.Time) audit.Event {
	return audit.Event{
		Kind: kind, Practice: c.Practice, Actor: actor.Account, Object: c.ID, Conversation: c.ID, At: at, Outcome: audit.Done,
	}
}

// deniedError is ErrNotFound for someone who asked for a conversation of
// others, which is there, and ErrForbidden for the one of the two who may not do
// what they asked for.
type deniedError struct {
	conversation Conversation
	reason       error
}

func (e *deniedError) Error() string { return e.reason.Error() }
func (e *deniedError) Unwrap() error { return e.reason }

// refused returns the error of a step that failed. Where that is because the
// conversation is someone else's, or this is for the other of the two, the attempt
// is recorded first, once within audit.Window and audit.MaxDenied times at most;
// one that cannot be recorded fails for that reason.
func (s *Service) refused(ctx context.Context, actor Actor, step string, err error) error {
	var denied *deniedError
	if errors.As(err, &denied) {
		if err := s.recordOnce(ctx, audit.AccessDeny, audit.Denied, actor, denied.conversation); err != nil {
			return fmt.Errorf("%s: record refusal: %w", step, err)
		}
	}
	return fmt.Errorf("%s: %w", step, err)
}

// refusedPlace does the same where the actor is no therapist of a practice, or, for
// uuid.Nil, of any: in its chain and, without its id, in those of their own
// practices, or in the one of no practice, since who asks may belong to none, and
// the one asked for may not be there.
func (s *Service) refusedPlace(ctx context.Context, actor Actor, practice uuid.UUID, step string, err error) error {
	now := s.now().UTC().Truncate(time.Microsecond)
	doing := audit.Doing{Kind: audit.AccessDeny, Actor: actor.Account, Object: practice}
	denied := errors.Is(err, ErrNotFound) || errors.Is(err, ErrForbidden)
	if denied && !s.recent.Seen(doing, now) {
		err := s.store.Update(ctx, func(tx Tx) error {
			concerned, err := tx.ListConcerned(ctx, actor.Account, practice)
			if err != nil {
				return err
			}
			event := audit.Event{Kind: audit.AccessDeny, Actor: actor.Account, Object: practice, At: now, Outcome: audit.Denied}
			return tx.Record(ctx, audit.Refusals(event, concerned)...)
		})
		if err != nil {
			return fmt.Errorf("%s: record refusal: %w", step, err)
		}
		s.recent.Note(doing, now)
	}
	return fmt.Errorf("%s: %w", step, err)
}

// open records that the actor looks at what is in a conversation, once within
// audit.Window. It is called before they are shown any of it.
func (s *Service) open(ctx context.Context, actor Actor, c Conversation) error {
	if err := s.recordOnce(ctx, audit.ConversationOpen, audit.Done, actor, c); err != nil {
		return fmt.Errorf("record opening: %w", err)
	}
	return nil
}

// recordOnce records something that goes on, unless that was done within
// audit.Window.
func (s *Service) recordOnce(ctx context.Context, kind audit.Kind, outcome audit.Outcome, actor Actor, c Conversation) error {
	now := s.now().UTC().Truncate(time.Microsecond)
	doing := audit.Doing{Kind: kind, Actor: actor.Account, Object: c.ID}
	if s.recent.Seen(doing, now) {
		return nil
	}
	err := s.store.Update(ctx, func(tx Tx) error {
		// Others who are about to record the same wait for each other here.
		if _, err := tx.LockConversations(ctx, []uuid.UUID{c.ID}); err != nil {
			return err
		}
		known, err := tx.Recorded(ctx, kind, c, actor.Account, now.Add(-audit.Window))
		if err != nil || known {
			return err
		}
		event := eventOf(kind, actor, c, now)
		event.Outcome = outcome
		return tx.Record(ctx, event)
	})
	if err == nil {
		s.recent.Note(doing, now)
	}
	return err
}
