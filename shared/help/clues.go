package help

import "math"

// clues say what speaks for a passage as the answer to a question.
type clues struct {
	nearest float64 // how like it is to the question people ask that is most like it, 0 to 1
	asked   float64 // the same of the three most like it, on average
	among   float64 // which part of those most like it are asked about it, 0 to 1
	told    float64 // how much of the question its own words speak of, 0 to 1
	article float64 // how well the best passage of its article fits by its words, 0 to 1
	learned float64 // how likely Weights find it, as a logarithm
	whole   bool    // it is the beginning of its article
}

// weight sums up the clues. Each time it is higher by one, the passage is e times
// as likely to be the answer; the factors were fitted to questions of writers whom
// the index had been made without (logistic regression).
func (c clues) weight() float64 {
	weight := 1.7*c.nearest + 2*c.asked + 7.2*c.told + 1.7*c.article + 0.6*c.learned
	if c.whole {
		weight -= 1.5
	}
	return weight
}

// clues returns those of each passage, and behind them of what is left to others
// and of danger.
func (x *Index) clues(q query) []clues {
	others := len(x.passages)
	list := make([]clues, others+2)
	best := make([]highest, len(list))
	all := 0.0
	for at, like := range x.likeAsked(q) {
		p := x.asked[at].passage
		if p < 0 {
			p = others
		}
		best[p].add(like)
		like *= like * like * like
		like *= like // so that what is most like it counts most
		list[p].among += like
		all += like
	}
	told := x.told(q)
	fits := make([]float64, len(x.library.Articles))
	for p, score := range x.byText(q) {
		a := x.passages[p].article
		fits[a] = max(fits[a], score)
	}
	for p := range list {
		list[p].nearest, list[p].asked = best[p][0], best[p].mean()
		if all > 0 {
			list[p].among /= all
		}
		if p < others {
			list[p].told, list[p].article, list[p].whole = told[p], fits[x.passages[p].article], x.passages[p].section < 0
		}
	}
	for p, learned := range x.learned(q.text) {
		list[p].learned = learned
	}
	return list
}

// highest are the three highest numbers of those it was given.
type highest [3]float64

func (h *highest) add(n float64) {
	switch {
	case n > h[0]:
		h[0], h[1], h[2] = n, h[0], h[1]
	case n > h[1]:
		h[1], h[2] = n, h[1]
	case n > h[2]:
		h[2] = n
	}
}

func (h *highest) mean() float64 { return (h[0] + h[1] + h[2]) / 3 }

// importance is how much a word of a question counts when it is compared with
// what people ask.
func (x *Index) importance(s sought) float64 {
	n, known := x.find(s.stem)
	switch {
	case known:
		return x.terms[n].askedWeight
	case len(s.terms) > 0:
		return x.terms[s.terms[0].term].askedWeight
	case s.common:
		return commonPart * rarity(len(x.asked), 1)
	default:
		return rarity(len(x.asked), 1)
	}
}

// likeAsked says how like a question is to each that people ask: how much of
// either has something like it in the other.
func (x *Index) likeAsked(q query) []float64 {
	there, here := make([]float64, len(x.asked)), make([]float64, len(x.asked))
	best := make([]float64, len(x.asked))
	back := make([]float64, len(x.terms)) // how like each term a word of the question is
	var terms []int                       // those of back
	var touched []int32                   // those of best
	all := 0.0
	for _, s := range q.words {
		touched = touched[:0]
		for _, l := range s.terms {
			if back[l.term] == 0 {
				terms = append(terms, l.term)
			}
			back[l.term] = max(back[l.term], l.part)
			for _, at := range x.terms[l.term].inAsked {
				if best[at] == 0 {
					touched = append(touched, at)
				}
				best[at] = max(best[at], l.part)
			}
		}
		weight := x.importance(s)
		for _, at := range touched {
			there[at] += weight * best[at]
			best[at] = 0
		}
		all += weight
	}
	for _, n := range terms {
		t := &x.terms[n]
		for _, at := range t.inAsked {
			here[at] += t.askedWeight * back[n]
		}
	}
	likes := make([]float64, len(x.asked))
	for at := range likes {
		if whole := x.asked[at].whole; all > 0 && whole > 0 {
			likes[at] = (there[at]/all + here[at]/whole) / 2
		}
	}
	return likes
}

// told says how much of a question each passage speaks of, in its words or in
// others that mean the same.
func (x *Index) told(q query) []float64 {
	told, best := make([]float64, len(x.passages)), make([]float64, len(x.passages))
	all := 0.0
	for _, s := range q.words {
		clear(best)
		for _, l := range s.terms {
			for _, at := range x.terms[l.term].inText {
				best[at.where] = max(best[at.where], l.part*float64(at.part))
			}
		}
		weight := x.importance(s)
		for p, part := range best {
			told[p] += weight * part
		}
		all += weight
	}
	if all > 0 {
		for p := range told {
			told[p] /= all
		}
	}
	return told
}

// likely makes weights the shares of likelihood that each has of all.
func likely(weights []float64) {
	most, sum := math.Inf(-1), 0.0
	for _, w := range weights {
		most = max(most, w)
	}
	for i, w := range weights {
		weights[i] = math.Exp(w - most)
		sum += weights[i]
	}
	for i := range weights {
		weights[i] /= sum
	}
}
