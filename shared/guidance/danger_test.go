package guidance

import (
	"cmp"
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

// trainDanger makes the tables of the danger model anew:
//
//	go test ./shared/guidance -run TestTrainDanger -danger -v
var trainDanger = flag.Bool("danger", false, "make the tables of the danger model anew")

// dangerLesson is a stretch of a message to learn from.
type dangerLesson struct {
	signals  []int32
	danger   bool
	imminent bool
	known    bool // whether the danger is present is known too
	found    bool // by the rules
	message  int
}

// dangerLessons reads stretches from files. Long messages that speak of danger
// are left out: where they speak of it is not known.
func dangerLessons(t *testing.T, rules *ruleset, files ...string) ([]dangerLesson, []string) {
	t.Helper()
	var (
		list   []dangerLesson
		all    [][]string
		often  = make(map[string]int)
		number int
	)
	for _, file := range files {
		for _, message := range mustReadCorpus(t, file) {
			number++
			cells, _ := fold(message.Text)
			a := analyze(message.Text, cells, rules, Context{})
			if message.crisis() && len(a.tokens) > 2*dangerStretch {
				continue
			}
			at := make([][]string, len(a.tokens))
			a.signalsOf(func(name []byte, token int) { at[token] = append(at[token], string(name)) })
			rulesFind := len(a.match(true)) > 0
			for first := 0; first < len(a.sentences); first++ {
				from, to := a.sentences[first].from, a.sentences[first].to
				last := first
				for last+1 < len(a.sentences) && (a.sentences[last+1].to-from <= dangerStretch || message.crisis()) {
					last++
					to = a.sentences[last].to
				}
				names := map[string]bool{lengthSignal(to - from): true}
				for _, list := range at[from:to] {
					for _, name := range list {
						names[name] = true
					}
				}
				var sorted []string
				for name := range names {
					sorted = append(sorted, name)
					often[name]++
				}
				slices.Sort(sorted)
				all = append(all, sorted)
				list = append(list, dangerLesson{
					danger: message.crisis(), imminent: slices.Contains(message.Labels, CrisisImminent),
					known: file != "danger-en.jsonl", found: rulesFind, message: number,
				})
				first = last
			}
		}
	}
	places := make(map[string]int32)
	var names []string
	for i, sorted := range all {
		for _, name := range sorted {
			if n := often[name]; n < 3 || strings.Contains(name, " ") && n < 4 {
				continue
			}
			place, ok := places[name]
			if !ok {
				place = int32(len(names))
				places[name] = place
				names = append(names, name)
			}
			list[i].signals = append(list[i].signals, place)
		}
	}
	return list, names
}

// learnDanger fits weights by gradient descent, each with its own pace and
// pulled to zero, in an order that is always the same.
func learnDanger(list []dangerLesson, signals int, use func(*dangerLesson) bool, yes func(*dangerLesson) bool) ([]float64, float64) {
	const (
		epochs = 30
		rate   = 0.1
		shrink = 0.004
		cut    = 0.0015
	)
	w, pace, mean := make([]float64, signals), make([]float64, signals), make([]float64, signals)
	bias, biasPace, meanBias := -0.5, 0.0, 0.0
	var order []int
	for i := range list {
		if use(&list[i]) {
			order = append(order, i)
		}
	}
	seed := uint32(7)
	for epoch := range epochs {
		for i := len(order) - 1; i > 0; i-- {
			seed = seed*1664525 + 1013904223
			j := int(seed>>8) % (i + 1)
			order[i], order[j] = order[j], order[i]
		}
		for _, k := range order {
			l := &list[k]
			sum := bias
			for _, s := range l.signals {
				sum += w[s]
			}
			slope := 1 / (1 + math.Exp(-sum))
			if yes(l) {
				slope--
			}
			for _, s := range l.signals {
				g := slope + shrink*w[s]
				pace[s] += g * g
				step := rate / math.Sqrt(0.05+pace[s])
				w[s] -= step * g
				w[s] = math.Copysign(math.Max(0, math.Abs(w[s])-step*cut), w[s])
			}
			biasPace += slope * slope
			bias -= rate / math.Sqrt(0.05+biasPace) * slope
		}
		if epoch >= epochs/2 {
			for i := range w {
				mean[i] += w[i] / (epochs - epochs/2)
			}
			meanBias += bias / (epochs - epochs/2)
		}
	}
	return mean, meanBias
}

// TestTrainDanger writes the table, and prints how the model does on messages
// that it has not learned from, alone and beside the rules.
func TestTrainDanger(t *testing.T) {
	if !*trainDanger {
		t.Log("the tables are made with -danger only")
		return
	}
	for _, c := range []struct {
		lang  string
		files []string
	}{
		{english, []string{"build-en.jsonl", "train-en.jsonl", "danger-en.jsonl"}},
		{spanish, []string{"build-es.jsonl", "train-es.jsonl"}},
	} {
		t.Run(c.lang, func(t *testing.T) { writeDanger(t, c.lang, c.files) })
	}
}

func writeDanger(t *testing.T, lang string, files []string) {
	list, names := dangerLessons(t, rulesFor(lang), files...)
	danger := func(l *dangerLesson) bool { return l.danger }
	imminent := func(l *dangerLesson) bool { return l.imminent }
	const folds = 5
	sums, sums2 := make([]float64, len(list)), make([]float64, len(list))
	for fold := range folds {
		w, bias := learnDanger(list, len(names), func(l *dangerLesson) bool { return l.message%folds != fold }, danger)
		w2, bias2 := learnDanger(list, len(names), func(l *dangerLesson) bool { return l.message%folds != fold && l.danger && l.known }, imminent)
		for i := range list {
			if list[i].message%folds == fold {
				sums[i], sums2[i] = bias, bias2
				for _, s := range list[i].signals {
					sums[i] += w[s]
					sums2[i] += w2[s]
				}
			}
		}
	}
	for limit := 0.5; limit <= 3; limit += 0.25 {
		var alone, beside, present tally
		falseAlone, falseBeside := 0, 0
		for i := range list {
			l := &list[i]
			if l.danger {
				alone.count(true, sums[i] > limit)
				beside.count(true, sums[i] > limit || l.found)
				if l.known {
					present.count(l.imminent, sums2[i] > 0.5)
				}
				continue
			}
			alone.count(false, sums[i] > limit)
			beside.count(false, sums[i] > limit || l.found)
			if sums[i] > limit {
				falseAlone++
			}
			if sums[i] > limit || l.found {
				falseBeside++
			}
		}
		t.Logf("limit %.2f: alone recall %.3f, %d false; beside the rules recall %.3f, %d false; present: precision %.2f recall %.2f",
			limit, alone.recall(), falseAlone, beside.recall(), falseBeside, present.precision(), present.recall())
	}

	all := func(*dangerLesson) bool { return true }
	certain := func(l *dangerLesson) bool { return l.danger && l.known }
	w, _ := learnDanger(list, len(names), all, danger)
	w2, _ := learnDanger(list, len(names), certain, imminent)
	var table string
	for most := len(names); table == "" || len(table) > maxDangerTable; most = most * 24 / 25 {
		kept, keptNames := keepSignals(list, names, w, w2, most)
		v, bias := learnDanger(kept, len(keptNames), all, danger)
		v2, bias2 := learnDanger(kept, len(keptNames), certain, imminent)
		table = dangerTable(keptNames, v, v2, bias, bias2)
	}
	if err := os.WriteFile("models/danger-"+lang+".txt", []byte(table), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d signals, %d bytes", strings.Count(table, "\n")-1, len(table))
}

// maxDangerTable is how large a table may become, in bytes.
const maxDangerTable = 64 << 10

// keepSignals leaves the lessons the signals that matter most: strong ones that
// occur often.
func keepSignals(list []dangerLesson, names []string, w, w2 []float64, most int) ([]dangerLesson, []string) {
	matters := make([]float64, len(names))
	for i := range list {
		for _, s := range list[i].signals {
			matters[s]++
		}
	}
	order := make([]int, len(names))
	for s := range names {
		matters[s] = math.Sqrt(matters[s]) * max(math.Abs(w[s]), math.Abs(w2[s])/2)
		order[s] = s
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(matters[b], matters[a]) })
	order = order[:min(most, len(order))]
	slices.Sort(order)
	place, keptNames := make([]int32, len(names)), []string{}
	for _, s := range order {
		keptNames = append(keptNames, names[s])
		place[s] = int32(len(keptNames))
	}
	kept := slices.Clone(list)
	for i := range kept {
		kept[i].signals = nil
		for _, s := range list[i].signals {
			if place[s] > 0 {
				kept[i].signals = append(kept[i].signals, place[s]-1)
			}
		}
	}
	return kept, keptNames
}

// dangerTable writes the weights, in eighths, that are not nothing.
func dangerTable(names []string, w, w2 []float64, bias, bias2 float64) string {
	eighths := func(v float64) int { return int(math.Round(8 * v)) }
	lines := []string{}
	for i, name := range names {
		a, b := eighths(w[i]), eighths(w2[i])
		if strings.Contains(name, " ") && max(a, -a) < 2 && max(b, -b) < 3 || a == 0 && max(b, -b) < 2 {
			continue
		}
		line := fmt.Sprintf("%s\t%d", name, a)
		if b != 0 {
			line += fmt.Sprintf(" %d", b)
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return fmt.Sprintf("bias\t%d %d\n", eighths(bias), eighths(bias2)) + strings.Join(lines, "\n") + "\n"
}
