package outbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"pleiades/shared/agenda"
	"pleiades/shared/envelope"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Why a content cannot be read. A device that seals such a thing is broken.
var (
	errNoKind = errors.New("an unknown kind, or a field that is missing or unknown")
	errNoJSON = errors.New("a body that is not JSON in Unicode")
)

// letter is a content that was read: one of the five is set.
type letter struct {
	index       int // of its answer
	id          uuid.UUID
	draft       *message.Draft
	change      *agenda.Change
	acknowledge *wire.Acknowledge
	ticket      *wire.PutTicket
	reply       *wire.SealedReply
}

// read reads a content, as strictly as the routes with a login.
func read(index int, c envelope.Content) (letter, error) {
	l := letter{index: index, id: c.ID}
	switch c.Kind {
	case envelope.Message:
		var in wire.PutMessage
		if err := decode(c.Body, &in); err != nil {
			return letter{}, err
		}
		if in.WrittenAt.IsZero() {
			return letter{}, fmt.Errorf("%w: writtenAt", errNoKind)
		}
		l.draft = &message.Draft{ID: c.ID, Body: in.Body, WrittenAt: in.WrittenAt}
	case envelope.Agenda:
		var in wire.PutAgendaChange
		if err := decode(c.Body, &in); err != nil {
			return letter{}, err
		}
		l.change = &agenda.Change{
			ID: c.ID, Kind: in.Kind, Item: in.Item, Text: in.Text, Base: in.Base, Place: in.Place, At: in.At,
		}
	case envelope.Agreement:
		l.acknowledge = new(wire.Acknowledge)
		if err := decode(c.Body, l.acknowledge); err != nil {
			return letter{}, err
		}
	case envelope.Ticket:
		l.ticket = new(wire.PutTicket)
		if err := decode(c.Body, l.ticket); err != nil {
			return letter{}, err
		}
	case envelope.Reply:
		l.reply = new(wire.SealedReply)
		if err := decode(c.Body, l.reply); err != nil {
			return letter{}, err
		}
	default:
		return letter{}, errNoKind
	}
	return l, nil
}

func decode(body []byte, v any) error {
	if wire.CheckJSON(body) != nil {
		return errNoJSON
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if d.Decode(v) != nil {
		return errNoKind // the decoder's own words may quote the body
	}
	return nil
}

func drafts(run []letter) []message.Draft {
	list := make([]message.Draft, len(run))
	for i, l := range run {
		list[i] = *l.draft
	}
	return list
}
