package guidance

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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
	words, inWord := 0, false
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
	if len(body) > MaxCharacters && characters(body[start:]) > MaxCharacters {
		ends := wholes(body[start:])
		first, _ := slices.BinarySearchFunc(ends, MaxCharacters+1, func(end, wanted int) int {
			return characters(body[start:start+end]) - wanted
		})
		at := start
		if first > 0 {
			at += ends[first-1]
		}
		if beyond < 0 || at < beyond {
			beyond = at
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

// characters counts the characters of a text; a line end of two counts as one.
func characters(text string) int {
	return utf8.RuneCountInString(norm.NFC.String(text)) - strings.Count(text, "\r\n")
}

// wholes returns where the parts of a text end that cannot be divided: what stands
// behind such a place does not become one character with what stands before.
func wholes(text string) (ends []int) {
	before := rune(0)
	for i, r := range text {
		joins := unicode.Is(unicode.M, r) || r >= 0x1160 && r <= 0x11ff || before == '\r' && r == '\n' // Hangul: vowels and finals
		if i > 0 && !joins {
			ends = append(ends, i)
		}
		before = r
	}
	return append(ends, len(text))
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
