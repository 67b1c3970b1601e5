package guidance

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

// How the models learn.
const (
	folds   = 6  // of the cross-validation
	halving = 25 // steps to find how strongly a lesson pulls
	perUnit = 8  // weights in the tables are in eighths
)

// lesson is a message, or a stretch of one, to learn from.
type lesson struct {
	labelled
	writer  string // whose messages are of one kind
	names   []string
	signals []int32 // places of the names that are learned about
	// What the rules find.
	boundary bool
	say      int // what its findings of danger count for
}

func (l *lesson) has(code Code) bool { return slices.Contains(l.Labels, code) }

// writerOf names the set that a message is of: its file, or, of the files for
// training, the beginning of its name.
func writerOf(file string, m labelled) string {
	if set, _, ok := strings.Cut(m.ID, "-"); ok && strings.HasPrefix(file, "train") {
		return set
	}
	return file
}

// gramNames returns the names of all one, two and three words in a row, for
// each token those that begin with it, and if asked for of its pieces. Tokens
// that without names have none; it may be nil.
func gramNames(a *analysis, without []bool, pieces bool) [][]string {
	names := make([][]string, len(a.tokens))
	for t := range a.tokens {
		if pieces && (without == nil || !without[t]) {
			piecesOf(a.tokens[t].weighedWord(), nil, func(piece []byte) { names[t] = append(names[t], pieceBegins+string(piece)) })
		}
	}
	for i := range a.sentences {
		from, to := a.sentences[i].from, a.sentences[i].to
		if from == to {
			continue
		}
		words := []string{wordBegins}
		for t := from; t < to; t++ {
			if without != nil && without[t] {
				words = append(words, "")
				continue
			}
			words = append(words, a.tokens[t].weighedWord())
		}
		words = append(words, wordEnds)
		for at := range words {
			token := max(from, min(from+at-1, to-1))
			for n := 1; n <= longestGram && at+n <= len(words) && words[at+n-1] != ""; n++ {
				if name := strings.Join(words[at:at+n], " "); name != wordBegins && name != wordEnds {
					names[token] = append(names[token], name)
				}
			}
		}
	}
	return names
}

