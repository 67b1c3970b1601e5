package envelope_test

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"os"
	"runtime"
	"testing"

	"github.com/google/uuid"

	"pleiades/shared/envelope"
)

// vector is an envelope that opens for ever: devices keep such ones.
type vector struct {
	MadeBy       string        `json:"madeBy"` // the platform that sealed it
	Seed         []byte        `json:"seed"`   // of the ingest key
	Public       []byte        `json:"public"`
	Secret       []byte        `json:"secret"`
	Key          uuid.UUID     `json:"key"`
	Device       uuid.UUID     `json:"device"`
	Conversation uuid.UUID     `json:"conversation"`
	Protocol     uint32        `json:"protocol"`
	Kind         envelope.Kind `json:"kind"`
	ID           uuid.UUID     `json:"id"`
	Body         string        `json:"body"`
	Envelope     []byte        `json:"envelope"`
}

//go:embed testdata/vectors.json
var vectors []byte

func mustVectors(t testing.TB) []vector {
	t.Helper()
	var list []vector
	if err := json.Unmarshal(vectors, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// TestVectors opens envelopes that were sealed natively and in the browser.
func TestVectors(t *testing.T) {
	platforms := make(map[string]bool)
	for _, v := range mustVectors(t) {
		platforms[v.MadeBy] = true
		key, err := envelope.NewPrivateKey(v.Key, v.Seed)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(key.Public().Bytes(), v.Public) {
			t.Errorf("%s %s: another public key", v.MadeBy, v.Kind)
		}
		h, err := envelope.ReadHeader(v.Envelope)
		want := envelope.Header{Protocol: v.Protocol, Key: v.Key, Device: v.Device, Conversation: v.Conversation}
		if err != nil || h != want {
			t.Errorf("%s %s: header %+v, error %v", v.MadeBy, v.Kind, h, err)
		}
		got, err := envelope.Open(key, envelope.Secret(v.Secret), v.Envelope)
		if err != nil || !equal(got, envelope.Content{Kind: v.Kind, ID: v.ID, Body: []byte(v.Body)}) {
			t.Errorf("%s %s: got %s %v %s, error %v", v.MadeBy, v.Kind, got.Kind, got.ID, got.Body, err)
		}
	}
	if !platforms["linux/amd64"] || !platforms["js/wasm"] {
		t.Errorf("vectors of %v only", platforms)
	}
}

// TestMakeVectors prints new vectors where PLEIADES_VECTORS is set: for a new
// version of the format, to be added to testdata/vectors.json.
func TestMakeVectors(t *testing.T) {
	if os.Getenv("PLEIADES_VECTORS") == "" {
		return
	}
	key := mustKey(t, header.Key, 1)
	var list []vector
	for kind, body := range map[envelope.Kind]string{
		envelope.Message:   string(content.Body),
		envelope.Agenda:    `{"kind":"check","item":"019b76da-a800-7000-8000-000000000005","at":"2026-11-02T09:00:00Z"}`,
		envelope.Agreement: `{"version":1,"textVersion":1}`,
	} {
		c := envelope.Content{Kind: kind, ID: content.ID, Body: []byte(body)}
		list = append(list, vector{
			MadeBy: runtime.GOOS + "/" + runtime.GOARCH, Seed: bytes.Repeat([]byte{1}, envelope.SeedSize),
			Public: key.Public().Bytes(), Secret: secret[:], Key: header.Key, Device: header.Device,
			Conversation: header.Conversation, Protocol: header.Protocol, Kind: kind, ID: c.ID, Body: body,
			Envelope: mustSeal(t, key.Public(), c),
		})
	}
	out, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	os.Stdout.Write(append(out, '\n'))
}
