package phrase

import "pleiades/shared/availability"

// Availability holds the words for when a therapist answers. Days come written
// out, such as "Monday 30 November".
type Availability struct {
	// Codes say what is wrong with what a therapist set, and what to do.
	Codes map[availability.Code]string
	// Calendars are the names of the countries, or parts of one, whose public
	// holidays are kept.
	Calendars map[availability.Calendar]string

	// The rest are reasons for an answer to come later, beside the names of
	// holidays.
	Weekend   string
	FewHours  string
	Closed    string
	Away      string
	AwayUntil func(day string) string
}

// AvailabilityError returns what is wrong with what a therapist set, by one of
// the codes of availability.Validate. A code without a text of its own gets
// the general one.
func (c *Catalogue) AvailabilityError(code availability.Code) string {
	if s, ok := c.Availability.Codes[code]; ok {
		return s
	}
	return c.Problems.Unknown.Title
}

// Reason returns why an answer comes later, as part of a line. The day is that
// of Until, written out, or empty where there is none.
func (c *Catalogue) Reason(closure availability.Closure, day string) string {
	switch {
	case closure.Kind == availability.KindHoliday:
		return closure.Name
	case closure.Kind == availability.KindWeekend:
		return c.Availability.Weekend
	case closure.Kind == availability.KindClosed:
		return c.Availability.Closed
	case closure.Kind == availability.KindHours:
		return c.Availability.FewHours
	case day == "":
		return c.Availability.Away
	default:
		return c.Availability.AwayUntil(day)
	}
}

func englishAvailability() Availability {
	return Availability{
		Codes: map[availability.Code]string{
			availability.CodeUnknownStyle:    "Choose one of the ways to use messages.",
			availability.CodeWordsTooLong:    "This is too long. 280 characters is the most.",
			availability.CodeWordsInvalid:    "Some characters here cannot be shown. Type the text again without them.",
			availability.CodeUnknownZone:     "This time zone is not known. Choose one such as Europe/Dublin.",
			availability.CodeUnknownCalendar: "This holiday calendar is not known. Choose one from the list, or none.",
			availability.CodePromiseRange:    "Choose whole business hours, at most 480. A business day has 24.",
			availability.CodePromiseOrder:    "The longest wait must not be shorter than the shortest.",
			availability.CodeEmptyWeek:       "Set office hours on at least one day of the week.",
			availability.CodeBadTime:         "Write times as HH:MM, from 00:00 to 24:00.",
			availability.CodeReversedSpan:    "Office hours must end after they begin. Split those that run past midnight in two.",
			availability.CodeOverlappingSpan: "These office hours overlap with others of the same day.",
			availability.CodeBadDate:         "Choose a day that exists, in the years 1900 to 2999.",
			availability.CodeDuplicateClosed: "This day off is on the list already.",
			availability.CodeReversedAway:    "The last day away must not come before the first.",
			availability.CodePastAway:        "These days are over already. Choose days that are still to come.",
			availability.CodeTooMany:         "There are too many entries here. Remove some.",
		},
		Calendars: map[availability.Calendar]string{
			availability.CalendarNone: "No public holidays",
			availability.CalendarAU:   "Australia",
			"AU-ACT":                  "Australia: Australian Capital Territory",
			"AU-NSW":                  "Australia: New South Wales",
			"AU-NT":                   "Australia: Northern Territory",
			"AU-QLD":                  "Australia: Queensland",
			"AU-SA":                   "Australia: South Australia",
			"AU-TAS":                  "Australia: Tasmania",
			"AU-VIC":                  "Australia: Victoria",
			"AU-WA":                   "Australia: Western Australia",
			availability.CalendarCA:   "Canada",
			availability.CalendarDE:   "Germany",
			"DE-BW":                   "Germany: Baden-Württemberg",
			"DE-BY":                   "Germany: Bavaria",
			"DE-BE":                   "Germany: Berlin",
			"DE-BB":                   "Germany: Brandenburg",
			"DE-HB":                   "Germany: Bremen",
			"DE-HH":                   "Germany: Hamburg",
			"DE-HE":                   "Germany: Hesse",
			"DE-MV":                   "Germany: Mecklenburg-Western Pomerania",
			"DE-NI":                   "Germany: Lower Saxony",
			"DE-NW":                   "Germany: North Rhine-Westphalia",
			"DE-RP":                   "Germany: Rhineland-Palatinate",
			"DE-SL":                   "Germany: Saarland",
			"DE-SN":                   "Germany: Saxony",
			"DE-ST":                   "Germany: Saxony-Anhalt",
			"DE-SH":                   "Germany: Schleswig-Holstein",
			"DE-TH":                   "Germany: Thuringia",
			availability.CalendarES:   "Spain",
			availability.CalendarGB:   "United Kingdom: England and Wales",
			"GB-NIR":                  "United Kingdom: Northern Ireland",
			"GB-SCT":                  "United Kingdom: Scotland",
			availability.CalendarIE:   "Ireland",
			availability.CalendarIN:   "India",
			availability.CalendarMX:   "Mexico",
			availability.CalendarNZ:   "New Zealand",
			availability.CalendarUS:   "United States",
		},
		Weekend:   "weekend",
		FewHours:  "office hours on few days",
		Closed:    "office closed",
		Away:      "away",
		AwayUntil: func(day string) string { return "away until " + day },
	}
}
