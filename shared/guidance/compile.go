package guidance

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// ruleset is a book compiled for matching. It does not change any more.
type ruleset struct {
	lang      string
	spelling  map[string]string   // every known word, as itself
	ids       map[string]int32    // of known words, from 1
	say       map[string][]string // what short forms stand for
	fuzzy     map[string]string   // a word less one letter → the word
	classIDs  map[string]int32    // by name, from 0
	ofWord    [][]int32           // classes by word
	stems     map[string][]int32  // classes by stem
	patterns  []pattern
	rare      []int32   // by pattern: the first of its needs, or what is always there
	starters  [][]int32 // by word: its classes that patterns begin with
	byWord    [][]int32 // patterns that begin with a word
	byClass   [][]int32 // patterns that begin with a class
	breakers  int32     // the class of words that begin a clause, or -1
	guards    []guard
	rules     []rule
	cards     []card
	tags      int // targets that are not classes: len(classIDs)+tag
	judges    []judge
	danger    func() *dangerModel // nil: there is none for the language
	stemRange [2]int              // lengths of the shortest and longest stem
}

// pattern is a sequence that makes its target: a class, or a tag of a rule or a
// guard.
type pattern struct {
	target int32
	before []item  // conditions on what comes before the first item
	items  []item  // the first consumes a word or a class
	needs  []int32 // words, and classes after all words, that must follow
	far    bool    // reaches over the ends of sentences
}

type item struct {
	kind     itemKind
	optional bool
	id       int32 // word or class
	n        int32 // longest gap
}

type itemKind uint8

const (
	itemWord          itemKind = iota
	itemClass                  // id is a class
	itemAny                    // _
	itemGap                    // ..3
	itemFarGap                 // ~3: over the ends of sentences
	itemNotNext                // !x: x does not follow; id is a class
	itemNotBefore              // -x: x does not precede; id is a class
	itemClauseStart            // ^
	itemSentenceStart          // ^^
	itemClauseEnd              // $
	itemSentenceEnd            // $$
)

type guard struct {
	name   string
	place  place
	within int32
	tag    int32
	but    int32 // tag of the exceptions, or -1
}

type rule struct {
	name    string // language/reason/name
	code    Code
	tag     int32
	not     int32   // tag of the patterns that void it, or -1
	unless  []int32 // guards
	needs   []int32 // classes
	with    []int32
	without []int32
}

// card adds up the weights of signs.
type card struct {
	rule
	enough, sentences int
	signs             []sign
}

type sign struct {
	weight int
	tag    int32
}

// built-in classes, known by kind rather than by word.
var kindClasses = []struct {
	name string
	kind kind
}{{"#number", kindNumber}, {"#big", kindBig}, {"#time", kindTime}, {"#name", kindName}, {"#quoted", kindQuoted}, {"#upper", kindUpper}}

// compiler holds what only compiling needs.
type compiler struct {
	*ruleset
	problems []error
}

func compile(lang string, b *book, judges []judge) (*ruleset, error) {
	c := &compiler{ruleset: &ruleset{
		lang: lang, spelling: make(map[string]string), ids: make(map[string]int32), say: make(map[string][]string),
		fuzzy: make(map[string]string), classIDs: make(map[string]int32), stems: make(map[string][]int32),
		breakers: -1, ofWord: make([][]int32, 1), judges: judges, stemRange: [2]int{99, 0},
	}}
	for _, k := range kindClasses {
		c.newClass(k.name)
	}
	for _, class := range b.classes {
		if _, ok := c.classIDs[class.name]; ok {
			c.fail("class "+class.name, errors.New("is there twice"))
			continue
		}
		c.newClass(class.name)
	}
	for _, s := range b.say {
		c.say[s.from] = s.to
		c.wordID(s.from)
		for _, w := range s.to {
			c.wordID(w)
		}
	}
	// Tags come after all classes, anonymous ones among them: they are shifted
	// when their number is known.
	for _, class := range b.classes {
		for _, entry := range class.entries {
			c.fail("class "+class.name, c.entry(c.classIDs[class.name], entry))
		}
	}
	c.addGuards(b.guards)
	c.addRules(b.rules)
	c.addCards(b.cards)
	for _, word := range b.fuzzy {
		c.wordID(word)
		for _, less := range deletions(word) {
			if _, ok := c.fuzzy[less]; !ok {
				c.fuzzy[less] = word
			}
		}
		c.fuzzy[word] = word
	}
	if id, ok := c.classIDs["break"]; ok {
		c.breakers = id
	}
	c.fail("classes", c.finish())
	return c.ruleset, errors.Join(c.problems...)
}

