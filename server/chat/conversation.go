package chat

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"pleiades/server/permit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Conversation is one client and one therapist of one practice.
type Conversation struct {
	ID       uuid.UUID
	Practice uuid.UUID
	LastSeq  int64 // of the newest message, 0 if there is none
	// Rev is raised once by every change another device must see, in the same
	// transaction.
	Rev       int64
	AgendaRev int64 // the rev of the newest change to the next-appointment list, 0 if there is none
	Client    Participant
	Therapist Participant
	// ReadReceipts is the therapist's choice to show read marks, both ways.
	ReadReceipts bool
	// Terms are those of the therapist in the practice.
	Terms Terms
	// Acknowledged is how far the client has acknowledged the agreement.
	Acknowledged Acknowledgement
	// Destroyed says that its texts are gone for ever, see DestroyTexts.
	Destroyed bool
	// Closed is the end of care, nil while the conversation is open.
	Closed *Closing
	// Suspended says that the practice is: nothing is added meanwhile.
	Suspended bool
}

// Participant is one of the two in a conversation, and how far they are.
type Participant struct {
	Account   uuid.UUID
	Name      message.Text
	Read      int64 // seq up to which they have read
	Delivered int64 // seq up to which one of their devices has the messages; at least Read
	Unread    int64 // messages of the other above Read
}

// sides returns the actor's side of the conversation and the other, or
// ErrNotFound if the actor has none.
func (c *Conversation) sides(actor Actor) (own, peer *Participant, err error) {
	if err := c.can(actor, permit.OpenConversation); err != nil {
		return nil, nil, &deniedError{*c, ErrNotFound}
	}
	if actor.Account == c.Client.Account {
		return &c.Client, &c.Therapist, nil
	}
	return &c.Therapist, &c.Client, nil
}

// can asks whether the actor may do something in the conversation. If not, it
// returns a *deniedError.
func (c *Conversation) can(actor Actor, action permit.Action) error {
	err := permit.Can(actor.permitted(), action, permit.Object{
		Practice: c.Practice, Client: c.Client.Account, Therapist: c.Therapist.Account,
	})
	if err != nil {
		return &deniedError{*c, err}
	}
	return nil
}

// lockConversation locks a conversation of the actor within a transaction.
func lockConversation(ctx context.Context, tx Tx, actor Actor, id uuid.UUID) (Conversation, error) {
	found, err := tx.LockConversations(ctx, []uuid.UUID{id})
	if err != nil {
		return Conversation{}, err
	}
	if len(found) == 0 {
		return Conversation{}, ErrNotFound
	}
	if _, _, err := found[0].sides(actor); err != nil {
		return Conversation{}, err
	}
	return found[0], nil
}

// fullView returns the conversation as the actor, one of the two, sees it.
func (s *Service) fullView(c Conversation, actor Actor) (wire.Conversation, error) {
	v, err := s.view(c, actor)
	if err != nil || !c.Terms.set() {
		return v, err
	}
	read, err := s.readTerms(c.Practice, c.Therapist.Account, c.Terms)
	v.Availability = read.outlook
	return v, err
}

// view returns the conversation as the actor, one of the two, sees it in an
// event: without the availability, which is large and rarely changes.
func (s *Service) view(c Conversation, actor Actor) (wire.Conversation, error) {
	own, peer, err := c.sides(actor)
	if err != nil {
		return wire.Conversation{}, err
	}
	v := wire.Conversation{
		ID:            c.ID,
		Practice:      c.Practice,
		Client:        wire.Person{ID: c.Client.Account, Name: c.Client.Name},
		Therapist:     wire.Person{ID: c.Therapist.Account, Name: c.Therapist.Name},
		LastSeq:       c.LastSeq,
		Rev:           c.Rev,
		Unread:        own.Unread,
		LastReadSeq:   own.Read,
		Delivered:     own.Delivered,
		PeerDelivered: peer.Delivered,
		ReadReceipts:  c.ReadReceipts,
		AgendaRev:     c.AgendaRev,
		Destroyed:     c.Destroyed,
		Suspended:     c.Suspended,
	}
	if c.Closed != nil {
		v.Closed = &wire.Closed{At: c.Closed.At, Note: c.Closed.Note}
	}
	if c.ReadReceipts {
		v.PeerRead = peer.Read
	}
	if c.Terms.set() {
		read, err := s.readTerms(c.Practice, c.Therapist.Account, c.Terms)
		if err != nil {
			return wire.Conversation{}, fmt.Errorf("read terms: %w", err)
		}
		v.Style, v.Agreement = read.settings.Style, c.agreement(read.settings)
	}
	return v, nil
}

// Announce shows conversations that began or look different now to the open
// pages of their people. What it cannot find out it leaves: a page that missed
// it learns of it by Sync.
func (s *Service) Announce(ctx context.Context, conversations ...uuid.UUID) {
	for _, id := range conversations {
		c, err := s.store.FindConversation(ctx, id)
		if err == nil {
			s.announce(c)
		}
	}
}

// announce shows a conversation to its two people.
func (s *Service) announce(c Conversation) {
	for _, account := range []uuid.UUID{c.Client.Account, c.Therapist.Account} {
		if view, err := s.view(c, Actor{account}); err == nil {
			s.pub.Publish(wire.EventConversation, view, account)
		}
	}
}

// WireMessage returns the message as it travels.
func WireMessage(m message.Message) wire.Message {
	return wire.Message{
		ID:         m.ID,
		Seq:        m.Seq,
		Body:       m.Body,
		Sender:     m.Sender,
		WrittenAt:  m.WrittenAt,
		AcceptedAt: m.AcceptedAt,
		Late:       m.Late,
		Destroyed:  m.Destroyed,
		Unreadable: m.Unreadable,
	}
}
