package phrase

// Fix is the page that mends what can be mended on the device. It has a script
// of its own and works where the program does not.
type Fix struct {
	Page        string
	Description string
	Title       string
	Lead        string
	NoScript    string

	Mend    string // title of the steps
	Refresh FixStep
	Update  FixStep
	LogIn   FixStep
	Browser FixStep
	Caches  FixStep
	Busy    string
	Open    string // opens the app
	Back    string // the same in short
	Offline string // a step needs the server
	Failed  string // a step did not work
	Kept    string // before the number of what waits; after it stands KeptEnd
	KeptEnd string

	UpdateNone string
	UpdateDone string
	BrowserOK  string
	BrowserOld string // before the names of what is missing
	BrowserDo  string
	CachesDone string

	More  string // title of the ways to go on
	Links []FixLink
}

// FixStep is a step to try.
type FixStep struct {
	Title string
	Text  string
	Do    string // its button
}

// FixLink is a way to go on.
type FixLink struct {
	TestID string
	Href   string
	Title  string
	Text   string
}

func englishFix() Fix {
	return Fix{
		Page:        "Help",
		Description: "Steps that mend Pleiades on your device, and ways to reach someone.",
		Title:       "How can we help?",
		Lead:        "If something is stuck, try these from the top. None of them loses a draft or a message that waits.",
		NoScript:    "The steps need JavaScript. Please switch it on in your browser, or load the page anew.",

		Mend: "Mend it",
		Refresh: FixStep{
			Title: "Start afresh",
			Text:  "Loads Pleiades again from the beginning. It helps more often than one would think.",
			Do:    "Load it again",
		},
		Update: FixStep{
			Title: "Check for an update",
			Text:  "Asks the server for a newer version, and changes over to it.",
			Do:    "Check now",
		},
		LogIn: FixStep{
			Title: "Log in again",
			Text:  "Ends this login and begins another. Your drafts and what waits stay on this device.",
			Do:    "Log in again",
		},
		Browser: FixStep{
			Title: "Is the browser too old?",
			Text:  "Pleiades needs a few newer features. They are looked for right here.",
		},
		Caches: FixStep{
			Title: "Clear the caches",
			Text:  "Throws the program’s own files away and fetches them anew. Drafts, what waits, conversations and the safety plan are not touched. Please do not clear the site’s data in the browser’s settings instead: that would delete them.",
			Do:    "Clear and fetch anew",
		},
		Busy:    "One moment…",
		Open:    "Open Pleiades",
		Back:    "To the app",
		Offline: "This needs a connection, and the server does not answer now. Nothing was changed. Try again later; you can go on writing meanwhile.",
		Failed:  "That did not work, but nothing was lost. Close Pleiades in all tabs and windows, open it again, and try once more.",
		Kept:    "Waiting on this device to be sent:",
		KeptEnd: "– the steps leave it alone.",

		UpdateNone: "You have the newest version.",
		UpdateDone: "The new version is in place.",
		BrowserOK:  "This browser has all that is needed.",
		BrowserOld: "This browser lacks:",
		BrowserDo:  "Update the browser. On an iPhone or iPad, update iOS. Where neither helps, try another browser, such as Firefox, Chrome or Edge. A private window and a browser inside another app may lack things, too.",
		CachesDone: "Done. The program’s files are new.",

		More: "Find out more",
		Links: []FixLink{
			{TestID: "fix-diagnostics", Href: "/diagnostics", Title: "Look at this device", Text: "Connection, storage, clock and more, with a plain word on each."},
			{TestID: "fix-help", Href: "/help", Title: "Help Center", Text: "How everything works, to read and to search."},
			{TestID: "fix-tars", Href: "/help#tars", Title: "Ask TARS", Text: "The assistant that answers from the Help Center, on your device."},
			{TestID: "fix-support", Href: "/contact", Title: "Write to support", Text: "To the people who run Pleiades here. They are not your therapist."},
			{TestID: "fix-crisis", Href: "/crisis", Title: "Help in an emergency", Text: "Numbers that are answered now."},
		},
	}
}
