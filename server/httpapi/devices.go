package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/shared/wire"
)

// registerDevices adds the operations on the browsers a person logs in on.
func (s *server) registerDevices(api huma.API) {
	tags := []string{"Security"}
	register(s, api, huma.Operation{
		OperationID: "list-devices", Method: http.MethodGet, Path: "/api/v1/devices", Tags: tags, Security: needsLogin(),
		Summary: "The browsers your account was logged in on",
	}, s.listDevices)
	register(s, api, huma.Operation{
		OperationID: "rename-device", Method: http.MethodPatch, Path: "/api/v1/devices/{id}", Tags: tags, Security: needsLogin(),
		Summary: "Give one of your devices a name", DefaultStatus: http.StatusNoContent,
	}, s.renameDevice)
	register(s, api, huma.Operation{
		OperationID: "revoke-device", Method: http.MethodDelete, Path: "/api/v1/devices/{id}", Tags: tags, Security: needsLogin(),
		Summary:       "Log a device out and have it wiped",
		Description:   "Its logins end at once; what it kept is wiped at its next contact. Any but your own needs a fresh proof: see POST /step-up.",
		DefaultStatus: http.StatusNoContent,
	}, s.revokeDevice)
	register(s, api, huma.Operation{
		OperationID: "revoke-devices", Method: http.MethodDelete, Path: "/api/v1/devices", Tags: tags, Security: needsLogin(),
		Summary:       "Log all other devices out and have them wiped",
		Description:   "Needs a fresh proof: see POST /step-up.",
		DefaultStatus: http.StatusNoContent,
	}, s.revokeDevices)
}

// OwnedPath names something of the caller's own in an address. It is exported
// because huma looks into nothing else.
type OwnedPath struct {
	ID string `path:"id" doc:"A UUID."`
}

func (p OwnedPath) id() (uuid.UUID, error) { return pathID(p.ID) }

type renameInput struct {
	OwnedPath
	Body wire.Rename
}

func (s *server) listDevices(ctx context.Context, _ *empty) (*struct{ Body wire.Devices }, error) {
	actor := caller(ctx)
	devices, err := s.Accounts.ListDevices(ctx, actor)
	if err != nil {
		return nil, err
	}
	list := make([]wire.Device, len(devices))
	for i, d := range devices {
		list[i] = wireDevice(d, actor)
	}
	return &struct{ Body wire.Devices }{wire.Devices{Devices: list}}, nil
}

func wireDevice(d account.Device, actor account.Actor) wire.Device {
	return wire.Device{
		ID:         d.ID,
		Name:       d.Name,
		CreatedAt:  d.CreatedAt,
		LastUsedAt: d.LastUsedAt,
		LoggedIn:   d.LoggedIn,
		Current:    d.ID == actor.Device,
	}
}

func (s *server) renameDevice(ctx context.Context, in *renameInput) (*empty, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	return nil, s.Accounts.RenameDevice(ctx, caller(ctx), id, in.Body.Name)
}

func (s *server) revokeDevice(ctx context.Context, in *OwnedPath) (*empty, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	return nil, s.Accounts.RevokeDevice(ctx, caller(ctx), id)
}

func (s *server) revokeDevices(ctx context.Context, _ *empty) (*empty, error) {
	return nil, s.Accounts.RevokeOtherDevices(ctx, caller(ctx))
}
