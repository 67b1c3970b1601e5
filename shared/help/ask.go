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
const leastLikely = 0.2

// Ask decides what to do with a question and finds the passages that answer it.
// It knows nothing of what was asked before.
func (x *Index) Ask(question string) Answer {
	q := x.query(question, false)
	list := x.clues(q)
	found := best(list[:len(x.passages)])
	a := Answer{Hits: x.hits(q, found, 0)}
	danger, learned := x.inDanger(question, q, list, found)
	switch {
	case danger && learned && x.isForeign(q):
		a.Decision, a.Hits = Unsure, nil
	case danger:
		a.Decision = Crisis
	case len(found) == 0:
		a.Decision = Unsure
	case x.isElsewhere(list, found[0]):
		a.Decision = Declined
		if x.briefly(question, q) >= fitsWell && x.othersOdds(list) < leastElsewhere {
			a.Decision = Unsure
			break
		}
		a.Hits = nil
	case found[0].score < leastLikely:
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

// How likely a question must speak of danger, as Weights find it, in odds as a
// logarithm.
const (
	enoughDanger = -1.7 // to be taken for it by that alone
	someDanger   = -4.0 // to be taken for it where it is worded so, though an article tells of it
	leastDanger  = -8.0 // the same of a longer one
)

// What a question must be that is worded like danger to be about something else:
// "Who is told when I write about suicide?"
const (
	surely   = 0.7 // how likely a passage answers it, at least
	short    = 12  // words at most
	maxPlain = 20  // words; who writes more tells of themselves
)

// isForeign reports whether fewer than half of the words of a question are known:
// what is learned of danger was learned of English ones, and takes any others for
// it.
func (x *Index) isForeign(q query) bool {
	known := 0
	for _, w := range q.words {
		if _, ok := x.find(w.stem); ok {
			known++
		}
	}
	return 2*known < len(q.words)
}

// What is typed as into a box for searching, a word or three, says too little to weigh
// it by: where passages fit it well, it takes more to be danger or for others.
const (
	brief       = 3    // words at most
	fits        = 0.75 // as search scores passages
	fitsWell    = 1.0
	briefDanger = -0.6 // odds as a logarithm, instead of enoughDanger
	// leastElsewhere is how likely it must be for others, in odds as a logarithm.
	leastElsewhere = 2.0
)

// briefly returns how well search finds a question of a few words, 0 for a longer one.
func (x *Index) briefly(question string, q query) float64 {
	if len(q.words) > brief {
		return 0
	}
	for _, hit := range x.Search(question, 1) {
		return hit.Score
	}
	return 0
}

// inDanger reports whether a question speaks of danger, as the compose box judges
// it or, by what was learned alone, as the questions do that were learned from.
func (x *Index) inDanger(question string, q query, list []clues, found []scored) (danger, learned bool) {
	worded := slices.ContainsFunc(guidance.Review(question, guidance.Context{}), func(f guidance.Finding) bool {
		return f.Level == guidance.LevelSafety
	})
	if x.weights == nil {
		return worded, false
	}
	odds := oddsOf(list[len(x.passages)+1])
	switch {
	case !worded && x.briefly(question, q) >= fits:
		return odds > 0 || odds > briefDanger && found[0].score < surely, true
	case !worded: // where nobody knows a word of it, nothing was learned about it
		return odds > enoughDanger && len(found) > 0, true
	case len(q.words) > maxPlain, len(found) == 0, found[0].score < surely, x.isElsewhere(list, found[0]):
		return true, false
	case len(q.words) > short:
		return odds > leastDanger, false
	}
	return odds > someDanger, false
}

// oddsOf returns the odds of what is learned to be likely, as a logarithm.
func oddsOf(c clues) float64 { return c.learned - math.Log(1+leastShare-math.Exp(c.learned)) }

// usualOdds stand in for what is not learned: with them most questions about other
// things are declined, and hardly one about the app.
const usualOdds = -1.0

// othersOdds returns how likely a question is for others by its words, in odds as a
// logarithm.
func (x *Index) othersOdds(list []clues) float64 {
	if x.weights == nil {
		return usualOdds
	}
	return oddsOf(list[len(x.passages)])
}

// isElsewhere reports whether a question is more likely about something that the
// articles do not speak of: those most like it are questions of others, so are its
// words, and the passage that fits best fits badly. The factors were fitted to
// questions that the index had been made without (logistic regression).
func (x *Index) isElsewhere(list []clues, first scored) bool {
	others, answer := list[len(x.passages)], list[first.passage]
	return 4.9+1.76*others.among+0.8*x.othersOdds(list)-3.61*first.score-3.93*answer.told > 0
}
