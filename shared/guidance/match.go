package guidance

import "slices"

// span is a class found from a token to another, exclusive.
type span struct{ class, to int32 }

// hit is a stretch of tokens, to exclusive.
type hit struct {
	from, to int32
	skipped  uint64 // of the first 64 tokens, those that a gap of the pattern skipped
}

// matcher finds the patterns of a ruleset in tokens. It goes through the tokens
// from the last to the first, so that all words and classes that begin further
// on are known when a pattern is tried: most patterns are dismissed at once,
// because something they need does not follow in the sentence.
type matcher struct {
	rules     *ruleset
	tokens    []token
	sentences []sentence
	spans     []span  // classes not of the word alone, those of one token together
	first     []int32 // by token: its first and, one further, last span
	last      []int32
	next      []int32 // by word and class: the nearest token where it begins
	hits      [][]hit // by tag, last first
	ends      []int32
	start     int32  // of the pattern that is being tried
	skipped   uint64 // by it, as in hit
}

// nearby is how many words a rule's match and the classes that it needs may be
// apart: a letter speaks of many things.
const nearby = 60

// never is the place of what has not occurred.
const never = 1 << 30

func newMatcher(rules *ruleset, tokens []token, sentences []sentence) *matcher {
	m := &matcher{
		rules: rules, tokens: tokens, sentences: sentences,
		spans: make([]span, 0, 4*len(tokens)), first: make([]int32, len(tokens)), last: make([]int32, len(tokens)),
		next: make([]int32, len(rules.byWord)+len(rules.byClass)+1), hits: make([][]hit, rules.tags),
	}
	for i := range m.next {
		m.next[i] = never
	}
	m.next[len(m.next)-1] = -1 // what patterns need that need nothing
	for p := len(tokens) - 1; p >= 0; p-- {
		m.at(int32(p))
	}
	return m
}

// at finds all that begins at a token.
func (m *matcher) at(p int32) {
	t := &m.tokens[p]
	words := int32(len(m.rules.byWord))
	limit := int32(m.sentences[t.sentence].to)
	from := int32(len(m.spans))
	m.first[p], m.last[p] = from, from
	for _, class := range m.rules.ofWord[t.word] {
		m.next[words+class] = p
	}
	for _, class := range t.stems {
		m.add(p, from, span{class, p + 1})
	}
	if t.kind != 0 {
		for k := range kindClasses {
			if t.kind&kindClasses[k].kind != 0 {
				m.add(p, from, span{int32(k), p + 1})
			}
		}
	}
	m.tryAll(m.rules.byWord[t.word], p, p+1, from, limit)
	for _, class := range m.rules.starters[t.word] {
		m.tryAll(m.rules.byClass[class], p, p+1, from, limit)
	}
	for next := from; next < int32(len(m.spans)); next++ {
		s := m.spans[next]
		m.tryAll(m.rules.byClass[s.class], p, s.to, from, limit)
	}
	m.last[p] = int32(len(m.spans))
	m.next[t.word] = p
}

// add notes a class at the token whose spans begin at from.
func (m *matcher) add(p, from int32, s span) {
	for _, known := range m.spans[from:] {
		if known == s {
			return
		}
	}
	m.spans = append(m.spans, s)
	m.next[int32(len(m.rules.byWord))+s.class] = p
}

// tryAll tries the patterns whose first item goes from p to after, less those
// whose rarest needs do not follow.
func (m *matcher) tryAll(list []candidates, p, after, from, limit int32) {
	for i := range list {
		c := &list[i]
		if m.next[c.need] >= limit || m.next[c.too] >= limit {
			continue
		}
		for _, pattern := range c.patterns {
			m.try(pattern, p, after, from, limit)
		}
	}
}

// try matches the rest of a pattern whose first item goes from p to after.
func (m *matcher) try(i, p, after, from, limit int32) {
	pattern := &m.rules.patterns[i]
	if pattern.far || len(pattern.needs) > 2 {
		reach := limit
		if pattern.far {
			reach = never
		}
		for _, symbol := range pattern.needs {
			if m.next[symbol] >= reach {
				return
			}
		}
	}
	for _, it := range pattern.before {
		if !m.before(it, p) {
			return
		}
	}
	m.ends, m.skipped, m.start = m.ends[:0], 0, p
	classes := int32(len(m.rules.byClass))
	isClass := pattern.target < classes
	m.rest(pattern.items[1:], after, limit, isClass)
	if !isClass {
		if len(m.ends) > 0 {
			tag := pattern.target - classes
			m.hits[tag] = append(m.hits[tag], hit{p, m.ends[0], m.skipped})
		}
		return
	}
	for _, end := range m.ends {
		m.add(p, from, span{pattern.target, end})
	}
}

// before checks a condition on what comes before a token.
func (m *matcher) before(it item, p int32) bool {
	switch it.kind {
	case itemSentenceStart:
		return p == 0 || m.tokens[p-1].sentence != m.tokens[p].sentence
	case itemClauseStart:
		return p == 0 || m.tokens[p-1].clause != m.tokens[p].clause
	default:
		return p == 0 || m.tokens[p-1].sentence != m.tokens[p].sentence || !m.is(p-1, it.id)
	}
}

// is reports whether a single token is of a class by itself.
func (m *matcher) is(p, class int32) bool {
	t := &m.tokens[p]
	return m.single(p, class) || slices.Contains(t.stems, class) ||
		int(class) < len(kindClasses) && t.kind&kindClasses[class].kind != 0
}

