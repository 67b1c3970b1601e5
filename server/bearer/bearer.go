// Package bearer makes tokens whose bearer is let in: those of logins, devices
// and links in mails. Only their hashes are stored.
//
// It must not know what a token is for.
package bearer

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
)

// size is how many random bytes a token has.
const size = 32

// New makes a token of random bytes and the hash under which it is stored. It
// has 256 random bits, so a plain hash keeps it secret.
func New(random io.Reader) (token string, hash []byte, err error) {
	raw := make([]byte, size)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", nil, fmt.Errorf("make token: %w", err)
	}
	sum := sha256.Sum256(raw)
	return base64.RawURLEncoding.EncodeToString(raw), sum[:], nil
}

// Hash returns the hash under which a token is stored, and false for a string
// that is no token.
func Hash(token string) (hash []byte, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != size {
		return nil, false
	}
	sum := sha256.Sum256(raw)
	return sum[:], true
}
