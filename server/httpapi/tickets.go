package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"pleiades/server/support"
	"pleiades/shared/wire"
)

type (
	// TicketPath names a ticket in an address. It is exported because huma looks
	// into nothing else.
	TicketPath struct {
		Ticket string `path:"id" doc:"The id of the ticket, a UUID."`
	}
	putTicket struct {
		Ticket string `path:"id" doc:"The id of the ticket, made by the device: any UUID, best version 7."`
		Body   wire.PutTicket
	}
	putTicketReply struct {
		TicketPath
		Reply string `path:"rid" doc:"The id of the reply, made by the device: any UUID, best version 7."`
		Body  wire.PutTicketReply
	}
	ticketAnswer struct {
		Status int
		Body   wire.Ticket
	}
)

func (p TicketPath) id() (uuid.UUID, error) { return pathID(p.Ticket) }

// ids reads both ids of an address.
func (p putTicketReply) ids() (ticket, reply uuid.UUID, err error) {
	if ticket, err = p.id(); err != nil {
		return uuid.Nil, uuid.Nil, err
	}
	if reply, err = madeID(p.Reply); err != nil {
		return uuid.Nil, uuid.Nil, err
	}
	return ticket, reply, nil
}

// registerTickets adds the operations on a person's own tickets.
func (s *server) registerTickets(api huma.API) {
	tags := []string{"Support"}
	repeated := map[string]*huma.Response{
		"200":     {Description: "Stored before", Content: content("application/json", "Ticket")},
		"default": errorResponse(),
	}
	register(s, api, huma.Operation{
		OperationID: "list-tickets", Method: http.MethodGet, Path: "/api/v1/tickets", Tags: tags, Security: needsLogin(),
		Summary: "What you asked those who run the service, with their answers",
	}, s.listTickets)
	register(s, api, huma.Operation{
		OperationID: "create-ticket", Method: http.MethodPut, Path: "/api/v1/tickets/{id}", Tags: tags, Security: needsLogin(),
		Summary:       "Ask those who run the service",
		Description:   "Answered once it is on disk: 201 the first time, 200 with the same ticket when it is repeated. Therapists do not see it.",
		DefaultStatus: http.StatusCreated, Responses: repeated,
	}, s.createTicket)
	register(s, api, huma.Operation{
		OperationID: "find-ticket", Method: http.MethodGet, Path: "/api/v1/tickets/{id}", Tags: tags, Security: needsLogin(),
		Summary: "One of your own tickets",
	}, withTicket(s.Support.FindOwn, wireTicket))
	register(s, api, huma.Operation{
		OperationID: "reply-ticket", Method: http.MethodPut, Path: "/api/v1/tickets/{id}/replies/{rid}", Tags: tags, Security: needsLogin(),
		Summary:       "Add to one of your own tickets",
		Description:   "It is open again by that. 201 the first time, 200 with the same ticket when it is repeated.",
		DefaultStatus: http.StatusCreated, Responses: repeated,
	}, s.replyTicket)
}

// asker returns the caller as package support knows people.
func asker(ctx context.Context) support.Actor {
	actor := caller(ctx)
	return support.Actor{Account: actor.Account, Operator: actor.Operator}
}

// writing counts what one address of the network writes to support.
func (s *server) writing(ctx context.Context) error {
	return take(s.limiters.ticket, callerPlace(exchangeOf(ctx).r))
}

func (s *server) listTickets(ctx context.Context, _ *empty) (*struct{ Body wire.Tickets }, error) {
	list, err := s.Support.ListOwn(ctx, asker(ctx))
	if err != nil {
		return nil, err
	}
	told := make([]wire.Ticket, len(list))
	for i, t := range list {
		told[i] = wireTicket(t)
	}
	return &struct{ Body wire.Tickets }{wire.Tickets{Tickets: told}}, nil
}

func (s *server) createTicket(ctx context.Context, in *putTicket) (*ticketAnswer, error) {
	id, err := madeID(in.Ticket)
	if err != nil {
		return nil, err
	}
	if err := s.writing(ctx); err != nil {
		return nil, err
	}
	t, created, err := s.Support.Create(ctx, asker(ctx), id, in.Body)
	if err != nil {
		return nil, err
	}
	return answerTicket(t, created), nil
}

