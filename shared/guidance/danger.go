package guidance

import (
	"math/bits"
	"slices"
	"strings"
)

// The danger model weighs the words of a text, and what the safety rules found
// counts beside them. It finds danger that no rule has foreseen, and drops what a
// rule found where the words speak against it.
const (
	// enoughDanger is the sum from which a short text speaks of danger. Each time
	// a text doubles in length beyond a stretch, a stretch of it must weigh
	// perDoubling more: where there are many stretches, one weighs much by chance.
	enoughDanger = 7
	perDoubling  = 8
	// enoughImminent is the sum from which that danger is present.
	enoughImminent = 4
	// dangerStretch is how many words are weighed together.
	dangerStretch = 64
	// In clauses of at most brief words a concern of the rules counts for inBrief more:
	// there is little else that could speak against it.
	brief   = 8
	inBrief = 12
)

// say is what a concern that the safety rules found counts for beside the sum, however
// long the text. Danger that they call present always stands. Rules called plain are wrong
// about little else: they speak of things that the weights hardly know.
type say struct {
	plain int // of a rule called plain
	own   int // else about the writer's own life or body
	other int // any other
	// alone is how much more than enough the words must weigh where no rule found
	// danger, unless they also weigh for its being present: what they raise wrongly
	// mostly weighs little in both.
	alone int32
	// elsewhere is how much more the words must weigh for each of the first two phrases
	// of the class elsewhere, unless they weigh for danger that is present.
	elsewhere int32
	// present is how much less the words must weigh where they weigh for danger that is
	// present: it must not be missed.
	present int32
}

var says = map[string]say{
	english: {plain: 36, own: 14, other: 12, alone: 2, elsewhere: 6, present: 4},
	spanish: {plain: 36, own: 14, other: 12, alone: 10, elsewhere: 6},
}

// of returns what a concern counts for.
func (s say) of(f Finding) int {
	switch {
	case strings.Contains(f.Rule, "/plain"):
		return s.plain
	case f.Reason() == "thought" || f.Reason() == "harm":
		return s.own
	default:
		return s.other
	}
}

// weighDanger returns the findings of the safety rules less those that the words
// of the text speak against, and with the danger that no rule found. A finding is
// held against the heaviest run of sentences, or the clauses that it stands in:
// who says "I want to die" may go on with words that weigh for no danger at all,
// such as "how do I tell you".
func (a *analysis) weighDanger(found []Finding) []Finding {
	has := func(code Code) bool {
		return slices.ContainsFunc(found, func(f Finding) bool { return f.Code == code })
	}
	if a.rules.danger == nil || len(a.tokens) == 0 || has(CrisisImminent) {
		return found
	}
	say := says[a.rules.lang]
	w := a.weights(a.rules.danger())
	most, anywhere := w.mostDangerous()
	found = slices.DeleteFunc(found, func(f Finding) bool {
		if f.Level != LevelSafety {
			return false
		}
		enough := enoughDanger - say.of(f)
		from, to := w.clauses(f)
		if to-from <= brief {
			enough -= inBrief
		}
		return int(anywhere) < enough && int(w.sum(from, to)) < enough
	})
	code := CrisisConcern
	enough := int32(enoughDanger + perDoubling*bits.Len(uint(len(a.tokens)/dangerStretch)))
	if most.imminent >= enoughImminent {
		code = CrisisImminent
		enough -= say.present
	}
	if !has(CrisisConcern) && most.imminent < 0 {
		enough += say.alone
	}
	if !has(CrisisConcern) && most.imminent < enoughImminent {
		enough += say.elsewhere * int32(min(a.elsewhere(most.hit), 2))
	}
	if most.danger < enough || has(code) {
		return found
	}
	return append(found, a.finding(code, a.rules.lang+"/wording/several-words", most.hit))
}

// elsewhere counts the phrases in a stretch that tell of harmless matters.
func (a *analysis) elsewhere(within hit) int {
	n := 0
	for _, h := range a.Places(elsewhereClass) {
		if h.from >= within.from && h.to <= within.to {
			n++
		}
	}
	return n
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
	// elsewhereClass names the class of what people write of who mean no danger.
	elsewhereClass = "elsewhere"
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

// weights are the phrases of a text that weigh, in order.
type weights struct {
	*analysis
	model  *model
	nodes  []int32
	begins []int32 // by token: its first node
	// counted is, by node, the last run of sentences or clauses that counted it.
	counted []int32
	runs    int32
}

func (a *analysis) weights(m *model) *weights {
	w := &weights{
		analysis: a, model: m, nodes: make([]int32, 0, 4*len(a.tokens)), begins: make([]int32, len(a.tokens)+1),
		counted: make([]int32, len(m.weights)),
	}
	seen := 0
	m.grams(a, a.harmless(), func(node int32, token int) {
		for ; seen < token; seen++ {
			w.begins[seen+1] = int32(len(w.nodes))
		}
		w.nodes = append(w.nodes, node)
	})
	for ; seen < len(a.tokens); seen++ {
		w.begins[seen+1] = int32(len(w.nodes))
	}
	return w
}

// add adds to the sums what weighs from a token to another, less what the run
// has counted.
func (w *weights) add(sums *[2]int32, from, to int) {
	for _, node := range w.nodes[w.begins[from]:w.begins[to]] {
		if w.counted[node] == w.runs {
			continue
		}
		w.counted[node] = w.runs
		for _, weight := range w.model.weights[node] {
			sums[weight.code] += int32(weight.weight)
		}
	}
}

// clauses returns from which token to which the clauses reach in which a finding stands.
func (a *analysis) clauses(f Finding) (from, to int) {
	from = slices.IndexFunc(a.tokens, func(t token) bool { return int(t.start) >= f.Start })
	to = from + 1
	for to < len(a.tokens) && int(a.tokens[to].start) < f.End {
		to++
	}
	for from > 0 && a.tokens[from-1].clause == a.tokens[from].clause {
		from--
	}
	for to < len(a.tokens) && a.tokens[to].clause == a.tokens[to-1].clause {
		to++
	}
	return from, to
}

// sum returns what the tokens from one to another weigh.
func (w *weights) sum(from, to int) int32 {
	sums := [2]int32{w.model.bias[0], w.model.bias[1]}
	w.runs++
	w.add(&sums, from, to)
	return sums[0]
}

// mostDangerous returns the stretch that speaks most of danger. Anywhere is the most
// that any sentences in a row weigh, as many as are weighed together or fewer: what
// somebody writes beside them lowers the sum of the stretch, and not that.
func (w *weights) mostDangerous() (most stretch, anywhere int32) {
	most.danger, anywhere = -never, -never
	whole := false
	for first, begin := range w.sentences {
		sums, longest := [2]int32{w.model.bias[0], w.model.bias[1]}, stretch{}
		w.runs++
		for _, next := range w.sentences[first:] {
			if next.from > begin.from && next.to-begin.from > dangerStretch {
				break
			}
			w.add(&sums, next.from, next.to)
			longest = stretch{hit{from: int32(begin.from), to: int32(next.to)}, sums[0], sums[1]}
			for _, weight := range w.model.weights[w.model.first[w.model.words[lengthName(next.to-begin.from)]]] {
				if weight.code == 0 {
					longest.danger += int32(weight.weight)
				} else {
					longest.imminent += int32(weight.weight)
				}
			}
			anywhere = max(anywhere, longest.danger)
		}
		if !whole && longest.danger > most.danger {
			most = longest
		}
		whole = whole || int(longest.to) == len(w.tokens) // what begins later is part of it
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
