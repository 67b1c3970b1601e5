package keyring_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pleiades/server/keyring"
	"pleiades/server/store"
)

// mustUses returns how the keys of the file are used, such as "3 0*".
func mustUses(t *testing.T, k *keyring.Keyring) string {
	t.Helper()
	uses, err := k.Uses(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, use := range uses {
		text := fmt.Sprint(use.Wraps)
		if use.Active {
			text += "*"
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

// failing is a store that fails after some replacements, as if the process were
// killed there.
type failing struct {
	keyring.Store
	left int
}

var errKilled = errors.New("killed")

func (f *failing) ReplaceWrappedKeys(ctx context.Context, list []keyring.Replacement) error {
	n := min(f.left, len(list))
	if err := f.Store.ReplaceWrappedKeys(ctx, list[:n]); err != nil {
		return err
	}
	if f.left -= n; n < len(list) {
		return errKilled
	}
	return nil
}

func TestRotate(t *testing.T) {
	eachEmpty(t, func(t *testing.T, db *store.DB) {
		path := filepath.Join(t.TempDir(), "kek")
		serving := mustOpen(t, path, db)
		keys := make(map[string][]byte)
		for _, name := range []string{"a", "b", "c"} {
			keys[name] = mustKey(t, serving, name)
		}
		same := func(t *testing.T, k *keyring.Keyring) {
			t.Helper()
			for name, key := range keys {
				if !bytes.Equal(mustKey(t, k, name), key) {
					t.Errorf("key %q changed", name)
				}
			}
		}

		t.Run("wraps everything under a new key", func(t *testing.T) {
			done, err := mustOpen(t, path, db).Rotate(t.Context())
			if err != nil || !done.Added || done.Wrapped != 3 {
				t.Fatalf("got %+v, error %v", done, err)
			}
			if got := mustUses(t, mustOpen(t, path, db)); got != "0 3*" {
				t.Errorf("got %s", got)
			}
			info, err := os.Stat(path)
			if err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("mode %v, error %v", info.Mode(), err)
			}
			if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
				t.Errorf("the folder has %v, error %v; want the one file", entries, err)
			}
			same(t, mustOpen(t, path, db))
		})
		t.Run("a process that runs reads the file again, and wraps with the new key", func(t *testing.T) {
			same(t, serving)
			keys["d"] = mustKey(t, serving, "d")
			if got := mustUses(t, serving); got != "0 4*" {
				t.Errorf("got %s", got)
			}
		})
		t.Run("goes on where it was interrupted, at each step, without another key", func(t *testing.T) {
			for left := range 4 {
				before := strings.Count(mustRead(t, path), "\n")
				cut, err := keyring.Open(t.Context(), path, &failing{db.Keys(), left}, keyring.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := cut.Rotate(t.Context()); !errors.Is(err, errKilled) {
					t.Fatalf("got %v, want to be killed", err)
				}
				same(t, serving)
				same(t, mustOpen(t, path, db))
				done, err := mustOpen(t, path, db).Rotate(t.Context())
				if err != nil || done.Added || done.Wrapped != 4-left {
					t.Fatalf("after %d keys: got %+v, error %v", left, done, err)
				}
				if n := strings.Count(mustRead(t, path), "\n"); n != before+1 {
					t.Errorf("the file has %d lines, want %d", n, before+1)
				}
				if got := mustUses(t, mustOpen(t, path, db)); !strings.HasSuffix(got, " 0 4*") {
					t.Errorf("got %s", got)
				}
				same(t, mustOpen(t, path, db))
			}
		})
		t.Run("removes what a process left that was killed while it wrote", func(t *testing.T) {
			stray := filepath.Join(filepath.Dir(path), ".kek-123")
			mustWrite(t, stray, mustRead(t, path))
			if _, err := mustOpen(t, path, db).Rotate(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(stray); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("got %v, want it gone", err)
			}
		})
		t.Run("a key without the newline at its end stays one line", func(t *testing.T) {
			mustWrite(t, path, strings.TrimSpace(mustRead(t, path)))
			if _, err := mustOpen(t, path, db).Rotate(t.Context()); err != nil {
				t.Fatal(err)
			}
			same(t, mustOpen(t, path, db))
		})
		t.Run("names what does not open, and wraps the rest", func(t *testing.T) {
			broken := keyring.WrappedKey{Name: "broken", Wrapped: []byte{1, 'x'}}
			if err := db.Keys().CreateWrappedKey(t.Context(), broken); err != nil {
				t.Fatal(err)
			}
			flipped, err := db.Keys().FindWrappedKey(t.Context(), "a")
			if err != nil {
				t.Fatal(err)
			}
			for name, at := range map[string]int{"broken id": 1, "broken seal": len(flipped.Wrapped) - 1} {
				wrapped := bytes.Clone(flipped.Wrapped)
				wrapped[at] ^= 1
				if err := db.Keys().CreateWrappedKey(t.Context(), keyring.WrappedKey{Name: name, Wrapped: wrapped}); err != nil {
					t.Fatal(err)
				}
			}
			for range 2 {
				done, err := mustOpen(t, path, db).Rotate(t.Context())
				if err == nil || !strings.Contains(err.Error(), "broken, broken id, broken seal") || !done.Added || done.Wrapped != 4 {
					t.Errorf("got %+v, %v, want the names", done, err)
				}
				if got := mustUses(t, mustOpen(t, path, db)); !strings.HasSuffix(got, " 4*") {
					t.Errorf("got %s", got)
				}
			}
			same(t, mustOpen(t, path, db))
			if _, err := db.Keys().DeleteWrappedKeys(t.Context(), "broken"); err != nil {
				t.Fatal(err)
			}
		})
		t.Run("a file with an id twice is refused", func(t *testing.T) {
			content := mustRead(t, path)
			mustWrite(t, path, content+content)
			if _, err := keyring.Open(t.Context(), path, db.Keys(), keyring.Options{}); !errors.Is(err, keyring.ErrKeyFile) {
				t.Errorf("got %v, want ErrKeyFile", err)
			}
			mustWrite(t, path, content)
		})
	})
}
