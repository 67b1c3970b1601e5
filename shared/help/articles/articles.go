// Package articles holds the Help Center's texts, Markdown in a folder for each
// language, and makes a help.Library of them. The server and its tools import
// it; the browser program must not, since it gets the library as a file of its
// own.
//
// A folder holds the articles, SLUG.md, and four lists: order.txt, the reading
// order with the audience of each article; questions.txt, what people ask, by
// the passage that answers them; synonyms.txt, words that mean the same to
// someone who searches; kinds.txt, words that TARS learns together. For TARS there
// is weights.txt, which TestTrain makes of
// questions.txt.
package articles

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"pleiades/shared/help"
)

//go:embed en
var files embed.FS

// English returns the Help Center in English. The error names the file and the
// line that cannot be read.
func English() (*help.Library, error) { return load(files, "en") }

// Weights returns what was learned from the English questions as the text that
// help.ParseWeights reads.
func Weights() (string, error) {
	text, err := files.ReadFile("en/weights.txt")
	if err != nil {
		return "", fmt.Errorf("read weights: %w", err)
	}
	return string(text), nil
}

func load(files fs.FS, lang string) (*help.Library, error) {
	l := &help.Library{Lang: lang}
	for _, step := range []struct {
		name string
		read func(l *help.Library, line string) error
	}{
		{"order.txt", func(l *help.Library, line string) error { return readArticle(l, files, lang, line) }},
		{"questions.txt", readQuestion},
		{"synonyms.txt", readSynonyms},
		{"kinds.txt", readKind},
	} {
		list, err := fs.ReadFile(files, path.Join(lang, step.name))
		if err != nil {
			return nil, fmt.Errorf("read articles: %w", err)
		}
		for i, line := range strings.Split(string(list), "\n") {
			if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "//") {
				continue
			}
			if err := step.read(l, line); err != nil {
				return nil, fmt.Errorf("read articles: %s/%s: line %d: %w", lang, step.name, i+1, err)
			}
		}
	}
	return l, nil
}

// readArticle reads the article of a line of order.txt: "slug audience".
func readArticle(l *help.Library, files fs.FS, lang, line string) error {
	slug, audience, _ := strings.Cut(line, " ")
	who := help.Audience(strings.TrimSpace(audience))
	if !slices.Contains([]help.Audience{help.ForEveryone, help.ForClients, help.ForTherapists}, who) {
		return fmt.Errorf("the audience %q is none of everyone, client, therapist", audience)
	}
	if _, twice := l.Find(slug); twice || slug != Anchor(slug) {
		return fmt.Errorf("the slug %q is taken or no slug", slug)
	}
	source, err := fs.ReadFile(files, path.Join(lang, slug+".md"))
	if err != nil {
		return err
	}
	article, err := Parse(source)
	if err != nil {
		return fmt.Errorf("%s.md: %w", slug, err)
	}
	article.Slug, article.Audience = slug, who
	place(&article)
	l.Articles = append(l.Articles, article)
	return nil
}

// place gives the links to headings of the same article its address.
func place(a *help.Article) {
	spans := func(list []help.Span) {
		for i, s := range list {
			if anchor, ok := strings.CutPrefix(s.Href, "#"); ok {
				list[i].Href = help.Path(a.Slug, anchor)
			}
		}
	}
	var walk func(blocks []help.Block)
	walk = func(blocks []help.Block) {
		for _, b := range blocks {
			spans(b.Spans)
			for _, item := range b.Items {
				walk(item)
			}
		}
	}
	spans(a.Summary)
	walk(a.Intro)
	for _, s := range a.Sections {
		walk(s.Blocks)
	}
}

// What begins a block of questions.txt that is about no passage: what TARS leaves
// to others, and what speaks of danger.
const (
	declined = "# declined"
	danger   = "# danger"
)

// readQuestion reads a line of questions.txt: the passage, "# slug" or
// "# slug#anchor", or a question about the passage named last.
func readQuestion(l *help.Library, line string) error {
	passage, begins := strings.CutPrefix(line, "# ")
	switch {
	case line == declined:
		l.Asked = append(l.Asked, help.Asked{Declined: true})
		return nil
	case line == danger:
		l.Asked = append(l.Asked, help.Asked{Danger: true})
		return nil
	case !begins && len(l.Asked) == 0:
		return fmt.Errorf("a question about nothing")
	case !begins:
		last := &l.Asked[len(l.Asked)-1]
		last.Questions = append(last.Questions, line)
		return nil
	}
	slug, anchor, _ := strings.Cut(passage, "#")
	article, ok := l.Find(slug)
	if ok && anchor != "" {
		_, ok = article.Find(anchor)
	}
	if !ok {
		return fmt.Errorf("there is no passage %s", passage)
	}
	l.Asked = append(l.Asked, help.Asked{Article: slug, Anchor: anchor})
	return nil
}

// readSynonyms reads a line of synonyms.txt: words with commas between them.
func readSynonyms(l *help.Library, line string) error {
	group, err := readWords(line)
	if err != nil {
		return err
	}
	l.Synonyms = append(l.Synonyms, group)
	return nil
}

// readKind reads a line of kinds.txt: "kind: words", with commas between them.
func readKind(l *help.Library, line string) error {
	kind, words, ok := strings.Cut(line, ":")
	if !ok {
		return fmt.Errorf("%q names no kind", line)
	}
	group, err := readWords(words)
	if err != nil {
		return err
	}
	l.Kinds = append(l.Kinds, append([]string{kind}, group...))
	return nil
}

// readWords reads words with commas between them, at least two.
func readWords(line string) ([]string, error) {
	var group []string
	for word := range strings.SplitSeq(line, ",") {
		group = append(group, strings.TrimSpace(word))
	}
	if len(group) < 2 || slices.Contains(group, "") {
		return nil, fmt.Errorf("%q are not words with commas between them", line)
	}
	return group, nil
}
