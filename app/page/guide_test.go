package page

import (
	"slices"
	"strings"
	"testing"

	"pleiades/shared/availability"
	"pleiades/shared/guidance"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
)

const (
	inDangerNow = "I am going to kill myself tonight."
	heavy       = "Sometimes I think everyone would be better off without me."
)

// tooLong has 400 words.
var tooLong = strings.Repeat("On the way home we spoke about the garden again. ", 40)

func codesOf(cards []card) []guidance.Code {
	var codes []guidance.Code
	for _, c := range cards {
		codes = append(codes, c.code)
	}
	return codes
}

func lookAt(g *guide, text string) advice {
	return g.look(&lexicon{}, message.Text(text), availability.StyleOpen)
}

func TestGuide(t *testing.T) {
	t.Run("says nothing of nothing", func(t *testing.T) {
		if a := lookAt(newGuide(), " \n"); a.cards != nil || a.notes != nil || a.marks != nil {
			t.Errorf("got %+v", a)
		}
	})

	t.Run("leaves out what was put aside, as long as the draft lives", func(t *testing.T) {
		g := newGuide()
		if !slices.Contains(codesOf(lookAt(g, tooLong).cards), guidance.TooLong) {
			t.Fatal("it never was there")
		}
		g.dismiss(guidance.TooLong)
		if slices.Contains(codesOf(lookAt(g, tooLong+" More.").cards), guidance.TooLong) {
			t.Error("it is back")
		}
		if !slices.Contains(codesOf(lookAt(newGuide(), tooLong).cards), guidance.TooLong) {
			t.Error("the next draft lacks it")
		}
	})

	t.Run("opens help by itself in present danger, and makes a line of it on request", func(t *testing.T) {
		g := newGuide()
		helpOf := func() helpShown { return lookAt(g, inDangerNow).cards[0].help }
		if helpOf() != helpOpen {
			t.Error("it is not open")
		}
		g.dismiss(guidance.CrisisImminent)
		if helpOf() != helpLine {
			t.Error("it is no line")
		}
		g.unfold(guidance.CrisisImminent)
		if helpOf() != helpOpen {
			t.Error("it does not open again")
		}
	})

	t.Run("offers help where it is heavy", func(t *testing.T) {
		g := newGuide()
		helpOf := func() helpShown { return lookAt(g, heavy).cards[0].help }
		if helpOf() != helpOffer {
			t.Error("it is no offer")
		}
		g.unfold(guidance.CrisisConcern)
		if helpOf() != helpOpen {
			t.Error("it does not open")
		}
		g.dismiss(guidance.CrisisConcern)
		if helpOf() != helpLine {
			t.Error("it is no line")
		}
		if lookAt(g, inDangerNow).cards[0].help != helpOpen {
			t.Error("present danger is put aside with it")
		}
	})

	t.Run("shows no style advice beside help, even where that was put aside", func(t *testing.T) {
		g := newGuide()
		g.dismiss(guidance.CrisisImminent)
		if got := codesOf(lookAt(g, inDangerNow+" "+tooLong).cards); !slices.Equal(got, []guidance.Code{guidance.CrisisImminent}) {
			t.Errorf("shows %v", got)
		}
	})

	t.Run("announces each card once a draft", func(t *testing.T) {
		g := newGuide()
		cards := lookAt(g, inDangerNow).cards
		if !g.unsaid(cards) || len(g.say(cards)) != 1 || g.unsaid(cards) || len(g.say(cards)) != 0 {
			t.Error("announced never or twice")
		}
	})

	t.Run("looks the same while only words change", func(t *testing.T) {
		g := newGuide()
		if !lookAt(g, tooLong).same(lookAt(g, tooLong+" And on.")) {
			t.Error("it would be drawn again at every keystroke")
		}
		if lookAt(g, tooLong).same(lookAt(g, heavy)) {
			t.Error("other cards look the same")
		}
	})
}

func finding(code guidance.Code, start, end int) guidance.Finding {
	return guidance.Finding{Code: code, Level: code.Level(), Start: start, End: end, Rule: "en/reason/name"}
}

