package guidance

import (
	"flag"
	"slices"
	"testing"
)

// train makes the tables of advice anew, from the build and train parts of the
// corpus:
//
//	go test ./shared/guidance -run TestTrainAdvice -train -v
//
// With -misses en:CODE it prints what the cross-validation judges wrongly.
var train = flag.Bool("train", false, "make the tables of advice anew")

// roomForAdvice is how large a table of advice may become, in bytes.
const roomForAdvice = 32 << 10

// broad are the sets of messages, by the beginning of their names, that were
// written about more than danger: those from which advice is learned.
var broad = []string{"L3", "x3", "x7", "y1", "y2", "z2", "w1"}

func adviceLessons(t *testing.T, rules *ruleset, files ...string) []lesson {
	t.Helper()
	var list []lesson
	g := newGuide(rules, newModel(adviceCodes))
	for _, file := range files {
		for _, message := range mustReadCorpus(t, file) {
			l := lesson{labelled: message, writer: writerOf(file, message)}
			if file == "train-en.jsonl" && !slices.Contains(broad, l.writer) {
				continue
			}
			cells, _ := fold(message.Text)
			a := analyze(message.Text, cells, rules, Context{})
			a.found = append(a.match(false), findIdentifiers(cells)...)
			if f, ok := findTooLong(message.Text); ok {
				a.found = append(a.found, f)
			}
			l.boundary = a.Found(Boundary)
			v := a.surveyed(g)
			s := &signals{model: g.model, seen: make([]bool, 1), names: make(map[string]bool)}
			s.observe(v)
			for name := range s.names {
				l.names = append(l.names, name)
			}
			l.names = append(l.names, slices.Concat(gramNames(a, nil, rules.lang == spanish)...)...)
			list = append(list, l)
		}
	}
	return list
}

// TestTrainAdvice writes the tables, and prints how well a model does on
// messages of writers that it has not learned from.
func TestTrainAdvice(t *testing.T) {
	if !*train {
		t.Log("the tables are made with -train only")
		return
	}
	for _, c := range []struct {
		lang  string
		files []string
	}{
		{english, []string{"build-en.jsonl", "build-more-en.jsonl", "train-en.jsonl"}},
		{spanish, []string{"build-es.jsonl", "train-es.jsonl"}},
	} {
		t.Run(c.lang, func(t *testing.T) { trainAdvice(t, c.lang, adviceLessons(t, rulesFor(c.lang), c.files...)) })
	}
}

func trainAdvice(t *testing.T, lang string, lessons []lesson) {
	names := vocabulary(lessons)
	var courses []course
	for _, w := range adviceCodes {
		c := course{
			letter: w.letter, name: string(w.code), cost: 0.2, missed: 2, least: 1,
			yes: func(l *lesson) bool { return l.has(w.code) },
		}
		for i := range lessons {
			c.list = append(c.list, &lessons[i])
		}
		sums := c.validate(len(names))
		if *misses == lang+":"+c.name {
			for i, l := range c.list {
				if c.yes(l) != (sums[i] > 0) {
					t.Logf("%+.2f %s %v %q", sums[i], l.ID, l.Labels, l.Text)
				}
			}
		}
		var zero, best tally
		c.shift, zero, best = c.bestShift(sums, w.code)
		t.Logf("%-16s cross-validated: P %3s R %3s F1 %3s; at %+.2f F1 %3s",
			c.name, percent(zero.precision()), percent(zero.recall()), percent(zero.f1()), c.shift, percent(best.f1()))
		courses = append(courses, c)
	}
	makeTable(t, "models/"+lang+".txt", lessons, names, courses, roomForAdvice)
}

// bestShift returns what, taken from the sums, makes them agree best with the
// labels, half the way, with the tallies without it and with all of it. It never
// adds to them: advice that is wrong is worse than advice that is missed.
func (c *course) bestShift(sums []float64, code Code) (shift float64, zero, best tally) {
	at := func(shift float64) (n tally) {
		for i, l := range c.list {
			n.count(c.yes(l), sums[i]+shift > 0 || code == Boundary && l.boundary)
		}
		return n
	}
	zero = at(0)
	best = zero
	for s := -2.0; s < 0; s += 0.05 {
		if n := at(s); n.f1() > best.f1() {
			best, shift = n, s
		}
	}
	return shift / 2, zero, best
}
