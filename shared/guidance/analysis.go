package guidance

import (
	"slices"
	"strings"
)

// analysis is a text as one language's rules see it. Judges read it.
type analysis struct {
	*matcher
	text    string
	cells   []cell
	context Context
	found   []Finding // what patterns, identifiers and length found
	survey  *survey   // made when a judge first asks for it
}

// judge decides what patterns cannot: it looks at the whole text. Judges run in
// the order of their list, and each sees the findings before it.
type judge struct {
	name string // reason/name
	code Code
	// holds returns the tokens that the finding speaks of; (0, 0) is the whole
	// text.
	holds func(a *analysis) (hit, bool)
}

func analyze(text string, cells []cell, rules *ruleset, c Context) *analysis {
	tokens, sentences := lex(cells, rules)
	return &analysis{matcher: newMatcher(rules, tokens, sentences), text: text, cells: cells, context: c}
}

// match returns the findings of the rules, or of the safety rules alone. Of
// matches that overlap, one stands for all.
func (a *analysis) match(safetyOnly bool) []Finding {
	var found []Finding
	for i := range a.rules.rules {
		r := &a.rules.rules[i]
		if safetyOnly && r.code.Level() != LevelSafety {
			continue
		}
		for _, h := range slices.Backward(a.hits[r.tag]) {
			if a.stands(r, h) {
				found = append(found, a.finding(r.code, r.name, h))
			}
		}
	}
	for i := range a.rules.cards {
		c := &a.rules.cards[i]
		if safetyOnly && c.code.Level() != LevelSafety {
			continue
		}
		if h, ok := a.addUp(c); ok {
			found = append(found, a.finding(c.code, c.name, h))
		}
	}
	return found
}

// sighting is a sign of a card at a place.
type sighting struct {
	hit
	sign int
}

// addUp adds up a card's signs, each once, over as many sentences as count
// together, and returns the first stretch that is enough.
func (a *analysis) addUp(c *card) (hit, bool) {
	var seen []sighting
	most := 0
	for i, s := range c.signs {
		before := len(seen)
		for _, h := range a.hits[s.tag] {
			if a.stands(&c.rule, h) {
				seen = append(seen, sighting{h, i})
			}
		}
		if len(seen) > before {
			most += max(0, s.weight)
		}
	}
	if most < c.enough {
		return hit{}, false
	}
	slices.SortFunc(seen, func(x, y sighting) int { return int(x.from - y.from) })
	counted := make([]int, len(c.signs)) // by sign, the last stretch that counted it, from 1
	for i, first := range seen {
		sum, whole := 0, first.hit
		for _, s := range seen[i:] {
			if c.sentences > 0 && int(a.tokens[s.from].sentence-a.tokens[first.from].sentence) >= c.sentences {
				break
			}
			if counted[s.sign] == i+1 {
				continue
			}
			counted[s.sign] = i + 1
			sum += c.signs[s.sign].weight
			if c.signs[s.sign].weight > 0 {
				whole.to = max(whole.to, s.to)
			}
		}
		if sum >= c.enough && c.signs[first.sign].weight > 0 {
			return whole, true
		}
	}
	return hit{}, false
}

// judge returns the findings of the judges, given those so far.
func (a *analysis) judge(found []Finding) []Finding {
	a.found = found
	for _, j := range a.rules.judges {
		if h, ok := j.holds(a); ok {
			a.found = append(a.found, a.finding(j.code, a.rules.lang+"/"+j.name, h))
		}
	}
	return a.found[len(found):]
}

// finding makes a finding about tokens, or about the whole text if there are
// none.
func (a *analysis) finding(code Code, rule string, h hit) Finding {
	f := Finding{Code: code, Level: code.Level(), Rule: rule}
	if h.to > h.from {
		f.Start, f.End = int(a.tokens[h.from].start), int(a.tokens[h.from].end)
		for _, t := range a.tokens[h.from:h.to] {
			f.End = max(f.End, int(t.end))
		}
		return f
	}
	f.Start, f.End = extent(a.cells)
	return f
}

// extent is the whole text without white space around it. The cells are not
// blank.
func extent(cells []cell) (start, end int) {
	from, to := 0, len(cells)
	for isSpace(cells[from].r) {
		from++
	}
	for isSpace(cells[to-1].r) {
		to--
	}
	return int(cells[from].start), int(cells[to-1].end)
}

// Has reports whether a class of the rules occurs anywhere. An unknown class
// does not.
func (a *analysis) Has(class string) bool {
	id, ok := a.rules.classIDs[class]
	return ok && a.has(id)
}

// HasAny reports whether one of the classes occurs.
func (a *analysis) HasAny(classes ...string) bool {
	return slices.ContainsFunc(classes, a.Has)
}

// In reports whether a class begins in a sentence.
func (a *analysis) In(s sentence, class string) bool {
	id, ok := a.rules.classIDs[class]
	return ok && a.has(id) && a.within(id, s.from, s.to)
}

// Places returns where a class occurs, in the order of the text, the longest of
// those that begin at one token.
func (a *analysis) Places(class string) []hit {
	id, ok := a.rules.classIDs[class]
	if !ok || !a.has(id) {
		return nil
	}
	var places []hit
	for p := range a.tokens {
		to := int32(0)
		if a.single(int32(p), id) {
			to = int32(p) + 1
		}
		for _, s := range a.spans[a.first[p]:a.last[p]] {
			if s.class == id {
				to = max(to, s.to)
			}
		}
		if to > 0 {
			places = append(places, hit{from: int32(p), to: to})
		}
	}
	return places
}

// Count returns how many times a class occurs, overlaps counted once.
func (a *analysis) Count(class string) int {
	n, end := 0, int32(0)
	for _, h := range a.Places(class) {
		if h.from >= end {
			n++
			end = h.to
		}
	}
	return n
}

// Found reports whether there is a finding of the code so far.
func (a *analysis) Found(code Code) bool {
	return slices.ContainsFunc(a.found, func(f Finding) bool { return f.Code == code })
}

// Asks reports whether a sentence ends with a question mark.
func (a *analysis) Asks() bool {
	return slices.ContainsFunc(a.sentences, func(s sentence) bool { return s.question })
}

// settle orders findings and drops those that add nothing: of one code, those
// that overlap one that begins before; and concern where there is imminent
// danger.
func settle(found []Finding, length int) []Finding {
	imminent := slices.ContainsFunc(found, func(f Finding) bool { return f.Code == CrisisImminent })
	slices.SortStableFunc(found, func(a, b Finding) int {
		if d := a.Code.rank() - b.Code.rank(); d != 0 {
			return d
		}
		if d := a.Start - b.Start; d != 0 {
			return d
		}
		if d := b.End - a.End; d != 0 {
			return d
		}
		return strings.Compare(a.Rule, b.Rule)
	})
	kept := found[:0]
	for _, f := range found {
		if f.Code == CrisisConcern && imminent || f.Start < 0 || f.Start >= f.End || f.End > length {
			continue
		}
		if n := len(kept); n > 0 && kept[n-1].Code == f.Code && f.Start < kept[n-1].End {
			continue
		}
		kept = append(kept, f)
	}
	return kept
}
