package phrase

import (
	"strconv"

	"pleiades/shared/availability"
)

// Office is the page where therapists say when and how they answer.
type Office struct {
	Page     string
	Title    string
	Lead     string
	Practice func(name string) string // heading, where there are several

	Style        string
	StyleHint    string
	Styles       map[availability.Style]Reason // what each means for clients
	Words        string
	WordsHint    string
	WordsLeft    func(n int) string
	WordsOver    func(n int) string
	Promise      string
	PromiseHint  string
	Min          string
	Max          string
	Hours        string // unit, behind the number
	InDays       func(least, most int) string
	Zone         string
	ZoneHint     string
	ZoneDevice   func(zone string) string
	ZoneFor      func(zone string) string
	Calendar     string
	CalendarHint string
	// CalendarEnds says to the end of which year all holidays, and most, are
	// known.
	CalendarEnds func(all, most int) string

	OfficeHours     string
	OfficeHoursHint string
	Weekdays        [7]string // from Monday
	ClosedDay       string
	From            func(day string) string
	To              func(day string) string
	Dash            string
	AddSpan         string
	AddSpanFor      func(day string) string
	RemoveSpan      func(day string, n int) string
	Copy            string
	CopyFor         func(day string) string
	CopyTo          func(day string) string // heading of the choice of days
	CopyDo          string
	CopyCancel      string
	Copied          string

	Closed       string
	ClosedHint   string
	ClosedDate   func(n int) string
	AddClosed    string
	RemoveClosed func(n int) string
	Away         string
	AwayHint     string
	AwayFrom     func(n int) string
	AwayTo       func(n int) string
	FirstDay     string
	LastDay      string
	AddAway      string
	RemoveAway   func(n int) string
	Remove       string

	Preview          string
	PreviewHint      string
	PreviewNow       func(when string) string
	PreviewLater     func(day string) string
	PreviewNotBefore func(day string) string // someone is away until then
	NoFirstDay       string                  // of an absence
	NoLastDay        string
	PreviewOffline   string
	PreviewErrors    string
	PreviewBusy      string

	Save        string
	Saving      string
	Saved       string
	Unsaved     string
	Unchanged   string
	SaveOffline string
	SaveErrors  func(n int) string
	SaveFailed  string
	NotYet      string // nothing was ever saved

	// What was saved on another page or device meanwhile.
	Elsewhere        Reason
	ElsewhereTaken   string // before what the form has now
	ElsewhereKept    string // before what is there, and something else here
	ElsewhereUnsaved string
	Nothing          string // where a list or a text is empty
	Quoted           func(words string) string
	Between          func(least, most int) string // business hours
	Reach            func(from, to string) string // times, or days

	Loading     string
	LoadFailed  Reason
	LoadAgain   string
	NeedsServer Reason
	OthersOnly  Reason // for people who are no therapists
}

