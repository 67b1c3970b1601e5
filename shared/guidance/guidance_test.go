package guidance

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"pleiades/shared/availability"
)

// codes returns the codes of findings, each once.
func codes(found []Finding) []Code {
	var list []Code
	for _, f := range found {
		if !slices.Contains(list, f.Code) {
			list = append(list, f.Code)
		}
	}
	return list
}

// words returns what a finding speaks of.
func words(text string, f Finding) string {
	return string(utf16.Decode(utf16.Encode([]rune(text))[f.Start:f.End]))
}

func find(found []Finding, code Code) (Finding, bool) {
	i := slices.IndexFunc(found, func(f Finding) bool { return f.Code == code })
	if i < 0 {
		return Finding{}, false
	}
	return found[i], true
}

func TestReview(t *testing.T) {
	t.Run("a blank text has no findings", func(t *testing.T) {
		for _, text := range []string{"", " ", "\n\t\u00a0", "\u200b", "\ufeff \u200d"} {
			if found := Review(text, Context{}); len(found) != 0 {
				t.Errorf("%q: got %v", text, found)
			}
		}
	})
	t.Run("danger is found however it is written", func(t *testing.T) {
		for _, text := range []string{
			"I want to kill myself", "i wanna k!ll myself", "I WANT TO KILL MYSELF", "i want 2 k1ll mys3lf", "i want to kiiiiill myself",
			"I w\u0430nt to kill mys\u0435lf", "𝐈 𝐰𝐚𝐧𝐭 𝐭𝐨 𝐤𝐢𝐥𝐥 𝐦𝐲𝐬𝐞𝐥𝐟", "ｉ ｗａｎｔ ｔｏ ｋｉｌｌ ｍｙｓｅｌｆ", "i want to k i l l m y s e l f", "i want to k.m.s", "i wanna kms",
			"i\u2019m going to unal!ve myself", "i want to ki\u200bll my\u00adself", "I want to k*ll myself", "quiero morirme, no puedo más 😭 i want to die",
			"im gonna comit sucide", "I want\n to kill myself", "voy a matarlo cuando llegue a casa", "quiero matarlo",
		} {
			if _, ok := find(Review(text, Context{}), CrisisConcern); ok {
				continue
			}
			if _, ok := find(Review(text, Context{}), CrisisImminent); !ok {
				t.Errorf("%q: got %v", text, Review(text, Context{}))
			}
		}
	})
	t.Run("what only sounds like danger is not", func(t *testing.T) {
		for _, text := range []string{
			"I'm dying to tell you", "This deadline is killing me", "I am not suicidal, just tired", "I don't want to die",
			"My father died when I was nine", "In the novel the hero wants to die", "I could kill for a coffee",
			"My boss is going to kill me when she sees the report",
		} {
			if found := Review(text, Context{}); len(found) > 0 && found[0].Level == LevelSafety {
				t.Errorf("%q: got %v", text, found)
			}
		}
	})
	t.Run("safety comes first, and concern gives way to danger", func(t *testing.T) {
		found := Review("I wish I was dead. I'm going to kill myself tonight. My PIN is 4821.", Context{})
		if len(found) < 2 || found[0].Code != CrisisImminent || slices.Contains(codes(found), CrisisConcern) || !slices.Contains(codes(found), SensitiveIdentifier) {
			t.Errorf("got %v", found)
		}
	})
	t.Run("findings speak of their words", func(t *testing.T) {
		text := "😭 ok. I want to die 🙏"
		f, ok := find(Review(text, Context{}), CrisisConcern)
		if !ok || words(text, f) != "I want to die" || f.Reason() == "" || !strings.HasPrefix(f.Rule, "en/") {
			t.Errorf("got %+v", f)
		}
	})
	t.Run("the same text has the same findings", func(t *testing.T) {
		text := "I can't do this any more and I want to die. My card is 4111 1111 1111 1111, call me today!"
		want := Review(text, Context{})
		for range 20 {
			if got := Review(text, Context{}); !reflect.DeepEqual(got, want) {
				t.Fatalf("got %v, want %v", got, want)
			}
		}
	})
}

func TestTooLong(t *testing.T) {
	word := func(n int) string { return strings.TrimSpace(strings.Repeat("word ", n)) }
	for _, c := range []struct {
		name, text string
		beyond     int // UTF-16 code units beyond the limit, 0 if within
	}{
		{"250 words pass", word(250), 0},
		{"251 words are too long by one", word(251), 4},
		{"white space around does not count", "\n " + word(250) + " \n", 0},
		{"1,800 characters pass", strings.Repeat("ä", 1800), 0},
		{"1,801 characters are too long by one", strings.Repeat("ä", 1801), 1},
		{"characters count composed", strings.Repeat("a\u0308", 1800), 0},
		{"the one beyond may be two marks and a letter", strings.Repeat("a\u0308", 1801), 2},
		{"nor is Hangul taken apart", strings.Repeat("\u1112\u1161\u11ab", 1801), 3},
		{"a line end beyond is beyond as a whole", strings.Repeat("ä", 1800) + "\r\nä", 3},
		{"characters are not UTF-16 code units", strings.Repeat("😭", 1800), 0},
		{"but offsets are", strings.Repeat("😭", 1801), 2},
		{"a line end of two characters counts once", strings.Repeat("xxxxxxx\r\n", 225), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, ok := find(Review(c.text, Context{}), TooLong)
			if ok != (c.beyond > 0) || ok && f.End-f.Start != c.beyond {
				t.Errorf("got %+v, want %d beyond", f, c.beyond)
			}
		})
	}
}

