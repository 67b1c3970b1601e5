package guidance

import (
	_ "embed"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// model adds up weights that speak for codes: of words, of two and three words
// in a row, and of observations about the text. TestTrain makes its table.
//
// A table begins with the sums' beginnings. Each further line is a word, a tab
// and its weights, in eighths: v12 makes vague more likely, a number without a
// letter speaks of the first code. A line that begins with a space goes on from
// the last line with one space fewer: under "want", " to" is "want to". The
// words ^ and $ are the beginning and the end of a sentence, # is any number
// and #time any time of day. Names of observations begin with =.
type model struct {
	words   map[string]int32 // those of all lines, from 1
	next    map[uint64]int32 // by node and word: the node of the word after it
	weights [][]weight       // by node; the first, from which all begin, has none
	bias    []int32          // by code
}

type weight struct {
	code   uint8 // place among the codes of the model
	weight int8
}

// weighed are the codes that a model decides about, and how its table calls
// them.
type weighed []struct {
	letter byte
	code   Code
}

var (
	adviceCodes = weighed{
		{'v', Vague}, {'u', UnclearRequest}, {'m', ManyTopics}, {'t', UrgentTiming}, {'b', Boundary},
		{'c', RelevantUpdate}, {'l', Logistics},
	}
	// dangerCodes weigh for danger of either kind, and, where there is danger,
	// for that which is present.
	dangerCodes = weighed{{'d', CrisisConcern}, {'i', CrisisImminent}}
)

var (
	//go:embed models/en.txt
	englishTable string
	//go:embed models/es.txt
	spanishTable string
	//go:embed models/danger-en.txt
	englishDangerTable string
	//go:embed models/danger-es.txt
	spanishDangerTable string
)

var (
	englishModel  = sync.OnceValue(func() *model { return mustReadModel(englishTable, adviceCodes) })
	spanishModel  = sync.OnceValue(func() *model { return mustReadModel(spanishTable, adviceCodes) })
	englishDanger = sync.OnceValue(func() *model { return mustReadModel(englishDangerTable, dangerCodes) })
	spanishDanger = sync.OnceValue(func() *model { return mustReadModel(spanishDangerTable, dangerCodes) })
)

// mustReadModel is for tables that are part of the program: a test reads them
// all.
func mustReadModel(table string, codes weighed) *model {
	m, err := readModel(table, codes)
	if err != nil {
		panic(err)
	}
	return m
}

func readModel(table string, codes weighed) (*model, error) {
	first, rest, _ := strings.Cut(table, "\n")
	m := newModel(codes)
	biases, err := readWeights(strings.TrimPrefix(first, "bias\t"), codes)
	if err != nil {
		return nil, errors.New("model: line 1: " + err.Error())
	}
	for _, b := range biases {
		m.bias[b.code] = int32(b.weight)
	}
	var path [longestGram]int32 // the nodes that the line before goes through
	number := 1
	for line := range strings.Lines(rest) {
		number++
		word, fields, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		depth := len(word)
		word = strings.TrimLeft(word, " ")
		if depth -= len(word); word == "" || depth >= longestGram || depth > 0 && path[depth-1] == 0 {
			return nil, errors.New("model: line " + strconv.Itoa(number) + ": want a word under the one before")
		}
		weights, err := readWeights(fields, codes)
		if err != nil {
			return nil, errors.New("model: line " + strconv.Itoa(number) + ": " + err.Error())
		}
		from := int32(0)
		if depth > 0 {
			from = path[depth-1]
		}
		clear(path[depth:])
		path[depth] = m.add(from, word, weights)
	}
	return m, nil
}

func newModel(codes weighed) *model {
	return &model{words: make(map[string]int32), next: make(map[uint64]int32), weights: make([][]weight, 1), bias: make([]int32, len(codes))}
}

// add adds a word after a node.
func (m *model) add(from int32, word string, weights []weight) int32 {
	id := m.words[word]
	if id == 0 {
		id = int32(len(m.words) + 1)
		m.words[word] = id
	}
	node := int32(len(m.weights))
	m.next[edge(from, id)] = node
	m.weights = append(m.weights, weights)
	return node
}

func edge(from, word int32) uint64 { return uint64(uint32(from))<<32 | uint64(uint32(word)) }

// readWeights reads weights such as "v12 u-3" or "12".
func readWeights(fields string, codes weighed) ([]weight, error) {
	var weights []weight
	for field := range strings.FieldsSeq(fields) {
		code, digits := 0, field
		if field[0] >= 'a' {
			code, digits = codes.place(field[0]), field[1:]
		}
		n, err := strconv.ParseInt(digits, 10, 8)
		if err != nil || code < 0 {
			return nil, errors.New("cannot read " + strconv.Quote(field))
		}
		weights = append(weights, weight{uint8(code), int8(n)})
	}
	return weights, nil
}

// place returns where the code of a letter stands, or -1.
func (c weighed) place(letter byte) int {
	for i := range c {
		if c[i].letter == letter {
			return i
		}
	}
	return -1
}

// longestGram is how many words in a row have a weight together at most.
const longestGram = 3

// The words that stand for more than themselves.
const (
	wordBegins = "^"
	wordEnds   = "$"
	wordNumber = "#"
	wordTime   = "#time"
)

// weighedWord is the word as which a token is weighed.
func (t *token) weighedWord() string {
	switch {
	case t.kind&kindNumber != 0:
		return wordNumber
	case t.kind&kindTime != 0:
		return wordTime
	}
	return t.text
}

// grams calls each for every one, two and three words in a row, within a
// sentence, that have weights, with the token at which they begin.
func (m *model) grams(a *analysis, each func(node int32, token int)) {
	ids := make([]int32, 0, 64)
	begins, ends := m.words[wordBegins], m.words[wordEnds]
	for i := range a.sentences {
		from, to := a.sentences[i].from, a.sentences[i].to
		ids = append(ids[:0], begins)
		for t := from; t < to; t++ {
			ids = append(ids, m.words[a.tokens[t].weighedWord()])
		}
		ids = append(ids, ends)
		for at := range ids {
			node := int32(0)
			for _, id := range ids[at:min(at+longestGram, len(ids))] {
				if id == 0 {
					break
				}
				if node = m.next[edge(node, id)]; node == 0 {
					break
				}
				if len(m.weights[node]) > 0 {
					each(node, max(from, min(from+at-1, to-1)))
				}
			}
		}
	}
}

// weigh returns the sum of each code for a text.
func (m *model) weigh(v *survey) []int32 {
	s := &signals{model: m, seen: make([]bool, len(m.weights)), sums: slices.Clone(m.bias)}
	s.observe(v)
	m.grams(v.analysis, func(node int32, _ int) { s.count(node) })
	return s.sums
}

// likely reports whether a code's sum is above zero.
func (v *survey) likely(code Code) bool {
	for i := range adviceCodes {
		if adviceCodes[i].code == code {
			return v.scores[i] > 0
		}
	}
	return false
}
