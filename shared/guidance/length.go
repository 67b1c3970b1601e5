package guidance

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A message is too long to be answered well when it has more words or more
// characters than these: words are what white space separates, characters are
// Unicode code points in normalization form C without white space around them,
// as message.Length counts.
const (
	MaxWords      = 250
	MaxCharacters = 1800
)

// findTooLong finds the part of a text that is beyond the limits.
func findTooLong(text string) (Finding, bool) {
	body := strings.TrimRightFunc(text, unicode.IsSpace)
	start := len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace))
	beyond := -1 // the byte at which the limit is passed
	words, characters, inWord := 0, 0, false
	if len(body) > MaxWords {
		for i, r := range body {
			space := unicode.IsSpace(r)
			if !space && !inWord {
				if words++; words > MaxWords {
					beyond = i
					break
				}
			}
			inWord = !space
		}
	}
	if len(body) > MaxCharacters {
		var it norm.Iter
		it.InitString(norm.NFC, body[start:])
		for !it.Done() {
			at := start + it.Pos()
			segment := it.Next()
			if segment[0] == '\r' && start+it.Pos() < len(body) && body[start+it.Pos()] == '\n' {
				continue // a line end of two characters counts as one
			}
			for range string(segment) {
				characters++
			}
			if characters > MaxCharacters {
				if beyond < 0 || at < beyond {
					beyond = at
				}
				break
			}
		}
	}
	if beyond < 0 {
		return Finding{}, false
	}
	return Finding{
		Code: TooLong, Level: LevelAdvice, Rule: "/length/too-long",
		Start: units(text[:beyond]), End: units(body),
	}, true
}

// units counts the UTF-16 code units of a text.
func units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x10000 {
			n++
		}
	}
	return n
}
