package guidance

import (
	"slices"
	"strings"
)

// cueNames are the classes that judges and the model look at, and topicNames
// those that tell what a text is about. A language need not have them all.
var (
	cueNames = strings.Fields(`you ask order polite next_time no_reply tell_why notice thanks greeting opinion
		blur blur_state blur_phrase listing since_then dated not_change anniversary
		up_part up_work up_home up_health up_med up_relapse up_selfharm up_harm up_death up_back up_other
		log_time log_money log_form log_access urg_now urg_hard urg_plea no_rush
		platform your_own with_you about_you plan_you bnd_weak attack_cue insult review other_therapist
		kin weekday month small_number #number #time #name #quoted #upper`)
	topicNames = strings.Fields(`topic_sleep topic_work topic_school topic_parent topic_sibling topic_partner topic_child
		topic_money topic_housing topic_health topic_meds topic_food topic_drink topic_grief topic_friend topic_self
		topic_exercise topic_pet topic_law topic_car topic_faith topic_identity topic_event topic_admin topic_hobby topic_tech`)
	changeNames    = strings.Fields("up_part up_work up_home up_health up_med up_relapse up_selfharm up_harm up_death up_back up_other")
	logisticsNames = strings.Fields("log_time log_money log_form log_access")
	outsideNames   = strings.Fields("insult review platform attack_cue bnd_weak")
)

// guide knows which classes of a ruleset are cues and topics, and how they are
// weighed.
type guide struct {
	roles   []role   // by class
	ofWord  [][]role // by word: the roles of its classes that have one
	numbers map[string]int
	ask     int16 // the cue
	model   *model
}

// role is what a class is to a survey.
type role struct {
	cue   int16 // place in cueNames, or -1
	topic int16 // place in topicNames, or -1
	plain bool  // a word of the class says nothing in particular
}

// none is the role of a class at which no survey looks.
var none = role{cue: -1, topic: -1}

func newGuide(rules *ruleset, m *model) *guide {
	g := &guide{
		roles: slices.Repeat([]role{none}, len(rules.byClass)), ofWord: make([][]role, len(rules.ofWord)),
		numbers: make(map[string]int), model: m,
	}
	for i, name := range cueNames {
		g.numbers[name] = i
		if class, ok := rules.classIDs[name]; ok {
			g.roles[class].cue = int16(i)
		}
	}
	g.ask = int16(g.numbers["ask"])
	for i, name := range topicNames {
		if class, ok := rules.classIDs[name]; ok {
			g.roles[class].topic = int16(i)
		}
	}
	if class, ok := rules.classIDs["plain"]; ok {
		g.roles[class].plain = true
	}
	for word, classes := range rules.ofWord {
		for _, class := range classes {
			if g.roles[class] != none {
				g.ofWord[word] = append(g.ofWord[word], g.roles[class])
			}
		}
	}
	return g
}

// cueSet is a set of cues, by their place in cueNames.
type cueSet [2]uint64

func (c *cueSet) has(i int) bool { return c[i>>6]>>(i&63)&1 != 0 }

// survey is what is counted once about a text, for all judges.
type survey struct {
	*analysis
	guide    *guide
	counts   []int    // by cue: how often it occurs, overlaps counted once
	in       []cueSet // by sentence: the cues that begin in it
	topics   []uint64 // by token: the topics that begin at it
	specific []bool   // by token: whether it says something in particular
	asks     bool     // something is asked for, not in quotes
	tells    bool     // it says why it is written, or that it is to be talked over
	scores   []int32  // of the model, by code
}

// surveyed returns the survey of a text, which is made once.
func (a *analysis) surveyed(g *guide) *survey {
	if a.survey != nil {
		return a.survey
	}
	s := &survey{
		analysis: a, guide: g, counts: make([]int, len(cueNames)), in: make([]cueSet, len(a.sentences)),
		topics: make([]uint64, len(a.tokens)), specific: make([]bool, len(a.tokens)),
	}
	a.survey = s
	ends := make([]int32, len(cueNames)) // by cue: the end of its last occurrence
	for p := range a.tokens {
		s.specific[p] = true
		for _, r := range g.ofWord[a.tokens[p].word] {
			s.note(p, r, int32(p)+1, ends)
		}
		for _, found := range a.spans[a.first[p]:a.last[p]] {
			s.note(p, g.roles[found.class], found.to, ends)
		}
	}
	for i := range s.sentences {
		s.asks = s.asks || s.sentences[i].question && s.questions(i)
	}
	s.tells = s.has("next_time", "no_reply", "tell_why", "notice")
	s.scores = g.model.weigh(s)
	return s
}

