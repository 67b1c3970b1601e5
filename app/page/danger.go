package page

import (
	"cmp"
	"unicode/utf8"

	"pleiades/shared/guidance"
	"pleiades/shared/message"
)

// danger is what a text was found to say of danger: empty for nothing, else the
// language it says it in.
type danger string

// review notes whether a text speaks of danger, and reports whether that is new.
func review(now *danger, text string) bool {
	before := *now
	*now = inDanger(text)
	return *now != before
}

// maxLooked is how much of a text is looked at for danger at each keystroke, in
// characters: twice what a message may have, since its letters and their accents
// may come apart.
const maxLooked = 2 * message.MaxLength

// inDanger says whether a text speaks of danger: the end of it, where it is longer
// than anyone may send.
func inDanger(text string) danger { return dangerIn(ending(text, maxLooked)) }

// ending returns the last n characters of a text.
func ending(text string, n int) string {
	if len(text) <= n { // bytes
		return text
	}
	from := len(text)
	for ; n > 0 && from > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:from])
		from -= size
	}
	return text[from:]
}

// dangerIn says what the rules of safety find in a text.
func dangerIn(text string) danger {
	for _, f := range guidance.Review(text, guidance.Context{}) {
		if f.Level == guidance.LevelSafety {
			return cmp.Or(danger(language([]guidance.Finding{f})), "en")
		}
	}
	return ""
}
