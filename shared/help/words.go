package help

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is a word of a text.
type word struct {
	letters    string // in lower case, without accents and apostrophes
	stem       string
	start, end int // its place, in bytes
}

// words cuts a text into words, with what is left of them when their endings
// are taken away. An apostrophe within a word belongs to it.
func words(text string) []word {
	var list []word
	start, plain := -1, true
	end := func(at int) {
		if start >= 0 {
			letters := text[start:at]
			if !plain {
				letters = bareLetters(letters)
			}
			list = append(list, word{letters: letters, stem: stem(letters), start: start, end: at})
		}
		start, plain = -1, true
	}
	for i, r := range text {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			if start < 0 {
				start = i
			}
		case unicode.IsLetter(r), unicode.IsDigit(r):
			if start < 0 {
				start = i
			}
			plain = false
		case start >= 0 && (r == '\'' || r == '’') && lettersFollow(text[i+utf8.RuneLen(r):]):
			plain = false
		default:
			end(i)
		}
	}
	end(len(text))
	return list
}

// bareLetters returns the letters of a word in lower case, without accents and
// apostrophes.
func bareLetters(text string) string {
	var letters strings.Builder
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			letters.WriteRune(bare(unicode.ToLower(r)))
		}
	}
	return letters.String()
}

func lettersFollow(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return unicode.IsLetter(r)
}

// accents are the letters that people leave the marks off when they search.
var accents = strings.NewReplacer(
	"á", "a", "à", "a", "â", "a", "ä", "a", "ã", "a", "å", "a", "é", "e", "è", "e", "ê", "e", "ë", "e",
	"í", "i", "ì", "i", "î", "i", "ï", "i", "ó", "o", "ò", "o", "ô", "o", "ö", "o", "õ", "o",
	"ú", "u", "ù", "u", "û", "u", "ü", "u", "ñ", "n", "ç", "c",
)

// bare returns a letter without its accent.
func bare(r rune) rune {
	if r < utf8.RuneSelf {
		return r
	}
	plain, _ := utf8.DecodeRuneInString(accents.Replace(string(r)))
	return plain
}

// spellings are words that come in several forms, or whose ending is not one.
var spellings = map[string]string{
	"cant": "cannot", "couldnt": "cannot", "wont": "not", "doesnt": "not", "dont": "not", "didnt": "not", "isnt": "not",
	"arent": "not", "wasnt": "not", "havent": "not", "hasnt": "not", "im": "i", "ive": "i", "ill": "i", "id": "i",
	"whats": "what", "whos": "who", "wheres": "where", "hows": "how", "whens": "when", "thats": "that", "theyre": "they", "its": "it",
	"sent": "send", "got": "get", "getting": "get", "gone": "go", "went": "go", "going": "go", "goes": "go", "lost": "lose", "losing": "lose",
	"wrote": "write", "written": "write", "writing": "write", "said": "say", "saw": "see", "seen": "see", "told": "tell", "kept": "keep",
	"stolen": "steal", "stole": "steal", "broke": "break", "broken": "break", "forgot": "forget", "forgotten": "forget", "paid": "pay",
	"left": "leave", "leaving": "leave", "took": "take", "taken": "take", "taking": "take", "using": "use", "used": "use", "made": "make",
	"making": "make", "having": "have", "had": "have", "has": "have", "hid": "hide", "hidden": "hide", "hiding": "hide",
	"therapy": "therapy", "therapies": "therapy", "this": "this", "was": "be", "is": "be", "are": "be", "were": "be", "am": "be",
	"does": "do", "did": "do", "done": "do", "doing": "do", "less": "less", "unless": "unless", "always": "always",
	"yes": "yes", "ios": "ios", "news": "news", "address": "address", "access": "access", "practise": "practice",
	"tries": "try", "tried": "try", "trying": "try", "dies": "die", "died": "die", "dying": "die", "dead": "die",
}

// stem takes the commonest endings of English off a word, so that its forms
// meet: messages, messaged and messaging become messag.
func stem(w string) string {
	if to, ok := spellings[w]; ok {
		return to
	}
	n := len(w)
	switch {
	case n <= 3:
		return w
	case strings.HasSuffix(w, "ies") && n > 4:
		w = w[:n-3] + "y"
	case strings.HasSuffix(w, "sses"), strings.HasSuffix(w, "ches"), strings.HasSuffix(w, "shes"), strings.HasSuffix(w, "xes"):
		w = w[:n-2]
	case strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && !strings.HasSuffix(w, "is"):
		w = w[:n-1]
	}
	for _, ending := range []string{"ingly", "edly", "ing", "ed", "ly", "ment"} {
		if rest, ok := strings.CutSuffix(w, ending); ok && len(rest) >= 3 && strings.ContainsAny(rest, "aeiouy") {
			w = rest
			if n := len(w); n > 3 && w[n-1] == w[n-2] && !strings.ContainsRune("lsz", rune(w[n-1])) {
				w = w[:n-1] // stopped
			}
			break
		}
	}
	switch {
	case len(w) > 3 && strings.HasSuffix(w, "e"):
		w = w[:len(w)-1]
	case len(w) > 3 && strings.HasSuffix(w, "i"):
		w = w[:len(w)-1] + "y"
	}
	return w
}

// common are words that say little about what is sought.
var common = wordSet(`a an the be it its i me my mine you your we our us they them their he she his her to of in on at
	for from by with and or but if so as that this these those there do can could would should will shall may might
	must have get go just some any please hi hello hey thanks thank really very about into than then also too
	im want need like know tell help pleiades app one thing way`)

// asking are words that questions begin with. They tell apart what people ask
// about the same matter, but are no matter of their own.
var asking = wordSet("how what who whom why when where which whose")

func wordSet(list string) map[string]bool {
	set := make(map[string]bool)
	for w := range strings.FieldsSeq(list) {
		set[stem(w)] = true
	}
	return set
}

// near reports whether two words differ by one slip of the fingers, or in long
// words by two after the first letter: a letter too many, too few, another one, or
// two swapped.
func near(a, b string) bool {
	long := max(len(a), len(b))
	most := 1
	switch {
	case long < 4:
		return false
	case a[0] != b[0]:
		return long >= 5 && slipAtFirst(a, b)
	case long >= 8:
		most = 2
	}
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return false
	}
	return distance(a, b, most) <= most
}

// slipAtFirst reports whether two words are the same but for one slip at the first
// letter, in which they differ.
func slipAtFirst(a, b string) bool {
	switch len(a) - len(b) {
	case 1:
		return a[1:] == b
	case -1:
		return a == b[1:]
	case 0:
		return a[1:] == b[1:] || a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:]
	}
	return false
}

// distance counts the slips between two words, most+1 for more than most.
func distance(a, b string, most int) int {
	if len(a) >= maxWord || len(b) >= maxWord {
		return most + 1
	}
	var rows [3][maxWord]uint8
	for j := range len(b) + 1 {
		rows[0][j] = uint8(j) // #nosec G115 -- j < maxWord
	}
	for i := 1; i <= len(a); i++ {
		row, last, before := &rows[i%3], &rows[(i-1)%3], &rows[(i+1)%3]
		row[0] = uint8(i) // #nosec G115 -- i < maxWord
		least := row[0]
		for j := 1; j <= len(b); j++ {
			cost := uint8(1)
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if int(least) > most {
			return most + 1
		}
	}
	return int(rows[len(a)%3][len(b)])
}

// maxWord bounds the words whose slips are counted, in bytes.
const maxWord = 32
