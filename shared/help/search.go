package help

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// MaxQuery is how much of a query is read, in bytes.
const MaxQuery = 500

// Hit is a passage that was found.
type Hit struct {
	Article *Article
	Section *Section // nil for the beginning of the article
	Score   float64  // more fits better: of Search 0 to about 2, of Ask 0 to 1, how likely it is the answer
	Excerpt []Part   // what it says about what was sought
}

// Part is a run of text of an excerpt.
type Part struct {
	Text string
	Hit  bool // a word that was sought
}

// Anchor returns the anchor of the passage, empty for the beginning of the
// article.
func (h Hit) Anchor() string {
	if h.Section == nil {
		return ""
	}
	return h.Section.Anchor
}

// Path returns the address of the passage.
func (h Hit) Path() string { return Path(h.Article.Slug, h.Anchor()) }

// Search returns the passages that fit a query best, at most limit, the best
// first. It is meant to be called at each keystroke: the last word may be
// begun only. Nothing that is worth showing is no hits.
func (x *Index) Search(query string, limit int) []Hit {
	q := x.query(query, true)
	scored := x.rank(q, x.alike(q))
	if len(scored) > limit {
		scored = scored[:limit]
	}
	return x.hits(q, scored, leastShown)
}

// leastShown is the least score of a passage that is worth showing.
const leastShown = 0.15

// query is what is sought.
type query struct {
	text  string
	words []sought
	stems map[string]bool // of what is marked in excerpts
	last  string          // the beginning of a word, if the last one is begun only
}

// sought is a word of a query with the terms that stand for it.
type sought struct {
	letters, stem string
	common        bool
	known         bool // it is a word of the library's, or nearly
	terms         []likeness
}

// likeness is a term with how well it stands for a word, 0 to 1.
type likeness struct {
	term int
	part float64
}

// How well terms stand for a word.
const (
	byMeaning  = 0.6
	bySpelling = 0.8
	byPrefix   = 0.9
)

// query reads a query. While it is typed its last word may be the beginning of
// one.
func (x *Index) query(text string, typing bool) query {
	if len(text) > MaxQuery {
		text = strings.ToValidUTF8(text[:MaxQuery], "")
	}
	list := words(text)
	q := query{text: text, stems: make(map[string]bool)}
	for i, w := range list {
		s := sought{letters: w.letters, stem: w.stem, common: common[w.stem] || asking[w.stem]}
		add := func(term string, part float64) {
			n, ok := x.terms[term]
			if !ok {
				return
			}
			s.known = true
			q.stems[term] = q.stems[term] || !s.common
			if !slices.ContainsFunc(s.terms, func(l likeness) bool { return l.term == n }) {
				s.terms = append(s.terms, likeness{n, part})
			}
		}
		add(w.stem, 1)
		begun := strings.ToLower(text[w.start:w.end])
		if typing && i == len(list)-1 && w.end == len(text) && len(begun) >= 2 {
			s.common = false
			q.last = begun
			for _, term := range x.beginning(begun) {
				add(term, byPrefix)
			}
		}
		if !s.common && (!s.known || x.maybeSlip(w.stem)) {
			for _, term := range x.nearest(w.stem) {
				add(term, bySpelling)
			}
		}
		for _, l := range slices.Clone(s.terms) {
			for _, other := range x.synonyms[x.spelling(l.term, w.stem)] {
				add(other, l.part*byMeaning)
			}
		}
		if len(s.terms) == 0 {
			for _, other := range x.synonyms[w.stem] {
				add(other, byMeaning)
			}
		}
		q.words = append(q.words, s)
	}
	return q
}

// spelling returns the term that stands for a word, which is the word itself in
// most cases.
func (x *Index) spelling(term int, w string) string {
	if n, ok := x.terms[w]; ok && n == term {
		return w
	}
	return ""
}

// maxBegun bounds how many terms a beginning stands for.
const maxBegun = 12

// beginning returns terms that begin like this, the shortest first.
func (x *Index) beginning(begun string) []string {
	var found []string
	for length := len(begun); length < len(x.spelled) && len(found) < maxBegun; length++ {
		for _, term := range x.spelled[length] {
			if strings.HasPrefix(term, begun) {
				found = append(found, term)
			}
		}
	}
	return found
}