// note counts a class of this role that goes from a token to another.
func (s *survey) note(p int, r role, to int32, ends []int32) {
	if r.plain && to == int32(p)+1 {
		s.specific[p] = false
	}
	if r.topic >= 0 {
		s.topics[p] |= 1 << r.topic
	}
	c := r.cue
	if c < 0 {
		return
	}
	if c == s.guide.ask && s.tokens[p].kind&kindQuoted == 0 {
		s.asks = true
	}
	s.in[s.tokens[p].sentence][c>>6] |= 1 << (c & 63)
	if int32(p) >= ends[c] {
		s.counts[c]++
	}
	ends[c] = max(ends[c], to)
}

func (s *survey) count(name string) int { return s.counts[s.guide.numbers[name]] }

// has reports whether one of the cues occurs.
func (s *survey) has(names ...string) bool {
	for _, name := range names {
		if s.count(name) > 0 {
			return true
		}
	}
	return false
}

// inSentence reports whether one of the cues begins in a sentence.
func (s *survey) inSentence(i int, names ...string) bool {
	for _, name := range names {
		if s.in[i].has(s.guide.numbers[name]) {
			return true
		}
	}
	return false
}

// questions reports whether a sentence with a question mark is a question to
// the reader: not one that is quoted, or that the writer answers at once, nor
// "you know?".
func (s *survey) questions(i int) bool {
	at := s.sentences[i]
	if s.tokens[at.from].kind&kindQuoted != 0 && s.tokens[at.to-1].kind&kindQuoted != 0 {
		return false
	}
	if i+1 < len(s.sentences) {
		switch s.tokens[s.sentences[i+1].from].text {
		case "probably", "seguramente":
			return false
		case "yes", "no", "nothing", "none", "nobody", "si", "nada", "nadie", "ninguno":
			if !s.inSentence(i, "you") {
				return false
			}
		}
	}
	return at.to-at.from > 5 || at.to-at.from < 2 || s.tokens[at.from].text != "you" || s.tokens[at.from+1].text != "know"
}

// particulars counts the words that say something in particular.
func (s *survey) particulars() int {
	n := 0
	for _, ok := range s.specific {
		if ok {
			n++
		}
	}
	return n
}

// part is a stretch of tokens.
type part struct{ from, to int }

// parts cuts a text where divides says so.
func (s *survey) parts(divides func(p int) bool) []part {
	var parts []part
	for from, n := 0, len(s.tokens); from < n; {
		to := from + 1
		for to < n && !divides(to) {
			to++
		}
		parts = append(parts, part{from, to})
		from = to
	}
	return parts
}

// newSegment reports whether a segment begins at a token: after punctuation,
// and at "and".
func (s *survey) newSegment(p int) bool {
	t, before := &s.tokens[p], &s.tokens[p-1]
	if t.sentence != before.sentence || t.text == "and" || t.text == "also" || t.text == "y" || t.text == "tambien" {
		return true
	}
	return t.clause != before.clause && !s.rules.breaks(before.word, t.word)
}

func (s *survey) newSentence(p int) bool { return s.tokens[p].sentence != s.tokens[p-1].sentence }

// about returns the topics of a part.
func (s *survey) about(p part) uint64 {
	var topics uint64
	for _, t := range s.topics[p.from:p.to] {
		topics |= t
	}
	return topics
}

// freshTopics counts the parts whose topics are all new to the text.
func (s *survey) freshTopics(parts []part) int {
	n, before := 0, uint64(0)
	for _, p := range parts {
		topics := s.about(p)
		if topics != 0 && topics&before == 0 {
			n++
		}
		before |= topics
	}
	return n
}

