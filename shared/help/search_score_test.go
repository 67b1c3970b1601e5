package help_test

import (
	"encoding/json"
	"io"
	"os"
	"slices"
	"testing"

	"pleiades/shared/help"
)

// leastFound is the least share of short searches whose passage is among the first
// three.
const leastFound = 0.9

// TestSearchScore prints how well one or two plain words find what they are
// about, and fails where fewer do than leastFound, or a plain one does not find it
// first or second.
func TestSearchScore(t *testing.T) {
	file, err := os.Open("testdata/search.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	index := mustIndex(t, mustLibrary(t))
	var all, first, three float64
	for lines := json.NewDecoder(file); ; all++ {
		var c struct {
			Query, Article string
			Heading        string // empty where several fit
			Plain          bool   // must be first or second
		}
		if err := lines.Decode(&c); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		hits := index.Search(c.Query, 3)
		switch at := slices.IndexFunc(hits, func(h help.Hit) bool {
			return h.Article.Slug == c.Article && (c.Heading == "" || h.Anchor() == c.Heading)
		}); {
		case at < 0 || c.Plain && at > 1:
			var paths []string
			for _, h := range hits {
				paths = append(paths, h.Path())
			}
			t.Logf("%q: %d %v", c.Query, at, paths)
			if c.Plain {
				t.Errorf("%q is neither first nor second", c.Query)
			}
			if at >= 0 {
				three++
			}
		default:
			three++
			if at == 0 {
				first++
			}
		}
	}
	t.Logf("of %.0f short searches %.0f find their passage first, %.0f among three", all, first, three)
	if three < leastFound*all {
		t.Errorf("%.0f of %.0f found, want %.0f %%", three, all, 100*leastFound)
	}
}