// single reports whether the word of a token is of a class.
func (m *matcher) single(p, class int32) bool {
	classes := m.rules.ofWord[m.tokens[p].word]
	from, to := 0, len(classes)
	for from < to {
		middle := (from + to) / 2
		if classes[middle] < class {
			from = middle + 1
		} else {
			to = middle
		}
	}
	return from < len(classes) && classes[from] == class
}

// begins reports whether a class begins at a token.
func (m *matcher) begins(p, class int32) bool {
	if m.single(p, class) {
		return true
	}
	for _, s := range m.spans[m.first[p]:m.last[p]] {
		if s.class == class {
			return true
		}
	}
	return false
}

// rest matches items from a token on, within a limit, and collects where they
// end: all ends, or the first. It reports whether it need not go on.
func (m *matcher) rest(items []item, p, limit int32, all bool) bool {
	if len(items) == 0 {
		for _, end := range m.ends {
			if end == p {
				return !all
			}
		}
		m.ends = append(m.ends, p)
		return !all
	}
	it := &items[0]
	switch it.kind {
	case itemWord:
		if p < limit && m.tokens[p].word == it.id && m.rest(items[1:], p+1, limit, all) {
			return true
		}
	case itemClass:
		if p < limit {
			if m.single(p, it.id) && m.rest(items[1:], p+1, limit, all) {
				return true
			}
			for _, s := range m.spans[m.first[p]:m.last[p]] {
				if s.class == it.id && m.rest(items[1:], s.to, limit, all) {
					return true
				}
			}
		}
	case itemAny:
		return p < limit && m.rest(items[1:], p+1, limit, all)
	case itemGap, itemFarGap:
		if p >= limit && it.kind == itemGap {
			return m.rest(items[1:], p, limit, all)
		}
		for n := int32(0); n <= it.n && p+n < int32(len(m.tokens)); n++ {
			if it.kind == itemFarGap {
				limit = int32(m.sentences[m.tokens[p+n].sentence].to)
			} else if p+n >= limit {
				break
			}
			if m.rest(items[1:], p+n, limit, all) {
				m.skip(p, n)
				return true
			}
		}
	case itemNotNext:
		if p < limit && m.begins(p, it.id) {
			return false
		}
		return m.rest(items[1:], p, limit, all)
	case itemClauseEnd:
		return (p >= limit || m.tokens[p].clause != m.tokens[p-1].clause) && m.rest(items[1:], p, limit, all)
	case itemSentenceEnd:
		return p >= limit && m.rest(items[1:], p, limit, all)
	}
	return it.optional && m.rest(items[1:], p, limit, all)
}

// skip notes that a gap skipped n tokens from p on.
func (m *matcher) skip(p, n int32) {
	for i := p - m.start; i < p-m.start+n && i < 64; i++ {
		m.skipped |= 1 << i
	}
}

// stands reports whether a rule's match holds: its classes are there, and no
// guard voids it.
func (m *matcher) stands(r *rule, h hit) bool {
	from, to := max(int(h.from)-nearby, 0), min(int(h.to)+nearby, len(m.tokens))
	for _, class := range r.needs {
		if !m.has(class) || !m.within(class, from, to) {
			return false
		}
	}
	for _, class := range r.without {
		if m.has(class) {
			return false
		}
	}
	s := m.sentences[m.tokens[h.from].sentence]
	for _, class := range r.with {
		if !m.within(class, s.from, s.to) {
			return false
		}
	}
	if m.touches(r.not, h) {
		return false
	}
	for _, g := range r.unless {
		if m.voided(&m.rules.guards[g], h) {
			return false
		}
	}
	return true
}

// has reports whether a class occurs.
func (m *matcher) has(class int32) bool {
	return m.next[int32(len(m.rules.byWord))+class] != never
}

// within reports whether a class begins at one of the tokens.
func (m *matcher) within(class int32, from, to int) bool {
	for p := from; p < to; p++ {
		if m.begins(int32(p), class) {
			return true
		}
	}
	return false
}

// touches reports whether a hit of the tag shares a token with h.
func (m *matcher) touches(tag int32, h hit) bool {
	if tag < 0 {
		return false
	}
	for _, other := range m.hits[tag] {
		if other.from < h.to && h.from < other.to {
			return true
		}
	}
	return false
}

// voided reports whether a guard voids a hit.
func (m *matcher) voided(g *guard, h hit) bool {
	for _, gh := range m.hits[g.tag] {
		if m.reaches(g, gh, h) && !m.touches(g.but, gh) {
			return true
		}
	}
	return false
}

// reaches reports whether the guard's words stand where they void the hit.
func (m *matcher) reaches(g *guard, gh, h hit) bool {
	if g.place == placeMessage {
		return true
	}
	from, to := &m.tokens[h.from], &m.tokens[h.to-1]
	if g.place != placeOver && m.tokens[gh.from].sentence != from.sentence && m.tokens[gh.to-1].sentence != to.sentence {
		return false
	}
	switch g.place {
	case placeBefore:
		last := m.tokens[gh.to-1].clause
		if gh.from >= h.from { // inside: words of the pattern itself mean what they say
			return gh.from < h.to && h.skipped>>(gh.from-h.from)&1 == 1
		}
		return gh.to+g.within >= h.from && m.tokens[gh.from].clause == last && last >= from.clause && last <= to.clause
	case placeAfter:
		return gh.from >= h.from && gh.from <= h.to+g.within
	case placeNear:
		return gh.from <= h.to+g.within && gh.to+g.within >= h.from
	case placeOver:
		return gh.from < h.to && h.from < gh.to
	case placeClause:
		return m.tokens[gh.from].clause <= to.clause && m.tokens[gh.to-1].clause >= from.clause
	}
	return true
}
