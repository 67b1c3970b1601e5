package phrase

import "pleiades/shared/wire"

// Diagnosis is the page that looks at the device.
type Diagnosis struct {
	Page     string
	Title    string
	Lead     string
	Busy     string
	Well     string             // nothing needs a look
	Look     func(n int) string // so many lines do
	Again    string
	AsText   string
	TextHint string
	Copy     string
	Copied   string
	Marked   string // the browser does not copy: the text is marked instead
	Back     string

	Names    map[wire.DiagnosticCode]string
	Values   map[string]string // of those that are words
	Verdicts map[wire.Verdict]string
	// Do says what to do where the verdict is not good.
	Do      map[wire.DiagnosticCode]string
	Unknown string // instead of Do where nothing could be found out
}

// DiagnosticValue returns the value of a line in words, and as it is where it is
// none of those that have some.
func (d *Diagnosis) DiagnosticValue(value string) string {
	if words, ok := d.Values[value]; ok {
		return words
	}
	return value
}

func englishDiagnosis() Diagnosis {
	return Diagnosis{
		Page:     "This device",
		Title:    "How this device is doing",
		Lead:     "This looks at the browser, the storage and the connection. It reads no message and no draft, and sends nothing to anyone.",
		Busy:     "Looking…",
		Well:     "All is well.",
		Look:     func(n int) string { return plural(n, "thing needs a look.", "things need a look.") },
		Again:    "Look again",
		AsText:   "The same as text",
		TextHint: "For whoever helps you. It holds no words of yours, no names and no addresses.",
		Copy:     "Copy",
		Copied:   "Copied.",
		Marked:   "The browser did not copy it. The text is marked: copy it by hand.",
		Back:     "Back to help",
		Names: map[wire.DiagnosticCode]string{
			wire.DiagnosticServer:   "Server",
			wire.DiagnosticStream:   "News at once",
			wire.DiagnosticSync:     "Last up to date",
			wire.DiagnosticQueue:    "Waiting to be sent",
			wire.DiagnosticOldest:   "Waiting since",
			wire.DiagnosticRejected: "Not accepted",
			wire.DiagnosticDevice:   "Device",
			wire.DiagnosticStorage:  "Storage",
			wire.DiagnosticSpace:    "Space",
			wire.DiagnosticClock:    "Clock",
			wire.DiagnosticApp:      "Version of the app",
			wire.DiagnosticProtocol: "Protocol",
			wire.DiagnosticWorker:   "Offline part",
			wire.DiagnosticFeatures: "What the browser can do",
			wire.DiagnosticBrowser:  "Browser",
		},
		Values: map[string]string{
			"no answer":               "No answer",
			"not known":               "Not known",
			"not in use":              "Not in use",
			"not since it was opened": "Not since this page was opened",
			"not read yet":            "Not read yet",
			"nothing waits":           "Nothing waits",
			"all there":               "All that is needed",
			"may be cleared":          "The browser may clear it by itself",
			"persistent":              "The browser keeps it",
			"full":                    "Full",
			"open":                    "Open",
			"closed":                  "Closed",
			"locked":                  "Locked",
			"logged out":              "Logged out",
			"login ended":             "The login has ended",
			"active":                  "Ready",
			"waiting":                 "A newer one waits",
			"none":                    "Not there",
			"unsupported":             "The browser has none",
		},
		Verdicts: map[wire.Verdict]string{
			wire.VerdictGood:    "Good",
			wire.VerdictLook:    "Look at this",
			wire.VerdictBroken:  "Broken",
			wire.VerdictUnknown: "Not known",
		},
		Do: map[wire.DiagnosticCode]string{
			wire.DiagnosticServer:   "Check your connection, and that no Wi-Fi page waits for you to agree. You can go on writing: all is kept here and goes out later.",
			wire.DiagnosticStream:   "News come late. Without a connection that is how it should be. With one, load Pleiades again.",
			wire.DiagnosticSync:     "There may be messages that you cannot see here yet. They come when there is a connection.",
			wire.DiagnosticQueue:    "It has waited for long. Open Pleiades, unlock it, log in, and leave it open for a moment while you are online.",
			wire.DiagnosticOldest:   "It has waited for long. Open Pleiades, unlock it, log in, and leave it open for a moment while you are online.",
			wire.DiagnosticRejected: "Open the conversation: it says why, and gives you the text back.",
			wire.DiagnosticDevice:   "Log in again. Nothing here is lost.",
			wire.DiagnosticStorage:  "Install Pleiades like an app, and open it now and then. In a private window everything goes when it is closed.",
			wire.DiagnosticSpace:    "Make room on the device, for instance by deleting videos. Until then keep a copy of what you write.",
			wire.DiagnosticClock:    "Set the device’s clock to be set by itself. A wrong one shows wrong times, and codes to log in may fail.",
			wire.DiagnosticApp:      "There is a newer version. Open help and check for an update.",
			wire.DiagnosticProtocol: "App and server are of different age. Open help and check for an update, or wait until the server has been updated.",
			wire.DiagnosticWorker:   "Pleiades may not open without a connection. Open help and clear the caches; in a private window there may be no offline part at all.",
			wire.DiagnosticFeatures: "Update the browser, or use another one. On an iPhone or iPad, update iOS.",
			wire.DiagnosticBrowser:  "Update the browser, or use another one.",
		},
		Unknown: "This can be told only with a connection, and once you are logged in.",
	}
}
