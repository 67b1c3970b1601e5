package phrase

import "pleiades/shared/guidance"

// Compose is what stands around the box while someone writes.
type Compose struct {
	Hints   string // label of the cards
	Kept    string // on the list for the next appointment
	SeeList string
	NotKept string // the device could not
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
	}
}
