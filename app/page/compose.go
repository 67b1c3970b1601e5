package page

import (
	"pleiades/shared/message"
	"pleiades/shared/phrase"
)

// counterFrom is how near to the limit a text shows how long it is.
const counterFrom = 500

// composeView is what stands around the box a message is written in.
type composeView struct {
	saved   bool   // the draft is on the device
	counter string // how long it is; empty while that does not matter
	over    bool   // it is too long
	err     string
}

// viewCompose says what stands around the box with text in it. kept says that
// the device has all of the text.
func viewCompose(words *phrase.Catalogue, text message.Text, kept bool, err string) composeView {
	v := composeView{saved: text != "" && kept, err: err}
	// A text has at least as many bytes as characters: most need no counting.
	if len(text) < message.MaxLength-counterFrom {
		return v
	}
	switch n := message.Length(text); {
	case n > message.MaxLength:
		v.counter, v.over = words.Conversation.Over(n-message.MaxLength), true
	case n >= message.MaxLength-counterFrom:
		v.counter = words.Conversation.Counter(n, message.MaxLength)
	}
	return v
}

// refusal says why a text cannot be kept or sent, empty if it can; blank is what
// to say where there is none.
func refusal(words *phrase.Catalogue, text message.Text, blank string) string {
	codes := message.Draft{Body: text}.Validate()
	if len(codes) == 0 {
		return ""
	}
	if codes[0] == message.CodeEmpty {
		return blank
	}
	return words.Message(codes[0])
}
