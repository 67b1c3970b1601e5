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