// fail notes what is wrong with a part, if anything is.
func (c *compiler) fail(part string, err error) {
	if err != nil {
		c.problems = append(c.problems, errors.New(c.lang+": "+part+": "+err.Error()))
	}
}

func (c *compiler) newClass(name string) int32 {
	id := int32(len(c.classIDs))
	c.classIDs[name] = id
	return id
}

func (c *compiler) wordID(word string) int32 {
	id, ok := c.ids[word]
	if !ok {
		id = int32(len(c.ids) + 1)
		c.ids[word] = id
		c.spelling[word] = word
		c.ofWord = append(c.ofWord, nil)
	}
	return id
}

// entry adds an entry to a class: a word, a stem, or a pattern.
func (c *compiler) entry(class int32, entry string) error {
	if to, ok := c.say[entry]; ok {
		entry = strings.Join(to, " ")
	}
	if word, ok := strings.CutSuffix(entry, "?"); ok && len(word) > 1 && !strings.ContainsAny(word, " {}()*") {
		if err := c.entry(class, word); err != nil {
			return err
		}
		return c.entry(class, word[:len(word)-1])
	}
	if !strings.ContainsAny(entry, " {}()?.~_!-^$") || strings.HasPrefix(entry, ":") {
		if stem, ok := strings.CutSuffix(entry, "*"); ok {
			c.stems[stem] = append(c.stems[stem], class)
			c.stemRange = [2]int{min(c.stemRange[0], len(stem)), max(c.stemRange[1], len(stem))}
			return nil
		}
		id, err := c.literal(entry)
		if err != nil {
			return err
		}
		if !slices.Contains(c.ofWord[id], class) {
			c.ofWord[id] = append(c.ofWord[id], class)
		}
		return nil
	}
	return c.pattern(class, entry)
}

// pattern adds a pattern for a target; tags are given as -1-tag.
func (c *compiler) pattern(target int32, text string) error {
	if with, without, ok := orEnd(text); ok {
		if err := c.pattern(target, with); err != nil {
			return err
		}
		return c.pattern(target, without)
	}
	items, err := c.items(text)
	if err != nil {
		return errors.New(strconv.Quote(text) + ": " + err.Error())
	}
	p := pattern{target: target}
	for len(items) > 0 && (items[0].kind == itemNotBefore || items[0].kind == itemClauseStart || items[0].kind == itemSentenceStart) {
		p.before = append(p.before, items[0])
		items = items[1:]
	}
	// A pattern that begins with something optional is several.
	for len(items) > 0 && items[0].optional {
		first := items[0]
		first.optional = false
		c.patterns = append(c.patterns, pattern{target: target, before: p.before, items: append([]item{first}, items[1:]...)})
		items = items[1:]
	}
	if len(items) == 0 || items[0].kind > itemClass {
		return errors.New(strconv.Quote(text) + ": must begin with a word or a class")
	}
	for _, it := range items[1:] {
		if it.kind == itemNotBefore || it.kind == itemClauseStart || it.kind == itemSentenceStart {
			return errors.New(strconv.Quote(text) + ": -x and ^ belong at the beginning")
		}
	}
	p.items = items
	c.patterns = append(c.patterns, p)
	return nil
}

// orEnd splits a pattern in which a group has an end, $ or $$, for its last
// alternative: a pattern with the group less the end, and one with the end.
func orEnd(text string) (string, string, bool) {
	for _, end := range []string{"$", "$$"} {
		at := strings.Index(text, "|"+end+")")
		if at < 0 {
			continue
		}
		depth, open := 1, at
		for depth > 0 && open > 0 {
			open--
			switch text[open] {
			case ')':
				depth++
			case '(':
				depth--
			}
		}
		after := at + len(end) + 2
		return text[:at] + ")" + text[after:], text[:open] + end + strings.TrimPrefix(text[after:], "?"), true
	}
	return "", "", false
}

