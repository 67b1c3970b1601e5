package guidance

import (
	"strings"
	"testing"
)

// draft is a text of 5,000 characters made of messages of the corpus.
func draft(b testing.TB, file string, crisis bool) string {
	b.Helper()
	var text strings.Builder
	for _, message := range mustReadCorpus(b, file) {
		if message.crisis() == crisis {
			text.WriteString(message.Text)
			text.WriteString("\n")
		}
	}
	runes := []rune(text.String())
	return string(runes[:min(5000, len(runes))])
}

// mostAllocations is how many allocations the review of a draft of the greatest
// length may take: a keystroke, in a browser.
const mostAllocations = 2000

// TestAllocations holds a review to a count, which is the same on every machine.
func TestAllocations(t *testing.T) {
	for _, file := range []string{"build-en.jsonl", "build-es.jsonl"} {
		text := draft(t, file, false)
		got := testing.AllocsPerRun(20, func() { Review(text, Context{}) })
		t.Logf("%s: %.0f allocations a review", file, got)
		if got > mostAllocations {
			t.Errorf("%s: a review takes %.0f allocations, want %d at most", file, got, mostAllocations)
		}
	}
}

// BenchmarkReview reviews drafts of the greatest length. The bar is 2 ms
// natively and one frame, 16 ms, in a browser.
func BenchmarkReview(b *testing.B) {
	for _, c := range []struct {
		name, file string
		crisis     bool
	}{
		{"ordinary English", "build-en.jsonl", false},
		{"English full of danger", "build-en.jsonl", true},
		{"ordinary Spanish", "build-es.jsonl", false},
		{"Spanish full of danger", "build-es.jsonl", true},
	} {
		text := draft(b, c.file, c.crisis)
		b.Run(c.name, func(b *testing.B) { benchReview(b, text) })
	}
	for _, c := range unusualTexts() {
		b.Run(c.name, func(b *testing.B) { benchReview(b, c.text) })
	}
}

func benchReview(b *testing.B, text string) {
	b.ReportAllocs()
	Review(text, Context{}) // prepares the rules
	for b.Loop() {
		Review(text, Context{})
	}
}

// unusualTexts are texts of 5,000 characters that nobody writes and someone may
// send: what is done for a word must not grow with the words around it.
func unusualTexts() []struct{ name, text string } {
	return []struct{ name, text string }{
		{"single letters", strings.Repeat("a ", 2500)},
		{"letters and signs", strings.Repeat("a@", 2500)},
		{"one letter", strings.Repeat("a", 5000)},
		{"dots", strings.Repeat("k.m.", 1250)},
		{"digits", strings.Repeat("4 ", 2500)},
		{"one word", strings.Repeat("die ", 1250)},
		{"question marks", strings.Repeat("? ", 2500)},
		{"emoji", strings.Repeat("💊", 5000)},
		{"marks", "a" + strings.Repeat("\u0301", 4999)},
		{"quotes", strings.Repeat("'", 5000)},
	}
}

// TestReviewOfUnusualTexts ends in a moment where each word costs about the
// same, and not for hours where it does not.
func TestReviewOfUnusualTexts(t *testing.T) {
	for _, c := range unusualTexts() {
		t.Run(c.name, func(t *testing.T) {
			for _, f := range Review(c.text, Context{}) {
				if f.Start < 0 || f.Start >= f.End {
					t.Errorf("%s from %d to %d", f.Rule, f.Start, f.End)
				}
			}
		})
	}
}

// BenchmarkCompile prepares the rules, which happens once, before the first
// review.
func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		if _, err := build(english, nil, atOnce, rulesOf("en-base", "en-harmless", "en-safety", "en-signs", "en-plain", "en-advice")...); err != nil {
			b.Fatal(err)
		}
	}
}
