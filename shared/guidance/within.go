//go:build !apart

package guidance

import "embed"

//go:embed rules/*.rules models/*.txt
var within embed.FS

// source returns the text of a file.
func source(name string) string {
	text, err := within.ReadFile(name)
	if err != nil {
		panic(err) // names are written in the code, and a test reads them all
	}
	return string(text)
}

// Unpack reports whether a text holds all rules and models, as Pack made it.
// This program has its own, and they stay.
func Unpack(packed string) bool {
	_, ok := unpack(packed)
	return ok
}
