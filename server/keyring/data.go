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
	return k.dataKey(ctx, k.store, keyName(s, e))
}

// Epoch returns the epoch of what is accepted now, and has no place in a
// conversation.
func (k *Keyring) Epoch() Epoch { return EpochAt(k.clock(), 0) }

// Begin returns the data keys for one transaction of the store; tx is the store
// within it.
func (k *Keyring) Begin(tx TxStore) *Tx {
	return &Tx{ring: k, store: tx, made: make(map[string]cipher.AEAD)}
}

// Tx hands out data keys within one transaction, and makes those that are
// missing in it. It is not safe for concurrent use.
type Tx struct {
	ring  *Keyring
	store TxStore
	made  map[string]cipher.AEAD // not committed yet, by name
}

// SealingKey returns the data key of a scope and epoch, made on first use. The
// keys seal with a random nonce in front (cipher.NewGCMWithRandomNonce).
func (t *Tx) SealingKey(ctx context.Context, s Scope, e Epoch) (cipher.AEAD, error) {
	name := keyName(s, e)
	aead, err := t.find(ctx, name)
	if !errors.Is(err, ErrNotFound) {
		return aead, err
	}
	wrapped, err := t.ring.create(ctx, t.store, name)
	if err != nil {
		return nil, fmt.Errorf("create key %q: %w", name, err)
	}
	// Another transaction may have been first; what the store has counts.
	found, err := t.store.FindWrappedKey(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("find key %q: %w", name, err)
	}
	if aead, err = t.ring.open(ctx, found); err != nil {
		return nil, err
	}
	if bytes.Equal(found.Wrapped, wrapped) {
		t.made[name] = aead
	} else {
		t.ring.cache.add(name, aead)
	}
	return aead, nil
}

// OpeningKey returns the data key of a scope and epoch, ErrNotFound if there is
// none.
func (t *Tx) OpeningKey(ctx context.Context, s Scope, e Epoch) (cipher.AEAD, error) {
	return t.find(ctx, keyName(s, e))
}

// Committed says that the transaction is committed, and the keys made in it can
// be relied on.
func (t *Tx) Committed() {
	for name, aead := range t.made {
		t.ring.cache.add(name, aead)
	}
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
	found, err := store.FindWrappedKey(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("find key %q: %w", name, err)
	}
	aead, err := k.open(ctx, found)
	if err != nil {
		return nil, err
	}
	k.cache.add(name, aead)
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
