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
	switch {
	case x.inDanger(question, q, list, found):
		a.Decision = Crisis
	case len(found) == 0, x.isForeign(q):
		a.Decision, a.Hits = Unsure, nil
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
	enoughDanger = -1.5 // to be taken for it by that alone
	someDanger   = -4.0 // to be taken for it where it is worded so, though an article tells of it
	leastDanger  = -8.0 // the same of a longer one
	// of a question in another language, of which little was learned
	foreignDanger = 0.5
	// othersPart is how much each step of the odds of being for others makes up for that
	// are above 0: "are sleeping pills addictive". Help is at hand where TARS declines, too.
	othersPart = 0.2
)

// What a question must be that is worded like danger to be about something else:
// "Who is told when I write about suicide?"
const (
	surely   = 0.7 // how likely a passage answers it, at least
	short    = 12  // words at most
	maxPlain = 20  // words; who writes more tells of themselves
)

// knowsHalf reports whether at least half of the words of a question are known: of
// others nothing was learned.
func (x *Index) knowsHalf(q query) bool {
	known := 0
	for _, w := range q.words {
		if _, ok := x.find(w.stem); ok {
			known++
		}
	}
	return 2*known >= len(q.words)
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
// it or as the questions do that were learned from.
func (x *Index) inDanger(question string, q query, list []clues, found []scored) bool {
	worded := speaksOfDanger(question, "")
	if x.weights == nil {
		return worded
	}
	odds := oddsOf(list[len(x.passages)+1])
	switch {
	case x.isForeign(q):
		return worded || odds > foreignDanger || speaksOfDanger(question, "es")
	case !worded && x.briefly(question, q) >= fits:
		return odds > 0 || odds > briefDanger && found[0].score < surely
	case !worded: // where nobody knows a word of it, nothing was learned about it
		return odds-othersPart*max(0, x.othersOdds(list)) > enoughDanger && len(found) > 0 && x.knowsHalf(q)
	case len(q.words) > maxPlain, len(found) == 0, found[0].score < surely, x.isElsewhere(list, found[0]):
		return true
	case len(q.words) > short:
		return odds > leastDanger
	}
	return odds > someDanger
}

// speaksOfDanger reports whether the compose box finds danger in a text, in a
// language or, where that is empty, in the one it seems to be in.
func speaksOfDanger(text, lang string) bool {
	return slices.ContainsFunc(guidance.Review(text, guidance.Context{Language: lang}), func(f guidance.Finding) bool {
		return f.Level == guidance.LevelSafety
	})
}

// foreign is the kind of the words of other languages.
const foreign = kindMark + "foreign"

// isForeign reports whether a question is in a language that nothing was learned
// of: at least as many of its words are of others as are English.
func (x *Index) isForeign(q query) bool {
	others, english := 0, 0
	for _, s := range q.words {
		switch {
		case slices.Contains(x.kinds[s.stem], foreign):
			others++
		case s.common, x.owns(s.stem):
			english++
		}
	}
	return others > 0 && others >= english
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

// same is how like a question is, at least, to one that has the same words.
const same = 0.99

// isElsewhere reports whether a question is more likely about something that the
// articles do not speak of: those most like it are questions of others, so are its
// words, and the passage that fits best fits badly. The factors were fitted by logistic
// regression to questions that the index had been made without, those that the articles
// answer counting a fiftieth beside readers' own: they are worded in rarer ways, and
// by them alone a passage that fits badly would say too little. What people ask in the
// same words about the passage is not.
func (x *Index) isElsewhere(list []clues, first scored) bool {
	others, answer := list[len(x.passages)], list[first.passage]
	if answer.nearest > same && others.nearest < same {
		return false
	}
	return 5.5+2.54*others.among+0.49*x.othersOdds(list)-2.27*first.score-5.02*answer.told > 0
}
