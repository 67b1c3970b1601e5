package help

import (
	"errors"
	"math"
	"strings"
)

// Vectors says which words are used alike: each word is a direction, and words
// of much the same use have much the same direction. They are made from GloVe
// (Pennington, Socher and Manning, 2014; Public Domain Dedication and License) by
// the test of package articles that is called TestDistill.
type Vectors struct {
	dims  int
	words map[string]string // as they are in the file
}

// Each number of a word is a character, 0 to 63 from the first one on.
const (
	firstStep = '0'
	zeroStep  = 31.5
)

// ParseVectors reads vectors, a line a word: the word, a space, a character for
// each number.
func ParseVectors(text string) (*Vectors, error) {
	v := &Vectors{words: make(map[string]string, strings.Count(text, "\n"))}
	for line := range strings.Lines(text) {
		word, numbers, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if v.dims == 0 {
			v.dims = len(numbers)
		}
		if word == "" || len(numbers) != v.dims || v.dims == 0 {
			return nil, errors.New("a line of the vectors is no word with its numbers")
		}
		v.words[word] = numbers
	}
	return v, nil
}

// add adds the direction of a word, so many times, to a sum.
func (v *Vectors) add(sum []float32, w string, weight float64) {
	numbers := v.words[w]
	for i := range len(numbers) {
		sum[i] += float32(weight * (float64(numbers[i]-firstStep) - zeroStep))
	}
}

// direction returns that of a word, with length 1, or nil where it is not known.
func (v *Vectors) direction(w string) []float32 {
	direction := make([]float32, v.dims)
	v.add(direction, w, 1)
	if !normalize(direction) {
		return nil
	}
	return direction
}

// normalize makes a vector one of length 1, and reports whether it had a length.
func normalize(v []float32) bool {
	length := math.Sqrt(float64(dot(v, v)))
	if length == 0 {
		return false
	}
	for i := range v {
		v[i] = float32(float64(v[i]) / length)
	}
	return true
}

func dot(a, b []float32) float32 {
	var sum float32
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

// Learn has the index know which words are used alike. Ask then understands
// questions in words that nobody has used before. It must not be called while the
// index is used.
func (x *Index) Learn(v *Vectors) {
	x.vectors = v
	x.directions = make([][]float32, len(x.terms))
	for n, w := range x.letters {
		x.directions[n] = v.direction(w)
	}
	// What all questions have in common says nothing of any (Arora, Liang and Ma,
	// 2017).
	x.usual = nil
	usual := make([]float32, v.dims)
	for i := range x.asked {
		for d, n := range x.direction(x.asked[i].text) {
			usual[d] += n / float32(len(x.asked))
		}
	}
	x.usual = usual
	x.learnMiddles()
}

// direction returns what a question is about, as one direction: that of its
// words, the rare ones more than the common. It is nil where no word is known.
func (x *Index) direction(text string) []float32 {
	sum := make([]float32, x.vectors.dims)
	for _, w := range words(text) {
		weight := rarity(len(x.asked), 1)
		if n, known := x.terms[w.stem]; known {
			weight = x.inAsked[n].weight
		} else if common[w.stem] || asking[w.stem] {
			weight *= commonPart
		}
		x.vectors.add(sum, w.letters, weight)
	}
	if !normalize(sum) {
		return nil
	}
	for i := range x.usual {
		sum[i] -= x.usual[i]
	}
	normalize(sum)
	return sum
}

// shrinkage is how much of the mean variance is added to each, so that what few
// questions say of how they differ is not believed too much.
const shrinkage = 0.5

// learnMiddles learns where the questions about each passage are on average, and
// how those about one passage differ: what differs among them says little of
// which passage is meant (Fisher's linear discriminant).
func (x *Index) learnMiddles() {
	dims := x.vectors.dims
	middles := make([][]float32, len(x.passages)+1)
	counts := make([]float32, len(middles))
	directions := make([][]float32, len(x.asked))
	place := func(a asked) int {
		if a.passage < 0 {
			return len(x.passages)
		}
		return a.passage
	}
	for i, a := range x.asked {
		if directions[i] = x.direction(a.text); directions[i] == nil {
			continue
		}
		p := place(a)
		if middles[p] == nil {
			middles[p] = make([]float32, dims)
		}
		counts[p]++
		for d, n := range directions[i] {
			middles[p][d] += n
		}
	}
	for p, middle := range middles {
		for d := range middle {
			middle[d] /= counts[p]
		}
	}
	spread := make([][]float64, dims)
	for d := range spread {
		spread[d] = make([]float64, dims)
	}
	count, apart := 0.0, make([]float64, dims)
	for i, a := range x.asked {
		if a.passage < 0 || directions[i] == nil {
			continue
		}
		count++
		for d, n := range directions[i] {
			apart[d] = float64(n - middles[a.passage][d])
		}
		for d := range apart {
			for e := range d + 1 {
				spread[d][e] += apart[d] * apart[e]
			}
		}
	}
	trace := 0.0
	for d := range spread {
		trace += spread[d][d]
	}
	for d := range spread {
		spread[d][d] += shrinkage*trace/float64(dims) + 1e-9*max(1, count)
	}
	factorize(spread)
	x.spread = spread
	for p, middle := range middles {
		if middle != nil {
			x.even(middle)
		}
		middles[p] = middle
	}
	x.middles = middles
}

// used says how like what a question is about is to the questions about each
// passage, -1 to 1.
func (x *Index) used(text string) []float64 {
	likes := make([]float64, len(x.middles))
	direction := x.direction(text)
	if direction == nil {
		return likes
	}
	x.even(direction)
	for p, middle := range x.middles {
		likes[p] = float64(dot(middle, direction))
	}
	return likes
}

// even stretches a direction so that questions of one matter differ as much in
// every way, and makes its length 1.
func (x *Index) even(v []float32) {
	for d, row := range x.spread {
		n := float64(v[d])
		for e := range d {
			n -= row[e] * float64(v[e])
		}
		v[d] = float32(n / row[d])
	}
	normalize(v)
}

// factorize makes of the lower half of a positive definite matrix its Cholesky
// factor.
func factorize(m [][]float64) {
	for i, row := range m {
		for j := range i + 1 {
			n := row[j]
			for k := range j {
				n -= row[k] * m[j][k]
			}
			if i == j {
				row[j] = math.Sqrt(n)
			} else {
				row[j] = n / m[j][j]
			}
		}
	}
}
