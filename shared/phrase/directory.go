package phrase

import "strconv"

// Directory is where people find a therapist and ask for a conversation.
type Directory struct {
	Page        string
	Lead        string
	Therapists  string // title of the list
	None        Reason
	Lookup      Lookup
	OthersOnly  Reason
	At          func(practice string) string
	Promise     string
	NotAsked    string // they take no requests now
	Yours       string // you have a conversation, or asked already
	Ask         string
	AskLabel    func(name string) string // for who cannot see whom it is about
	Note        func(name string) string
	NoteHint    string
	Send        string
	Sending     string
	Cancel      string
	NoteInvalid string

	Sent        string // title of one's own requests
	SentOffline string
	To          func(name string) string
	Waiting     string
	Accepted    string
	Declined    string
	Open        string // the conversation
	Withdraw    string
	Withdrawn   string
	Asked       string // it was sent
}

// RequestList is the page on which a therapist answers requests.
type RequestList struct {
	Page       string
	Link       func(count int) string
	Lead       string
	None       Reason
	Accept     string
	Decline    string
	Words      func(name string) string
	WordsHint  string
	Ready      string // label of the words to choose from
	ReadyWords [3]ReadyWords
	Send       string
	Cancel     string
	Invalid    string
	Accepted   string
	Declined   string
	OthersOnly Reason
}

// ReadyWords are words to choose, with a short name.
type ReadyWords struct{ Name, Text string }

// ListingForm is where a therapist says what the directory shows of them.
type ListingForm struct {
	Title         string
	Lead          string
	Practice      func(name string) string
	Listed        string
	ListedHint    string
	Accepting     string
	AcceptingHint string
	Words         string
	WordsHint     string
	Invalid       string
	Save          string
	Saving        string
	Saved         string

	ToAvailability string // where the availability comes first
}

func englishDirectory() Directory {
	return Directory{
		Page:       "Find a therapist",
		Lead:       "These therapists chose to be found here. Ask one of them for a conversation: only they see that you ask, and what you write.",
		Therapists: "Therapists",
		None: Reason{
			Title: "Nobody is listed yet",
			Text:  "If you have a therapist already, ask them for an invitation.",
		},
		Lookup: Lookup{
			Loading: "Looking them up…",
			Failed: Reason{
				Title: "The list could not be opened",
				Text:  "Please try again in a moment.",
			},
			Again: "Try again",
			Offline: Reason{
				Title: "You are offline",
				Text:  "The list is kept by the server alone. It will be here when you are back online.",
			},
		},
		OthersOnly: Reason{
			Title: "For people who look for a therapist",
			Text:  "Who looks after Pleiades itself asks nobody here.",
		},
		At:       func(practice string) string { return "At " + practice },
		Promise:  "How soon answers come",
		NotAsked: "Takes no new clients right now",
		Yours:    "You know each other here, or have asked already",
		Ask:      "Ask for a conversation",
		AskLabel: func(name string) string { return "Ask " + name + " for a conversation" },
		Note:     func(name string) string { return "A few words to " + name },
		NoteHint: "What brings you, in a sentence or two: up to 500 characters. Not for emergencies: nobody may read it for days.",
		Send:     "Send the request",
		Sending:  "Sending…",
		Cancel:   "Cancel",

		NoteInvalid: "Write 1 to 500 characters.",
		Sent:        "Your requests",
		SentOffline: "If you asked a therapist, you will see their answer here when you are back online.",
		To:          func(name string) string { return "To " + name },
		Waiting:     "Waiting for an answer",
		Accepted:    "Accepted: your conversation is there",
		Declined:    "Not this time",
		Open:        "Open the conversation",
		Withdraw:    "Withdraw",
		Withdrawn:   "The request was withdrawn, and what you wrote was deleted.",
		Asked:       "Your request was sent. You will find the answer here, and a mail tells you when there is one.",
	}
}

func englishRequestList() RequestList {
	return RequestList{
		Page: "Requests",
		Link: func(count int) string {
			if count == 1 {
				return "1 person asks for a conversation"
			}
			return strconv.Itoa(count) + " people ask for a conversation"
		},
		Lead: "People who found you in the directory and ask for a conversation. They wait, and see what you answer.",
		None: Reason{
			Title: "Nobody asks right now",
			Text:  "Whether the directory shows you, you decide on the page with your availability.",
		},
		Accept:    "Accept",
		Decline:   "Decline…",
		Words:     func(name string) string { return "Your words to " + name },
		WordsHint: "Up to 500 characters. Choose some that are ready, and change them as you like.",
		Ready:     "Ready words",
		ReadyWords: [3]ReadyWords{
			{Name: "No room", Text: "Thank you for asking. I have no room for new clients right now, and I am sorry. Please do not let that stop you: someone else here may have a place for you."},
			{Name: "Someone else fits better", Text: "Thank you for your trust. What you describe is in better hands with a colleague who knows more of it than I do. I wish you that you find them soon."},
			{Name: "Later", Text: "Thank you for asking. I cannot begin now, but may have room in a few months. You are welcome to ask again then."},
		},
		Send:     "Decline with these words",
		Cancel:   "Cancel",
		Invalid:  "Write 1 to 500 characters.",
		Accepted: "Accepted: the conversation is among yours.",
		Declined: "Declined. They can read your words.",
		OthersOnly: Reason{
			Title: "For therapists",
			Text:  "Requests to therapists are answered here.",
		},
	}
}

func englishListingForm() ListingForm {
	return ListingForm{
		Title:         "Directory",
		Lead:          "People who are logged in can find you in the directory and ask for a conversation, if you want that. It shows your name, your practice, how you use messages, how soon you answer, and your words. No search engine sees it.",
		Practice:      func(name string) string { return "At " + name },
		Listed:        "Show me in the directory",
		ListedHint:    "Until then nobody finds you there.",
		Accepting:     "I take new clients",
		AcceptingHint: "Without it you are shown, but cannot be asked.",
		Words:         "A few words about you",
		WordsHint:     "Up to 400 characters; may stay empty.",
		Invalid:       "Write at most 400 characters.",
		Save:          "Save",
		Saving:        "Saving…",
		Saved:         "Saved.",

		ToAvailability: "To your availability",
	}
}
