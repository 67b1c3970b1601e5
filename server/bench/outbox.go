package main

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/envelope"
	"pleiades/shared/wire"
)

// sealed is a device that hands over what it sealed, without a login.
type sealed struct {
	of     pair
	key    envelope.PublicKey
	secret envelope.Secret
	conn   *client
	ready  [][]byte // bodies of requests, one message each
}

// seal makes the n-th device of a conversation known and connects it.
func (p *process) seal(of pair, n int) (*sealed, error) {
	d := &sealed{of: of}
	if _, err := io.ReadFull(rand.Reader, d.secret[:]); err != nil {
		return nil, fmt.Errorf("make secret: %w", err)
	}
	person, err := dial(p.addr, cookie(of.writer), n)
	if err != nil {
		return nil, err
	}
	defer person.close()
	var keys wire.IngestKeys
	if err := exchange(person, "GET", "/api/v1/ingest-keys", nil, &keys); err != nil {
		return nil, err
	}
	if d.key, err = envelope.NewPublicKey(keys.Keys[0].ID, keys.Keys[0].PublicKey); err != nil {
		return nil, err
	}
	secret, err := envelope.SealSecret(d.key, of.writer.Account, d.secret)
	if err != nil {
		return nil, err
	}
	if err := exchange(person, "POST", "/api/v1/devices", wire.RegisterDevice{Secret: secret}, nil); err != nil {
		return nil, err
	}
	d.conn, err = dial(p.addr, "", n)
	return d, err
}

// exchange sends a value as JSON and reads the answer into another; each may be
// nil.
func exchange(c *client, method, path string, in, out any) error {
	var body []byte
	var err error
	if in != nil {
		if body, err = json.Marshal(in); err != nil {
			return err
		}
	}
	status, answer, err := c.do(method, path, body)
	if err := expect(200, status, answer, err); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(answer, out)
}

// prepare seals n messages, which takes a device longer than to hand them over.
func (d *sealed) prepare(n int) error {
	for range n {
		id, err := uuid.NewV7() // as those of the app
		if err != nil {
			return err
		}
		body, err := json.Marshal(map[string]any{"body": text, "writtenAt": time.Now().UTC()})
		if err != nil {
			return err
		}
		made, err := envelope.Seal(d.key, d.secret,
			envelope.Header{Protocol: wire.Version, Device: d.of.device, Conversation: d.of.conversation},
			envelope.Content{Kind: envelope.Message, ID: id, Body: body})
		if err != nil {
			return err
		}
		request, err := json.Marshal(wire.PostOutbox{Envelopes: [][]byte{made}})
		if err != nil {
			return err
		}
		d.ready = append(d.ready, request)
	}
	return nil
}

// post hands over the next message.
func (d *sealed) post() error {
	if len(d.ready) == 0 {
		return errDry
	}
	request := d.ready[0]
	d.ready = d.ready[1:]
	status, answer, err := d.conn.do("POST", "/api/v1/outbox", request)
	if err := expect(200, status, answer, err); err != nil {
		return err
	}
	var answers wire.OutboxAnswers
	if err := json.Unmarshal(answer, &answers); err != nil {
		return err
	}
	if answers.Answers[0].Status != wire.OutboxAccepted {
		return fmt.Errorf("not accepted: %s", answer)
	}
	return nil
}
