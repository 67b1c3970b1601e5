package phrase

// Dash is what stands on the dashboard beside the list of conversations.
type Dash struct {
	Label string

	Expect  string // title: when a client hears back
	Passed  string // the usual time for an answer has passed
	Next    string // title: the next-appointment list
	None    string // nothing is on it
	More    func(n int) string
	ToList  string
	Crisis  string // title: an emergency
	Choose  string // a country first
	Plan    string // title: the safety plan
	PlanNew string // nothing is in it yet
	PlanHas string
	ToPlan  string
	Help    string // title
	HelpHas string
	ToFix   string
	ToRead  string

	// For therapists.
	Due       string // title
	Need      func(n int) string
	Overdue   func(n int) string
	Today     func(n int) string
	Later     func(n int) string
	Nothing   string
	NotYet    string // the conversations have not come yet
	Office    string // title: when they answer
	Seen      string // before what clients see
	OfficeNot string // nothing is set, or not known here
	ToOffice  string
	Lists     func(n int) string
	ListsNone string

	// For who runs a practice.
	Practice    string
	PracticeHas string
	ToPractice  string

	ToAsked string // the requests of who has no therapist yet
}

func englishDash() Dash {
	return Dash{
		Label: "At a glance",

		Expect:  "When you hear back",
		Passed:  "The usual time has passed. See what you can do",
		Next:    "For your next appointment",
		None:    "Nothing on the list yet. What you want to speak about can wait there, and your therapist sees it too.",
		More:    func(n int) string { return "and " + thousands(n) + " more" },
		ToList:  "Open the list",
		Crisis:  "In an emergency",
		Choose:  "Choose your country once, and its numbers stand here, without a connection too.",
		Plan:    "Your safety plan",
		PlanNew: "What helps you when it gets dark, written down on a good day. It never leaves this device.",
		PlanHas: "It is on this device, for you alone.",
		ToPlan:  "Open the plan",
		Help:    "Help",
		HelpHas: "How to write well, what to expect, and what to do when something is stuck.",
		ToFix:   "Something does not work?",
		ToRead:  "Help Center",

		ToAsked: "Open your requests",

		Due: "What is due",
		Need: func(n int) string {
			return plural(n, "conversation may need you first", "conversations may need you first")
		},
		Overdue: func(n int) string {
			return plural(n, "answer is past its time", "answers are past their time")
		},
		Today:     func(n int) string { return plural(n, "answer is due today", "answers are due today") },
		Later:     func(n int) string { return plural(n, "answer is due later", "answers are due later") },
		NotYet:    "This shows once your conversations are here.",
		Nothing:   "No answer is due. Enjoy the quiet.",
		Office:    "When you answer",
		Seen:      "Your clients read now:",
		OfficeNot: "What you promise shows here once it is set and a client is there to read it.",
		ToOffice:  "Set hours, days off or away",
		Lists: func(n int) string {
			return plural(n, "thing to talk about", "things to talk about") + " on your clients’ lists."
		},
		ListsNone: "Nothing stands on your clients’ lists.",

		Practice:    "Your practice",
		PracticeHas: "Who did what, and when: the practice’s log.",
		ToPractice:  "Open it",
	}
}
