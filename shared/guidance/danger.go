package guidance

import (
	"math/bits"
	"slices"
)

// The danger model weighs the words of a text, and what the safety rules found
// counts beside them. It finds danger that no rule has foreseen, and drops what
// rules found where the text as a whole speaks against it.
const (
	// enoughDanger is the sum from which a short text speaks of danger. Each time
	// a text doubles in length beyond a stretch, a stretch of it must weigh
	// perDoubling more: where there are many stretches, one weighs much by chance.
	enoughDanger = 7
	perDoubling  = 8
	// imminentRule and concernRule are what the findings of rules count for.
	imminentRule = 24
	concernRule  = 16
	// enoughImminent is the sum from which that danger is present.
	enoughImminent = 4
	// dangerStretch is how many words are weighed together.
	dangerStretch = 64
)

// weighDanger returns the findings of the safety rules, with the danger that no
// rule found, or without them where all together is not enough.
func (a *analysis) weighDanger(found []Finding) []Finding {
	if a.rules.danger == nil || len(a.tokens) == 0 {
		return found
	}
	has := func(code Code) bool {
		return slices.ContainsFunc(found, func(f Finding) bool { return f.Code == code })
	}
	most := a.mostDangerous(a.rules.danger())
	sum := int(most.danger) - perDoubling*bits.Len(uint(len(a.tokens)/dangerStretch))
	if sum+evidence(has(CrisisImminent), has(CrisisConcern)) < enoughDanger {
		return slices.DeleteFunc(found, func(f Finding) bool { return f.Level == LevelSafety })
	}
	code := CrisisConcern
	if most.imminent >= enoughImminent {
		code = CrisisImminent
	}
	if sum < enoughDanger || has(CrisisImminent) || has(code) {
		return found
	}
	return append(found, a.finding(code, a.rules.lang+"/wording/several-words", most.hit))
}

// evidence returns what the findings of rules count for.
func evidence(imminent, concern bool) int {
	switch {
	case imminent:
		return imminentRule
	case concern:
		return concernRule
	}
	return 0
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

// mostDangerous returns the stretch that speaks most of danger.
func (a *analysis) mostDangerous(m *model) stretch {
	nodes := make([][]int32, len(a.tokens))
	m.grams(a, a.harmless(), func(node int32, token int) { nodes[token] = append(nodes[token], node) })
	counted := make([]int32, len(m.weights)) // by node, the last stretch that counted it, from 1
	most := stretch{danger: -never}
	for first := range a.sentences {
		from, to := a.sentences[first].from, a.sentences[first].to
		for next := first + 1; next < len(a.sentences) && a.sentences[next].to-from <= dangerStretch; next++ {
			to = a.sentences[next].to
		}
		sums := [2]int32{m.bias[0], m.bias[1]}
		count := func(node int32) {
			if counted[node] == int32(first+1) {
				return
			}
			counted[node] = int32(first + 1)
			for _, w := range m.weights[node] {
				sums[w.code] += int32(w.weight)
			}
		}
		count(m.next[edge(0, m.words[lengthName(to-from)])])
		for _, list := range nodes[from:to] {
			for _, node := range list {
				count(node)
			}
		}
		if sums[0] > most.danger {
			most = stretch{hit{from: int32(from), to: int32(to)}, sums[0], sums[1]}
		}
		if to == len(a.tokens) {
			break
		}
	}
	return most
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
