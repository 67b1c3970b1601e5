package guidance

import "slices"

// disguised reads a word of the rules written with digits or signs for
// letters, such as k!ll, su1cide or d*e, and reports where it ends.
func (l *lexer) disguised(i, end int) (int, bool) {
	if i > 0 && !isSpace(l.cells[i-1].r) && (isLetter(l.cells[i-1].r) || isDigit(l.cells[i-1].r)) {
		return 0, false
	}
	letters, signs, j := 0, 0, i
	for j < end && j-i <= 24 {
		r := l.cells[j].r
		if isLetter(r) {
			letters++
		} else if disguise(r) {
			signs++
		} else {
			break
		}
		j++
	}
	if letters == 0 || signs == 0 {
		return 0, false
	}
	for ; j > i && !isLetter(l.cells[j-1].r) && !isDigit(l.cells[j-1].r); j-- { // die!!!
		signs--
	}
	if signs == 0 || j-i < 3 || !isLetter(l.cells[i].r) && !isLetter(l.cells[i+1].r) {
		return 0, false
	}
	for _, vowel := range []byte("ieaou") {
		if word, ok := l.undisguise(i, j, vowel); ok {
			l.add(word, i, j, 0)
			return j, true
		}
	}
	return 0, false
}

// disguise reports whether a sign or digit is written for a letter.
func disguise(r rune) bool {
	switch r {
	case '!', '1', '|', '@', '4', '$', '5', '3', '€', '0', '+', '7', '*':
		return true
	}
	return false
}

// undisguise reads the cells as letters, a star as the vowel and a one or an
// exclamation mark as i or l.
func (l *lexer) undisguise(i, j int, vowel byte) (string, bool) {
	for _, one := range []byte("il") {
		l.buffer = l.buffer[:0]
		for _, c := range l.cells[i:j] {
			b := byte(0)
			switch c.r {
			case '!', '1', '|':
				b = one
			case '@', '4':
				b = 'a'
			case '$', '5':
				b = 's'
			case '3', '€':
				b = 'e'
			case '0':
				b = 'o'
			case '+', '7':
				b = 't'
			case '*':
				b = vowel
			default:
				if c.r >= 0x80 {
					return "", false
				}
				b = byte(c.r)
			}
			l.buffer = append(l.buffer, b)
		}
		if known, ok := l.rules.spelling[string(l.buffer)]; ok {
			return known, true
		}
	}
	return "", false
}

// joinLetters joins single letters in a row, as in "k m s" or "d.i.e", to
// the words of the rules that they spell.
func (l *lexer) joinLetters() {
	for i := l.from; i < len(l.tokens); i++ {
		j := i
		for j < len(l.tokens) && len(l.tokens[j].text) == 1 && l.tokens[j].text[0] >= 'a' {
			j++
		}
		if j-i < 3 {
			continue
		}
		l.buffer = l.buffer[:0]
		for _, t := range l.tokens[i:j] {
			l.buffer = append(l.buffer, t.text[0])
		}
		l.joinRun(i)
		i += len(l.buffer) - 1 // all of the run is read
	}
}

// longestJoined is how many letters in a row are joined at most.
const longestJoined = 24

// joinRun joins the tokens from i on, whose letters lie in the buffer.
func (l *lexer) joinRun(i int) {
	for from := 0; from+3 <= len(l.buffer); from++ {
		for to := min(len(l.buffer), from+longestJoined); to >= from+3; to-- {
			known, ok := l.rules.spelling[string(l.buffer[from:to])]
			if !ok {
				continue
			}
			t := &l.tokens[i+from]
			t.text, t.end = known, l.tokens[i+to-1].end
			l.rules.recognize(t)
			l.tokens = slices.Delete(l.tokens, i+from+1, i+to)
			l.buffer = slices.Delete(l.buffer, from+1, to)
			break
		}
	}
}
