package message

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	// MaxLength is the most characters a body may have: Unicode code points,
	// counted after Normalize.
	MaxLength = 5000

	// LateAfter is how long a message may wait on a device before it is marked
	// late. It is accepted all the same.
	LateAfter = 90 * 24 * time.Hour

	// ClockSkew is how far ahead of the server's a device's clock may be before
	// its messages are marked late.
	ClockSkew = 5 * time.Minute
)

// Code names a rule that a draft breaks. Codes are stable: they travel in the
// API and the app chooses its words by them.
type Code string

// The codes of Validate.
const (
	CodeEmpty       Code = "empty"        // nothing to see: white space, invisible characters
	CodeTooLong     Code = "too_long"     // more than MaxLength characters
	CodeInvalidText Code = "invalid_text" // characters that cannot be shown safely
)

// Normalize returns the body as it is stored and compared: line ends as LF,
// Unicode normalization form C (UAX #15), no white space around it.
func Normalize(body Text) Text {
	s := string(body)
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(s, "\r\n", "\n")
		s = strings.ReplaceAll(s, "\r", "\n")
	}
	return Text(strings.TrimSpace(norm.NFC.String(s)))
}

// Length counts the characters of a body as the limit counts them.
func Length(body Text) int { return utf8.RuneCountInString(string(Normalize(body))) }

// Validate returns the codes of the rules the draft breaks, or nil if it can be
// accepted. It looks at the text alone; who may send is for the server to say.
func (d Draft) Validate() []Code {
	var codes []Code
	body := string(Normalize(d.Body))
	if !visible(body) {
		codes = append(codes, CodeEmpty)
	}
	if utf8.RuneCountInString(body) > MaxLength {
		codes = append(codes, CodeTooLong)
	}
	if !validText(body) {
		codes = append(codes, CodeInvalidText)
	}
	return codes
}

// visible reports whether there is anything to see in s: a character that is
// neither white space nor a format character (Unicode categories Z and Cf).
func visible(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) })
}

// validText reports whether s is valid UTF-8 without control characters other
// than LF and TAB and without the bidirectional embeddings and overrides
// U+202A–U+202E, which can make a text read otherwise than it was written
// (Unicode Technical Report #36, section 2.5). Joiners, marks and isolates are
// part of many scripts and stay.
func validText(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		switch {
		case r == '\n', r == '\t':
		case r < 0x20, r >= 0x7f && r < 0xa0:
			return false
		case r >= 0x202a && r <= 0x202e:
			return false
		}
	}
	return true
}

// Late reports whether a message written at written and accepted at accepted
// deserves the mark: it waited more than LateAfter, or it claims to come from
// the future by more than ClockSkew.
func Late(written, accepted time.Time) bool {
	wait := accepted.Sub(written)
	return wait > LateAfter || wait < -ClockSkew
}
