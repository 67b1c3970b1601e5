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
	text = shortened(text)
	list := x.split(words(text))
	q := query{text: text, stems: make(map[string]bool)}
	for i, w := range list {
		s := sought{letters: w.letters, stem: w.stem, common: common[w.stem] || asking[w.stem]}
		add := func(term string, part float64) {
			n, ok := x.find(term)
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
			whole := s.terms
			for _, term := range x.beginning(begun) {
				add(term, byPrefix*x.held(term, whole))
			}
			for _, other := range x.synonyms[w.stem] {
				add(other, byMeaning*x.held(other, whole))
			}
		}
		if !s.common && (!s.known || x.maybeSlip(w.stem)) {
			for _, term := range x.nearest(w.stem) {
				add(term, bySpelling)
			}
		}
		for _, other := range x.synonyms[w.stem] {
			add(other, byMeaning)
		}
		for _, joined := range joinings(list, i) {
			if typing || x.owns(joined) {
				add(joined, 1)
			}
			for _, other := range x.synonyms[joined] {
				add(other, byMeaning)
			}
		}
		q.words = append(q.words, s)
	}
	return q
}

// held returns how much of its weight a word keeps that stands for a whole one: it
// counts no more than that, however rare it is.
func (x *Index) held(term string, whole []likeness) float64 {
	n, ok := x.find(term)
	if !ok || len(whole) == 0 {
		return 1
	}
	return min(1, x.terms[whole[0].term].textWeight/x.terms[n].textWeight)
}

// joinings returns what a word of a text makes with its neighbours, without endings:
// some write pass key for passkey.
func joinings(list []word, at int) []string {
	var joined []string
	for left := max(at-1, 0); left <= at && left+1 < len(list); left++ {
		a, b := list[left], list[left+1]
		if len(a.letters) > 1 && !(common[a.stem] && common[b.stem]) {
			joined = append(joined, stem(a.letters+b.letters))
		}
	}
	return joined
}

// leastHalf is how many letters each half of a word has at least that is two.
const leastHalf = 3

// split makes two of each word that nobody uses and nothing is spelled like, where
// both halves are words of the articles: some write logout for log out.
func (x *Index) split(list []word) []word {
	var all []word
	for _, w := range list {
		if a, b, ok := x.halves(w); ok {
			all = append(all, a, b)
		} else {
			all = append(all, w)
		}
	}
	return all
}

// halves returns the two words that one is made of, if it is.
func (x *Index) halves(w word) (a, b word, ok bool) {
	if _, known := x.find(w.stem); known || len(x.synonyms[w.stem]) > 0 || len(w.letters) != w.end-w.start {
		return a, b, false
	}
	for at := leastHalf; at+leastHalf <= len(w.letters); at++ {
		a = word{letters: w.letters[:at], stem: stem(w.letters[:at]), start: w.start, end: w.start + at}
		b = word{letters: w.letters[at:], stem: stem(w.letters[at:]), start: w.start + at, end: w.end}
		if x.owns(a.stem) && x.owns(b.stem) {
			return a, b, len(x.nearest(w.stem)) == 0
		}
	}
	return a, b, false
}

// owns reports whether the articles use a word.
func (x *Index) owns(stem string) bool {
	n, ok := x.find(stem)
	return ok && x.terms[n].own
}

// shortened returns what is read of a query.
func shortened(text string) string {
	if len(text) > MaxQuery {
		return strings.ToValidUTF8(text[:MaxQuery], "")
	}
	return text
}

// maxBegun bounds how many terms a beginning stands for.
const maxBegun = 12

// beginning returns terms that begin like this, the shortest first.
func (x *Index) beginning(begun string) []string {
	from, _ := x.find(begun)
	var found []string
	for _, t := range x.terms[from:] {
		if !strings.HasPrefix(t.text, begun) {
			break
		}
		found = append(found, t.text)
	}
	slices.SortStableFunc(found, func(a, b string) int { return len(a) - len(b) })
	return found[:min(len(found), maxBegun)]
}

// maybeSlip reports whether a word is one that hardly anybody uses, and no article:
// people's questions have slips of the fingers too.
func (x *Index) maybeSlip(stem string) bool {
	n, known := x.find(stem)
	return known && !x.terms[n].own && len(x.terms[n].inAsked) < 5
}

// nearest returns the terms that are spelled nearly like a word.
func (x *Index) nearest(w string) []string {
	var found []string
	for length := max(len(w)-2, 3); length <= len(w)+2 && length < len(x.spelled); length++ {
		for _, n := range x.spelled[length] {
			if text := x.terms[n].text; near(w, text) {
				found = append(found, text)
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
			t := &x.terms[l.term]
			most = max(most, t.textWeight*l.part)
			for _, at := range t.inText {
				best[at.where] = max(best[at.where], float64(at.part)*t.textWeight*l.part)
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
	var touched []int32
	length := 0.0
	for _, s := range q.words {
		most := 0.0
		touched = touched[:0]
		for _, l := range s.terms {
			t := &x.terms[l.term]
			if l.part == 1 || most == 0 {
				most = max(most, t.askedWeight)
			}
			for _, at := range t.inAsked {
				if best[at] == 0 {
					touched = append(touched, at)
				}
				best[at] = max(best[at], t.askedWeight*t.askedWeight*l.part)
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
