package arch

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	namedTest  = regexp.MustCompile("`((?:Test|Fuzz)[A-Z][A-Za-z]*)`")
	writtenFor = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Z][A-Za-z]*)\(`)
	safeguard  = regexp.MustCompile(`^\| \([a-e]\)`) // a line of the README's table of 45 CFR 164.312
	namedPlace = regexp.MustCompile("`((?:app|server|shared|web)/[a-z0-9/_.-]+)`")
)

// TestDocuments finds what the README and the decision records say of tests and
// places that are not there: who reads that something is shown must be able to look.
func TestDocuments(t *testing.T) {
	root := mustRoot(t)
	written := mustTests(t, root)
	records, err := filepath.Glob(filepath.Join(root, "server/decisions/*.md"))
	if err != nil {
		t.Fatal(err)
	}
	tests, places := 0, 0
	for _, path := range append(records, filepath.Join(root, "README.md")) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range namedTest.FindAllStringSubmatch(string(text), -1) {
			if tests++; !slices.Contains(written, name[1]) {
				t.Errorf("%s: there is no %s", filepath.Base(path), name[1])
			}
		}
		for _, place := range namedPlace.FindAllStringSubmatch(string(text), -1) {
			if places++; !exists(filepath.Join(root, place[1])) {
				t.Errorf("%s: there is no %s", filepath.Base(path), place[1])
			}
		}
		for line := range strings.Lines(string(text)) {
			if safeguard.MatchString(line) && !namedTest.MatchString(line) {
				t.Errorf("%s: nothing shows %s", filepath.Base(path), line)
			}
		}
	}
	if tests < 60 || places < 60 {
		t.Errorf("they name %d tests and %d places: are they still found?", tests, places)
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// mustTests lists the names of all tests and fuzz targets.
func mustTests(t *testing.T, root string) []string {
	t.Helper()
	var names []string
	for _, top := range []string{"app", "server", "shared", "web"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, name := range writtenFor.FindAllStringSubmatch(string(text), -1) {
				names = append(names, name[1])
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return names
}
