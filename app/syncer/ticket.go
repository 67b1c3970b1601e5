package syncer

import (
	"context"

	"github.com/google/uuid"

	"pleiades/app/state"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// SendTicket puts a ticket into the outbox and asks for it to be sent. It returns
// once the ticket is safe on the device, or the codes of why it cannot be
// accepted; then nothing has changed.
func (s *Syncer) SendTicket(ctx context.Context, text message.Text, ticket state.TicketDraft) ([]message.Code, error) {
	return s.sendToSupport(ctx, state.Pending{Kind: state.KindTicket, Ticket: &ticket}, text, TicketDraft)
}

// SendReply queues an addition to a ticket of the person, as SendTicket queues a
// ticket.
func (s *Syncer) SendReply(ctx context.Context, ticket uuid.UUID, text message.Text) ([]message.Code, error) {
	return s.sendToSupport(ctx, state.Pending{Kind: state.KindReply, To: ticket}, text, ticket)
}

// sendToSupport queues what was written to those who run the service, in the
// place of its draft.
func (s *Syncer) sendToSupport(ctx context.Context, p state.Pending, text message.Text, draft uuid.UUID) ([]message.Code, error) {
	p.Body = message.Normalize(text)
	if codes := (message.Draft{Body: p.Body}).Validate(); codes != nil {
		return codes, nil
	}
	if s.state.QueueCount() >= MaxQueue {
		return nil, ErrQueueFull
	}
	var err error
	if p.ID, err = message.NewID(s.rand); err != nil {
		return nil, err
	}
	p.WrittenAt = state.MillisOf(s.page.Now())
	if err := s.enqueue(ctx, []state.Pending{p}, &keptDraft{Conversation: draft}); err != nil {
		s.SaveDraft(draft, text)
		return nil, err
	}
	s.state.SetDraft(draft, "")
	s.postDraft(draft, "")
	s.queued(ctx)
	return nil, nil
}

// LoadTickets fetches the person's tickets and keeps them on the device.
func (s *Syncer) LoadTickets(ctx context.Context) error {
	account := s.state.Account().ID
	answer, err := s.remote.Tickets(ctx)
	if err != nil {
		return s.checkLogin(err)
	}
	if !s.isOpenFor(account) {
		return nil
	}
	s.state.SetTickets(answer.Tickets)
	return s.savePrivate(ctx, privateTickets, answer.Tickets)
}

// NewID makes an id for what is handed over: sending it again is harmless.
func (s *Syncer) NewID() (uuid.UUID, error) { return message.NewID(s.rand) }

// Contact, ReadContact and ReplyContact are for people without a login.
func (s *Syncer) Contact(ctx context.Context, c wire.Contact) error {
	return s.remote.Contact(ctx, c)
}

// ReadContact returns what the link of a mail leads to.
func (s *Syncer) ReadContact(ctx context.Context, token string) (wire.Ticket, error) {
	return s.remote.ReadContact(ctx, wire.ContactLink{Token: token})
}

// ReplyContact adds to it.
func (s *Syncer) ReplyContact(ctx context.Context, r wire.ContactReply) (wire.Ticket, error) {
	return s.remote.ReplyContact(ctx, r)
}

// OperatorTickets lists the tickets of all, for operators.
func (s *Syncer) OperatorTickets(ctx context.Context, status wire.TicketStatus, before string) (wire.TicketPage, error) {
	page, err := s.remote.OperatorTickets(ctx, status, before)
	return page, s.checkLogin(err)
}

// OperatorTicket returns one of them.
func (s *Syncer) OperatorTicket(ctx context.Context, id uuid.UUID) (wire.Ticket, error) {
	t, err := s.remote.OperatorTicket(ctx, id)
	return t, s.checkLogin(err)
}

// AnswerTicket answers one of them.
func (s *Syncer) AnswerTicket(ctx context.Context, ticket, id uuid.UUID, text message.Text) (wire.Ticket, error) {
	t, err := s.remote.AnswerTicket(ctx, ticket, id, wire.PutTicketReply{Text: text})
	return t, s.checkLogin(err)
}

// ChangeTicket closes one of them, or opens it again.
func (s *Syncer) ChangeTicket(ctx context.Context, id uuid.UUID, status wire.TicketStatus) (wire.Ticket, error) {
	t, err := s.remote.ChangeTicket(ctx, id, wire.TicketChange{Status: status})
	return t, s.checkLogin(err)
}
