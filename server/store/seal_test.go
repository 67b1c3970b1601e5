package store_test

import (
	"bytes"
	"fmt"
	"testing"

	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/padding"
)

// TestSealedSize shows that the size of what is stored tells the bucket of a
// text, not its length.
func TestSealedSize(t *testing.T) {
	db := storetest.MustOpen(t, storetest.SQLite)
	err := store.WithinTx(t.Context(), db, func(seal, open func([]byte) ([]byte, error)) error {
		for _, n := range []int{0, 1, 63, 64, 1000, 5000, 20000} {
			text := bytes.Repeat([]byte("x"), n)
			sealed, err := seal(text)
			if err != nil {
				return err
			}
			const added = 1 + 4 + 12 + 16 // version, epoch, nonce, tag
			if len(sealed) != padding.Size(n)+added {
				t.Errorf("%d bytes are stored as %d, want %d", n, len(sealed), padding.Size(n)+added)
			}
			if again, err := seal(text); err != nil || bytes.Equal(sealed, again) {
				t.Errorf("%d bytes sealed twice are the same, error %v", n, err)
			}
			if got, err := open(sealed); err != nil || !bytes.Equal(got, text) {
				t.Errorf("%d bytes come back as %d, error %v", n, len(got), err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// BenchmarkSeal measures what sealing adds to a message sent, and opening to one
// read, where the key is known.
func BenchmarkSeal(b *testing.B) {
	db := storetest.MustOpen(b, storetest.SQLite)
	for _, n := range []int{50, 1000, 20000} {
		text := bytes.Repeat([]byte("x"), n)
		err := store.WithinTx(b.Context(), db, func(seal, open func([]byte) ([]byte, error)) error {
			sealed, err := seal(text)
			if err != nil {
				return err
			}
			for name, step := range map[string]func() error{
				"seal": func() error { _, err := seal(text); return err },
				"open": func() error { _, err := open(sealed); return err },
			} {
				b.Run(fmt.Sprintf("%s/%d bytes", name, n), func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						if err := step(); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
