package account

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/argon2"

	"pleiades/shared/message"
)

// Parameters of new hashes (OWASP Password Storage Cheat Sheet, argon2id).
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2         // passes
	argonThreads = 1
	saltSize     = 16 // bytes
	keySize      = 32 // bytes
)

// hasher hashes passwords with argon2id, a bounded number at once.
type hasher struct {
	rand  io.Reader
	slots chan struct{}
	// derive is argon2.IDKey; tests count its calls.
	derive func(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte
	// decoy is checked where there is no account, so that the answer takes as
	// long; no password matches it.
	decoy string
}

func newHasher(atOnce int, rand io.Reader) *hasher {
	return &hasher{
		rand:   rand,
		slots:  make(chan struct{}, atOnce),
		derive: argon2.IDKey,
		decoy:  newPHC().String(),
	}
}

// hash returns the hash of a password in PHC string form.
func (h *hasher) hash(ctx context.Context, password message.Text) (string, error) {
	p := newPHC()
	if _, err := io.ReadFull(h.rand, p.salt); err != nil {
		return "", fmt.Errorf("make salt: %w", err)
	}
	key, err := h.key(ctx, password, p)
	if err != nil {
		return "", err
	}
	p.key = key
	return p.String(), nil
}

// matches reports whether the password has the hash.
func (h *hasher) matches(ctx context.Context, password message.Text, hash string) (bool, error) {
	p, err := decodePHC(hash)
	if err != nil {
		return false, err
	}
	key, err := h.key(ctx, password, p)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(key, p.key) == 1, nil
}

// key derives a key with the parameters and the salt of p and as long as its
// key, when there is a free slot.
func (h *hasher) key(ctx context.Context, password message.Text, p phc) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	// #nosec G115 -- newPHC and decodePHC make keys of a few bytes
	return h.derive([]byte(password), p.salt, p.time, p.memory, p.threads, uint32(len(p.key))), nil
}

// phc is a hash taken apart.
type phc struct {
	memory, time uint32
	threads      uint8
	salt, key    []byte
}

// newPHC returns a hash with the parameters above, its salt and key all zero.
func newPHC() phc {
	return phc{memory: argonMemory, time: argonTime, threads: argonThreads, salt: make([]byte, saltSize), key: make([]byte, keySize)}
}

// String writes the hash in PHC string form.
func (p phc) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.time, p.threads,
		base64.RawStdEncoding.EncodeToString(p.salt), base64.RawStdEncoding.EncodeToString(p.key))
}

// decodePHC reads a hash with whatever parameters it was made. Its error never
// repeats the hash.
func decodePHC(s string) (phc, error) {
	malformed := errors.New("malformed password hash")
	fields := strings.Split(s, "$")
	if len(fields) != 6 || fields[1] != "argon2id" || fields[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return phc{}, malformed
	}
	var p phc
	if _, err := fmt.Sscanf(fields[3], "m=%d,t=%d,p=%d", &p.memory, &p.time, &p.threads); err != nil {
		return phc{}, malformed
	}
	var err error
	if p.salt, err = base64.RawStdEncoding.DecodeString(fields[4]); err != nil {
		return phc{}, malformed
	}
	if p.key, err = base64.RawStdEncoding.DecodeString(fields[5]); err != nil {
		return phc{}, malformed
	}
	if p.time == 0 || p.threads == 0 || len(p.key) < 16 {
		return phc{}, malformed
	}
	return p, nil
}
