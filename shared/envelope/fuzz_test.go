package envelope

import (
	"bytes"
	"testing"
)

// FuzzContent shows that a content is written in one way only.
func FuzzContent(f *testing.F) {
	f.Add(Content{Kind: Message, Body: []byte("{}")}.append(nil))
	f.Add([]byte{0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := parseContent(b)
		if err == nil && !bytes.Equal(c.append(nil), b) {
			t.Errorf("%x is read as %x", b, c.append(nil))
		}
	})
}

// FuzzHeader shows that a header is written in one way only.
func FuzzHeader(f *testing.F) {
	f.Add(Header{Protocol: 1}.append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, size, err := readHeader(b)
		if err == nil && !bytes.Equal(h.append(nil), b[:size]) {
			t.Errorf("%x is read as %x", b[:size], h.append(nil))
		}
	})
}
