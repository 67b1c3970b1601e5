package guidance

import (
	_ "embed"
	"errors"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// dangerModel weighs the words of a text for danger beside the safety rules:
// it finds what no rule has foreseen, and takes nothing from what they find.
// Signals are words and pairs of words; a table, made by TestTrainDanger, gives
// each the weight with which it speaks for danger, and, where there is danger,
// for present danger.
type dangerModel struct {
	weights map[string]dangerWeight
	bias    dangerWeight
}

// dangerWeight is in eighths.
type dangerWeight struct {
	danger, imminent int32
	place            int32 // of the signal among all, from 1
}

const (
	// enoughDanger is the sum from which a short text speaks of danger. Each time
	// a text doubles in length beyond a stretch, a stretch of it must weigh
	// perDoubling more: where there are many stretches, one weighs much by chance.
	enoughDanger = 14
	perDoubling  = 8
	// enoughImminent is the sum from which that danger is present.
	enoughImminent = 4
	// dangerStretch is how many words are weighed together.
	dangerStretch = 64
)

var (
	//go:embed models/danger-en.txt
	englishDangerTable string
	//go:embed models/danger-es.txt
	spanishDangerTable string
)

var (
	englishDanger = sync.OnceValue(func() *dangerModel { return mustReadDanger(englishDangerTable) })
	spanishDanger = sync.OnceValue(func() *dangerModel { return mustReadDanger(spanishDangerTable) })
)

// mustReadDanger is for the tables that are part of the program: a test reads
// them all.
func mustReadDanger(table string) *dangerModel {
	m, err := readDanger(table)
	if err != nil {
		panic(err)
	}
	return m
}

// readDanger reads a table: lines of a signal, a tab, and one or two weights.
func readDanger(table string) (*dangerModel, error) {
	lines := strings.Split(strings.TrimSpace(table), "\n")
	m := &dangerModel{weights: make(map[string]dangerWeight, len(lines))}
	for i, line := range lines {
		name, rest, _ := strings.Cut(line, "\t")
		first, second, two := strings.Cut(rest, " ")
		danger, err := strconv.Atoi(first)
		imminent, err2 := 0, error(nil)
		if two {
			imminent, err2 = strconv.Atoi(second)
		}
		if err != nil || err2 != nil {
			return nil, errors.New("danger table: line " + strconv.Itoa(i+1) + ": want a signal and weights")
		}
		w := dangerWeight{int32(danger), int32(imminent), int32(i + 1)}
		if name == "bias" {
			m.bias = w
		} else {
			m.weights[name] = w
		}
	}
	return m, nil
}

// signalsOf calls each for every signal of the text with the token it stands
// at.
func (a *analysis) signalsOf(each func(name []byte, token int)) {
	buffer := make([]byte, 0, 64)
	for i := range a.tokens {
		t := &a.tokens[i]
		each(append(buffer[:0], t.text...), i)
		if i+1 < len(a.tokens) && a.tokens[i+1].sentence == t.sentence {
			buffer = append(append(append(buffer[:0], t.text...), ' '), a.tokens[i+1].text...)
			each(buffer, i)
		}
	}
}

// unforeseen returns the danger that words speak of and no rule has found.
func (a *analysis) unforeseen(found []Finding) []Finding {
	has := func(code Code) bool {
		return slices.ContainsFunc(found, func(f Finding) bool { return f.Code == code })
	}
	if a.rules.danger == nil || has(CrisisImminent) {
		return nil
	}
	f, ok := a.weighDanger(a.rules.danger())
	if !ok || has(f.Code) {
		return nil
	}
	return []Finding{f}
}

// weighDanger finds the stretch of the text that speaks most of danger, if any
// speaks of it enough.
func (a *analysis) weighDanger(m *dangerModel) (Finding, bool) {
	if len(a.tokens) == 0 {
		return Finding{}, false
	}
	signals := make([][]dangerWeight, len(a.tokens))
	a.signalsOf(func(name []byte, token int) {
		if w, ok := m.weights[string(name)]; ok {
			signals[token] = append(signals[token], w)
		}
	})
	counted := make([]int32, len(m.weights)+2) // by signal, the last stretch that counted it
	best, bestImminent, span := int32(enoughDanger-1+perDoubling*bits.Len(uint(len(a.tokens)/dangerStretch))), int32(0), hit{}
	for first := range a.sentences {
		stretch := int32(first + 1)
		from, to := a.sentences[first].from, a.sentences[first].to
		for next := first + 1; next < len(a.sentences) && a.sentences[next].to-from <= dangerStretch; next++ {
			to = a.sentences[next].to
		}
		danger, imminent := m.bias.danger, m.bias.imminent
		if w, ok := m.weights[lengthSignal(to-from)]; ok {
			danger, imminent = danger+w.danger, imminent+w.imminent
		}
		for _, list := range signals[from:to] {
			for _, w := range list {
				if counted[w.place] != stretch {
					counted[w.place] = stretch
					danger, imminent = danger+w.danger, imminent+w.imminent
				}
			}
		}
		if danger > best {
			best, bestImminent, span = danger, imminent, hit{from: int32(from), to: int32(to)}
		}
		if to == len(a.tokens) {
			break
		}
	}
	if span.to == 0 {
		return Finding{}, false
	}
	code := CrisisConcern
	if bestImminent >= enoughImminent {
		code = CrisisImminent
	}
	return a.finding(code, a.rules.lang+"/wording/several-words", span), true
}

// lengthSignal names how long a stretch of n tokens is.
func lengthSignal(n int) string {
	switch {
	case n <= 8:
		return "#8"
	case n <= 16:
		return "#16"
	case n <= 32:
		return "#32"
	default:
		return "#64"
	}
}
