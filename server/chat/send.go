package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Send stores a message and returns it when it is on disk. The draft's ID makes
// sending again harmless: the same text of the same author returns the message
// stored before and false, whatever its WrittenAt; anything else under the ID
// is ErrIDConflict, and what was withdrawn ErrWithdrawn. A draft that breaks a rule is an *InvalidError; a
// conversation of others is ErrNotFound. If ctx ends first the message may
// still be stored: send it again to find out.
//
// Sending marks nothing as read.
func (s *Service) Send(ctx context.Context, actor Actor, conversation uuid.UUID, d message.Draft) (m message.Message, created bool, err error) {
	sent := s.SendAll(ctx, actor, conversation, []message.Draft{d})[0]
	return sent.Message, sent.Created, sent.Err
}

// SendAll is Send for drafts in order, and says of each what became of it. The
// drafts that can be accepted are stored in one transaction, all or none, so
// that a failure of the database leaves no gap among them.
func (s *Service) SendAll(ctx context.Context, actor Actor, conversation uuid.UUID, drafts []message.Draft) []Sent {
	all := s.submit(ctx, &submission{actor: actor, conversation: conversation}, drafts)
	for i := range all {
		if invalid := (*InvalidError)(nil); all[i].Err != nil && !errors.As(all[i].Err, &invalid) {
			all[i].Err = s.refused(ctx, actor, "send", all[i].Err)
		}
	}
	return all
}

// Claim is a login by which someone wants to be known of whom nobody has looked up
// yet whether it is theirs.
type Claim struct {
	TokenHash []byte
	// Holds decides by the login session that was found, which is one of the actor's.
	// It is called within the transaction that stores what is sent.
	Holds func(Login) bool
}

// SendClaimed is Send for an actor who is known once the claim holds, else
// ErrUnknownActor. It records no refusal: of all that is not stored the actor has to
// be asked for by itself.
func (s *Service) SendClaimed(ctx context.Context, actor Actor, by Claim, conversation uuid.UUID, d message.Draft) (m message.Message, created bool, err error) {
	sent := s.submit(ctx, &submission{actor: actor, conversation: conversation, claim: &by}, []message.Draft{d})[0]
	return sent.Message, sent.Created, sent.Err
}

// submit has the drafts of a submission stored, and says of each what became of it.
func (s *Service) submit(ctx context.Context, sub *submission, drafts []message.Draft) []Sent {
	all := make([]Sent, len(drafts))
	sub.done = make(chan []Sent, 1)
	for i, d := range drafts {
		if codes := d.Validate(); codes != nil {
			all[i].Err = &InvalidError{Codes: codes}
			continue
		}
		d.Body = message.Normalize(d.Body)
		sub.drafts = append(sub.drafts, d)
	}
	if len(sub.drafts) == 0 {
		return all
	}
	sent := s.committer.submit(ctx, sub)
	for i := range all {
		if all[i].Err != nil {
			continue
		}
		all[i], sent = sent[0], sent[1:]
	}
	return all
}

// FindMessage returns a message that the actor sent, once nothing that is being
// stored in the conversation can be it any more. Everything else is
// ErrNotFound.
func (s *Service) FindMessage(ctx context.Context, actor Actor, conversation uuid.UUID, id message.ID) (m message.Message, err error) {
	err = s.store.Update(ctx, func(tx Tx) error {
		c, err := lockConversation(ctx, tx, actor, conversation)
		if err != nil {
			return err
		}
		found, err := tx.FindMessages(ctx, []MessageKey{{c.Practice, c.ID, id}})
		if err != nil {
			return err
		}
		if len(found) == 0 || found[0].Sender != actor.Account {
			return ErrNotFound
		}
		m = found[0]
		return nil
	})
	if err != nil {
		return message.Message{}, s.refused(ctx, actor, "find message", err)
	}
	return m, nil
}

// commit stores a group of submissions in one transaction and publishes what is
// new. Its error means that nothing was stored.
func (s *Service) commit(ctx context.Context, group []*submission) ([][]Sent, error) {
	var b *batch
	err := s.store.Update(ctx, func(tx Tx) (err error) {
		if b, err = readBatch(ctx, tx, group, s.now()); err != nil {
			return err
		}
		for _, sub := range group {
			b.add(sub)
		}
		return b.write(ctx, tx)
	})
	if err != nil {
		return nil, err
	}
	for _, e := range b.events {
		s.pub.Publish(wire.EventMessage, e.event, e.to[:]...)
	}
	return b.sent, nil
}

// batch is the state of one group commit: what it found and what it changes.
type batch struct {
	now           time.Time
	conversations map[uuid.UUID]*Conversation
	messages      map[MessageKey]message.Message // stored before or by this batch
	withdrawn     []DraftKey
	logins        map[string]Login

	sent    [][]Sent // one for each submission added
	created []NewMessage
	events  []messageEvent
}

// messageEvent is what to tell whom once the batch is committed.
type messageEvent struct {
	event wire.MessageEvent
	to    [2]uuid.UUID
}

