package articles_test

import (
	"reflect"
	"strings"
	"testing"

	"pleiades/shared/help"
	"pleiades/shared/help/articles"
)

const whole = "# A title\n\nWhat it *is* about, see [there](/help/other#part).\n\n## One & two\n\nA **strong**\nword and `code`.\n\n- first\n- second\n\n  more\n\n" +
	"### Third\n\n```example effective\nDear you,\nyes\n```\n\n```example less-effective\nno\n```\n"

func TestParse(t *testing.T) {
	a, err := articles.Parse([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	want := help.Article{
		Title:   "A title",
		Summary: []help.Span{{Text: "What it "}, {Text: "is", Emph: true}, {Text: " about, see "}, {Text: "there", Href: "/help/other#part"}, {Text: "."}},
		Sections: []help.Section{
			{Level: 2, Anchor: "one--two", Title: "One & two", Blocks: []help.Block{
				{Kind: help.Paragraph, Spans: []help.Span{{Text: "A "}, {Text: "strong", Strong: true}, {Text: " word and "}, {Text: "code", Code: true}, {Text: "."}}},
				{Kind: help.Bullets, Items: [][]help.Block{
					{{Kind: help.Paragraph, Spans: []help.Span{{Text: "first"}}}},
					{{Kind: help.Paragraph, Spans: []help.Span{{Text: "second"}}}, {Kind: help.Paragraph, Spans: []help.Span{{Text: "more"}}}},
				}},
			}},
			{Level: 3, Anchor: "third", Title: "Third", Blocks: []help.Block{
				{Kind: help.Example, Text: "Dear you,\nyes"}, {Kind: help.Poor, Text: "no"},
			}},
		},
	}
	if !reflect.DeepEqual(a, want) {
		t.Errorf("got  %+v\nwant %+v", a, want)
	}

	for _, c := range []struct{ name, text, problem string }{
		{"no title", "Words\n", "title comes first"},
		{"nothing", "", "no title"},
		{"no summary", "# T\n\n## S\n", "come first"},
		{"no section", "# T\n\nWords.\n", "no section"},
		{"a list for a summary", "# T\n\n- a\n", "a paragraph comes"},
		{"a deep heading", "# T\n\nW.\n\n#### S\n", "level 4"},
		{"the same heading twice", "# T\n\nW.\n\n## S\n\n## S\n", "address of its own"},
		{"straight quotes in a heading", "# T\n\nW.\n\n## \"S\"\n", "straight quotes"},
		{"HTML", "# T\n\nW.\n\n## S\n\n<b>x</b>\n", "not for articles"},
		{"an HTML block", "# T\n\nW.\n\n## S\n\n<script>x</script>\n", "not for articles"},
		{"a picture", "# T\n\nW.\n\n## S\n\n![x](/y)\n", "not for articles"},
		{"a script for a link", "# T\n\nW.\n\n## S\n\n[x](javascript:alert)\n", "a link to"},
		{"a link to another host", "# T\n\nW.\n\n## S\n\n[x](//evil.example)\n", "a link to"},
		{"code that is no example", "# T\n\nW.\n\n## S\n\n```go\nx\n```\n", "a fenced block"},
		{"a quote", "# T\n\nW.\n\n## S\n\n> x\n", "not for articles"},
	} {
		t.Run("it refuses "+c.name, func(t *testing.T) {
			if _, err := articles.Parse([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.problem) {
				t.Errorf("got %v, want %q", err, c.problem)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add(whole)
	f.Add("# T\n\nW.\n\n## S\n\n[x](/a#b) &amp; \\* \xff\n")
	f.Fuzz(func(t *testing.T, source string) {
		a, err := articles.Parse([]byte(source))
		if err != nil {
			return
		}
		for _, href := range links(a) {
			if !strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "#") && !strings.HasPrefix(href, "https://") || strings.HasPrefix(href, "//") {
				t.Errorf("a link to %q", href)
			}
		}
		library := help.Library{Lang: "en", Articles: []help.Article{a}}
		index, err := help.NewIndex(&library, help.PackIndex(&library))
		if err != nil {
			t.Fatal(err)
		}
		index.Search(a.Title, 3)
	})
}
