package chat

import (
	"errors"
	"strings"

	"pleiades/server/permit"
	"pleiades/shared/availability"
	"pleiades/shared/message"
)

// The errors callers can tell apart with errors.Is. Their texts are safe to
// show.
var (
	ErrNotFound    = permit.ErrNotFound
	ErrForbidden   = permit.ErrForbidden
	ErrIDConflict  = errors.New("id taken by another text, change or author")
	ErrDestroyed   = errors.New("the texts of this conversation were destroyed")
	ErrClosed      = errors.New("care has ended in this conversation")
	ErrWithdrawn   = errors.New("the message was withdrawn")
	ErrSent        = errors.New("the message was stored before")
	ErrOpen        = errors.New("care has not ended in this conversation")
	ErrSuspended   = permit.ErrSuspended
	ErrUnreadable  = errors.New("what is stored cannot be read")
	ErrListFull    = errors.New("no room for another item")
	ErrUnavailable = errors.New("storage unavailable")
	ErrStorageFull = errors.New("storage full")

	// ErrAvailabilityChanged is for an availability made from a version that
	// no longer stands.
	ErrAvailabilityChanged = errors.New("the availability was changed meanwhile")

	// ErrUnknownActor is for a claim that does not hold.
	ErrUnknownActor = errors.New("the login was not found as it was claimed")
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

// FieldsError says which fields of a request do not fit.
type FieldsError struct {
	Fields []string // at least one
}

// Error lists the fields.
func (e *FieldsError) Error() string { return "invalid fields: " + strings.Join(e.Fields, ", ") }

// AvailabilityError says what is wrong with an availability.
type AvailabilityError struct {
	Fields []availability.FieldError // at least one
}

// Error lists the fields with their codes.
func (e *AvailabilityError) Error() string {
	fields := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		fields[i] = f.Field + " " + string(f.Code)
	}
	return "invalid availability: " + strings.Join(fields, ", ")
}
