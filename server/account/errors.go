package account

import (
	"errors"
	"strings"
)

// The errors callers can tell apart with errors.Is. Their texts are safe to
// show.
var (
	ErrNotFound           = errors.New("not there, or not yours")
	ErrForbidden          = errors.New("not allowed in this role")
	ErrNotLoggedIn        = errors.New("not logged in")
	ErrDeviceRevoked      = errors.New("the device was revoked")
	ErrInvalidCredentials = errors.New("wrong address or password")
	ErrInvalidInvitation  = errors.New("invitation unknown, used or expired")
	ErrAddressTaken       = errors.New("an account with this address exists")
	ErrUnavailable        = errors.New("storage unavailable")
	ErrStorageFull        = errors.New("storage full")
)

// InvalidError says which fields of a person's details break a rule.
type InvalidError struct {
	Fields []string // wire.Field… codes, at least one
}

// Error lists the codes.
func (e *InvalidError) Error() string { return "invalid details: " + strings.Join(e.Fields, ", ") }

// InvalidNameError says what is wrong with the name of a device or a passkey.
type InvalidNameError struct {
	Fields []string // wire.FieldName… codes, at least one
}

// Error lists the codes.
func (e *InvalidNameError) Error() string { return "invalid name: " + strings.Join(e.Fields, ", ") }
