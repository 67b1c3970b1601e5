package phrase

import "pleiades/shared/help"

// HelpCenter is what stands around the articles of the Help Center.
type HelpCenter struct {
	Page        string
	Description string
	Title       string
	Lead        string
	Back        string // to the app
	All         string // the way from an article to the overview
	Groups      map[help.Audience]string
	Articles    string // label of the list of all articles
	Loading     string
	Failed      Reason
	Again       string

	Search   string // label of the box
	Found    func(n int) string
	NotFound string

	Contents  string
	Link      func(title string) string // label of the link to a heading
	Print     string
	Previous  string
	Next      string
	Beside    string // label of the links to the articles before and after
	Effective string // label of an example
	Poor      string

	Try      string // the button at an example
	TryLabel func(number int) string
	TryTitle string
	TryLead  string
	TryBox   string // label of the box

	Helpful     string
	Yes         string
	No          string
	Thanks      string
	Waits       string // behind Thanks, without a connection
	Words       string // label of the box for words
	WordsHint   string
	Send        string
	Empty       string // Send was pressed with nothing written
	TooLong     string
	WordsThanks string
	NotSent     string // without a connection
	TooOften    string
}

// TARS is the support assistant.
type TARS struct {
	Name      string
	Lead      string
	Label     string // of the box
	Ask       string
	Busy      string // while it gets ready
	Found     string
	More      string // before other passages
	Read      func(article string) string
	Unsure    string // before the choices
	Nothing   string
	Declined  Reason
	Empty     string
	ToAll     string // link to the article about crisis resources
	HandOver  string // the button that asks for consent
	Consent   string // before the question
	Yes       string
	No        string
	Danger    string // under every reply, before HelpNow
	HelpNow   string // link to the crisis lines
	Forgetful string
}

func englishHelpCenter() HelpCenter {
	return HelpCenter{
		Page:        "Help Center",
		Description: "How to write to your therapist, when to expect an answer, what is private, and what to do when something does not work.",
		Title:       "How can we help?",
		Lead:        "Everything here can be read without logging in and without a connection.",
		Back:        "To your messages",
		All:         "Help Center",
		Groups: map[help.Audience]string{
			help.ForEveryone:   "For everyone",
			help.ForClients:    "For clients",
			help.ForTherapists: "For therapists",
		},
		Articles: "All articles",
		Loading:  "Opening the Help Center…",
		Failed: Reason{
			Title: "The Help Center did not open",
			Text:  "It needs a connection the first time. Nothing you wrote is lost.",
		},
		Again: "Try again",

		Search: "Search the Help Center",
		Found: func(n int) string {
			return plural(n, "result", "results")
		},
		NotFound: "Nothing found. Try other words, or ask TARS below.",

		Contents:  "On this page",
		Link:      func(title string) string { return "Link to: " + title },
		Print:     "Print",
		Previous:  "Before this",
		Next:      "Next",
		Beside:    "More articles",
		Effective: "Effective",
		Poor:      "Less effective",

		Try:      "Try it",
		TryLabel: func(number int) string { return "Try it: example " + thousands(number) },
		TryTitle: "Try it yourself",
		TryLead:  "Write or change a text and see the same hints as in your conversation. Nothing here is sent or kept.",
		TryBox:   "A text to try",

		Helpful:     "Was this helpful?",
		Yes:         "Yes",
		No:          "No",
		Thanks:      "Thank you for telling us.",
		Waits:       "You are offline: it is sent once there is a connection.",
		Words:       "What could be better? (optional)",
		WordsHint:   "Read by the people who run Pleiades, without your name. Please write nothing private here.",
		Send:        "Send",
		Empty:       "There is nothing written yet.",
		TooLong:     "That is too long: 1,000 characters at most.",
		WordsThanks: "Thank you. Your words help to make this page better.",
		NotSent:     "This needs a connection. Please try again when you are online.",
		TooOften:    "That was a lot at once. Please try again in a few minutes.",
	}
}

func englishTARS() TARS {
	return TARS{
		Name:  "Ask TARS",
		Lead:  "TARS is the support assistant. It looks for answers in these articles, on your device. Ask about Pleiades in your own words.",
		Label: "Your question",
		Ask:   "Ask",
		Busy:  "One moment…",
		Found: "This should help:",
		More:  "Or did you mean:",
		Read: func(article string) string {
			return "Read it in “" + article + "”"
		},
		Unsure:  "I am not sure what you mean. Is it one of these?",
		Nothing: "I found nothing about that, and I read English only. Could you say it in other words? You can also take your question to a person.",
		Declined: Reason{
			Title: "That is not for me to answer",
			Text:  "I only know how Pleiades works. I cannot advise on therapy, medicine or anything else. Please ask your therapist, or your doctor about medicines.",
		},
		Empty:     "Write your question first.",
		ToAll:     "How crisis lines work",
		HandOver:  "Ask a person instead",
		Consent:   "Your question goes into the form for support. You can change it there, and nothing is sent before you press Send.",
		Yes:       "Take it to support",
		No:        "No, thanks",
		Danger:    "In danger?",
		HelpNow:   "Help right now",
		Forgetful: "TARS remembers nothing and sends nothing.",
	}
}
