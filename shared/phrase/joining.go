package phrase

import "pleiades/shared/wire"

// Joining is where therapists apply, and where the operator answers them.
type Joining struct {
	Page        string
	Description string // for search engines
	Title       string
	Lead        string
	Steps       [3]Reason // what happens next
	Next        string    // heading of these
	Form        string    // heading of the form
	NoScript    string

	Name       string
	NameHint   string
	Email      string
	EmailHint  string
	Practice   string
	PracHint   string
	Country    string
	Profession string
	ProfHint   string
	Licence    string
	LicHint    string
	Issuer     string
	IssuerHint string
	Website    string
	WebHint    string
	Message    string
	MsgHint    string
	Submit     string
	Busy       string
	Required   string // a field that has to be filled in, within its limits
	BadEmail   string
	BadWebsite string
	TooLong    func(most int) string

	Sent       Reason
	Loading    string // the answer
	Declined   string // title of the answer
	OwnWords   string // heading of the operator's own words
	Reasons    map[wire.DeclineReason]string
	Again      string // apply again
	BadLink    Reason
	LoadFailed Reason
	TryAgain   string
}

// Applications is the operator's part about who wants to join.
type Applications struct {
	Page     string
	Lead     string
	Status   string // label of the choice
	Statuses map[wire.ApplicationStatus]string
	Lookup   Lookup
	None     Reason
	Older    string

	Labels   ApplicationLabels
	Applied  func(when string) string
	Decided  func(when string) string
	Waits    string // approved, and nobody has come
	Approve  string
	Resend   string
	Decline  string
	Choose   string // label of the reasons
	Choices  map[wire.DeclineReason]string
	Words    string
	WordHint string
	Send     string
	Cancel   string
	Busy     string
	Approved string // said once it is done
	Sent     string // declined
}

// ApplicationLabels name what an application holds.
type ApplicationLabels struct {
	Practice, Email, Country, Profession, Licence, Issuer, Website, Message, Answer string
}

func englishJoining() Joining {
	return Joining{
		Page:        "Join as a therapist",
		Description: "How therapists and practices come to use Pleiades: what to tell us, who looks at it, and what happens then.",
		Title:       "Join as a therapist",
		Lead:        "Clients trust that whoever writes to them here is who they say they are. So somebody looks at each application before a practice is opened.",
		Next:        "What happens next",
		Steps: [3]Reason{
			{Title: "We read it.", Text: "A person looks up your licence where it was issued. That takes up to five working days."},
			{Title: "You get a mail.", Text: "If all is well it has a link, which works for three days. By it you make your account and add a second step of logging in."},
			{Title: "You set up your practice.", Text: "When you answer, how you use messages, and who works with you. Then you invite your first client."},
		},
		Form:       "Your application",
		NoScript:   "This form needs scripts. Please switch JavaScript on in your browser, or open this page in another one.",
		Name:       "Your name",
		NameHint:   "As it stands in your licence.",
		Email:      "E-mail address",
		EmailHint:  "The answer goes there.",
		Practice:   "Name of the practice",
		PracHint:   "Your own name is fine if you work alone.",
		Country:    "Country where you practise",
		Profession: "Profession",
		ProfHint:   "Such as psychologist, counsellor, psychiatrist.",
		Licence:    "Licence or registration number",
		LicHint:    "As the register shows it.",
		Issuer:     "Issued by",
		IssuerHint: "The board, chamber or register where we can look it up.",
		Website:    "Website (optional)",
		WebHint:    "It begins with https://",
		Message:    "Anything else (optional)",
		MsgHint:    "How many of you there are, or what you would like to know. Nothing about clients, please.",
		Submit:     "Send the application",
		Busy:       "Sending…",
		Required:   "Please fill this in, on one line.",
		BadEmail:   "This does not look like an e-mail address.",
		BadWebsite: "Give the whole address, such as https://example.org, or leave it empty.",
		TooLong: func(most int) string {
			return "Please use at most " + thousands(most) + " characters, and no unusual signs."
		},
		Sent: Reason{
			Title: "We have your application",
			Text:  "Thank you. Somebody reads it within five working days, and the answer comes by mail. If none comes, look into the folder for spam, or write to us.",
		},
		Loading:  "Looking for the answer…",
		Declined: "We could not approve your application",
		OwnWords: "What we would like to add",
		Reasons: map[wire.DeclineReason]string{
			wire.DeclineLicence:    "We could not find your licence where you said it was issued. That may be our mistake, or a slip of a digit. Please check both and apply again.",
			wire.DeclineIncomplete: "Something we need was missing or not clear to us. Please apply again with a little more.",
			wire.DeclineCountry:    "We cannot offer this in your country yet. We are sorry, and glad that you asked.",
			wire.DeclinePurpose:    "This is made for therapists and their clients, and we think that it would not serve your work well.",
			wire.DeclineOther:      "Thank you for asking. We cannot open a practice for you at present.",
		},
		Again: "Apply again",
		BadLink: Reason{
			Title: "This link no longer works",
			Text:  "Its time is over, or part of it is missing. You can apply again, or write to us.",
		},
		LoadFailed: Reason{
			Title: "The answer could not be loaded",
			Text:  "Check your connection, then try again.",
		},
		TryAgain: "Try again",
	}
}

func englishApplications() Applications {
	return Applications{
		Page:   "Applications",
		Lead:   "Who wants to join as a therapist. Look the licence up where it was issued before you approve.",
		Status: "Show",
		Statuses: map[wire.ApplicationStatus]string{
			wire.ApplicationOpen: "Waiting for an answer", wire.ApplicationApproved: "Approved", wire.ApplicationDeclined: "Declined",
		},
		Lookup: Lookup{
			Loading: "Loading applications…",
			Offline: Reason{Title: "You are offline", Text: "Applications are not kept on this device. They show once there is a connection."},
			Failed:  Reason{Title: "Applications could not be loaded", Text: "The server did not answer as it should."},
			Again:   "Try again",
		},
		None:  Reason{Title: "Nothing here", Text: "There is no application in this state."},
		Older: "Older ones",
		Labels: ApplicationLabels{
			Practice: "Practice", Email: "E-mail", Country: "Country", Profession: "Profession", Licence: "Licence",
			Issuer: "Issued by", Website: "Website", Message: "Message", Answer: "Our answer",
		},
		Applied: func(when string) string { return "Applied " + when },
		Decided: func(when string) string { return "Answered " + when },
		Waits:   "Nobody has come by the link yet. It works for three days after it was sent.",
		Approve: "Approve",
		Resend:  "Send another link",
		Decline: "Decline",
		Choose:  "Why",
		Choices: map[wire.DeclineReason]string{
			wire.DeclineLicence: "The licence could not be found", wire.DeclineIncomplete: "Something is missing or unclear",
			wire.DeclineCountry: "Not offered in their country", wire.DeclinePurpose: "Not made for this work", wire.DeclineOther: "Another reason",
		},
		Words:    "Your own words (optional)",
		WordHint: "At most 1,000 characters. They are shown behind the link in the mail, never in the mail itself.",
		Send:     "Decline and send",
		Cancel:   "Cancel",
		Busy:     "One moment…",
		Approved: "Approved: the link is on its way.",
		Sent:     "Declined: the answer is on its way.",
	}
}
