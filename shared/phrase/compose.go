package phrase

import "pleiades/shared/guidance"

// Compose is what stands around the box while someone writes.
type Compose struct {
	Hints   string // label of the cards
	Kept    string // on the list for the next appointment
	SeeList string
	NotKept string // the device could not

	// Help in danger, in the place where it is needed.
	HelpAway      string // the panel is closed
	HelpShow      string
	HelpShowShort string // where there is one line only
	HelpHide      string
	HelpNow       string // said at once to screen readers
	HelpFor       string // label of the countries
	HelpChoose    string // no country is chosen
	HelpNoNumber  string // until then
	HelpEmergency func(service, number string) string
	HelpCall      func(number, name string) string
	HelpText      func(what, name string) string
	HelpChat      func(name string) string
	HelpPerson    func(name string) string
	HelpPlan      string
	HelpPlanHint  string
	HelpPlanNew   string // nothing is written in it yet
	HelpAll       string
	HelpElsewhere string
	HelpStatus    string // what the words about an entry mean
	HelpSending   string
	HelpSent      string // a message about danger was sent
	HelpSentText  string
}

// Cards are the words about a text in the language of the text.
type Cards struct {
	Lang    string // BCP 47 tag
	Advice  map[guidance.Code]Advice
	Noticed func(quote string) string
	Example string // the link that opens it
	Before  string
	After   string
	Why     string // the link that opens the reason
	Guide   string // the link to the page about all hints
	Dismiss func(title string) string
	Fresh   func(title string) string // said to screen readers: a new card

	// What can be done. The lines that a tap adds to the text are in Wants.
	Wants      [3]Want
	Keep       string // for the next appointment
	KeepAll    string
	KeepMarked string // the part that is selected
	KeepHint   string // how to keep a part
	KeepTopic  func(quote string) string
	KeepNot    string
	Hide       string
	Remove     string
	HelpNow    string
	CallOffice string
	TheirWords func(name string) string
}

// Want is what a writer may want back: the button, and the line it adds.
type Want struct {
	Button string
	Line   string
}

// Advice is what is said about one kind of finding.
type Advice struct {
	Title  string // what was noticed
	Do     string // one sentence
	Before string
	After  string
	Why    string
}

// CardsIn returns the words for texts in a language, English ones for a
// language without.
func CardsIn(lang string) *Cards {
	if lang == "es" {
		return spanishCards()
	}
	return englishCards()
}

func englishCompose() Compose {
	return Compose{
		Hints:   "Hints while you write",
		Kept:    "Kept for your next appointment.",
		SeeList: "See the list",
		NotKept: "This device could not keep it. Your text is still in the box.",

		HelpAway:      "Help is one tap away.",
		HelpShow:      "Show people who help now",
		HelpShowShort: "Show it",
		HelpHide:      "Hide",
		HelpNow:       "After the box there are people you can reach right now.",
		HelpFor:       "Numbers for",
		HelpChoose:    "Choose your country",
		HelpNoNumber:  "Numbers work only in their own country, so please choose yours. In danger, call your local emergency number.",
		HelpEmergency: func(service, number string) string {
			return "Call " + number + " – " + service
		},
		HelpCall:      func(number, name string) string { return "Call " + number + " – " + name },
		HelpText:      func(what, name string) string { return what + " – " + name },
		HelpChat:      func(name string) string { return "Chat online – " + name },
		HelpPerson:    func(name string) string { return "Call " + name },
		HelpPlan:      "My safety plan",
		HelpPlanHint:  "Your own steps, in your own words",
		HelpPlanNew:   "Write down what helps you",
		HelpAll:       "All numbers",
		HelpElsewhere: "Lines in other countries",
		HelpStatus:    "Not verified: nobody has compared this number with its source yet. If it does not work, try the next one.",
		HelpSending:   "You can still send your message. But nobody watches messages around the clock, so please do not wait for an answer here.",
		HelpSent:      "Please do not wait here alone",
		HelpSentText:  "Your message will reach your therapist, but nobody watches messages around the clock. These people answer now.",
	}
}
