//go:build !apart

package guidance

import (
	"strings"
	"testing"
)

func TestPack(t *testing.T) {
	packed := Pack()
	texts, ok := unpack(packed)
	if !ok {
		t.Fatal("what was packed is not whole")
	}
	for _, name := range sourceNames {
		if texts[name] != source(name) {
			t.Errorf("%s is not as it was", name)
		}
	}
	if !Unpack(packed) {
		t.Error("what was packed is refused")
	}

	for name, broken := range map[string]string{
		"nothing":             "",
		"what is cut":         packed[:len(packed)/2],
		"one file less":       strings.Replace(packed, sourceNames[3], "rules/other.rules", 1),
		"the page of a proxy": "<!doctype html><p>Please log in.</p>",
	} {
		if Unpack(broken) {
			t.Errorf("%s counts as whole", name)
		}
	}
}

// TestSourceNames finds files that would be missing where the rules come packed.
func TestSourceNames(t *testing.T) {
	for _, folder := range []string{"rules", "models"} {
		entries, err := within.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			if name := folder + "/" + entry.Name(); !strings.Contains(strings.Join(sourceNames, " "), name) {
				t.Errorf("%s is not among the sources", name)
			}
		}
	}
}

// TestPause looks at how evenly compiling pauses: after each part of a source.
func TestPause(t *testing.T) {
	b, pauses := book{}, 0
	if err := b.read("rules", source("rules/en-base.rules")); err != nil {
		t.Fatal(err)
	}
	rules, err := compile(english, &b, nil, func() { pauses++ })
	if err != nil {
		t.Fatal(err)
	}
	if want := len(b.classes) + rules.tags + (len(rules.patterns)+len(rules.ids))/64; pauses < want {
		t.Errorf("it pauses %d times, want %d", pauses, want)
	}
}
