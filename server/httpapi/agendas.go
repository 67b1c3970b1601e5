package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pleiades/shared/agenda"
	"pleiades/shared/wire"
)

type (
	putAgendaChange struct {
		ConversationPath
		Change string `path:"id" doc:"The id of the change, made by who makes it: any UUID, best version 7."`
		Body   wire.PutAgendaChange
	}
	agendaChanged struct {
		Status int
		Body   wire.AgendaChanged
	}
)

// registerAgendas adds the operations on next-appointment lists.
func (s *server) registerAgendas(api huma.API) {
	const list = "/api/v1/conversations/{cid}/agenda"
	tags := []string{"Next appointment"}
	register(s, api, huma.Operation{
		OperationID: "list-agenda", Method: http.MethodGet, Path: list, Tags: tags, Security: needsLogin(),
		Summary: "The next-appointment list of a conversation, in order",
	}, s.listAgenda)
	register(s, api, huma.Operation{
		OperationID: "change-agenda", Method: http.MethodPut, Path: list + "/changes/{id}", Tags: tags, Security: needsLogin(),
		Summary: "Change the next-appointment list",
		Description: "Answered once the change is on disk: 201 the first time; 200 when it is repeated, which changes nothing. " +
			"Where two people or devices wrote over the same text, both texts stay, as two items.",
		DefaultStatus: http.StatusCreated,
		Responses: map[string]*huma.Response{
			"200":     {Description: "Applied before", Content: content("application/json", "AgendaChanged")},
			"default": errorResponse(),
		},
	}, s.changeAgenda)
}

func (s *server) listAgenda(ctx context.Context, in *struct{ ConversationPath }) (*struct{ Body wire.Agenda }, error) {
	conversation, err := in.id()
	if err != nil {
		return nil, err
	}
	list, err := s.Chat.ListAgenda(ctx, talker(ctx), conversation)
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.Agenda }{list}, nil
}

func (s *server) changeAgenda(ctx context.Context, in *putAgendaChange) (*agendaChanged, error) {
	id, err := madeID(in.Change)
	if err != nil {
		return nil, err
	}
	conversation, err := in.id()
	if err != nil {
		return nil, err
	}
	if !tellable(in.Body.At) {
		return nil, newProblem(wire.CodeInvalidRequest, "at")
	}
	changed, created, err := s.Chat.ChangeAgenda(ctx, talker(ctx), conversation, agenda.Change{
		ID:    id,
		Kind:  in.Body.Kind,
		Item:  in.Body.Item,
		Text:  in.Body.Text,
		Base:  in.Body.Base,
		Place: in.Body.Place,
		At:    in.Body.At,
	})
	if err != nil {
		return nil, err
	}
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	return &agendaChanged{Status: status, Body: changed}, nil
}
