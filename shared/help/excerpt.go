package help

import (
	"strings"
	"unicode/utf8"
)

// maxExcerpt is how long an excerpt is, in bytes, cut at words.
const maxExcerpt = 170

// excerpt returns the part of a passage that holds most of what is sought, with
// the words that were found marked.
func (q query) excerpt(h Hit) []Part {
	blocks := h.Article.Intro
	texts := []string{plain(h.Article.Summary)}
	if h.Section != nil {
		texts, blocks = nil, h.Section.Blocks
	}
	texts = plainBlocks(texts, blocks)
	if len(texts) == 0 {
		return nil
	}
	text, from, most := texts[0], 0, 0
	for _, candidate := range texts {
		if at, count := q.window(candidate); count > most {
			text, from, most = candidate, at, count
		}
	}
	to := len(text)
	if to-from > maxExcerpt {
		to = from + strings.LastIndexByte(text[from:from+maxExcerpt+1], ' ')
		if to <= from {
			to = from + maxExcerpt
			for to > from+maxExcerpt-utf8.UTFMax && !utf8.RuneStart(text[to]) {
				to--
			}
		}
	}
	parts := q.mark(text[from:to])
	if from > 0 {
		parts = append([]Part{{Text: "… "}}, parts...)
	}
	if to < len(text) {
		parts = append(parts, Part{Text: " …"})
	}
	return parts
}

// window returns where the stretch of a text begins that holds most of what is
// sought, and how many words of it.
func (q query) window(text string) (from, most int) {
	list := words(text)
	found := make([]bool, len(list))
	for i, w := range list {
		found[i] = q.finds(text, w)
	}
	count, next := 0, 0 // of those found before next
	for i, w := range list {
		for ; next < len(list) && (next == i || list[next].end <= w.start+maxExcerpt); next++ {
			if found[next] {
				count++
			}
		}
		if (i == 0 || found[i]) && count > most {
			from, most = w.start, count
		}
		if found[i] {
			count--
		}
	}
	if from < maxExcerpt/2 && (from == 0 || len(text) <= maxExcerpt) {
		return 0, most
	}
	// A little of what stands before, from the beginning of a word on.
	const before = 30
	if start := max(0, from-before); start > 0 {
		if space := strings.IndexByte(text[start:from], ' '); space >= 0 {
			from = start + space + 1
		}
	} else {
		from = 0
	}
	return from, most
}

// finds reports whether a word of a text is one of those that are sought.
func (q query) finds(text string, w word) bool {
	return q.stems[w.stem] || q.last != "" && strings.HasPrefix(strings.ToLower(text[w.start:w.end]), q.last)
}

// mark cuts a text into what was sought and what was not.
func (q query) mark(text string) []Part {
	var parts []Part
	at := 0
	for _, w := range words(text) {
		if !q.finds(text, w) {
			continue
		}
		if w.start > at {
			parts = append(parts, Part{Text: text[at:w.start]})
		}
		parts = append(parts, Part{Text: text[w.start:w.end], Hit: true})
		at = w.end
	}
	if at < len(text) {
		parts = append(parts, Part{Text: text[at:]})
	}
	return parts
}
