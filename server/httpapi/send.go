package httpapi

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"unicode/utf8"

	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Sending a message is asked for more than all else that costs as much, so that it
// has a short way: where there is nothing to explain about a request, its body is
// read in one pass and nobody else looks at it. All other requests, also those
// that are refused for their form, go through huma, which describes the operation.
// What is decided is the same: both ask sendMessage.
const sendRoute = "PUT " + conversationPath + messageSuffix

// sentTo returns the ids in the address of a request that sends a message. Those
// of another form are for the router to explain.
func sentTo(r *http.Request) (conversation, id string, ok bool) {
	if r.Method != http.MethodPut || r.URL.RawPath != "" {
		return "", "", false
	}
	rest, ok := strings.CutPrefix(r.URL.Path, conversationsPath)
	if !ok {
		return "", "", false
	}
	if conversation, id, ok = strings.Cut(rest, messagesPart); !ok {
		return "", "", false
	}
	_, err := message.ParseID(conversation)
	if err == nil {
		_, err = message.ParseID(id)
	}
	return conversation, id, err == nil
}

// Parts of the address of a message.
const (
	conversationsPath = "/api/v1/conversations/"
	messagesPart      = "/messages/"
	conversationPath  = conversationsPath + "{cid}"
	messageSuffix     = messagesPart + "{mid}"
)

// sendShortly answers a request that sends a message.
func (s *server) sendShortly(w http.ResponseWriter, r *http.Request, in putMessage) {
	actor, err := s.authenticate(r, s.logins.actor)
	if err != nil {
		writeProblem(w, s.problem(r.Context(), err))
		return
	}
	ctx := context.WithValue(r.Context(), exchangeKey{}, exchange{w: w, r: r, actor: actor})
	stored, err := s.sendMessage(ctx, &in)
	if err != nil {
		writeProblem(w, s.problem(ctx, err))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(stored.Status)
	text := make([]byte, 0, messageLength+len(stored.Body.Body))
	_, _ = w.Write(append(appendMessage(text, stored.Body), '\n')) // the reader is gone: nobody left to tell
}

// readPut reads the JSON of a message that is sent, if it is as nearly all are:
// the two fields, once each, and no escapes but those of one letter. It never takes
// what unmarshalJSON and huma would refuse.
func readPut(data []byte) (put wire.PutMessage, ok bool) {
	if !utf8.Valid(data) {
		return put, false
	}
	p := shortJSON{rest: data}
	var body, writtenAt bool
	p.take('{')
	for n := range 2 {
		if n > 0 {
			p.take(',')
		}
		switch name := p.text(); {
		case name == "body" && !body:
			p.take(':')
			put.Body, body = message.Text(p.text()), true
		case name == "writtenAt" && !writtenAt:
			p.take(':')
			// As encoding/json has it, which looks at the text as it is written.
			writtenAt = put.WrittenAt.UnmarshalText(p.raw()) == nil
		default:
			return put, false
		}
	}
	p.take('}')
	p.space()
	return put, body && writtenAt && !p.failed && len(p.rest) == 0
}

// shortJSON reads simple JSON. Once something is not as expected it has failed and
// reads nothing more.
type shortJSON struct {
	rest   []byte
	failed bool
}

func (p *shortJSON) space() { p.rest = bytes.TrimLeft(p.rest, " \t\r\n") }

// take reads one character of structure.
func (p *shortJSON) take(c byte) {
	p.space()
	if p.failed || len(p.rest) == 0 || p.rest[0] != c {
		p.failed = true
		return
	}
	p.rest = p.rest[1:]
}

// raw reads a string and returns what is between its quotes, with its escapes.
func (p *shortJSON) raw() []byte {
	p.take('"')
	if p.failed {
		return nil
	}
	for i := 0; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == '"':
			text := p.rest[:i]
			p.rest = p.rest[i+1:]
			return text
		case c == '\\':
			i++ // what is behind it is looked at by text
		case c < ' ':
			p.failed = true
			return nil
		}
	}
	p.failed = true
	return nil
}

// text reads a string.
func (p *shortJSON) text() string {
	raw := p.raw()
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw)
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] == '\\' {
			i++
			at := strings.IndexByte(escapes, raw[i])
			if at < 0 {
				p.failed = true
				return ""
			}
			out = append(out, escaped[at])
			continue
		}
		out = append(out, raw[i])
	}
	return string(out)
}

// The letters of escapes and what they stand for (RFC 8259, section 7).
const (
	escapes = `"\bfnrt/`
	escaped = "\"\\\b\f\n\r\t/"
)
