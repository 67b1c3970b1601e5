package guidance

import "strings"

// The rules and models are texts, by the names of their files. They are part of
// the program, except of one built with the tag "apart", as the browser program
// is for its size: that one is given them, all at once, before it reviews
// anything.

// Pack joins all rules and models to the text that Unpack takes.
func Pack() string {
	var packed strings.Builder
	for _, name := range sourceNames {
		packed.WriteString(name + separator + source(name) + separator)
	}
	return packed.String()
}

// unpack returns the texts by name, and whether all are there.
func unpack(packed string) (map[string]string, bool) {
	texts := make(map[string]string)
	for packed != "" {
		name, rest, ok := strings.Cut(packed, separator)
		if !ok {
			return nil, false
		}
		if texts[name], packed, ok = strings.Cut(rest, separator); !ok {
			return nil, false
		}
	}
	for _, name := range sourceNames {
		if texts[name] == "" {
			return nil, false
		}
	}
	return texts, true
}

// separator stands in no text.
const separator = "\x00"

var sourceNames = []string{
	"rules/en-base.rules", "rules/en-harmless.rules", "rules/en-safety.rules", "rules/en-signs.rules", "rules/en-plain.rules", "rules/en-advice.rules",
	"rules/es-base.rules", "rules/es-harmless.rules", "rules/es-safety.rules", "rules/es-plain.rules", "rules/es-advice.rules",
	"models/en.txt", "models/es.txt", "models/danger-en.txt", "models/danger-es.txt",
}

// rulesOf returns the names and texts of files with rules, in turn.
func rulesOf(names ...string) []string {
	var sources []string
	for _, name := range names {
		sources = append(sources, name, source("rules/"+name+".rules"))
	}
	return sources
}