func TestShow(t *testing.T) {
	of := func(codes ...Code) []Finding {
		var found []Finding
		for i, code := range codes {
			found = append(found, Finding{Code: code, Level: code.Level(), Start: i, End: i + 1})
		}
		return found
	}
	for _, c := range []struct {
		name        string
		found, want []Code
	}{
		{"nothing", nil, nil},
		{"two pieces of advice at most", []Code{UrgentTiming, Boundary, TooLong}, []Code{UrgentTiming, Boundary}},
		{"findings of one code share a card", []Code{SensitiveIdentifier, SensitiveIdentifier, UrgentTiming, Boundary}, []Code{SensitiveIdentifier, UrgentTiming}},
		{"vague asks already what is wanted", []Code{Vague, UnclearRequest}, []Code{Vague}},
		{"praise where there is no advice", []Code{RelevantUpdate, ClearRequest}, []Code{RelevantUpdate}},
		{"no praise beside advice", []Code{TooLong, RelevantUpdate, Logistics}, []Code{TooLong}},
		{"a note alone", []Code{Logistics}, []Code{Logistics}},
		{"beside danger nothing that stands in the way", []Code{CrisisImminent, Boundary, TooLong, UnclearRequest, RelevantUpdate}, []Code{CrisisImminent}},
		{"beside danger what must not be sent and who may not answer", []Code{CrisisConcern, SensitiveIdentifier, UrgentTiming, TooLong}, []Code{CrisisConcern, SensitiveIdentifier, UrgentTiming}},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := of(c.found...)
			shown := 0
			var got []Code
			for _, card := range Show(found) {
				got = append(got, card.Code)
				shown += len(card.Findings)
				if card.Level != card.Code.Level() {
					t.Errorf("%s: level %s", card.Code, card.Level)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if len(c.want) == len(codes(found)) && shown != len(found) {
				t.Errorf("%d of %d findings on cards", shown, len(found))
			}
		})
	}
}

// FuzzReview feeds texts of any kind: no panic, every span within the text and
// not through a surrogate pair, most important first.
func FuzzReview(f *testing.F) {
	for _, seed := range []string{
		"", "I want to die", "k!ll mys3lf 🔪", "\xff\xfe", "a\u0301\u0302", "My PIN is 4821", "¿Puedo? sí… no", "4111 1111 1111 1111", "k.m.s.", "\u200b\u200b",
		"DE89 3704 0044 0532 0130 00", "“quoted” ‘words’", "i i i i i", "........", "a'", "'", "!1|@4$5", strings.Repeat("so ", 300), "ﬁ ½ ㎏ 𝐝𝐢𝐞", "🏳️‍🌈👩‍👩‍👧",
	} {
		f.Add(seed, "", "")
		f.Add(seed, "es", "none")
	}
	f.Fuzz(func(t *testing.T, text, language, style string) {
		found := Review(text, Context{Language: language, Style: availability.Style(style)})
		all := utf16.Encode([]rune(strings.ToValidUTF8(text, "\ufffd")))
		if utf8.ValidString(text) && len(all) != units(text) {
			t.Fatalf("%d code units, counted %d", len(all), units(text))
		}
		for i, f := range found {
			if f.Start < 0 || f.Start >= f.End || f.End > units(text) {
				t.Fatalf("%q: %+v is out of bounds", text, f)
			}
			if utf8.ValidString(text) && (splits(all, f.Start) || splits(all, f.End)) {
				t.Fatalf("%q: %+v splits a pair", text, f)
			}
			if f.Level != f.Code.Level() || f.Rule == "" || f.Reason() == "" {
				t.Fatalf("%q: %+v is incomplete", text, f)
			}
			if i > 0 && (found[i-1].Code.rank() > f.Code.rank() || found[i-1].Code == f.Code && found[i-1].End > f.Start) {
				t.Fatalf("%q: %+v comes after %+v", text, f, found[i-1])
			}
		}
		Show(found)
	})
}

// splits reports whether an offset lies within a surrogate pair.
func splits(text []uint16, at int) bool {
	return at > 0 && at < len(text) && utf16.IsSurrogate(rune(text[at-1])) && text[at-1] < 0xdc00 && text[at] >= 0xdc00 && text[at] < 0xe000
}

// TestForeign advises nobody in a language that they do not write in.
func TestForeign(t *testing.T) {
	for _, text := range []string{
		"Je suis triste ce soir", "Je n'ai pas dormi et je ne sais pas quoi faire.", "Ich kann nicht schlafen und mir ist schlecht.",
		"Non sono sicura e non so perché", "Não sei o que fazer com a minha irmã, estou muito mal",
	} {
		if found := Review(text, Context{}); len(found) > 0 {
			t.Errorf("%q: found %v", text, found)
		}
	}
}

// TestAnswers asks nobody who thanks or agrees what happened.
func TestAnswers(t *testing.T) {
	for _, text := range []string{
		"Thanks!", "Thank you, that helps a lot.", "Yes", "Yes please", "Yes, Tuesday works", "Yes, I will try that.", "Will do, thanks", "Got it",
		"No problem", "Of course", "Good morning", "Done!", "Sorry I missed this. Yes please.", "haha ok", "Ok, I'll do that",
		"¡Gracias!", "Vale, gracias", "Sí", "Sí, por favor", "Claro que sí", "Entendido, gracias", "Listo, gracias", "De acuerdo, lo intento", "Buenos días",
	} {
		if found := Review(text, Context{}); has(found, Vague) {
			t.Errorf("%q is vague: %v", text, found)
		}
	}
	for _, text := range []string{
		"Yes it happened again", "Ok so that thing again", "No, everything is bad", "Thanks but it's all getting worse and I don't know",
		"Sí, volvió a pasar eso", "Pues nada, lo de siempre, mal",
	} {
		if found := Review(text, Context{}); !has(found, Vague) {
			t.Errorf("%q is not vague: %v", text, found)
		}
	}
}
