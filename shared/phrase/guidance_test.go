package phrase_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"pleiades/shared/phrase"
)

// TestGuidance shows that every reason that rules and judges give is explained.
func TestGuidance(t *testing.T) {
	reason := regexp.MustCompile(`(?m)^(?:rule|card) ([a-z-]+)/|\{"([a-z-]+)/[a-z-]+", [A-Z]|"/([a-z-]+)/`)
	files, err := filepath.Glob("../guidance/rules/*.rules")
	if err != nil || len(files) == 0 {
		t.Fatal("no rules", err)
	}
	sources, err := filepath.Glob("../guidance/*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range append(files, sources...) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Base(name) == "doc.go" {
			continue // its examples are none
		}
		for _, match := range reason.FindAllStringSubmatch(string(text), -1) {
			found++
			key := match[1] + match[2] + match[3]
			for _, lang := range []string{"en", "es"} {
				if phrase.GuidanceIn(lang).Reasons[key] == "" {
					t.Errorf("%s: no explanation of %q in %s", filepath.Base(name), key, lang)
				}
			}
		}
	}
	if found < 100 {
		t.Errorf("only %d reasons found", found)
	}
}