// withTicket answers with the ticket of a path, as tell tells of it.
func withTicket(
	find func(context.Context, support.Actor, uuid.UUID) (support.Ticket, error), tell func(support.Ticket) wire.Ticket,
) func(context.Context, *TicketPath) (*struct{ Body wire.Ticket }, error) {
	return func(ctx context.Context, in *TicketPath) (*struct{ Body wire.Ticket }, error) {
		id, err := in.id()
		if err != nil {
			return nil, err
		}
		t, err := find(ctx, asker(ctx), id)
		if err != nil {
			return nil, err
		}
		return &struct{ Body wire.Ticket }{tell(t)}, nil
	}
}

func (s *server) replyTicket(ctx context.Context, in *putTicketReply) (*ticketAnswer, error) {
	ticket, reply, err := in.ids()
	if err != nil {
		return nil, err
	}
	if err := s.writing(ctx); err != nil {
		return nil, err
	}
	t, created, err := s.Support.Reply(ctx, asker(ctx), ticket, reply, in.Body.Text)
	if err != nil {
		return nil, err
	}
	return answerTicket(t, created), nil
}

func answerTicket(t support.Ticket, created bool) *ticketAnswer {
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	return &ticketAnswer{Status: status, Body: wireTicket(t)}
}

// wireTicket returns a ticket as who wrote it sees it.
func wireTicket(t support.Ticket) wire.Ticket {
	told := wire.Ticket{
		ID: t.ID, Kind: t.Kind, Status: t.Status, Text: t.Text, Diagnostics: t.Diagnostics,
		CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt,
	}
	for _, r := range t.Replies {
		told.Replies = append(told.Replies, wire.TicketReply{ID: r.ID, Text: r.Text, Support: r.Support, At: r.At})
	}
	return told
}

// registerContact adds the operations for people without a login.
func (s *server) registerContact(api huma.API) {
	tags := []string{"Support"}
	register(s, api, huma.Operation{
		OperationID: "contact", Method: http.MethodPost, Path: "/api/v1/contact", Tags: tags,
		Summary:       "Ask those who run the service, without a login",
		Description:   "The answer is the same whatever the address, and when it is repeated. A mail with a link announces what they answer. 429 contact_full where too many wait for an answer, of one network or of all; what nobody has answered after 90 days is deleted.",
		DefaultStatus: http.StatusAccepted,
	}, s.contact)
	register(s, api, huma.Operation{
		OperationID: "read-contact", Method: http.MethodPost, Path: "/api/v1/contact/read", Tags: tags,
		Summary: "Read what a mail announced, by its link", Description: "The link leads there for 30 days.",
	}, s.readContact)
	register(s, api, huma.Operation{
		OperationID: "reply-contact", Method: http.MethodPost, Path: "/api/v1/contact/replies", Tags: tags,
		Summary: "Add to it, by the same link", Description: "Repeating it changes nothing.",
	}, s.replyContact)
}

func (s *server) contact(ctx context.Context, in *struct{ Body wire.Contact }) (*struct{ Body wire.Contacted }, error) {
	if err := s.takeContact(exchangeOf(ctx).r, in.Body); err != nil {
		return nil, err
	}
	return &struct{ Body wire.Contacted }{wire.Contacted{Received: true}}, nil
}

// crowdedPause is how long to wait before another question is tried where too many
// wait: until then somebody may have answered some.
const crowdedPause = time.Hour

// takeContact takes in what someone without a login asks.
func (s *server) takeContact(r *http.Request, in wire.Contact) error {
	place := callerPlace(r)
	if err := take(s.limiters.ticket, place); err != nil {
		return err
	}
	return s.Support.Contact(r.Context(), in, place)
}

func (s *server) readContact(ctx context.Context, in *struct{ Body wire.ContactLink }) (*struct{ Body wire.Ticket }, error) {
	t, err := s.Support.FindByLink(ctx, in.Body.Token)
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.Ticket }{wireTicket(t)}, nil
}

func (s *server) replyContact(ctx context.Context, in *struct{ Body wire.ContactReply }) (*struct{ Body wire.Ticket }, error) {
	if err := s.writing(ctx); err != nil {
		return nil, err
	}
	t, err := s.Support.ReplyByLink(ctx, in.Body.Token, in.Body.ID, in.Body.Text)
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.Ticket }{wireTicket(t)}, nil
}
