package help_test

import (
	"encoding/json"
	"strings"
	"testing"

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

func mustLearned(t testing.TB) *help.Index {
	t.Helper()
	text, err := articles.Vectors()
	if err != nil {
		t.Fatal(err)
	}
	vectors, err := help.ParseVectors(text)
	if err != nil {
		t.Fatal(err)
	}
	index := help.NewIndex(mustLibrary(t))
	index.Learn(vectors)
	return index
}

func TestSearch(t *testing.T) {
	index := help.NewIndex(mustLibrary(t))
	for _, c := range []struct{ name, query, path string }{
		{"words of a heading", "recovery codes", "/help/logging-in#recovery-codes"},
		{"the beginning of a word", "diagn", "/help/troubleshooting#check-my-device-the-diagnostics-page"},
		{"a slip of the fingers", "forgotten pasword", "/help/logging-in#forgot-your-password"},
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
	index := mustLearned(t)
	for _, c := range []struct {
		question string
		want     help.Decision
	}{
		{"I forgot my password", help.Answered},
		{"what should my dose of lithium be", help.Declined},
		{"I want to kill myself", help.Crisis},
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
		one, other := help.NewIndex(&library).Ask("can I use it offline"), help.NewIndex(mustLibrary(t)).Ask("can I use it offline")
		if one.Decision != other.Decision || one.Hits[0].Path() != other.Hits[0].Path() || one.Hits[0].Score != other.Hits[0].Score {
			t.Errorf("%v and %v", one.Hits[0], other.Hits[0])
		}
	})
}

func TestParseVectors(t *testing.T) {
	for _, text := range []string{"word", "word \n", "one 00\ntwo 0\n", " 00\n"} {
		if _, err := help.ParseVectors(text); err == nil {
			t.Errorf("%q is read", text)
		}
	}
}

func FuzzSearch(f *testing.F) {
	for _, seed := range []string{"pasword", "who reads this?", "’'", "ﬁ İ ß", "\xff", strings.Repeat("a", 600), "日本語 עברית"} {
		f.Add(seed)
	}
	index := mustLearned(f)
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
	index := help.NewIndex(mustLibrary(b))
	const query = "who can read my mesages at nigth"
	for b.Loop() {
		for end := 1; end <= len(query); end++ {
			index.Search(query[:end], 8)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(len(query))/1000, "ms/keystroke")
}

func BenchmarkAsk(b *testing.B) {
	index := mustLearned(b)
	for b.Loop() {
		index.Ask("can my husband see what I write to my therapist?")
	}
}

func BenchmarkNewIndex(b *testing.B) {
	library := mustLibrary(b)
	for b.Loop() {
		help.NewIndex(library)
	}
}
