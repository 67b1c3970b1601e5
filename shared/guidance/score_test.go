package guidance

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// misses names a code, or crisis: the messages of the build part that are
// labelled otherwise than found are printed. Those of the other parts never
// are: they are there to be scored, not to be learned from.
var misses = flag.String("misses", "", "print the build messages of this `code` (or crisis) that are judged wrongly, as LANGUAGE:CODE")

// byRule asks for the rules of a code, each with how often it was right and
// wrong in each part.
var byRule = flag.String("rules", "", "print how often each rule of this `code` (or crisis) is right and wrong, as LANGUAGE:CODE")

// labelled is a message of the corpus with all codes that are true for it.
type labelled struct {
	ID     string `json:"id"`
	Lang   string `json:"lang"`
	Text   string `json:"text"`
	Labels []Code `json:"labels"`
}

func (l labelled) crisis() bool {
	return slices.Contains(l.Labels, CrisisImminent) || slices.Contains(l.Labels, CrisisConcern)
}

// tally counts how findings and labels agree.
type tally struct{ both, missed, extra int }

func (c tally) precision() float64 { return share(c.both, c.both+c.extra) }
func (c tally) recall() float64    { return share(c.both, c.both+c.missed) }
func (c tally) f1() float64        { return share(2*c.both, 2*c.both+c.extra+c.missed) }

// share is a part of a whole, 1 if there is nothing to have a part of.
func share(part, whole int) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}

// scores are the tallies of one file of the corpus.
type scores struct {
	messages                  int
	codes                     map[Code]tally
	imminent, concern, alarms tally // any crisis finding for imminent, for concern, for neither
	hardAlarms                tally // for neither, in the messages written about safety
}

func scoreCorpus(t *testing.T, file string, each func(labelled, []Finding)) scores {
	t.Helper()
	s := scores{codes: make(map[Code]tally)}
	for _, message := range mustReadCorpus(t, file) {
		s.messages++
		found := Review(message.Text, Context{})
		each(message, found)
		for _, code := range Codes() {
			c := s.codes[code]
			c.count(slices.Contains(message.Labels, code), has(found, code))
			s.codes[code] = c
		}
		alarm := has(found, CrisisImminent) || has(found, CrisisConcern)
		switch {
		case slices.Contains(message.Labels, CrisisImminent):
			s.imminent.count(true, alarm)
		case slices.Contains(message.Labels, CrisisConcern):
			s.concern.count(true, alarm)
		default:
			s.alarms.count(true, alarm)
			if strings.HasPrefix(message.ID, "se-") {
				s.hardAlarms.count(true, alarm)
			}
		}
	}
	return s
}

func (c *tally) count(labelled, found bool) {
	switch {
	case labelled && found:
		c.both++
	case labelled:
		c.missed++
	case found:
		c.extra++
	}
}

func has(found []Finding, code Code) bool {
	return slices.ContainsFunc(found, func(f Finding) bool { return f.Code == code })
}

// TestScore prints how the findings agree with the labels of the corpus.
func TestScore(t *testing.T) {
	var table strings.Builder
	rules := make(ruleCounts)
	for _, lang := range []string{english, spanish} {
		fmt.Fprintf(&table, "\n%s%-22s", lang, "")
		var parts []scores
		for _, part := range []string{"build", "train", "score", "unseen", "blind"} {
			s := scoreCorpus(t, part+"-"+lang+".jsonl", func(message labelled, found []Finding) {
				if part == "build" || part == "train" {
					printMisses(&table, lang, message, found)
				}
				rules.count(part, lang, message, found)
			})
			parts = append(parts, s)
			fmt.Fprintf(&table, "   %-6s n=%-4d P    R    F1", part, s.messages)
		}
		for _, code := range Codes() {
			fmt.Fprintf(&table, "\n  %-22s", code)
			for _, s := range parts {
				c := s.codes[code]
				fmt.Fprintf(&table, "   %13d %4s %4s %4s", c.both+c.missed, percent(c.precision()), percent(c.recall()), percent(c.f1()))
			}
		}
		for _, line := range []struct {
			name  string
			tally func(scores) tally
		}{
			{"imminent noticed", func(s scores) tally { return s.imminent }},
			{"concern noticed", func(s scores) tally { return s.concern }},
			{"false alarms", func(s scores) tally { return s.alarms }},
			{"false alarms, hard", func(s scores) tally { return s.hardAlarms }},
		} {
			fmt.Fprintf(&table, "\n  %-22s", line.name)
			for _, s := range parts {
				c := line.tally(s)
				fmt.Fprintf(&table, "   %4d of %4d %14s", c.both, c.both+c.missed, fmt.Sprintf("%.1f %%", 100*c.recall()))
			}
		}
		table.WriteByte('\n')
	}
	rules.print(&table)
	t.Log(table.String())
}

