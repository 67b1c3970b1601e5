package help

import (
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

// Where the decisions lie. All were found with questions that the articles come
// with and the build part of the tests, none with those it is scored by.
const (
	leastAnswer = 0.55 // the score below which the first hit is no answer
	leastAsked  = 0.25 // below which it is not worth asking about
	usePart     = 0.6  // how much it says that words are used alike, of 1
	oddsPart    = 0.07 // of being elsewhere, by single words
	patience    = 0.03 // by how much a question must be more like those of others
	leastHere   = 0.25 // a question less similar than this to all others is about something else
)

// Ask decides what to do with a question and finds the passages that answer it.
// It knows nothing of what was asked before.
func (x *Index) Ask(question string) Answer {
	q := x.query(question, false)
	alike := x.alike(q)
	x.addUse(alike, q.text)
	found := x.rank(q, alike)
	if len(found) > MaxHits {
		found = found[:MaxHits]
	}
	a := Answer{Hits: x.hits(q, found, leastAsked)}
	switch {
	case inDanger(question):
		a.Decision = Crisis
	case x.isElsewhere(q, alike):
		a.Decision, a.Hits = Declined, nil
	case len(a.Hits) == 0 || a.Hits[0].Score < leastAnswer:
		a.Decision = Unsure
	default:
		a.Decision = Answered
	}
	return a
}

// addUse adds to similarities how alike the words are used, where that is known.
func (x *Index) addUse(alike []float64, text string) {
	if x.vectors == nil {
		return
	}
	direction := x.direction(text)
	for at := range alike {
		alike[at] *= 1 - usePart
		if other := x.asked[at].direction; direction != nil && other != nil {
			alike[at] += usePart * max(0, float64(dot(direction, other)))
		}
	}
}

// inDanger reports whether a question speaks of danger, as the compose box
// judges it.
func inDanger(question string) bool {
	return slices.ContainsFunc(guidance.Review(question, guidance.Context{}), func(f guidance.Finding) bool {
		return f.Level == guidance.LevelSafety
	})
}

// isElsewhere reports whether a question is about something that the articles
// do not speak of: it is more like the questions of others, in whole and by its
// words, or like none at all.
func (x *Index) isElsewhere(q query, alike []float64) bool {
	here, elsewhere := 0.0, 0.0
	for at, sim := range alike {
		if x.asked[at].passage >= 0 {
			here = max(here, sim)
		} else {
			elsewhere = max(elsewhere, sim)
		}
	}
	if here == 0 && elsewhere == 0 {
		return false // nothing is known of it
	}
	return here < leastHere || elsewhere-here+oddsPart*x.judge.odds(q) > patience
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
