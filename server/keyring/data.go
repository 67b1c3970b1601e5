package keyring

import (
	"bytes"
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
)

// OpeningKey returns the data key of a scope and epoch that is committed. It is
// ErrNotFound if there is none: it was destroyed, or never made.
func (k *Keyring) OpeningKey(ctx context.Context, s Scope, e Epoch) (cipher.AEAD, error) {
	return k.dataKey(ctx, k.store, KeyName(s, e))
}

// Begin returns the data keys for one transaction of the store; tx is the store
// within it.
func (k *Keyring) Begin(tx TxStore) *Tx {
	return &Tx{ring: k, store: tx, began: k.cache.moment(), made: make(map[string]cipher.AEAD)}
}

// Tx hands out data keys within one transaction, and makes those that are
// missing in it. It is not safe for concurrent use.
type Tx struct {
	ring      *Keyring
	store     TxStore
	began     int                    // a moment of the cache
	made      map[string]cipher.AEAD // not committed yet, by name
	destroyed []string               // beginnings of names
}

// SealingKey returns the data key of a scope and epoch. It makes the key, and
// says so, if there is none. The keys seal with a random nonce in front
// (cipher.NewGCMWithRandomNonce).
func (t *Tx) SealingKey(ctx context.Context, s Scope, e Epoch) (key cipher.AEAD, made bool, err error) {
	name := KeyName(s, e)
	key, err = t.find(ctx, name)
	if !errors.Is(err, ErrNotFound) {
		return key, false, err
	}
	bare, made, err := t.Create(ctx, name)
	if err != nil {
		return nil, false, err
	}
	if key, err = newAEAD(bare); err != nil {
		return nil, false, err
	}
	if made {
		t.made[name] = key
	} else {
		t.ring.cache.add(name, key, t.began)
	}
	return key, made, nil
}

// Create makes the key of a name within the transaction. Another one may have
// been first: then it returns what the store has, and that it was not made.
func (t *Tx) Create(ctx context.Context, name string) (key []byte, made bool, err error) {
	wrapped, err := t.ring.create(ctx, t.store, name)
	if err != nil {
		return nil, false, fmt.Errorf("create key %q: %w", name, err)
	}
	found, err := t.store.FindWrappedKey(ctx, name)
	if err != nil {
		return nil, false, fmt.Errorf("find key %q: %w", name, err)
	}
	if key, err = t.ring.Unwrap(ctx, found.Wrapped, []byte(name)); err != nil {
		return nil, false, fmt.Errorf("key %q: %w", name, err)
	}
	return key, bytes.Equal(found.Wrapped, wrapped), nil
}

// Destroy destroys the data keys of a scope: what they sealed can never be
// opened again, here once the transaction is committed, in other processes
// within maxAge. It returns the names of the keys.
func (t *Tx) Destroy(ctx context.Context, s Scope) ([]string, error) {
	prefix := string(s) + "/"
	names, err := t.store.DeleteWrappedKeys(ctx, prefix)
	if err != nil {
		return nil, fmt.Errorf("destroy keys of %s: %w", s, err)
	}
	t.destroyed = append(t.destroyed, prefix)
	return names, nil
}

// OpeningKey returns the data key of a scope and epoch, ErrNotFound if there is
// none.
func (t *Tx) OpeningKey(ctx context.Context, s Scope, e Epoch) (cipher.AEAD, error) {
	return t.find(ctx, KeyName(s, e))
}

// Committed says that the transaction is committed, and the keys made in it can
// be relied on. It reports whether keys were destroyed.
func (t *Tx) Committed() (destroyed bool) {
	for name, key := range t.made {
		t.ring.cache.add(name, key, t.began)
	}
	for _, prefix := range t.destroyed {
		t.ring.cache.forget(prefix)
	}
	return t.destroyed != nil
}

func (t *Tx) find(ctx context.Context, name string) (cipher.AEAD, error) {
	if aead, ok := t.made[name]; ok {
		return aead, nil
	}
	return t.ring.dataKey(ctx, t.store, name)
}

// dataKey returns a committed data key, from the cache if it is there.
func (k *Keyring) dataKey(ctx context.Context, store TxStore, name string) (cipher.AEAD, error) {
	if aead := k.cache.find(name); aead != nil {
		return aead, nil
	}
	since := k.cache.moment()
	found, err := store.FindWrappedKey(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("find key %q: %w", name, err)
	}
	aead, err := k.open(ctx, found)
	if err != nil {
		return nil, err
	}
	k.cache.add(name, aead, since)
	return aead, nil
}

// open returns what a wrapped data key seals with.
func (k *Keyring) open(ctx context.Context, w WrappedKey) (cipher.AEAD, error) {
	key, err := k.Unwrap(ctx, w.Wrapped, []byte(w.Name))
	if err != nil {
		return nil, fmt.Errorf("key %q: %w", w.Name, err)
	}
	return newAEAD(key)
}
