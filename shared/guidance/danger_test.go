package guidance

import (
	"flag"
	"testing"
)

// trainDanger makes the tables of danger anew:
//
//	go test ./shared/guidance -run TestTrainDanger -danger -v
var trainDanger = flag.Bool("danger", false, "make the tables of danger anew")

// mayAlarm is the share of harmless stretches that may raise an alarm in the
// cross-validation. The corpus for training is full of what sounds like danger:
// elsewhere it is about half as many.
const mayAlarm = 0.055

// roomForDanger is how large a table of danger may become, in bytes.
const roomForDanger = 64 << 10

// dangerLessons reads stretches of messages. Long messages that speak of danger
// are left out: where they speak of it is not known.
func dangerLessons(t *testing.T, rules *ruleset, files ...string) []lesson {
	t.Helper()
	var list []lesson
	for _, file := range files {
		for _, message := range mustReadCorpus(t, file) {
			cells, _ := fold(message.Text)
			a := analyze(message.Text, cells, rules, Context{})
			if message.crisis() && len(a.tokens) > 2*dangerStretch {
				continue
			}
			found, names := a.match(true), gramNames(a)
			for first := 0; first < len(a.sentences); first++ {
				from, to := a.sentences[first].from, a.sentences[first].to
				for first+1 < len(a.sentences) && (a.sentences[first+1].to-from <= dangerStretch || message.crisis()) {
					first++
					to = a.sentences[first].to
				}
				l := lesson{
					labelled: message, writer: writerOf(file, message), names: []string{lengthName(to - from)},
					danger: len(found) > 0, imminent: has(found, CrisisImminent),
				}
				for _, here := range names[from:to] {
					l.names = append(l.names, here...)
				}
				list = append(list, l)
			}
		}
	}
	return list
}

// TestTrainDanger writes the tables, and prints how a model does on messages of
// writers that it has not learned from, beside the rules.
func TestTrainDanger(t *testing.T) {
	if !*trainDanger {
		t.Log("the tables are made with -danger only")
		return
	}
	for _, c := range []struct {
		lang  string
		files []string
	}{
		{english, []string{"build-en.jsonl", "build-more-en.jsonl", "train-en.jsonl", "danger-en.jsonl"}},
		{spanish, []string{"build-es.jsonl", "train-es.jsonl"}},
	} {
		t.Run(c.lang, func(t *testing.T) { teachDanger(t, c.lang, dangerLessons(t, rulesFor(c.lang), c.files...)) })
	}
}

func teachDanger(t *testing.T, lang string, lessons []lesson) {
	names := vocabulary(lessons)
	danger := course{letter: 'd', cost: 0.3, missed: 1, least: 1, yes: func(l *lesson) bool { return l.crisis() }}
	imminent := course{letter: 'i', cost: 0.3, missed: 1, least: 2, yes: func(l *lesson) bool { return l.has(CrisisImminent) }}
	for i := range lessons {
		l := &lessons[i]
		danger.list = append(danger.list, l)
		if l.crisis() && l.writer != "danger-en.jsonl" { // which is labelled for danger alone
			imminent.list = append(imminent.list, l)
		}
	}
	sums := danger.validate(len(names))
	found := func(i int) bool {
		sum := (sums[i] + danger.shift) * perUnit
		return danger.list[i].imminent || sum >= enoughDanger || danger.list[i].danger && sum > noDanger
	}
	for danger.shift = 2; danger.shift > -2; danger.shift -= 1.0 / perUnit {
		var present, concern, alarms tally
		for i, l := range danger.list {
			switch {
			case l.has(CrisisImminent):
				present.count(true, found(i))
			case l.crisis():
				concern.count(true, found(i))
			default:
				alarms.count(true, found(i))
			}
		}
		if alarms.recall() <= mayAlarm {
			t.Logf("at %+.2f, beside the rules: imminent danger noticed %.3f, concern %.3f, false alarms %.3f",
				danger.shift, present.recall(), concern.recall(), alarms.recall())
			break
		}
	}
	sums = imminent.validate(len(names))
	var c tally
	for i, l := range imminent.list {
		c.count(l.has(CrisisImminent), sums[i]*perUnit >= enoughImminent)
	}
	t.Logf("present danger among danger: precision %.3f, recall %.3f", c.precision(), c.recall())
	makeTable(t, "models/danger-"+lang+".txt", lessons, names, []course{danger, imminent}, roomForDanger)
}
