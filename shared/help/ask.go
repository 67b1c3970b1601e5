package help

import (
	"cmp"
	"math"
	"slices"

	"pleiades/shared/guidance"
)

// Decision says what TARS does with a question.
type Decision string

// The decisions.
const (
	Answered Decision = "answer"  // the first hit answers it
	Unsure   Decision = "ask"     // one of the hits may: the person is asked which; none: to say it in other words
	Declined Decision = "decline" // it is about therapy, medicine or something else altogether
	Crisis   Decision = "crisis"  // it speaks of danger: help comes first
)

// Answer is what TARS makes of a question.
type Answer struct {
	Decision Decision
	Hits     []Hit // the best first; none where it declines
}

// MaxHits is how many passages an answer has at most.
const MaxHits = 3

// leastLikely is how likely the first hit must be the answer to be given as one.
const leastLikely = 0.3

// Ask decides what to do with a question and finds the passages that answer it.
// It knows nothing of what was asked before.
func (x *Index) Ask(question string) Answer {
	q := x.query(question, false)
	list := x.clues(q)
	a := Answer{Hits: x.hits(q, best(list[:len(x.passages)]), 0)}
	switch {
	case inDanger(question):
		a.Decision = Crisis
	case len(a.Hits) == 0:
		a.Decision = Unsure
	case x.isElsewhere(q, list):
		a.Decision, a.Hits = Declined, nil
	case a.Hits[0].Score < leastLikely:
		a.Decision = Unsure
	default:
		a.Decision = Answered
	}
	return a
}

// best returns the passages that are most likely the answer, scored by how
// likely; none where nothing speaks for any.
func best(list []clues) []scored {
	weights, any := make([]float64, len(list)), false
	for p, c := range list {
		weights[p] = c.weight()
		any = any || c.nearest > 0 || c.told > 0
	}
	if !any {
		return nil
	}
	likely(weights)
	found := make([]scored, len(list))
	for p, share := range weights {
		found[p] = scored{p, share}
	}
	slices.SortFunc(found, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.passage, b.passage))
	})
	return found[:min(len(found), MaxHits)]
}

// inDanger reports whether a question speaks of danger, as the compose box
// judges it.
func inDanger(question string) bool {
	return slices.ContainsFunc(guidance.Review(question, guidance.Context{}), func(f guidance.Finding) bool {
		return f.Level == guidance.LevelSafety
	})
}

// isElsewhere reports whether a question is more likely about something that the
// articles do not speak of: it is like the questions of others, in whole and by
// its words, and the articles tell little of it. The factors were found as those
// of clues.weight were, with both kinds of mistake weighing the same.
func (x *Index) isElsewhere(q query, list []clues) bool {
	others := list[len(x.passages)]
	told, asked := 0.0, 0.0
	for _, c := range list[:len(x.passages)] {
		told, asked = max(told, c.told), max(asked, c.asked)
	}
	strange := 0.0
	for _, s := range q.words {
		if !s.known {
			strange++
		}
	}
	words := 1 + float64(len(q.words))
	return 1.98+2.7*others.nearest+3.27*others.asked+2.88*others.used-3.81*told-1.13*asked+
		0.32*x.judge.odds(q)-1.33*math.Log(words)+1.9*strange/words > 0
}

// judge tells questions about the app from others by their words: naive Bayes
// over words and pairs of words.
type judge struct {
	seen  map[string][2]float64 // how many questions have it: of ours, of others
	total [2]float64
}

func (j *judge) learn(list []word, declined bool) {
	if j.seen == nil {
		j.seen = make(map[string][2]float64)
	}
	class := 0
	if declined {
		class = 1
	}
	stems := make([]string, len(list))
	for i, w := range list {
		stems[i] = w.stem
	}
	for _, feature := range features(stems) {
		counts := j.seen[feature]
		counts[class]++
		j.seen[feature] = counts
	}
	j.total[class]++
}

// odds returns how much more likely a question is one of others, as a logarithm.
func (j *judge) odds(q query) float64 {
	if j.total[0] == 0 || j.total[1] == 0 {
		return 0
	}
	stems := make([]string, len(q.words))
	for i, s := range q.words {
		stems[i] = s.stem
	}
	sum := 0.0
	for _, feature := range features(stems) {
		counts, known := j.seen[feature]
		if !known {
			continue
		}
		const smooth = 0.5
		sum += math.Log((counts[1] + smooth) / (j.total[1] + 2*smooth) * (j.total[0] + 2*smooth) / (counts[0] + smooth))
	}
	return sum
}

// features are the words of a question that say something, and the pairs of words
// beside each other of which one does, each once.
func features(stems []string) []string {
	var list []string
	add := func(feature string) {
		if !slices.Contains(list, feature) {
			list = append(list, feature)
		}
	}
	for i, s := range stems {
		if !common[s] && !asking[s] {
			add(s)
		}
		if i > 0 && !(common[s] && common[stems[i-1]]) {
			add(stems[i-1] + " " + s)
		}
	}
	return list
}
