package bearer_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"strings"
	"testing"

	"pleiades/server/bearer"
)

func TestNew(t *testing.T) {
	token, hash, err := bearer.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := bearer.Hash(token); !ok || !bytes.Equal(got, hash) {
		t.Errorf("the token hashes to %x, %t; want %x", got, ok, hash)
	}
	if again, _, err := bearer.New(rand.Reader); err != nil || again == token {
		t.Errorf("two tokens are the same, or %v", err)
	}
	if _, _, err := bearer.New(strings.NewReader("short")); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("too few random bytes: got %v", err)
	}
}

func TestHash(t *testing.T) {
	token, _, err := bearer.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"nothing": "", "too short": token[:42], "too long": token + "A", "padded": token + "=", "another alphabet": "+" + token[1:],
		"bits that carry nothing": strings.Repeat("A", 42) + "B",
	} {
		if _, ok := bearer.Hash(text); ok {
			t.Errorf("%s was taken for a token", name)
		}
	}
}
