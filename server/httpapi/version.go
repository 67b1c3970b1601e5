package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pleiades/shared/wire"
)

// registerVersion adds what an app asks to find out how it stands with its
// server.
func (s *server) registerVersion(api huma.API) {
	register(s, api, huma.Operation{
		OperationID: "find-version", Method: http.MethodGet, Path: "/api/v1/version", Tags: []string{"Server"},
		Summary:     "Which build answers, and its clock",
		Description: "Needs no login. The build is the one that every page names.",
	}, s.findVersion)
}

func (s *server) findVersion(context.Context, *empty) (*struct{ Body wire.ServerVersion }, error) {
	return &struct{ Body wire.ServerVersion }{wire.ServerVersion{
		Build: s.buildName(), Protocol: wire.Version, Time: s.Now().UTC(),
	}}, nil
}
