package page

import (
	"slices"
	"strings"
	"unicode/utf8"

	"pleiades/shared/message"
)

// span is a part of a text in UTF-16 code units, as browsers count.
type span struct{ start, end int }

func (s span) empty() bool { return s.start >= s.end }

// edit puts text in the place of a part of what is in a box.
type edit struct {
	span
	text string
}

// unitsIn returns how many UTF-16 code units a text has.
func unitsIn(s string) int {
	n := 0
	for _, r := range s {
		n += unitsOf(r)
	}
	return n
}

func unitsOf(r rune) int {
	if r >= 0x10000 {
		return 2
	}
	return 1
}

// byteAt returns where a code unit begins in a text, in bytes: the end of the
// text for one beyond it, the beginning of the character for one within.
func byteAt(s string, unit int) int {
	n := 0
	for i, r := range s {
		n += unitsOf(r)
		if n > unit {
			return i
		}
	}
	return len(s)
}

// cut returns a part of a text.
func cut(s string, part span) string {
	from := byteAt(s, part.start)
	return s[from:max(from, byteAt(s, part.end))]
}

// apply returns a text after an edit.
func (e edit) apply(s string) string {
	from := byteAt(s, e.start)
	return s[:from] + e.text + s[max(from, byteAt(s, e.end)):]
}

// moved returns where a place of the text is after the edit: what stood before
// it stays, what stood after it moves along, what stood within it goes to the
// nearer end.
func (e edit) moved(at int) int {
	now := unitsIn(e.text)
	switch {
	case at <= e.start:
		return at
	case at >= e.end:
		return at + now - (e.end - e.start)
	default:
		return min(at, e.start+now)
	}
}

// between returns one edit that makes a new text of an old one.
func between(old, new string) edit {
	from := 0
	for i, r := range old {
		if !strings.HasPrefix(new[from:], string(r)) {
			break
		}
		from = i + utf8.RuneLen(r)
	}
	oldEnd, newEnd := len(old), len(new)
	for oldEnd > from && newEnd > from {
		r, size := utf8.DecodeLastRuneInString(old[from:oldEnd])
		if !strings.HasSuffix(new[from:newEnd], string(r)) {
			break
		}
		oldEnd, newEnd = oldEnd-size, newEnd-size
	}
	start := unitsIn(old[:from])
	return edit{span{start, start + unitsIn(old[from:oldEnd])}, new[from:newEnd]}
}

// appendLine adds a line at the end of a text, as a paragraph of its own.
func appendLine(text, line string) edit {
	kept := strings.TrimRight(text, " \t\r\n")
	end := unitsIn(text)
	if kept == "" {
		return edit{span{0, end}, line}
	}
	return edit{span{unitsIn(kept), end}, "\n\n" + line}
}

// hide puts dots in the place of parts of a text, remove takes them out with
// the white space that would be left over. Both return the edits from the last
// to the first, so that each can be made without moving the others.
func hide(parts []span) []edit {
	edits := make([]edit, 0, len(parts))
	for _, p := range slices.Backward(parts) {
		edits = append(edits, edit{p, "••••"})
	}
	return edits
}

func remove(text string, parts []span) []edit {
	edits := make([]edit, 0, len(parts))
	for _, p := range slices.Backward(parts) {
		before, after := text[:byteAt(text, p.start)], text[byteAt(text, p.end):]
		if trimmed := strings.TrimRight(before, " \t"); trimmed != before && (after == "" || strings.ContainsRune(" \t\n.,;:!?", rune(after[0]))) {
			p.start -= len(before) - len(trimmed) // all of one unit each
		} else if before == "" {
			p.end += len(after) - len(strings.TrimLeft(after, " \t"))
		}
		edits = append(edits, edit{p, ""})
	}
	return edits
}

// rest returns what stays of a text when a part of it moves elsewhere, without
// the gap.
func rest(text string, part span) string {
	before := strings.TrimSpace(text[:byteAt(text, part.start)])
	after := strings.TrimSpace(text[byteAt(text, part.end):])
	switch {
	case before == "" || after == "":
		return before + after
	case strings.HasSuffix(strings.TrimRight(text[:byteAt(text, part.start)], " \t"), "\n"):
		return before + "\n\n" + after
	default:
		return before + " " + after
	}
}

// asItems cuts a text into as few texts as fit into a list, between paragraphs
// or else between words.
func asItems(text string) []message.Text {
	var items []message.Text
	for text = strings.TrimSpace(text); text != ""; {
		end := len(text)
		if message.Length(message.Text(text)) > message.MaxLength {
			end = longestPart(text)
		}
		items = append(items, message.Text(strings.TrimSpace(text[:end])))
		text = strings.TrimSpace(text[end:])
	}
	return items
}

// longestPart returns where to cut a text that is too long for one item.
func longestPart(text string) int {
	end, n := 0, 0
	for i := range text {
		if n == message.MaxLength {
			break
		}
		end, n = i, n+1
	}
	if at := strings.LastIndex(text[:end], "\n"); at > end/2 {
		return at
	}
	if at := strings.LastIndexByte(text[:end], ' '); at > 0 {
		return at
	}
	return end
}

// topics cuts a text into its paragraphs or, where it has only one, into its
// sentences: what a person may want to keep for later, one by one.
func topics(text string) []span {
	parts := split(text, func(s string, i int) int {
		if strings.HasPrefix(s[i:], "\n") {
			return i + 1
		}
		return 0
	})
	if len(parts) > 1 {
		return parts
	}
	return split(text, func(s string, i int) int {
		r, size := utf8.DecodeRuneInString(s[i:])
		if strings.ContainsRune(".?!…。？！", r) && (i+size == len(s) || strings.ContainsRune(" \t\n", rune(s[i+size]))) {
			return i + size
		}
		return 0
	})
}

// split cuts a text at the bytes that end returns, and leaves out white space
// and parts without a letter.
func split(text string, end func(s string, i int) int) []span {
	var parts []span
	from := 0
	add := func(to int) {
		part := text[from:to]
		trimmed := strings.TrimSpace(part)
		if strings.ContainsFunc(trimmed, isWord) {
			start := unitsIn(text[:from]) + unitsIn(part[:strings.Index(part, trimmed)])
			parts = append(parts, span{start, start + unitsIn(trimmed)})
		}
		from = to
	}
	for i := range text {
		if to := end(text, i); to > from {
			add(to)
		}
	}
	add(len(text))
	return parts
}

func isWord(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r > 0xbf
}

// short returns a text on one line, cut after a number of characters.
func short(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	n := 0
	for i := range text {
		if n == most {
			return strings.TrimRight(text[:i], " ,.;:") + "…"
		}
		n++
	}
	return text
}
