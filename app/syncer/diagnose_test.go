package syncer

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"pleiades/shared/message"
	"pleiades/shared/wire"
)

func TestDiagnose(t *testing.T) {
	find := func(t *testing.T, list []wire.Diagnostic, code wire.DiagnosticCode) wire.Diagnostic {
		t.Helper()
		i := slices.IndexFunc(list, func(d wire.Diagnostic) bool { return d.Code == code })
		if i < 0 {
			t.Fatalf("%s is missing", code)
		}
		return list[i]
	}

	t.Run("says that all is well", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			list := s.Diagnose(t.Context())
			for _, code := range []wire.DiagnosticCode{
				wire.DiagnosticApp, wire.DiagnosticServer, wire.DiagnosticClock, wire.DiagnosticStream, wire.DiagnosticSync,
				wire.DiagnosticQueue, wire.DiagnosticDevice,
			} {
				if d := find(t, list, code); d.Verdict != wire.VerdictGood {
					t.Errorf("%s: %q is %s", d.Code, d.Value, d.Verdict)
				}
			}
		})
	})

	t.Run("works without the server and tells nothing that was written", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			r.server.set(false, true)
			s := r.open()
			synctest.Wait()
			if _, err := s.Send(t.Context(), conv, message.Text("something private")); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			list := s.Diagnose(t.Context())
			if d := find(t, list, wire.DiagnosticServer); d.Verdict != wire.VerdictLook {
				t.Errorf("the server is %s", d.Verdict)
			}
			if d := find(t, list, wire.DiagnosticClock); d.Verdict != wire.VerdictUnknown {
				t.Errorf("the clock is %s", d.Verdict)
			}
			if d := find(t, list, wire.DiagnosticQueue); d.Value != "1" {
				t.Errorf("%s wait", d.Value)
			}
			for _, d := range list {
				if strings.Contains(d.Value, "private") {
					t.Errorf("%s tells %q", d.Code, d.Value)
				}
			}
		})
	})
}