// maybeSlip reports whether a word is one that hardly anybody uses, and no article:
// people's questions have slips of the fingers too.
func (x *Index) maybeSlip(stem string) bool {
	n, known := x.terms[stem]
	return known && n >= x.own && len(x.inAsked[n].at) < 3
}

// nearest returns the terms that are spelled nearly like a word.
func (x *Index) nearest(w string) []string {
	var found []string
	for length := max(len(w)-2, 3); length <= len(w)+2 && length < len(x.spelled); length++ {
		for _, term := range x.spelled[length] {
			if near(w, term) {
				found = append(found, term)
			}
		}
	}
	return found
}

// scored is a passage with how well it fits.
type scored struct {
	passage int
	score   float64
}

// questionPart is how much it says that someone asked nearly the same.
const questionPart = 0.7

// rank scores all passages that fit at all, the best first. It goes by their own
// words and by how similar the questions are that they answer, as alike says.
func (x *Index) rank(q query, alike []float64) []scored {
	fits := x.byText(q)
	best := make([]float64, len(fits))
	for at, sim := range alike {
		if p := x.asked[at].passage; p >= 0 {
			best[p] = max(best[p], sim)
		}
	}
	var found []scored
	for p, score := range fits {
		if score += questionPart * best[p]; score > 0 {
			found = append(found, scored{p, score})
		}
	}
	slices.SortFunc(found, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.passage, b.passage))
	})
	return found
}

// byText scores passages by their own words: 0 to 1, how much of what is sought
// is in them. Common words count only where there are no others.
func (x *Index) byText(q query) []float64 {
	scores := make([]float64, len(x.passages))
	best := make([]float64, len(x.passages))
	all := 0.0
	onlyCommon := !slices.ContainsFunc(q.words, func(s sought) bool { return !s.common })
	for _, s := range q.words {
		if s.common && !onlyCommon {
			continue
		}
		clear(best)
		most := 0.0
		for _, l := range s.terms {
			terms := x.inText[l.term]
			most = max(most, terms.weight*l.part)
			for _, at := range terms.at {
				best[at.where] = max(best[at.where], at.part*terms.weight*l.part)
			}
		}
		if !s.known {
			most = rarity(len(x.passages), 0) / 2 // nobody speaks of it here
		}
		all += most
		for p, score := range best {
			scores[p] += score
		}
	}
	if all > 0 {
		for p := range scores {
			scores[p] /= all
		}
	}
	return scores
}

// alike says how similar a query is to each question that people ask: the cosine
// of the angle between their words, 0 to 1.
func (x *Index) alike(q query) []float64 {
	sims := make([]float64, len(x.asked))
	best := make([]float64, len(x.asked))
	length := 0.0
	for _, s := range q.words {
		most := 0.0
		var touched []int
		for _, l := range s.terms {
			terms := x.inAsked[l.term]
			if l.part == 1 || most == 0 {
				most = max(most, terms.weight)
			}
			for _, at := range terms.at {
				if best[at.where] == 0 {
					touched = append(touched, at.where)
				}
				best[at.where] = max(best[at.where], terms.weight*terms.weight*l.part)
			}
		}
		for _, at := range touched {
			sims[at] += best[at]
			best[at] = 0
		}
		if !s.known {
			most = rarity(len(x.asked), 0)
			if s.common {
				most *= commonPart
			}
		}
		length += most * most
	}
	length = math.Sqrt(length)
	for at := range sims {
		if sims[at] > 0 {
			sims[at] = min(1, sims[at]/(length*x.asked[at].length))
		}
	}
	return sims
}

// hits makes hits of passages that score at least so much.
func (x *Index) hits(q query, found []scored, least float64) []Hit {
	var hits []Hit
	for _, f := range found {
		if f.score < least {
			break
		}
		place := x.passages[f.passage]
		article := &x.library.Articles[place.article]
		hit := Hit{Article: article, Score: math.Round(f.score*1000) / 1000}
		if place.section >= 0 {
			hit.Section = &article.Sections[place.section]
		}
		hit.Excerpt = q.excerpt(hit)
		hits = append(hits, hit)
	}
	return hits
}
