package help_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pleiades/shared/help"
	"pleiades/shared/help/articles"
)

func mustLibrary(t testing.TB) *help.Library {
	t.Helper()
	library, err := articles.English()
	if err != nil {
		t.Fatal(err)
	}
	return library
}

func mustIndex(t testing.TB, library *help.Library) *help.Index {
	t.Helper()
	index, err := help.NewIndex(library, help.PackIndex(library))
	if err != nil {
		t.Fatal(err)
	}
	return index
}

func mustLearned(t testing.TB, library *help.Library) *help.Index {
	t.Helper()
	text, err := articles.Weights()
	if err != nil {
		t.Fatal(err)
	}
	weights, err := help.ParseWeights(text)
	if err != nil {
		t.Fatal(err)
	}
	index := mustIndex(t, library)
	if err := index.Learn(weights); err != nil {
		t.Fatal(err)
	}
	return index
}

func TestSearch(t *testing.T) {
	index := mustIndex(t, mustLibrary(t))
	for _, c := range []struct{ name, query, path string }{
		{"words of a heading", "recovery codes", "/help/logging-in#recovery-codes"},
		{"the beginning of a word", "diagn", "/help/troubleshooting#check-my-device-the-diagnostics-page"},
		{"a slip of the fingers", "forgotten pasword", "/help/logging-in#forgot-your-password"},
		{"another first letter", "forgot oassword", "/help/logging-in#forgot-your-password"},
		{"the first letters swapped", "forgot apssword", "/help/logging-in#forgot-your-password"},
		{"no first letter", "forgot assword", "/help/logging-in#forgot-your-password"},
		{"the first letter twice", "forgot ppassword", "/help/logging-in#forgot-your-password"},
		{"two letters swapped", "safety paln", "/help/crisis-resources#what-is-a-safety-plan"},
		{"other forms of a word", "encrypting", "/help/privacy-and-who-can-see-what#how-are-my-messages-encrypted"},
		{"capitals and signs", "  QUICK exit?! ", "/help/logging-in#quick-exit-leave-the-page-at-once"},
	} {
		t.Run("it finds "+c.name, func(t *testing.T) {
			var paths []string
			for _, hit := range index.Search(c.query, 3) {
				paths = append(paths, hit.Path())
			}
			if !strings.Contains(strings.Join(paths, " "), c.path) {
				t.Errorf("%q: got %v, want %s", c.query, paths, c.path)
			}
		})
	}

	t.Run("it marks what was meant", func(t *testing.T) {
		marked := ""
		for _, part := range index.Search("pasword", 1)[0].Excerpt {
			if part.Hit {
				marked += part.Text + " "
			}
		}
		if !strings.Contains(strings.ToLower(marked), "password") {
			t.Errorf("marked is %q", marked)
		}
	})

	t.Run("excerpts are short, and all words when put together", func(t *testing.T) {
		for _, hit := range index.Search("message", 50) {
			text := ""
			for _, part := range hit.Excerpt {
				text += part.Text
			}
			if len(text) > 200 || text == "" {
				t.Errorf("%s: %q", hit.Path(), text)
			}
		}
	})

	t.Run("nothing is found for nothing", func(t *testing.T) {
		for _, query := range []string{"", " ", "?!", "zzzzzz", "\xff\xfe"} {
			if hits := index.Search(query, 5); len(hits) > 0 {
				t.Errorf("%q: %s", query, hits[0].Path())
			}
		}
	})
}