// heads counts the parts that begin with something new: my thesis, the bank,
// Ana.
func (s *survey) heads(parts []part) int {
	var seen []string
	for _, p := range parts {
		i := p.from
		for i < p.to && i < p.from+3 && (leads(s.tokens[i].text) || s.tokens[i].kind&kindNumber != 0) {
			i++
		}
		if i == p.to {
			continue
		}
		head := s.tokens[i].text
		switch head {
		case "my", "the", "our", "a", "an", "no", "another", "mi", "mis", "el", "la", "los", "las", "un", "una", "otra", "otro":
			if i+1 == p.to {
				continue
			}
			head = s.tokens[i+1].text
		default:
			if s.tokens[i].kind&kindName == 0 && s.topics[i] == 0 {
				continue
			}
		}
		if !contains(seen, head) {
			seen = append(seen, head)
		}
	}
	return len(seen)
}

// leads reports whether a word leads to what a part is about.
func leads(word string) bool {
	switch word {
	case "and", "also", "then", "plus", "oh", "so", "first", "second", "third", "one", "two", "three",
		"whether", "about", "with", "between", "besides", "now", "well", "b", "c",
		"y", "tambien", "ademas", "luego", "primero", "segundo", "tercero", "que", "lo", "de", "si", "con", "entre", "encima", "en":
		return true
	}
	return false
}

// backward reports whether a word leads back to what was said before.
func backward(word string) bool {
	switch word {
	case "he", "she", "they", "it", "him", "her", "them", "that", "this", "then", "his", "their", "there",
		"ella", "ellos", "ellas", "eso", "esto", "le", "les", "su", "sus", "asi", "entonces":
		return true
	}
	return false
}

// matters counts the parts that seem to begin a matter of their own: of topics
// that are new to the text, or, where the topic is not known, without a word
// that leads back.
func (s *survey) matters(parts []part) int {
	n, before := 0, uint64(0)
	for _, p := range parts {
		topics := s.about(p)
		back, specific := false, false
		for i := p.from; i < p.to; i++ {
			back = back || backward(s.tokens[i].text)
			specific = specific || s.specific[i]
		}
		if topics != 0 && topics&before == 0 || topics == 0 && specific && !back && p.to-p.from >= 3 {
			n++
		}
		before |= topics
	}
	return n
}

// alike returns how many parts begin with the same word, at most, where it is
// not one with which many sentences begin. It looks at the first 50 parts.
func (s *survey) alike(parts []part) int {
	most := 0
	parts = parts[:min(len(parts), 50)]
	for i, p := range parts {
		word := s.opening(p)
		switch word {
		case "i", "he", "she", "it", "they", "we", "you", "the", "a", "that", "this", "in", "":
			continue
		}
		n := 1
		for _, q := range parts[i+1:] {
			if s.opening(q) == word {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// opening returns the word with which a part begins, less "and".
func (s *survey) opening(p part) string {
	if p.from+1 < p.to && s.tokens[p.from].text == "and" {
		p.from++
	}
	if p.to-p.from < 2 {
		return ""
	}
	return s.tokens[p.from].text
}

// shortRun returns how many parts of two to nine tokens stand in a row, at
// most.
func shortRun(parts []part) int {
	most, n := 0, 0
	for _, p := range parts {
		if n++; p.to-p.from < 2 || p.to-p.from > 9 {
			n = 0
		}
		most = max(most, n)
	}
	return most
}

// enumerations are the words that number the items of a list.
var enumerations = [][]string{
	{"1", "2", "3", "4", "5"}, {"one", "two", "three", "four"}, {"first", "second", "third", "fourth"},
	{"firstly", "secondly", "thirdly", "fourthly"}, {"a", "b", "c", "d"}, {"uno", "dos", "tres", "cuatro"}, {"primero", "segundo", "tercero", "cuarto"},
}

// enumerated returns how many items of a list are numbered in order.
func (s *survey) enumerated(parts []part) int {
	most := 0
	for _, words := range enumerations {
		n := 0
		for _, p := range parts {
			for i := p.from; i < p.to && i < p.from+2 && n < len(words); i++ {
				if s.tokens[i].text == words[n] {
					n++
					break
				}
			}
		}
		most = max(most, n)
	}
	return most
}

func contains(list []string, s string) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}
