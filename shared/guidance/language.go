package guidance

import (
	"strings"
	"sync"
)

// The languages that there are rules for.
const (
	english = "en"
	spanish = "es"
)

// The rules are compiled when they are first needed.
var (
	englishRules = &rulesOnce{compile: func(pause func()) *ruleset {
		return weighing(englishDanger, must(build(english, englishJudges(), pause, rulesOf("en-base", "en-harmless", "en-safety", "en-signs", "en-plain", "en-advice")...)))
	}}
	spanishRules = &rulesOnce{compile: func(pause func()) *ruleset {
		return weighing(spanishDanger, must(build(spanish, spanishJudges(), pause, rulesOf("es-base", "es-harmless", "es-safety", "es-plain", "es-advice")...)))
	}}
	functionWords = sync.OnceValue(func() map[string]uint8 {
		words := make(map[string]uint8)
		for bit, name := range []string{"rules/en-base.rules", "rules/es-base.rules"} {
			var b book
			if err := b.read("functions", source(name)); err != nil {
				panic(err)
			}
			for _, word := range b.functions {
				words[word] |= 1 << bit
			}
		}
		for word := range strings.FieldsSeq(foreignWords) {
			words[word] = 4
		}
		return words
	})
)

// rulesOnce compiles rules once.
type rulesOnce struct {
	once    sync.Once
	compile func(pause func()) *ruleset
	rules   *ruleset
}

func (o *rulesOnce) get(pause func()) *ruleset {
	o.once.Do(func() { o.rules = o.compile(pause) })
	return o.rules
}

// Prepare makes what Review needs, which is work for some tenths of a second where
// programs run slowly. It calls pause again and again, in which a program of one
// thread can do other things. Review waits where it is called meanwhile.
func Prepare(pause func()) {
	functionWords()
	for _, rules := range []*rulesOnce{englishRules, spanishRules} {
		pause()
		rules.get(pause).danger()
	}
	for _, model := range []func() *model{englishModel, spanishModel} {
		pause()
		model()
	}
}

// atOnce is the pause of who waits.
func atOnce() {}

// must is for rules that are part of the program: a test reads them all.
func must(rules *ruleset, err error) *ruleset {
	if err != nil {
		panic(err)
	}
	return rules
}

// weighing gives rules the model that stands beside them.
func weighing(danger func() *model, rules *ruleset) *ruleset {
	rules.danger = danger
	return rules
}

// build compiles sources, given as name and text in turn.
func build(lang string, judges []judge, pause func(), sources ...string) (*ruleset, error) {
	var b book
	for i := 0; i+1 < len(sources); i += 2 {
		pause()
		if err := b.read(sources[i], sources[i+1]); err != nil {
			return nil, err
		}
	}
	return compile(lang, &b, judges, pause)
}

func rulesFor(lang string) *ruleset {
	if lang == spanish {
		return spanishRules.get(atOnce)
	}
	return englishRules.get(atOnce)
}

// languages returns the language whose rules all apply, and those whose safety
// rules apply too because some words may be theirs. The first is empty if the
// text is in a language without rules.
func languages(cells []cell, fixed string) (string, []string) {
	en, es, foreign, total := countWords(cells)
	mainLang, other := english, spanish
	if es > en || es == en && spanishSigns(cells) {
		mainLang, other = spanish, english
		en, es = es, en
	}
	switch {
	case fixed == mainLang:
	case fixed == other && en < 3*es+6:
		mainLang, other = other, mainLang
		en, es = es, en
	case total >= 8 && en*10 < total, foreign > 1 && foreign > en:
		return "", []string{english, spanish}
	}
	if en < 3 || es*6 >= en {
		return mainLang, []string{other}
	}
	return mainLang, nil
}

// foreignWords tell that a text is French, German, Italian or Portuguese. None is
// a word of English or Spanish.
const foreignWords = `je nous vous ils elle suis sont avec dans mais pas les des une cette ce ces
		mon ma ich und nicht ist mir mich dich sie wir ihr das der dem ein eine
		mit auf habe kann sono non gli della nel perche anche io nao voce eu meu minha uma muito sao estou ele ela isso`

// countWords returns how many words are function words of English alone, of
// Spanish alone and of other languages, and how many words there are.
func countWords(cells []cell) (en, es, foreign, total int) {
	words := functionWords()
	var buffer [16]byte
	for i := 0; i < len(cells); i++ {
		if !isLetter(cells[i].r) {
			continue
		}
		word := buffer[:0]
		for ; i < len(cells) && isLetter(cells[i].r); i++ {
			if cells[i].r < 0x80 && len(word) < len(buffer) {
				word = append(word, byte(cells[i].r))
			}
		}
		total++
		switch words[string(word)] {
		case 1:
			en++
		case 2:
			es++
		case 4:
			foreign++
		}
	}
	return en, es, foreign, total
}

// spanishSigns reports whether a text holds ¿ or ¡.
func spanishSigns(cells []cell) bool {
	for _, c := range cells {
		if strings.ContainsRune("¿¡", c.r) {
			return true
		}
	}
	return false
}
