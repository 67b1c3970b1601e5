package guidance

import (
	"slices"
)

// className returns a class's name, for errors.
func (s *ruleset) className(class int32) string {
	for name, id := range s.classIDs {
		if id == class {
			return name
		}
	}
	return "a rule"
}

// breaks reports whether a word begins a clause after another.
func (s *ruleset) breaks(before, word int32) bool {
	return slices.Contains(s.ofWord[word], s.breakers) ||
		slices.Contains(s.ofWord[word], s.subjects) && slices.Contains(s.ofWord[before], s.joiners)
}

// recognize looks a token up: its word as written, else as a known misspelling,
// else by its stems.
func (s *ruleset) recognize(t *token) {
	if t.word = s.ids[t.text]; t.word == 0 && len(t.text) >= 6 && t.kind&kindName == 0 {
		if word, ok := s.correct(t.text); ok {
			t.text, t.word = word, s.ids[word]
		}
	}
	if t.word == 0 {
		t.stems = s.stemClasses(t.text)
	}
}

// stemClasses returns the classes of the stems that a text begins with.
func (s *ruleset) stemClasses(text string) []int32 {
	var classes []int32
	for n := s.stemRange[0]; n <= len(text) && n <= s.stemRange[1]; n++ {
		classes = append(classes, s.stems[text[:n]]...)
	}
	return classes
}

// correct returns the fuzzy word that a text is one slip away from: a letter
// too many, missing, exchanged or swapped with its neighbour.
func (s *ruleset) correct(text string) (string, bool) {
	if word, ok := s.fuzzy[text]; ok {
		return word, true
	}
	var buffer [32]byte
	if len(text) > len(buffer) {
		return "", false
	}
	for i := range len(text) {
		less := append(append(buffer[:0], text[:i]...), text[i+1:]...)
		if word, ok := s.fuzzy[string(less)]; ok && len(word) <= len(text)+1 && word[0] == text[0] {
			return word, true
		}
	}
	return "", false
}

// deletions returns a word without each of its letters.
func deletions(word string) []string {
	list := make([]string, 0, len(word))
	for i := range len(word) {
		list = append(list, word[:i]+word[i+1:])
	}
	return list
}

// shorten returns a word without the drawn-out letters of sooooo and pleaaase,
// in the form the rules know, if they know one.
func (s *ruleset) shorten(text string) string {
	long := false
	for i := 2; i < len(text) && !long; i++ {
		long = text[i] == text[i-1] && text[i] == text[i-2]
	}
	if !long {
		return text
	}
	for keep := 2; keep >= 1; keep-- {
		short := make([]byte, 0, len(text))
		for i := 0; i < len(text); {
			run := 1
			for i+run < len(text) && text[i+run] == text[i] {
				run++
			}
			if run > 2 {
				short = append(short, text[i:i+keep]...)
			} else {
				short = append(short, text[i:i+run]...)
			}
			i += run
		}
		_, known := s.spelling[string(short)]
		_, said := s.say[string(short)]
		if known || said || keep == 1 {
			return string(short)
		}
	}
	return text
}
