package phrase_test

import (
	"reflect"
	"strings"
	"testing"

	"pleiades/shared/guidance"
	"pleiades/shared/phrase"
)

func TestCards(t *testing.T) {
	for _, lang := range []string{"en", "es"} {
		cards := phrase.CardsIn(lang)

		t.Run("leave no text empty in "+lang, func(t *testing.T) {
			if cards.Lang != lang {
				t.Errorf("they are in %q", cards.Lang)
			}
			walk(t, "Cards", reflect.ValueOf(*cards), func(path, text string) {
				if strings.TrimSpace(text) != text || text == "" || strings.Contains(text, `"`) {
					t.Errorf("%s: %q", path, text)
				}
			})
		})

		t.Run("have words for every code in "+lang, func(t *testing.T) {
			for _, code := range guidance.Codes() {
				if cards.Advice[code].Title == "" {
					t.Errorf("none for %s", code)
				}
			}
		})

		t.Run("give examples that are better afterwards in "+lang, func(t *testing.T) {
			for code, advice := range cards.Advice {
				if code.Level() == guidance.LevelSafety {
					continue // what is better there is not a message
				}
				for _, f := range guidance.Review(advice.After, guidance.Context{Language: lang}) {
					if f.Level == guidance.LevelAdvice {
						t.Errorf("%s: there is advice on it still: %s (%s)", code, f.Code, f.Rule)
					}
				}
			}
		})
	}

	t.Run("are English for a language without", func(t *testing.T) {
		if got := phrase.CardsIn("fr").Lang; got != "en" {
			t.Errorf("got %s", got)
		}
	})
}
