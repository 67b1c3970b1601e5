package help

import "math"

// clues say what speaks for a passage as the answer to a question.
type clues struct {
	nearest float64 // how like it is to the question people ask that is most like it, 0 to 1
	asked   float64 // the same of the three most like it, on average
	used    float64 // how alike the words of all its questions together are used, -1 to 1
	told    float64 // how much of the question its own words speak of, 0 to 1
	article float64 // how well the best passage of its article fits by its words, 0 to 1
}

// weight sums up the clues. Each time it is higher by one, the passage is e times
// as likely to be the answer; the factors were fitted to questions that the index
// had been made without (logistic regression).
func (c clues) weight() float64 {
	return 5.1*c.asked + 3.6*c.used + 9.6*c.told + 3*c.article
}

// clues returns those of each passage, and of what is left to others at the end.
func (x *Index) clues(q query) []clues {
	others := len(x.passages)
	list := make([]clues, others+1)
	compared := x.compare(q)
	best := make([]highest, len(list))
	for at, like := range x.likeAsked(compared) {
		p := x.asked[at].passage
		if p < 0 {
			p = others
		}
		best[p].add(like)
	}
	told := x.told(compared)
	fits := make([]float64, len(x.library.Articles))
	for p, score := range x.byText(q) {
		a := x.passages[p].article
		fits[a] = max(fits[a], score)
	}
	for p := range list {
		list[p].nearest, list[p].asked = best[p][0], best[p].mean()
		if p < others {
			list[p].told, list[p].article = told[p], fits[x.passages[p].article]
		}
	}
	if x.vectors != nil {
		for p, used := range x.used(q.text) {
			list[p].used = used
		}
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

// compared is a word of a question with how like each term is to it, 0 to 1.
type compared struct {
	weight float64
	like   []float32 // by term
}

// compare compares the words of a question with all terms: by what stands for
// them and, where that is known, by how they are used.
func (x *Index) compare(q query) []compared {
	list := make([]compared, 0, len(q.words))
	for _, s := range q.words {
		c := compared{weight: rarity(len(x.asked), 1), like: make([]float32, len(x.terms))}
		switch n, known := x.terms[s.stem]; {
		case known:
			c.weight = x.inAsked[n].weight
		case len(s.terms) > 0:
			c.weight = x.inAsked[s.terms[0].term].weight
		case s.common:
			c.weight *= commonPart
		}
		if direction := x.directionOf(s); direction != nil {
			for n, other := range x.directions {
				if cos := dot(other, direction); cos > 0 {
					c.like[n] = cos * cos
				}
			}
		}
		for _, l := range s.terms {
			c.like[l.term] = max(c.like[l.term], float32(l.part))
		}
		list = append(list, c)
	}
	return list
}

// directionOf returns the direction of a word, or of what stands for it.
func (x *Index) directionOf(s sought) []float32 {
	if x.vectors == nil {
		return nil
	}
	if direction := x.vectors.direction(s.letters); direction != nil {
		return direction
	}
	for _, l := range s.terms {
		if x.directions[l.term] != nil {
			return x.directions[l.term]
		}
	}
	return nil
}

// likeAsked says how like a question is to each that people ask: how much of
// either has something like it in the other.
func (x *Index) likeAsked(question []compared) []float64 {
	likes := make([]float64, len(x.asked))
	var back []float32
	for at := range x.asked {
		terms := x.asked[at].terms
		back = append(back[:0], make([]float32, len(terms))...)
		there, all := 0.0, 0.0
		for _, w := range question {
			best := float32(0)
			for i, n := range terms {
				best, back[i] = max(best, w.like[n]), max(back[i], w.like[n])
			}
			there += w.weight * float64(best)
			all += w.weight
		}
		here, length := 0.0, 0.0
		for i, n := range terms {
			here += x.inAsked[n].weight * float64(back[i])
			length += x.inAsked[n].weight
		}
		if all > 0 && length > 0 {
			likes[at] = (there/all + here/length) / 2
		}
	}
	return likes
}

// told says how much of a question each passage speaks of, in its words or in
// others that are used like them.
func (x *Index) told(question []compared) []float64 {
	told, best := make([]float64, len(x.passages)), make([]float64, len(x.passages))
	all := 0.0
	for _, w := range question {
		clear(best)
		for n, like := range w.like {
			if like == 0 {
				continue
			}
			for _, at := range x.inText[n].at {
				best[at.where] = max(best[at.where], float64(like)*at.part)
			}
		}
		for p, part := range best {
			told[p] += w.weight * part
		}
		all += w.weight
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
