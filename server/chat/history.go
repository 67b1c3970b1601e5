package chat

import (
	"context"
	"fmt"
	"math"

	"github.com/google/uuid"

	"pleiades/shared/agenda"
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
	messages, err := s.store.ListMessages(ctx, conversation, r, func(c Conversation) error {
		if _, _, err := c.sides(actor); err != nil {
			return err
		}
		return s.open(ctx, actor, c)
	})
	if err != nil {
		return nil, s.refused(ctx, actor, "list messages", err)
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
//
// It asks the store once for each kind of thing, however many conversations
// there are.
func (s *Service) Sync(ctx context.Context, actor Actor, have Have) (wire.SyncResponse, error) {
	found, err := s.store.ListConversations(ctx, actor.Account)
	if err != nil {
		return wire.SyncResponse{}, fmt.Errorf("sync: %w", err)
	}
	var changed []change
	var lists []AgendaSince
	for _, c := range found {
		if ch, ok := have.changed(c); ok {
			if ch.relisted {
				ch.list = len(lists)
				lists = append(lists, AgendaSince{c, ch.agendaRev})
			}
			changed = append(changed, ch)
		}
	}
	items, err := s.listAgendas(ctx, lists)
	if err != nil {
		return wire.SyncResponse{}, fmt.Errorf("sync: %w", err)
	}
	answer := wire.SyncResponse{Conversations: []wire.SyncedConversation{}}
	missed, err := s.fit(actor, changed, items, &answer)
	if err != nil {
		return wire.SyncResponse{}, fmt.Errorf("sync: %w", err)
	}
	messages, err := s.store.ListMissed(ctx, missed)
	if err != nil {
		return wire.SyncResponse{}, fmt.Errorf("sync: %w", err)
	}
	for i, list := range messages {
		for _, m := range list {
			answer.Conversations[i].Messages = append(answer.Conversations[i].Messages, WireMessage(m))
		}
	}
	return answer, nil
}

// change is a conversation of which a device lacks something.
type change struct {
	Conversation
	seq       int64 // of the newest message that the device has
	agendaRev int64 // of its list, or wholeAgenda
	relisted  bool  // the list changed
	list      int   // if so, which of the lists that are asked for
}

// changed says what a device lacks of a conversation, and whether anything.
func (have Have) changed(c Conversation) (change, bool) {
	seq, known := have.Seqs[c.ID]
	if !known {
		seq = c.LastSeq - NewestInSync
	}
	seq = min(max(seq, 0), c.LastSeq)
	agendaRev, listed := have.Agendas[c.ID]
	if !known || !listed {
		agendaRev = wholeAgenda
	}
	relisted := c.AgendaRev > max(agendaRev, 0)
	same := known && seq == c.LastSeq && have.Revs[c.ID] == c.Rev && !(listed && relisted)
	return change{Conversation: c, seq: seq, agendaRev: agendaRev, relisted: relisted}, !same
}

// fit puts into the answer as many of the conversations as have room, without
// their messages, and returns the stretches of messages that they lack, in the
// same order. Since seqs have no gaps, how many there are is known.
func (s *Service) fit(actor Actor, changed []change, items [][]agenda.Item, answer *wire.SyncResponse) ([]Stretch, error) {
	var missed []Stretch
	room, itemRoom := int64(MaxSync), MaxSyncItems
	for _, c := range changed {
		lacks := c.LastSeq - c.seq
		if lacks > room {
			answer.More = true
		}
		if lacks > 0 && room == 0 {
			continue
		}
		synced := wire.SyncedConversation{Messages: []wire.Message{}}
		if c.relisted {
			synced.Agenda = items[c.list]
			if len(synced.Agenda) > itemRoom && itemRoom < MaxSyncItems {
				answer.More = true
				continue
			}
		}
		var err error
		if synced.Conversation, err = s.fullView(c.Conversation, actor); err != nil {
			return nil, err
		}
		// Messages stored since the conversations were listed wait for the
		// next time, so that LastSeq and the messages agree.
		lacks = min(lacks, room)
		missed = append(missed, Stretch{c.Conversation, c.seq, c.seq + lacks + 1})
		room -= lacks
		itemRoom -= len(synced.Agenda)
		answer.Conversations = append(answer.Conversations, synced)
	}
	return missed, nil
}
