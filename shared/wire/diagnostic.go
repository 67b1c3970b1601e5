package wire

import "time"

// ServerVersion says which build answers, and when, by the server's clock.
type ServerVersion struct {
	Build    string    `json:"build" doc:"Names the app that this server hands out. Another build, another string."`
	Protocol int       `json:"protocol" doc:"The newest protocol version it speaks."`
	Time     time.Time `json:"time" doc:"Its clock."`
}

// Diagnostic is one line of how the app stands on a device. It holds no word of
// a person, no name and no address, so that it may be shown to whoever helps.
type Diagnostic struct {
	Code    DiagnosticCode `json:"code" enum:"app,server,protocol,browser,features,worker,storage,space,device,queue,oldest,rejected,clock,stream,sync"`
	Value   string         `json:"value" maxLength:"300" doc:"The same in every language: a number with its unit, a time, a name, a word."`
	Verdict Verdict        `json:"verdict" enum:"good,look,broken,unknown"`
}

// MaxDiagnosticValue is how many characters the Value of a Diagnostic holds at
// most.
const MaxDiagnosticValue = 300

// DiagnosticCode says what a Diagnostic is about.
type DiagnosticCode string

// What can be told of a device.
const (
	DiagnosticApp      DiagnosticCode = "app"      // the build that runs
	DiagnosticServer   DiagnosticCode = "server"   // the build that the server hands out, if it answers
	DiagnosticProtocol DiagnosticCode = "protocol" // of the app and of the server
	DiagnosticBrowser  DiagnosticCode = "browser"  // as it names itself
	DiagnosticFeatures DiagnosticCode = "features" // of the browser, that are missing
	DiagnosticWorker   DiagnosticCode = "worker"   // which answers while there is no connection
	DiagnosticStorage  DiagnosticCode = "storage"  // whether the browser may clear it by itself
	DiagnosticSpace    DiagnosticCode = "space"    // used, and left to use
	DiagnosticDevice   DiagnosticCode = "device"   // open, locked, logged out
	DiagnosticQueue    DiagnosticCode = "queue"    // how much waits to be sent
	DiagnosticOldest   DiagnosticCode = "oldest"   // since when the first of it waits
	DiagnosticRejected DiagnosticCode = "rejected" // how much the server refused
	DiagnosticClock    DiagnosticCode = "clock"    // how far the device's is from the server's
	DiagnosticStream   DiagnosticCode = "stream"   // by which news come at once
	DiagnosticSync     DiagnosticCode = "sync"     // when the device last had everything
)

// DiagnosticCodes returns all codes, in the order in which they are shown.
func DiagnosticCodes() []DiagnosticCode {
	return []DiagnosticCode{
		DiagnosticServer, DiagnosticStream, DiagnosticSync, DiagnosticQueue, DiagnosticOldest, DiagnosticRejected,
		DiagnosticDevice, DiagnosticStorage, DiagnosticSpace, DiagnosticClock, DiagnosticApp, DiagnosticProtocol,
		DiagnosticWorker, DiagnosticFeatures, DiagnosticBrowser,
	}
}

// Verdict says what to think of a Diagnostic.
type Verdict string

// The verdicts.
const (
	VerdictGood    Verdict = "good"
	VerdictLook    Verdict = "look"    // worth a look, nothing is lost
	VerdictBroken  Verdict = "broken"  // has to be mended
	VerdictUnknown Verdict = "unknown" // could not be found out
)
