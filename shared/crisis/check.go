package crisis

import (
	"slices"
	"strings"
	"time"
)

// FieldError says what is wrong with one field of an entry.
type FieldError struct {
	Field  string // as an operator's file names it, such as "phones"
	Reason string // ends the sentence that begins with the field
}

func (e *FieldError) Error() string { return e.Field + " " + e.Reason }

// The most an entry may hold, in bytes and items: a page of them stays
// readable.
const (
	maxName  = 120
	maxURL   = 500
	maxItems = 10
)

// Check returns a *FieldError if the country itself is not fit to be shown.
// Its emergency numbers and lines have checks of their own.
func (c Country) Check() error {
	switch {
	case len(c.Code) != 2 || strings.Trim(c.Code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "":
		return &FieldError{"code", "must be two capital letters (ISO 3166-1), such as IE"}
	case !isName(c.Name):
		return &FieldError{"name", "must be the country's English name"}
	case !isName(c.NameES):
		return &FieldError{"nameEs", "must be the country's Spanish name"}
	case len(c.Emergency) == 0:
		return &FieldError{"emergency", "must hold a number: a country without one is not shown"}
	}
	return nil
}

// Check returns a *FieldError if the number is not fit to be shown at the time
// now.
func (e Emergency) Check(now time.Time) error {
	if !slices.Contains(Services(), e.Service) {
		return &FieldError{"service", "must be all, ambulance, police or fire"}
	}
	if !e.Phone.valid() {
		return &FieldError{"phone", badPhone}
	}
	return e.Origin.check(now)
}

// Check returns a *FieldError if the line is not fit to be shown at the time
// now.
func (l Line) Check(now time.Time) error {
	switch {
	case !isName(l.Name):
		return &FieldError{"name", "must say what the service is called"}
	case len(l.Phones) == 0 && l.Text.Phone == "" && l.Chat == "":
		return &FieldError{"phones", "must hold a number, unless there is a text number or a chat"}
	case len(l.Phones) > maxItems || slices.ContainsFunc(l.Phones, func(p Phone) bool { return !p.valid() }):
		return &FieldError{"phones", badPhone}
	case l.Text.Phone != "" && !l.Text.Phone.valid():
		return &FieldError{"text", badPhone}
	case l.Text.Phone == "" && l.Text.Keyword != "":
		return &FieldError{"text", "must be a number for the keyword to go to"}
	case l.Text.Keyword != "" && !isKeyword(l.Text.Keyword):
		return &FieldError{"keyword", "must be one word, with a letter in it"}
	case l.Chat != "" && !isURL(l.Chat, "https://"):
		return &FieldError{"chat", "must be an address that begins with https://"}
	case len(l.Languages) > 3*maxItems || slices.ContainsFunc(l.Languages, func(code string) bool { return !isLanguage(code) }):
		return &FieldError{"languages", "must be codes of ISO 639, such as en"}
	case !l.Hours.valid():
		return &FieldError{"hours", "must be 24/7 or a span such as 09:00-23:00; leave it out if not known"}
	case l.Audience != Everyone && !slices.Contains(Audiences(), l.Audience):
		return &FieldError{"audience", "must be youth, lgbtq, veterans, abuse, men, indigenous or older; leave it out for everyone"}
	}
	return l.Origin.check(now)
}

const badPhone = "must be a telephone number of 2 to 15 digits, with spaces, hyphens, brackets, * or a leading + only"

// inNumbers are the characters of telephone numbers.
const inNumbers = "0123456789+*() -"

// isKeyword reports whether a word can stand behind a number without being
// taken for a part of it.
func isKeyword(word string) bool {
	return len(word) <= 20 && !strings.ContainsAny(word, " \t\r\n") && strings.Trim(word, inNumbers) != ""
}

// valid reports whether the number is one that a telephone can dial.
func (p Phone) valid() bool {
	if strings.Trim(string(p), inNumbers) != "" || strings.TrimSpace(string(p)) != string(p) {
		return false
	}
	dial := p.Dial()
	digits := strings.TrimPrefix(strings.TrimPrefix(dial, "+"), "*")
	return len(digits) >= 2 && len(digits) <= 15 && strings.Trim(digits, "0123456789") == ""
}

// valid reports whether the hours are of a form that Hours describes.
func (h Hours) valid() bool {
	if h == "" || h == Always {
		return true
	}
	opens, closes, found := strings.Cut(string(h), "-")
	return found && opens != closes && isTime(opens) && isTime(closes)
}

func (o Origin) check(now time.Time) error {
	if len(o.Sources) == 0 || len(o.Sources) > maxItems {
		return &FieldError{"source", "must say where the entry was read"}
	}
	for _, s := range o.Sources {
		if !isName(s.Name) && !(s.IsURL() && isURL(s.Name, "http")) || s.Archived && !s.IsURL() {
			return &FieldError{"source", "must be an address or the name of a list"}
		}
	}
	if o.VerifiedOn.After(now) {
		return &FieldError{"verifiedOn", "must not be a day to come"}
	}
	return nil
}

func isTime(text string) bool {
	_, err := time.Parse("15:04", text)
	return err == nil && len(text) == len("15:04")
}

func isName(text string) bool {
	return text != "" && len(text) <= maxName && strings.TrimSpace(text) == text && !strings.ContainsAny(text, "|\r\n")
}

func isURL(text, prefix string) bool {
	rest, found := strings.CutPrefix(text, prefix)
	return found && len(text) <= maxURL && len(rest) > 3 && strings.Contains(rest, ".") && !strings.ContainsAny(text, " \t\r\n\"<>")
}

func isLanguage(code string) bool {
	return (len(code) == 2 || len(code) == 3) && strings.Trim(code, "abcdefghijklmnopqrstuvwxyz") == ""
}
