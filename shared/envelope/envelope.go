// Package envelope owns the format of the sealed outbox: what a device writes
// down at the moment of sending, so that a worker that can neither read nor
// forge it may hand it over later, without a login.
//
// An envelope is sealed with HPKE (RFC 9180) to an ingest key that the server
// publishes: ML-KEM-768 with X25519, HKDF-SHA256, AES-256-GCM. What the server
// must know before it opens one stands in front in the clear, as associated
// data. Inside lie a MAC, HMAC-SHA-256 under the device's secret over the
// header and the content, and the content, padded:
//
//	envelope = header ‖ enc ‖ AEAD(mac ‖ pad(content); aad = header)
//	header   = version ‖ field(protocol) ‖ field(key) ‖ field(device) ‖ field(conversation)
//	content  = field(kind) ‖ field(id) ‖ field(body)
//	mac      = HMAC(secret, field(label) ‖ field(header) ‖ field(content))
//	field(x) = length of x as 4 bytes, big-endian ‖ x
//
// Every field has its place and one form, so that nothing can be read in two
// ways: what opens is, byte for byte, what was sealed.
//
// It must not keep keys or decide whose they are, and it does not know what a
// body means.
package envelope

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"pleiades/shared/padding"
)

// Sizes, in bytes.
const (
	// SecretSize is the size of a device's secret.
	SecretSize = 32
	// MaxBody is the most a body may have: more than any that package wire
	// describes needs.
	MaxBody = 60_000
	// MaxSize is the most an envelope may have.
	MaxSize = 64 << 10
)

// version is the first byte of every envelope.
const version = 1

// The labels keep what was made for one use from being taken for another.
const (
	envelopeLabel = "pleiades envelope 1"
	secretLabel   = "pleiades device secret 1" // #nosec G101 -- a label
)

// The errors that callers can tell apart with errors.Is.
var (
	// ErrNewer says that an envelope was made by a later version of this
	// package.
	ErrNewer = errors.New("envelope: of a later version")
	// ErrMalformed says that something is no envelope.
	ErrMalformed = errors.New("envelope: malformed")
	// ErrUnverified says that an envelope does not open with the key, or does
	// not come from who has the secret. Which of them it is stays unsaid.
	ErrUnverified = errors.New("envelope: not verified")
	// ErrTooLarge says that a body has more than MaxBody bytes.
	ErrTooLarge = errors.New("envelope: body too large")
)

// Kind says what the body of an envelope is.
type Kind string

// The kinds. A body is the JSON that the session route of the kind takes.
const (
	Message   Kind = "message"   // wire.PutMessage
	Agenda    Kind = "agenda"    // wire.PutAgendaChange
	Agreement Kind = "agreement" // wire.Acknowledge
	Ticket    Kind = "ticket"    // wire.PutTicket; it belongs to no conversation: uuid.Nil
	Reply     Kind = "reply"     // wire.SealedReply, to a ticket; likewise
)

// Header is what everybody sees of an envelope. It cannot be changed without
// the envelope being refused.
type Header struct {
	Protocol     uint32    // wire.Version of the app that sealed it
	Key          uuid.UUID // the ingest key it is sealed to
	Device       uuid.UUID // the device that sealed it, and so the account
	Conversation uuid.UUID
}

// Content is what an envelope hides.
type Content struct {
	Kind Kind
	ID   uuid.UUID // makes handing it over again harmless
	Body []byte    // JSON
}

// Secret is what proves that a device sealed something: random bytes that the
// device and the server have.
type Secret [SecretSize]byte

// String keeps the secret out of logs.
func (Secret) String() string { return "[secret]" }

// GoString keeps the secret out of logs.
func (s Secret) GoString() string { return s.String() }

