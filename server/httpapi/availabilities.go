package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pleiades/shared/availability"
	"pleiades/shared/wire"
)

type (
	putAvailability struct {
		Practice string `path:"practice" doc:"The id of the practice, a UUID."`
		Body     wire.SetAvailability
	}
	acknowledge struct {
		ConversationPath
		Body wire.Acknowledge
	}
)

// registerAvailabilities adds the operations on what therapists set about when
// and how they answer, and on what clients acknowledge of it.
func (s *server) registerAvailabilities(api huma.API) {
	const path = "/api/v1/availability"
	tags := []string{"Availability"}
	register(s, api, huma.Operation{
		OperationID: "list-availabilities", Method: http.MethodGet, Path: path, Tags: tags, Security: needsLogin(),
		Summary: "What you have set in each practice where you are a therapist",
	}, s.listAvailabilities)
	register(s, api, huma.Operation{
		OperationID: "update-availability", Method: http.MethodPut, Path: path + "/{practice}", Tags: tags, Security: needsLogin(),
		Summary: "Set when and how you answer, in a practice where you are a therapist",
		Description: "What is wrong is named field by field in fields. The version is counted by the server; " +
			"replaces names the one that was changed, so that nothing saved elsewhere meanwhile is lost. " +
			"A change of style, promise or words makes a new version of the agreement, which clients acknowledge anew.",
	}, s.updateAvailability)
	register(s, api, huma.Operation{
		OperationID: "preview-availability", Method: http.MethodPost, Path: path + "/preview", Tags: tags, Security: needsLogin(),
		Summary:     "What would follow from an availability",
		Description: "For therapists. Nothing is kept.",
	}, s.previewAvailability)
	register(s, api, huma.Operation{
		OperationID: "acknowledge-agreement", Method: http.MethodPost, Path: "/api/v1/conversations/{cid}/agreement", Tags: tags, Security: needsLogin(),
		Summary:     "Say that you have read a version of the agreement",
		Description: "For the client of the conversation. It is recorded for ever; repeating it changes nothing.",
	}, s.acknowledge)
}

func (s *server) listAvailabilities(ctx context.Context, _ *empty) (*struct{ Body wire.Availabilities }, error) {
	list, err := s.Chat.ListAvailabilities(ctx, talker(ctx))
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.Availabilities }{wire.Availabilities{Availabilities: notNil(list)}}, nil
}

func (s *server) updateAvailability(ctx context.Context, in *putAvailability) (*struct{ Body wire.TherapistAvailability }, error) {
	practice, err := pathID(in.Practice)
	if err != nil {
		return nil, err
	}
	set, err := s.Chat.UpdateAvailability(ctx, talker(ctx), practice, in.Body)
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.TherapistAvailability }{set}, nil
}

func (s *server) previewAvailability(ctx context.Context, in *struct{ Body availability.Availability }) (*struct{ Body wire.AvailabilityPreview }, error) {
	outlook, err := s.Chat.PreviewAvailability(ctx, talker(ctx), in.Body)
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.AvailabilityPreview }{wire.AvailabilityPreview{Outlook: outlook}}, nil
}

func (s *server) acknowledge(ctx context.Context, in *acknowledge) (*struct{ Body wire.Agreement }, error) {
	conversation, err := in.id()
	if err != nil {
		return nil, err
	}
	c, err := s.Chat.Acknowledge(ctx, talker(ctx), conversation, in.Body)
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.Agreement }{*c.Agreement}, nil
}
