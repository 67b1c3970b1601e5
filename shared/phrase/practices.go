package phrase

// Lookup is what is said while a page asks the server for what it shows.
type Lookup struct {
	Loading string
	Offline Reason
	Failed  Reason
	Again   string
}

// Practices is the operator's part about all practices.
type Practices struct {
	Page           string
	Lead           string
	Lookup         Lookup
	None           Reason
	Since          func(day string) string
	SuspendedSince func(when string) string
	Suspend        string
	SuspendOf      func(name string) string // for screen readers
	Resume         string
	ResumeOf       func(name string) string
	Explain        string // before it is done
	Confirm        string
	Cancel         string
	Busy           string
	Suspended      string // said once it is done
	Resumed        string
}

func englishPractices() Practices {
	return Practices{
		Page: "Practices",
		Lead: "Every practice in this service. You see what they are called, not who is in them.",
		Lookup: Lookup{
			Loading: "Loading practices…",
			Offline: Reason{Title: "You are offline", Text: "Practices are not kept on this device. They show once there is a connection."},
			Failed:  Reason{Title: "The practices could not be loaded", Text: "The server did not answer as it should."},
			Again:   "Try again",
		},
		None:           Reason{Title: "No practice yet", Text: "One begins when you approve an application."},
		Since:          func(day string) string { return "Made: " + day },
		SuspendedSince: func(when string) string { return "suspended " + when },
		Suspend:        "Suspend",
		SuspendOf:      func(name string) string { return "Suspend " + name },
		Resume:         "Open again",
		ResumeOf:       func(name string) string { return "Open again: " + name },
		Explain:        "Everyone there can log in and read what they have. Nothing new is sent, and nobody is invited. Messages that wait on a device go on waiting. Clients are told, with where to find help.",
		Confirm:        "Suspend this practice",
		Cancel:         "Cancel",
		Busy:           "One moment…",
		Suspended:      "Suspended. Open pages show it now.",
		Resumed:        "Open again. What waited on devices is on its way.",
	}
}
