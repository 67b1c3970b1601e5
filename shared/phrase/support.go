package phrase

import "pleiades/shared/wire"

// Support is what people ask of those who run the service, and their answers.
type Support struct {
	Page        string
	Title       string
	Lead        string // who reads it, and who does not
	NoMessages  string
	Emergency   string
	Kind        string // label
	Kinds       map[wire.TicketKind]string
	Text        string // label
	TextHint    string
	Diagnostics string // label of the checkbox
	ShowThem    string // opens what would be sent along
	Gathering   string
	Send        string
	Busy        string
	Queued      string
	Arrived     string
	Own         string // title of the list
	None        string
	Offline     string
	LoadFailed  string
	Again       string
	Statuses    map[wire.TicketStatus]string
	Waiting     string // on the device
	Rejected    string
	TakeBack    string
	From        string // the operator
	You         string
	Reply       string // label
	SendReply   string

	Contact Contact
	Desk    Desk
}

// Contact is the page for people without a login.
type Contact struct {
	Page        string
	Title       string
	Lead        string
	Description string
	HaveAccount string
	ToSupport   string
	Email       string
	EmailHint   string
	Sent        Reason
	NoScript    string // what the answer takes, for a browser that runs no scripts
	Answer      string // title of what a mail announced
	Gone        Reason // the link leads nowhere
	BadEmail    string
}

// Desk is where operators answer.
type Desk struct {
	Tab        string
	Status     string // label of the filter
	All        string
	Statuses   map[wire.TicketStatus]string
	Number     func(number string) string // tells tickets apart
	Opened     string                     // of a ticket that was looked at here
	None       Reason
	More       string
	Lookup     Lookup
	FromLogin  string
	FromMail   string
	Back       string
	Who        string
	Unproven   string
	Told       string // title of the diagnostics
	Answer     string // label
	SendAnswer string
	Close      string
	Reopen     string
}

func englishSupport() Support {
	return Support{
		Page:       "Support",
		Title:      "Write to support",
		Lead:       "This goes to the people who run this service. Your therapist does not see it, and we do not see your conversations.",
		NoMessages: "Please leave out what is in your messages. We do not need it to help you.",
		Emergency:  "Support is not for emergencies. Help in an emergency",
		Kind:       "What is it about?",
		Kinds: map[wire.TicketKind]string{
			wire.TicketProblem:  "Something does not work",
			wire.TicketQuestion: "A question",
			wire.TicketAccount:  "My account, or logging in",
			wire.TicketPrivacy:  "Privacy",
			wire.TicketOther:    "Something else",
		},
		Text:        "What can we help with?",
		TextHint:    "What did you do, and what happened instead? It is saved on this device as you type.",
		Diagnostics: "Send along how the app stands on this device",
		ShowThem:    "See what would be sent along",
		Gathering:   "Looking at this device…",
		Send:        "Send to support",
		Busy:        "Saving…",
		Arrived:     "It has reached support. You will find the answer here, and a mail tells you when there is one.",
		Queued:      "Saved on this device. It is sent as soon as there is a connection.",
		Own:         "What you asked",
		None:        "You have not asked anything yet.",
		Offline:     "You are offline. This is how things were when you were last connected.",
		LoadFailed:  "What you asked could not be looked up just now.",
		Again:       "Try again",
		Statuses:    map[wire.TicketStatus]string{wire.TicketOpen: "Waiting for an answer", wire.TicketAnswered: "Answered", wire.TicketClosed: "Closed"},
		Waiting:     "Waiting for connection",
		Rejected:    "Not accepted",
		TakeBack:    "Take the text back",
		From:        "Support",
		You:         "You",
		Reply:       "Write back",
		SendReply:   "Send",
		Contact: Contact{
			Page:        "Contact",
			Title:       "Contact us",
			Lead:        "Ask the people who run this service. We answer by mail: a link in it leads to what we wrote.",
			Description: "Ask the people who run this service. Not for emergencies, and not for messages to a therapist.",
			HaveAccount: "You have an account and can log in? Then write from there:",
			ToSupport:   "Support",
			Email:       "Your e-mail address",
			EmailHint:   "Only for our answer.",
			Sent: Reason{
				Title: "Thank you, it has reached us",
				Text:  "When we have answered, a mail with a link comes to the address you gave.",
			},
			NoScript: "You can write to us without JavaScript. Our answer needs it: to read it, switch JavaScript on in your browser, or open the link from our mail in another one.",
			Answer:   "Our answer to you",
			Gone: Reason{
				Title: "This link no longer works",
				Text:  "It leads to our answer for 30 days. Please write to us again.",
			},
			BadEmail: "Please give one e-mail address, and nothing else.",
		},
		Desk: Desk{
			Tab:    "Support",
			Status: "Show",
			All:    "All",
			Statuses: map[wire.TicketStatus]string{
				wire.TicketOpen: "To be answered", wire.TicketAnswered: "Answered", wire.TicketClosed: "Closed",
			},
			Number: func(number string) string { return "No. " + number },
			Opened: "you opened it",
			None:   Reason{Title: "Nothing here", Text: "There is nothing with this status."},
			More:   "Show older ones",
			Lookup: Lookup{
				Loading: "Looking it up…",
				Offline: Reason{Title: "You are offline", Text: "This is kept by the server alone. It will be here when you are back online."},
				Failed:  Reason{Title: "This could not be looked up", Text: "Nothing is lost. Please try again in a moment."},
				Again:   "Try again",
			},
			FromLogin:  "from the app",
			FromMail:   "from the contact page",
			Back:       "Back to the list",
			Who:        "From",
			Unproven:   "Nobody has proven that this address is theirs.",
			Told:       "How the app stood on their device",
			Answer:     "Your answer",
			SendAnswer: "Send the answer",
			Close:      "Close",
			Reopen:     "Open again",
		},
	}
}
