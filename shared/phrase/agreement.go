package phrase

import (
	"strconv"

	"pleiades/shared/availability"
	"pleiades/shared/wire"
)

// Agreement is what clients are told of messaging before they write.
type Agreement struct {
	Title       func(name string) string // of the therapist
	Lead        string
	ChangedBy   func(parts string) string // instead of Lead, with names of what changed or none
	Changed     map[wire.AgreementPart]string
	Style       string // headings
	Promise     string
	Words       func(name string) string
	Emergencies string
	Privacy     string

	EmergenciesText string
	EmergenciesLink string
	PrivacyText     func(name string) string

	Acknowledge  string
	Acknowledged func(day string) string
	AckWaiting   string // acknowledged here, on its way
	AckFailed    string
	Again        string // the link to read it again
	Close        string
	NotSet       func(name string) string // there is none

	// What a therapist sees of it in a conversation.
	SeenBy   func(name, day string) string
	SeenOld  func(name, day string) string
	NotSeen  func(name string) string
	Settings string // heading on the page of settings

	// Styles say in a few words how a therapist uses messages, to a client.
	Styles map[availability.Style]Reason
	// Within says how long an answer takes, from business hours.
	Within func(least, most int) string
	// BusinessDays says what counts.
	BusinessDays string
}

// Expect is what is said about when an answer comes. Times come written out in
// the reader's zone.
type Expect struct {
	By            func(when string) string
	Later         func(day string) string // the outlook ends before
	Sent          func(when string) string
	SentLater     func(day string) string
	NotBefore     func(day string) string // the therapist is away until then
	SentNotBefore func(day string) string
	Counting      string // under a message that waits
	Passed        func(when string) string
	NotSet        func(name string) string
	Unknown       string // what is known is too old
	None          func(name string) string
	ToList        string // the link from there
	Logistics     string

	PassedTitle  string
	PassedText   string
	WriteAgain   string
	CallPractice string
	NextTime     string
	InDanger     string

	// For therapists.
	Due          func(when string) string
	DueSince     func(when string) string
	DueLater     func(day string) string
	DueNotBefore func(day string) string
	MayNeed      string
	MayNeedList  string // because of what stands on the next-appointment list
}

func englishAgreement() Agreement {
	return Agreement{
		Title: func(name string) string { return "How messages with " + name + " work" },
		Lead:  "A minute of reading, so that you know what to expect. You can write before you have read it.",
		ChangedBy: func(parts string) string {
			if parts == "" {
				return "Something here has changed since you read it."
			}
			return "This has changed since you read it: " + parts + "."
		},
		Changed: map[wire.AgreementPart]string{
			wire.AgreementStyle:   "what messages are for",
			wire.AgreementPromise: "how soon answers come",
			wire.AgreementWords:   "your therapist’s own words",
			wire.AgreementText:    "emergencies and privacy",
		},
		Style:           "What messages are for",
		Promise:         "How soon answers come",
		Words:           func(name string) string { return "In the words of " + name },
		Emergencies:     "Emergencies",
		Privacy:         "Who can read them",
		EmergenciesText: "Nobody watches messages around the clock. In danger, or if you cannot keep yourself safe, do not wait for an answer here.",
		EmergenciesLink: "Numbers and people who help right now",
		PrivacyText: func(name string) string {
			return "In Pleiades, you and " + name + " can open this conversation. Admins of the practice cannot. What you write is kept on this device and on the server. Whoever can unlock this device while you are logged in can read it here, and those who run the server could reach what it keeps."
		},
		Acknowledge:  "I have read this",
		Acknowledged: func(day string) string { return "You read this on " + day + "." },
		AckWaiting:   "You have read this. It is noted as soon as you are online.",
		AckFailed:    "This device could not note it. Please try again.",
		Again:        "About messages",
		Close:        "Close",
		NotSet:       func(name string) string { return name + " has not set yet how they use messages." },
		SeenBy:       func(name, day string) string { return name + " read how you use messages on " + day + "." },
		SeenOld: func(name, day string) string {
			return name + " has not read your latest changes. They read an earlier version on " + day + "."
		},
		NotSeen:  func(name string) string { return name + " has not read yet how you use messages." },
		Settings: "How messages work",
		Styles: map[availability.Style]Reason{
			availability.StyleOpen: {
				Title: "Open",
				Text:  "You may write about anything that is on your mind between appointments.",
			},
			availability.StyleBrief: {
				Title: "Brief",
				Text:  "Short messages are welcome. What needs more room belongs in your appointment.",
			},
			availability.StyleLogistics: {
				Title: "Practical matters only",
				Text:  "Messages are for times, bills, forms and the like. The rest belongs in your appointment.",
			},
			availability.StyleNone: {
				Title: "Not between appointments",
				Text:  "Messages are not answered between appointments. Keep what matters on the list for your next one.",
			},
		},
		Within: func(least, most int) string {
			switch {
			case least == most:
				return "Usually in " + businessTime(most)
			case least == 0:
				return "Usually within " + businessTime(most)
			case least%24 == 0 && most%24 == 0:
				return "Usually in " + strconv.Itoa(least/24) + " to " + businessTime(most)
			default:
				return "Usually in " + strconv.Itoa(least) + " to " + businessTime(most)
			}
		},
		BusinessDays: "Weekends, holidays and days off do not count.",
	}
}

// businessTime writes a number of business hours, a whole day being 24.
func businessTime(hours int) string {
	if hours%24 == 0 {
		return plural(hours/24, "business day", "business days")
	}
	return plural(hours, "business hour", "business hours")
}

func englishExpect() Expect {
	return Expect{
		By:            func(when string) string { return "Usually answered by " + when + " your time" },
		Later:         func(day string) string { return "Usually answered later than " + day },
		Sent:          func(when string) string { return "Once sent, usually answered by " + when + " your time" },
		SentLater:     func(day string) string { return "Once sent, usually answered later than " + day },
		NotBefore:     func(day string) string { return "Usually not answered before " + day },
		SentNotBefore: func(day string) string { return "Once sent, usually not answered before " + day },
		Counting:      "The time for an answer counts from when it is delivered",
		Passed:        func(when string) string { return "An answer would usually have come by " + when + " your time" },
		NotSet:        func(name string) string { return name + " has not said yet how soon answers usually come." },
		Unknown:       "When an answer usually comes will show here once you are online.",
		None: func(name string) string {
			return name + " does not answer messages between appointments."
		},
		ToList:       "Keep it for your next appointment",
		Logistics:    "For times, bills, forms and the like.",
		PassedTitle:  "No answer yet",
		PassedText:   "The usual time for an answer has passed. That is no judgement of you or of what you wrote. People fall ill, are held up, or miss a message. What you can do now:",
		WriteAgain:   "Write again, even if it is only one line.",
		CallPractice: "Call the practice, if it cannot wait.",
		NextTime:     "Put it on the list for your next appointment",
		InDanger:     "In danger, or close to it: find help right now",
		Due:          func(when string) string { return "Answer due " + when },
		DueSince:     func(when string) string { return "Answer due since " + when },
		DueLater:     func(day string) string { return "Answer due later than " + day },
		DueNotBefore: func(day string) string { return "Answer not due before " + day },
		MayNeed:      "May need you first",
		MayNeedList:  "May need you first · on the list",
	}
}
