package phrase

// Site holds the words of the public pages that the server alone shows. They
// are no part of the Catalogue, so that the browser program does not carry them.
type Site struct {
	About    Article
	Involved Article
	Fix      Fix
}

// Article is a page to read.
type Article struct {
	Page        string
	Description string // one sentence, for search engines
	Title       string
	Lead        string
	Parts       []ArticlePart
}

// ArticlePart is a part of an Article: paragraphs, then points, then where to go.
type ArticlePart struct {
	Title  string
	Text   []string
	Points []Reason // the Title of a point may be empty
	Links  []SiteLink
}

// SiteLink is a link to another page.
type SiteLink struct{ Href, Text string }

// EnglishSite returns the words in English.
func EnglishSite() *Site {
	return &Site{About: englishAbout(), Involved: englishInvolved(), Fix: englishFix()}
}

func englishAbout() Article {
	return Article{
		Page:        "About",
		Description: "What Pleiades is, who it is for, how it is kept honest, and what it cannot do.",
		Title:       "A quiet place between appointments",
		Lead:        "Much of therapy happens between the hours: a thought on the way home, a bad night, a question for next week. Pleiades gives it a place, and carries it to the person it is meant for.",
		Parts: []ArticlePart{
			{
				Title: "What it is",
				Text: []string{
					"Pleiades carries messages between people in therapy and their therapists. A client writes when a thought is there, online or not. The therapist answers when at work. What is too long for a message goes on a list for the next appointment, which both can see.",
					"It is a web app. It installs on a phone or a computer like any other, and goes on working where there is no signal.",
				},
			},
			{
				Title: "Who it is for",
				Points: []Reason{
					{Title: "People in therapy", Text: "who want to write in their own time, and to know when an answer can be expected."},
					{Title: "Therapists", Text: "with full calendars, who want to answer briefly and well, within hours that they set themselves."},
					{Title: "Practices", Text: "that want to run it on a machine of their own, and to be able to show who opened what, and when."},
				},
			},
			{
				Title: "What it is not",
				Points: []Reason{
					{Title: "No emergency service.", Text: "Nobody watches messages around the clock. Numbers that are answered now are one tap away on every page."},
					{Title: "No therapist.", Text: "Nothing here diagnoses, treats or answers in the place of a person."},
					{Title: "No chat.", Text: "Nobody sees you type, and nothing hurries you. Whether reading shows is the therapist’s choice."},
				},
			},
			{
				Title: "How it is kept honest",
				Points: []Reason{
					{Title: "It says where things stand.", Text: "Each message tells whether it waits, was sent or has arrived. If something cannot be sent, it says why, and gives you the text back."},
					{Title: "Hints stay with you.", Text: "While you write, the device itself looks for what may help, such as a line to call. The hints work by rules, and by what a program learned from made-up examples: both can be wrong. They are sent to nobody, and they never keep you from sending."},
					{Title: "The hints are measured.", Text: "They are scored on examples that were not used to make them. They miss some messages and are wrong about others, so no one should rely on them in place of a person."},
					{Title: "Looking leaves a mark.", Text: "Whoever opens messages is written down in a log made so that changes to it show. Clients see who opened theirs."},
					{Title: "Nobody else is here.", Text: "No advertising, no tracking, nothing loaded from other companies."},
				},
			},
			{
				Title: "Open limits",
				Text:  []string{"Pleiades is young. You should know this before you rely on it:"},
				Points: []Reason{
					{Text: "Nobody outside has examined its security yet."},
					{Text: "It is not end-to-end encrypted. Whoever controls the server it runs on could read what people write."},
					{Text: "The emergency numbers have not all been compared with their sources. Each one says whether it has."},
					{Text: "Colleagues cannot yet stand in for each other, and records cannot yet be exported."},
					{Text: "There are no notifications on your phone yet. Mails tell of your account, never of a message."},
				},
			},
			{
				Title: "The name",
				Text:  []string{"The Pleiades are a cluster of stars, seven of them easy to see. People have steered by them for a long time, at sea and on land. They do not tell you where to go. They help you to know where you are."},
				Links: []SiteLink{{"/get-involved", "Get involved"}, {"/contact", "Write to us"}},
			},
		},
	}
}

func englishInvolved() Article {
	return Article{
		Page:        "Get involved",
		Description: "How clinicians, practices, people with lived experience and engineers can make Pleiades better.",
		Title:       "Help to make it better",
		Lead:        "A tool like this gets good when the people who know the matter look closely and say what is wrong. You need not be an engineer. An hour of reading is worth a lot.",
		Parts: []ArticlePart{
			{
				Title: "If you are or were in therapy",
				Points: []Reason{
					{Title: "Read what it says.", Text: "Do the words feel right on a bad day? Tell us which sentence is cold, pushy or hard to understand."},
					{Title: "Try to use it tired.", Text: "In bed, with one hand, without signal. Tell us where you got stuck."},
				},
				Links: []SiteLink{{"/contact", "Tell us what you noticed"}},
			},
			{
				Title: "If you are a clinician",
				Points: []Reason{
					{Title: "Check the crisis list.", Text: "Take the country you work in. Does each number lead where it says it does? Send us the page that shows it, and the day you looked."},
					{Title: "Try the hints on your own examples.", Text: "The command “pleiades guidance review” reads messages, one a line, and writes what it finds in each. It runs on your machine and sends nothing. Made-up messages are enough: please use none of a real person. Tell us what it missed, and where it was wrong."},
					{Title: "Question the advice.", Text: "Is there a hint that you would not give, or one that is missing?"},
				},
				Links: []SiteLink{{"/crisis", "The crisis list"}, {"/contact", "Send what you found"}},
			},
			{
				Title: "If you run a practice",
				Points: []Reason{
					{Title: "Try it with a made-up practice.", Text: "The command “make run” starts one, with a client, a therapist and an admin. Nothing in it is real, so nothing can go wrong."},
					{Title: "Tell us what keeps you from using it.", Text: "The list of what is missing is long, and your answer decides its order."},
				},
				Links: []SiteLink{{"/join", "Join as a therapist"}, {"/contact", "Ask us"}},
			},
			{
				Title: "If you are an engineer",
				Points: []Reason{
					{Title: "Read the decisions.", Text: "Each says what was chosen, why, and what it costs. Tell us where we are wrong."},
					{Title: "Try to break it.", Text: "On a copy of your own, please, never where real people write. A lost message, a message seen by the wrong person, or a page that someone cannot use counts most."},
				},
				Links: []SiteLink{{"/contact", "Report what you found"}},
			},
			{
				Title: "When you report a fault",
				Text: []string{
					"Say what you did, what you expected and what happened instead, with the device and the browser. Never send words from a real conversation.",
					"If it is about security, say so in the first line, and give us a moment to mend it before you tell others. We will say what we did about it.",
				},
			},
		},
	}
}
