package keyring_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pleiades/server/keyring"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// mustOpenEmpty opens a database that has no keys yet.
func mustOpenEmpty(t *testing.T, url string) *store.DB {
	t.Helper()
	db := storetest.MustOpenURL(t, url)
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

// eachEmpty runs a test on such a database of each kind.
func eachEmpty(t *testing.T, test func(t *testing.T, db *store.DB)) {
	storetest.EachURL(t, func(t *testing.T, url string) { test(t, mustOpenEmpty(t, url)) })
}

func mustOpen(t *testing.T, path string, db *store.DB) *keyring.Keyring {
	t.Helper()
	k, err := keyring.Open(t.Context(), path, db.Keys(), keyring.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func mustKey(t *testing.T, k *keyring.Keyring, name string) []byte {
	t.Helper()
	key, err := k.Key(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func mustWrite(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func mustRead(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestOpen(t *testing.T) {
	eachEmpty(t, func(t *testing.T, db *store.DB) {
		path := filepath.Join(t.TempDir(), "keys", "kek")
		key := mustKey(t, mustOpen(t, path, db), "blind-index")

		t.Run("makes a file for its owner alone", func(t *testing.T) {
			for name, want := range map[string]fs.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
				info, err := os.Stat(name)
				if err != nil {
					t.Fatal(err)
				}
				if info.Mode().Perm() != want {
					t.Errorf("%s: mode %04o, want %04o", name, info.Mode().Perm(), want)
				}
			}
			if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
				t.Errorf("the folder has %v, error %v; want the one file", entries, err)
			}
		})
		t.Run("finds the same keys again", func(t *testing.T) {
			k := mustOpen(t, path, db)
			if got := mustKey(t, k, "blind-index"); len(got) != keyring.KeySize || !bytes.Equal(got, key) {
				t.Error("the key changed")
			}
			if bytes.Equal(mustKey(t, k, "other"), key) {
				t.Error("two names share a key")
			}
		})
		t.Run("unwraps with old keys and wraps with the last", func(t *testing.T) {
			other := filepath.Join(t.TempDir(), "kek")
			mustOpen(t, other, mustOpenEmpty(t, storetest.MustURL(t, storetest.SQLite)))
			added := mustRead(t, other)
			mustWrite(t, path, mustRead(t, path)+added)
			k := mustOpen(t, path, db)
			if !bytes.Equal(mustKey(t, k, "blind-index"), key) {
				t.Error("the old key does not unwrap any more")
			}
			wrapped, err := k.Wrap(t.Context(), key, nil)
			if err != nil {
				t.Fatal(err)
			}
			if id, _, _ := strings.Cut(added, " "); !bytes.Contains(wrapped, []byte(id)) {
				t.Error("the new key does not wrap")
			}
		})
		t.Run("refuses a missing, foreign, broken or open file, and makes none", func(t *testing.T) {
			foreign := filepath.Join(t.TempDir(), "kek")
			mustOpen(t, foreign, mustOpenEmpty(t, storetest.MustURL(t, storetest.SQLite)))
			missing := filepath.Join(t.TempDir(), "new", "kek")
			id, _, _ := strings.Cut(mustRead(t, path), " ")
			_, secret, _ := strings.Cut(mustRead(t, foreign), " ")
			impostor := filepath.Join(t.TempDir(), "kek") // the right id, another key
			mustWrite(t, impostor, id+" "+secret)
			broken := filepath.Join(t.TempDir(), "kek")
			mustWrite(t, broken, "id c2VjcmV0\n")
			odd := filepath.Join(t.TempDir(), "kek") // an id that events cannot name
			mustWrite(t, odd, mustRead(t, path)+"k=1 "+secret)
			empty := filepath.Join(t.TempDir(), "kek")
			mustWrite(t, empty, "")
			open := filepath.Join(t.TempDir(), "kek")
			mustWrite(t, open, mustRead(t, path))
			if err := os.Chmod(open, 0o640); err != nil {
				t.Fatal(err)
			}
			for name, file := range map[string]string{"missing": missing, "foreign": foreign, "impostor": impostor, "broken": broken, "odd": odd, "empty": empty, "open": open} {
				_, err := keyring.Open(t.Context(), file, db.Keys(), keyring.Options{})
				if !errors.Is(err, keyring.ErrKeyFile) {
					t.Errorf("%s: got %v, want ErrKeyFile", name, err)
				} else if strings.Contains(err.Error(), "c2VjcmV0") || strings.Contains(err.Error(), strings.TrimSpace(secret)) {
					t.Errorf("%s: the error repeats a key: %v", name, err)
				}
			}
			if _, err := os.Stat(filepath.Dir(missing)); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("a folder was made: %v", err)
			}
		})
	})
}

// TestUnwrapLater opens what another process wrapped under a key that has not
// reached this one's copy of the file yet.
func TestUnwrapLater(t *testing.T) {
	db := mustOpenEmpty(t, storetest.MustURL(t, storetest.SQLite))
	path, copied := filepath.Join(t.TempDir(), "kek"), filepath.Join(t.TempDir(), "kek")
	there := mustOpen(t, path, db)
	key := mustKey(t, there, "blind-index")
	mustWrite(t, copied, mustRead(t, path))
	here := mustOpen(t, copied, db)
	if _, err := there.Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := here.Key(t.Context(), "blind-index"); !errors.Is(err, keyring.ErrKeyFile) {
		t.Errorf("got %v, want ErrKeyFile", err)
	}
	mustWrite(t, copied, mustRead(t, path))
	if !bytes.Equal(mustKey(t, here, "blind-index"), key) {
		t.Error("the key changed")
	}
}

func TestFirstStartOfMany(t *testing.T) {
	eachEmpty(t, func(t *testing.T, db *store.DB) {
		path := filepath.Join(t.TempDir(), "keys", "kek")
		keys := make(chan string, 8)
		var wg sync.WaitGroup
		for range cap(keys) {
			wg.Go(func() {
				k, err := keyring.Open(t.Context(), path, db.Keys(), keyring.Options{})
				if err != nil {
					t.Error(err)
					return
				}
				key, err := k.Key(t.Context(), "blind-index")
				if err != nil {
					t.Error(err)
				}
				keys <- string(key)
			})
		}
		wg.Wait()
		close(keys)
		first := <-keys
		for key := range keys {
			if key != first {
				t.Fatal("two processes have different keys")
			}
		}
	})
}

func TestUnwrap(t *testing.T) {
	k := mustOpen(t, filepath.Join(t.TempDir(), "kek"), mustOpenEmpty(t, storetest.MustURL(t, storetest.SQLite)))
	key := bytes.Repeat([]byte{7}, keyring.KeySize)
	wrapped, err := k.Wrap(t.Context(), key, []byte("name"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := k.Unwrap(t.Context(), wrapped, []byte("name")); err != nil || !bytes.Equal(got, key) {
		t.Errorf("got %x, error %v", got, err)
	}
	if _, err := k.Unwrap(t.Context(), wrapped, []byte("other name")); err == nil {
		t.Error("opened under another name")
	}
	for i := range wrapped {
		changed := bytes.Clone(wrapped)
		changed[i] ^= 1
		if _, err := k.Unwrap(t.Context(), changed, []byte("name")); err == nil {
			t.Errorf("opened with byte %d changed", i)
		}
		if _, err := k.Unwrap(t.Context(), wrapped[:i], []byte("name")); err == nil {
			t.Errorf("opened when cut after byte %d", i)
		}
	}
}
