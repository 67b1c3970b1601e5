package keyring_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/keyring"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/message"
)

func TestEpochAt(t *testing.T) {
	at := func(year int) time.Time { return time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		at   time.Time
		seq  int64
		want string
	}{
		{at(2026), 0, "2026.0"},
		{at(2026), 1<<20 - 1, "2026.0"},
		{at(2026), 1 << 20, "2026.1"},
		{time.Date(2027, 1, 1, 0, 30, 0, 0, time.FixedZone("", 3600)), 0, "2026.0"},
		{at(-1), -1, "0.0"},
		{at(9999), 1 << 62, "9999.65535"},
	} {
		if got := keyring.EpochAt(c.at, c.seq).String(); got != c.want {
			t.Errorf("%v at %d: got %s, want %s", c.at, c.seq, got, c.want)
		}
	}
}

// memory is a store of wrapped keys that counts what is asked of it. Committing
// and rolling back is up to the test.
type memory struct {
	keyring.Store
	mu    sync.Mutex
	keys  map[string][]byte
	finds int
	found func() // called once a key was found, if there is anything to call
}

func (m *memory) ListWrappedKeys(context.Context, string, int) ([]keyring.WrappedKey, error) {
	return nil, nil
}

func (m *memory) FindWrappedKey(_ context.Context, name string) (keyring.WrappedKey, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.finds++
	wrapped, ok := m.keys[name]
	if !ok {
		return keyring.WrappedKey{}, keyring.ErrNotFound
	}
	if m.found != nil {
		defer m.found()
	}
	return keyring.WrappedKey{Name: name, Wrapped: wrapped}, nil
}

func (m *memory) CreateWrappedKey(_ context.Context, key keyring.WrappedKey) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, taken := m.keys[key.Name]; !taken {
		m.keys[key.Name] = key.Wrapped
	}
	return nil
}

func (m *memory) DeleteWrappedKeys(_ context.Context, prefix string) (names []string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for name := range m.keys {
		if len(name) > len(prefix) && name[:len(prefix)] == prefix {
			delete(m.keys, name)
			names = append(names, name)
		}
	}
	return names, nil
}

func TestDataKeys(t *testing.T) {
	clock := storetest.NewClock(time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC))
	m := &memory{keys: make(map[string][]byte)}
	ring, err := keyring.Open(t.Context(), filepath.Join(t.TempDir(), "kek"), m, keyring.Options{Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	epoch := keyring.EpochAt(clock.Now(), 0)
	mustMake := func(tx *keyring.Tx, s keyring.Scope) {
		t.Helper()
		if _, _, err := tx.SealingKey(t.Context(), s, epoch); err != nil {
			t.Fatal(err)
		}
	}

	t.Run("a key of a transaction that fails is not kept", func(t *testing.T) {
		tx := ring.Begin(m)
		mustMake(tx, keyring.Platform)
		mustMake(tx, keyring.Platform)
		m.keys = make(map[string][]byte) // rolled back
		if _, err := ring.OpeningKey(t.Context(), keyring.Platform, epoch); !errors.Is(err, keyring.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
		if len(m.keys) != 0 {
			t.Error("opening made a key")
		}
	})
	t.Run("a key that is committed is found without the store, until it is old", func(t *testing.T) {
		tx := ring.Begin(m)
		mustMake(tx, keyring.Platform)
		tx.Committed()
		before := m.finds
		for range 3 {
			if _, err := ring.OpeningKey(t.Context(), keyring.Platform, epoch); err != nil {
				t.Fatal(err)
			}
		}
		if m.finds != before {
			t.Errorf("the store was asked %d times", m.finds-before)
		}
		clock.Add(keyring.MaxAge)
		if _, err := ring.OpeningKey(t.Context(), keyring.Platform, epoch); err != nil || m.finds != before+1 {
			t.Errorf("the store was asked %d times, error %v; want once", m.finds-before, err)
		}
	})
	t.Run("the cache is bounded", func(t *testing.T) {
		tx := ring.Begin(m)
		for range keyring.MaxCached + 10 {
			mustMake(tx, keyring.Conversation(uuid.New()))
		}
		tx.Committed()
		if n := ring.Cached(); n != keyring.MaxCached {
			t.Errorf("got %d keys, want %d", n, keyring.MaxCached)
		}
	})
	t.Run("a key that is destroyed while it is looked up is not kept", func(t *testing.T) {
		scope := keyring.Conversation(uuid.New())
		mustMake(ring.Begin(m), scope)
		m.found = func() {
			m.found = nil
			m.mu.Unlock()
			defer m.mu.Lock()
			tx := ring.Begin(m)
			if _, err := tx.Destroy(t.Context(), scope); err != nil {
				t.Error(err)
			}
			tx.Committed()
		}
		if _, err := ring.OpeningKey(t.Context(), scope, epoch); err != nil {
			t.Error(err)
		}
		if _, err := ring.OpeningKey(t.Context(), scope, epoch); !errors.Is(err, keyring.ErrNotFound) {
			t.Errorf("afterwards: got %v, want ErrNotFound", err)
		}
	})
	t.Run("a destroyed key is gone, those of others stay", func(t *testing.T) {
		gone, stays := keyring.Conversation(uuid.New()), keyring.Practice(uuid.New())
		tx := ring.Begin(m)
		mustMake(tx, gone)
		mustMake(tx, stays)
		tx.Committed()
		tx = ring.Begin(m)
		if _, err := tx.Destroy(t.Context(), gone); err != nil {
			t.Fatal(err)
		}
		if !tx.Committed() {
			t.Error("it does not say so")
		}
		if _, err := ring.OpeningKey(t.Context(), gone, epoch); !errors.Is(err, keyring.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
		if _, err := ring.OpeningKey(t.Context(), stays, epoch); err != nil {
			t.Error(err)
		}
	})
}

// TestFirstKeyOfMany shows that processes which need the same key for the first
// time at once all end up with one: each reads what the others wrote.
func TestFirstKeyOfMany(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		const processes = 6
		dbs := make([]*store.DB, processes)
		for i := range dbs {
			dbs[i] = storetest.MustOpenAgain(t, url)
		}
		ids := make([]uuid.UUID, processes)
		var wg sync.WaitGroup
		for i, db := range dbs {
			ids[i] = uuid.New()
			wg.Go(func() {
				err := db.Accounts().Update(t.Context(), func(tx account.Tx) error {
					_, err := tx.CreateAccount(t.Context(), account.Account{ID: ids[i], Name: message.Text("Jo"), Email: "jo"}, account.Credentials{EmailIndex: ids[i][:]})
					return errors.Join(err, tx.Record(t.Context(), storetest.EventOf(audit.AccountCreate, uuid.Nil, ids[i])))
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, db := range dbs {
			for _, id := range ids {
				if found, err := db.Accounts().FindAccount(t.Context(), id); err != nil || found.Name != "Jo" {
					t.Errorf("got %q, error %v", string(found.Name), err)
				}
			}
		}
	})
}
