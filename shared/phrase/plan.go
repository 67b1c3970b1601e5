package phrase

// SafetyPlan is the page of a person's private plan for hard hours.
type SafetyPlan struct {
	Page       string
	Lead       string
	Private    string // it stays on this device
	Crisis     string // the link to emergency numbers
	Signs      PlanPart
	Steps      PlanPart
	Places     PlanPart
	People     PlanPart
	Reasons    PlanPart
	Safer      PlanPart
	Name       string
	Phone      string
	PersonOf   func(n int) string // label of a person's fields
	CallPerson func(name string) string
	AddPerson  string
	DropPerson func(name string) string
	Saved      string
	NotSaved   string
	Print      string
	PrintHint  string
	Printed    func(day string) string
	Country    string // heading
	CountryOf  string // label
	CountryAsk string // none is chosen
	Hint       string // why it matters
	Link       string // to the page
}

// PlanPart is a part of the plan: its heading and what may stand there.
type PlanPart struct {
	Title string
	Hint  string
}

func englishSafetyPlan() SafetyPlan {
	return SafetyPlan{
		Page:    "My safety plan",
		Lead:    "For hours when it is hard to think. Write it on a good day, a line here and there. Nothing has to be complete.",
		Private: "It stays on this device. It is not sent to anyone, not to your therapist either. Logging out deletes it here, so print it if you want to keep a copy.",
		Crisis:  "Help right now",
		Signs: PlanPart{
			Title: "How I notice that it is getting hard",
			Hint:  "Thoughts, feelings or things I do. For example: I stop answering calls.",
		},
		Steps: PlanPart{
			Title: "What I can do by myself",
			Hint:  "For example: a warm shower, that one playlist, ten minutes outside.",
		},
		Places: PlanPart{
			Title: "Places and people that take my mind off it",
			Hint:  "For example: the library, my neighbor and her dog.",
		},
		People: PlanPart{
			Title: "People I can call",
			Hint:  "Family, friends, my doctor or my practice. They show up when help is offered while you write.",
		},
		Reasons: PlanPart{
			Title: "What I want to live for",
			Hint:  "Big or small. For example: my niece, seeing the sea again.",
		},
		Safer: PlanPart{
			Title: "How I make my surroundings safer",
			Hint:  "For example: someone I trust keeps what I could hurt myself with.",
		},
		Name:       "Name",
		Phone:      "Phone number",
		PersonOf:   func(n int) string { return "Person " + thousands(n) },
		CallPerson: func(name string) string { return "Call " + name },
		AddPerson:  "Add a person",
		DropPerson: func(name string) string { return "Take " + name + " off the plan" },
		Saved:      "Saved on this device",
		NotSaved:   "This device could not save it. Please print it or copy it to a safe place.",
		Print:      "Print",
		PrintHint:  "A copy in your bag or on the fridge works without any device.",
		Printed:    func(day string) string { return "Printed " + day },
		Country:    "My country, for crisis numbers",
		CountryOf:  "Country",
		CountryAsk: "Not chosen yet",
		Hint:       "Numbers work only in their own country. Your choice stays on this device.",
		Link:       "My safety plan",
	}
}
