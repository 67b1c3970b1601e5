package articles_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"pleiades/shared/help"
	"pleiades/shared/help/articles"
)

func mustEnglish(t testing.TB) *help.Library {
	t.Helper()
	library, err := articles.English()
	if err != nil {
		t.Fatal(err)
	}
	return library
}

// pages are the addresses of the app that articles lead to.
var pages = []string{
	"/", "/crisis", "/settings", "/settings/security", "/availability", "/next-appointment", "/safety-plan", "/who-opened",
	"/practice", "/forgot", "/login", "/signup", "/contact", "/help", "/join", "/about",
}

// TestEnglish holds the articles to what their readers rely on.
func TestEnglish(t *testing.T) {
	library := mustEnglish(t)
	if library.Articles[0].Slug != "messaging-your-therapist" {
		t.Error("the guide does not come first")
	}

	t.Run("every link leads somewhere", func(t *testing.T) {
		for _, a := range library.Articles {
			for _, href := range links(a) {
				if strings.HasPrefix(href, "https://") {
					continue
				}
				path, anchor, _ := strings.Cut(href, "#")
				slug, inHelp := strings.CutPrefix(path, "/help/")
				if !inHelp {
					if !contains(pages, path) {
						t.Errorf("%s leads to %s", a.Slug, href)
					}
					continue
				}
				target, ok := library.Find(slug)
				if ok && anchor != "" {
					_, ok = target.Find(anchor)
				}
				if !ok {
					t.Errorf("%s leads to %s", a.Slug, href)
				}
			}
		}
	})

	t.Run("every passage is asked about", func(t *testing.T) {
		asked := make(map[string]bool)
		for _, group := range library.Asked {
			asked[help.Path(group.Article, group.Anchor)] = true
		}
		for _, a := range library.Articles {
			for _, s := range a.Sections {
				if !asked[help.Path(a.Slug, s.Anchor)] {
					t.Errorf("nobody asks about %s", help.Path(a.Slug, s.Anchor))
				}
			}
		}
	})

	t.Run("it is the same after its way to the browser", func(t *testing.T) {
		text, err := json.Marshal(library)
		if err != nil {
			t.Fatal(err)
		}
		var back help.Library
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(&back, library) {
			t.Error("it differs")
		}
	})
}

func contains(list []string, s string) bool {
	for _, other := range list {
		if other == s {
			return true
		}
	}
	return false
}

// links returns where the links of an article lead.
func links(a help.Article) []string {
	var hrefs []string
	spans := func(list []help.Span) {
		for _, s := range list {
			if s.Href != "" {
				hrefs = append(hrefs, s.Href)
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
	return hrefs
}
