package phrase

// Agenda is the list of what to speak about in the next appointment.
type Agenda struct {
	Page      string
	Title     string
	With      func(name string) string
	Lead      func(name string) string
	Choose    string // one of several lists
	Open      func(n int) string
	Nothing   string // on a list
	Link      func(n int) string
	ToMessage string // the link back to the conversation

	Add        string
	AddLabel   string
	AddHint    string
	Closed     string // in place of the box, where care has ended
	AddButton  string
	AddEmpty   string
	Added      string // said to screen readers
	List       string // label of the list
	ByYou      string
	ByThem     func(name string) string
	EditByYou  string // follows who added it
	EditedBy   func(name string) string
	Done       string // heading of what was spoken about
	DoneBy     func(name, day string) string
	DoneByYou  func(day string) string
	Check      func(text string) string
	Up         func(text string) string
	Down       func(text string) string
	Moved      func(place, of int) string
	Edit       func(text string) string
	EditTitle  string
	EditHint   string
	EditSave   string
	EditCancel string
	Remove     func(text string) string
	RemoveAsk  string
	RemoveYes  string
	RemoveNo   string
	Removed    string
	TakeBack   string // a refused change
	Print      string
	Printed    func(day string) string
	Empty      Reason
	Loading    string
	NotHere    Reason
	NotFound   Reason
	NoList     Reason // nobody to share one with
	NotSaved   string
}

func englishAgenda() Agenda {
	return Agenda{
		Page:      "Next appointment",
		Title:     "For your next appointment",
		With:      func(name string) string { return "With " + name },
		Lead:      func(name string) string { return "You and " + name + " both see this list and can change it." },
		Choose:    "Choose a conversation to see its list.",
		Open:      func(n int) string { return plural(n, "thing to talk about", "things to talk about") },
		Nothing:   "Nothing on the list",
		Link:      func(n int) string { return "Next appointment" + inBrackets(n) },
		ToMessage: "To the messages",
		Add:       "Add something",
		AddLabel:  "What would you like to talk about?",
		Closed:    "The list can be read, and not changed.",
		AddHint:   "Enter adds it. Shift with Enter starts a new line.",
		AddButton: "Add",
		AddEmpty:  "There is nothing written yet.",
		Added:     "Added to the list.",
		List:      "To talk about",
		ByYou:     "Added by you",
		ByThem:    func(name string) string { return "Added by " + name },
		EditByYou: "changed by you",
		EditedBy:  func(name string) string { return "changed by " + name },
		Done:      "Talked about",
		DoneBy:    func(name, day string) string { return "Checked off by " + name + " · " + day },
		DoneByYou: func(day string) string { return "Checked off by you · " + day },
		Check:     func(text string) string { return "Talked about: " + text },
		Up:        func(text string) string { return "Move up: " + text },
		Down:      func(text string) string { return "Move down: " + text },
		Moved: func(place, of int) string {
			return "Moved. It is now number " + thousands(place) + " of " + thousands(of) + "."
		},
		Edit:       func(text string) string { return "Change: " + text },
		EditTitle:  "Change the text",
		EditHint:   "If it is changed somewhere else meanwhile, both texts stay on the list.",
		EditSave:   "Save",
		EditCancel: "Leave it as it was",
		Remove:     func(text string) string { return "Remove: " + text },
		RemoveAsk:  "Remove it for both of you?",
		RemoveYes:  "Remove",
		RemoveNo:   "Keep",
		Removed:    "Removed from the list.",
		TakeBack:   "Take the text back",
		Print:      "Print",
		Printed:    func(day string) string { return "Printed " + day },
		Empty: Reason{
			Title: "Nothing on the list yet",
			Text:  "What would be good to talk about when you meet? A word or two is enough to remember it by.",
		},
		Loading: "Opening the list…",
		NotHere: Reason{
			Title: "Not on this device yet",
			Text:  "You are offline, and this list has not been opened here before. It will appear when you are back online.",
		},
		NotFound: Reason{
			Title: "No such list",
			Text:  "It may never have been here, or it is not yours to see.",
		},
		NoList: Reason{
			Title: "No list yet",
			Text:  "Lists belong to conversations. Yours appears here with your first one.",
		},
		NotSaved: "This device could not keep the change. Please try again.",
	}
}

// inBrackets returns a number above zero in brackets, after a space.
func inBrackets(n int) string {
	if n <= 0 {
		return ""
	}
	return " (" + thousands(n) + ")"
}
