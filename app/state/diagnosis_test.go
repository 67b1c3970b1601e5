package state

import (
	"strings"
	"testing"
	"time"

	"pleiades/shared/wire"
)

func TestDiagnose(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	well := func() Facts {
		return Facts{
			Now: now, Login: LoggedIn, Connection: Online, InStep: now,
			Browser: BrowserFacts{Build: "b1", Agent: "A browser", Worker: "active", Persisted: true, Usage: 1e6, Quota: 1e9},
			Server:  &ServerFacts{ServerVersion: wire.ServerVersion{Build: "b1", Protocol: wire.Version}},
		}
	}

	t.Run("has a line for every code", func(t *testing.T) {
		list := Diagnose(well())
		if len(list) != 15 {
			t.Fatalf("%d lines", len(list))
		}
		for i, d := range list {
			if d.Code != wire.DiagnosticCodes()[i] || d.Value == "" || d.Verdict != wire.VerdictGood {
				t.Errorf("got %+v", d)
			}
		}
	})

	for _, c := range []struct {
		name    string
		change  func(*Facts)
		code    wire.DiagnosticCode
		value   string
		verdict wire.Verdict
	}{
		{"an update that waits", func(f *Facts) { f.Update = true }, wire.DiagnosticApp, "b1", wire.VerdictLook},
		{"another build on the server", func(f *Facts) { f.Server.Build = "b2" }, wire.DiagnosticApp, "b1", wire.VerdictLook},
		{"a server that does not answer", func(f *Facts) { f.Server = nil }, wire.DiagnosticServer, "no answer", wire.VerdictLook},
		{"a newer server", func(f *Facts) { f.Server.Protocol = wire.Version + 1 }, wire.DiagnosticProtocol, "1, server 2", wire.VerdictLook},
		{"a server far ahead", func(f *Facts) { f.Server.Protocol = wire.Version + 2 }, wire.DiagnosticProtocol, "1, server 3", wire.VerdictBroken},
		{"an old browser", func(f *Facts) { f.Browser.Missing = []string{"Web Locks", "dialogs"} }, wire.DiagnosticFeatures, "missing: Web Locks, dialogs", wire.VerdictBroken},
		{"no worker", func(f *Facts) { f.Browser.Worker = "none" }, wire.DiagnosticWorker, "none", wire.VerdictLook},
		{"storage that may be cleared", func(f *Facts) { f.Browser.Persisted = false }, wire.DiagnosticStorage, "may be cleared", wire.VerdictLook},
		{"little space", func(f *Facts) { f.Browser.Usage = 8e8 }, wire.DiagnosticSpace, "800.0 MB of 1000 MB", wire.VerdictLook},
		{"no space", func(f *Facts) { f.Browser.Usage = 96e7 }, wire.DiagnosticSpace, "960.0 MB of 1000 MB", wire.VerdictBroken},
		{"a refused write", func(f *Facts) { f.Unsaved = true }, wire.DiagnosticSpace, "1.0 MB of 1000 MB", wire.VerdictBroken},
		{"space that is not told", func(f *Facts) { f.Browser.Quota = 0 }, wire.DiagnosticSpace, "not known", wire.VerdictUnknown},
		{"a locked device", func(f *Facts) { f.Login = Locked }, wire.DiagnosticDevice, "locked", wire.VerdictGood},
		{"a login that ended", func(f *Facts) { f.Login = LoginExpired }, wire.DiagnosticDevice, "login ended", wire.VerdictLook},
		{"a queue that just came to be", func(f *Facts) { f.Browser.Waiting, f.Browser.Oldest = 2, MillisOf(now.Add(-time.Minute)) }, wire.DiagnosticQueue, "2", wire.VerdictGood},
		{"a queue that is stuck", func(f *Facts) { f.Browser.Waiting, f.Browser.Oldest = 2, MillisOf(now.Add(-time.Hour)) }, wire.DiagnosticOldest, "2026-11-23T11:00:00Z", wire.VerdictLook},
		{"a queue without a connection", func(f *Facts) { f.Server, f.Browser.Oldest = nil, MillisOf(now.Add(-time.Hour)) }, wire.DiagnosticOldest, "2026-11-23T11:00:00Z", wire.VerdictGood},
		{"something refused", func(f *Facts) { f.Browser.Rejected = 1 }, wire.DiagnosticRejected, "1", wire.VerdictLook},
		{"a clock that is a bit off", func(f *Facts) { f.Server.Skew = -3 * time.Minute }, wire.DiagnosticClock, "-180 s", wire.VerdictLook},
		{"a clock that is wrong", func(f *Facts) { f.Server.Skew = 2 * time.Hour }, wire.DiagnosticClock, "+7200 s", wire.VerdictBroken},
		{"no stream", func(f *Facts) { f.Connection = Offline }, wire.DiagnosticStream, "closed", wire.VerdictLook},
		{"nobody's device", func(f *Facts) { f.Login = LoggedOut }, wire.DiagnosticStream, "not in use", wire.VerdictUnknown},
		{"no news for an hour", func(f *Facts) { f.InStep = now.Add(-time.Hour) }, wire.DiagnosticSync, "2026-11-23T11:00:00Z", wire.VerdictLook},
		{"no news at all", func(f *Facts) { f.InStep = time.Time{} }, wire.DiagnosticSync, "not since it was opened", wire.VerdictLook},
	} {
		t.Run("notices "+c.name, func(t *testing.T) {
			f := well()
			c.change(&f)
			for _, d := range Diagnose(f) {
				if d.Code == c.code && (d.Value != c.value || d.Verdict != c.verdict) {
					t.Errorf("got %q, %s", d.Value, d.Verdict)
				}
			}
		})
	}

	t.Run("keeps values short", func(t *testing.T) {
		f := well()
		f.Browser.Agent = strings.Repeat("é", 1000)
		for _, d := range Diagnose(f) {
			if n := len([]rune(d.Value)); n > wire.MaxDiagnosticValue {
				t.Errorf("%s has %d characters", d.Code, n)
			}
		}
	})
}
