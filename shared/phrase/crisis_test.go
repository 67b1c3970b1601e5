package phrase_test

import (
	"reflect"
	"strings"
	"testing"

	"pleiades/shared/crisis"
	"pleiades/shared/phrase"
)

func TestCrisis(t *testing.T) {
	words := phrase.English().Crisis

	for _, lang := range []string{"en", "es"} {
		t.Run("leaves no text empty in "+lang, func(t *testing.T) {
			if got := phrase.DangerIn(lang).Lang; got != lang {
				t.Errorf("they are in %q", got)
			}
			walk(t, "Danger", reflect.ValueOf(*phrase.DangerIn(lang)), func(path, text string) {
				if strings.TrimSpace(text) != text || text == "" || strings.Contains(text, `"`) {
					t.Errorf("%s: %q", path, text)
				}
			})
		})
		t.Run("has a word for whatever an entry may say in "+lang, func(t *testing.T) {
			hasWords(t, phrase.DangerIn(lang).Crisis)
		})
	}
	t.Run("says when and how a line is reached", func(t *testing.T) {
		for _, c := range []struct{ got, want string }{
			{words.OpenHours(crisis.Always), "Open day and night"},
			{words.OpenHours("15:30-00:30"), "Open daily 15:30–00:30, local time"},
			{words.OpenHours(""), "Opening hours not known"},
			{words.TextTo(crisis.Text{Phone: "988"}), "Text 988"},
			{words.TextTo(crisis.Text{Phone: "85258", Keyword: "SHOUT"}), "Text SHOUT to 85258"},
			{words.SpokenOn(crisis.Line{Languages: []string{"en", "xx"}}), "Languages: English, xx"},
			{words.SpokenOn(crisis.Line{}), ""},
		} {
			if c.got != c.want {
				t.Errorf("got %q, want %q", c.got, c.want)
			}
		}
	})
}

// hasWords fails unless there is a word for whatever an entry may say.
func hasWords(t *testing.T, words phrase.Crisis) {
	t.Helper()
	for _, service := range crisis.Services() {
		if words.Services[service] == "" {
			t.Errorf("no word for the service %s", service)
		}
	}
	for _, audience := range append(crisis.Audiences(), crisis.Everyone) {
		if words.Audiences[audience] == "" {
			t.Errorf("no word for the audience %q", audience)
		}
	}
	for _, status := range []crisis.Status{crisis.Verified, crisis.Stale, crisis.Unverified} {
		if words.Statuses[status] == "" {
			t.Errorf("no word for the status %s", status)
		}
	}
	for _, country := range crisis.BuiltIn().Countries() {
		for _, line := range country.Lines {
			for _, code := range line.Languages {
				if words.Languages[code] == "" {
					t.Errorf("%s %s: no name for the language %s", country.Code, line.Name, code)
				}
			}
		}
	}
}
