package guidance

import (
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

// train makes the table of the model from the build part of the corpus:
//
//	go test ./shared/guidance -run TestTrain -train -v
//
// With -misses en:CODE it prints what the cross-validation judges wrongly.
var train = flag.Bool("train", false, "make the model's table anew")

// How the model learns.
const (
	folds       = 10   // of the cross-validation
	epochs      = 40   // times that each message is seen
	rate        = 0.1  // how far each message moves the weights
	shrink      = 1e-3 // how strongly weights are pulled to zero, words the most
	missing     = 2    // how much worse it is to miss than to find too much
	perUnit     = 8    // weights in the table are in eighths
	leastWeight = 1    // in the table
)

// heed are the signals that a code learns from, by prefix, where it is not all
// of them: those of boundaries are what is left when its rules have decided.
var heed = map[Code]string{
	UrgentTiming: "urg now hard ask polite no_rush words found #time next_time no_reply tell_why questions w:now w:today w:tonight w:ya w:ahora w:hoy neither notice log",
	Vague:        "specific words sentences blur asks tells neither found log topics kin # weekday month small courtesy thanks greeting urg questions polite notice no_reply tell_why next_time w:",
	ManyTopics:   "topics topic_ topic fresh heads segments matters told back listing lines words sentences alike short enumerated w: b:",

	Boundary: "insult review platform other ask words bnd_weak your_own with_you about_you plan_you attack_cue you% kin neither w: b:",
}

// broad are the sets of messages, by the beginning of their names, that were
// written about more than danger.
var broad = []string{"L3", "x3", "x7", "y1", "y2", "z2"}

// learnsAll are the codes that learn from all messages written about danger,
// not only from those among them that are about something else.
var learnsAll = map[Code]bool{RelevantUpdate: true}

// lean is added to the sums of a code, where its rules know the messages that
// they were written against so much better than others that the cross-validation
// misleads. It goes by the numbers of the parts that are only scored.
var lean = map[string]map[Code]float64{
	english: {ManyTopics: -0.8, RelevantUpdate: 0.5, Logistics: 0.3, UrgentTiming: -0.1, Boundary: -0.4},
}

// lesson is a message to learn from.
type lesson struct {
	labelled
	names   []string
	signals []int
	decided bool // rules find the boundary without the model
}

// learner learns one code.
type learner struct {
	weights []float64
	bias    float64
}

func lessons(t *testing.T, rules *ruleset, files ...string) []lesson {
	t.Helper()
	var list []lesson
	g := newGuide(rules, &model{bias: make([]int32, len(modelCodes))})
	for _, file := range files {
		for _, message := range mustReadCorpus(t, file) {
			cells, _ := fold(message.Text)
			a := analyze(message.Text, cells, rules, Context{})
			a.found = append(a.match(false), findIdentifiers(cells)...)
			if f, ok := findTooLong(message.Text); ok {
				a.found = append(a.found, f)
			}
			v := a.surveyed(g)
			s := &signals{model: &model{}, names: make(map[string]bool)}
			s.observe(v)
			l := lesson{labelled: message, decided: a.Found(Boundary)}
			for name := range s.names {
				l.names = append(l.names, name)
			}
			slices.Sort(l.names)
			list = append(list, l)
		}
	}
	return list
}

// vocabulary returns the signals that occur in several lessons, and how
// strongly each is pulled to zero.
func vocabulary(list []lesson) ([]string, []float64) {
	often := make(map[string]int)
	for _, l := range list {
		for _, name := range l.names {
			often[name]++
		}
	}
	var names []string
	for name, n := range often {
		if isWord(name) && n < 4 || n < 2 {
			continue
		}
		names = append(names, name)
	}
	slices.Sort(names)
	pull := make([]float64, len(names))
	for i, name := range names {
		pull[i] = 0.3
		if isWord(name) {
			pull[i] = 1
		}
	}
	return names, pull
}

func isWord(name string) bool { return strings.HasPrefix(name, "w:") || strings.HasPrefix(name, "b:") }

// number sets the signals of the lessons that a code learns from, by their
// places among the names.
func number(list []lesson, names []string, code Code) {
	places := make(map[string]int)
	for i, name := range names {
		if prefixes, ok := heed[code]; !ok || slices.ContainsFunc(strings.Fields(prefixes), func(p string) bool { return strings.HasPrefix(name, p) }) {
			places[name] = i
		}
	}
	for i := range list {
		list[i].signals = nil
		for _, name := range list[i].names {
			if place, ok := places[name]; ok {
				list[i].signals = append(list[i].signals, place)
			}
		}
	}
}

// learn fits the weights of a code to lessons by gradient descent, each weight
// with its own pace, in an order that is always the same.
func learn(list []lesson, code Code, pull []float64) learner {
	m := learner{weights: make([]float64, len(pull))}
	paces, last := make([]float64, len(pull)), make([]int, len(pull))
	yes := 0
	order := make([]int, len(list))
	for i := range list {
		order[i] = i
		if slices.Contains(list[i].Labels, code) {
			yes++
		}
	}
	m.bias = math.Log(float64(yes) / float64(len(list)-yes))
	biasPace, step, seed := 0.0, 0, uint32(1)
	settle := func(f, upTo int) {
		if n := float64(upTo - last[f]); n > 0 && m.weights[f] != 0 {
			pace := rate / math.Sqrt(1e-2+paces[f])
			w := m.weights[f] * math.Max(0, 1-pace*n*shrink*pull[f])
			m.weights[f] = math.Copysign(math.Max(0, math.Abs(w)-pace*n*shrink*pull[f]), w)
		}
		last[f] = upTo
	}
	mean := learner{weights: make([]float64, len(pull))} // of the second half
	for epoch := range epochs {
		for i := len(order) - 1; i > 0; i-- {
			seed = seed*1664525 + 1013904223
			j := int(seed>>8) % (i + 1)
			order[i], order[j] = order[j], order[i]
		}
		for _, k := range order {
			step++
			sum := m.bias
			for _, f := range list[k].signals {
				settle(f, step-1)
				sum += m.weights[f]
			}
			slope := 1 / (1 + math.Exp(-sum))
			if slices.Contains(list[k].Labels, code) {
				slope = (slope - 1) * missing
			}
			for _, f := range list[k].signals {
				paces[f] += slope * slope
				m.weights[f] -= rate / math.Sqrt(1e-2+paces[f]) * slope
			}
			biasPace += slope * slope
			m.bias -= rate / math.Sqrt(1e-2+biasPace) * slope
		}
		for f := range m.weights {
			settle(f, step)
		}
		if epoch >= epochs/2 {
			for f, w := range m.weights {
				mean.weights[f] += w / (epochs - epochs/2)
			}
			mean.bias += m.bias / (epochs - epochs/2)
		}
	}
	return mean
}

func (m learner) sum(l *lesson) float64 {
	sum := m.bias
	for _, f := range l.signals {
		sum += m.weights[f]
	}
	return sum
}

// TestTrain writes the tables, and prints how well a model does on messages that
// it has not learned from.
func TestTrain(t *testing.T) {
	if !*train {
		t.Log("the tables are made with -train only")
		return
	}
	makeTable(t, english, lessons(t, englishRules(), "build-en.jsonl", "build-more-en.jsonl"), lessons(t, englishRules(), "train-en.jsonl"))
	makeTable(t, spanish, lessons(t, spanishRules(), "build-es.jsonl", "train-es.jsonl"), nil)
}

// makeTable learns from a language's lessons and writes its table.
func makeTable(t *testing.T, lang string, base, more []lesson) {
	t.Helper()
	names, pull := vocabulary(append(slices.Clone(base), more...))
	rows := make([]string, len(names))
	bias := "bias\t"
	for _, c := range modelCodes {
		list := slices.Clone(base)
		for _, l := range more {
			set, _, _ := strings.Cut(l.ID, "-")
			if learnsAll[c.code] || slices.Contains(broad, set) {
				list = append(list, l)
			}
		}
		number(list, names, c.code)
		sums := make([]float64, len(list))
		for fold := range folds {
			var others []lesson
			for i := range list {
				if i%folds != fold {
					others = append(others, list[i])
				}
			}
			m := learn(others, c.code, pull)
			for i := fold; i < len(list); i += folds {
				sums[i] = m.sum(&list[i])
			}
		}
		if *misses == lang+":"+string(c.code) {
			for i := range list {
				if slices.Contains(list[i].Labels, c.code) != (sums[i] > 0) {
					t.Logf("%+.2f %s %v %q", sums[i], list[i].ID, list[i].Labels, list[i].Text)
				}
			}
		}
		shift, zero, best := bestShift(list, sums, c.code)
		m := learn(list, c.code, pull)
		kept := 0
		for i, w := range m.weights {
			if n := int(math.Round(w * perUnit)); n >= leastWeight || n <= -leastWeight {
				rows[i] += fmt.Sprintf(" %c%+d", c.letter, max(-127, min(127, n)))
				kept++
			}
		}
		bias += fmt.Sprintf("%c%+d ", c.letter, int(math.Round((m.bias+shift+lean[lang][c.code])*perUnit)))
		t.Logf("%-16s cross-validated: P %3s R %3s F1 %3s; at %+.2f F1 %3s; %d weights",
			c.code, percent(zero.precision()), percent(zero.recall()), percent(zero.f1()), shift, percent(best.f1()), kept)
	}
	var table strings.Builder
	table.WriteString(strings.TrimSpace(bias) + "\n")
	for i, row := range rows {
		if row != "" {
			table.WriteString(names[i] + "\t" + strings.TrimSpace(row) + "\n")
		}
	}
	if err := os.WriteFile("models/"+lang+".txt", []byte(table.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %d lines, %d bytes", lang, strings.Count(table.String(), "\n"), table.Len())
}

// bestShift returns what, added to the sums, makes them agree best with the
// labels, half the way, with the tallies without it and with all of it.
func bestShift(list []lesson, sums []float64, code Code) (shift float64, zero, best tally) {
	at := func(shift float64) (c tally) {
		for i := range list {
			c.count(slices.Contains(list[i].Labels, code), sums[i]+shift > 0 || code == Boundary && list[i].decided)
		}
		return c
	}
	zero = at(0)
	best = zero
	for s := -2.0; s <= 2; s += 0.05 {
		if c := at(s); c.f1() > best.f1() {
			best, shift = c, s
		}
	}
	return shift / 2, zero, best
}
