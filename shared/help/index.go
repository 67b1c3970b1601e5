package help

import (
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Index finds passages. It is opened once and then only read, so that its methods
// may be called at the same time.
type Index struct {
	library  *Library
	passages []passage
	terms    []term  // by their text
	spelled  [][]int // the terms by their length
	asked    []asked
	synonyms map[string][]string
	kinds    map[string][]string

	weights *Weights // nil before Learn
	targets []int    // of weights, by passage, and behind them of what is left to others and of danger
}

// passage is a section, or the beginning of an article.
type passage struct {
	article int
	section int // -1 for the beginning
}

// term is a word without its ending, and where it occurs. How much it says, in
// passages and in questions, is the more the rarer it is there.
type term struct {
	text        string
	own         bool // the articles use it, not only those who ask
	inText      []posting
	textWeight  float64
	inAsked     []int32 // the questions with it
	askedWeight float64
}

// posting is a passage with a term.
type posting struct {
	where int32
	part  float32 // of the term's weight, 0 to 1
}

// asked is a question people ask.
type asked struct {
	passage int     // which answers it; -1 for a matter of others
	length  float64 // of its terms' weights, as a vector
	whole   float64 // their sum
}

// commonPart is how much of its weight a common word has within a question.
const commonPart = 0.25

// NewIndex opens an index that PackIndex made of the same articles, which must
// not change afterwards. What people ask is part of the index, so that the
// library may come without. An error says that the index is broken or of other
// articles.
func NewIndex(l *Library, packed string) (*Index, error) {
	x := &Index{library: l, passages: passagesOf(l), synonyms: synonymsOf(l), kinds: kindsOf(l)}
	head, lines, _ := strings.Cut(packed, "\n")
	questions, lines, _ := strings.Cut(lines, "\n")
	if head != x.fingerprint() {
		return nil, errors.New("open the index of help: it is of other articles")
	}
	if err := x.openAsked(&digits{text: questions}); err != nil {
		return nil, fmt.Errorf("open the index of help: questions: %w", err)
	}
	if err := x.openTerms(lines); err != nil {
		return nil, fmt.Errorf("open the index of help: %w", err)
	}
	return x, nil
}

// passagesOf lists the passages of a library in the order of their numbers.
func passagesOf(l *Library) []passage {
	var list []passage
	for i, a := range l.Articles {
		for s := -1; s < len(a.Sections); s++ {
			list = append(list, passage{article: i, section: s})
		}
	}
	return list
}

// synonymsOf returns what means the same as a word without its ending.
func synonymsOf(l *Library) map[string][]string {
	synonyms := make(map[string][]string)
	for _, group := range l.Synonyms {
		stems := make([]string, len(group))
		for i, w := range group {
			stems[i] = stem(strings.ToLower(w))
		}
		for _, s := range stems {
			synonyms[s] = append(synonyms[s], stems...)
		}
	}
	return synonyms
}

// kindsOf returns of which kinds a word without its ending is.
func kindsOf(l *Library) map[string][]string {
	kinds := make(map[string][]string)
	for _, group := range l.Kinds {
		for _, w := range group[1:] {
			s := stem(strings.ToLower(w))
			kinds[s] = append(kinds[s], kindMark+group[0])
		}
	}
	return kinds
}

// fingerprint tells the passages of one library from those of another.
func (x *Index) fingerprint() string {
	hash := fnv.New64a()
	for p := range x.passages {
		_, _ = hash.Write([]byte(x.target(p) + "\n")) // a hash takes everything
	}
	return strconv.FormatUint(hash.Sum64(), 16)
}

// maxAsked bounds how many questions an index has.
const maxAsked = 1 << 16

// openAsked reads the questions: for each passage, counted from 1, or 0 for
// matters of others, how many follow each other.
func (x *Index) openAsked(d *digits) error {
	for d.left() {
		passage, count := d.number(), d.number()
		if passage > len(x.passages) || count < 0 || len(x.asked)+count > maxAsked {
			return errBroken
		}
		for range count {
			x.asked = append(x.asked, asked{passage: passage - 1})
		}
	}
	return d.err()
}

// openTerms reads the terms, a line each, in the order of their texts.
func (x *Index) openTerms(lines string) error {
	x.terms = make([]term, 0, strings.Count(lines, "\n"))
	for line := range strings.Lines(lines) {
		if err := x.openTerm(strings.TrimSuffix(line, "\n")); err != nil {
			return fmt.Errorf("term %d: %w", len(x.terms)+1, err)
		}
	}
	for at := range x.asked {
		x.asked[at].length = math.Sqrt(x.asked[at].length)
	}
	return nil
}

// openTerm reads a term as packing.line writes it.
func (x *Index) openTerm(line string) error {
	text, rest, _ := strings.Cut(line, "\t")
	inText, inAsked, found := strings.Cut(rest, "\t")
	if n := len(x.terms); !found || n > 0 && x.terms[n-1].text >= text {
		return errBroken
	}
	t := term{text: text}
	inText, t.own = strings.CutPrefix(inText, ownMark)
	d := digits{text: inText}
	t.inText = make([]posting, 0, len(inText)/3)
	for where := -1; d.left(); {
		where += 1 + d.number()
		part := d.number()
		if where >= len(x.passages) || part > wholePart {
			return errBroken
		}
		t.inText = append(t.inText, posting{int32(where), float32(part) / wholePart}) // #nosec G115 -- the place of a passage
	}
	e := digits{text: inAsked}
	t.inAsked = make([]int32, 0, len(inAsked))
	for where := -1; e.left(); {
		if where += 1 + e.number(); where >= len(x.asked) {
			return errBroken
		}
		t.inAsked = append(t.inAsked, int32(where)) // #nosec G115 -- the place of a question
	}
	if d.broken || e.broken {
		return errBroken
	}
	t.textWeight, t.askedWeight = rarity(len(x.passages), len(t.inText)), rarity(len(x.asked), len(t.inAsked))
	if common[text] {
		t.askedWeight *= commonPart
	}
	for _, at := range t.inAsked {
		x.asked[at].length += t.askedWeight * t.askedWeight
		x.asked[at].whole += t.askedWeight
	}
	for len(x.spelled) <= len(text) {
		x.spelled = append(x.spelled, nil)
	}
	x.spelled[len(text)] = append(x.spelled[len(text)], len(x.terms))
	x.terms = append(x.terms, t)
	return nil
}

// find returns the number of a term.
func (x *Index) find(text string) (int, bool) {
	return slices.BinarySearchFunc(x.terms, text, func(t term, text string) int { return strings.Compare(t.text, text) })
}

// rarity is the weight of a term that occurs in so many texts of all.
func rarity(all, with int) float64 {
	return math.Log(1 + (float64(all-with)+0.5)/(float64(with)+0.5))
}
