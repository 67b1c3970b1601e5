package phrase

import (
	"strings"

	"pleiades/shared/crisis"
)

// Crisis are the words around emergency numbers and crisis lines.
type Crisis struct {
	Page          string
	Description   string
	Lead          string
	NotHere       string // nobody watches messages around the clock
	Danger        string
	BackToApp     string
	Choose        string // a country
	ChooseHint    string // why none is chosen already
	All           string // show all countries
	Print         string
	Elsewhere     string // heading, for countries that are not listed
	ElsewhereHint string
	Emergency     string // heading of the emergency numbers
	Lines         string // heading of the crisis lines
	Call          func(number string) string
	Text          func(number string) string
	TextWord      func(word, number string) string
	Chat          string
	OpenAlways    string
	OpenSpan      func(hours string) string
	OpenUnknown   string
	Spoken        func(languages string) string
	Services      map[crisis.Service]string
	Audiences     map[crisis.Audience]string
	Languages     map[string]string // by ISO 639 code
	Statuses      map[crisis.Status]string
	VerifiedOn    string // before the day
	Source        string // before a source that was read itself
	ArchivedCopy  string // before a source of which a copy was read
	AboutSources  string
}

// OpenHours says when a line answers.
func (c *Crisis) OpenHours(hours crisis.Hours) string {
	switch hours {
	case "":
		return c.OpenUnknown
	case crisis.Always:
		return c.OpenAlways
	default:
		return c.OpenSpan(strings.Replace(string(hours), "-", "–", 1))
	}
}

// TextTo says what to text, and to which number.
func (c *Crisis) TextTo(text crisis.Text) string {
	if text.Keyword == "" {
		return c.Text(string(text.Phone))
	}
	return c.TextWord(text.Keyword, string(text.Phone))
}

// SpokenOn says which languages are spoken on a line, empty where that is not
// known. A language without a name here goes by its code.
func (c *Crisis) SpokenOn(line crisis.Line) string {
	if len(line.Languages) == 0 {
		return ""
	}
	names := make([]string, len(line.Languages))
	for i, code := range line.Languages {
		names[i] = code
		if name, ok := c.Languages[code]; ok {
			names[i] = name
		}
	}
	return c.Spoken(strings.Join(names, ", "))
}

func englishCrisis() Crisis {
	return Crisis{
		Page:          "Help right now",
		Description:   "Emergency numbers and crisis lines by country: people you can call, text or chat with now.",
		Lead:          "You do not have to get through this alone. The people below listen for exactly such moments. You need no special reason to call.",
		NotHere:       "Nobody watches messages around the clock in Pleiades. Your therapist may not see a message for hours or days. In an emergency, do not wait for an answer here.",
		Danger:        "If you or someone near you is in danger now, call the emergency number of the country you are in.",
		BackToApp:     "Back to Pleiades",
		Choose:        "Choose the country you are in",
		ChooseHint:    "Numbers work only in their own country, so we never guess yours.",
		All:           "Show all countries on one page",
		Print:         "You can print this page: it prints the country you chose.",
		Elsewhere:     "Your country is not listed?",
		ElsewhereHint: "This free directory lists crisis lines in many more countries.",
		Emergency:     "Emergency",
		Lines:         "People who listen",
		Call:          func(number string) string { return "Call " + number },
		Text:          func(number string) string { return "Text " + number },
		TextWord:      func(word, number string) string { return "Text " + word + " to " + number },
		Chat:          "Chat online",
		OpenAlways:    "Open day and night",
		OpenSpan:      func(hours string) string { return "Open daily " + hours + ", local time" },
		OpenUnknown:   "Opening hours not known",
		Spoken:        func(languages string) string { return "Languages: " + languages },
		Services: map[crisis.Service]string{
			crisis.AllServices: "Police, ambulance, fire",
			crisis.Ambulance:   "Ambulance",
			crisis.Police:      "Police",
			crisis.Fire:        "Fire and rescue",
		},
		Audiences: map[crisis.Audience]string{
			crisis.Everyone:   "For everyone",
			crisis.Youth:      "For children and young people",
			crisis.LGBTQ:      "For LGBTQ+ people",
			crisis.Veterans:   "For veterans",
			crisis.Abuse:      "Abuse and violence",
			crisis.Men:        "For men",
			crisis.Indigenous: "For Indigenous people",
			crisis.Older:      "For older people",
		},
		Languages: map[string]string{
			"ar": "Arabic", "bg": "Bulgarian", "cs": "Czech", "cy": "Welsh", "da": "Danish", "de": "German", "el": "Greek",
			"en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French",
			"he": "Hebrew", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "is": "Icelandic", "it": "Italian",
			"ja": "Japanese", "ko": "Korean", "lb": "Luxembourgish", "lt": "Lithuanian", "lv": "Latvian", "nl": "Dutch",
			"no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak",
			"sl": "Slovene", "sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "th": "Thai", "tr": "Turkish",
			"uk": "Ukrainian", "vi": "Vietnamese", "yue": "Cantonese", "zh": "Chinese",
		},
		Statuses: map[crisis.Status]string{
			crisis.Verified:   "Verified",
			crisis.Stale:      "Verified too long ago",
			crisis.Unverified: "Not verified",
		},
		VerifiedOn:   "Last compared with its source on",
		Source:       "Source:",
		ArchivedCopy: "Source, read in an archived copy:",
		AboutSources: "Numbers change. Each entry says where it was read. Not verified means that nobody has compared it with the organization’s own page yet: it is probably right, but if it does not work, call the emergency number or try another line.",
	}
}