func TestAsk(t *testing.T) {
	index := mustLearned(t, mustLibrary(t))
	for _, c := range []struct {
		question string
		want     help.Decision
	}{
		{"I forgot my password", help.Answered},
		{"what should my dose of lithium be", help.Declined},
		{"I want to kill myself", help.Crisis},
		{"is there a way to stop existing", help.Crisis},
		{"how many sleeping pills are deadly", help.Crisis},
		{"my girlfriend controls everything, who I see, what I spend, and last night she threw a glass at me", help.Crisis},
		{"took my mams tablets all of them, im scared now, what do i do, please answer", help.Crisis},
		{"my mum reads my email. will she find out im in therapy from the ones you send", help.Answered},
		{"will they send the police if i write about suicide", help.Answered},
		{"what is this safety plan, do i need one", help.Answered},
		{"how do i kill time", help.Declined},
		{"how do I kill a session", help.Answered},
		{"I lost my therapist's number", help.Answered},
		{"the app keeps dying on me", help.Answered},
		{"my phone died while I was writing", help.Answered},
		{"reset my gmail password", help.Declined},
		{"is there a way to end a login on another phone", help.Answered},
		{"xyzzy plugh", help.Unsure},
		{"", help.Unsure},
	} {
		a := index.Ask(c.question)
		if a.Decision != c.want {
			t.Errorf("%q: %s, want %s", c.question, a.Decision, c.want)
		}
		if len(a.Hits) > help.MaxHits || a.Decision == help.Answered && len(a.Hits) == 0 || a.Decision == help.Declined && len(a.Hits) > 0 {
			t.Errorf("%q has %d hits", c.question, len(a.Hits))
		}
	}

	t.Run("however surely an article is about it, who tells of danger is shown help", func(t *testing.T) {
		question := "how do I print the list for my next appointment " + strings.Repeat("and sort it ", 20) + "before I kill myself tonight"
		if a := index.Ask(question); a.Decision != help.Crisis {
			t.Errorf("it is %s", a.Decision)
		}
	})

	t.Run("it remembers nothing", func(t *testing.T) {
		first := index.Ask("I forgot my password").Hits[0].Score
		index.Ask("my phone was stolen")
		if again := index.Ask("I forgot my password").Hits[0].Score; again != first {
			t.Errorf("%v became %v", first, again)
		}
	})

	t.Run("the same library gives the same answers", func(t *testing.T) {
		text, err := json.Marshal(mustLibrary(t))
		if err != nil {
			t.Fatal(err)
		}
		var library help.Library
		if err := json.Unmarshal(text, &library); err != nil {
			t.Fatal(err)
		}
		one, other := mustLearned(t, &library).Ask("can I use it offline"), mustLearned(t, mustLibrary(t)).Ask("can I use it offline")
		if one.Decision != other.Decision || one.Hits[0].Path() != other.Hits[0].Path() || one.Hits[0].Score != other.Hits[0].Score {
			t.Errorf("%v and %v", one.Hits[0], other.Hits[0])
		}
	})
}

func TestNewIndex(t *testing.T) {
	library := mustLibrary(t)
	packed := help.PackIndex(library)
	t.Run("it needs no questions beside it", func(t *testing.T) {
		alone := *library
		alone.Asked = nil
		index, err := help.NewIndex(&alone, packed)
		if err != nil {
			t.Fatal(err)
		}
		const query = "husband reads over my shoulder"
		if got, want := index.Search(query, 1), mustIndex(t, library).Search(query, 1); got[0].Path() != want[0].Path() || got[0].Score != want[0].Score {
			t.Errorf("got %v, want %v", got[0], want[0])
		}
	})
	t.Run("the same library makes the same index", func(t *testing.T) {
		if help.PackIndex(mustLibrary(t)) != packed {
			t.Error("it differs")
		}
	})
	t.Run("one of other articles is refused", func(t *testing.T) {
		other := *library
		other.Articles = other.Articles[1:]
		if _, err := help.NewIndex(&other, packed); err == nil {
			t.Error("it is opened")
		}
	})
	head, _, _ := strings.Cut(packed, "\n")
	for name, rest := range map[string]string{
		"questions about no passage": "zzz0\n", "half a number": "0a\n", "too many questions": "0oooN\n", "a sign that is no digit": "0~\n",
		"half a line": "01\nword\n", "terms in disorder": "01\nword\t\t0\nmore\t\t0\n",
		"a place that is none": "01\nword\tooN0\t\n", "a part that is none": "01\nword\t0PP1\t\n", "a question that is none": "01\nword\t\t1\n",
		"half a posting": "01\nword\t0\t\n",
	} {
		t.Run("one with "+name+" is refused", func(t *testing.T) {
			if _, err := help.NewIndex(library, head+"\n"+rest); err == nil {
				t.Error("it is opened")
			}
		})
	}
}

