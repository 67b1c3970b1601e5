package articles_test

import (
	"bufio"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pleiades/shared/help"
	"pleiades/shared/help/articles"
)

// misses asks for the questions of the build part that are answered wrongly.
// Those of the other part never are printed: they are there to be scored, not to
// be learned from.
var misses = flag.Bool("misses", false, "print the questions of the build part that TARS answers wrongly")

// posed is a question in someone's words with the passage that answers it, or
// what TARS should do instead of answering.
type posed struct {
	ID       string        `json:"id"`
	Question string        `json:"question"`
	Article  string        `json:"article"`
	Heading  string        `json:"heading"`
	Also     []posed       `json:"also"` // passages that answer it as well
	Decision help.Decision `json:"decision"`
}

func (p posed) fits(h help.Hit) bool {
	return h.Article.Slug == p.Article && h.Anchor() == p.Heading || slices.ContainsFunc(p.Also, func(o posed) bool { return o.fits(h) })
}

// bars are the least shares of right answers in a part.
type bars struct{ first, three, declined, crisis float64 }

// TestTARS prints how well TARS does, and fails where that is below a bar.
func TestTARS(t *testing.T) {
	index := mustIndex(t)
	for _, part := range []struct {
		file string
		bars bars
	}{
		{"build.jsonl", bars{0.90, 0.95, 0.97, 0.96}},
		{"score.jsonl", bars{0.92, 0.96, 0.95, 0.95}},
	} {
		questions, err := readQuestions(filepath.Join("..", "testdata", part.file))
		if err != nil {
			t.Fatal(err)
		}
		var answerable, first, three, refused, unsure, elsewhere, declined, danger, helped int
		instead := make(map[help.Decision]int) // of declining
		for _, q := range questions {
			a := index.Ask(q.Question)
			wrong := false
			switch q.Decision {
			case help.Declined:
				elsewhere++
				if wrong = a.Decision != help.Declined; !wrong {
					declined++
				} else {
					instead[a.Decision]++
				}
			case help.Crisis:
				danger++
				if wrong = a.Decision != help.Crisis; !wrong {
					helped++
				}
			default:
				answerable++
				at := slices.IndexFunc(a.Hits, q.fits)
				switch a.Decision {
				case help.Unsure: // it answers nothing, and may offer the right passage
					unsure++
				case help.Answered:
					if at == 0 {
						first++
					}
				default:
					refused++
					at = -1
				}
				if at >= 0 {
					three++
				}
				wrong = at != 0 || a.Decision != help.Answered
			}
			if wrong && *misses && part.file == "build.jsonl" {
				t.Logf("%s %q: %s %s", q.ID, q.Question, a.Decision, told(a.Hits))
			}
		}
		t.Logf("%-12s %4d answerable: %5.1f %% first, %5.1f %% among three, %d asked back, %d refused; %d of %d declined, instead %v; %d of %d shown help",
			part.file, answerable, percent(first, answerable), percent(three, answerable), unsure, refused, declined, elsewhere, instead, helped, danger)
		for _, bar := range []struct {
			what       string
			right, all int
			least      float64
		}{
			{"first", first, answerable, part.bars.first}, {"among three", three, answerable, part.bars.three},
			{"declined", declined, elsewhere, part.bars.declined}, {"shown help", helped, danger, part.bars.crisis},
		} {
			if float64(bar.right) < bar.least*float64(bar.all) {
				t.Errorf("%s: %s: %d of %d, want %.0f %%", part.file, bar.what, bar.right, bar.all, 100*bar.least)
			}
		}
	}
}

// TestScoredApart keeps what TARS learns from apart from what it is scored by.
func TestScoredApart(t *testing.T) {
	plain := func(question string) string {
		return strings.Join(strings.FieldsFunc(strings.ToLower(question), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
	}
	questions, err := readQuestions(filepath.Join("..", "testdata", "score.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	scored := make(map[string]bool)
	for _, q := range questions {
		scored[plain(q.Question)] = true
	}
	count := 0
	for _, group := range mustEnglish(t).Asked {
		for _, q := range group.Questions {
			if scored[plain(q)] {
				count++
			}
		}
	}
	if count > 0 {
		t.Errorf("%d questions of the scored part are among those that TARS learns from", count)
	}
}

// mustIndex returns what TARS works with.
func mustIndex(t testing.TB) *help.Index {
	t.Helper()
	library := mustEnglish(t)
	index, err := help.NewIndex(library, help.PackIndex(library))
	if err != nil {
		t.Fatal(err)
	}
	text, err := articles.Weights()
	if err != nil {
		t.Fatal(err)
	}
	weights, err := help.ParseWeights(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := index.Learn(weights); err != nil {
		t.Fatal(err)
	}
	return index
}

func percent(part, all int) float64 { return 100 * float64(part) / float64(max(1, all)) }

// told lists hits for whoever reads the test's output.
func told(hits []help.Hit) string {
	text := ""
	for _, h := range hits {
		text += h.Path() + " "
	}
	return text
}

func readQuestions(path string) ([]posed, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var list []posed
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var p posed
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, lines.Err()
}

// TestForeign asks everyday questions in other languages: what was learned of English
// ones does not take them for danger, which the rules find in Spanish all the same.
func TestForeign(t *testing.T) {
	index := mustIndex(t)
	for _, question := range []string{
		"hola", "olvidé mi contraseña", "¿cómo cambio mi contraseña?", "no puedo entrar", "¿cuánto tarda en contestar?",
		"¿quién puede leer mis mensajes?", "wie lange dauert eine antwort", "wie kann ich meine nachricht löschen",
	} {
		if a := index.Ask(question); a.Decision != help.Unsure {
			t.Errorf("%q: got %s %s, want to be asked back", question, a.Decision, told(a.Hits))
		}
	}
	if a := index.Ask("no quiero vivir más"); a.Decision != help.Crisis {
		t.Errorf("danger in Spanish: got %s", a.Decision)
	}
}

// TestBrief asks as people type into a box for searching: a word of the articles is
// neither danger nor for others, and a word of danger is that.
func TestBrief(t *testing.T) {
	index := mustIndex(t)
	for _, question := range []string{
		"passkey", "logout", "error", "crash", "cancel", "late", "stop", "end care", "app died", "help me", "login problem",
		"billing", "print", "template", "code", "phone", "slow", "lost", "appointment", "download", "colleague",
	} {
		if a := index.Ask(question); a.Decision != help.Unsure && a.Decision != help.Answered || len(a.Hits) == 0 {
			t.Errorf("%q: got %s %s, want passages", question, a.Decision, told(a.Hits))
		}
	}
	for _, question := range []string{"suicide", "overdose", "dying", "kill myself", "no hope left", "heart attack", "im choking"} {
		if a := index.Ask(question); a.Decision != help.Crisis {
			t.Errorf("%q: got %s, want help", question, a.Decision)
		}
	}
	for _, question := range []string{"weather", "depression", "side effects", "am i bipolar"} {
		if a := index.Ask(question); a.Decision != help.Declined {
			t.Errorf("%q: got %s, want it declined", question, a.Decision)
		}
	}
}
