package crisis

import _ "embed"

// The app does not use the text: it gets the directory from the server, which
// may have laid an operator's changes over it.
//
//go:embed countries.txt
var countriesText string

// BuiltIn returns the directory that comes with the product.
func BuiltIn() Directory {
	directory, err := Parse(countriesText)
	if err != nil {
		panic("crisis: countries.txt: " + err.Error()) // the tests read the same text
	}
	return directory
}
