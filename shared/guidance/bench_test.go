package guidance

import (
	"strings"
	"testing"
)

// draft is a text of 5,000 characters made of messages of the corpus.
func draft(b *testing.B, file string, crisis bool) string {
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
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			Review(text, Context{}) // prepares the rules
			for b.Loop() {
				Review(text, Context{})
			}
		})
	}
}

// BenchmarkCompile prepares the rules, which happens once, before the first
// review.
func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		if _, err := build(english, nil, "en-base", englishBase, "en-safety", englishSafety, "en-signs", englishSigns, "en-advice", englishAdvice); err != nil {
			b.Fatal(err)
		}
	}
}
