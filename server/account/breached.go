package account

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// The lists that come with the program. They hold what is most common, not all
// that was ever breached: an operator can add a list of their own.
var (
	//go:embed breached/breached.txt
	breachedText string
	//go:embed breached/words.txt
	commonText string
)

// productName is the first thing people think of here.
const productName = "pleiades"

// minParts is how many parts a password needs that could not be guessed one
// from the other: characters, words that everyone uses, runs and repetitions.
const minParts = 6

// keyboard holds the rows along which fingers run, across, down and in zigzag.
var keyboard = []string{
	"abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop", "!@#$%^&*()",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p", "1qazxsw23edcvfr45tgbnhy67ujm", "qazwsxedcrfvtgbyhnujmikolp", "qweasdzxc", "wsxedc",
	"1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "a1s2d3f4g5h6j7k8l9", "a1b2c3d4e5f6g7h8i9", "1a2b3c4d5e6f7g8h9i", "147258369", "159357", "789456123",
}

// undisguise undoes the usual replacements of letters.
var undisguise = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

// Breached knows passwords that are common. It is not changed once in use.
type Breached struct {
	passwords map[string]bool
	words     []string
}

// NewBreached returns what comes with the program.
func NewBreached() *Breached {
	b := &Breached{passwords: make(map[string]bool)}
	for line := range strings.Lines(breachedText) {
		if line = strings.TrimSpace(line); isEntry(line) {
			b.passwords[line] = true
		}
	}
	for line := range strings.Lines(commonText) {
		if line = strings.TrimSpace(line); isEntry(line) {
			b.words = append(b.words, line)
		}
	}
	return b
}

// Read adds the passwords of a list, one a line.
func (b *Breached) Read(list io.Reader) error {
	lines := bufio.NewScanner(list)
	for lines.Scan() {
		if line := strings.TrimSpace(lines.Text()); isEntry(line) {
			b.passwords[strings.ToLower(line)] = true
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read breached passwords: %w", err)
	}
	return nil
}

// isEntry reports whether a line of a list is neither empty nor a comment.
func isEntry(line string) bool { return line != "" && !strings.HasPrefix(line, "# ") }

// Common reports whether a password is on a list or made of little else than
// common words, the product's name, the first part of the person's address,
// runs and repetitions.
func (b *Breached) Common(password, email message.Text) bool {
	lower := strings.ToLower(string(password))
	plain := undisguise.Replace(lower)
	if b.passwords[lower] || b.passwords[plain] || isRepetition(lower) {
		return true
	}
	local, _, _ := strings.Cut(strings.ToLower(string(email)), "@")
	known := append([]string{productName, local, undisguise.Replace(local)}, b.words...)
	return min(countParts(lower, known), countParts(plain, known)) < minParts
}

// isRepetition reports whether a text is one shorter than a password may be,
// again and again.
func isRepetition(text string) bool {
	for n := 1; n <= len(text)/2 && n < MinPassword; n++ {
		if len(text)%n == 0 && strings.Repeat(text[:n], len(text)/n) == text {
			return true
		}
	}
	return false
}

// countParts counts the parts of a text: a word, a run along the alphabet or
// the keyboard, a year, a repeated character and a few digits at the end are one
// each, all else one a character. White space and what joins words are none.
func countParts(text string, words []string) int {
	parts := 0
	for text != "" {
		if strings.ContainsAny(text[:1], " -_.,") {
			text = text[1:]
			continue
		}
		parts++
		text = text[max(wordAt(text, words), runAt(text), digitsAt(text), characterAt(text)):]
	}
	return parts
}

// wordAt returns the length of the longest word at the start of the text, 0 if
// there is none.
func wordAt(text string, words []string) int {
	longest := 0
	for _, word := range words {
		if len(word) >= 3 && len(word) > longest && strings.HasPrefix(text, word) {
			longest = len(word)
		}
	}
	return longest
}

// runAt returns the length of the longest run at the start of the text, 0 if
// there is none of three or more.
func runAt(text string) int {
	n := 1
	for n < len(text) && text[n] == text[0] {
		n++
	}
	for _, row := range keyboard {
		n = max(n, along(text, row), along(text, reverse(row)))
	}
	if n < 3 {
		return 0
	}
	return n
}

// digitsAt returns the length of a year at the start of the text, or of the up to
// four digits, and a sign behind them, that are all of it; 0 if there is neither.
func digitsAt(text string) int {
	n := len(text) - len(strings.TrimLeft(text, "0123456789"))
	if n >= 4 && (text[:2] == "19" || text[:2] == "20") {
		return 4
	}
	if n > 0 && n <= 4 && len(strings.TrimRight(text[n:], "!?.*#")) == 0 && len(text)-n <= 1 {
		return len(text)
	}
	return 0
}

// along returns how far the start of the text runs along a row.
func along(text, row string) int {
	at := strings.IndexByte(row, text[0])
	n := 0
	for at >= 0 && n < len(text) && at+n < len(row) && text[n] == row[at+n] {
		n++
	}
	return n
}

func reverse(row string) string {
	bytes := []byte(row)
	slices.Reverse(bytes)
	return string(bytes)
}

func characterAt(text string) int {
	_, size := utf8.DecodeRuneInString(text)
	return size
}

// InvalidPasswordError says what is wrong with a new password.
type InvalidPasswordError struct {
	Fields []string // wire.FieldPassword… codes, at least one
}

// Error lists the codes.
func (e *InvalidPasswordError) Error() string {
	return "invalid password: " + strings.Join(e.Fields, ", ")
}

// checkNewPassword returns an *InvalidPasswordError if a normalized password
// breaks a rule.
func (s *Service) checkNewPassword(password, email message.Text) error {
	if fields := s.passwordFields(password, email); fields != nil {
		return &InvalidPasswordError{Fields: fields}
	}
	return nil
}

// passwordFields lists what is wrong with a normalized password.
func (s *Service) passwordFields(password, email message.Text) []string {
	switch n := utf8.RuneCountInString(string(password)); {
	case n < MinPassword:
		return []string{wire.FieldPasswordTooShort}
	case n > MaxPassword:
		return []string{wire.FieldPasswordTooLong}
	case s.breached.Common(password, email):
		return []string{wire.FieldPasswordBreached}
	}
	return nil
}