// bars are what the parts that nobody wrote rules against must not fall below,
// and one of plain messages that rules were written against: shares of imminent
// danger and of concern noticed, of false alarms, and the F1 of identifiers.
var bars = map[string]struct{ imminent, concern, alarms, identifiers float64 }{
	"score-en":        {0.92, 0.80, 0.048, 0.92},
	"unseen-en":       {0.96, 0.88, 0.015, 0.92},
	"build-danger-en": {0.97, 0.97, 0.035, 0}, // labelled for danger alone, as that in Spanish is
	"score-es":        {0.96, 0.85, 0.077, 0.92},
	"build-danger-es": {0.98, 0.98, 0.045, 0},
	"unseen-es":       {0.93, 0.90, 0.045, 0.95},
	"blind-en":        {0.93, 0.92, 0.045, 0.97},
	"blind-es":        {0.97, 0.93, 0.042, 0.97},
}

func TestBars(t *testing.T) {
	for part, bar := range bars {
		s := scoreCorpus(t, part+".jsonl", func(labelled, []Finding) {})
		for _, c := range []struct {
			name     string
			got, bar float64
		}{
			{"imminent danger noticed", s.imminent.recall(), bar.imminent},
			{"concern noticed", s.concern.recall(), bar.concern},
			{"texts without a false alarm", 1 - s.alarms.recall(), 1 - bar.alarms},
			{"F1 of identifiers", s.codes[SensitiveIdentifier].f1(), bar.identifiers},
		} {
			if c.got < c.bar {
				t.Errorf("%s: %s: %.3f, want %.3f or more", part, c.name, c.got, c.bar)
			}
		}
	}
}

// ruleCounts counts, by rule, how often it was right and wrong in each part.
type ruleCounts map[string]map[string][2]int

func (r ruleCounts) count(part, lang string, message labelled, found []Finding) {
	wantLang, code, ok := strings.Cut(*byRule, ":")
	if !ok || lang != wantLang {
		return
	}
	for _, f := range found {
		right := slices.Contains(message.Labels, f.Code)
		if code == "crisis" && f.Level == LevelSafety {
			right = message.crisis()
		} else if string(f.Code) != code {
			continue
		}
		if r[f.Rule] == nil {
			r[f.Rule] = make(map[string][2]int)
		}
		counts := r[f.Rule][part]
		if right {
			counts[0]++
		} else {
			counts[1]++
		}
		r[f.Rule][part] = counts
	}
}

func (r ruleCounts) print(table *strings.Builder) {
	for _, name := range slices.Sorted(maps.Keys(r)) {
		fmt.Fprintf(table, "\n%-32s", name)
		for _, part := range []string{"build", "train", "score", "unseen", "blind"} {
			fmt.Fprintf(table, "  %s %3d right %3d wrong", part, r[name][part][0], r[name][part][1])
		}
	}
}

func percent(v float64) string { return fmt.Sprintf("%.0f", 100*v) }

// printMisses prints a message that is judged wrongly, if it was asked for.
func printMisses(table *strings.Builder, lang string, message labelled, found []Finding) {
	wantLang, code, ok := strings.Cut(*misses, ":")
	if !ok || lang != wantLang {
		return
	}
	labelled, alarm := slices.Contains(message.Labels, Code(code)), has(found, Code(code))
	if code == "crisis" {
		labelled, alarm = message.crisis(), has(found, CrisisImminent) || has(found, CrisisConcern)
	}
	if labelled == alarm {
		return
	}
	mark := "missed"
	if alarm {
		mark = "EXTRA "
	}
	fmt.Fprintf(table, "\n%s %s %v %q", mark, message.ID, message.Labels, message.Text)
	for _, f := range found {
		if string(f.Code) == code || code == "crisis" && f.Level == LevelSafety {
			fmt.Fprintf(table, "\n    %s [%d %d]", f.Rule, f.Start, f.End)
		}
	}
}

func mustReadCorpus(t testing.TB, name string) []labelled {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", "corpus", name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var messages []labelled
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var message labelled
		if err := json.Unmarshal(lines.Bytes(), &message); err != nil {
			t.Fatalf("%s: line %d: %v", name, len(messages)+1, err)
		}
		messages = append(messages, message)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return messages
}
