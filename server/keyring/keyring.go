// Package keyring owns the key-encryption keys: a small file outside the
// database, under which the keys that the database holds are wrapped. It must
// not keep anything else, and no key ever leaves it unwrapped except to the
// code that uses it.
package keyring

import (
	"context"
	"errors"
)

// ErrKeyFile says that the key file is missing, unreadable or not the one that
// wrapped the keys of the database. Someone has to put the right one in place.
var ErrKeyFile = errors.New("key file")

// Store keeps wrapped keys.
type Store interface{}

// Keyring wraps and unwraps keys. It is safe for concurrent use.
type Keyring struct{}

// Open reads the key file at path.
func Open(ctx context.Context, path string, store Store) (*Keyring, error) {
	return nil, errors.ErrUnsupported
}

// Key returns the 32-byte key of the name, made on first use.
func (k *Keyring) Key(ctx context.Context, name string) ([]byte, error) {
	return nil, errors.ErrUnsupported
}

// Wrap seals a key under the active key-encryption key.
func (k *Keyring) Wrap(ctx context.Context, key, aad []byte) ([]byte, error) {
	return nil, errors.ErrUnsupported
}

// Unwrap opens what Wrap sealed with the same aad.
func (k *Keyring) Unwrap(ctx context.Context, wrapped, aad []byte) ([]byte, error) {
	return nil, errors.ErrUnsupported
}
