package page

import (
	"slices"
	"strings"
	"testing"

	"pleiades/shared/message"
)

func TestEdit(t *testing.T) {
	const text = "a😭b é ñ" // 1, 2, 1, then one each
	for name, c := range map[string]struct {
		edit edit
		want string
	}{
		"in the place of an emoji":   {edit{span{1, 3}, "X"}, "aXb é ñ"},
		"behind an emoji":            {edit{span{3, 4}, ""}, "a😭 é ñ"},
		"at the end":                 {edit{span{8, 8}, "!"}, "a😭b é ñ!"},
		"of all":                     {edit{span{0, 8}, ""}, ""},
		"beyond the end":             {edit{span{20, 30}, "!"}, "a😭b é ñ!"},
		"never within a character":   {edit{span{2, 3}, ""}, "ab é ñ"},
		"that begins behind its end": {edit{span{4, 1}, "-"}, "a😭b- é ñ"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.edit.apply(text); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}

	t.Run("leaves the caret at its words", func(t *testing.T) {
		e := edit{span{4, 8}, "xy"}
		for at, want := range map[int]int{0: 0, 4: 4, 5: 5, 7: 6, 8: 6, 10: 8} {
			if got := e.moved(at); got != want {
				t.Errorf("from %d it goes to %d, want %d", at, got, want)
			}
		}
	})
}

func TestAppendLine(t *testing.T) {
	for text, want := range map[string]string{
		"":               "Please answer.",
		"  \n":           "Please answer.",
		"Hello":          "Hello\n\nPlease answer.",
		"Hello 👋 \n\n\n": "Hello 👋\n\nPlease answer.",
	} {
		if got := appendLine(text, "Please answer.").apply(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
	if e := appendLine("Hello 👋", "x"); e.moved(3) != 3 {
		t.Error("the caret in the text moves")
	}
}

func TestPrivateParts(t *testing.T) {
	at := func(text, part string) span {
		start := unitsIn(text[:strings.Index(text, part)])
		return span{start, start + unitsIn(part)}
	}
	const text = "🔑 is hunter2, the card 4111 1111 too"
	parts := []span{at(text, "hunter2"), at(text, "4111 1111")}
	all := func(text string, edits []edit) string {
		for _, e := range edits {
			text = e.apply(text)
		}
		return text
	}

	t.Run("are hidden one by one", func(t *testing.T) {
		if got, want := all(text, hide(parts)), "🔑 is ••••, the card •••• too"; got != want {
			t.Errorf("got %q", got)
		}
	})

	t.Run("are removed with their white space", func(t *testing.T) {
		if got, want := all(text, remove(text, parts)), "🔑 is, the card too"; got != want {
			t.Errorf("got %q", got)
		}
		for text, want := range map[string]string{"hunter2": "", "hunter2 is mine": "is mine", "Mine: hunter2": "Mine:"} {
			if got := all(text, remove(text, []span{at(text, "hunter2")})); got != want {
				t.Errorf("%q became %q, want %q", text, got, want)
			}
		}
	})
}

func TestRest(t *testing.T) {
	for _, c := range []struct{ text, part, want string }{
		{"One. Two. Three.", "Two.", "One. Three."},
		{"One.\n\nTwo.\n\nThree.", "Two.", "One.\n\nThree."},
		{"One 😭. Two.", "One 😭.", "Two."},
		{"One. Two.", "Two.", "One."},
		{"One.", "One.", ""},
	} {
		start := unitsIn(c.text[:strings.Index(c.text, c.part)])
		if got := rest(c.text, span{start, start + unitsIn(c.part)}); got != c.want {
			t.Errorf("%q without %q is %q, want %q", c.text, c.part, got, c.want)
		}
	}
}

func TestAsItems(t *testing.T) {
	t.Run("keeps a text whole that fits", func(t *testing.T) {
		if got := asItems("  one\n\ntwo 😭 "); !slices.Equal(got, []message.Text{"one\n\ntwo 😭"}) {
			t.Errorf("got %q", got)
		}
		if got := asItems(" \n"); len(got) != 0 {
			t.Errorf("got %q of nothing", got)
		}
	})

	for name, text := range map[string]string{
		"paragraphs":         strings.Repeat(strings.Repeat("word ", 300)+"\n\n", 7),
		"words":              strings.Repeat("wörd ", 3000),
		"one very long word": strings.Repeat("é", 12000),
	} {
		t.Run("cuts "+name+" that do not fit, and loses nothing", func(t *testing.T) {
			items := asItems(text)
			var joined strings.Builder
			for _, it := range items {
				if codes := (message.Draft{Body: it}).Validate(); len(codes) > 0 {
					t.Errorf("an item of %d characters: %v", message.Length(it), codes)
				}
				joined.WriteString(string(it))
			}
			squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
			if squeeze(joined.String()) != squeeze(text) {
				t.Error("words are missing")
			}
			if len(items) > 4 {
				t.Errorf("made %d items", len(items))
			}
		})
	}
}

func TestTopics(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"are paragraphs":               {"First one. With more.\n\nSecond 😭 one.\n- third", []string{"First one. With more.", "Second 😭 one.", "- third"}},
		"or the sentences of one":      {"I cannot sleep. 😭 My sister is away! And my job?", []string{"I cannot sleep.", "😭 My sister is away!", "And my job?"}},
		"with numbers left whole":      {"It cost 3.50 at 5.30 p.m. today. Fine?", []string{"It cost 3.50 at 5.30 p.m.", "today.", "Fine?"}},
		"without lines of signs alone": {"One\n---\nTwo", []string{"One", "Two"}},
		"are none of nothing":          {" \n ", nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, p := range topics(c.text) {
				got = append(got, cut(c.text, p))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestShort(t *testing.T) {
	for text, want := range map[string]string{
		"two words":          "two words",
		"one\n two":          "one two",
		"one two three four": "one two th…",
		"Ünï 😭😭, and so on":  "Ünï 😭😭, an…",
		"sentence. Another":  "sentence…",
	} {
		if got := short(text, 10); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestBetween(t *testing.T) {
	for _, c := range []struct{ old, new string }{
		{"", ""}, {"", "a"}, {"a", ""}, {"abc", "abc"}, {"abc", "axc"}, {"aa", "aaa"}, {"aaa", "aa"},
		{"a😭b", "a😭😭b"}, {"😭", "👋"}, {"é", "è"}, {"one two", "one and two"},
	} {
		e := between(c.old, c.new)
		if got := e.apply(c.old); got != c.new {
			t.Errorf("%q became %q, want %q (%+v)", c.old, got, c.new, e)
		}
	}
}
