package guidance

import (
	_ "embed"
	"errors"
	"strconv"
	"strings"
	"sync"
)

// model weighs signals where rules alone cannot decide: for each code it adds
// up the weights of the signals of a text, and holds where the sum is above
// zero. It is never asked about danger. TestTrain makes its table, in which
// every line is a signal with the weights it has: v+12 makes vague more likely.
type model struct {
	places  map[uint32]int // by hash of the name
	weights [][]weight
	bias    []int32 // by code
}

type weight struct {
	code   uint8 // place in modelCodes
	weight int8
}

// modelCodes are the codes that models decide about, and how tables call them.
var modelCodes = []struct {
	letter byte
	code   Code
}{
	{'v', Vague}, {'u', UnclearRequest}, {'m', ManyTopics}, {'t', UrgentTiming}, {'b', Boundary},
	{'c', RelevantUpdate}, {'l', Logistics},
}

var (
	//go:embed models/en.txt
	englishTable string
	//go:embed models/es.txt
	spanishTable string
)

var (
	englishModel = sync.OnceValue(func() *model { return mustReadModel(englishTable) })
	spanishModel = sync.OnceValue(func() *model { return mustReadModel(spanishTable) })
)

// mustReadModel is for tables that are part of the program: a test reads them
// all.
func mustReadModel(table string) *model {
	m, err := readModel(table)
	if err != nil {
		panic(err)
	}
	return m
}

// readModel reads a table. Its first line gives where the sums begin.
func readModel(table string) (*model, error) {
	m := &model{places: make(map[uint32]int), bias: make([]int32, len(modelCodes))}
	for number, line := range strings.Split(strings.TrimSpace(table), "\n") {
		name, rest, ok := strings.Cut(line, "\t")
		if !ok {
			return nil, errors.New("model: line " + strconv.Itoa(number+1) + ": want a name, a tab and weights")
		}
		var weights []weight
		for _, field := range strings.Fields(rest) {
			code := letterCode(field[0])
			n, err := strconv.Atoi(field[1:])
			if err != nil || code < 0 || number > 0 && n != int(int8(n)) {
				return nil, errors.New("model: line " + strconv.Itoa(number+1) + ": cannot read " + field)
			}
			if number == 0 {
				m.bias[code] = int32(n)
			} else {
				weights = append(weights, weight{uint8(code), int8(n)})
			}
		}
		if number > 0 {
			m.places[hashOf(name)] = len(m.weights)
			m.weights = append(m.weights, weights)
		}
	}
	return m, nil
}

func letterCode(letter byte) int {
	for i := range modelCodes {
		if modelCodes[i].letter == letter {
			return i
		}
	}
	return -1
}

func hashOf(name string) uint32 {
	hash := uint32(offset32)
	for i := range len(name) {
		hash = (hash ^ uint32(name[i])) * prime32
	}
	return hash
}

// weigh returns the sum of each code for a text.
func (m *model) weigh(v *survey) []int32 {
	s := &signals{model: m, seen: make([]bool, len(m.weights)), sums: append([]int32(nil), m.bias...)}
	s.observe(v)
	return s.sums
}

// likely reports whether a code's sum is above zero.
func (v *survey) likely(code Code) bool {
	for i := range modelCodes {
		if modelCodes[i].code == code {
			return v.scores[i] > 0
		}
	}
	return false
}
