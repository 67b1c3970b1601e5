// Package keytest is a passkey in software, for tests: it answers what a server
// asks a browser, as the browser would hand it on.
package keytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/fxamacker/cbor/v2"
)

// Key is a discoverable passkey with a P-256 key, which has verified its person
// unless it is told not to.
type Key struct {
	Origin     string // of the page, such as https://care.example
	Host       string // of the origin
	Unverified bool   // it has not verified the person
	Count      uint32 // raised by each use; set it back to be a clone

	id     []byte
	user   []byte
	secret *ecdsa.PrivateKey
}

// New makes a passkey that belongs to nobody yet.
func New(t *testing.T, origin, host string) *Key {
	t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &Key{Origin: origin, Host: host, id: []byte(rand.Text()), secret: secret}
}

// Flags of authenticator data (WebAuthn Level 3, section 6.1).
const (
	flagPresent  = 0x01
	flagVerified = 0x04
	flagAttested = 0x40
)

// MustCreate answers creation options with a new credential, as JSON.
func (k *Key) MustCreate(t *testing.T, options []byte) []byte {
	t.Helper()
	var asked struct {
		Challenge string
		User      struct{ ID string }
	}
	mustUnmarshal(t, options, &asked)
	k.user = mustDecode(t, asked.User.ID)
	attested := make([]byte, 16)                                          // the model: none
	attested = binary.BigEndian.AppendUint16(attested, uint16(len(k.id))) // #nosec G115 -- of 32 bytes
	attested = append(attested, k.id...)
	attested = append(attested, k.mustPublic(t)...)
	object, err := cbor.Marshal(map[string]any{
		"fmt":      "none",
		"attStmt":  map[string]any{},
		"authData": append(k.data(flagAttested), attested...),
	})
	if err != nil {
		t.Fatal(err)
	}
	return k.mustAnswer(t, map[string]any{
		"clientDataJSON":    encode(k.client("webauthn.create", asked.Challenge)),
		"attestationObject": encode(object),
		"transports":        []string{"internal"},
	})
}

// MustGet answers request options with a signature, as JSON.
func (k *Key) MustGet(t *testing.T, options []byte) []byte {
	t.Helper()
	var asked struct{ Challenge string }
	mustUnmarshal(t, options, &asked)
	k.Count++
	data, client := k.data(0), k.client("webauthn.get", asked.Challenge)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, k.secret, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return k.mustAnswer(t, map[string]any{
		"clientDataJSON":    encode(client),
		"authenticatorData": encode(data),
		"signature":         encode(signature),
		"userHandle":        encode(k.user),
	})
}

func (k *Key) mustAnswer(t *testing.T, response map[string]any) []byte {
	t.Helper()
	text, err := json.Marshal(map[string]any{
		"id": encode(k.id), "rawId": encode(k.id), "type": "public-key",
		"response": response, "clientExtensionResults": map[string]any{},
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// client is the client data of a page.
func (k *Key) client(kind, challenge string) []byte {
	text, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": k.Origin, "crossOrigin": false})
	if err != nil {
		panic(err) // plain strings
	}
	return text
}

// data is the authenticator data up to the counter.
func (k *Key) data(flags byte) []byte {
	host := sha256.Sum256([]byte(k.Host))
	flags |= flagPresent
	if !k.Unverified {
		flags |= flagVerified
	}
	return binary.BigEndian.AppendUint32(append(host[:], flags), k.Count)
}

// mustPublic is the public key in COSE form (RFC 9053, section 7.1): ES256.
func (k *Key) mustPublic(t *testing.T) []byte {
	t.Helper()
	point, err := k.secret.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	key, err := cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func mustDecode(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func mustUnmarshal(t *testing.T, text []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(text, v); err != nil {
		t.Fatal(err)
	}
}
