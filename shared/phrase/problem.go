package phrase

import (
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Problem is what went wrong, for people: a title that names it and a detail
// that says what to do about it. Both are whole sentences and safe to show to
// anyone.
type Problem struct {
	Title  string
	Detail string
}

// Problems holds the texts of errors by their codes.
type Problems struct {
	ByCode map[wire.Code]Problem
	// Fields holds what is wrong with a field, by the wire.Field… codes.
	Fields map[string]string
	// Messages holds what is wrong with a message's text.
	Messages map[message.Code]string
	// Unknown stands in for a code this catalogue has no text for, such as one
	// of a newer server.
	Unknown Problem
	// NoConnection is the app's own: no answer came at all.
	NoConnection Problem
}

// Problem returns the texts of an error code. A code without a text of its own
// gets the general one.
func (c *Catalogue) Problem(code wire.Code) (title, detail string) {
	p, ok := c.Problems.ByCode[code]
	if !ok {
		p = c.Problems.Unknown
	}
	return p.Title, p.Detail
}

// Field returns what is wrong with a field, by one of the wire.Field… codes. A
// code without a text of its own gets the general one.
func (c *Catalogue) Field(code string) string {
	if s, ok := c.Problems.Fields[code]; ok {
		return s
	}
	return c.Problems.Unknown.Title
}

// Message returns what is wrong with a message's text. A code without a text
// of its own gets the general one.
func (c *Catalogue) Message(code message.Code) string {
	if s, ok := c.Problems.Messages[code]; ok {
		return s
	}
	return c.Problems.Unknown.Title
}