// vocabulary gives lessons the signals that occur often enough to learn about,
// and returns their names in order.
func vocabulary(list []lesson) []string {
	often := make(map[string]int)
	for i := range list {
		slices.Sort(list[i].names)
		list[i].names = slices.Compact(list[i].names)
		for _, name := range list[i].names {
			often[name]++
		}
	}
	var names []string
	for name, n := range often {
		if n >= 4 || n == 3 && !strings.Contains(name, " ") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	number(list, names)
	return names
}

// number gives lessons their signals, by places among names.
func number(list []lesson, names []string) {
	places := make(map[string]int32, len(names))
	for i, name := range names {
		places[name] = int32(i)
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

// course is what is to be learned about a code.
type course struct {
	letter byte
	name   string
	list   []*lesson
	yes    func(*lesson) bool
	cost   float64 // of each mistake, against the size of weights
	missed float64 // how much worse it is to miss than to find too much
	least  int     // the smallest weight that the table keeps
	shift  float64 // added to the sums
	epochs int     // how often each lesson is looked at
	// again is what the cost is multiplied by where what a table keeps is learned
	// about anew: those signals were chosen for these very lessons.
	again float64
	// ignored are the signals that it does not learn about; nil: none.
	ignored []bool
}

// learner is what was learned: weights of signals.
type learner struct {
	weights []float64
	bias    float64
}

func (m learner) sum(l *lesson) float64 {
	sum := m.bias
	for _, s := range l.signals {
		sum += m.weights[s]
	}
	return sum
}

// learn fits weights by logistic regression over signals that count the more,
// the more their share differs between the lessons that hold and those that do
// not (S. Wang, C. Manning: Baselines and Bigrams, 2012). It solves the dual
// problem lesson by lesson (H. Yu, F. Huang, C. Lin: Dual coordinate descent
// for logistic regression, 2011), in an order that is always the same.
func (c *course) learn(list []*lesson, signals int) learner {
	counts, scale := c.contrast(list, signals)
	w, bias := make([]float64, signals), 0.0
	pull, most, size := make([]float64, len(list)), make([]float64, len(list)), make([]float64, len(list))
	order := make([]int, len(list))
	sign := func(i int) float64 {
		if c.yes(list[i]) {
			return 1
		}
		return -1
	}
	change := func(i int, by float64) {
		by *= sign(i)
		bias += by
		for _, s := range list[i].signals {
			w[s] += by * scale[s]
		}
	}
	for i, l := range list {
		order[i], most[i], size[i] = i, c.cost, 1
		if c.yes(l) {
			most[i] *= c.missed
		}
		for _, s := range l.signals {
			size[i] += scale[s] * scale[s]
		}
		pull[i] = most[i] / 1000
		change(i, pull[i])
	}
	seed := uint32(7)
	for range c.epochs {
		for i := len(order) - 1; i > 0; i-- {
			seed = seed*1664525 + 1013904223
			j := int(seed>>8) % (i + 1)
			order[i], order[j] = order[j], order[i]
		}
		for _, i := range order {
			margin := bias
			for _, s := range list[i].signals {
				margin += w[s] * scale[s]
			}
			margin *= sign(i)
			low, high := 0.0, most[i]
			for range halving {
				if mid := (low + high) / 2; size[i]*(mid-pull[i])+margin+math.Log(mid/(most[i]-mid)) < 0 {
					low = mid
				} else {
					high = mid
				}
			}
			mid := (low + high) / 2
			change(i, mid-pull[i])
			pull[i] = mid
		}
	}
	for s := range w {
		if w[s] *= scale[s]; counts[s] == 0 {
			w[s] = 0
		}
	}
	return learner{w, bias}
}

// contrast returns how often each signal occurs and how much its share differs
// between the lessons that hold and those that do not.
func (c *course) contrast(list []*lesson, signals int) (counts, scale []float64) {
	counts, scale = make([]float64, signals), make([]float64, signals)
	inYes, yes := make([]float64, signals), 0.0
	for _, l := range list {
		holds := c.yes(l)
		if holds {
			yes++
		}
		for _, s := range l.signals {
			counts[s]++
			if holds {
				inYes[s]++
			}
		}
	}
	no := float64(len(list)) - yes
	for s := range scale {
		if c.ignored != nil && c.ignored[s] {
			continue
		}
		scale[s] = math.Abs(math.Log((1 + inYes[s]) / (2 + yes) * (2 + no) / (1 + counts[s] - inYes[s])))
	}
	return counts, scale
}

// validate returns the sum of each lesson, learned from other writers' lessons.
func (c *course) validate(signals int) []float64 {
	sizes := make(map[string]int)
	for _, l := range c.list {
		sizes[l.writer]++
	}
	writers := make([]string, 0, len(sizes))
	for writer := range sizes {
		writers = append(writers, writer)
	}
	slices.SortFunc(writers, func(a, b string) int { return cmp.Or(sizes[b]-sizes[a], strings.Compare(a, b)) })
	fold, filled := make(map[string]int), make([]int, folds)
	for _, writer := range writers {
		least := slices.Index(filled, slices.Min(filled))
		fold[writer] = least
		filled[least] += sizes[writer]
	}
	sums := make([]float64, len(c.list))
	for k := range folds {
		var others []*lesson
		for _, l := range c.list {
			if fold[l.writer] != k {
				others = append(others, l)
			}
		}
		m := c.learn(others, signals)
		for i, l := range c.list {
			if fold[l.writer] == k {
				sums[i] = m.sum(l)
			}
		}
	}
	return sums
}

// makeTable learns from all lessons and writes the table. Each code keeps the
// signals that matter most to it, as many as there is room for, and learns anew
// from those alone.
func makeTable(t *testing.T, file string, lessons []lesson, names []string, courses []course, room int) {
	t.Helper()
	type pair struct {
		course, signal int
		matters        float64
	}
	var pairs []pair
	for k := range courses {
		c := &courses[k]
		m := c.learn(c.list, len(names))
		counts, _ := c.contrast(c.list, len(names))
		for s, w := range m.weights {
			if w != 0 {
				pairs = append(pairs, pair{k, s, math.Sqrt(counts[s]) * math.Abs(w) / float64(c.least)})
			}
		}
		c.cost *= c.again
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(b.matters, a.matters) })
	// A weight takes three bytes or more.
	for most := min(len(pairs), room/3); ; most = most * 19 / 20 {
		kept := make(map[string][]bool)
		for _, p := range pairs[:most] {
			name := names[p.signal]
			if kept[name] == nil {
				kept[name] = make([]bool, len(courses))
			}
			kept[name][p.course] = true
		}
		left := slices.Sorted(maps.Keys(kept))
		number(lessons, left)
		for k := range courses {
			courses[k].ignored = make([]bool, len(left))
			for s, name := range left {
				courses[k].ignored[s] = !kept[name][k]
			}
		}
		if table := learnTable(left, courses); len(table) <= room {
			if err := os.WriteFile(file, []byte(table), 0o644); err != nil {
				t.Fatal(err)
			}
			t.Logf("%s: %d lines, %d bytes", file, strings.Count(table, "\n"), len(table))
			return
		}
	}
}

// learnTable learns the weights of signals and writes them as a table.
func learnTable(names []string, courses []course) string {
	rows := make(map[string]string)
	bias := "bias\t"
	for k := range courses {
		c := &courses[k]
		m := c.learn(c.list, len(names))
		letter := string(c.letter)
		bias += fmt.Sprintf("%s%d ", letter, rounded(m.bias+c.shift))
		if k == 0 {
			letter = ""
		}
		for s, w := range m.weights {
			if n := rounded(w); max(n, -n) >= c.least {
				rows[names[s]] += fmt.Sprintf(" %s%d", letter, n)
			}
		}
	}
	// What goes on from words stands under them, with or without weights.
	for _, name := range names {
		if _, ok := rows[name]; !ok || strings.HasPrefix(name, "=") {
			continue
		}
		for at := strings.LastIndexByte(name, ' '); at > 0; at = strings.LastIndexByte(name[:at], ' ') {
			rows[name[:at]] += ""
		}
	}
	paths := make([][]string, 0, len(rows))
	for name := range rows {
		if strings.HasPrefix(name, "=") {
			paths = append(paths, []string{name})
		} else {
			paths = append(paths, strings.Split(name, " "))
		}
	}
	slices.SortFunc(paths, slices.Compare)
	var table strings.Builder
	table.WriteString(strings.TrimSpace(bias) + "\n")
	for _, path := range paths {
		table.WriteString(strings.Repeat(" ", len(path)-1) + path[len(path)-1])
		if row := rows[strings.Join(path, " ")]; row != "" {
			table.WriteString("\t" + strings.TrimSpace(row))
		}
		table.WriteByte('\n')
	}
	return table.String()
}

func rounded(w float64) int { return max(-127, min(127, int(math.Round(w*perUnit)))) }
