package help

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// Weights say how much each feature of a question speaks for each passage, for
// what is left to others, and for danger. TestTrain of package articles learns them from the
// questions that people ask.
//
// Their text has the targets first, a line each: "slug" or "slug#anchor",
// Others and Danger, and then the groups: "slug/" stands for all passages of an article, and
// what speaks for it speaks for each of them. After an empty line comes a line for
// each feature: how many bytes it begins with of the feature before, as a digit, the
// rest of it, a tab, and what it speaks for, three characters each time: two for the
// number of the target and one for how much. The feature without a name counts for
// every question.
type Weights struct {
	Targets []string
	groups  []int    // by target: the number of its group, which counts on from the targets; -1 for none
	count   int      // of targets and groups
	lines   []string // of the features, in order
}

// The targets that are no passages: questions that the articles do not answer, and
// those that speak of danger.
const (
	Others = "others"
	Danger = "danger"
)

// How numbers are written.
const (
	firstDigit = '0'
	targetBase = 64 // two digits of a target's number
	zeroStep   = 32 // of a weight
	mostSteps  = 31
	weightStep = 0.15 // of a weight, as a natural logarithm
)

// ParseWeights reads weights. An error says what is wrong with them.
func ParseWeights(text string) (*Weights, error) {
	targets, lines, ok := strings.Cut(text, "\n\n")
	if !ok {
		return nil, errors.New("the weights have no features")
	}
	names := strings.Split(targets, "\n")
	w := &Weights{Targets: names, count: len(names), lines: make([]string, 0, strings.Count(lines, "\n"))}
	if at := slices.IndexFunc(names, isGroup); at >= 0 {
		w.Targets = names[:at]
	}
	for _, target := range w.Targets {
		slug, _, _ := strings.Cut(target, "#")
		w.groups = append(w.groups, slices.Index(names, slug+groupMark))
	}
	before := ""
	for line := range strings.Lines(lines) {
		line, ok := unfolded(before, strings.TrimSuffix(line, "\n"))
		if !ok {
			return nil, errors.New("the weights of a feature are folded wrongly")
		}
		feature, steps, ok := strings.Cut(line, "\t")
		switch {
		case !ok || len(steps)%3 != 0:
			return nil, fmt.Errorf("the weights of %q are not written in threes", feature)
		case len(w.lines) > 0 && feature <= before:
			return nil, fmt.Errorf("the weights of %q are not in order", feature)
		}
		for i := 0; i < len(steps); i += 3 {
			if w.target(steps[i:]) < 0 {
				return nil, fmt.Errorf("the weights of %q are for no target", feature)
			}
		}
		w.lines, before = append(w.lines, line), feature
	}
	return w, nil
}

// maxFolded bounds how many letters of a feature are left out.
const maxFolded = 60

// folded writes a feature after another one: how many bytes both begin with, as a
// digit, and the rest, which is whole characters.
func folded(before, feature string) string {
	n := 0
	for n < min(len(before), len(feature), maxFolded) && before[n] == feature[n] {
		n++
	}
	for n > 0 && n < len(feature) && !utf8.RuneStart(feature[n]) {
		n--
	}
	return string(rune(firstDigit+n)) + feature[n:]
}

// unfolded returns the line whose feature was written after another one.
func unfolded(before, line string) (string, bool) {
	if line == "" {
		return "", false
	}
	n := int(line[0]) - firstDigit
	if n < 0 || n > len(before) {
		return "", false
	}
	return before[:n] + line[1:], true
}

// steps returns the weights of a feature as they are written.
func (w *Weights) steps(feature string) string {
	n, found := slices.BinarySearchFunc(w.lines, feature, func(line, feature string) int {
		name, _, _ := strings.Cut(line, "\t")
		return strings.Compare(name, feature)
	})
	if !found {
		return ""
	}
	_, steps, _ := strings.Cut(w.lines[n], "\t")
	return steps
}

// target returns the number of the target that a weight is for, or -1.
func (w *Weights) target(step string) int {
	high, low := int(step[0])-firstDigit, int(step[1])-firstDigit
	n := high*targetBase + low
	if high < 0 || low < 0 || low >= targetBase || n >= w.count {
		return -1
	}
	return n
}

// groupMark ends the name of a group.
const groupMark = "/"

func isGroup(name string) bool { return strings.HasSuffix(name, groupMark) }

// FormatWeights writes the weights of features for targets, and for groups after
// them, in their order, as ParseWeights reads them. What is too small to count is
// left out.
func FormatWeights(targets []string, weights map[string][]float64) string {
	var text strings.Builder
	text.WriteString(strings.Join(targets, "\n") + "\n\n")
	before := ""
	for _, feature := range slices.Sorted(maps.Keys(weights)) {
		steps := make([]byte, 0, 3*len(targets))
		for n, weight := range weights[feature] {
			if step := int(min(mostSteps, max(-mostSteps, math.Round(weight/weightStep)))); step != 0 {
				steps = append(steps, byte(firstDigit+n/targetBase), byte(firstDigit+n%targetBase), byte(firstDigit+zeroStep+step))
			}
		}
		if len(steps) > 0 {
			text.WriteString(folded(before, feature) + "\t" + string(steps) + "\n")
			before = feature
		}
	}
	return text.String()
}