// items reads a pattern's text.
func (c *compiler) items(text string) ([]item, error) {
	var items []item
	for _, word := range splitOutside(text, ' ') {
		if word == "" {
			continue
		}
		spelled, ok := c.say[word]
		if !ok {
			spelled = []string{word}
		}
		for _, word := range spelled {
			it, err := c.item(word)
			if err != nil {
				return nil, err
			}
			items = append(items, it)
		}
	}
	return items, nil
}

func (c *compiler) item(word string) (item, error) {
	switch word {
	case "_":
		return item{kind: itemAny}, nil
	case "^":
		return item{kind: itemClauseStart}, nil
	case "^^":
		return item{kind: itemSentenceStart}, nil
	case "$":
		return item{kind: itemClauseEnd}, nil
	case "$$":
		return item{kind: itemSentenceEnd}, nil
	}
	if number, ok := strings.CutPrefix(word, ".."); ok {
		return gap(itemGap, number)
	}
	if number, ok := strings.CutPrefix(word, "~"); ok {
		return gap(itemFarGap, number)
	}
	if len(word) > 1 && (word[0] == '!' || word[0] == '-') {
		id, err := c.classOf(word[1:])
		if err != nil {
			return item{}, err
		}
		if word[0] == '!' {
			return item{kind: itemNotNext, id: id}, nil
		}
		return item{kind: itemNotBefore, id: id}, nil
	}
	bare, optional := strings.CutSuffix(word, "?")
	if optional && !strings.ContainsAny(bare, "{}()*") {
		id, err := c.classOf("(" + word + ")") // cuts?: cuts or cut
		return item{kind: itemClass, id: id}, err
	}
	if strings.ContainsAny(bare, "{}()*") {
		id, err := c.classOf(bare)
		return item{kind: itemClass, id: id, optional: optional}, err
	}
	if strings.ContainsAny(bare, "!?~|^$") {
		return item{}, errors.New("cannot read " + word)
	}
	id, err := c.literal(bare)
	return item{kind: itemWord, id: id}, err
}

func gap(k itemKind, number string) (item, error) {
	n, err := strconv.Atoi(number)
	if err != nil {
		return item{}, errors.New("a gap needs a number, not " + number)
	}
	return item{kind: k, n: int32(n)}, nil
}

// literal returns the word of a pattern, which texts must be able to hold.
func (c *compiler) literal(word string) (int32, error) {
	if to, ok := c.say[word]; ok {
		return 0, errors.New(word + " is spelled out as " + strings.Join(to, " "))
	}
	if word[0] != ':' {
		for i := range len(word) {
			if (word[i] < 'a' || word[i] > 'z') && !isDigit(rune(word[i])) {
				return 0, errors.New("no text holds " + word)
			}
		}
	}
	return c.wordID(word), nil
}

// classOf returns the class that an item names: {name}, or one made for it.
func (c *compiler) classOf(word string) (int32, error) {
	if inner, ok := strings.CutPrefix(word, "{"); ok {
		name, ok := strings.CutSuffix(inner, "}")
		id, known := c.classIDs[name]
		if !ok || !known {
			return 0, errors.New("no class " + word)
		}
		return id, nil
	}
	if id, ok := c.classIDs["="+word]; ok {
		return id, nil
	}
	id := c.newClass("=" + word)
	entries := []string{word}
	if inner, ok := strings.CutPrefix(word, "("); ok {
		inner, ok = strings.CutSuffix(inner, ")")
		if !ok {
			return 0, errors.New("cannot read " + word)
		}
		entries = splitOutside(inner, '|')
	}
	for _, entry := range entries {
		if err := c.entry(id, strings.TrimSpace(entry)); err != nil {
			return 0, err
		}
	}
	return id, nil
}

