package httpapi

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"pleiades/server/support"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

type (
	operatorTickets struct {
		Status string `query:"status" doc:"Only tickets with the status: open, answered or closed."`
		Before string `query:"before" doc:"What next was on the page before this one."`
		Limit  int    `query:"limit" minimum:"1" default:"50" doc:"The most tickets to return; never more than 200."`
	}
	changeTicket struct {
		TicketPath
		Body wire.TicketChange
	}
)

// registerOperator adds the operations of those who run the service. For
// everyone else they are not there.
func (s *server) registerOperator(api huma.API) {
	const tickets = "/api/v1/operator/tickets"
	tags := []string{"Operator"}
	register(s, api, huma.Operation{
		OperationID: "list-all-tickets", Method: http.MethodGet, Path: tickets, Tags: tags, Security: needsLogin(),
		Summary: "List tickets, the one that changed last first", Description: "Without what they say.",
	}, s.listAllTickets)
	register(s, api, huma.Operation{
		OperationID: "read-ticket", Method: http.MethodGet, Path: tickets + "/{id}", Tags: tags, Security: needsLogin(),
		Summary: "Read a ticket", Description: "Reading is an event itself.",
	}, withTicket(s.Support.Find, wireWhole))
	register(s, api, huma.Operation{
		OperationID: "answer-ticket", Method: http.MethodPut, Path: tickets + "/{id}/replies/{rid}", Tags: tags, Security: needsLogin(),
		Summary:       "Answer a ticket",
		Description:   "Who wrote it is told, on their open pages and by mail. 201 the first time, 200 with the same ticket when it is repeated.",
		DefaultStatus: http.StatusCreated,
		Responses: map[string]*huma.Response{
			"200":     {Description: "Stored before", Content: content("application/json", "Ticket")},
			"default": errorResponse(),
		},
	}, s.answerTicket)
	register(s, api, huma.Operation{
		OperationID: "change-ticket", Method: http.MethodPatch, Path: tickets + "/{id}", Tags: tags, Security: needsLogin(),
		Summary: "Close a ticket, or open it again",
	}, s.changeTicket)
}

func (s *server) listAllTickets(ctx context.Context, in *operatorTickets) (*struct{ Body wire.TicketPage }, error) {
	before, err := parsePosition(in.Before)
	if err != nil {
		return nil, err
	}
	filter := support.Filter{Status: wire.TicketStatus(in.Status), Before: before, Limit: in.Limit}
	list, more, err := s.Support.List(ctx, asker(ctx), filter)
	if err != nil {
		return nil, err
	}
	page := wire.TicketPage{Tickets: make([]wire.TicketSummary, len(list))}
	for i, t := range list {
		page.Tickets[i] = wire.TicketSummary{
			ID: t.ID, Kind: t.Kind, Status: t.Status, Account: t.From.Account != uuid.Nil, CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt,
		}
	}
	if more {
		page.Next = formatPosition(list[len(list)-1])
	}
	return &struct{ Body wire.TicketPage }{page}, nil
}

// A position is written as the microseconds of the last change and the id.
func formatPosition(t support.Ticket) string {
	return strconv.FormatInt(t.UpdatedAt.UnixMicro(), 10) + "." + t.ID.String()
}

func parsePosition(text string) (support.Position, error) {
	if text == "" {
		return support.Position{}, nil
	}
	micros, id, _ := strings.Cut(text, ".")
	at, err := strconv.ParseInt(micros, 10, 64)
	if err != nil {
		return support.Position{}, newProblem(wire.CodeInvalidRequest, "before")
	}
	parsed, err := message.ParseID(id)
	if err != nil {
		return support.Position{}, newProblem(wire.CodeInvalidRequest, "before")
	}
	return support.Position{UpdatedAt: time.UnixMicro(at), ID: parsed}, nil
}

func (s *server) answerTicket(ctx context.Context, in *putTicketReply) (*ticketAnswer, error) {
	ticket, reply, err := in.ids()
	if err != nil {
		return nil, err
	}
	t, created, err := s.Support.Answer(ctx, asker(ctx), ticket, reply, in.Body.Text)
	if err != nil {
		return nil, err
	}
	answer := answerTicket(t, created)
	answer.Body = wireWhole(t)
	return answer, nil
}

func (s *server) changeTicket(ctx context.Context, in *changeTicket) (*struct{ Body wire.Ticket }, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	t, err := s.Support.SetStatus(ctx, asker(ctx), id, in.Body.Status)
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.Ticket }{wireWhole(t)}, nil
}

// wireWhole returns a ticket as operators see it.
func wireWhole(t support.Ticket) wire.Ticket {
	told := wireTicket(t)
	told.From = &wire.TicketFrom{Account: t.From.Account, Name: t.From.Name, Email: t.From.Email}
	return told
}
