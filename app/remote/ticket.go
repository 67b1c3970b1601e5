package remote

import (
	"context"
	"net/url"

	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// Tickets returns the person's own tickets.
func (c *Client) Tickets(ctx context.Context) (wire.Tickets, error) {
	var answer wire.Tickets
	return answer, c.call(ctx, "GET", "/tickets", nil, &answer)
}

// FindTicket returns one of them, as the server has it.
func (c *Client) FindTicket(ctx context.Context, id uuid.UUID) (wire.Ticket, error) {
	var answer wire.Ticket
	return answer, c.call(ctx, "GET", "/tickets/"+id.String(), nil, &answer)
}

// Contact asks those who run the service, without a login.
func (c *Client) Contact(ctx context.Context, r wire.Contact) error {
	return c.call(ctx, "POST", "/contact", r, nil)
}

// ReadContact returns what the link of a mail leads to.
func (c *Client) ReadContact(ctx context.Context, r wire.ContactLink) (wire.Ticket, error) {
	var answer wire.Ticket
	return answer, c.call(ctx, "POST", "/contact/read", r, &answer)
}

// ReplyContact adds to it.
func (c *Client) ReplyContact(ctx context.Context, r wire.ContactReply) (wire.Ticket, error) {
	var answer wire.Ticket
	return answer, c.call(ctx, "POST", "/contact/replies", r, &answer)
}

// operatorTicketsPath is where operators find the tickets of all.
const operatorTicketsPath = "/operator/tickets"

// OperatorTickets returns a page of the tickets of all.
func (c *Client) OperatorTickets(ctx context.Context, status wire.TicketStatus, before string) (wire.TicketPage, error) {
	query := url.Values{"status": {string(status)}}
	if before != "" {
		query.Set("before", before)
	}
	var answer wire.TicketPage
	return answer, c.call(ctx, "GET", operatorTicketsPath+"?"+query.Encode(), nil, &answer)
}

// OperatorTicket returns one of them.
func (c *Client) OperatorTicket(ctx context.Context, id uuid.UUID) (wire.Ticket, error) {
	var answer wire.Ticket
	return answer, c.call(ctx, "GET", operatorTicketsPath+"/"+id.String(), nil, &answer)
}

// AnswerTicket answers one of them.
func (c *Client) AnswerTicket(ctx context.Context, ticket, id uuid.UUID, r wire.PutTicketReply) (wire.Ticket, error) {
	var answer wire.Ticket
	return answer, c.call(ctx, "PUT", operatorTicketsPath+"/"+ticket.String()+"/replies/"+id.String(), r, &answer)
}

// ChangeTicket closes one of them, or opens it again.
func (c *Client) ChangeTicket(ctx context.Context, id uuid.UUID, r wire.TicketChange) (wire.Ticket, error) {
	var answer wire.Ticket
	return answer, c.call(ctx, "PATCH", operatorTicketsPath+"/"+id.String(), r, &answer)
}