// tagged adds the patterns of a new tag for a part of the book and returns it,
// or -1 if there are none.
func (c *compiler) tagged(part string, patterns []string) int32 {
	if len(patterns) == 0 {
		return -1
	}
	tag := int32(c.tags)
	c.tags++
	for _, text := range patterns {
		c.fail(part, c.pattern(-1-tag, text))
	}
	return tag
}

func (c *compiler) addGuards(guards []guardText) {
	for _, g := range guards {
		part := "guard " + g.name
		if len(g.patterns) == 0 {
			c.fail(part, errors.New("has no pattern"))
			continue
		}
		c.guards = append(c.guards, guard{g.name, g.place, g.within, c.tagged(part, g.patterns), c.tagged(part, g.but)})
	}
}

func (c *compiler) addRules(rules []ruleText) {
	for _, text := range rules {
		part := "rule " + text.name
		if len(text.patterns) == 0 {
			c.fail(part, errors.New("has no pattern"))
			continue
		}
		r := rule{name: c.lang + "/" + text.name, code: text.code}
		r.tag, r.not = c.tagged(part, text.patterns), c.tagged(part, text.not)
		r.unless = c.guarded(part, text.unless)
		r.needs, r.with, r.without = c.named(part, text.needs), c.named(part, text.with), c.named(part, text.without)
		c.rules = append(c.rules, r)
	}
}

func (c *compiler) addCards(cards []cardText) {
	for _, text := range cards {
		part := "card " + text.name
		added := card{
			rule:   rule{name: c.lang + "/" + text.name, code: text.code, not: -1, unless: c.guarded(part, text.unless)},
			enough: text.enough, sentences: text.sentences,
		}
		for _, s := range text.signs {
			added.signs = append(added.signs, sign{s.weight, c.tagged(part, []string{s.pattern})})
		}
		c.cards = append(c.cards, added)
	}
}

// guarded returns the guards of the names.
func (c *compiler) guarded(part string, names []string) []int32 {
	var guards []int32
	for _, name := range names {
		before := len(guards)
		for i, g := range c.guards {
			if g.name == name {
				guards = append(guards, int32(i))
			}
		}
		if len(guards) == before {
			c.fail(part, errors.New("no guard "+name))
		}
	}
	return guards
}

// named returns the classes of the names.
func (c *compiler) named(part string, names []string) []int32 {
	var ids []int32
	for _, name := range names {
		id, ok := c.classIDs[name]
		if !ok {
			c.fail(part, errors.New("no class "+name))
		}
		ids = append(ids, id)
	}
	return ids
}

// finish numbers the targets, orders the patterns and indexes them.
func (c *compiler) finish() error {
	classes := int32(len(c.classIDs))
	c.byWord = make([][]int32, len(c.ids)+1)
	c.byClass = make([][]int32, classes)
	ofTarget := make([][]int32, int(classes)+c.tags)
	for i := range c.patterns {
		p := &c.patterns[i]
		if p.target < 0 {
			p.target = classes - 1 - p.target
		}
		ofTarget[p.target] = append(ofTarget[p.target], int32(i))
		c.require(p)
		if first := p.items[0]; first.kind == itemWord {
			c.byWord[first.id] = append(c.byWord[first.id], int32(i))
		} else {
			c.byClass[first.id] = append(c.byClass[first.id], int32(i))
		}
	}
	c.rare = make([]int32, len(c.patterns))
	for i := range c.patterns {
		p := &c.patterns[i]
		c.rare[i] = int32(len(c.byWord) + len(c.byClass))
		if len(p.needs) > 0 && !p.far {
			c.rare[i] = p.needs[0]
		}
	}
	for word, id := range c.ids {
		c.ofWord[id] = append(c.ofWord[id], c.stemClasses(word)...)
	}
	c.starters = make([][]int32, len(c.ofWord))
	for word := range c.ofWord {
		classes := c.ofWord[word]
		slices.Sort(classes)
		classes = slices.Compact(classes)
		c.ofWord[word] = classes
		for _, class := range classes {
			if len(c.byClass[class]) > 0 {
				c.starters[word] = append(c.starters[word], class)
			}
		}
	}
	for _, p := range c.patterns {
		for _, it := range p.before {
			if it.kind == itemNotBefore && len(ofTarget[it.id]) > 0 {
				return errors.New("-x knows single words only, not " + c.className(it.id))
			}
		}
	}
	const (
		unseen = iota
		open
		done
	)
	state := make([]uint8, len(ofTarget))
	var visit func(target int32) error
	visit = func(target int32) error {
		if state[target] == done {
			return nil
		}
		if state[target] == open {
			return errors.New(c.className(target) + " is made of itself")
		}
		state[target] = open
		for _, i := range ofTarget[target] {
			for _, it := range c.patterns[i].items {
				if it.kind == itemClass {
					if err := visit(it.id); err != nil {
						return err
					}
				}
			}
		}
		state[target] = done
		return nil
	}
	for target := range ofTarget {
		if err := visit(int32(target)); err != nil {
			return err
		}
	}
	return nil
}

