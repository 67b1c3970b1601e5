package message

// Text is something a person wrote: a message, a name, an address. It is an
// ordinary string to JSON and to the database, but it redacts itself wherever
// it is printed or logged, so that a careless %v cannot leak it. Convert with
// string(t) where the words are really meant to be seen.
type Text string

const redacted = "[redacted]"

// String returns a placeholder, never the text.
func (Text) String() string { return redacted }

// GoString returns a placeholder, never the text.
func (Text) GoString() string { return redacted }