func TestParseWeights(t *testing.T) {
	for _, text := range []string{"one\n", "one\n\n0word", "one\n\n0word\t00\n", "one\n\n0word\t01P\n", "one\n\n0word\t00P00\n", "one\n\n0word\t00P\n0more\t00P\n",
		"one\n\n1word\t00P\n", "one\n\n\n"} {
		if _, err := help.ParseWeights(text); err == nil {
			t.Errorf("%q is read", text)
		}
	}
	t.Run("what is written is read", func(t *testing.T) {
		weights, err := help.ParseWeights(help.FormatWeights([]string{"one", "two"}, map[string][]float64{"": {0, 1}, "word": {2, -1}, "words": {0, 1}, "wör": {1, 0}, "wöß": {1, 0}, "little": {0.01, 0}}))
		if err != nil {
			t.Fatal(err)
		}
		if shares := weights.Likely([]string{"word"}); shares[0] < 0.87 || shares[0] > 0.89 {
			t.Errorf("the shares are %v", shares)
		}
	})
	t.Run("what speaks for an article speaks for each of its passages", func(t *testing.T) {
		weights, err := help.ParseWeights(help.FormatWeights([]string{"one", "one#part", "two", "one/"}, map[string][]float64{"word": {0, 1, 0, 3}}))
		if err != nil {
			t.Fatal(err)
		}
		if shares := weights.Likely([]string{"word"}); len(shares) != 3 || shares[0] < 0.25 || shares[0] > 0.27 || shares[1] < 0.70 {
			t.Errorf("the shares are %v", shares)
		}
	})
	t.Run("weights for other articles are refused", func(t *testing.T) {
		weights, err := help.ParseWeights("one\n\n0\t00P\n")
		if err != nil {
			t.Fatal(err)
		}
		if err := mustIndex(t, mustLibrary(t)).Learn(weights); err == nil {
			t.Error("they are taken")
		}
	})
}

func TestFeatures(t *testing.T) {
	features := mustIndex(t, mustLibrary(t)).Features("Čekám na odpověď")
	if !slices.Contains(features, "-^odp") {
		t.Errorf("%q have no pieces of words", features)
	}
	for _, f := range features {
		if !utf8.ValidString(f) {
			t.Errorf("%q is no text", f)
		}
	}
}

func FuzzSearch(f *testing.F) {
	for _, seed := range []string{"pasword", "who reads this?", "’'", "ﬁ İ ß", "\xff", strings.Repeat("a", 600), "日本語 עברית"} {
		f.Add(seed)
	}
	index := mustLearned(f, mustLibrary(f))
	f.Fuzz(func(t *testing.T, query string) {
		for _, hit := range index.Search(query, 8) {
			for _, part := range hit.Excerpt {
				if part.Text == "" || !strings.Contains(strings.ToValidUTF8(part.Text, "?"), part.Text) {
					t.Errorf("%q: a part is %q", query, part.Text)
				}
			}
		}
		if a := index.Ask(query); a.Decision == help.Answered && len(a.Hits) == 0 {
			t.Errorf("%q: an answer without a passage", query)
		}
	})
}

// BenchmarkSearch searches all articles at each keystroke of a query.
func BenchmarkSearch(b *testing.B) {
	index := mustIndex(b, mustLibrary(b))
	const query = "who can read my mesages at nigth"
	for b.Loop() {
		for end := 1; end <= len(query); end++ {
			index.Search(query[:end], 8)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(len(query))/1000, "ms/keystroke")
}

// BenchmarkAsk asks as long a question as is read, with slips of the fingers.
func BenchmarkAsk(b *testing.B) {
	index := mustLearned(b, mustLibrary(b))
	long := strings.Repeat("can my husband posibly see what i wrote to my therpist last tuesdy becaus he nows the passcode of the fone ", 5)
	question := long[:help.MaxQuery]
	for b.Loop() {
		index.Ask(question)
	}
}

// BenchmarkNewIndex opens the index, as browsers do before the first keystroke.
func BenchmarkNewIndex(b *testing.B) {
	library := mustLibrary(b)
	packed := help.PackIndex(library)
	b.ReportMetric(float64(len(packed)), "bytes")
	for b.Loop() {
		if _, err := help.NewIndex(library, packed); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParseWeights reads the weights, as browsers do before the first question.
func BenchmarkParseWeights(b *testing.B) {
	text, err := articles.Weights()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := help.ParseWeights(text); err != nil {
			b.Fatal(err)
		}
	}
}
