package guidance

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// cell is a character of the folded text with its place in the original, in
// UTF-16 code units. A character that folds to several makes several cells of
// the same place; marks and joiners lengthen the cell before them.
type cell struct {
	r          rune
	start, end int32
	upper      bool
}

// fold returns a text in the form that the rules compare: compatibility
// characters decomposed (Unicode normalization form KD), lower case, without
// accents, marks and invisible characters, one kind of quote, and look-alike
// letters of other scripts as Latin ones. It returns the length of the original
// in UTF-16 code units too.
func fold(text string) ([]cell, int) {
	cells := make([]cell, 0, len(text)+8)
	at := int32(0)
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			lower, upper := rune(c), false
			if 'A' <= c && c <= 'Z' {
				lower, upper = rune(c)+'a'-'A', true
			} else if c == '`' {
				lower = '\''
			}
			cells = append(cells, cell{lower, at, at + 1, upper})
			at++
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		width := int32(1)
		if r >= 0x10000 {
			width = 2
		}
		if invisible(r) {
			if n := len(cells); n > 0 {
				cells[n-1].end = at + width
			}
		} else if d := norm.NFKD.PropertiesString(text[i:]).Decomposition(); d != nil {
			cells = appendFolded(cells, string(d), at, at+width)
		} else {
			cells = appendFolded(cells, text[i:i+size], at, at+width)
		}
		at += width
		i += size
	}
	return cells, int(at)
}

func appendFolded(cells []cell, s string, start, end int32) []cell {
	for _, r := range s {
		if invisible(r) {
			if n := len(cells); n > 0 {
				cells[n-1].end = end
			}
			continue
		}
		lower := unicode.ToLower(r)
		cells = append(cells, cell{lookalike(lower), start, end, lower != r})
	}
	return cells
}

// invisible reports whether r is a mark, a joiner or another character that
// is not seen by itself.
func invisible(r rune) bool {
	return r >= 0x80 && (unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) || r == 0x115f || r == 0x3164)
}

// lookalike returns the ASCII character that r is read as.
func lookalike(r rune) rune {
	switch r {
	case '‘', '’', '‚', '‛', 'ʼ', '´', '′', '＇':
		return '\''
	case '“', '”', '„', '‟', '«', '»', '″':
		return '"'
	case '–', '—', '―', '−':
		return '—'
	case '‐', '‑':
		return '-'
	case 'а':
		return 'a'
	case 'е', 'ё':
		return 'e'
	case 'о', 'ο':
		return 'o'
	case 'р', 'ρ':
		return 'p'
	case 'с':
		return 'c'
	case 'х':
		return 'x'
	case 'у':
		return 'y'
	case 'і', 'ı', 'ι':
		return 'i'
	case 'ѕ':
		return 's'
	case 'ø':
		return 'o'
	case 'đ', 'ð':
		return 'd'
	case 'ł':
		return 'l'
	case 'α':
		return 'a'
	}
	return r
}

func blank(cells []cell) bool {
	for _, c := range cells {
		if !unicode.IsSpace(c.r) {
			return false
		}
	}
	return true
}

func isLetter(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 0x80 && unicode.IsLetter(r)
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func isSpace(r rune) bool {
	return r == ' ' || r == '\n' || r == '\t' || r == '\r' || r >= 0x80 && unicode.IsSpace(r)
}
