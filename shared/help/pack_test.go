package help_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"pleiades/shared/help"
)

// indexForms are the first bytes of the hash of the index of tinyLibrary, in each
// form that there was.
var indexForms = map[int]string{
	1: "f35b12368f6d1b62",
}

// TestIndexForm shows that what the same library makes changes only with its form.
func TestIndexForm(t *testing.T) {
	sum := sha256.Sum256([]byte(help.PackIndex(tinyLibrary())))
	if got, want := hex.EncodeToString(sum[:8]), indexForms[help.IndexForm]; got != want {
		t.Errorf("the index of form %d is %s, not %s: count IndexForm up and add the new form here", help.IndexForm, got, want)
	}
}

// tinyLibrary has a little of all that is packed.
func tinyLibrary() *help.Library {
	text := func(words string) []help.Span { return []help.Span{{Text: words}, {Text: "strongly", Strong: true}} }
	paragraph := func(words string) help.Block { return help.Block{Kind: help.Paragraph, Spans: text(words)} }
	return &help.Library{
		Lang: "en",
		Articles: []help.Article{
			{
				Slug: "devices", Audience: help.ForEveryone, Title: "Lost devices and passkeys", Summary: text("What to do when a phone was stolen."),
				Intro: []help.Block{paragraph("Don\u2019t worry: nobody can read what\u2019s on it, naïve or not."), paragraph("")},
				Sections: []help.Section{
					{Level: 2, Anchor: "revoke", Title: "Revoke a device", Blocks: []help.Block{
						paragraph("Open Settings, Security. Logging out, logged out, log out: all are the same."),
						{Kind: help.Bullets, Items: [][]help.Block{{paragraph("Choose the device.")}, {paragraph("Choose Revoke.")}}},
						{Kind: help.Example, Text: "My telephone was taken on the bus."},
					}},
					{Level: 3, Anchor: "again", Title: "Logging in again", Blocks: []help.Block{paragraph("Use a recovery code, 12 of 24.")}},
				},
			},
			{Slug: "empty", Audience: help.ForTherapists, Title: "Nothing"},
		},
		Asked: []help.Asked{
			{Article: "devices", Questions: []string{"my phone is gone", "somebody has stolen my phone"}},
			{Article: "devices", Anchor: "again", Questions: []string{"how do i log in without my phone"}},
			{Declined: true, Questions: []string{"which pills should i take", "is it going to rain"}},
		},
		Synonyms: [][]string{{"phone", "mobile", "telephone"}, {"log in", "sign in"}},
	}
}
