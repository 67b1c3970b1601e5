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
	// MaxSyncItems is how many items of next-appointment lists an answer to
	// Sync holds, save that one list is never cut.
	MaxSyncItems = 500
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
		if views[i], err = s.fullView(c, actor); err != nil {
			return nil, fmt.Errorf("list conversations: %w", err)
		}
	}
	return views, nil
}

// ListMessages returns a page of the conversation, ascending by seq. Asking for
// one is looking at it, and recorded; what Sync brings is not.
func (s *Service) ListMessages(ctx context.Context, actor Actor, conversation uuid.UUID, page Page) ([]message.Message, error) {
	c, err := s.store.FindConversation(ctx, conversation)
	if err == nil {
		_, _, err = c.sides(actor)
	}
	if err != nil {
		return nil, s.refused(ctx, actor, "list messages", err)
	}
	if err := s.open(ctx, actor, c); err != nil {
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

// Have is what a device has of each conversation, by its id.
type Have struct {
	Seqs    map[uuid.UUID]int64 // of its newest message
	Revs    map[uuid.UUID]int64
	Agendas map[uuid.UUID]int64 // AgendaRev of its next-appointment list
}

// Sync returns what a device missed: every message above the seq it has,
// ascending, and every item of the next-appointment list that changed after the
// rev it has. Of a conversation it does not have it gets the newest
// NewestInSync messages; a list of which it does not say what it has comes
// whole, with whatever else changed. What did not change is left out. The
// answer is cut at MaxSync messages and MaxSyncItems items; then More is true
// and asking again with what arrived brings the rest.
func (s *Service) Sync(ctx context.Context, actor Actor, have Have) (wire.SyncResponse, error) {
	found, err := s.store.ListConversations(ctx, actor.Account)
	if err != nil {
		return wire.SyncResponse{}, fmt.Errorf("sync: %w", err)
	}
	answer := syncAnswer{have: have, room: MaxSync, itemRoom: MaxSyncItems}
	answer.Conversations = []wire.SyncedConversation{}
	for _, c := range found {
		if err := s.syncConversation(ctx, actor, c, &answer); err != nil {
			return wire.SyncResponse{}, fmt.Errorf("sync: %w", err)
		}
	}
	return answer.SyncResponse, nil
}

// syncAnswer is an answer of Sync in the making.
type syncAnswer struct {
	wire.SyncResponse
	have           Have
	room, itemRoom int // messages and items that still fit
}

// syncConversation adds a conversation to the answer if it changed and fits.
func (s *Service) syncConversation(ctx context.Context, actor Actor, c Conversation, answer *syncAnswer) error {
	seq, known := answer.have.Seqs[c.ID]
	if !known {
		seq = c.LastSeq - NewestInSync
	}
	seq = min(max(seq, 0), c.LastSeq)
	agendaRev, listed := answer.have.Agendas[c.ID]
	if !known || !listed {
		agendaRev = wholeAgenda
	}
	missed := c.LastSeq - seq
	relisted := c.AgendaRev > max(agendaRev, 0)
	if known && missed == 0 && answer.have.Revs[c.ID] == c.Rev && !(listed && relisted) {
		return nil
	}
	if missed > int64(answer.room) {
		answer.More = true
	}
	if missed > 0 && answer.room == 0 {
		return nil
	}
	synced := wire.SyncedConversation{Messages: []wire.Message{}}
	var err error
	if relisted {
		if synced.Agenda, err = s.listAgenda(ctx, c, agendaRev); err != nil {
			return err
		}
		if len(synced.Agenda) > answer.itemRoom && answer.itemRoom < MaxSyncItems {
			answer.More = true
			return nil
		}
	}
	if synced.Conversation, err = s.fullView(c, actor); err != nil {
		return err
	}
	if missed > 0 {
		// Messages stored since the conversations were listed wait for the
		// next time, so that LastSeq and the messages agree.
		messages, err := s.store.ListMessages(ctx, c, Range{Above: seq, Below: c.LastSeq + 1, Limit: answer.room})
		if err != nil {
			return err
		}
		for _, m := range messages {
			synced.Messages = append(synced.Messages, WireMessage(m))
		}
		answer.room -= len(messages)
	}
	answer.itemRoom -= len(synced.Agenda)
	answer.Conversations = append(answer.Conversations, synced)
	return nil
}
