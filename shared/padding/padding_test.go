package padding_test

import (
	"bytes"
	"errors"
	"testing"

	"pleiades/shared/padding"
)

func TestSize(t *testing.T) {
	for n, want := range map[int]int{
		0: 64, 1: 64, 63: 64, 64: 128, 127: 128, 128: 256, 1023: 1024, 1024: 2048,
		4095: 4096, 4096: 8192, 8191: 8192, 8192: 12288, 20000: 20480,
	} {
		if got := padding.Size(n); got != want {
			t.Errorf("%d bytes: got %d, want %d", n, got, want)
		}
	}
}

func TestPad(t *testing.T) {
	for n := range 9000 {
		content := bytes.Repeat([]byte{0x80}, n) // what could be taken for the mark
		padded := padding.Pad(content)
		if len(padded) != padding.Size(n) {
			t.Fatalf("%d bytes became %d, want %d", n, len(padded), padding.Size(n))
		}
		if got, err := padding.Unpad(padded); err != nil || !bytes.Equal(got, content) {
			t.Fatalf("%d bytes came back as %d, error %v", n, len(got), err)
		}
	}
}

func TestUnpad(t *testing.T) {
	for name, padded := range map[string][]byte{
		"nothing":             nil,
		"zeros alone":         make([]byte, 64),
		"no mark":             append(bytes.Repeat([]byte{1}, 63), 0x01),
		"no bucket":           padding.Pad(nil)[:63],
		"a bucket too large":  append(padding.Pad([]byte("content")), make([]byte, 64)...),
		"another mark":        append([]byte{0x81}, make([]byte, 63)...),
		"content that spills": bytes.Repeat([]byte{0x80}, 65),
	} {
		if got, err := padding.Unpad(padded); !errors.Is(err, padding.ErrMalformed) {
			t.Errorf("%s: got %x, error %v; want ErrMalformed", name, got, err)
		}
	}
}

func FuzzUnpad(f *testing.F) {
	f.Add(padding.Pad([]byte("content")))
	f.Add([]byte{0x80})
	f.Fuzz(func(t *testing.T, padded []byte) {
		content, err := padding.Unpad(padded)
		if err == nil && !bytes.Equal(padding.Pad(content), padded) {
			t.Errorf("%x has two padded forms", content)
		}
	})
}
