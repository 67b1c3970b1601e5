package guidance

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// model adds up weights that speak for codes: of words, of two and three words
// in a row, of pieces of words, and of observations about the text. TestTrain
// makes its table.
//
// A table begins with the sums' beginnings. Each further line is a word, a tab
// and its weights, in eighths: v12 makes vague more likely, a number without a
// letter speaks of the first code. A line that begins with a space goes on from
// the last line with one space fewer: under "want", " to" is "want to". The
// words ^ and $ are the beginning and the end of a sentence, # is any number
// and #time any time of day. Names of observations begin with =.
type model struct {
	words   map[string]int32 // those of all lines, from 1
	first   []int32          // by word: the node of it alone, or 0
	next    map[uint64]int32 // by node and word: the node of the word after it
	grows   []bool           // by node: whether there is one of a word after it
	pieces  map[string]int32 // nodes of pieces of words
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
	englishModel  = sync.OnceValue(func() *model { return mustReadModel(source("models/en.txt"), adviceCodes) })
	spanishModel  = sync.OnceValue(func() *model { return mustReadModel(source("models/es.txt"), adviceCodes) })
	englishDanger = sync.OnceValue(func() *model { return mustReadModel(source("models/danger-en.txt"), dangerCodes) })
	spanishDanger = sync.OnceValue(func() *model { return mustReadModel(source("models/danger-es.txt"), dangerCodes) })
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
		if piece, ok := strings.CutPrefix(word, pieceBegins); ok {
			m.pieces[piece] = m.addNode(weights)
			continue
		}
		path[depth] = m.add(from, word, weights)
	}
	return m, nil
}

func newModel(codes weighed) *model {
	return &model{
		words: make(map[string]int32), first: make([]int32, 1), next: make(map[uint64]int32), grows: make([]bool, 1),
		pieces: make(map[string]int32), weights: make([][]weight, 1), bias: make([]int32, len(codes)),
	}
}

// add adds a word after a node.
func (m *model) add(from int32, word string, weights []weight) int32 {
	id := m.words[word]
	if id == 0 {
		id = int32(len(m.words) + 1)
		m.words[word] = id
		m.first = append(m.first, 0)
	}
	node := m.addNode(weights)
	if from == 0 {
		m.first[id] = node
		return node
	}
	m.next[edge(from, id)] = node
	m.grows[from] = true
	return node
}

func (m *model) addNode(weights []weight) int32 {
	m.weights = append(m.weights, weights)
	m.grows = append(m.grows, false)
	return int32(len(m.weights) - 1)
}

// after returns the node of a word after a node, or 0.
func (m *model) after(node, word int32) int32 {
	switch {
	case node == 0:
		return m.first[word]
	case m.grows[node]:
		return m.next[edge(node, word)]
	}
	return 0
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

// pieceLength is how many letters a piece of a word has, its ends among them.
const pieceLength = 4

// pieceBegins is before a piece of a word in a table.
const pieceBegins = "~"

// piecesOf calls each for every piece of a word, which is good until it returns.
// The buffer is room to work in.
func piecesOf(word string, buffer []byte, each func(piece []byte)) {
	whole := append(append(append(buffer[:0], '<'), word...), '>')
	for from := 0; ; {
		to := from
		for range pieceLength {
			if to == len(whole) {
				return
			}
			_, size := utf8.DecodeRune(whole[to:])
			to += size
		}
		each(whole[from:to])
		_, size := utf8.DecodeRune(whole[from:])
		from += size
	}
}

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
// sentence, and every piece of a word, that have weights, with the token at which
// they begin, in the order of the tokens. Tokens that without names count for
// nothing; it may be nil.
func (m *model) grams(a *analysis, without []bool, each func(node int32, token int)) {
	ids := make([]int32, 0, 64)
	buffer := make([]byte, 0, 64)
	begins, ends := m.words[wordBegins], m.words[wordEnds]
	for i := range a.sentences {
		from, to := a.sentences[i].from, a.sentences[i].to
		ids = append(ids[:0], begins)
		for t := from; t < to; t++ {
			if without != nil && without[t] {
				ids = append(ids, 0)
				continue
			}
			ids = append(ids, m.words[a.tokens[t].weighedWord()])
		}
		ids = append(ids, ends)
		for at := range ids {
			token := max(from, min(from+at-1, to-1))
			node := int32(0)
			for _, id := range ids[at:min(at+longestGram, len(ids))] {
				if id == 0 {
					break
				}
				if node = m.after(node, id); node == 0 {
					break
				}
				if len(m.weights[node]) > 0 {
					each(node, token)
				}
			}
			if at == 0 || at > to-from || len(m.pieces) == 0 || without != nil && without[token] {
				continue
			}
			piecesOf(a.tokens[token].weighedWord(), buffer, func(piece []byte) {
				if node := m.pieces[string(piece)]; node != 0 {
					each(node, token)
				}
			})
		}
	}
}

// weigh returns the sum of each code for a text.
func (m *model) weigh(v *survey) []int32 {
	s := &signals{model: m, seen: make([]bool, len(m.weights)), sums: slices.Clone(m.bias)}
	s.observe(v)
	m.grams(v.analysis, nil, func(node int32, _ int) { s.count(node) })
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
