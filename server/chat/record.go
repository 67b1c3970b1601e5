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
		c, now := denied.conversation, s.moment()
		doing := audit.Doing{Kind: audit.AccessDeny, Actor: actor.Account, Object: c.ID}
		if s.recent.Claim(doing, now) {
			event := eventOf(audit.AccessDeny, actor, c, now)
			event.Outcome = audit.Denied
			if err := s.recordOnce(ctx, event, c); err != nil {
				s.recent.Drop(doing)
				return fmt.Errorf("%s: record refusal: %w", step, err)
			}
		}
	}
	return fmt.Errorf("%s: %w", step, err)
}

// refusedPlace does the same where the actor is no therapist of a practice, or, for
// uuid.Nil, of any: in its chain and, without its id, in those of their own
// practices, or in the one of no practice, since who asks may belong to none, and
// the one asked for may not be there.
func (s *Service) refusedPlace(ctx context.Context, actor Actor, practice uuid.UUID, step string, err error) error {
	now := s.moment()
	doing := audit.Doing{Kind: audit.AccessDeny, Actor: actor.Account, Object: practice}
	denied := errors.Is(err, ErrNotFound) || errors.Is(err, ErrForbidden)
	if denied && s.recent.Claim(doing, now) {
		err := s.store.Update(ctx, func(tx Tx) error {
			concerned, err := tx.ListConcerned(ctx, actor.Account, practice)
			if err != nil {
				return err
			}
			event := audit.Event{Kind: audit.AccessDeny, Actor: actor.Account, Object: practice, At: now, Outcome: audit.Denied}
			return tx.Record(ctx, audit.Refusals(event, concerned)...)
		})
		if err != nil {
			s.recent.Drop(doing)
			return fmt.Errorf("%s: record refusal: %w", step, err)
		}
	}
	return fmt.Errorf("%s: %w", step, err)
}

// open records that the actor looks at what is in a conversation, once within
// audit.Window. It is called before they are shown any of it.
func (s *Service) open(ctx context.Context, actor Actor, c Conversation) error {
	now := s.moment()
	doing := audit.Doing{Kind: audit.ConversationOpen, Actor: actor.Account, Object: c.ID}
	if s.recent.Seen(doing, now) {
		return nil
	}
	if err := s.recordOnce(ctx, eventOf(audit.ConversationOpen, actor, c, now), c); err != nil {
		return fmt.Errorf("record opening: %w", err)
	}
	s.recent.Note(doing, now) // not before: nobody is shown what nobody recorded
	return nil
}

// recordOnce records something that goes on in a conversation, unless the log has it
// within audit.Window.
func (s *Service) recordOnce(ctx context.Context, event audit.Event, c Conversation) error {
	return s.store.Update(ctx, func(tx Tx) error {
		// Others who are about to record the same wait for each other here.
		if _, err := tx.LockConversations(ctx, []uuid.UUID{c.ID}); err != nil {
			return err
		}
		known, err := tx.Recorded(ctx, event.Kind, c, event.Actor, event.At.Add(-audit.Window))
		if err != nil || known {
			return err
		}
		return tx.Record(ctx, event)
	})
}

// moment is now, as the log tells it.
func (s *Service) moment() time.Time { return s.now().UTC().Truncate(time.Microsecond) }
