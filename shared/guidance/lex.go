package guidance

import "strings"

// token is a word, a number or a known emoji of a text, in one language's
// spelling: "don't" is two tokens, do and not, of the same place.
type token struct {
	text       string // folded: lower case, no accents
	word       int32  // in the vocabulary of the rules; 0 when they do not know it
	stems      []int32
	start, end int32 // UTF-16 code units of the original
	sentence   int32 // counted from 0
	clause     int32 // counted from 0 through the whole text
	kind       kind
}

// kind says what a token looks like. Kinds are the built-in classes of the
// notation, such as {#number}.
type kind uint8

const (
	kindNumber kind = 1 << iota // only digits, with separators
	kindBig                     // a number of two digits or more
	kindTime                    // 3pm, 15:30
	kindName                    // a capital letter within a sentence
	kindQuoted                  // between double quotes
	kindUpper                   // all in capitals, at least two letters
)

// sentence is a stretch of tokens between full stops, question and exclamation
// marks and line ends.
type sentence struct {
	from, to    int // tokens; from ≤ to
	question    bool
	exclamation bool
}

// lexer turns cells into tokens, spelled as the rules of a language expect.
type lexer struct {
	rules     *ruleset
	cells     []cell
	tokens    []token
	sentences []sentence
	clause    int32
	from      int // first token of the sentence
	quoted    bool
	buffer    []byte
}

func lex(cells []cell, rules *ruleset) ([]token, []sentence) {
	l := &lexer{rules: rules, cells: cells, tokens: make([]token, 0, len(cells)/4+8), buffer: make([]byte, 0, 64)}
	for i := 0; i < len(cells); {
		if isSpace(cells[i].r) {
			if cells[i].r == '\n' && !l.goesOn(i) {
				l.endSentence(0)
			}
			i++
			continue
		}
		end := i
		for end < len(cells) && !isSpace(cells[end].r) {
			end++
		}
		l.chunk(i, end)
		i = end
	}
	l.endSentence(0)
	return l.tokens, l.sentences
}

// goesOn reports whether a sentence goes on after the line end at i: the next
// line begins with a small letter.
func (l *lexer) goesOn(i int) bool {
	for i++; i < len(l.cells) && isSpace(l.cells[i].r) && l.cells[i].r != '\n'; i++ {
	}
	return i < len(l.cells) && isLetter(l.cells[i].r) && !l.cells[i].upper
}

// endSentence closes the sentence; mark is the character that ended it, or 0.
func (l *lexer) endSentence(mark rune) {
	l.clause++
	if len(l.tokens) > l.from {
		l.joinLetters()
		l.sentences = append(l.sentences, sentence{from: l.from, to: len(l.tokens)})
		l.from = len(l.tokens)
	}
	if n := len(l.sentences); n > 0 {
		l.sentences[n-1].question = l.sentences[n-1].question || mark == '?'
		l.sentences[n-1].exclamation = l.sentences[n-1].exclamation || mark == '!'
	}
}

// chunk reads cells without white space.
func (l *lexer) chunk(i, end int) {
	for i < end {
		r := l.cells[i].r
		if next, ok := l.disguised(i, end); ok {
			i = next
			continue
		}
		switch {
		case isLetter(r):
			i = l.letters(i, end)
		case isDigit(r):
			i = l.digits(i, end)
		default:
			i = l.punctuation(i, end)
		}
	}
}

// letters reads a word, with apostrophes inside.
func (l *lexer) letters(i, end int) int {
	j := i
	for j < end && (isLetter(l.cells[j].r) || isDigit(l.cells[j].r) ||
		l.cells[j].r == '\'' && j+1 < end && isLetter(l.cells[j+1].r)) {
		j++
	}
	l.word(i, j)
	return j
}

// digits reads a number, with separators inside, and letters that follow
// directly.
func (l *lexer) digits(i, end int) int {
	j, k := i, kindNumber
	for j < end {
		r := l.cells[j].r
		inner := j+1 < end && isDigit(l.cells[j+1].r)
		if r == ':' && inner {
			k = kindTime
		}
		if isDigit(r) || inner && (r == ':' || r == '.' || r == ',' || r == '/' || r == '-') {
			j++
			continue
		}
		break
	}
	tail := j
	for j < end && isLetter(l.cells[j].r) {
		j++
	}
	switch suffix := l.text(tail, j); suffix {
	case "":
	case "am", "pm", "a", "p", "h", "hs", "hrs":
		k = kindTime
	default:
		k = 0
		if expanded, ok := l.rules.say[l.text(i, j)]; ok { // 2nite, 4ever
			l.addAll(expanded, i, j, 0)
			return j
		}
	}
	if k == kindNumber && j-i > 1 {
		k |= kindBig
	}
	l.add(l.text(i, j), i, j, k)
	return j
}

func (l *lexer) punctuation(i, end int) int {
	r := l.cells[i].r
	j := i + 1
	switch r {
	case '.':
		for j < end && l.cells[j].r == '.' {
			j++
		}
		next := rune(0)
		if j < end {
			next = l.cells[j].r
		}
		switch {
		case j > i+1, isLetter(next), isDigit(next): // an ellipsis, or inside an abbreviation or an address
			if j > i+1 {
				l.clause++
			}
		case l.abbreviated():
		default:
			l.endSentence('.')
		}
	case '?', '!', '¿', '¡', '…':
		if r == '¿' || r == '¡' {
			l.clause++
		} else if r == '…' {
			l.clause++
		} else {
			l.endSentence(r)
		}
	case ',', ';', ':', '—', '(', ')', '[', ']', '*', '•', '|':
		l.clause++
	case '"':
		l.quoted = !l.quoted
		l.clause++
	case '&':
		if and, ok := l.rules.say["&"]; ok {
			l.addAll(and, i, j, 0)
		}
	default:
		if name := emoji(r); name != "" {
			l.add(name, i, j, 0)
		}
	}
	return j
}

