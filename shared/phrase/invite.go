package phrase

// Invite is the page on which a therapist invites clients.
type Invite struct {
	Page    string
	Title   string
	Lead    string
	Place   string // label of the choice among several practices
	Link    string // to the page, from the dashboard
	Create  string
	Another string
	Busy    string
	Made    string // title of the new one
	Once    string
	Expires func(when string) string

	QR       string // what it is, for who cannot see it
	QRHint   string
	URL      string // label of the link
	Copy     string
	Copied   string
	Code     string
	CodeHint func(address string) string
	Print    string

	Open            string // title of the list
	OpenHint        string
	None            string
	Loading         string
	Offline         Reason
	NeedsConnection string
	CreatedAt       func(when string) string
	Withdraw        string
	Withdrawn       string
	Used            string

	Letter     Sheet
	OthersOnly Reason
}

// Sheet is an invitation on paper. It does not say what it is for: anyone may
// see the paper.
type Sheet struct {
	Title  string
	Lead   func(when string) string
	Scan   string
	Type   func(address string) string
	Choose string
	Link   string
	Stray  string
}

func englishInvite() Invite {
	return Invite{
		Page:    "Invite a client",
		Title:   "Invite a client",
		Place:   "To which practice",
		Lead:    "An invitation is for one person, works once, within three days, and begins your conversation with them.",
		Link:    "Make an invitation",
		Create:  "Make an invitation",
		Another: "Make another one",
		Busy:    "Making an invitation…",
		Made:    "The new invitation",
		Once:    "It is shown only now: give it to your client before you leave this page.",
		Expires: func(when string) string { return "It works until " + when + "." },

		QR:     "QR code with the invitation link",
		QRHint: "In the same room? Let your client point the camera of their phone at this.",
		URL:    "Invitation link",
		Copy:   "Copy",
		Copied: "Copied",
		Code:   "Code",
		CodeHint: func(address string) string {
			return "Does the same as the link, for typing at " + address + "."
		},
		Print: "Print as a letter",

		Open:     "Open invitations",
		OpenHint: "Nobody has used these yet. What was handed out by mistake can be withdrawn.",
		None:     "There are none.",
		Loading:  "Looking them up…",
		Offline: Reason{
			Title: "You are offline",
			Text:  "Open invitations are kept by the server alone. They will be here when you are back online.",
		},
		NeedsConnection: "This needs a connection. Try again when you are back online.",
		CreatedAt:       func(when string) string { return "Made " + when },
		Withdraw:        "Withdraw",
		Withdrawn:       "The invitation was withdrawn: it works no more.",
		Used:            "This invitation was used meanwhile.",

		Letter: Sheet{
			Title: "Your invitation",
			Lead: func(when string) string {
				return "With this sheet one person can make an account at Pleiades, a private place for written messages. It works once, until " + when + "."
			},
			Scan:   "Point the camera of your phone at the picture and open the link.",
			Type:   func(address string) string { return "Or open " + address + " in a browser and enter this code:" },
			Choose: "Then choose a password. That is all.",
			Link:   "The link in full:",
			Stray:  "Keep this sheet to yourself until you have used it. If it reached you by mistake, please destroy it.",
		},
		OthersOnly: Reason{
			Title: "For therapists",
			Text:  "Only therapists can invite clients.",
		},
	}
}
