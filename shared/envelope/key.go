package envelope

import (
	"crypto/hpke"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// Sizes of keys, in bytes.
const (
	// SeedSize is the size of the random seed that a private key is.
	SeedSize = 32
	// PublicKeySize is the size of a public key.
	PublicKeySize = 1216
	// encSize is the size of the key that HPKE encapsulates in front of what it
	// seals.
	encSize = 1120
)

// PublicKey is an ingest key as everybody has it: it seals.
type PublicKey struct {
	ID  uuid.UUID
	key hpke.PublicKey
}

// NewPublicKey returns the ingest key of an id from PublicKeySize bytes.
func NewPublicKey(id uuid.UUID, key []byte) (PublicKey, error) {
	k, err := hpke.MLKEM768X25519().NewPublicKey(key)
	if err != nil {
		return PublicKey{}, fmt.Errorf("read ingest key: %w", err)
	}
	return PublicKey{ID: id, key: k}, nil
}

// Bytes returns the key to publish.
func (k PublicKey) Bytes() []byte { return k.key.Bytes() }

// PrivateKey is an ingest key as the server alone has it: it opens.
type PrivateKey struct {
	ID  uuid.UUID
	key hpke.PrivateKey
}

// NewPrivateKey returns the ingest key of an id from SeedSize random bytes.
func NewPrivateKey(id uuid.UUID, seed []byte) (PrivateKey, error) {
	k, err := hpke.MLKEM768X25519().NewPrivateKey(seed)
	if err != nil {
		return PrivateKey{}, fmt.Errorf("read ingest key: %w", err)
	}
	return PrivateKey{ID: id, key: k}, nil
}

// Public returns the key that seals for this one.
func (k PrivateKey) Public() PublicKey { return PublicKey{ID: k.ID, key: k.key.PublicKey()} }

// SealSecret seals a new device's secret for the server, on behalf of an
// account.
func SealSecret(key PublicKey, account uuid.UUID, secret Secret) ([]byte, error) {
	header := secretHeader(key.ID, account)
	sealed, err := key.seal(secretLabel, header, secret[:])
	if err != nil {
		return nil, fmt.Errorf("seal secret: %w", err)
	}
	return sealed, nil
}

// SecretKey returns the id of the ingest key that SealSecret sealed to. The
// error is ErrMalformed.
func SecretKey(sealed []byte) (uuid.UUID, error) {
	if len(sealed) == 0 || sealed[0] != version {
		return uuid.Nil, ErrMalformed
	}
	var id uuid.UUID
	r := reader{rest: sealed[1:]}
	copy(id[:], r.sized(len(id)))
	if r.failed {
		return uuid.Nil, ErrMalformed
	}
	return id, nil
}

// OpenSecret returns the secret that was sealed for the key on behalf of the
// account. Everything else is ErrUnverified.
func OpenSecret(key PrivateKey, account uuid.UUID, sealed []byte) (Secret, error) {
	header := secretHeader(key.ID, account)
	if len(sealed) < len(header) || string(sealed[:len(header)]) != string(header) {
		return Secret{}, ErrUnverified
	}
	plain, err := key.open(secretLabel, header, sealed[len(header):])
	if err != nil || len(plain) != SecretSize {
		return Secret{}, ErrUnverified
	}
	return Secret(plain), nil
}

func secretHeader(key, account uuid.UUID) []byte {
	return appendField(appendField([]byte{version}, key[:]), account[:])
}

// seal returns header ‖ enc ‖ ciphertext.
func (k PublicKey) seal(label string, header, plain []byte) ([]byte, error) {
	enc, sender, err := hpke.NewSender(k.key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(label))
	if err != nil {
		return nil, err
	}
	sealed, err := sender.Seal(header, plain)
	if err != nil {
		return nil, err
	}
	whole := make([]byte, 0, len(header)+len(enc)+len(sealed))
	return append(append(append(whole, header...), enc...), sealed...), nil
}

// open opens enc ‖ ciphertext.
func (k PrivateKey) open(label string, header, sealed []byte) ([]byte, error) {
	if len(sealed) < encSize {
		return nil, errors.New("too short")
	}
	recipient, err := hpke.NewRecipient(sealed[:encSize], k.key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(label))
	if err != nil {
		return nil, err
	}
	return recipient.Open(header, sealed[encSize:])
}
