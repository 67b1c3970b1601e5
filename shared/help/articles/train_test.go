package articles_test

import (
	"encoding/json"
	"flag"
	"io"
	"maps"
	"math"
	"math/rand"
	"os"
	"slices"
	"strings"
	"testing"

	"pleiades/shared/help"
)

// train makes the weights of TARS anew, of the titles and questions.txt:
//
//	go test ./shared/help/articles -run TestTrain -train -v
var train = flag.Bool("train", false, "make en/weights.txt anew")

// How the weights are learned.
const (
	rounds          = 40   // times that each question is looked at
	kept            = 25   // of them, before only the weights that say something are learned on
	leastWeight     = 0.17 // such a one, as it is written
	leastSign       = 0.10 // the same for whether a question is for others or speaks of danger
	leastLoose      = 0.15 // the same of a loose feature
	learners        = 4    // how often that is learned, in other orders; what they say is averaged
	rate            = 0.05 // how far a question pulls
	unknown         = 400  // questions without a known word that speak of no danger
	leastOften      = 2    // questions that a feature must be in
	leastPull       = 0.06 // smaller mistakes pull nothing
	piecesCount     = 0.5  // how much a piece of a word counts, against a word
	groupCounts     = 0.5  // how much the article counts, against the passage
	overlooked      = 0.3  // part of the features that is left out each time
	overlookedOften = 0.5  // the same for whether a question is for others
)

// lesson is a question with its target and features, by number.
type lesson struct {
	target   int
	features []int
}

