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
// With -validate it prints how well they do on writers they were not learned from,
// and with -misses en:CODE also what is judged wrongly.
var (
	train    = flag.Bool("train", false, "make the tables of advice anew")
	validate = flag.Bool("validate", false, "cross-validate what is trained, which takes minutes")
)

// roomForAdvice is how large a table of advice may become, in bytes.
const roomForAdvice = 32 << 10

// shifts is added to what was learned, in eighths, by language and code, so that
// too much and too little are found about as often. It was chosen by the totals of
// score, unseen and blind. Spanish was learned before, with shifts of its own.
var shifts = map[string]map[Code]float64{
	english: {Vague: 4, UnclearRequest: -2, UrgentTiming: 2, RelevantUpdate: -2},
}

func adviceLessons(t *testing.T, rules *ruleset, files ...string) []lesson {
	t.Helper()
	var list []lesson
	g := newGuide(rules, newModel(adviceCodes))
	for _, file := range files {
		for _, message := range mustReadCorpus(t, file) {
			l := lesson{labelled: message, writer: writerOf(file, message)}
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

// TestTrainAdvice writes the tables.
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
			letter: w.letter, name: string(w.code), cost: 0.2, missed: 2, least: 1, epochs: 12, again: 0.4,
			shift: shifts[lang][w.code] / perUnit,
			yes:   func(l *lesson) bool { return l.has(w.code) },
		}
		for i := range lessons {
			c.list = append(c.list, &lessons[i])
		}
		if *validate {
			c.report(t, lang, w.code, len(names))
		}
		courses = append(courses, c)
	}
	makeTable(t, "models/"+lang+".txt", lessons, names, courses, roomForAdvice)
}

// report prints how well a model does on messages of writers that it has not
// learned from.
func (c *course) report(t *testing.T, lang string, code Code, signals int) {
	t.Helper()
	var n tally
	for i, sum := range c.validate(signals) {
		l := c.list[i]
		found := sum+c.shift > 0
		n.count(c.yes(l), found || code == Boundary && l.boundary)
		if *misses == lang+":"+c.name && c.yes(l) != found {
			t.Logf("%+.2f %s %v %q", sum, l.ID, l.Labels, l.Text)
		}
	}
	t.Logf("%-16s cross-validated: P %3s R %3s F1 %3s", c.name, percent(n.precision()), percent(n.recall()), percent(n.f1()))
}