// Likely returns how likely a question with these features has each target, where
// it has a passage: their shares add up to 1. How likely it is for others, or
// speaks of danger, stands for itself: those targets come last.
func (w *Weights) Likely(features []string) []float64 {
	shares := make([]float64, w.count)
	add := func(feature string) {
		steps := w.steps(feature)
		for i := 0; i < len(steps); i += 3 {
			shares[w.target(steps[i:])] += weightStep * (float64(steps[i+2]) - firstDigit - zeroStep)
		}
	}
	add("")
	for _, feature := range features {
		add(feature)
	}
	for n, group := range w.groups {
		if group >= 0 {
			shares[n] += shares[group]
		}
	}
	shares = shares[:len(w.Targets)]
	passages := shares
	for n, target := range w.Targets {
		if target == Others || target == Danger {
			passages = shares[:min(n, len(passages))]
			shares[n] = 1 / (1 + math.Exp(-shares[n]))
		}
	}
	likely(passages)
	return shares
}

// pieceLength is how many letters a piece of a word has.
const pieceLength = 4

// kindMark begins the feature that words of a kind have in common.
const kindMark = "="

// Marks of features that are pairs of words: apart, at the beginning, at the end.
const (
	apartMark = "~"
	firstMark = "^"
	lastMark  = "$"
)

// mostBetween is how many words stand between those of a pair at most.
const mostBetween = 2

// Features returns what is weighed of a question, each once, in order: its words
// without their endings, what means the same and their kinds, pairs of words beside each
// other or nearly, what it begins and ends with, and pieces of words, which slips
// of the fingers and unknown forms share with known ones.
func (x *Index) Features(question string) []string {
	var list []string
	words := words(shortened(question))
	for i, w := range words {
		list = append(list, w.stem)
		list = append(list, x.synonyms[w.stem]...)
		list = append(list, x.kinds[w.stem]...)
		if i > 0 {
			before := words[i-1].stem
			list = append(list, before+" "+w.stem)
			for _, kind := range x.kinds[w.stem] {
				list = append(list, before+" "+kind)
			}
			for _, kind := range x.kinds[before] {
				list = append(list, kind+" "+w.stem)
			}
		}
		for j := i + 2; j < min(i+2+mostBetween, len(words)); j++ {
			list = append(list, w.stem+apartMark+words[j].stem)
		}
		if common[w.stem] {
			continue
		}
		letters := "^" + w.letters + "$"
		for at := 0; at+pieceLength <= len(letters); at++ {
			if piece := letters[at : at+pieceLength]; utf8.ValidString(piece) { // whole characters
				list = append(list, "-"+piece)
			}
		}
	}
	if n := len(words); n > 0 {
		list = append(list, firstMark+words[0].stem, words[n-1].stem+lastMark)
		if n > 1 {
			list = append(list, firstMark+words[0].stem+" "+words[1].stem, words[n-2].stem+" "+words[n-1].stem+lastMark)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Loose reports whether a feature says something of what a question is, but little
// of what it is about: pairs of words that are apart, and how it begins and ends.
func Loose(feature string) bool {
	return strings.Contains(feature, apartMark) || strings.HasPrefix(feature, firstMark) || strings.HasSuffix(feature, lastMark) && feature[0] != '-'
}

// Learn has the index weigh questions, for Ask. It must not be called while the
// index is used. An error says that the weights were made for other articles.
func (x *Index) Learn(w *Weights) error {
	targets := make([]int, len(x.passages)+2)
	for p := range targets {
		targets[p] = slices.Index(w.Targets, x.target(p))
		if targets[p] < 0 {
			return fmt.Errorf("nothing was learned about %s", x.target(p))
		}
	}
	x.weights, x.targets = w, targets
	return nil
}

// target names a passage, or what comes behind the last one, for Weights.
func (x *Index) target(p int) string {
	switch p - len(x.passages) {
	case 0:
		return Others
	case 1:
		return Danger
	}
	place := x.passages[p]
	article := x.library.Articles[place.article]
	if place.section < 0 {
		return article.Slug
	}
	return article.Slug + "#" + article.Sections[place.section].Anchor
}

// leastShare stands for shares too small to tell.
const leastShare = 1e-6

// learned returns the logarithm of how likely each passage answers a question,
// behind them for what is left to others and for danger; nil before Learn.
func (x *Index) learned(question string) []float64 {
	if x.weights == nil {
		return nil
	}
	shares := x.weights.Likely(x.Features(question))
	list := make([]float64, len(x.targets))
	for p, target := range x.targets {
		list[p] = math.Log(shares[target] + leastShare)
	}
	return list
}
