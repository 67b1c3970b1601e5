package help

import (
	"math"
	"slices"
	"strings"
)

// Index finds passages. It is made once of a library and then only read, so
// that its methods may be called at the same time.
type Index struct {
	library  *Library
	passages []passage
	terms    map[string]int // of all texts
	spelled  [][]string     // the terms by their length
	inText   []list         // by term: the passages with it in their own words
	asked    []asked
	inAsked  []list // by term: the questions with it
	synonyms map[string][]string
	judge    judge
	letters  []string // by term: the first word that became it
	own      int      // how many terms are of the articles; they come first

	// What Learn adds.
	vectors    *Vectors
	directions [][]float32 // by term; nil where it is not known
	usual      []float32   // the direction that questions have in common
	spread     [][]float64 // how questions of one matter differ: a Cholesky factor
	middles    [][]float32 // by passage, at the end of what is left to others
}

// passage is a section, or the beginning of an article.
type passage struct {
	article int
	section int // -1 for the beginning
}

// asked is a question people ask.
type asked struct {
	text    string
	passage int   // which answers it; -1 for a matter of others
	terms   []int // each once
	length  float64
}

// list says where a term occurs, and how much it says there.
type list struct {
	weight float64 // how much the term says at all: rare ones say more
	at     []posting
}

type posting struct {
	where int
	part  float64 // of the weight, 0 to 1
}

// How much a word counts, by where in an article it stands.
const (
	inTitle   = 1.5
	inHeading = 4
	inSummary = 1.5
	inBlocks  = 1
	inQuery   = 1.5 // among the questions that a passage answers
)

// Okapi BM25 (Robertson and Zaragoza, 2009): how soon more of the same word
// stops to count, and how much the length of a passage matters.
const (
	saturation = 1.2
	flattening = 0.4
)

// commonPart is how much of its weight a common word has within a question.
const commonPart = 0.25

// NewIndex makes the index of a library, which must not change afterwards.
func NewIndex(l *Library) *Index {
	x := &Index{library: l, terms: make(map[string]int), synonyms: make(map[string][]string)}
	for _, group := range l.Synonyms {
		stems := make([]string, len(group))
		for i, w := range group {
			stems[i] = stem(strings.ToLower(w))
		}
		for _, s := range stems {
			x.synonyms[s] = append(x.synonyms[s], stems...)
		}
	}
	counts, at := x.readArticles()
	x.own = len(x.terms)
	x.readAsked(at, counts)
	x.weigh(counts)
	for term := range x.terms {
		for len(x.spelled) <= len(term) {
			x.spelled = append(x.spelled, nil)
		}
		x.spelled[len(term)] = append(x.spelled[len(term)], term)
	}
	for i := range x.spelled {
		slices.Sort(x.spelled[i])
	}
	return x
}

// counted is how often each term occurs in a passage, by what it counts there.
type counted map[int]float64

func (c counted) add(x *Index, text string, weight float64) {
	for _, w := range words(text) {
		c[x.term(w)] += weight
	}
}

// term returns the number of a term, a new one if need be.
func (x *Index) term(w word) int {
	n, known := x.terms[w.stem]
	if !known {
		n = len(x.terms)
		x.terms[w.stem] = n
		x.letters = append(x.letters, w.letters)
	}
	return n
}

// readArticles counts the words of all passages and tells where each passage is.
func (x *Index) readArticles() ([]counted, map[[2]string]int) {
	var counts []counted
	at := make(map[[2]string]int)
	for i, a := range x.library.Articles {
		for s := -1; s < len(a.Sections); s++ {
			c := make(counted)
			anchor := ""
			if s < 0 {
				c.add(x, a.Title, inHeading)
				c.add(x, plain(a.Summary), inSummary)
				c.addBlocks(x, a.Intro)
			} else {
				anchor = a.Sections[s].Anchor
				c.add(x, a.Title, inTitle)
				c.add(x, a.Sections[s].Title, inHeading)
				c.addBlocks(x, a.Sections[s].Blocks)
			}
			at[[2]string{a.Slug, anchor}] = len(x.passages)
			x.passages = append(x.passages, passage{article: i, section: s})
			counts = append(counts, c)
		}
	}
	return counts, at
}

func (c counted) addBlocks(x *Index, blocks []Block) {
	for _, text := range plainBlocks(nil, blocks) {
		c.add(x, text, inBlocks)
	}
}

// readAsked takes in the questions: each is found by itself, and its words
// count for the passage that answers it.
func (x *Index) readAsked(at map[[2]string]int, counts []counted) {
	add := func(text string, passage int, declined bool) {
		var found []int
		for _, w := range words(text) {
			if n := x.term(w); !slices.Contains(found, n) {
				found = append(found, n)
			}
		}
		x.asked = append(x.asked, asked{text: text, passage: passage, terms: found})
		x.judge.learn(words(text), declined)
	}
	for p, place := range x.passages {
		if place.section < 0 {
			add(x.library.Articles[place.article].Title, p, false)
		} else {
			add(x.library.Articles[place.article].Sections[place.section].Title, p, false)
		}
	}
	for _, group := range x.library.Asked {
		p := -1
		if !group.Declined {
			p = at[[2]string{group.Article, group.Anchor}]
		}
		for _, q := range group.Questions {
			add(q, p, group.Declined)
			if p >= 0 {
				counts[p].add(x, q, inQuery)
			}
		}
	}
	x.inAsked = make([]list, len(x.terms))
	for q := range x.asked {
		for _, n := range x.asked[q].terms {
			x.inAsked[n].at = append(x.inAsked[n].at, posting{where: q, part: 1})
		}
	}
	for s, n := range x.terms {
		x.inAsked[n].weight = rarity(len(x.asked), len(x.inAsked[n].at))
		if common[s] {
			x.inAsked[n].weight *= commonPart
		}
	}
	for q := range x.asked {
		for _, n := range x.asked[q].terms {
			x.asked[q].length += x.inAsked[n].weight * x.inAsked[n].weight
		}
		x.asked[q].length = math.Sqrt(x.asked[q].length)
	}
}

// weigh makes the lists of passages.
func (x *Index) weigh(counts []counted) {
	lengths, all := make([]float64, len(counts)), 0.0
	for p, c := range counts {
		for _, n := range c {
			lengths[p] += n
		}
		all += lengths[p]
	}
	x.inText = make([]list, len(x.terms))
	for p, c := range counts {
		norm := 1 - flattening + flattening*lengths[p]*float64(len(counts))/all
		for n, count := range c {
			count /= norm
			x.inText[n].at = append(x.inText[n].at, posting{where: p, part: count / (saturation + count)})
		}
	}
	for n := range x.inText {
		x.inText[n].weight = rarity(len(counts), len(x.inText[n].at))
		slices.SortFunc(x.inText[n].at, func(a, b posting) int { return a.where - b.where })
	}
}

// rarity is the weight of a term that occurs in so many texts of all.
func rarity(all, with int) float64 {
	return math.Log(1 + (float64(all-with)+0.5)/(float64(with)+0.5))
}