// Seal makes an envelope for the ingest key that the header names, on behalf of
// who has the secret.
func Seal(key PublicKey, secret Secret, h Header, c Content) ([]byte, error) {
	if len(c.Body) > MaxBody {
		return nil, ErrTooLarge
	}
	h.Key = key.ID
	header, content := h.append(nil), c.append(nil)
	plain := append(sign(secret, header, content), padding.Pad(content)...)
	sealed, err := key.seal(envelopeLabel, header, plain)
	if err != nil {
		return nil, fmt.Errorf("seal envelope: %w", err)
	}
	return sealed, nil
}

// ReadHeader returns the header of an envelope. Nothing is proven of it before
// Open. The errors are ErrMalformed, also for one larger than MaxSize, and
// ErrNewer.
func ReadHeader(envelope []byte) (Header, error) {
	h, _, err := readHeader(envelope)
	return h, err
}

// Open returns what was sealed with the secret for the key. The errors are
// those of ReadHeader and ErrUnverified.
func Open(key PrivateKey, secret Secret, envelope []byte) (Content, error) {
	return OpenAny(key, []Secret{secret}, envelope)
}

// OpenAny is Open for what was sealed with any of the secrets.
func OpenAny(key PrivateKey, secrets []Secret, envelope []byte) (Content, error) {
	h, size, err := readHeader(envelope)
	if err != nil {
		return Content{}, err
	}
	header := envelope[:size]
	plain, err := key.open(envelopeLabel, header, envelope[size:])
	if err != nil || h.Key != key.ID || len(plain) < sha256.Size {
		return Content{}, ErrUnverified
	}
	content, err := padding.Unpad(plain[sha256.Size:])
	if err != nil {
		return Content{}, ErrUnverified
	}
	signed := func(s Secret) bool { return hmac.Equal(plain[:sha256.Size], sign(s, header, content)) }
	if !slices.ContainsFunc(secrets, signed) {
		return Content{}, ErrUnverified
	}
	c, err := parseContent(content)
	if err != nil {
		return Content{}, ErrUnverified // nobody but a broken device seals that
	}
	return c, nil
}

// sign returns the MAC over header and content.
func sign(secret Secret, header, content []byte) []byte {
	var input []byte
	for _, field := range [][]byte{[]byte(envelopeLabel), header, content} {
		input = appendField(input, field)
	}
	mac := hmac.New(sha256.New, secret[:])
	mac.Write(input)
	return mac.Sum(nil)
}

func (h Header) append(b []byte) []byte {
	b = append(b, version)
	b = appendField(b, binary.BigEndian.AppendUint32(nil, h.Protocol))
	b = appendField(b, h.Key[:])
	b = appendField(b, h.Device[:])
	return appendField(b, h.Conversation[:])
}

// readHeader returns the header and its size in bytes.
func readHeader(envelope []byte) (h Header, size int, err error) {
	if len(envelope) == 0 || len(envelope) > MaxSize {
		return Header{}, 0, ErrMalformed
	}
	if envelope[0] > version {
		return Header{}, 0, ErrNewer
	}
	if envelope[0] != version {
		return Header{}, 0, ErrMalformed
	}
	r := reader{rest: envelope[1:]}
	protocol := r.sized(4)
	for _, id := range []*uuid.UUID{&h.Key, &h.Device, &h.Conversation} {
		copy(id[:], r.sized(len(id)))
	}
	if r.failed {
		return Header{}, 0, ErrMalformed
	}
	h.Protocol = binary.BigEndian.Uint32(protocol)
	return h, len(envelope) - len(r.rest), nil
}

func (c Content) append(b []byte) []byte {
	b = appendField(b, []byte(c.Kind))
	b = appendField(b, c.ID[:])
	return appendField(b, c.Body)
}

func parseContent(content []byte) (c Content, err error) {
	r := reader{rest: content}
	c.Kind = Kind(r.field())
	copy(c.ID[:], r.sized(len(c.ID)))
	c.Body = r.field()
	if r.failed || len(r.rest) > 0 {
		return Content{}, ErrMalformed
	}
	return c, nil
}
