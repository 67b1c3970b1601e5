package guidance

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

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
	if inner, ok := strings.CutPrefix(word, "({"); ok && strings.IndexByte(inner, '}') == len(inner)-2 {
		return c.classOf(word[1 : len(word)-1]) // ({name}) is {name}
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