func TestPick(t *testing.T) {
	pickCodes := func(found ...guidance.Finding) []guidance.Code {
		var codes []guidance.Code
		for _, c := range pick(found) {
			codes = append(codes, c.Code)
		}
		return codes
	}
	for name, c := range map[string]struct {
		found []guidance.Finding
		want  []guidance.Code
	}{
		"two pieces of advice at most": {
			[]guidance.Finding{finding(guidance.SensitiveIdentifier, 0, 1), finding(guidance.UrgentTiming, 0, 1), finding(guidance.Boundary, 0, 1)},
			[]guidance.Code{guidance.SensitiveIdentifier, guidance.UrgentTiming},
		},
		"every kind word and note beside advice": {
			[]guidance.Finding{finding(guidance.TooLong, 0, 1), finding(guidance.RelevantUpdate, 0, 1), finding(guidance.RelevantUpdate, 2, 3), finding(guidance.Logistics, 0, 1)},
			[]guidance.Code{guidance.TooLong, guidance.RelevantUpdate, guidance.Logistics},
		},
		"no kind word beside one about boundaries": {
			[]guidance.Finding{finding(guidance.Boundary, 0, 1), finding(guidance.ClearRequest, 0, 1), finding(guidance.Logistics, 0, 1)},
			[]guidance.Code{guidance.Boundary, guidance.Logistics},
		},
		"none of them in danger": {
			[]guidance.Finding{finding(guidance.CrisisConcern, 0, 1), finding(guidance.UrgentTiming, 0, 1), finding(guidance.RelevantUpdate, 0, 1)},
			[]guidance.Code{guidance.CrisisConcern, guidance.UrgentTiming},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := pickCodes(c.found...); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestLookAtWhatIsHardlyBegun(t *testing.T) {
	for _, text := range []string{"H", "Hi", "Hi Dr"} {
		if a := lookAt(newGuide(), text); len(a.cards) > 0 {
			t.Errorf("%q: %+v", text, a.cards)
		}
	}
	if a := lookAt(newGuide(), "kms"); a.danger() == "" {
		t.Error("danger in one word waits")
	}

	const begun, ended = "Everything is off again", "Everything is off again."
	g := newGuide()
	if a := lookAt(g, begun); len(a.cards) > 0 {
		t.Errorf("in the middle of a sentence: %+v", a.cards)
	}
	if !g.settle(begun) || len(lookAt(g, begun).cards) == 0 {
		t.Error("a pause changes nothing")
	}
	if len(lookAt(g, begun+" to").cards) == 0 {
		t.Error("the card goes with the next word")
	}
	if len(lookAt(newGuide(), ended).cards) == 0 {
		t.Error("the end of a sentence changes nothing")
	}
	if newGuide().settle("Hi") {
		t.Error("a pause after one word asks what is meant")
	}
}

func TestMarks(t *testing.T) {
	of := func(found ...guidance.Finding) []guidance.Card {
		var cards []guidance.Card
		for _, f := range found {
			cards = append(cards, guidance.Card{Code: f.Code, Level: f.Level, Findings: []guidance.Finding{f}})
		}
		return cards
	}
	const text = "ab 😭 cdef g"
	safety, advises := guidance.LevelSafety, guidance.LevelAdvice

	for name, c := range map[string]struct {
		about []guidance.Card
		want  []part
	}{
		"count as browsers do":     {of(finding(guidance.UrgentTiming, 6, 10)), []part{{"ab 😭 ", ""}, {"cdef", advises}, {" g", ""}}},
		"hold characters together": {of(finding(guidance.UrgentTiming, 3, 5)), []part{{"ab ", ""}, {"😭", advises}, {" cdef g", ""}}},
		"reach the ends":           {of(finding(guidance.CrisisConcern, 0, 12)), []part{{text, safety}}},
		"let safety go first": {
			of(finding(guidance.CrisisConcern, 0, 5), finding(guidance.UrgentTiming, 3, 10)),
			[]part{{"ab 😭", safety}, {" cdef", advises}, {" g", ""}},
		},
		"are none about the whole text":            {of(finding(guidance.Vague, 0, 12)), nil},
		"bear with findings about an earlier text": {of(finding(guidance.UrgentTiming, 11, 40)), []part{{"ab 😭 cdef ", ""}, {"g", advises}}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := marks(text, c.about); !slices.Equal(got, c.want) {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestMovedMarks(t *testing.T) {
	const old, new = "😭 please reply now", "😭 so please reply nnow"
	a := advice{about: []guidance.Card{{Code: guidance.UrgentTiming, Level: guidance.LevelAdvice, Findings: []guidance.Finding{finding(guidance.UrgentTiming, 10, 19)}}}}
	want := []part{{"😭 so please ", ""}, {"reply nnow", guidance.LevelAdvice}}
	if got := a.moved(old, "😭 so please reply now").moved("😭 so please reply now", new).marks; !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := a.moved(old, "😭 please ").marks; got != nil {
		t.Errorf("marks what is gone: %+v", got)
	}
}

func TestNoticed(t *testing.T) {
	cards := phrase.CardsIn("en")
	quote := func(code guidance.Code, text, words string) string {
		start := unitsIn(text[:strings.Index(text, words)])
		return noticed(cards, guidance.Card{Code: code, Findings: []guidance.Finding{finding(code, start, start+unitsIn(words))}}, text)
	}
	if got := quote(guidance.UrgentTiming, "😭 please reply now, yes?", "reply now"); !strings.Contains(got, "“reply now”") {
		t.Errorf("got %q", got)
	}
	for name, got := range map[string]string{
		"private words":  quote(guidance.SensitiveIdentifier, "My PIN is 4821 now", "4821"),
		"heavy words":    quote(guidance.CrisisConcern, "I wish I was dead, sometimes", "I wish I was dead"),
		"the whole text": quote(guidance.Vague, "Everything is off", "Everything is off"),
		"long ones":      quote(guidance.Boundary, "So: "+tooLong, tooLong),
	} {
		if got != "" {
			t.Errorf("repeats %s: %q", name, got)
		}
	}
}

func TestReason(t *testing.T) {
	for _, lang := range []string{"en", "es"} {
		in := new(lexicon).in(lang)
		f := finding(guidance.Boundary, 0, 1)
		f.Rule = lang + "/attack/insult"
		if got := in.reason(f); !strings.HasPrefix(got, in.reasons["attack"]) || !strings.HasSuffix(got, in.Advice[guidance.Boundary].Why) {
			t.Errorf("got %q", got)
		}
		f.Rule = lang + "/made-up/rule"
		if got := in.reason(f); got != in.Advice[guidance.Boundary].Why {
			t.Errorf("got %q for a reason nobody explained", got)
		}
	}
}

// TestWants holds the lines that a tap adds to what they are for: afterwards
// the text says what is wanted.
func TestWants(t *testing.T) {
	for lang, text := range map[string]string{
		"en": "I saw my father on Saturday and we argued about the garden.",
		"es": "El sábado vi a mi padre y discutimos por el jardín.",
	} {
		for _, want := range phrase.CardsIn(lang).Wants {
			text := appendLine(text, want.Line).apply(text)
			for _, f := range guidance.Review(text, guidance.Context{}) {
				if f.Code == guidance.UnclearRequest || f.Code == guidance.UrgentTiming {
					t.Errorf("%q: %s (%s)", want.Line, f.Code, f.Rule)
				}
			}
		}
	}
}
