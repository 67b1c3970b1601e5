// Package padding hides how long a text is before it is sealed: what is padded
// has one of a few lengths. It pads as ISO/IEC 7816-4 does: a byte 0x80, then
// zeros up to the length of a bucket. Buckets are 64, 128, 256, 512, 1024, 2048
// and 4096 bytes, and the multiples of 4096 above.
//
// It must not seal anything, nor know what it pads.
package padding

import (
	"errors"
	"math/bits"
)

const (
	smallest = 64   // bytes of the smallest bucket
	step     = 4096 // bytes from where buckets no longer double
	mark     = 0x80 // the byte that ends the content
)

// ErrMalformed says that something was not made by Pad.
var ErrMalformed = errors.New("padding: malformed")

// Size returns the padded length, in bytes, of a content of n bytes: the
// smallest bucket with room for one byte more.
func Size(n int) int {
	switch need := n + 1; {
	case need <= smallest:
		return smallest
	case need <= step:
		return 1 << bits.Len(uint(need-1)) // #nosec G115 -- need is more than smallest
	default:
		return (need + step - 1) / step * step
	}
}

// Pad returns a padded copy of the content.
func Pad(content []byte) []byte {
	padded := make([]byte, Size(len(content)))
	padded[copy(padded, content)] = mark
	return padded
}

// Unpad returns the content of what Pad returned, a part of it. Everything else
// is ErrMalformed: a content has one padded form.
func Unpad(padded []byte) ([]byte, error) {
	end := len(padded) - 1
	for end >= 0 && padded[end] == 0 {
		end--
	}
	if end < 0 || padded[end] != mark || Size(end) != len(padded) {
		return nil, ErrMalformed
	}
	return padded[:end:end], nil
}
