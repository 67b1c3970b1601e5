package agenda

import "strings"

// Places are fractions between 0 and 1, written in base 62 without the leading
// "0." and without zeros at the end: between two there is always another, so
// that moving an item changes that item alone.

const (
	digits   = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	maxPlace = 200 // bytes
)

// ValidPlace reports whether s is a place: 1 to 200 digits and letters, the
// last not 0.
func ValidPlace(s string) bool {
	if s == "" || len(s) > maxPlace || s[len(s)-1] == '0' {
		return false
	}
	for i := range len(s) {
		if strings.IndexByte(digits, s[i]) < 0 {
			return false
		}
	}
	return true
}

// Between returns a place after the place a and before b. An empty a stands for
// the beginning of the list, an empty b for its end. Where b does not come
// after a, it returns one after a.
func Between(a, b string) string {
	switch {
	case b != "" && b <= a:
		return Between(a, "")
	case b == "":
		return after(a)
	case a == "":
		return before(b)
	}
	return middle(a, b)
}

// after returns a short place after a.
func after(a string) string {
	for i := range len(a) {
		if d := strings.IndexByte(digits, a[i]); d < len(digits)-1 {
			return a[:i] + digits[d+1:d+2]
		}
	}
	return middle(a, "")
}

// before returns a short place before b.
func before(b string) string {
	for i := range len(b) {
		if d := strings.IndexByte(digits, b[i]); d > 1 {
			return b[:i] + digits[d-1:d]
		} else if d == 1 {
			break
		}
	}
	return middle("", b)
}

// middle returns a place halfway between a and b, an empty b being 1.
func middle(a, b string) string {
	var out []byte
	for i := 0; ; i++ {
		low, high := 0, len(digits)
		if i < len(a) {
			low = strings.IndexByte(digits, a[i])
		}
		if b != "" {
			high = 0
			if i < len(b) {
				high = strings.IndexByte(digits, b[i])
			}
		}
		switch {
		case low == high:
		case high-low > 1:
			return string(append(out, digits[(low+high)/2]))
		default:
			b = "" // any digit from here on stays below
		}
		out = append(out, digits[low])
	}
}
