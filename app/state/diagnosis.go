package state

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"pleiades/shared/wire"
)

// Facts are what can be found out about a device, its browser and its
// connection without looking at anything a person wrote.
type Facts struct {
	Now        time.Time
	Login      Login
	Connection Connection
	Update     bool      // a newer build waits to take over
	Unsaved    bool      // the device refused to keep something, for want of space
	InStep     time.Time // when the device last had everything, as far as this page knows
	Browser    BrowserFacts
	Server     *ServerFacts // nil where it does not answer
}

// BrowserFacts are those that web/js/facts.js finds out.
type BrowserFacts struct {
	Build   string   `json:"build"`   // of the app
	Agent   string   `json:"agent"`   // as the browser names itself
	Missing []string `json:"missing"` // features it needs and lacks
	Worker  string   `json:"worker"`  // active, waiting, none or unsupported
	// Persisted says that the browser does not clear what is kept by itself.
	Persisted bool   `json:"persisted"`
	Usage     int64  `json:"usage"` // bytes
	Quota     int64  `json:"quota"` // bytes; 0 where the browser does not say
	Waiting   int    `json:"waiting"`
	Rejected  int    `json:"rejected"`
	Oldest    Millis `json:"oldest"` // when the first of what waits was written, 0 for none
}

// ServerFacts are what the server said of itself.
type ServerFacts struct {
	wire.ServerVersion
	Skew time.Duration // how far the device's clock is ahead of the server's
}

// Limits of what is good.
const (
	longWait   = 10 * time.Minute // for the queue, with a connection
	dayWait    = 24 * time.Hour   // for the queue, without one
	fairSkew   = 2 * time.Minute
	worstSkew  = time.Hour
	fairStep   = 10 * time.Minute
	fullSpace  = 80 // percent
	worstSpace = 95
)

// Diagnose judges the facts: a line for each code, in the order of
// wire.DiagnosticCodes.
func Diagnose(f Facts) []wire.Diagnostic {
	list := make([]wire.Diagnostic, 0, len(wire.DiagnosticCodes()))
	for _, code := range wire.DiagnosticCodes() {
		value, verdict := f.judge(code)
		if r := []rune(value); len(r) > wire.MaxDiagnosticValue {
			value = string(r[:wire.MaxDiagnosticValue])
		}
		list = append(list, wire.Diagnostic{Code: code, Value: value, Verdict: verdict})
	}
	return list
}

func (f Facts) judge(code wire.DiagnosticCode) (value string, verdict wire.Verdict) {
	switch code {
	case wire.DiagnosticApp:
		return f.Browser.Build, look(f.Update || f.Server != nil && f.Server.Build != f.Browser.Build)
	case wire.DiagnosticServer:
		if f.Server == nil {
			return "no answer", wire.VerdictLook
		}
		return f.Server.Build, wire.VerdictGood
	case wire.DiagnosticProtocol:
		return f.protocol()
	case wire.DiagnosticBrowser:
		return f.Browser.Agent, wire.VerdictGood
	case wire.DiagnosticFeatures:
		if len(f.Browser.Missing) > 0 {
			return "missing: " + strings.Join(f.Browser.Missing, ", "), wire.VerdictBroken
		}
		return "all there", wire.VerdictGood
	case wire.DiagnosticWorker:
		return f.Browser.Worker, look(f.Browser.Worker != "active")
	case wire.DiagnosticStorage:
		if !f.Browser.Persisted {
			return "may be cleared", wire.VerdictLook
		}
		return "persistent", wire.VerdictGood
	case wire.DiagnosticSpace:
		return f.space()
	case wire.DiagnosticDevice:
		return f.device()
	case wire.DiagnosticQueue:
		return strconv.Itoa(f.Browser.Waiting), f.queue()
	case wire.DiagnosticOldest:
		if f.Browser.Oldest == 0 {
			return "nothing waits", wire.VerdictGood
		}
		return stamp(f.Browser.Oldest.Time()), f.queue()
	case wire.DiagnosticRejected:
		return strconv.Itoa(f.Browser.Rejected), look(f.Browser.Rejected > 0)
	case wire.DiagnosticClock:
		return f.clock()
	case wire.DiagnosticStream:
		return f.stream()
	default:
		return f.sync()
	}
}

func look(yes bool) wire.Verdict {
	if yes {
		return wire.VerdictLook
	}
	return wire.VerdictGood
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func (f Facts) protocol() (string, wire.Verdict) {
	if f.Server == nil {
		return strconv.Itoa(wire.Version), wire.VerdictUnknown
	}
	value := fmt.Sprintf("%d, server %d", wire.Version, f.Server.Protocol)
	if f.Server.Protocol > wire.Version+1 {
		return value, wire.VerdictBroken // too old to be understood
	}
	return value, look(f.Server.Protocol != wire.Version)
}

func (f Facts) space() (string, wire.Verdict) {
	used, quota := f.Browser.Usage, f.Browser.Quota
	if quota <= 0 {
		if f.Unsaved {
			return "full", wire.VerdictBroken
		}
		return "not known", wire.VerdictUnknown
	}
	value := fmt.Sprintf("%.1f MB of %.0f MB", float64(used)/1e6, float64(quota)/1e6)
	percent := float64(used) * 100 / float64(quota)
	if f.Unsaved || percent >= worstSpace {
		return value, wire.VerdictBroken
	}
	return value, look(percent >= fullSpace)
}

func (f Facts) device() (string, wire.Verdict) {
	switch f.Login {
	case LoggedIn:
		return "open", wire.VerdictGood
	case Locked:
		return "locked", wire.VerdictGood
	case LoginExpired:
		return "login ended", wire.VerdictLook
	case LoggedOut:
		return "logged out", wire.VerdictGood
	default:
		return "not read yet", wire.VerdictUnknown
	}
}

func (f Facts) queue() wire.Verdict {
	if f.Browser.Oldest == 0 {
		return wire.VerdictGood
	}
	most := longWait
	if f.Server == nil {
		most = dayWait
	}
	return look(f.Now.Sub(f.Browser.Oldest.Time()) > most)
}

func (f Facts) clock() (string, wire.Verdict) {
	if f.Server == nil {
		return "not known", wire.VerdictUnknown
	}
	skew := f.Server.Skew
	value := fmt.Sprintf("%+d s", int64(skew.Round(time.Second)/time.Second))
	if skew.Abs() > worstSkew {
		return value, wire.VerdictBroken
	}
	return value, look(skew.Abs() > fairSkew)
}

func (f Facts) stream() (string, wire.Verdict) {
	switch {
	case f.Login != LoggedIn:
		return "not in use", wire.VerdictUnknown
	case f.Connection != Offline:
		return "open", wire.VerdictGood
	default:
		return "closed", wire.VerdictLook
	}
}

func (f Facts) sync() (string, wire.Verdict) {
	switch {
	case f.Login != LoggedIn && f.Login != LoginExpired:
		return "not in use", wire.VerdictUnknown
	case f.InStep.IsZero():
		return "not since it was opened", wire.VerdictLook
	default:
		return stamp(f.InStep), look(f.Now.Sub(f.InStep) > fairStep)
	}
}
