package phrase

import "strconv"

// Setup leads a new owner through what a practice needs.
type Setup struct {
	Page    string
	Title   string
	At      func(step, of int) string
	Name    Reason // the titles of the steps, and what each is for
	Times   Reason
	Style   Reason
	Listing Reason
	Invite  Reason

	Label     string // of the name
	Hint      string
	Save      string
	Busy      string
	Back      string
	Skip      string
	Finish    string
	Leave     string
	Client    string
	Colleague string
	Begin     string // on the dashboard
	GoOn      string
}

func englishSetup() Setup {
	return Setup{
		Page:  "Practice set-up",
		Title: "Set up your practice",
		At:    func(step, of int) string { return "Step " + strconv.Itoa(step) + " of " + strconv.Itoa(of) },
		Name: Reason{
			Title: "What is your practice called?",
			Text:  "Clients and colleagues see this name. You can change it later, under Practice.",
		},
		Times: Reason{
			Title: "When do you work?",
			Text:  "From this the app tells clients by when an answer can be expected. A common week is filled in already.",
		},
		Style: Reason{
			Title: "How do you use messages?",
			Text:  "Clients read this before they write for the first time, and agree to it.",
		},
		Listing: Reason{
			Title: "Do you want to be found?",
			Text:  "Most therapists invite their clients themselves and stay unlisted. Save what you choose, or leave it as it is.",
		},
		Invite: Reason{
			Title: "Whom do you want to invite?",
			Text:  "Your practice is ready. Invite your first client, or colleagues who work with you. Both can wait.",
		},
		Label:     "Name of the practice",
		Hint:      "1 to 100 characters.",
		Save:      "Save and go on",
		Busy:      "Saving…",
		Back:      "Back",
		Skip:      "Go on",
		Finish:    "Finish",
		Leave:     "You can stop at any time. What you saved stays, and you go on here.",
		Client:    "Invite a client",
		Colleague: "Invite a colleague",
		Begin:     "Set it up step by step",
		GoOn:      "Go on setting up",
	}
}
