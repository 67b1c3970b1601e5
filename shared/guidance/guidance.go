package guidance

import (
	"strings"

	"pleiades/shared/availability"
)

// Code names what a finding is about. Codes are stable: they travel to the
// pages, the guide and the operator's tools.
type Code string

// The codes, in the order in which they matter.
const (
	CrisisImminent      Code = "crisis_imminent"      // stated present danger
	CrisisConcern       Code = "crisis_concern"       // suicidal thoughts, self-harm, abuse, someone else at risk
	SensitiveIdentifier Code = "sensitive_identifier" // a password, card, bank or national id number
	UrgentTiming        Code = "urgent_timing"        // expects an answer sooner than a working day
	Boundary            Code = "boundary"             // asks for contact outside therapy, or attacks
	StyleMismatch       Code = "style_mismatch"       // does not fit the therapist's stated style
	TooLong             Code = "too_long"             // over MaxWords or MaxCharacters
	ManyTopics          Code = "many_topics"          // three or more topics
	Vague               Code = "vague"                // a reader could not tell what happened or is meant
	UnclearRequest      Code = "unclear_request"      // neither asks nor says what is wanted
	RelevantUpdate      Code = "relevant_update"      // shares a significant change
	ClearRequest        Code = "clear_request"        // specific, and says what is wanted
	Logistics           Code = "logistics"            // mainly scheduling, billing, forms or access
)

// Codes lists every code, in the order in which they matter.
func Codes() []Code {
	return []Code{
		CrisisImminent, CrisisConcern, SensitiveIdentifier, UrgentTiming, Boundary, StyleMismatch, TooLong,
		ManyTopics, Vague, UnclearRequest, RelevantUpdate, ClearRequest, Logistics,
	}
}

// Level says how much a finding matters.
type Level string

// The levels, in the order in which they matter.
const (
	LevelSafety Level = "safety" // help is shown at once
	LevelAdvice Level = "advice" // something could be better
	LevelPraise Level = "praise" // something is good
	LevelNote   Level = "note"   // worth knowing
)

// Level returns the level of a code, LevelNote for one that is unknown.
func (c Code) Level() Level {
	switch c {
	case CrisisImminent, CrisisConcern:
		return LevelSafety
	case SensitiveIdentifier, UrgentTiming, Boundary, StyleMismatch, TooLong, ManyTopics, Vague, UnclearRequest:
		return LevelAdvice
	case RelevantUpdate, ClearRequest:
		return LevelPraise
	}
	return LevelNote
}

// rank is a code's place in Codes.
func (c Code) rank() int {
	for i, code := range Codes() {
		if code == c {
			return i
		}
	}
	return len(Codes())
}

// Finding is one thing that the rules found in a text.
type Finding struct {
	Code  Code
	Level Level
	// Start and End are the words it speaks of, in UTF-16 code units of the
	// text as given: 0 ≤ Start < End ≤ the text's length. No surrogate pair is
	// split.
	Start, End int
	// Rule names the rule that fired: "language/reason/name", as in
	// "en/intent/want-to-die". The language is empty where it does not matter.
	Rule string
}

// Reason returns the middle part of the rule's name: the key under which the
// catalogue of phrases explains why the rule fired.
func (f Finding) Reason() string {
	_, rest, _ := strings.Cut(f.Rule, "/")
	reason, _, _ := strings.Cut(rest, "/")
	return reason
}

// Context is what Review knows beside the text. The zero value is fine.
type Context struct {
	// Style is what the therapist wants messages to be. Empty: nothing is
	// measured against it.
	Style availability.Style
	// Language is the language the text is written in, "en" or "es". Empty: it
	// is detected.
	Language string
}

// Review returns what the rules find in a text, the most important first, then
// in the order of the text. It depends on nothing but its arguments. An empty
// or blank text has no findings.
func Review(text string, c Context) []Finding {
	cells, length := fold(text)
	if length == 0 || blank(cells) {
		return nil
	}
	var found []Finding
	main, other := languages(cells, c.Language)
	var a *analysis
	if main != "" {
		a = analyze(text, cells, rulesFor(main), c)
		found = a.weighDanger(a.match(false))
	}
	for _, lang := range other {
		found = append(found, analyze(text, cells, rulesFor(lang), c).match(true)...)
	}
	found = append(found, findIdentifiers(cells)...)
	if f, ok := findTooLong(text); ok {
		found = append(found, f)
	}
	if a != nil {
		found = append(found, a.judge(found)...)
	}
	return settle(found, length)
}
