package guidance

import (
	"errors"
	"strconv"
	"strings"
)

// book is what a file of rules says, read but not yet compiled. The notation
// is told in the package comment.
type book struct {
	classes   []classText
	say       []sayText
	fuzzy     []string
	functions []string
	guards    []guardText
	rules     []ruleText
	cards     []cardText
}

type classText struct {
	name    string
	entries []string
}

type sayText struct {
	from string
	to   []string
}

// guardText is one block of a guard; several blocks may share a name.
type guardText struct {
	name     string
	place    place
	within   int32
	patterns []string
	but      []string
}

type ruleText struct {
	name     string // reason/name
	code     Code
	unless   []string // guards
	needs    []string // classes that must occur in the text
	with     []string // classes that must occur in the sentence
	without  []string // classes that must not occur in the text
	patterns []string
	not      []string // patterns that void a match that they touch
}

// cardText adds up signs, none of which is enough alone.
type cardText struct {
	name      string // reason/name
	code      Code
	enough    int // the sum of weights at which the card fires
	sentences int // how many sentences in a row count together; 0 is all
	unless    []string
	signs     []signText
}

type signText struct {
	weight  int
	pattern string
}

// place says where a guard's words must stand, seen from a rule's match, to
// void it.
type place uint8

const (
	placeBefore   place = iota // in the same clause, from within tokens before the match to its end
	placeAfter                 // in the same sentence, from the match's start to within tokens after it
	placeNear                  // in the same sentence, up to within tokens away
	placeOver                  // sharing a token with it
	placeClause                // anywhere in the same clause
	placeSentence              // anywhere in the same sentence
	placeMessage               // anywhere
)

var placeNames = []string{"before", "after", "near", "over", "clause", "sentence", "message"}

// read adds what a source says to the book. The name is for its errors.
func (b *book) read(name, source string) error {
	var block func(line string) error
	for number, line := range strings.Split(source, "\n") {
		text := strings.TrimSpace(line)
		if text == "" || text[0] == '#' {
			continue
		}
		var err error
		if line[0] == ' ' || line[0] == '\t' {
			if block == nil {
				err = errors.New("a block's line without a block")
			} else {
				err = block(text)
			}
		} else {
			block, err = b.header(text)
		}
		if err != nil {
			return errors.New(name + ":" + strconv.Itoa(number+1) + ": " + err.Error())
		}
	}
	return nil
}

// header reads a line at the margin and returns what reads its block.
func (b *book) header(text string) (func(string) error, error) {
	word, rest, _ := strings.Cut(text, " ")
	switch word {
	case "class":
		name, entries, ok := strings.Cut(rest, "=")
		name = strings.TrimSpace(name)
		if !ok || name == "" {
			return nil, errors.New("want: class NAME = entry | entry")
		}
		i := len(b.classes)
		b.classes = append(b.classes, classText{name: name})
		more := func(line string) error {
			for _, entry := range splitOutside(line, '|') {
				if entry = strings.TrimSpace(entry); entry != "" {
					b.classes[i].entries = append(b.classes[i].entries, entry)
				}
			}
			return nil
		}
		return more, more(entries)
	case "say":
		return b.readSay, nil
	case "fuzzy":
		return func(line string) error { b.fuzzy = append(b.fuzzy, strings.Fields(line)...); return nil }, nil
	case "function":
		return func(line string) error { b.functions = append(b.functions, strings.Fields(line)...); return nil }, nil
	case "guard":
		return b.guard(strings.Fields(rest))
	case "rule":
		return b.rule(strings.Fields(rest))
	case "card":
		return b.card(strings.Fields(rest))
	}
	return nil, errors.New("unknown word " + word)
}

func (b *book) readSay(line string) error {
	for _, pair := range strings.Split(line, ";") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		from, to, ok := strings.Cut(pair, "=")
		if !ok || len(strings.Fields(from)) != 1 {
			return errors.New("want: word = words; word = words")
		}
		b.say = append(b.say, sayText{strings.TrimSpace(from), strings.Fields(to)})
	}
	return nil
}

