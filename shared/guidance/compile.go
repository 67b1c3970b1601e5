package guidance

import (
	"errors"
	"slices"
)

// compiler holds what only compiling needs.
type compiler struct {
	*ruleset
	problems []error
	pause    func()
}

// compile calls pause after each part of the work.
func compile(lang string, b *book, judges []judge, pause func()) (*ruleset, error) {
	c := &compiler{ruleset: &ruleset{
		lang: lang, spelling: make(map[string]string), ids: make(map[string]int32), say: make(map[string][]string),
		fuzzy: make(map[string]string), classIDs: make(map[string]int32), stems: make(map[string][]int32),
		breakers: -1, subjects: -1, joiners: -1, ofWord: make([][]int32, 1), judges: judges, stemRange: [2]int{99, 0},
	}, pause: pause}
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
		c.pause()
	}
	c.addGuards(b.guards)
	c.addRules(b.rules)
	c.addCards(b.cards)
	for i, word := range b.fuzzy {
		c.rest(i)
		c.wordID(word)
		for _, less := range deletions(word) {
			if _, ok := c.fuzzy[less]; !ok {
				c.fuzzy[less] = word
			}
		}
		c.fuzzy[word] = word
	}
	for name, class := range map[string]*int32{"break": &c.breakers, "subject": &c.subjects, "join": &c.joiners} {
		if id, ok := c.classIDs[name]; ok {
			*class = id
		}
	}
	c.fail("classes", c.finish())
	return c.ruleset, errors.Join(c.problems...)
}

// rest pauses now and then in the course of many small pieces of work.
func (c *compiler) rest(done int) {
	if done%64 == 0 {
		c.pause()
	}
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

// tagged adds the patterns of a new tag for a part of the book and returns it,
// or -1 if there are none.
func (c *compiler) tagged(part string, patterns []string) int32 {
	if len(patterns) == 0 {
		return -1
	}
	tag := int32(c.tags)
	c.tags++
	c.pause()
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
	c.byWord = make([][]candidates, len(c.ids)+1)
	c.byClass = make([][]candidates, classes)
	ofTarget := make([][]int32, int(classes)+c.tags)
	for i := range c.patterns {
		c.rest(i)
		p := &c.patterns[i]
		if p.target < 0 {
			p.target = classes - 1 - p.target
		}
		ofTarget[p.target] = append(ofTarget[p.target], int32(i))
		c.require(p)
		always := int32(len(c.byWord) + len(c.byClass))
		need, too := always, always
		if len(p.needs) > 0 && !p.far {
			need = p.needs[0]
		}
		if len(p.needs) > 1 && !p.far {
			too = p.needs[1]
		}
		lists := c.byClass
		if p.items[0].kind == itemWord {
			lists = c.byWord
		}
		first := p.items[0].id
		lists[first] = withCandidate(lists[first], need, too, int32(i))
	}
	for word, id := range c.ids {
		c.rest(int(id))
		c.ofWord[id] = append(c.ofWord[id], c.stemClasses(word)...)
	}
	c.starters = make([][]int32, len(c.ofWord))
	for word := range c.ofWord {
		c.rest(word)
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
	for i, p := range c.patterns {
		c.rest(i)
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

// withCandidate adds a pattern to those that have the same needs.
func withCandidate(list []candidates, need, too, pattern int32) []candidates {
	for i := range list {
		if list[i].need == need && list[i].too == too {
			list[i].patterns = append(list[i].patterns, pattern)
			return list
		}
	}
	return append(list, candidates{need, too, []int32{pattern}})
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
