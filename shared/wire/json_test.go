package wire

import (
	"encoding/json"
	"strings"
	"testing"
)

// FuzzCheckJSON shows that what passes is decoded as it was written: the
// decoder's replacement character comes only from the text itself.
func FuzzCheckJSON(f *testing.F) {
	for _, seed := range []string{
		`"plain"`, `"\ud83d\ude00"`, `"\ud83d"`, `"\ude00"`, `"\ud83d\ud83d\ude00"`, `"\\ud83d"`, `"\\\ud83d"`,
		`"\uD83D\uDE00"`, `"\ufffd"`, `{"\udc00":1}`, `["a","\u00e9"]`, "\"\xff\"", `"\ud83dx\ude00"`, `"\ud83d\n"`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var v any
		decodes := json.Unmarshal(data, &v) == nil
		if CheckJSON(data) != nil {
			return
		}
		if !decodes {
			// A number too large for a float is valid JSON all the same.
			return
		}
		again, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ToLower(string(data))
		if strings.Contains(string(again), "\ufffd") && !strings.Contains(text, `\ufffd`) && !strings.Contains(text, "\ufffd") {
			t.Errorf("%q is decoded as %q", data, again)
		}
	})
}

func TestHasLoneSurrogate(t *testing.T) {
	for text, want := range map[string]bool{
		`"plain"`:              false,
		`"\ud83d\ude00"`:       false,
		`"\uD83D\uDE00"`:       false,
		`"\\ud83d"`:            false,
		`"\ud83d"`:             true,
		`"\ude00"`:             true,
		`"\\\ud83d"`:           true,
		`"\ud83d\ud83d\ude00"`: true,
		`"\ud83d\\ude00"`:      true,
		`"\ud83dx\ude00"`:      true,
		`{"\udc00":1}`:         true,
	} {
		if got := hasLoneSurrogate([]byte(text)); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}