func (b *book) guard(words []string) (func(string) error, error) {
	bad := errors.New("want: guard NAME before N | after N | near N | over | sentence | message")
	if len(words) < 2 {
		return nil, bad
	}
	g := guardText{name: words[0], place: placeMessage + 1}
	for i, name := range placeNames {
		if words[1] == name {
			g.place = place(i)
		}
	}
	counted := g.place == placeBefore || g.place == placeAfter || g.place == placeNear
	if g.place > placeMessage || counted != (len(words) == 3) {
		return nil, bad
	}
	if counted {
		n, err := strconv.Atoi(words[2])
		if err != nil {
			return nil, bad
		}
		g.within = int32(n)
	}
	i := len(b.guards)
	b.guards = append(b.guards, g)
	return func(line string) error {
		if but, ok := strings.CutPrefix(line, "but "); ok {
			b.guards[i].but = append(b.guards[i].but, but)
		} else {
			b.guards[i].patterns = append(b.guards[i].patterns, line)
		}
		return nil
	}, nil
}

func (b *book) rule(words []string) (func(string) error, error) {
	if len(words) < 2 || strings.Count(words[0], "/") != 1 || Code(words[1]).rank() == len(Codes()) {
		return nil, errors.New("want: rule REASON/NAME CODE unless GUARD … needs CLASS … with CLASS … without CLASS …")
	}
	r := ruleText{name: words[0], code: Code(words[1])}
	var list *[]string
	for _, word := range words[2:] {
		switch word {
		case "unless":
			list = &r.unless
		case "needs":
			list = &r.needs
		case "with":
			list = &r.with
		case "without":
			list = &r.without
		default:
			if list == nil {
				return nil, errors.New("unknown word " + word)
			}
			*list = append(*list, word)
		}
	}
	i := len(b.rules)
	b.rules = append(b.rules, r)
	return func(line string) error {
		if not, ok := strings.CutPrefix(line, "not: "); ok {
			b.rules[i].not = append(b.rules[i].not, not)
		} else {
			b.rules[i].patterns = append(b.rules[i].patterns, line)
		}
		return nil
	}, nil
}

func (b *book) card(words []string) (func(string) error, error) {
	bad := errors.New("want: card REASON/NAME CODE ENOUGH in SENTENCES unless GUARD …")
	if len(words) < 5 || strings.Count(words[0], "/") != 1 || Code(words[1]).rank() == len(Codes()) || words[3] != "in" {
		return nil, bad
	}
	c := cardText{name: words[0], code: Code(words[1])}
	var err1, err2 error
	c.enough, err1 = strconv.Atoi(words[2])
	c.sentences, err2 = strconv.Atoi(words[4])
	if err1 != nil || err2 != nil || len(words) > 5 && words[5] != "unless" {
		return nil, bad
	}
	if len(words) > 5 {
		c.unless = words[6:]
	}
	i := len(b.cards)
	b.cards = append(b.cards, c)
	return func(line string) error {
		number, pattern, ok := strings.Cut(line, " ")
		weight, err := strconv.Atoi(number)
		if !ok || err != nil {
			return errors.New("want: WEIGHT pattern")
		}
		b.cards[i].signs = append(b.cards[i].signs, signText{weight, strings.TrimSpace(pattern)})
		return nil
	}, nil
}

// splitOutside splits s at a separator outside of parentheses.
func splitOutside(s string, separator byte) []string {
	var parts []string
	depth, from := 0, 0
	for i := range len(s) {
		switch s[i] {
		case '(':
			depth++
		case ')':
			depth--
		case separator:
			if depth == 0 {
				parts = append(parts, s[from:i])
				from = i + 1
			}
		}
	}
	return append(parts, s[from:])
}
