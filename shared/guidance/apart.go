//go:build apart

package guidance

var texts map[string]string

// source returns the text of a file.
func source(name string) string {
	text := texts[name]
	if text == "" {
		panic("guidance: there are no rules yet")
	}
	return text
}

// Unpack takes the rules and models that Pack made. It reports whether all are
// there, and takes none otherwise. It is called once, before anything else.
func Unpack(packed string) bool {
	unpacked, ok := unpack(packed)
	if ok {
		texts = unpacked
	}
	return ok
}
