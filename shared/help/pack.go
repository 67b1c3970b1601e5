package help

import (
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
)

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

// IndexForm is the form of what PackIndex makes, in which the same library makes
// the same index. Every change to that counts it up: browsers keep an index until
// its form or the library is another.
const IndexForm = 1

// PackIndex makes the index of a library and of what people ask, as the text that
// NewIndex opens: its first line tells the articles from others, the second has
// the questions by their passages, and each one after that a term, in order, with
// the passages and the questions that have it. Making it takes long enough that
// browsers get it made.
func PackIndex(l *Library) string {
	p := packing{library: l, terms: make(map[string]*packed)}
	p.readArticles()
	for _, t := range p.terms {
		t.own = true
	}
	p.readAsked()
	lengths, all := make([]float64, len(p.at)), 0.0
	for _, t := range p.terms {
		for where, count := range t.inText {
			lengths[where] += count
			all += count
		}
	}
	var text strings.Builder
	x := Index{library: l, passages: passagesOf(l)}
	text.WriteString(x.fingerprint() + "\n" + string(p.questions) + "\n")
	for _, name := range slices.Sorted(maps.Keys(p.terms)) {
		t := p.terms[name]
		text.WriteString(name + "\t")
		if t.own {
			text.WriteString(ownMark)
		}
		var line []byte
		last := -1
		for _, where := range slices.Sorted(maps.Keys(t.inText)) {
			count := t.inText[where] / (1 - flattening + flattening*lengths[where]*float64(len(p.at))/all)
			line = appendDigits(line, where-last-1)
			line = appendDigits(line, int(math.Round(wholePart*count/(saturation+count))))
			last = where
		}
		line = append(line, '\t')
		last = -1
		for _, where := range t.inAsked {
			line = appendDigits(line, where-last-1)
			last = where
		}
		text.Write(append(line, '\n'))
	}
	return text.String()
}

// packing collects what an index is made of.
type packing struct {
	library   *Library
	at        map[[2]string]int // the number of a passage, by article and anchor
	terms     map[string]*packed
	questions []byte
	asked     int // how many questions there are so far
}

// packed is a term with where it occurs.
type packed struct {
	own     bool
	inText  map[int]float64 // how often, by what it counts there
	inAsked []int
}

func (p *packing) term(w word) *packed {
	t := p.terms[w.stem]
	if t == nil {
		t = &packed{inText: make(map[int]float64)}
		p.terms[w.stem] = t
	}
	return t
}

// add takes in the words of a text of a passage.
func (p *packing) add(passage int, text string, weight float64) {
	for _, w := range words(text) {
		p.term(w).inText[passage] += weight
	}
}

// readArticles counts the words of all passages.
func (p *packing) readArticles() {
	p.at = make(map[[2]string]int)
	addBlocks := func(passage int, blocks []Block) {
		for _, text := range plainBlocks(nil, blocks) {
			p.add(passage, text, inBlocks)
		}
	}
	for n, place := range passagesOf(p.library) {
		a := p.library.Articles[place.article]
		if place.section < 0 {
			p.at[[2]string{a.Slug, ""}] = n
			p.add(n, a.Title, inHeading)
			p.add(n, plain(a.Summary), inSummary)
			addBlocks(n, a.Intro)
			continue
		}
		s := a.Sections[place.section]
		p.at[[2]string{a.Slug, s.Anchor}] = n
		p.add(n, a.Title, inTitle)
		p.add(n, s.Title, inHeading)
		addBlocks(n, s.Blocks)
	}
}

// readAsked takes in the titles as questions, and what people ask: each is found
// by itself, and its words count for the passage that answers it.
func (p *packing) readAsked() {
	for n, place := range passagesOf(p.library) {
		a := p.library.Articles[place.article]
		if title := a.Title; place.section < 0 {
			p.ask(n, title)
		} else {
			p.ask(n, a.Sections[place.section].Title)
		}
	}
	for _, group := range p.library.Asked {
		if group.Danger {
			continue // only Weights know of it
		}
		passage := -1
		if !group.Declined {
			passage = p.at[[2]string{group.Article, group.Anchor}]
		}
		p.ask(passage, group.Questions...)
		for _, q := range group.Questions {
			if passage >= 0 {
				p.add(passage, q, inQuery)
			}
		}
	}
}

// ask takes in questions about a passage.
func (p *packing) ask(passage int, questions ...string) {
	p.questions = appendDigits(appendDigits(p.questions, passage+1), len(questions))
	for _, q := range questions {
		for _, w := range words(q) {
			if t := p.term(w); len(t.inAsked) == 0 || t.inAsked[len(t.inAsked)-1] != p.asked {
				t.inAsked = append(t.inAsked, p.asked)
			}
		}
		p.asked++
	}
}

// How an index is written. A number has digits of five bits, the lowest first,
// and a sixth that says that more follow.
const (
	ownMark   = "*" // before the passages of a term that articles use
	wholePart = 1<<10 - 1

	lowest    = '0'
	digitBits = 5
	more      = 1 << digitBits
	maxDigits = 4
)

func appendDigits(text []byte, n int) []byte {
	for ; n >= more; n >>= digitBits {
		text = append(text, byte(lowest+more+n%more))
	}
	return append(text, byte(lowest+n))
}

// errBroken says that an index is not as PackIndex makes it.
var errBroken = errors.New("it is broken")

// digits reads numbers.
type digits struct {
	text   string
	broken bool
}

func (d *digits) left() bool { return len(d.text) > 0 && !d.broken }

// number returns the next one, and 0 where there is none.
func (d *digits) number() int {
	n := 0
	for i := 0; i < len(d.text) && i < maxDigits; i++ {
		digit := int(d.text[i]) - lowest
		if digit < 0 || digit >= 2*more {
			break
		}
		n |= digit % more << (i * digitBits)
		if digit < more {
			d.text = d.text[i+1:]
			return n
		}
	}
	d.broken = true
	return 0
}

func (d *digits) err() error {
	if d.broken {
		return errBroken
	}
	return nil
}
