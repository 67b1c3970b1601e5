package phrase

// Members is the part of the practice's page about who works there.
type Members struct {
	Page     string // the tab
	Lead     string
	Lookup   Lookup
	You      string // behind one's own name
	Since    func(when string) string
	Change   string                   // the roles
	ChangeOf func(name string) string // for screen readers
	Save     string
	End      string
	EndHint  string
	Cancel   string
	Busy     string
	Changed  string

	Invite     string // heading
	InviteLead string
	Name       string
	NameHint   string
	Roles      string
	RoleHints  RoleHints
	Create     string
	Link       string
	LinkHint   func(until string) string
	Copy       string
	Copied     string
	Open       string // heading of the open invitations
	Until      func(when string) string
	Withdraw   string
	WithdrawOf func(name string) string
	Rename     string // label of the name of the practice
	RenameHint string
	RenameSave string

	LockWithin     string // label
	LockWithinHint string
	LockSave       string

	Setup Reason // for an owner who has nobody to write with yet
}

// RoleHints say what someone in a role may do.
type RoleHints struct{ Owner, Admin, Therapist string }

func englishMembers() Members {
	return Members{
		Page: "Members",
		Lead: "Who works in this practice. Nobody but a conversation's therapist and client can read it, whatever their role.",
		Lookup: Lookup{
			Loading: "Loading…",
			Offline: Reason{Title: "You are offline", Text: "Members are not kept on this device. They show once there is a connection."},
			Failed:  Reason{Title: "The members could not be loaded", Text: "The server did not answer as it should."},
			Again:   "Try again",
		},
		You:      "(you)",
		Since:    func(when string) string { return "Joined: " + when },
		Change:   "Change roles",
		ChangeOf: func(name string) string { return "Change roles of " + name },
		Save:     "Save roles",
		End:      "End membership",
		EndHint:  "A therapist's conversations have to be closed first. What was written stays readable.",
		Cancel:   "Cancel",
		Busy:     "One moment…",
		Changed:  "Saved.",

		Invite:     "Invite a colleague",
		InviteLead: "You get a link to hand over. It works once, within three days. Colleagues need a second step of logging in, as you do.",
		Name:       "Whom it is for",
		NameHint:   "For your list of open invitations only.",
		Roles:      "Roles",
		RoleHints: RoleHints{
			Owner:     "as an admin, and decides who has which role",
			Admin:     "sees members and the audit log, invites therapists",
			Therapist: "invites clients and writes with them",
		},
		Create:     "Create the link",
		Link:       "Invitation link",
		LinkHint:   func(until string) string { return "For one person, until " + until + ". It is shown here only, once." },
		Copy:       "Copy",
		Copied:     "Copied",
		Open:       "Open invitations",
		Until:      func(when string) string { return "Works until " + when },
		Withdraw:   "Withdraw",
		WithdrawOf: func(name string) string { return "Withdraw the invitation for " + name },
		Setup: Reason{
			Title: "Your practice is open",
			Text:  "First say when you answer and how you use messages. Then invite colleagues, if you work with some, and your first client.",
		},
		Rename:         "Name of the practice",
		RenameHint:     "As clients and colleagues see it. That it changed is in the audit log.",
		RenameSave:     "Save the name",
		LockWithin:     "Devices lock, at the latest, when nothing happens for",
		LockWithinHint: "For everyone here, clients too: each person chooses a time for their own devices, up to this. Devices learn of it when they are next connected, and keep to it without a connection.",
		LockSave:       "Save the limit",
	}
}
