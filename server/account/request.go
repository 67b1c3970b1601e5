package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/permit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// maxRequests is how many requests of one kind are listed.
const maxRequests = 100

// CareRequest asks a therapist of the directory for a conversation.
type CareRequest struct {
	ID           uuid.UUID
	Practice     Practice
	Client       uuid.UUID
	ClientName   message.Text
	Therapist    uuid.UUID
	Name         message.Text // of the therapist
	Note         message.Text
	Status       wire.RequestStatus
	Answer       message.Text
	Conversation uuid.UUID // Nil unless it was accepted
	CreatedAt    time.Time
	DecidedAt    time.Time // zero while it waits
}

// AskForCare asks a therapist of the directory for a conversation. The errors are
// *FieldsError, ErrNotFound for who is not in the directory, ErrNotAccepting,
// ErrAskedAlready for who has asked them or is their client, and
// ErrTooManyRequests.
func (s *Service) AskForCare(ctx context.Context, actor Actor, in wire.AskForCare) (wire.CareRequest, error) {
	if err := s.canAsk(ctx, actor, permit.AskForCare, in.Practice); err != nil {
		return wire.CareRequest{}, err
	}
	request := CareRequest{
		Practice: Practice{ID: in.Practice}, Client: actor.Account, Therapist: in.Therapist,
		Note: message.Normalize(in.Note), Status: wire.RequestWaiting, CreatedAt: s.now(),
	}
	if !validText(request.Note, wire.MaxRequestNote) {
		return wire.CareRequest{}, &FieldsError{Fields: []string{"note"}}
	}
	if request.Therapist == request.Client {
		return wire.CareRequest{}, fmt.Errorf("ask for care of oneself: %w", ErrNotFound)
	}
	var err error
	if request.ID, err = s.newID(); err != nil {
		return wire.CareRequest{}, fmt.Errorf("ask for care: %w", err)
	}
	err = s.store.Update(ctx, func(tx Tx) error {
		if err := lockEnabled(ctx, tx, actor.Account); err != nil { // one request of a person at a time
			return err
		}
		if err := s.mayAsk(ctx, tx, request); err != nil {
			return err
		}
		if err := tx.CreateRequest(ctx, request); err != nil {
			return err
		}
		room, err := countMail(ctx, tx, "request/"+in.Therapist.String(), s.now())
		if err != nil {
			return err
		}
		if room {
			if err := s.mailPerson(ctx, tx, in.Therapist, MailNews); err != nil {
				return err
			}
		}
		return recordAt(ctx, tx, in.Practice, s.eventOf(audit.RequestCreate, actor.Account, request.ID))
	})
	if err != nil {
		return wire.CareRequest{}, fmt.Errorf("ask for care: %w", s.refuse(ctx, actor, in.Practice, err))
	}
	s.tellRequest(request)
	return s.findSent(ctx, actor, request.ID)
}

// mayAsk returns why a request cannot be made.
func (s *Service) mayAsk(ctx context.Context, tx Tx, r CareRequest) error {
	listing, err := tx.FindListing(ctx, r.Practice.ID, r.Therapist)
	switch {
	case err != nil:
		return err
	case listing.Practice.Suspended():
		return ErrSuspended
	}
	_, err = tx.FindConversation(ctx, r.Practice.ID, r.Client, r.Therapist)
	if err == nil {
		return ErrAskedAlready
	}
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	before, err := tx.ListRequestsOf(ctx, r.Client)
	if err != nil {
		return err
	}
	open := 0
	for _, b := range before {
		if b.Practice.ID == r.Practice.ID && b.Therapist == r.Therapist {
			return ErrAskedAlready
		}
		if b.Status == wire.RequestWaiting {
			open++
		}
	}
	switch {
	case !listing.Accepting:
		return ErrNotAccepting
	case open >= wire.MaxOpenRequests:
		return ErrTooManyRequests
	}
	return nil
}

// ListRequests lists the requests of the actor, and, for a therapist, those that
// wait for their answer.
func (s *Service) ListRequests(ctx context.Context, actor Actor) (wire.Requests, error) {
	if err := s.can(actor, permit.ManageOwn); err != nil {
		return wire.Requests{}, err
	}
	sent, err := s.store.ListSentRequests(ctx, actor.Account, maxRequests)
	if err != nil {
		return wire.Requests{}, fmt.Errorf("list requests: %w", err)
	}
	received, err := s.store.ListReceivedRequests(ctx, actor.Account, maxRequests)
	if err != nil {
		return wire.Requests{}, fmt.Errorf("list requests: %w", err)
	}
	return wire.Requests{Sent: wireRequests(sent), Received: wireRequests(received)}, nil
}

// findSent returns a request that the actor has just made, as they see it.
func (s *Service) findSent(ctx context.Context, actor Actor, id uuid.UUID) (wire.CareRequest, error) {
	sent, err := s.store.ListSentRequests(ctx, actor.Account, maxRequests)
	if err != nil {
		return wire.CareRequest{}, fmt.Errorf("find request: %w", err)
	}
	for _, r := range wireRequests(sent) {
		if r.ID == id {
			return r, nil
		}
	}
	return wire.CareRequest{}, fmt.Errorf("find request: %w", ErrNotFound)
}

