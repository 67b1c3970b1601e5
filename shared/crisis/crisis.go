// Package crisis owns the emergency numbers and crisis lines by country: what
// to call or write to, for whom, when, in which languages, where each entry was
// read and whether anyone has verified it since.
//
// It must not choose a country: another country's number can cost a life, so
// where the country is not known the person is asked. It reads no files and no
// clock; the server may hand it an operator's changes.
//
// It is part of the browser program: keep it small.
package crisis

import (
	"strings"
	"time"
)

// ValidMonths is for how many months a verified entry counts as verified. A
// line that closes or changes its number is then noticed within a year.
const ValidMonths = 12

// Status says how far an entry can be relied on.
type Status string

// The statuses there are.
const (
	Verified   Status = "verified"   // its live source was read within ValidMonths
	Stale      Status = "stale"      // its live source was read, longer ago
	Unverified Status = "unverified" // nobody has compared it with its live source
)

// Source is where an entry was read.
type Source struct {
	Name     string // an https or http URL, or the name of a list
	Archived bool   // an archived copy was read, not the live page
}

// IsURL reports whether the source is a page with an address.
func (s Source) IsURL() bool {
	return strings.HasPrefix(s.Name, "https://") || strings.HasPrefix(s.Name, "http://")
}

// Host returns the site of a page, such as line.example; the name where the
// source is a list.
func (s Source) Host() string {
	if !s.IsURL() {
		return s.Name
	}
	_, rest, _ := strings.Cut(s.Name, "://")
	host, _, _ := strings.Cut(rest, "/")
	return strings.TrimPrefix(host, "www.")
}

// Origin is where an entry comes from.
type Origin struct {
	Sources []Source
	// VerifiedOn is the day, at midnight UTC, on which the live source was last
	// read; zero for never.
	VerifiedOn time.Time
}

// Status returns how far the entry can be relied on at the time now.
func (o Origin) Status(now time.Time) Status {
	switch {
	case o.VerifiedOn.IsZero():
		return Unverified
	case now.Before(o.VerifiedOn.AddDate(0, ValidMonths, 0)):
		return Verified
	default:
		return Stale
	}
}

// Phone is a telephone number as people write it: as dialled inside the
// country, or in international form with a plus.
type Phone string

// Dial returns the number as a telephone takes it, for tel: and sms: links.
func (p Phone) Dial() string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' || r == '*' {
			return r
		}
		return -1
	}, string(p))
}

// Service says whom an emergency number reaches.
type Service string

// The services there are.
const (
	AllServices Service = "all"
	Ambulance   Service = "ambulance"
	Police      Service = "police"
	Fire        Service = "fire"
)

// Services returns every service.
func Services() []Service { return []Service{AllServices, Ambulance, Police, Fire} }

// Emergency is a number for danger to life.
type Emergency struct {
	Service Service
	Phone   Phone
	Origin
}

// Audience says whom a line is for.
type Audience string

// The audiences there are.
const (
	Everyone   Audience = ""
	Youth      Audience = "youth"
	LGBTQ      Audience = "lgbtq"
	Veterans   Audience = "veterans"
	Abuse      Audience = "abuse" // domestic abuse and sexual violence
	Men        Audience = "men"
	Indigenous Audience = "indigenous"
	Older      Audience = "older"
)

// Audiences returns every audience but Everyone.
func Audiences() []Audience {
	return []Audience{Youth, LGBTQ, Veterans, Abuse, Men, Indigenous, Older}
}

// Hours says when a line answers: Always, a span of each day in the country's
// own time such as 09:00-23:00, which may pass midnight, or empty where the
// source does not say.
type Hours string

// Always means around the clock.
const Always Hours = "24/7"

// Text is a number that takes SMS.
type Text struct {
	Phone   Phone
	Keyword string // to begin with; empty for none
}

// Line is one service that listens. It has a phone, a text or a chat.
type Line struct {
	Name      string // as the service calls itself
	Phones    []Phone
	Text      Text     // no Phone: takes no SMS
	Chat      string   // https URL; empty for none
	Languages []string // ISO 639 codes; none: not known
	Hours     Hours
	Audience  Audience
	Origin
}

// Country is what there is in one country.
type Country struct {
	Code      string // ISO 3166-1 alpha-2, upper case
	Name      string // English
	NameES    string // Spanish
	Emergency []Emergency
	Lines     []Line
}

// NameIn returns the country's name in a language (BCP 47), English where
// there is none.
func (c Country) NameIn(lang string) string {
	if isSpanish(lang) {
		return c.NameES
	}
	return c.Name
}

func isSpanish(lang string) bool { return lang == "es" || strings.HasPrefix(lang, "es-") }

// Anchor returns where the country stands on the page /crisis.
func (c Country) Anchor() string { return strings.ToLower(c.Code) }

// Elsewhere is a resource for countries that are not in the directory.
type Elsewhere struct {
	Name string
	URL  string
	Origin
}

// International returns where to look for a line in any country.
func International() Elsewhere {
	return Elsewhere{
		Name: "Find A Helpline",
		URL:  "https://findahelpline.com",
		Origin: Origin{Sources: []Source{
			{Name: "https://findahelpline.com/AU", Archived: true},
			{Name: "https://lifeline-international.com/from-idea-to-impact-how-throughline-is-bridging-the-gap-in-global-crisis-support/", Archived: true},
		}},
	}
}