// TestTrain writes the weights.
func TestTrain(t *testing.T) {
	if !*train {
		t.Log("the weights are made with -train only")
		return
	}
	library := mustEnglish(t)
	index, err := help.NewIndex(library, help.PackIndex(library))
	if err != nil {
		t.Fatal(err)
	}
	targets, questions := posedBy(library)
	spoken, err := spokenOf(slices.Index(targets, help.Others), slices.Index(targets, help.Danger))
	if err != nil {
		t.Fatal(err)
	}
	questions = append(questions, spoken...)
	text, count := taught(index, targets, questions)
	if err := os.WriteFile("en/weights.txt", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d questions, %d targets, %d features, %d bytes", len(questions), len(targets), count, len(text))
}

// taught returns what is learned of questions, as help.ParseWeights reads it, and of
// how many features: which passage answers those that have one, and of all of them
// whether they are for others and whether they speak of danger.
func taught(index *help.Index, targets []string, questions []asked) (text string, count int) {
	features, scales, lessons := lessonsOf(index, questions)
	loose, leastSigns := make([]bool, len(features)), slices.Repeat([]float64{leastSign}, len(features))
	for n, f := range features {
		if loose[n] = help.Loose(f); loose[n] {
			leastSigns[n] = leastLoose
		}
	}
	passages := slices.Index(targets, help.Others) // which come first
	names, groups := groupsOf(targets[:passages])
	var about []lesson
	for _, l := range lessons {
		if l.target < passages {
			l.features = slices.DeleteFunc(slices.Clone(l.features), func(n int) bool { return loose[n] })
			about = append(about, l)
		}
	}
	bias, weights := learn(1, about, groups, len(names), overlooked, scales, slices.Repeat([]float64{leastWeight}, len(features)))
	for _, alone := range []string{help.Others, help.Danger} {
		target := slices.Index(targets, alone)
		var whether []lesson // 1 for yes
		for _, l := range lessons {
			l.target = map[bool]int{true: 1}[l.target == target]
			whether = append(whether, l)
		}
		part := overlookedOften
		if alone == help.Danger {
			part = overlooked
			whether = append(whether, make([]lesson, unknown)...)
		}
		odds, signs := 0.0, make([]float64, len(features))
		for order := range int64(learners) {
			b, w := learn(1+order, whether, []int{-1, -1}, 2, part, scales, leastSigns)
			odds += (b[1] - b[0]) / learners
			for n := range signs {
				signs[n] += (w[n][1] - w[n][0]) / learners
			}
		}
		bias = slices.Insert(bias, target, odds)
		for n, sign := range signs {
			weights[n] = slices.Insert(weights[n], target, sign)
		}
	}
	named := map[string][]float64{"": bias}
	for n, feature := range features {
		named[feature] = weights[n]
	}
	return help.FormatWeights(slices.Concat(targets, names[passages:]), named), len(features)
}

// groupsOf returns targets with their groups after them, and by target the number
// of its group.
func groupsOf(targets []string) (names []string, groups []int) {
	names = slices.Clone(targets)
	for _, target := range targets {
		slug, _, _ := strings.Cut(target, "#")
		at := slices.Index(names, slug+"/")
		if at < 0 {
			at = len(names)
			names = append(names, slug+"/")
		}
		groups = append(groups, at)
	}
	return names, groups
}

// asked is a question with the number of its target.
type asked struct {
	text   string
	target int
}

// posedBy returns the targets of a library and all questions with theirs, the
// titles among them.
func posedBy(l *help.Library) ([]string, []asked) {
	var targets []string
	var list []asked
	add := func(slug, anchor, title string) {
		if anchor != "" {
			slug += "#" + anchor
		}
		list = append(list, asked{title, len(targets)})
		targets = append(targets, slug)
	}
	for _, a := range l.Articles {
		add(a.Slug, "", a.Title)
		for _, s := range a.Sections {
			add(a.Slug, s.Anchor, s.Title)
		}
	}
	targets = append(targets, help.Others, help.Danger)
	for _, group := range l.Asked {
		target := group.Article
		if group.Anchor != "" {
			target += "#" + group.Anchor
		}
		switch {
		case group.Declined:
			target = help.Others
		case group.Danger:
			target = help.Danger
		}
		for _, q := range group.Questions {
			list = append(list, asked{q, slices.Index(targets, target)})
		}
	}
	return targets, list
}

// corpus is where the messages are by which the compose box learns what speaks of
// danger, and longest how many words those have that TARS learns from too.
const (
	corpus  = "../../guidance/testdata/corpus/danger-en.jsonl"
	longest = 12
)

// spokenOf returns short messages with or without danger in them, as what is said
// to TARS: those without are for others.
func spokenOf(others, danger int) ([]asked, error) {
	file, err := os.Open(corpus)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var list []asked
	for lines := json.NewDecoder(file); ; {
		var message struct {
			Text   string
			Labels []string
		}
		if err := lines.Decode(&message); err == io.EOF {
			return list, nil
		} else if err != nil {
			return nil, err
		}
		switch {
		case len(strings.Fields(message.Text)) > longest:
		case slices.ContainsFunc(message.Labels, func(l string) bool { return strings.HasPrefix(l, "crisis_") }):
			list = append(list, asked{message.Text, danger})
		default:
			list = append(list, asked{message.Text, others})
		}
	}
}

// lessonsOf returns the features that occur often enough, how much each counts,
// the rarer the more, and the questions by them.
func lessonsOf(index *help.Index, questions []asked) (features []string, scales []float64, lessons []lesson) {
	often := make(map[string]int)
	for _, q := range questions {
		for _, f := range index.Features(q.text) {
			often[f]++
		}
	}
	numbers := make(map[string]int)
	for _, f := range slices.Sorted(maps.Keys(often)) {
		if often[f] < leastOften {
			continue
		}
		scale := math.Log(float64(len(questions)+1)/float64(often[f])) / 5
		if f[0] == '-' {
			scale *= piecesCount
		}
		numbers[f] = len(features)
		features, scales = append(features, f), append(scales, scale)
	}
	for _, q := range questions {
		l := lesson{target: q.target}
		for _, f := range index.Features(q.text) {
			if n, ok := numbers[f]; ok {
				l.features = append(l.features, n)
			}
		}
		lessons = append(lessons, l)
	}
	return features, scales, lessons
}

// learn fits weights by multinomial logistic regression, question by question in
// an order that is always the same for a seed, each weight moving the less the more it has
// moved (J. Duchi, E. Hazan, Y. Singer: Adaptive Subgradient Methods, 2011). Each
// time some features are overlooked, so that none is relied upon alone, and towards
// the end small weights are dropped, which the others then make up for. The weights
// are those of the targets, of which groups says in which group they are, and of
// the groups, count in all.
func learn(seed int64, lessons []lesson, groups []int, count int, overlooked float64, scales, least []float64) (bias []float64, weights [][]float64) {
	bias, biasMoved := make([]float64, count), make([]float64, count)
	weights, moved := make([][]float64, len(scales)), make([][]float64, len(scales))
	for f := range weights {
		weights[f], moved[f] = make([]float64, count), make([]float64, count)
	}
	pull := func(weight, moved *float64, by float64) {
		*moved += by * by
		*weight -= rate * by / math.Sqrt(*moved+1e-6)
	}
	order := rand.New(rand.NewSource(seed))
	sums := make([]float64, count)
	shares := sums[:len(groups)]
	var features []int
	for round := range rounds {
		if round == kept {
			for f := range weights {
				for n, w := range weights[f] {
					if w *= scales[f]; n >= len(groups) {
						w *= groupCounts
					}
					if math.Abs(w) < least[f] {
						weights[f][n], moved[f][n] = 0, math.Inf(1) // and stays so
					}
				}
			}
		}
		for _, i := range order.Perm(len(lessons)) {
			l := lessons[i]
			features = features[:0]
			copy(sums, bias)
			for _, f := range l.features {
				if order.Float64() < overlooked {
					continue
				}
				features = append(features, f)
				for n, w := range weights[f] {
					sums[n] += w * scales[f]
				}
			}
			for n, group := range groups {
				if group >= 0 {
					shares[n] += groupCounts * sums[group]
				}
			}
			soften(shares)
			shares[l.target]--
			clear(sums[len(groups):])
			for n, group := range groups {
				if group >= 0 {
					sums[group] += groupCounts * shares[n]
				}
			}
			for n, mistake := range sums {
				if math.Abs(mistake) < leastPull {
					continue
				}
				pull(&bias[n], &biasMoved[n], mistake)
				for _, f := range features {
					pull(&weights[f][n], &moved[f][n], mistake*scales[f])
				}
			}
		}
	}
	for n := len(groups); n < count; n++ {
		bias[n] *= groupCounts
	}
	// Only their differences say something, and what is written is bounded.
	middle := (slices.Max(bias[:len(groups)]) + slices.Min(bias[:len(groups)])) / 2
	for n := range groups {
		bias[n] -= middle
	}
	for f := range weights {
		for n := range weights[f] {
			if weights[f][n] *= scales[f]; n >= len(groups) {
				weights[f][n] *= groupCounts
			}
		}
	}
	return bias, weights
}

// soften makes sums the shares of likelihood that they stand for.
func soften(sums []float64) {
	most, all := slices.Max(sums), 0.0
	for n, sum := range sums {
		sums[n] = math.Exp(sum - most)
		all += sums[n]
	}
	for n := range sums {
		sums[n] /= all
	}
}
