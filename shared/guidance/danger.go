package guidance

import (
	"math/bits"
	"slices"
	"strings"
)

// The danger model weighs the words of a text, and a concern that the safety rules
// found counts beside them. It finds danger that no rule has foreseen, and drops a
// concern where all of the text speaks against it. What the rules call imminent
// always stands.
const (
	// enoughDanger is the sum from which a short text speaks of danger. Each time
	// a text doubles in length beyond a stretch, a stretch of it must weigh
	// perDoubling more: where there are many stretches, one weighs much by chance.
	enoughDanger = 7
	perDoubling  = 8
	// concernRule is what a concern that a rule found counts for, however long the
	// text, and ownConcernRule what one about the writer's own life and body does,
	// or one called plain, which is wrong about little else: who says "I want to
	// die" may go on with words that weigh for no danger at all, such as "how do I
	// tell you".
	concernRule    = 16
	ownConcernRule = 36
	// enoughImminent is the sum from which that danger is present.
	enoughImminent = 4
	// dangerStretch is how many words are weighed together.
	dangerStretch = 64
)

// weighDanger returns the findings of the safety rules less the concerns that
// the words of the text speak against, and with the danger that no rule found.
func (a *analysis) weighDanger(found []Finding) []Finding {
	has := func(code Code) bool {
		return slices.ContainsFunc(found, func(f Finding) bool { return f.Code == code })
	}
	if a.rules.danger == nil || len(a.tokens) == 0 || has(CrisisImminent) {
		return found
	}
	most, anywhere := a.mostDangerous(a.rules.danger())
	if has(CrisisConcern) && int(anywhere)+concernCounts(found) < enoughDanger {
		return slices.DeleteFunc(found, func(f Finding) bool { return f.Code == CrisisConcern })
	}
	code := CrisisConcern
	if most.imminent >= enoughImminent {
		code = CrisisImminent
	}
	if int(most.danger) < enoughDanger+perDoubling*bits.Len(uint(len(a.tokens)/dangerStretch)) || has(code) {
		return found
	}
	return append(found, a.finding(code, a.rules.lang+"/wording/several-words", most.hit))
}

// concernCounts returns what the concerns among findings of rules count for: as
// much as the one that counts most. It is 0 where there is none.
func concernCounts(found []Finding) int {
	counts := 0
	for _, f := range found {
		switch {
		case f.Code != CrisisConcern:
		case f.Reason() == "thought" || f.Reason() == "harm" || strings.Contains(f.Rule, "/plain"):
			return ownConcernRule
		default:
			counts = concernRule
		}
	}
	return counts
}

// stretch is a part of a text of some sentences, with its sums.
type stretch struct {
	hit
	danger, imminent int32
}

// harmlessClass names the class of phrases whose words are left out where danger
// is weighed: idioms, and what is done with harmless things. "Hang", "cut" and
// "jump" weigh much alone, and say nothing where pictures, hair and ropes follow.
// What stands around the phrase is weighed as ever; beside words of the class
// that says what is no harmless thing, all is.
const (
	harmlessClass    = "harmless"
	notHarmlessClass = "not_harmless"
)

// harmless tells, for each token, whether it is part of a harmless phrase; nil
// where none is.
func (a *analysis) harmless() []bool {
	places := a.Places(harmlessClass)
	if len(places) == 0 || a.Has(notHarmlessClass) {
		return nil
	}
	within := make([]bool, len(a.tokens))
	for _, h := range places {
		for t := h.from; t < h.to; t++ {
			within[t] = true
		}
	}
	return within
}

// mostDangerous returns the stretch that speaks most of danger. Anywhere is the most
// that any sentences in a row weigh, as many as are weighed together or fewer: what
// somebody writes beside them lowers the sum of the stretch, and not that.
func (a *analysis) mostDangerous(m *model) (most stretch, anywhere int32) {
	nodes := make([]int32, 0, 4*len(a.tokens))
	begins := make([]int32, len(a.tokens)+1) // by token: its first node
	seen := 0
	m.grams(a, a.harmless(), func(node int32, token int) {
		for ; seen < token; seen++ {
			begins[seen+1] = int32(len(nodes))
		}
		nodes = append(nodes, node)
	})
	for ; seen < len(a.tokens); seen++ {
		begins[seen+1] = int32(len(nodes))
	}
	counted := make([]int32, len(m.weights)) // by node, the last first sentence that counted it, from 1
	most.danger, anywhere = -never, -never
	whole := false
	for first, begin := range a.sentences {
		sums, longest := [2]int32{m.bias[0], m.bias[1]}, stretch{}
		for _, next := range a.sentences[first:] {
			if next.from > begin.from && next.to-begin.from > dangerStretch {
				break
			}
			for _, node := range nodes[begins[next.from]:begins[next.to]] {
				if counted[node] == int32(first+1) {
					continue
				}
				counted[node] = int32(first + 1)
				for _, w := range m.weights[node] {
					sums[w.code] += int32(w.weight)
				}
			}
			longest = stretch{hit{from: int32(begin.from), to: int32(next.to)}, sums[0], sums[1]}
			for _, w := range m.weights[m.first[m.words[lengthName(next.to-begin.from)]]] {
				if w.code == 0 {
					longest.danger += int32(w.weight)
				} else {
					longest.imminent += int32(w.weight)
				}
			}
			anywhere = max(anywhere, longest.danger)
		}
		if !whole && longest.danger > most.danger {
			most = longest
		}
		whole = whole || int(longest.to) == len(a.tokens) // what begins later is part of it
	}
	return most, anywhere
}

// lengthName names the observation of how long a stretch of n tokens is.
func lengthName(n int) string {
	switch {
	case n <= 8:
		return "=8"
	case n <= 16:
		return "=16"
	case n <= 32:
		return "=32"
	default:
		return "=64"
	}
}
