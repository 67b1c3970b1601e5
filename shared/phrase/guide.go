package phrase

// Guide is the page about writing to a therapist.
type Guide struct {
	Page        string
	Description string
	Title       string
	Lead        string
	Back        string
	Danger      string // before the link to emergency numbers
	DangerLink  string
	Contents    string // label of the list of parts
}

func englishGuide() Guide {
	return Guide{
		Page:        "Messaging your therapist",
		Description: "How to write messages that your therapist can answer well, with an example for each hint.",
		Title:       "Messaging your therapist",
		Lead:        "While you write, Pleiades looks at your text on your device and may give a hint. No hint keeps you from sending, and nobody is told about it. This is what each one means.",
		Back:        "To your messages",
		Danger:      "In danger, or close to it?",
		DangerLink:  "Find help right now",
		Contents:    "On this page",
	}
}
