package phrase

// Openings is the page that tells a client who opened their messages.
type Openings struct {
	Page     string
	Short    string // the same for small screens
	Title    string
	Link     string // to the page, from the conversation
	Settings Reason // to it, from the settings
	Lead     func(name string) string
	Choose   string
	With     func(name string) string // a conversation, to choose
	You      string
	Their    string                   // the therapist of the conversation
	Staff    string                   // anyone else
	DayNote  func(name string) string // why there is no time
	TimeNote func(name string) string // that there is one
	Unknown  string                   // it was not you: what to do
	None     Reason
	More     string
	Lookup   Lookup
	NoClient Reason // for those who have nothing here
}

// AuditKind says what was done.
type AuditKind struct {
	Kind string // as the log has it, such as message.send
	Text string
}

// AuditLog is the tab of the practice's page with its audit log.
type AuditLog struct {
	Page        string
	Title       string
	Tabs        string // label of the tabs
	Tab         string
	Lead        string
	Practice    string // label
	Filters     string // label of the form
	Kind        string
	AllKinds    string
	Person      string
	Everyone    string
	From        string
	To          string
	Show        string
	Reset       string
	OneTalk     string // only one conversation is shown
	OnlyThis    string // button: only this conversation
	Entries     string // label of the list
	Unknown     string // who did it
	System      string // the server or an operator
	Account     func(id string) string
	About       func(name string) string
	Lock        func(from, to string) string // what was changed of when devices lock
	LockTo      func(to string) string       // the same, from what is not known
	Failed      string                       // outcome
	Denied      string
	Kinds       [55]AuditKind // in the order of the choice
	Older       string
	Export      string
	ExportHint  string
	ExportTable string
	ExportLines string
	None        Reason
	Lookup      Lookup
	OthersOnly  Reason
}

func englishOpenings() Openings {
	return Openings{
		Page:  "Who opened my messages",
		Short: "Who opened",
		Title: "Who opened my messages",
		Link:  "Who opened this",
		Settings: Reason{
			Title: "Who opened my messages",
			Text:  "See who looked at your conversation, and when. Nobody can look without being listed there.",
		},
		Lead: func(name string) string {
			return "Everyone who opens your conversation with " + name + " is listed here, you too. Messages that only arrived on a device do not count as opened."
		},
		Choose:  "Choose a conversation.",
		With:    func(name string) string { return "With " + name },
		You:     "You",
		Their:   "Your therapist",
		Staff:   "From the practice",
		DayNote: func(name string) string { return "Of " + name + " you see the day, not the time." },
		TimeNote: func(name string) string {
			return name + " shares read marks, so you see the time too."
		},
		Unknown: "You were listed at a time when it was not you? Someone may know your password. Change it, and look at your devices in the settings.",
		None: Reason{
			Title: "Nobody has opened it yet",
			Text:  "As soon as someone does, it says so here.",
		},
		More: "It was opened before that too, longer ago.",
		Lookup: Lookup{
			Loading: "Looking it up…",
			Failed: Reason{
				Title: "This could not be looked up",
				Text:  "The list is safe. Please try again in a moment.",
			},
			Again: "Try again",
			Offline: Reason{
				Title: "You are offline",
				Text:  "The list is kept by the server alone. It will be here when you are back online.",
			},
		},
		NoClient: Reason{
			Title: "Nothing to see here",
			Text:  "This page is for clients: it tells them who opened their messages.",
		},
	}
}