// AcceptRequest begins the conversation that a request asks for, or reopens it
// where it was closed, and returns it.
// Accepting once more leads to the same. The errors are ErrNotFound for requests
// to others, and ErrAnswered for one that was declined.
func (s *Service) AcceptRequest(ctx context.Context, actor Actor, id uuid.UUID) (conversation uuid.UUID, err error) {
	var accepted CareRequest
	err = s.answerRequest(ctx, actor, id, audit.RequestAccept, func(tx Tx, r *CareRequest) (done bool, err error) {
		if r.Status == wire.RequestAccepted {
			conversation = r.Conversation
			return true, nil
		}
		yes := Invitation{Practice: r.Practice.ID, Therapist: r.Therapist, CreatedAt: s.now()}
		conversation, err = s.resume(ctx, tx, yes, r.Client, actor.Account)
		r.Status, r.Conversation = wire.RequestAccepted, conversation
		accepted = *r
		return false, err
	})
	if err != nil {
		return uuid.Nil, fmt.Errorf("accept request: %w", err)
	}
	if accepted.ID != uuid.Nil {
		s.changed(ctx, conversation)
	}
	return conversation, nil
}

// DeclineRequest says no to a request, with words of 1 to 500 characters that the
// client reads. The errors are *FieldsError and those of AcceptRequest.
func (s *Service) DeclineRequest(ctx context.Context, actor Actor, id uuid.UUID, words message.Text) error {
	if err := s.canAsk(ctx, actor, permit.AnswerRequests, id); err != nil {
		return err
	}
	words = message.Normalize(words)
	if !validText(words, wire.MaxRequestNote) {
		return &FieldsError{Fields: []string{"words"}}
	}
	err := s.answerRequest(ctx, actor, id, audit.RequestDecline, func(_ Tx, r *CareRequest) (bool, error) {
		if r.Status == wire.RequestAccepted {
			return false, ErrAnswered
		}
		r.Status, r.Answer = wire.RequestDeclined, words
		return false, nil
	})
	if err != nil {
		return fmt.Errorf("decline request: %w", err)
	}
	return nil
}

// answerRequest has a request to the actor answered, and tells both. Answer says
// whether there was nothing left to do.
func (s *Service) answerRequest(ctx context.Context, actor Actor, id uuid.UUID, kind audit.Kind, answer func(Tx, *CareRequest) (done bool, err error)) error {
	if err := s.canAsk(ctx, actor, permit.AnswerRequests, id); err != nil {
		return err
	}
	var request CareRequest
	done := false
	err := s.store.Update(ctx, func(tx Tx) (err error) {
		if request, err = tx.LockRequest(ctx, id); err != nil {
			return err
		}
		if request.Therapist != actor.Account || !slices.Contains(actor.Practices(wire.RoleTherapist), request.Practice.ID) {
			return ErrNotFound
		}
		if request.Status == wire.RequestDeclined {
			return ErrAnswered
		}
		if err := takesNew(ctx, tx, request.Practice.ID); err != nil {
			return err
		}
		if done, err = answer(tx, &request); err != nil || done {
			return err
		}
		request.DecidedAt = s.now()
		if err := tx.UpdateRequest(ctx, request); err != nil {
			return err
		}
		if err := s.mailPerson(ctx, tx, request.Client, MailNews); err != nil {
			return err
		}
		return recordAt(ctx, tx, request.Practice.ID, s.eventOf(kind, actor.Account, id))
	})
	if err != nil {
		return s.refuseRequest(ctx, actor, id, err)
	}
	if !done {
		s.tellRequest(request)
	}
	return nil
}

// DeleteRequest takes back a request of the actor that waits. One that was
// answered is ErrAnswered.
func (s *Service) DeleteRequest(ctx context.Context, actor Actor, id uuid.UUID) error {
	if err := s.can(actor, permit.ManageOwn); err != nil {
		return err
	}
	var request CareRequest
	err := s.store.Update(ctx, func(tx Tx) (err error) {
		if request, err = tx.LockRequest(ctx, id); err != nil {
			return err
		}
		if request.Client != actor.Account {
			return ErrNotFound
		}
		if request.Status != wire.RequestWaiting {
			return ErrAnswered
		}
		if err := tx.DeleteRequest(ctx, id); err != nil {
			return err
		}
		s.withdrawn(audit.RequestDelete, actor, id)
		return recordAt(ctx, tx, request.Practice.ID, s.eventOf(audit.RequestDelete, actor.Account, id))
	})
	if err != nil {
		err = s.goneOr(audit.RequestDelete, actor, id, err)
		return fmt.Errorf("delete request: %w", s.refuseRequest(ctx, actor, id, err))
	}
	s.tellRequest(request)
	return nil
}

// refuseRequest records that the actor asked for someone else's request.
func (s *Service) refuseRequest(ctx context.Context, actor Actor, id uuid.UUID, err error) error {
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	return s.refuse(ctx, actor, id, err)
}

// tellRequest tells both that something has become of a request.
func (s *Service) tellRequest(r CareRequest) { s.requested(r.Client, r.Therapist) }

func wireRequests(found []CareRequest) []wire.CareRequest {
	list := make([]wire.CareRequest, len(found))
	for i, r := range found {
		list[i] = wire.CareRequest{
			ID: r.ID, Practice: wirePractice(r.Practice),
			Client: wire.Person{ID: r.Client, Name: r.ClientName}, Therapist: wire.Person{ID: r.Therapist, Name: r.Name},
			Note: r.Note, Status: r.Status, Answer: r.Answer, Conversation: r.Conversation, CreatedAt: r.CreatedAt,
		}
		if !r.DecidedAt.IsZero() {
			list[i].DecidedAt = &r.DecidedAt
		}
	}
	return list
}