// abbreviated reports whether the last token is usually written with a full
// stop that ends no sentence.
func (l *lexer) abbreviated() bool {
	if len(l.tokens) == l.from {
		return false
	}
	last := l.tokens[len(l.tokens)-1]
	switch last.text {
	case "doctor": // spelled out from dr
		return last.end-last.start < 4
	case "dra", "mr", "mrs", "ms", "sr", "sra", "srta", "st", "vs", "eg", "ie", "prof":
		return true
	}
	return false
}

// word adds the word of the cells from i to j, spelled out: contractions and
// short forms as the words they stand for.
func (l *lexer) word(i, j int) {
	text := l.text(i, j)
	var k kind
	if l.cells[i].upper {
		if len(l.tokens) > l.from && text != "i" && !strings.HasPrefix(text, "i'") {
			k |= kindName
		}
		if j-i > 1 && l.cells[j-1].upper {
			k |= kindUpper
		}
	}
	if j-i == 1 && l.spelled(i) {
		l.add(text, i, j, k)
		return
	}
	text = l.rules.shorten(text)
	if expanded, ok := l.rules.say[text]; ok {
		l.addAll(expanded, i, j, k)
		return
	}
	if at := strings.LastIndexByte(text, '\''); at > 0 {
		l.contraction(text, at, i, j, k)
		return
	}
	l.add(text, i, j, k)
}

// spelled reports whether the letter at i is one of three or more in a row, as
// in k.m.s or d i e.
func (l *lexer) spelled(i int) bool {
	single := func(k int) bool {
		return k >= 0 && k < len(l.cells) && isLetter(l.cells[k].r) &&
			(k == 0 || !isLetter(l.cells[k-1].r)) && (k+1 == len(l.cells) || !isLetter(l.cells[k+1].r) && l.cells[k+1].r != '\'')
	}
	n := 1
	for k := i + 2; n < 3 && single(k); k += 2 {
		n++
	}
	for k := i - 2; n < 3 && single(k); k -= 2 {
		n++
	}
	return n >= 3
}

// contraction adds a word with an apostrophe that the rules do not spell out.
func (l *lexer) contraction(text string, at, i, j int, k kind) {
	base, tail := text[:at], text[at+1:]
	if tail == "t" && strings.HasSuffix(base, "n") {
		l.add(base[:len(base)-1], i, j, k)
		l.add("not", i, j, k)
		return
	}
	if said, ok := l.rules.say["'"+tail]; ok {
		if expanded, ok := l.rules.say[base]; ok {
			l.addAll(expanded, i, j, k)
		} else {
			l.add(base, i, j, k)
		}
		l.addAll(said, i, j, k)
		return
	}
	if tail == "s" {
		if expanded, ok := l.rules.say[base]; ok {
			l.addAll(expanded, i, j, k)
		} else {
			l.add(base, i, j, k)
		}
		return
	}
	l.add(strings.ReplaceAll(text, "'", ""), i, j, k)
}

func (l *lexer) addAll(words []string, i, j int, k kind) {
	for _, w := range words {
		l.add(w, i, j, k)
	}
}

// add adds a token for the cells from i to j.
func (l *lexer) add(text string, i, j int, k kind) {
	if l.quoted {
		k |= kindQuoted
	}
	t := token{text: text, kind: k, start: l.cells[i].start, end: l.cells[j-1].end, sentence: int32(len(l.sentences)), clause: l.clause}
	l.rules.recognize(&t)
	if t.word != 0 && len(l.tokens) > l.from && l.rules.breaks(l.tokens[len(l.tokens)-1].word, t.word) {
		l.clause++
		t.clause = l.clause
	}
	l.tokens = append(l.tokens, t)
}

// text returns the cells from i to j as a string.
func (l *lexer) text(i, j int) string {
	l.buffer = l.buffer[:0]
	for _, c := range l.cells[i:j] {
		if c.r < 0x80 {
			l.buffer = append(l.buffer, byte(c.r))
		} else {
			l.buffer = append(l.buffer, string(c.r)...)
		}
	}
	if known, ok := l.rules.spelling[string(l.buffer)]; ok {
		return known
	}
	return string(l.buffer)
}

// emoji returns the word by which rules call an emoji, or "".
func emoji(r rune) string {
	switch r {
	case '🔪', '🗡':
		return ":knife:"
	case '💊':
		return ":pill:"
	case '🔫':
		return ":gun:"
	case '🩸':
		return ":blood:"
	case '😭', '😢', '😥', '😿', '🥺':
		return ":cry:"
	case '🙏':
		return ":pray:"
	case '💀', '☠', '⚰', '🪦':
		return ":skull:"
	case '❤', '💕', '💖', '💗', '💓', '💞', '😘', '😍', '🥰', '💋', '♥', '💘', '💙', '💜', '💚', '🧡', '💛', '🖤':
		return ":heart:"
	case '😂', '🤣', '😅', '😆', '😄', '😁', '😹':
		return ":laugh:"
	case '🖕', '🤬', '😡':
		return ":angry:"
	case '👋':
		return ":wave:"
	case '🕊':
		return ":dove:"
	}
	return ""
}
