package httpapi

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"pleiades/server/chat"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Sending messages, by a login or sealed, is asked for more than all else that costs
// as much, so that it has a short way: where there is nothing to explain about a
// request, its body is read in one pass and nobody else looks at it. All other
// requests, also those that are refused for their form, go through huma, which
// describes the operations. What is decided is the same: both end in send and
// postOutbox.
const (
	sendRoute = "PUT " + conversationPath + messageSuffix
	postRoute = "POST " + outboxPath
)

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
	stored, err := s.sendClaimed(r, &in)
	if errors.Is(err, chat.ErrUnavailable) {
		writeProblem(w, s.problem(r.Context(), err)) // the message may be stored all the same
		return
	}
	if err != nil {
		actor, err := s.authenticate(r, s.logins.actor)
		if err != nil {
			writeProblem(w, s.problem(r.Context(), err))
			return
		}
		s.logins.remember(r, actor)
		ctx := context.WithValue(r.Context(), exchangeKey{}, exchange{w: w, r: r, actor: actor})
		if stored, err = s.sendMessage(ctx, &in); err != nil {
			writeProblem(w, s.problem(ctx, err))
			return
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(stored.Status)
	text := make([]byte, 0, messageLength+len(stored.Body.Body))
	_, _ = w.Write(append(appendMessage(text, stored.Body), '\n')) // the reader is gone: nobody left to tell
}

// errNoClaim says that a request is not by a login that was there before.
var errNoClaim = errors.New("no claim")

// sendClaimed is sendMessage for a login that was there a while ago: whether it still
// is shows with the conversation, so that the database is not asked for it by
// itself. Whatever is surely not stored counts for nothing, and is decided by
// authenticate and sendMessage; its error is told nobody.
func (s *server) sendClaimed(r *http.Request, in *putMessage) (*storedMessage, error) {
	claim, known := s.logins.claim(r)
	if !known || checkNamed(r, claim.Account) != nil {
		return nil, errNoClaim
	}
	actor := chat.Actor{Account: claim.Account}
	by := chat.Claim{TokenHash: claim.TokenHash, Holds: func(l chat.Login) bool {
		return s.Accounts.Holds(l.Stage, l.LastActAt, l.ExpiresAt)
	}}
	return s.send(in, actor, func(conversation uuid.UUID, d message.Draft) (message.Message, bool, error) {
		stored, created, err := s.Chat.SendClaimed(r.Context(), actor, by, conversation, d)
		if err != nil && !errors.Is(err, chat.ErrUnavailable) && r.Context().Err() == nil {
			s.Accounts.Forget(claim)
			s.limiters.message.Return(actor.Account.String())
		}
		return stored, created, err
	})
}

// postShortly answers a request that hands over envelopes.
func (s *server) postShortly(w http.ResponseWriter, r *http.Request, envelopes [][]byte) {
	ctx := context.WithValue(r.Context(), exchangeKey{}, exchange{w: w, r: r})
	answers, err := s.postOutbox(ctx, &postOutbox{wire.PostOutbox{Envelopes: envelopes}})
	if err != nil {
		writeProblem(w, s.problem(ctx, err))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = jsonFormat().Marshal(w, answers.Body) // the reader is gone: nobody left to tell
}

// maxEnvelopes is how many wire.PostOutbox holds at most.
const maxEnvelopes = 500

// readOutbox reads the JSON of envelopes, one at least, if it is as nearly all is:
// without white space or escapes in their base64. It never takes what
// unmarshalJSON and huma would refuse.
func readOutbox(data []byte) (envelopes [][]byte, ok bool) {
	p := shortJSON{rest: data}
	p.take('{')
	if p.text() != "envelopes" {
		return nil, false
	}
	p.take(':')
	p.take('[')
	for !p.failed {
		text := p.raw()
		sealed, err := base64.StdEncoding.Strict().AppendDecode(make([]byte, 0, base64.StdEncoding.DecodedLen(len(text))), text)
		if p.failed || err != nil {
			return nil, false
		}
		if envelopes = append(envelopes, sealed); len(envelopes) > maxEnvelopes {
			return nil, false
		}
		if p.space(); len(p.rest) == 0 || p.rest[0] != ',' {
			break
		}
		p.take(',')
	}
	p.take(']')
	p.take('}')
	p.space()
	return envelopes, !p.failed && len(p.rest) == 0
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
