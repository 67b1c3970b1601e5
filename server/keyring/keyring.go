// Package keyring owns the key-encryption keys: a small file outside the
// database, under which the keys that the database holds are wrapped. Whoever
// has the database alone has no key.
//
// It must not keep anything else, nor write a key unwrapped anywhere but into
// its file.
package keyring

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
)

// KeySize is the size in bytes of every key, wrapped or wrapping.
const KeySize = 32

// ErrKeyFile says that the key file is missing, malformed, open to others or
// not the one that wrapped the keys of the database. It takes a person to put
// the right one in its place.
var ErrKeyFile = errors.New("key file")

// ErrNotFound is returned by a Store that has no key of the name.
var ErrNotFound = errors.New("no such key")

// Store keeps wrapped keys by name.
type Store interface {
	ListWrappedKeys(ctx context.Context) ([]WrappedKey, error)
	FindWrappedKey(ctx context.Context, name string) (WrappedKey, error)
	// CreateWrappedKey does nothing if there is a key of the name.
	CreateWrappedKey(ctx context.Context, key WrappedKey) error
}

// WrappedKey is a key as the database holds it: sealed, with its name as
// associated data.
type WrappedKey struct {
	Name    string
	Wrapped []byte
}

// Options are what a Keyring needs besides its file and store.
type Options struct {
	Rand io.Reader // makes keys; crypto/rand if nil
}

// Keyring wraps and unwraps keys. It is safe for concurrent use.
type Keyring struct {
	store  Store
	rand   io.Reader
	active string                 // id of the key that wraps
	keys   map[string]cipher.AEAD // by id; all unwrap
}

// Open reads the key file at path and checks that it opens every key of the
// store. Where the store holds none and there is no file, this is the very
// first start, and it makes the file. All errors that a person has to settle
// are ErrKeyFile.
func Open(ctx context.Context, path string, store Store, opts Options) (*Keyring, error) {
	k := &Keyring{store: store, rand: opts.Rand, keys: make(map[string]cipher.AEAD)}
	if k.rand == nil {
		k.rand = rand.Reader
	}
	wrapped, err := store.ListWrappedKeys(ctx)
	if err != nil {
		return nil, fmt.Errorf("list wrapped keys: %w", err)
	}
	if len(wrapped) == 0 {
		if err := createFile(path, k.rand); err != nil {
			return nil, fmt.Errorf("%w %s: %w", ErrKeyFile, path, err)
		}
	}
	entries, err := readFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w %s: %w", ErrKeyFile, path, err)
	}
	for _, e := range entries {
		if k.keys[e.id], err = newAEAD(e.key); err != nil {
			return nil, fmt.Errorf("%w %s: %w", ErrKeyFile, path, err)
		}
		k.active = e.id
	}
	for _, w := range wrapped {
		if _, err := k.Unwrap(ctx, w.Wrapped, []byte(w.Name)); err != nil {
			return nil, fmt.Errorf("%w %s does not belong to this database: key %q: %w", ErrKeyFile, path, w.Name, err)
		}
	}
	return k, nil
}

// Key returns the key of the name: KeySize random bytes, made on first use.
func (k *Keyring) Key(ctx context.Context, name string) ([]byte, error) {
	found, err := k.store.FindWrappedKey(ctx, name)
	if errors.Is(err, ErrNotFound) {
		if err := k.create(ctx, name); err != nil {
			return nil, fmt.Errorf("create key %q: %w", name, err)
		}
		// Another process may have been first; what the store has counts.
		found, err = k.store.FindWrappedKey(ctx, name)
	}
	if err != nil {
		return nil, fmt.Errorf("find key %q: %w", name, err)
	}
	key, err := k.Unwrap(ctx, found.Wrapped, []byte(name))
	if err != nil {
		return nil, fmt.Errorf("key %q: %w", name, err)
	}
	return key, nil
}

func (k *Keyring) create(ctx context.Context, name string) error {
	key := make([]byte, KeySize)
	if _, err := io.ReadFull(k.rand, key); err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	wrapped, err := k.Wrap(ctx, key, []byte(name))
	if err != nil {
		return err
	}
	return k.store.CreateWrappedKey(ctx, WrappedKey{Name: name, Wrapped: wrapped})
}

// Wrap seals a key under the active key-encryption key, with aad as associated
// data. The result names the key-encryption key: a byte with the length of its
// id, the id, then nonce, ciphertext and tag of AES-256-GCM.
func (k *Keyring) Wrap(_ context.Context, key, aad []byte) ([]byte, error) {
	prefix := append([]byte{byte(len(k.active))}, k.active...)
	return k.keys[k.active].Seal(prefix, nil, key, aad), nil
}

// Unwrap opens what Wrap sealed with the same aad, under whichever key of the
// file it was sealed. Its error is ErrKeyFile if the file has no such key.
func (k *Keyring) Unwrap(_ context.Context, wrapped, aad []byte) ([]byte, error) {
	if len(wrapped) == 0 || len(wrapped) < 1+int(wrapped[0]) {
		return nil, errors.New("unwrap: malformed")
	}
	id, sealed := string(wrapped[1:1+wrapped[0]]), wrapped[1+wrapped[0]:]
	aead, ok := k.keys[id]
	if !ok {
		return nil, fmt.Errorf("unwrap: %w lacks key %q", ErrKeyFile, id)
	}
	key, err := aead.Open(nil, nil, sealed, aad)
	if err != nil {
		return nil, fmt.Errorf("unwrap: %w", err)
	}
	return key, nil
}

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	return aead, nil
}
