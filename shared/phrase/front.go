package phrase

// Front is the public front page.
type Front struct {
	Title     string
	Lead      string
	Invited   string // how to get in, beside the log in button
	Picture   Picture
	Reasons   [3]Reason
	People    [2]Points // for clients, for therapists
	Writing   string    // the link to how to write
	Safety    string    // title of the next two
	Protected [2]Points // what is, and what is not
	More      string    // the link to what Pleiades is
	NotTitle  string
	NotText   string
	Emergency string
}

// Points is a short list under a title.
type Points struct {
	Title  string
	Points [4]Reason
}

// Picture is a conversation made up to show what the app looks like.
type Picture struct {
	Label    string // for who cannot see it
	Peer     string
	Day      string
	Messages [3]PictureMessage // by the client, the therapist, the client
	Expect   string
	Box      string // in place of the box to write in
}

// PictureMessage is one message of it.
type PictureMessage struct {
	Text string
	Meta string
}

func englishFront() Front {
	return Front{
		Title:   "Room to write to your therapist",
		Lead:    "Pleiades carries messages between you and your therapist between appointments. Write in your own time, and know where every message stands.",
		Invited: "New here? Open the invitation link your therapist gave you.",
		Picture: Picture{
			Label: "A made-up conversation in the app. A client tells that the breathing exercise helped before a talk, and asks whether to go on with it. The message was delivered, and the therapist has answered. A second message, written without a connection, waits to be sent. Below stands by when an answer can be expected.",
			Peer:  "Dr. Alcyone Vale",
			Day:   "Tuesday",
			Messages: [3]PictureMessage{
				{Text: "The breathing helped before the talk on Monday. Shall I go on with it every day, or only when I need it?", Meta: "18:40 · Delivered"},
				{Text: "Good to hear. Every day this week, please, and note how it goes. We will look at it on Thursday.", Meta: "Wednesday, 9:15"},
				{Text: "I will. I am on the train now, so this may take a while.", Meta: "17:02 · Waiting for connection"},
			},
			Expect: "Usually answered by Friday, 17:00",
			Box:    "Take your time…",
		},
		Reasons: [3]Reason{
			{
				Title: "Take your time",
				Text:  "Your words are kept as you type. Nothing goes out until you send it, and what is too long for a message goes to the list for your appointment.",
			},
			{
				Title: "Know where it stands",
				Text:  "Kept on your device, sent, delivered: each message says so in plain words. Your therapist answers when they are at work.",
			},
			{
				Title: "No signal? Write anyway",
				Text:  "Read and write on the train or in the cellar. What you send waits, and goes by itself when you are back online.",
			},
		},
		People: [2]Points{
			{
				Title: "If you are in therapy",
				Points: [4]Reason{
					{Title: "Know by when.", Text: "Before you send, you see when your therapist usually answers. Weekends, holidays and days off are counted in."},
					{Title: "Find the words.", Text: "Quiet hints while you write, worked out on your device. They are told to nobody and never keep you from sending."},
					{Title: "Keep it for next time.", Text: "What needs more than a message goes on a list for your appointment, which both of you can see."},
					{Title: "Help stays close.", Text: "The emergency numbers of your country and your own safety plan are there without a connection, too."},
				},
			},
			{
				Title: "If you are a therapist",
				Points: [4]Reason{
					{Title: "Say when and how you answer.", Text: "Office hours, days off, absences, and what messages are for. Clients see it before they write."},
					{Title: "See what is due.", Text: "Conversations stand in the order of what you promised. Those that may speak of danger come first."},
					{Title: "Get messages you can answer.", Text: "Clients are helped to be short and clear, and to keep the rest for the hour."},
					{Title: "Keep your evenings.", Text: "No typing marks, and no read marks unless you choose them."},
				},
			},
		},
		Writing: "How to write to your therapist",
		Safety:  "Plainly, about safety",
		Protected: [2]Points{
			{
				Title: "What is protected",
				Points: [4]Reason{
					{Title: "On the way.", Text: "What you send is sealed on your device, for the server alone."},
					{Title: "On the server.", Text: "What people write, their names and their addresses are stored encrypted. The keys are kept apart."},
					{Title: "On your device.", Text: "It is encrypted there, too, and locks by itself when nothing happens for a while."},
					{Title: "Within the practice.", Text: "Those who only run the practice have no way to a message. You can see who opened yours."},
				},
			},
			{
				Title: "What is not",
				Points: [4]Reason{
					{Title: "The server’s own eyes.", Text: "Pleiades is not end-to-end encrypted. Whoever controls the server could read what you write."},
					{Title: "An open device.", Text: "Someone who holds it while it is open, or a program that watches it, sees what you see."},
					{Title: "That you were here.", Text: "Your browser’s history may show that you visited this site."},
					{Title: "What we do not know.", Text: "Nobody outside has examined the security of Pleiades yet."},
				},
			},
		},
		More:      "More about Pleiades",
		NotTitle:  "Not for emergencies.",
		NotText:   "Nobody watches messages around the clock, and an answer can take days.",
		Emergency: "If you or someone near you is in danger, call your local emergency number now.",
	}
}