func englishOffice() Office {
	return Office{
		Page:     "Availability",
		Title:    "When and how you answer",
		Lead:     "Your clients see this before they write. Changes reach their open pages at once.",
		Practice: func(name string) string { return "At " + name },

		Style:     "What messages are for",
		StyleHint: "Clients are told, and a draft that does not fit gets a gentle word.",
		Styles: map[availability.Style]Reason{
			availability.StyleOpen:      {Title: "Open", Text: "Clients may write about anything. They see when you usually answer."},
			availability.StyleBrief:     {Title: "Brief", Text: "Clients are asked to keep it short, and to keep the rest for the appointment."},
			availability.StyleLogistics: {Title: "Practical matters only", Text: "Clients are asked to write about times, bills, forms and the like alone."},
			availability.StyleNone:      {Title: "Not between appointments", Text: "Clients are told not to expect answers, and are led to the list for the next appointment. They can still write."},
		},
		Words:       "In your own words",
		WordsHint:   "Optional. Shown to your clients as it is.",
		WordsLeft:   func(n int) string { return plural(n, "character left", "characters left") },
		WordsOver:   func(n int) string { return plural(n, "character too many", "characters too many") },
		Promise:     "How soon you answer",
		PromiseHint: "In business hours. A whole business day counts 24; weekends, holidays and days off count nothing.",
		Min:         "At the soonest",
		Max:         "At the latest",
		Hours:       "hours",
		InDays: func(least, most int) string {
			switch {
			case least == most:
				return "That is " + businessDays(most) + "."
			case least == 0:
				return "That is up to " + businessDays(most) + "."
			default:
				return "That is " + tenths(least) + " to " + businessDays(most) + "."
			}
		},
		Zone:         "Time zone",
		ZoneHint:     "All days and times below are in this zone. Clients see them in their own.",
		ZoneDevice:   func(zone string) string { return zone + " (this device)" },
		ZoneFor:      func(zone string) string { return "Times are those of " + zone + "." },
		Calendar:     "Public holidays",
		CalendarHint: "The promise stands still on them.",
		CalendarEnds: func(all, most int) string {
			if all == most {
				return "They are known to the end of " + year(all) + ". Please add later ones that follow the moon as days off."
			}
			return "All of them are known to the end of " + year(all) + ", those that almanacs reckon to the end of " + year(most) +
				". Please add the others as days off."
		},

		OfficeHours:     "Office hours",
		OfficeHoursHint: "Answers are due by the end of office hours. For the end of a day, choose midnight (00:00 or 12:00 AM).",
		Weekdays:        [7]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
		ClosedDay:       "Closed",
		From:            func(day string) string { return day + ", from" },
		To:              func(day string) string { return day + ", to" },
		Dash:            "to",
		AddSpan:         "Add hours",
		AddSpanFor:      func(day string) string { return "Add hours on " + day },
		RemoveSpan:      func(day string, n int) string { return "Remove hours " + thousands(n) + " of " + day },
		Copy:            "Copy",
		CopyFor:         func(day string) string { return "Copy the hours of " + day + " to other days" },
		CopyTo:          func(day string) string { return "Copy the hours of " + day + " to:" },
		CopyDo:          "Copy",
		CopyCancel:      "Cancel",
		Copied:          "Copied.",

		Closed:       "Days off",
		ClosedHint:   "Single days, beside the public holidays.",
		ClosedDate:   func(n int) string { return "Day off " + thousands(n) },
		AddClosed:    "Add a day off",
		RemoveClosed: func(n int) string { return "Remove day off " + thousands(n) },
		Away:         "Away",
		AwayHint:     "Longer absences, first and last day included. Clients see “away until” with your next day of work.",
		AwayFrom:     func(n int) string { return "Away " + thousands(n) + ", first day" },
		AwayTo:       func(n int) string { return "Away " + thousands(n) + ", last day" },
		FirstDay:     "First day",
		LastDay:      "Last day",
		AddAway:      "Add an absence",
		RemoveAway:   func(n int) string { return "Remove absence " + thousands(n) },
		Remove:       "Remove",

		Preview:          "What your clients see",
		PreviewHint:      "With what is filled in now, saved or not.",
		PreviewNow:       func(when string) string { return "A message sent now would usually be answered by " + when },
		PreviewLater:     func(day string) string { return "A message sent now would usually be answered later than " + day },
		PreviewNotBefore: func(day string) string { return "A message sent now would usually not be answered before " + day },
		NoFirstDay:       "Fill in the first day.",
		NoLastDay:        "Fill in the last day.",
		PreviewOffline:   "The preview needs a connection. What you fill in stays here.",
		PreviewErrors:    "The preview comes back when the marked fields are right.",
		PreviewBusy:      "Working it out…",

		Save:        "Save",
		Saving:      "Saving…",
		Saved:       "Saved. Your clients see it now.",
		Unsaved:     "Not saved yet.",
		Unchanged:   "All is saved.",
		SaveOffline: "Saving needs a connection. What you filled in stays here until you close this page.",
		SaveErrors: func(n int) string {
			return plural(n, "field needs another look", "fields need another look") + ". Nothing has changed yet."
		},
		SaveFailed: "Not saved.",
		NotYet:     "Nothing is set yet. Your clients see no times until you save.",

		Elsewhere: Reason{
			Title: "Saved on another page meanwhile",
			Text:  "After you opened these times here, others were saved on another page or device. Nothing you typed is lost, and nothing was saved from here yet. Look it over, then save again.",
		},
		ElsewhereTaken:   "Changed there, and taken over below:",
		ElsewhereKept:    "Changed in both places. Below it stands as you typed it; saved there is:",
		ElsewhereUnsaved: "Not saved yet: see what was saved on another page meanwhile, then save again.",
		Nothing:          "nothing",
		Quoted:           func(words string) string { return "“" + words + "”" },
		Between:          func(least, most int) string { return thousands(least) + " to " + plural(most, "hour", "hours") },
		Reach:            func(from, to string) string { return from + " to " + to },

		Loading:     "Fetching your times…",
		LoadFailed:  Reason{Title: "Your times could not be fetched", Text: "Try again in a moment."},
		LoadAgain:   "Try again",
		NeedsServer: Reason{Title: "This page needs a connection", Text: "Your times will appear here as soon as you are online."},
		OthersOnly: Reason{
			Title: "This page is for therapists",
			Text:  "Therapists say here when and how they answer. You see it in your conversation.",
		},
	}
}

// year writes a year, which has no comma.
func year(n int) string { return strconv.Itoa(n) }

// businessDays writes business hours as days, with one decimal where needed.
func businessDays(hours int) string {
	if hours == 24 {
		return "1 business day"
	}
	return tenths(hours) + " business days"
}

// tenths writes hours as days with one decimal at most, rounded.
func tenths(hours int) string {
	n := (hours*10 + 12) / 24
	if n%10 == 0 {
		return thousands(n / 10)
	}
	return thousands(n/10) + "." + string(rune('0'+n%10))
}
