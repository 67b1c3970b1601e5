// Package keyring owns the keys. Key-encryption keys lie in a small file outside
// the database; under them the keys that the database holds are wrapped: a few
// by name, and data keys by scope and epoch, under which package store seals
// what people wrote. Whoever has the database alone has no key.
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
	"log/slog"
	"sync/atomic"
	"time"
)

// KeySize is the size in bytes of every key, wrapped or wrapping.
const KeySize = 32

// ErrKeyFile says that the key file is missing, malformed, open to others, not
// the one that wrapped the keys of the database, or older than some of them. It takes a person to put
// the right one in its place.
var ErrKeyFile = errors.New("key file")

// ErrNotFound is returned by a Store that has no key of the name.
var ErrNotFound = errors.New("no such key")

// Store keeps wrapped keys by name. Outside of a transaction, each change is
// one of its own.
type Store interface {
	TxStore
	// ReplaceWrappedKeys replaces the keys that are still the old ones.
	ReplaceWrappedKeys(ctx context.Context, list []Replacement) error
	// ListWrappedKeys lists keys whose names come after the one given, in the
	// order of the names, as many as the limit says.
	ListWrappedKeys(ctx context.Context, after string, limit int) ([]WrappedKey, error)
}

// TxStore is what a transaction does with wrapped keys.
type TxStore interface {
	// FindWrappedKey returns ErrNotFound if there is no key of the name.
	FindWrappedKey(ctx context.Context, name string) (WrappedKey, error)
	// CreateWrappedKey does nothing if there is a key of the name.
	CreateWrappedKey(ctx context.Context, key WrappedKey) error
	// DeleteWrappedKeys deletes the keys whose names begin with prefix, and
	// returns their names.
	DeleteWrappedKeys(ctx context.Context, prefix string) ([]string, error)
}

// WrappedKey is a key as the database holds it: sealed, with its name as
// associated data.
type WrappedKey struct {
	Name    string
	Wrapped []byte
}

// Options are what a Keyring needs besides its file and store.
type Options struct {
	Rand io.Reader        // makes keys; crypto/rand if nil
	Now  func() time.Time // tells the epoch and the age of what is cached; time.Now if nil
	Log  *slog.Logger     // names the keys that do not open; none if nil
	// ReadOnly says that nothing is to be made: without a key file it is an
	// error even where the store holds no key.
	ReadOnly bool
}

// Keyring wraps and unwraps keys. It is safe for concurrent use.
type Keyring struct {
	path  string
	store Store
	rand  io.Reader
	clock func() time.Time
	log   *slog.Logger
	cache *cache
	set   atomic.Pointer[keyset] // as the file was read last
}

// keyset is what the key file holds. It never changes.
type keyset struct {
	active string                 // id of the key that wraps
	order  []string               // the ids, oldest first
	keys   map[string]cipher.AEAD // by id; all unwrap
}

// pageSize is how many wrapped keys are listed at a time.
const pageSize = 1000

// Open reads the key file at path and checks that it belongs to the store: it
// opens a key at least, and those that it does not open are named in the log.
// Where the store holds no key and there is no file, this is the very first
// start, and it makes the file. All errors that a person has to settle are
// ErrKeyFile.
func Open(ctx context.Context, path string, store Store, opts Options) (*Keyring, error) {
	k := &Keyring{path: path, store: store, rand: opts.Rand, clock: opts.Now, log: opts.Log}
	if k.rand == nil {
		k.rand = rand.Reader
	}
	if k.clock == nil {
		k.clock = time.Now
	}
	if k.log == nil {
		k.log = slog.New(slog.DiscardHandler)
	}
	k.cache = newCache(k.clock)
	first, err := store.ListWrappedKeys(ctx, "", 1)
	if err != nil {
		return nil, fmt.Errorf("list wrapped keys: %w", err)
	}
	if len(first) == 0 && !opts.ReadOnly {
		if err := createFile(path, k.rand); err != nil {
			return nil, fmt.Errorf("%w %s: %w", ErrKeyFile, path, err)
		}
	}
	if err := k.reload(); err != nil {
		return nil, err
	}
	return k, k.check(ctx)
}

// reload reads the key file.
func (k *Keyring) reload() error {
	entries, err := readFile(k.path)
	if err != nil {
		return fmt.Errorf("%w %s: %w", ErrKeyFile, k.path, err)
	}
	set := &keyset{keys: make(map[string]cipher.AEAD)}
	for _, e := range entries {
		if set.keys[e.id], err = newAEAD(e.key); err != nil {
			return fmt.Errorf("%w %s: %w", ErrKeyFile, k.path, err)
		}
		set.active, set.order = e.id, append(set.order, e.id)
	}
	k.set.Store(set)
	return nil
}

