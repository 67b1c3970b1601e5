package httpapi_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"pleiades/server/store/storetest"
)

// TestSiteLinks follows every link of the public pages to a page of ours: each
// leads somewhere.
func TestSiteLinks(t *testing.T) {
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), nil)
	visitor := s.newcomer(t)
	link := regexp.MustCompile(`<a [^>]*href="(/[^"#?]*)`)
	seen := map[string]bool{}
	for _, page := range []string{"/", "/about", "/get-involved", "/help/fix", "/login", "/signup", "/join", "/contact", "/crisis"} {
		_, body := visitor.do("GET", page, nil, nil)
		for _, found := range link.FindAllStringSubmatch(string(body), -1) {
			path := found[1]
			if seen[path] || strings.HasPrefix(path, "/web/") {
				continue
			}
			seen[path] = true
			if response, _ := visitor.do("GET", path, nil, nil); response.StatusCode != http.StatusOK {
				t.Errorf("%s leads to %s, which answers %d", page, path, response.StatusCode)
			}
		}
	}
	for _, way := range []string{"/help", "/join", "/contact", "/about", "/get-involved", "/crisis", "/login"} {
		if !seen[way] {
			t.Errorf("nothing leads to %s", way)
		}
	}
}
