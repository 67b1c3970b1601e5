package httpapi

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// jsonFormat is how bodies are read and written. Reading is stricter than the
// standard decoder, which silently replaces what is not Unicode.
func jsonFormat() huma.Format {
	return huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: unmarshalJSON}
}

func unmarshalJSON(data []byte, v any) error {
	if err := wire.CheckJSON(data); err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}

// messageLength is about how long the JSON of a message is beside its text, in
// bytes.
const messageLength = 320

// appendMessage appends the JSON of a message, as encoding/json writes it without
// regard to HTML.
func appendMessage(out []byte, m wire.Message) []byte {
	out = append(out, `{"id":"`...)
	out = appendID(out, m.ID)
	out = append(out, `","seq":`...)
	out = strconv.AppendInt(out, m.Seq, 10)
	out = append(out, `,"body":`...)
	out = appendText(out, string(m.Body))
	out = append(out, `,"sender":"`...)
	out = appendID(out, m.Sender)
	out = append(out, `","writtenAt":"`...)
	out = m.WrittenAt.AppendFormat(out, time.RFC3339Nano)
	out = append(out, `","acceptedAt":"`...)
	out = m.AcceptedAt.AppendFormat(out, time.RFC3339Nano)
	out = append(out, '"')
	for _, mark := range []struct {
		set  bool
		text string
	}{{m.Late, `,"late":true`}, {m.Destroyed, `,"destroyed":true`}, {m.Unreadable, `,"unreadable":true`}} {
		if mark.set {
			out = append(out, mark.text...)
		}
	}
	return append(out, '}')
}

// appendMessageEvent appends the JSON of a message's event, as appendMessage does.
func appendMessageEvent(out []byte, e wire.MessageEvent) []byte {
	out = append(out, `{"conversation":"`...)
	out = appendID(out, e.Conversation)
	out = append(out, `","rev":`...)
	out = strconv.AppendInt(out, e.Rev, 10)
	out = append(out, `,"message":`...)
	return append(appendMessage(out, e.Message), '}')
}

// appendID appends an id as it is written.
func appendID(out []byte, id uuid.UUID) []byte {
	var text [36]byte
	hex.Encode(text[:], id[:4])
	hex.Encode(text[9:], id[4:6])
	hex.Encode(text[14:], id[6:8])
	hex.Encode(text[19:], id[8:10])
	hex.Encode(text[24:], id[10:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return append(out, text[:]...)
}

// appendText appends a text, which is UTF-8, as a JSON string. Besides what has to
// be escaped, two characters are that end lines in JavaScript.
func appendText(out []byte, text string) []byte {
	const separators = "\u2028\u2029"
	out = append(out, '"')
	from := 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' && c != separators[0] {
			continue
		}
		escape := ""
		if at := strings.IndexByte(escaped, c); at >= 0 {
			escape = `\` + escapes[at:at+1]
		} else if c < ' ' {
			escape = fmt.Sprintf(`\u%04x`, c)
		} else if strings.HasPrefix(text[i:], separators[:3]) {
			escape = `\u2028`
		} else if strings.HasPrefix(text[i:], separators[3:]) {
			escape = `\u2029`
		} else {
			continue
		}
		out = append(append(out, text[from:i]...), escape...)
		if c == separators[0] {
			i += 2
		}
		from = i + 1
	}
	return append(append(out, text[from:]...), '"')
}