// require notes what must follow for a pattern to match, the last first: it
// tends to be the rarest.
func (s *ruleset) require(p *pattern) {
	for _, it := range slices.Backward(p.items[1:]) {
		switch {
		case it.kind == itemFarGap:
			p.far = true
		case it.optional:
		case it.kind == itemWord:
			p.needs = append(p.needs, it.id)
		case it.kind == itemClass:
			p.needs = append(p.needs, int32(len(s.byWord))+it.id)
		}
	}
}

// className returns a class's name, for errors.
func (s *ruleset) className(class int32) string {
	for name, id := range s.classIDs {
		if id == class {
			return name
		}
	}
	return "a rule"
}

// breaks reports whether a word begins a clause.
func (s *ruleset) breaks(word int32) bool {
	return s.breakers >= 0 && slices.Contains(s.ofWord[word], s.breakers)
}

// recognize looks a token up: its word as written, else as a known misspelling,
// else by its stems.
func (s *ruleset) recognize(t *token) {
	if t.word = s.ids[t.text]; t.word == 0 && len(t.text) >= 6 && t.kind&kindName == 0 {
		if word, ok := s.correct(t.text); ok {
			t.text, t.word = word, s.ids[word]
		}
	}
	if t.word == 0 {
		t.stems = s.stemClasses(t.text)
	}
}

// stemClasses returns the classes of the stems that a text begins with.
func (s *ruleset) stemClasses(text string) []int32 {
	var classes []int32
	for n := s.stemRange[0]; n <= len(text) && n <= s.stemRange[1]; n++ {
		classes = append(classes, s.stems[text[:n]]...)
	}
	return classes
}

// correct returns the fuzzy word that a text is one slip away from: a letter
// too many, missing, exchanged or swapped with its neighbour.
func (s *ruleset) correct(text string) (string, bool) {
	if word, ok := s.fuzzy[text]; ok {
		return word, true
	}
	var buffer [32]byte
	if len(text) > len(buffer) {
		return "", false
	}
	for i := range len(text) {
		less := append(append(buffer[:0], text[:i]...), text[i+1:]...)
		if word, ok := s.fuzzy[string(less)]; ok && len(word) <= len(text)+1 && word[0] == text[0] {
			return word, true
		}
	}
	return "", false
}

// deletions returns a word without each of its letters.
func deletions(word string) []string {
	list := make([]string, 0, len(word))
	for i := range len(word) {
		list = append(list, word[:i]+word[i+1:])
	}
	return list
}

// shorten returns a word without the drawn-out letters of sooooo and pleaaase,
// in the form the rules know, if they know one.
func (s *ruleset) shorten(text string) string {
	long := false
	for i := 2; i < len(text) && !long; i++ {
		long = text[i] == text[i-1] && text[i] == text[i-2]
	}
	if !long {
		return text
	}
	for keep := 2; keep >= 1; keep-- {
		short := make([]byte, 0, len(text))
		for i := 0; i < len(text); {
			run := 1
			for i+run < len(text) && text[i+run] == text[i] {
				run++
			}
			if run > 2 {
				short = append(short, text[i:i+keep]...)
			} else {
				short = append(short, text[i:i+run]...)
			}
			i += run
		}
		_, known := s.spelling[string(short)]
		_, said := s.say[string(short)]
		if known || said || keep == 1 {
			return string(short)
		}
	}
	return text
}
