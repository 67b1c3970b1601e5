package phrase

// Closing is what is said of the end of care in a conversation.
type Closing struct {
	Ended string // in a list, and where the box to write in was

	// To the client.
	Lead func(name, day string) string // of the therapist
	Keep string
	Danger,
	DangerLink string
	// To the therapist.
	Yours func(name, day string) string // of the client
	Open  string                        // the button that opens it again
	Busy  string

	Note  func(name string) string // heading over the therapist's last words
	Draft string                   // heading over a draft that cannot be sent

	// The step before, of the therapist.
	Link    string
	Title   func(name string) string
	Explain string
	Label   string
	Hint    string
	Confirm string
	Cancel  string
}

// Suspension is what is said while a practice is suspended.
type Suspension struct {
	Title string // in a list, and where the box to write in was

	// To the client.
	Lead   func(name string) string // of the therapist
	Keep   string
	Queue  string // what waits on the device
	Yours  string // to the therapist
	Draft  string // heading over a draft that cannot be sent
	Status string // of a message that waits
	Staff  Reason // on the dashboard of those who work there
	Invite Reason // where clients are invited
}

func englishSuspension() Suspension {
	return Suspension{
		Title: "Practice suspended",
		Lead: func(name string) string {
			return "Messages with " + name + " are not possible at the moment, because the practice is suspended in this service."
		},
		Keep:   "This is not about you. Everything here stays readable. To reach your therapist, call the practice.",
		Queue:  "What you had sent and still waits here is kept on this device. It goes out by itself when the practice is open again. Until then you can change or remove it.",
		Yours:  "Your practice is suspended in this service. You can read everything and log in as always; nothing new can be sent, and your client is told so. If you do not know why, write to support.",
		Draft:  "What you had begun to write is still on this device",
		Status: "Waiting until the practice is open again",
		Staff: Reason{
			Title: "Your practice is suspended",
			Text:  "Everyone can log in and read what is here. Nothing new can be sent, and nobody can be invited, until it is open again. If you do not know why, write to support.",
		},
		Invite: Reason{
			Title: "Nobody can be invited now",
			Text:  "The practice is suspended. You can invite clients again once it is open.",
		},
	}
}

func englishClosing() Closing {
	return Closing{
		Ended: "Care has ended",
		Lead: func(name, day string) string {
			return name + " closed this conversation on " + day + ", since your work together has ended."
		},
		Keep:       "You can go on reading everything here. Nothing new can be sent. If you want to go on together, call the practice.",
		Danger:     "If you are in danger or need to talk to someone now:",
		DangerLink: "help right now",
		Yours: func(name, day string) string {
			return "You closed this conversation on " + day + ". " + name + " can read it and cannot write."
		},
		Open:    "Open it again",
		Busy:    "One moment…",
		Note:    func(name string) string { return "Last words from " + name },
		Draft:   "What you had begun to write is still on this device",
		Link:    "End care",
		Title:   func(name string) string { return "End care with " + name + "?" },
		Explain: "You both keep what is here to read. Nobody can write until you open the conversation again. A message that still waits on a device comes back to its writer.",
		Label:   "Last words (optional)",
		Hint:    "Shown with the closed conversation: how to reach someone else, what you wish them.",
		Confirm: "Close the conversation",
		Cancel:  "Not now",
	}
}