func englishAuditLog() AuditLog {
	return AuditLog{
		Page:     "Practice",
		Title:    "Practice",
		Tabs:     "Parts of this page",
		Tab:      "Audit log",
		Lead:     "Who did what in your practice. It says that messages were sent and opened, never what is in them. That you look is in it too.",
		Practice: "Practice",
		Filters:  "Choose what to show",
		Kind:     "What was done",
		AllKinds: "Everything",
		Person:   "Who",
		Everyone: "Everyone",
		From:     "From",
		To:       "Up to and including",
		Show:     "Show",
		Reset:    "Show everything",
		OneTalk:  "Only one conversation is shown.",
		OnlyThis: "Only this conversation",
		Entries:  "Audit log, the newest first",
		Unknown:  "Someone unknown",
		System:   "The server",
		Account:  func(id string) string { return "Account " + id },
		About:    func(name string) string { return "about " + name },
		Lock: func(from, to string) string {
			return "the longest time until devices lock, from " + from + " to " + to
		},
		LockTo: func(to string) string { return "the longest time until devices lock, to " + to },
		Failed: "It failed",
		Denied: "It was refused",
		Kinds: [55]AuditKind{
			{"login", "Logged in"},
			{"logout", "Logged out"},
			{"login.revoke", "Login ended"},
			{"device.create", "Logged in on a new device"},
			{"device.change", "Changed a device"},
			{"device.revoke", "Removed a device"},
			{"factor.create", "Added a second factor"},
			{"factor.change", "Changed a second factor"},
			{"factor.delete", "Removed a second factor"},
			{"factor.use", "Used a second factor"},
			{"password.change", "Changed the password"},
			{"password.reset", "Reset the password"},
			{"email.change", "Changed the e-mail address"},
			{"account.create", "Created an account"},
			{"account.disable", "Disabled an account"},
			{"membership.create", "Joined the practice"},
			{"practice.create", "Created the practice"},
			{"practice.rename", "Renamed the practice"},
			{"practice.suspend", "Suspended the practice"},
			{"practice.resume", "Resumed the practice"},
			{"invitation.create", "Invited a client"},
			{"invitation.use", "Used an invitation"},
			{"invitation.delete", "Withdrew an invitation"},
			{"colleague.invite", "Invited a colleague"},
			{"listing.change", "Changed an entry in the directory"},
			{"membership.delete", "Lost a role in the practice"},
			{"settings.change", "Changed a setting"},
			{"application.create", "Applied to join"},
			{"application.read", "Looked at applications"},
			{"application.decide", "Answered an application"},
			{"request.create", "Asked for a therapist"},
			{"request.accept", "Accepted a request"},
			{"request.decline", "Declined a request"},
			{"request.delete", "Withdrew a request"},
			{"conversation.create", "Began a conversation"},
			{"conversation.close", "Ended care in a conversation"},
			{"conversation.reopen", "Took up care in a conversation again"},
			{"conversation.open", "Opened a conversation"},
			{"access.deny", "Asked for what is not theirs"},
			{"message.send", "Sent a message"},
			{"agenda.change", "Changed a next-appointment list"},
			{"availability.change", "Changed office hours or agreement"},
			{"agreement.acknowledge", "Acknowledged the agreement"},
			{"ticket.create", "Wrote to support"},
			{"ticket.read", "Read what someone wrote to support"},
			{"ticket.reply", "Added to what was written to support"},
			{"ticket.change", "Closed or reopened a support request"},
			{"key.create", "Made a key"},
			{"key.rotate", "Changed the key"},
			{"key.destroy", "Destroyed a key"},
			{"audit.begin", "Began the audit log"},
			{"audit.extend", "Extended what the audit log protects"},
			{"audit.break", "Found the audit log changed"},
			{"audit.read", "Looked into the audit log"},
			{"audit.export", "Exported the audit log"},
		},
		Older:       "Show older ones",
		Export:      "Export",
		ExportHint:  "A file with everything that the choice above covers. It names people by their account, not by name.",
		ExportTable: "As a table (CSV)",
		ExportLines: "As lines of JSON",
		None: Reason{
			Title: "Nothing fits",
			Text:  "Nothing in the log fits what you chose.",
		},
		Lookup: Lookup{
			Loading: "Opening the log…",
			Offline: Reason{Title: "You are offline", Text: "The log is kept by the server alone. It will be here when you are back online."},
			Failed:  Reason{Title: "The log could not be opened", Text: "Nothing in it is lost. Please try again in a moment."},
			Again:   "Try again",
		},
		OthersOnly: Reason{
			Title: "For those who look after a practice",
			Text:  "Only the admin of a practice sees its audit log.",
		},
	}
}
