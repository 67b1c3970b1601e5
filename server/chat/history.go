package chat

import (
	"context"
	"fmt"
	"math"

	"github.com/google/uuid"

	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Limits of pages and answers, in messages.
const (
	PageSize    = 50  // of a page, where none is asked for
	MaxPageSize = 200 // of a page
	MaxSync     = 500 // of an answer to Sync
	// NewestInSync is how many messages Sync gives of a conversation that the
	// device does not have.
	NewestInSync = 50
)

// Page asks for a stretch of a conversation: the oldest messages above After if
// that is given, otherwise the newest ones; in both cases below Before if that
// is given.
type Page struct {
	After  *int64
	Before *int64
	Limit  int // messages; PageSize if not positive, MaxPageSize if more than that
}

// ListConversations lists the actor's conversations, by id.
func (s *Service) ListConversations(ctx context.Context, actor Actor) ([]wire.Conversation, error) {
	found, err := s.store.ListConversations(ctx, actor.Account)
	if err != nil {
		return nil, fmt.Errorf("list conversations: %w", err)
	}
	views := make([]wire.Conversation, len(found))
	for i, c := range found {
		if views[i], err = c.view(actor); err != nil {
			return nil, fmt.Errorf("list conversations: %w", err)
		}
	}
	return views, nil
}

// ListMessages returns a page of the conversation, ascending by seq.
func (s *Service) ListMessages(ctx context.Context, actor Actor, conversation uuid.UUID, page Page) ([]message.Message, error) {
	c, err := s.store.FindConversation(ctx, conversation)
	if err == nil {
		_, _, err = c.sides(actor)
	}
	if err != nil {
		return nil, fmt.Errorf("list messages: %w", err)
	}
	r := Range{Below: math.MaxInt64, Limit: min(page.Limit, MaxPageSize), Newest: page.After == nil}
	if page.Limit <= 0 {
		r.Limit = PageSize
	}
	if page.After != nil {
		r.Above = *page.After
	}
	if page.Before != nil {
		r.Below = *page.Before
	}
	messages, err := s.store.ListMessages(ctx, c, r)
	if err != nil {
		return nil, fmt.Errorf("list messages: %w", err)
	}
	return messages, nil
}

// Sync returns what a device missed, given the seq of its newest message and
// the rev of each conversation it has: every message above that seq, ascending.
// Of a conversation it does not have it gets the newest NewestInSync. What did
// not change is left out. The answer is cut at MaxSync messages; then More is
// true and asking again with what arrived brings the rest.
func (s *Service) Sync(ctx context.Context, actor Actor, have, revs map[uuid.UUID]int64) (wire.SyncResponse, error) {
	found, err := s.store.ListConversations(ctx, actor.Account)
	if err != nil {
		return wire.SyncResponse{}, fmt.Errorf("sync: %w", err)
	}
	answer := wire.SyncResponse{Conversations: []wire.SyncedConversation{}}
	room := MaxSync
	for _, c := range found {
		seq, known := have[c.ID]
		if !known {
			seq = c.LastSeq - NewestInSync
		}
		seq = min(max(seq, 0), c.LastSeq)
		missed := c.LastSeq - seq
		if known && missed == 0 && revs[c.ID] == c.Rev {
			continue
		}
		if missed > int64(room) {
			answer.More = true
		}
		if missed > 0 && room == 0 {
			continue
		}
		synced := wire.SyncedConversation{Messages: []wire.Message{}}
		if synced.Conversation, err = c.view(actor); err != nil {
			return wire.SyncResponse{}, fmt.Errorf("sync: %w", err)
		}
		if missed > 0 {
			// Messages stored since the conversations were listed wait for the
			// next time, so that LastSeq and the messages agree.
			messages, err := s.store.ListMessages(ctx, c, Range{Above: seq, Below: c.LastSeq + 1, Limit: room})
			if err != nil {
				return wire.SyncResponse{}, fmt.Errorf("sync: %w", err)
			}
			for _, m := range messages {
				synced.Messages = append(synced.Messages, WireMessage(m))
			}
			room -= len(messages)
		}
		answer.Conversations = append(answer.Conversations, synced)
	}
	return answer, nil
}