// readBatch locks the conversations of the group and finds the messages that
// its ids name already.
func readBatch(ctx context.Context, tx Tx, group []*submission, now time.Time) (*batch, error) {
	b := &batch{
		now:           now.UTC().Truncate(time.Microsecond),
		conversations: make(map[uuid.UUID]*Conversation),
		messages:      make(map[MessageKey]message.Message),
	}
	var drafts []Wanted
	for _, sub := range group {
		for _, d := range sub.drafts {
			wanted := Wanted{DraftKey: DraftKey{sub.conversation, d.ID, sub.actor.Account}}
			if sub.claim != nil {
				wanted.TokenHash = sub.claim.TokenHash
			}
			drafts = append(drafts, wanted)
		}
	}
	found, err := tx.LockForMessages(ctx, drafts)
	if err != nil {
		return nil, fmt.Errorf("lock conversations: %w", err)
	}
	b.withdrawn, b.logins = found.Withdrawn, found.Logins
	for i, c := range found.Conversations {
		b.conversations[c.ID] = &found.Conversations[i]
	}
	stored, err := tx.FindMessages(ctx, found.Taken)
	if err != nil {
		return nil, fmt.Errorf("find messages: %w", err)
	}
	for _, m := range stored {
		b.messages[MessageKey{b.conversations[m.Conversation].Practice, m.Conversation, m.ID}] = m
	}
	return b, nil
}

// known reports whether a submission is the actor's.
func (b *batch) known(sub *submission) bool {
	if sub.claim == nil {
		return true
	}
	login, found := b.logins[string(sub.claim.TokenHash)]
	return found && login.Account == sub.actor.Account && sub.claim.Holds(login)
}

// add decides what becomes of a submission.
func (b *batch) add(sub *submission) {
	if !b.known(sub) {
		b.sent = append(b.sent, sub.failed(ErrUnknownActor))
		return
	}
	sent := make([]Sent, len(sub.drafts))
	for i, d := range sub.drafts {
		m, created, err := b.accept(sub.actor, sub.conversation, d)
		sent[i] = Sent{Message: m, Created: created, Err: err}
	}
	b.sent = append(b.sent, sent)
}

// accept checks the rights of the actor, then gives the message its place, or
// finds the place it already has.
func (b *batch) accept(actor Actor, conversation uuid.UUID, d message.Draft) (m message.Message, created bool, err error) {
	c := b.conversations[conversation]
	if c == nil {
		return message.Message{}, false, ErrNotFound
	}
	own, peer, err := c.sides(actor)
	if err != nil {
		return message.Message{}, false, err
	}
	key := MessageKey{c.Practice, c.ID, d.ID}
	if stored, ok := b.messages[key]; ok {
		if c.Destroyed {
			stored.Body, stored.Destroyed = "", true
		}
		// Of a text that cannot be read, nobody can say that it is another.
		lost := stored.Destroyed || stored.Unreadable
		if stored.Sender != own.Account || !lost && stored.Body != d.Body {
			return message.Message{}, false, ErrIDConflict
		}
		return stored, false, nil
	}
	if slices.Contains(b.withdrawn, DraftKey{c.ID, d.ID, own.Account}) {
		return message.Message{}, false, ErrWithdrawn
	}
	if c.Destroyed {
		return message.Message{}, false, ErrDestroyed
	}
	if c.Closed != nil {
		return message.Message{}, false, ErrClosed
	}
	if c.Suspended {
		return message.Message{}, false, ErrSuspended
	}

	c.LastSeq++
	c.Rev++
	peer.Unread++
	m = message.Message{
		ID:           d.ID,
		Conversation: c.ID,
		Seq:          c.LastSeq,
		Sender:       own.Account,
		Body:         d.Body,
		WrittenAt:    d.WrittenAt.UTC().Truncate(time.Microsecond),
		AcceptedAt:   b.now,
		Late:         message.Late(d.WrittenAt, b.now),
	}
	// A clock so wrong that RFC 3339 cannot carry its year says nothing.
	if y := m.WrittenAt.Year(); y < 0 || y > 9999 {
		m.WrittenAt = b.now
	}
	b.messages[key] = m
	b.created = append(b.created, NewMessage{Practice: c.Practice, Message: m})
	b.events = append(b.events, messageEvent{
		event: wire.MessageEvent{Conversation: c.ID, Rev: c.Rev, Message: WireMessage(m)},
		to:    [2]uuid.UUID{own.Account, peer.Account},
	})
	return m, true, nil
}

// write stores what the batch changed.
func (b *batch) write(ctx context.Context, tx Tx) error {
	if len(b.created) == 0 {
		return nil
	}
	changed := make(map[uuid.UUID]bool)
	var conversations []Conversation
	for _, m := range b.created {
		if !changed[m.Conversation] {
			changed[m.Conversation] = true
			conversations = append(conversations, *b.conversations[m.Conversation])
		}
	}
	if err := tx.CreateMessages(ctx, b.created); err != nil {
		return fmt.Errorf("create messages: %w", err)
	}
	if err := tx.UpdateConversations(ctx, conversations); err != nil {
		return fmt.Errorf("update conversations: %w", err)
	}
	sent := make([]audit.Event, len(b.created))
	for i, m := range b.created {
		sent[i] = eventOf(audit.MessageSend, Actor{m.Sender}, *b.conversations[m.Conversation], b.now)
		sent[i].Object = m.ID
	}
	if err := tx.Record(ctx, sent...); err != nil {
		return fmt.Errorf("record: %w", err)
	}
	return nil
}
