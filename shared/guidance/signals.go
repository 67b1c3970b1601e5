package guidance

import (
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// signals collects what a model observes about a text, each observation at most
// once. "=ask>=2" says that the cue ask occurs at least twice.
type signals struct {
	model  *model
	seen   []bool          // by node of the model
	sums   []int32         // by code
	names  map[string]bool // all of them, kept for training only
	buffer []byte
}

// add adds an observation whose name is the parts together.
func (s *signals) add(parts ...string) {
	s.buffer = append(s.buffer[:0], '=')
	for _, part := range parts {
		s.buffer = append(s.buffer, part...)
	}
	if s.names != nil {
		s.names[string(s.buffer)] = true
	}
	if id := s.model.words[string(s.buffer)]; id != 0 {
		s.count(s.model.first[id])
	}
}

// count adds the weights of a node, once.
func (s *signals) count(node int32) {
	if s.seen[node] {
		return
	}
	s.seen[node] = true
	for _, w := range s.model.weights[node] {
		s.sums[w.code] += int32(w.weight)
	}
}

func (s *signals) addIf(ok bool, parts ...string) {
	if ok {
		s.add(parts...)
	}
}

// steps adds a signal for each step that a number reaches.
func (s *signals) steps(name string, n int, steps ...int) {
	for _, step := range steps {
		if n < step {
			return
		}
		s.add(name, ">=", strconv.Itoa(step))
	}
}

// observe adds all observations about a text.
func (s *signals) observe(v *survey) {
	for i, name := range cueNames {
		s.steps(name, v.counts[i], 1, 2, 3)
	}
	s.observeSize(v)
	s.observeTopics(v)
	s.observeLogistics(v)
	for i := range v.sentences {
		s.observeSentence(v, i)
	}
}

func (s *signals) observeSize(v *survey) {
	words, specific, questions := len(v.tokens), v.particulars(), 0
	for i := range v.sentences {
		if v.sentences[i].question {
			questions++
		}
	}
	s.steps("words", words, 4, 7, 11, 16, 24, 35, 50, 75, 110, 160, 220)
	s.steps("sentences", len(v.sentences), 2, 3, 4, 6, 9, 14)
	s.steps("specific", specific, 1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 25)
	s.steps("specific%", percentOf(specific, words), 5, 10, 15, 20, 25, 30, 35, 40, 50)
	s.steps("you%", percentOf(v.count("you"), words), 2, 5, 8, 12)
	s.steps("questions", questions, 1, 2, 3)
	s.steps("lines", 1+strings.Count(strings.TrimSpace(v.text), "\n"), 2, 3, 4, 6)
	s.addIf(v.asks, "asks")
	s.addIf(v.tells, "tells")
	s.addIf(!v.asks && !v.tells, "neither")
	s.addIf(v.asks && words <= 12, "asks short")
	s.addIf(v.courtesy(), "courtesy")
	for _, code := range []Code{CrisisImminent, CrisisConcern, SensitiveIdentifier, TooLong, Boundary} {
		s.addIf(v.Found(code), "found ", string(code))
	}
	s.addIf(v.Found(CrisisImminent) || v.Found(CrisisConcern), "found crisis")
	for _, f := range v.found {
		if f.Level == LevelSafety {
			s.observeDanger(v, f)
		}
	}
}

// observeDanger adds what a finding of danger is about: its rule tells an act that
// was done from a thought, and the sentence it stands in may say when.
func (s *signals) observeDanger(v *survey, f Finding) {
	_, rule, _ := strings.Cut(f.Rule, "/")
	s.add("rule ", rule)
	s.add("reason ", f.Reason())
	at := slices.IndexFunc(v.tokens, func(t token) bool { return int(t.start) >= f.Start })
	if at < 0 {
		return
	}
	i := int(v.tokens[at].sentence)
	dated := v.inSentence(i, "since_then")
	s.addIf(dated, "danger dated")
	s.addIf(dated && !v.inSentence(i, "not_change"), "danger sure, dated")
}

func (s *signals) observeTopics(v *survey) {
	words, listing := len(v.tokens), v.count("listing")
	segments, sentences := v.parts(v.newSegment), v.parts(v.newSentence)
	var all uint64
	with := 0
	for _, p := range sentences {
		if about := v.about(p); about != 0 {
			all |= about
			with++
		}
	}
	for i, name := range topicNames {
		s.addIf(all>>i&1 != 0, name)
	}
	topics := bits.OnesCount64(all)
	fresh, heads := v.freshTopics(segments), v.heads(segments)
	matters, told := v.matters(segments), v.matters(sentences)
	back := 0
	for i := range v.tokens {
		switch v.tokens[i].text {
		case "he", "she", "they", "it", "him", "her", "them", "ella", "ellos", "le", "les", "eso":
			back++
		}
	}
	lines := 1 + strings.Count(strings.TrimSpace(v.text), "\n")
	s.steps("topics", topics, 1, 2, 3, 4, 5, 6, 7, 8)
	s.steps("topics%", percentOf(topics, words), 3, 5, 7, 10, 14, 18)
	s.steps("topic sentences", with, 2, 3, 4, 5, 6)
	s.steps("fresh", fresh, 2, 3, 4, 5, 6)
	s.steps("fresh%", percentOf(fresh, words), 3, 5, 7, 10, 13, 16)
	s.steps("heads", heads, 2, 3, 4, 5, 6, 8)
	s.steps("heads%", percentOf(heads, words), 3, 6, 9, 12, 15, 18)
	s.steps("segments", len(segments), 2, 3, 4, 5, 6, 8, 10, 14)
	s.steps("matters", matters, 2, 3, 4, 5, 6, 8)
	s.steps("matters%", percentOf(matters, words), 4, 6, 8, 10, 12, 15)
	s.steps("alike", v.alike(segments), 3, 4, 5)
	s.steps("alike sentences", v.alike(sentences), 3, 4)
	s.steps("short run", shortRun(segments), 3, 4, 5, 7)
	enumerated := v.enumerated(segments)
	s.steps("enumerated", enumerated, 2, 3)
	s.steps("told", told, 2, 3, 4, 5, 6)
	s.steps("told%", percentOf(told, words), 3, 5, 7, 9, 12)
	s.steps("back%", percentOf(back, words), 1, 3, 5, 7, 10)
	s.addIf(topics >= 3 && listing >= 1, "topics, listing")
	s.addIf(topics >= 3 && listing >= 2, "topics, listing twice")
	s.addIf(topics >= 3 && lines >= 3, "topics, lines")
	s.addIf(fresh >= 3 && listing >= 1, "fresh, listing")
	s.addIf(fresh >= 3 && words <= 60, "fresh, short")
	s.addIf(fresh >= 3 && heads >= 3, "fresh, heads")
	s.addIf(heads >= 3 && words <= 40, "heads, short")
	s.addIf(matters >= 3 && listing >= 1, "matters, listing")
	s.addIf(matters >= 3 && told >= 3 && words <= 60, "matters, told, short")
}

func (s *signals) observeLogistics(v *survey) {
	sentences, places := 0, 0
	for i := range v.sentences {
		if v.inSentence(i, logisticsNames...) {
			sentences++
			s.addIf(i == 0, "log first")
		}
	}
	for _, name := range logisticsNames {
		places += v.count(name)
	}
	s.steps("log sentences%", percentOf(sentences, len(v.sentences)), 1, 30, 50, 75, 100)
	s.steps("log", places, 1, 2, 3, 4, 6)
	s.steps("log%", percentOf(places, len(v.tokens)), 2, 4, 6, 9, 13, 18)
}

// observeSentence adds what stands together in a sentence.
func (s *signals) observeSentence(v *survey, i int) {
	for _, name := range changeNames {
		if !v.inSentence(i, name) || v.inSentence(i, "anniversary") || v.sentences[i].question {
			continue
		}
		s.add(name, " told")
		s.add("change told")
		dated := v.inSentence(i, "since_then")
		s.addIf(dated, "change dated")
		if !v.inSentence(i, "not_change") {
			s.add(name, " sure")
			s.add("change sure")
			s.addIf(dated, "change sure, dated")
		}
	}
	asks := func(i int) bool {
		return i >= 0 && i < len(v.sentences) && (v.sentences[i].question || v.inSentence(i, "ask"))
	}
	near := asks(i-1) || asks(i) || asks(i+1)
	if v.inSentence(i, "urg_now") {
		s.addIf(asks(i), "now, asks")
		s.addIf(near, "now near asks")
	}
	if v.inSentence(i, "urg_hard") {
		s.addIf(near, "hard near asks")
		s.addIf(v.inSentence(i, "polite"), "hard, please")
	}
	if v.inSentence(i, "you") {
		for _, name := range outsideNames {
			s.addIf(v.inSentence(i, name), name, " you")
		}
	}
}

// percentOf is a part of a whole in percent.
func percentOf(part, whole int) int {
	if whole == 0 {
		return 0
	}
	return 100 * part / whole
}
