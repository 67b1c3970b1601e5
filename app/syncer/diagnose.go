package syncer

import (
	"context"
	"time"

	"pleiades/app/state"
	"pleiades/shared/wire"
)

// diagnosePatience is how long a diagnosis waits for the server: without it
// there is much to tell, too.
const diagnosePatience = 5 * time.Second

// Diagnose looks at the device, the browser and the connection. It never fails:
// what cannot be found out is said to be unknown. It tells nothing that a person
// wrote, and nothing of who they are.
func (s *Syncer) Diagnose(ctx context.Context) []wire.Diagnostic {
	f := state.Facts{
		Login: s.state.Login(), Connection: s.state.Connection(), InStep: s.state.InStep(),
		Update: s.state.UpdateReady(), Unsaved: s.state.Unsaved(),
	}
	if err := s.page.Facts(ctx, &f.Browser); err != nil {
		s.logf("diagnose: %v", err)
	}
	f.Server = s.serverFacts(ctx)
	f.Now = s.page.Now()
	if f.Connection == state.Online {
		f.InStep = f.Now
	}
	return state.Diagnose(f)
}

// serverFacts asks the server; nil without an answer.
func (s *Syncer) serverFacts(ctx context.Context) *state.ServerFacts {
	ctx, cancel := context.WithTimeout(ctx, diagnosePatience)
	defer cancel()
	asked := s.page.Now()
	version, err := s.remote.ServerVersion(ctx)
	if err != nil {
		return nil
	}
	return &state.ServerFacts{ServerVersion: version, Skew: s.skew(asked, version.Time)}
}
