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
	x.vectors, x.usual = v, nil
	// What all questions have in common says nothing of any (Arora, Liang and Ma,
	// 2017).
	usual := make([]float32, v.dims)
	for i := range x.asked {
		for d, n := range x.direction(x.asked[i].text) {
			usual[d] += n / float32(len(x.asked))
		}
	}
	x.usual = usual
	for i := range x.asked {
		x.asked[i].direction = x.direction(x.asked[i].text)
	}
}
