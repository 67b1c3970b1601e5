package outbox

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/shared/envelope"
	"pleiades/shared/wire"
)

const (
	// RotateAfter is how old the newest ingest key may be: after that the next
	// device that asks gets a new one.
	RotateAfter = 30 * 24 * time.Hour
	// KeepKeys is how long an ingest key still opens once there is a newer one:
	// longer than any queue is expected to wait. So does a device's secret.
	KeepKeys = 60 * 24 * time.Hour
	// keptSecrets is how many secrets of a device are kept, the one in use among
	// them.
	keptSecrets = 3
)

// IngestKeys returns the key that devices are to seal to: the newest.
func (s *Service) IngestKeys(ctx context.Context) (wire.IngestKeys, error) {
	keys, err := s.store.ListIngestKeys(ctx)
	if err != nil {
		return wire.IngestKeys{}, fmt.Errorf("list ingest keys: %w", err)
	}
	if len(keys) == 0 || s.now().Sub(keys[0].CreatedAt) >= RotateAfter {
		newest, err := s.rotate(ctx, RotateAfter)
		switch {
		case err == nil:
			keys = []IngestKey{newest}
		case len(keys) == 0 || ctx.Err() != nil:
			return wire.IngestKeys{}, err
		default: // the one there is will do for a while
			s.log.ErrorContext(ctx, "no new ingest key is made", "err", err)
		}
	}
	private, err := s.ready.find(keys[0])
	if err != nil {
		return wire.IngestKeys{}, err
	}
	return wire.IngestKeys{Keys: []wire.IngestKey{{
		ID: private.ID, PublicKey: private.Public().Bytes(), CreatedAt: keys[0].CreatedAt,
	}}}, nil
}

// Rotate makes a new ingest key and drops those that have been old for
// KeepKeys. Running processes use it from the next request on.
func (s *Service) Rotate(ctx context.Context) error {
	_, err := s.rotate(ctx, 0)
	return err
}

// rotate makes a new ingest key, unless another did meanwhile and the newest is
// not of the age yet, and returns the newest.
func (s *Service) rotate(ctx context.Context, age time.Duration) (IngestKey, error) {
	now := s.now().UTC().Truncate(time.Microsecond)
	key := IngestKey{Seed: make([]byte, envelope.SeedSize), CreatedAt: now}
	var err error
	if key.ID, err = uuid.NewV7FromReader(s.rand); err == nil {
		_, err = io.ReadFull(s.rand, key.Seed)
	}
	if err != nil {
		return IngestKey{}, fmt.Errorf("make ingest key: %w", err)
	}
	event := func(kind audit.Kind, id uuid.UUID) audit.Event {
		return audit.Event{Kind: kind, At: now, Outcome: audit.Done, Details: map[string]string{"name": "ingest/" + id.String()}}
	}
	err = s.store.Update(ctx, func(tx Tx) error {
		known, err := tx.LockIngestKeys(ctx)
		if err != nil {
			return err
		}
		if len(known) > 0 && now.Sub(known[0].CreatedAt) < age {
			key = known[0]
			return nil
		}
		events := []audit.Event{event(audit.KeyCreate, key.ID)}
		if err := tx.CreateIngestKey(ctx, key); err != nil {
			return err
		}
		for i, old := range known {
			if opens(known, i, now) {
				continue
			}
			if err := tx.DeleteIngestKey(ctx, old.ID); err != nil {
				return err
			}
			events = append(events, event(audit.KeyDestroy, old.ID))
		}
		return tx.Record(ctx, events...)
	})
	if err != nil {
		return IngestKey{}, fmt.Errorf("rotate ingest keys: %w", err)
	}
	return key, nil
}

// opens reports whether a key of a list, newest first, still opens at now.
func opens(keys []IngestKey, i int, now time.Time) bool {
	return i == 0 || now.Sub(keys[i-1].CreatedAt) < KeepKeys
}

// openers finds private keys by their ids.
type openers struct {
	keys  []IngestKey
	now   time.Time
	ready *readyKeys
}

// openers returns those of all keys there are.
func (s *Service) openers(keys []IngestKey) openers {
	s.ready.keep(keys)
	return openers{keys: keys, now: s.now(), ready: &s.ready}
}

// find returns ErrKeyExpired where the key is unknown or old.
func (o openers) find(id uuid.UUID) (envelope.PrivateKey, error) {
	for i, known := range o.keys {
		if known.ID == id && opens(o.keys, i, o.now) {
			return o.ready.find(known)
		}
	}
	return envelope.PrivateKey{}, ErrKeyExpired
}

// readyKeys remembers what was made of the seeds of ingest keys, which takes
// longer than opening an envelope. Whether there is such a key is still asked of
// the store each time. It is safe for concurrent use.
type readyKeys struct {
	mu   sync.Mutex
	byID map[uuid.UUID]readyKey
}

type readyKey struct {
	seed []byte
	key  envelope.PrivateKey
}

// keep forgets all keys but those of the list.
func (r *readyKeys) keep(list []IngestKey) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id := range r.byID {
		if !slices.ContainsFunc(list, func(k IngestKey) bool { return k.ID == id }) {
			delete(r.byID, id)
		}
	}
}

// find makes a key ready on first use.
func (r *readyKeys) find(k IngestKey) (envelope.PrivateKey, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if known, ok := r.byID[k.ID]; ok && bytes.Equal(known.seed, k.Seed) {
		return known.key, nil
	}
	key, err := envelope.NewPrivateKey(k.ID, k.Seed)
	if err != nil {
		return envelope.PrivateKey{}, err
	}
	if r.byID == nil {
		r.byID = make(map[uuid.UUID]readyKey)
	}
	r.byID[k.ID] = readyKey{k.Seed, key}
	return key, nil
}

// Register keeps the secret of an account's device, sealed as
// envelope.SealSecret does. Saying it again changes nothing. What was sealed with
// the secrets before is still taken in for KeepKeys, so that nothing that waits
// on a device is lost when it begins anew. The errors are ErrKeyExpired,
// ErrUnverified, and ErrNotFound for no device.
func (s *Service) Register(ctx context.Context, account, device uuid.UUID, sealed []byte) error {
	known, keys, err := s.store.FindSender(ctx, device)
	if err != nil {
		return fmt.Errorf("register device: %w", err)
	}
	secret, err := openSecret(s.openers(keys), account, sealed)
	if err != nil {
		return fmt.Errorf("register device: %w", err)
	}
	if len(known.Secrets) > 0 && known.Secrets[0].Secret == secret {
		return nil
	}
	err = s.store.Update(ctx, func(tx Tx) error {
		at := s.now().UTC().Truncate(time.Microsecond)
		if err := tx.SaveSecret(ctx, device, account, DeviceSecret{secret, at}, keptSecrets); err != nil {
			return err
		}
		return record(ctx, tx, account, audit.Event{
			Kind: audit.DeviceChange, Actor: account, Object: device, At: at, Outcome: audit.Done, Details: map[string]string{"what": "secret"},
		})
	})
	if err != nil {
		return fmt.Errorf("register device: %w", err)
	}
	return nil
}

func openSecret(keys openers, account uuid.UUID, sealed []byte) (envelope.Secret, error) {
	id, err := envelope.SecretKey(sealed)
	if err != nil {
		return envelope.Secret{}, ErrUnverified
	}
	key, err := keys.find(id)
	if err != nil {
		return envelope.Secret{}, err
	}
	secret, err := envelope.OpenSecret(key, account, sealed)
	if err != nil {
		return envelope.Secret{}, ErrUnverified
	}
	return secret, nil
}