// check returns ErrKeyFile if no key of the store opens. Broken keys among
// others keep only from opening what they sealed.
func (k *Keyring) check(ctx context.Context) error {
	const named = 10 // broken keys at most, in the log
	var (
		opened  int
		broken  []string
		problem error
	)
	err := k.eachWrapped(ctx, func(w WrappedKey) error {
		if _, err := k.Unwrap(ctx, w.Wrapped, []byte(w.Name)); err != nil {
			broken, problem = append(broken, w.Name), err
		} else {
			opened++
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case broken != nil && opened == 0:
		return fmt.Errorf("%w %s does not belong to this database: no key opens, the last with: %w", ErrKeyFile, k.path, problem)
	case broken != nil:
		k.log.ErrorContext(ctx, "some keys of the database do not open",
			"count", len(broken), "first", broken[:min(named, len(broken))], "err", problem)
	}
	return nil
}

// eachWrapped calls do with every wrapped key of the store.
func (k *Keyring) eachWrapped(ctx context.Context, do func(WrappedKey) error) error {
	for after := ""; ; {
		page, err := k.store.ListWrappedKeys(ctx, after, pageSize)
		if err != nil {
			return fmt.Errorf("list wrapped keys: %w", err)
		}
		for _, w := range page {
			if err := do(w); err != nil {
				return err
			}
			after = w.Name
		}
		if len(page) < pageSize {
			return nil
		}
	}
}

// Key returns the key of the name: KeySize random bytes, made on first use.
func (k *Keyring) Key(ctx context.Context, name string) ([]byte, error) {
	found, err := k.store.FindWrappedKey(ctx, name)
	if errors.Is(err, ErrNotFound) {
		if _, err := k.create(ctx, k.store, name); err != nil {
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

// create makes a key and stores it wrapped, unless the store has one of the
// name. It returns what it wanted to store. The file is read first, so that a
// key which another process made active is used from then on.
func (k *Keyring) create(ctx context.Context, store TxStore, name string) ([]byte, error) {
	if err := k.reload(); err != nil {
		return nil, err
	}
	key := make([]byte, KeySize)
	if _, err := io.ReadFull(k.rand, key); err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	wrapped, err := k.Wrap(ctx, key, []byte(name))
	if err != nil {
		return nil, err
	}
	return wrapped, store.CreateWrappedKey(ctx, WrappedKey{Name: name, Wrapped: wrapped})
}

// Wrap seals a key under the active key-encryption key, with aad as associated
// data. The result names the key-encryption key: a byte with the length of its
// id, the id, then nonce, ciphertext and tag of AES-256-GCM.
func (k *Keyring) Wrap(_ context.Context, key, aad []byte) ([]byte, error) {
	set := k.set.Load()
	prefix := append([]byte{byte(len(set.active))}, set.active...)
	return set.keys[set.active].Seal(prefix, nil, key, aad), nil
}

// Now is the time by the keyring's clock.
func (k *Keyring) Now() time.Time { return k.clock() }

// Unwrap opens what Wrap sealed with the same aad, under whichever key of the
// file it was sealed. It reads the file again if it does not know the key:
// another process may have added it. The error is ErrKeyFile if that fails or
// the file still lacks the key: what is sealed may be whole, and opens once the
// right file is there.
func (k *Keyring) Unwrap(_ context.Context, wrapped, aad []byte) ([]byte, error) {
	id, sealed, err := splitWrapped(wrapped)
	if err != nil {
		return nil, err
	}
	aead, ok := k.set.Load().keys[id]
	if !ok {
		if err := k.reload(); err != nil {
			return nil, fmt.Errorf("unwrap: %w", err)
		}
		if aead, ok = k.set.Load().keys[id]; !ok {
			return nil, fmt.Errorf("unwrap: %w %s lacks key %q", ErrKeyFile, k.path, id)
		}
	}
	key, err := aead.Open(nil, nil, sealed, aad)
	if err != nil {
		return nil, fmt.Errorf("unwrap: %w", err)
	}
	return key, nil
}

// splitWrapped returns the id of the key-encryption key and what it sealed.
func splitWrapped(wrapped []byte) (id string, sealed []byte, err error) {
	if len(wrapped) == 0 || len(wrapped) < 1+int(wrapped[0]) {
		return "", nil, errors.New("unwrap: malformed")
	}
	return string(wrapped[1 : 1+wrapped[0]]), wrapped[1+wrapped[0]:], nil
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
