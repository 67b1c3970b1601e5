package chat

import (
	"errors"
	"strings"

	"pleiades/shared/message"
)

// The errors callers can tell apart with errors.Is. Their texts are safe to
// show.
var (
	ErrNotFound    = errors.New("not there, or not yours")
	ErrIDConflict  = errors.New("message id taken by another text or author")
	ErrUnavailable = errors.New("storage unavailable")
	ErrStorageFull = errors.New("storage full")
)

// InvalidError says which rules a message breaks.
type InvalidError struct {
	Codes []message.Code // at least one
}

// Error lists the codes.
func (e *InvalidError) Error() string {
	codes := make([]string, len(e.Codes))
	for i, c := range e.Codes {
		codes[i] = string(c)
	}
	return "invalid message: " + strings.Join(codes, ", ")
}
