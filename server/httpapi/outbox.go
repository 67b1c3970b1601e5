package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/shared/wire"
)

// outboxPath is where envelopes are handed over. It takes larger bodies.
const outboxPath = "/api/v1/outbox"

// ingestKeysPath is where devices ask what to seal to.
const ingestKeysPath = "/api/v1/ingest-keys"

// registerOutbox adds the operations of the sealed outbox.
func (s *server) registerOutbox(api huma.API) {
	tags := []string{"Sealed outbox"}
	register(s, api, huma.Operation{
		OperationID: "list-ingest-keys", Method: http.MethodGet, Path: ingestKeysPath, Tags: tags,
		Summary: "The key that devices seal envelopes to",
	}, s.listIngestKeys)
	register(s, api, huma.Operation{
		OperationID: "register-device", Method: http.MethodPost, Path: "/api/v1/devices", Tags: tags, Security: needsLogin(),
		Summary: "Hand over the secret of the device of this login",
		Description: "Saying it again changes nothing. A secret sealed to a key that is no more is key_expired; " +
			"one that was not sealed for this account is unverified.",
	}, s.registerDevice)
	register(s, api, huma.Operation{
		OperationID: "post-outbox", Method: http.MethodPost, Path: outboxPath, Tags: tags,
		Summary: "Hand over sealed envelopes",
		Description: "Needs no login and looks at no cookie. Answered once everything accepted is on disk. Within a device and " +
			"conversation, after the first envelope that is answered retry, key_expired or unverified, every later one is answered retry.",
	}, s.postOutbox)
}

func (s *server) listIngestKeys(ctx context.Context, _ *empty) (*struct{ Body wire.IngestKeys }, error) {
	keys, err := s.Outbox.IngestKeys(ctx)
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.IngestKeys }{keys}, nil
}

func (s *server) registerDevice(ctx context.Context, in *struct{ Body wire.RegisterDevice }) (*struct{ Body wire.RegisteredDevice }, error) {
	actor := caller(ctx)
	if actor.Device == uuid.Nil { // it began before there were devices
		return nil, account.ErrNotLoggedIn
	}
	if err := s.Outbox.Register(ctx, actor.Account, actor.Device, in.Body.Secret); err != nil {
		return nil, err
	}
	return &struct{ Body wire.RegisteredDevice }{wire.RegisteredDevice{ID: actor.Device}}, nil
}

type postOutbox struct{ Body wire.PostOutbox }

func (s *server) postOutbox(ctx context.Context, in *postOutbox) (*struct{ Body wire.OutboxAnswers }, error) {
	answers, err := s.Outbox.Accept(ctx, callerPlace(exchangeOf(ctx).r), in.Body.Envelopes)
	if err != nil {
		return nil, err
	}
	return &struct{ Body wire.OutboxAnswers }{wire.OutboxAnswers{Answers: answers}}, nil
}
