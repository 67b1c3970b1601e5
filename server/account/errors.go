package account

import (
	"errors"
	"fmt"
	"strings"

	"pleiades/server/permit"
)

// The errors callers can tell apart with errors.Is. Their texts are safe to
// show.
var (
	ErrNotFound           = permit.ErrNotFound
	ErrForbidden          = permit.ErrForbidden
	ErrNotLoggedIn        = permit.ErrNotLoggedIn
	ErrEnrollmentRequired = permit.ErrEnrollmentRequired
	ErrStepUpRequired     = permit.ErrStepUpRequired
	ErrDeviceRevoked      = errors.New("the device was revoked")
	ErrInvalidCredentials = errors.New("wrong address or password")
	ErrInvalidCode        = errors.New("wrong or used code")
	ErrInvalidPasskey     = errors.New("the passkey's answer does not hold")
	ErrInvalidMethod      = errors.New("there is no such way to prove who is there")
	ErrInvalidReset       = errors.New("reset unknown, used or expired")
	ErrTooManyPasskeys    = errors.New("no room for another passkey")
	ErrLastFactor         = errors.New("the role needs a second factor")
	ErrInvalidSignUpLink  = errors.New("sign-up unknown, confirmed or expired")
	ErrOwnInvitation      = errors.New("the invitation is the caller's own")
	ErrInvalidInvitation  = errors.New("invitation unknown, used or expired")
	// ErrInvitationExpired is ErrInvalidInvitation too. Only who knows the whole
	// token or code learns of it.
	ErrInvitationExpired = fmt.Errorf("%w: its time is over", ErrInvalidInvitation)
	ErrAddressTaken      = errors.New("an account with this address exists")
	ErrFactorRequired    = errors.New("the account needs a second factor first")
	ErrInvalidAnswerLink = errors.New("link to an answer unknown or expired")
	ErrInvalidRoles      = errors.New("roles that nobody can have")
	ErrLastOwner         = errors.New("a practice needs an owner")
	ErrOpenConversations = errors.New("the therapist has open conversations")
	ErrDecided           = errors.New("the application was answered")
	ErrIDConflict        = errors.New("the id is taken by another application")
	ErrNotAccepting      = errors.New("the therapist takes no requests now")
	ErrNoAvailability    = errors.New("the therapist has not said when they answer")
	ErrAskedAlready      = errors.New("the therapist was asked already")
	ErrTooManyRequests   = errors.New("as many requests wait as may")
	ErrAnswered          = errors.New("the request was answered already")
	ErrSuspended         = permit.ErrSuspended
	ErrUnavailable       = errors.New("storage unavailable")
	ErrUnreadable        = errors.New("what is stored cannot be read")
	ErrStorageFull       = errors.New("storage full")
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

// InvalidApplicationError says what is wrong with an application, or with the
// answer to one.
type InvalidApplicationError struct {
	Fields []string // their names, at least one
}

// Error lists the fields.
func (e *InvalidApplicationError) Error() string {
	return "invalid application: " + strings.Join(e.Fields, ", ")
}

// FieldsError says which fields of a request break a rule.
type FieldsError struct {
	Fields []string // at least one
}

// Error lists the fields.
func (e *FieldsError) Error() string { return "invalid fields: " + strings.Join(e.Fields, ", ") }
