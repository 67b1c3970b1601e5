package audit_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
)

func mustKey(t *testing.T) (audit.SigningKey, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys", "audit")
	if err := audit.CreateSigningKey(path, rand.Reader); err != nil {
		t.Fatal(err)
	}
	key, err := audit.OpenSigningKey(path)
	if err != nil {
		t.Fatal(err)
	}
	return key, path
}

func TestCheckpoint(t *testing.T) {
	key, _ := mustKey(t)
	other, _ := mustKey(t)
	want := audit.Checkpoint{At: time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)}
	for n := range 5 {
		head := audit.Head{Practice: uuid.UUID{byte(n)}, Count: int64(n)}
		head.Hash[0] = byte(n)
		want.Heads = append(want.Heads, head)
	}
	for n := range len(want.Heads) + 1 {
		part := audit.Checkpoint{At: want.At, Heads: want.Heads[:n:n]}
		file, err := part.Sign(key.Signer)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := audit.OpenCheckpoint(file, key.Verifier); err != nil || !got.At.Equal(part.At) || n > 0 && !reflect.DeepEqual(got.Heads, part.Heads) {
			t.Errorf("%d heads: got %+v, error %v", n, got, err)
		}
	}
	file, err := want.Sign(key.Signer)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("another key refuses it", func(t *testing.T) {
		if _, err := audit.OpenCheckpoint(file, other.Verifier); !errors.Is(err, audit.ErrCheckpoint) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("every flipped bit is refused", func(t *testing.T) {
		for i := range file {
			for bit := range 8 {
				flipped := bytes.Clone(file)
				flipped[i] ^= 1 << bit
				if _, err := audit.OpenCheckpoint(flipped, key.Verifier); !errors.Is(err, audit.ErrCheckpoint) {
					t.Errorf("byte %d, bit %d: got %v", i, bit, err)
				}
			}
		}
	})
	t.Run("fewer heads are refused", func(t *testing.T) {
		cut := file[:bytes.LastIndexByte(file[:len(file)-1], '\n')+1]
		if _, err := audit.OpenCheckpoint(cut, key.Verifier); !errors.Is(err, audit.ErrCheckpoint) {
			t.Errorf("got %v", err)
		}
	})
}

func TestSigningKey(t *testing.T) {
	key, path := mustKey(t)
	t.Run("is for nobody else", func(t *testing.T) {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("got %v, error %v", info.Mode(), err)
		}
	})
	t.Run("stays when it is there", func(t *testing.T) {
		if err := audit.CreateSigningKey(path, rand.Reader); err != nil {
			t.Fatal(err)
		}
		if again, err := audit.OpenSigningKey(path); err != nil || again.Public != key.Public {
			t.Errorf("got %q, error %v", again.Public, err)
		}
	})
	t.Run("verifies by its public half alone", func(t *testing.T) {
		public := filepath.Join(t.TempDir(), "audit.pub")
		if err := os.WriteFile(public, []byte(key.Public+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		half, err := audit.OpenSigningKey(public)
		if err != nil || half.Signer != nil {
			t.Fatalf("got %+v, error %v", half, err)
		}
		file, err := audit.Checkpoint{}.Sign(key.Signer)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := audit.OpenCheckpoint(file, half.Verifier); err != nil {
			t.Error(err)
		}
	})
	t.Run("many keys are read as they were made", func(t *testing.T) {
		for range 50 {
			mustKey(t) // plus signs in base64 come and go
		}
	})
	for name, spoil := range map[string]func(path string) error{
		"missing":   os.Remove,
		"malformed": func(path string) error { return os.WriteFile(path, []byte("PRIVATE+KEY+secret+text\n"), 0o600) },
		"empty":     func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"open":      func(path string) error { return os.Chmod(path, 0o644) },
	} {
		t.Run(name+" is refused without repeating it", func(t *testing.T) {
			_, path := mustKey(t)
			if err := spoil(path); err != nil {
				t.Fatal(err)
			}
			if _, err := audit.OpenSigningKey(path); !errors.Is(err, audit.ErrSigningKey) || strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v", err)
			}
		})
	}
}
