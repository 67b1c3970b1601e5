package wire

import "pleiades/shared/availability"

// Code names what went wrong. Codes are stable and part of the contract; the
// app chooses its words by them.
type Code string

// The codes of error answers, with their HTTP status.
const (
	CodeBadRequest          Code = "bad_request"          // 400: not JSON, broken UTF-8, lone surrogates, a wrong id
	CodeInvalidRequest      Code = "invalid_request"      // 422: a field is missing, unknown, of the wrong type or out of range
	CodeInvalidMessage      Code = "invalid_message"      // 422: Errors holds the codes of message.Validate
	CodeInvalidAvailability Code = "invalid_availability" // 422: Fields holds what is wrong with each field
	CodeAvailabilityChanged Code = "availability_changed" // 409: it was saved elsewhere since it was read: read it again, then change that
	CodeListFull            Code = "list_full"            // 422: the next-appointment list holds as many items as it can
	CodeTicketFull          Code = "ticket_full"          // 422: the ticket holds as many replies of that side as it can
	CodeInvalidSignUp       Code = "invalid_signup"       // 422: Errors holds codes of the fields
	CodeInvalidInvitation   Code = "invalid_invitation"   // 422: unknown, used or expired
	CodeOwnInvitation       Code = "own_invitation"       // 409: it was made by the account that takes it
	CodeInvalidApplication  Code = "invalid_application"  // 422: Errors holds the names of the fields
	CodeInvalidAnswerLink   Code = "invalid_answer_link"  // 422: the link to an answer is unknown or expired
	CodeInvalidRoles        Code = "invalid_roles"        // 422: no role at all, one twice, or one that nobody can be given
	CodeLastOwner           Code = "last_owner"           // 409: a practice needs an owner: make someone else one first
	CodeOpenConversations   Code = "open_conversations"   // 409: the therapist has open conversations: close them first
	CodeAlreadyDecided      Code = "already_decided"      // 409: the application was answered
	CodeFactorRequired      Code = "factor_required"      // 409: a therapist or admin needs a second factor: add one first
	CodeInvalidSignUpLink   Code = "invalid_signup_link"  // 422: the link of a sign-up is unknown, used or expired
	CodeInvalidPassword     Code = "invalid_password"     // 422: Errors holds too_short, too_long or breached
	CodeInvalidCode         Code = "invalid_code"         // 422: wrong, used or expired code of an authenticator app or for recovery
	CodeInvalidPasskey      Code = "invalid_passkey"      // 422: the passkey's answer does not hold, or came too late
	CodeInvalidReset        Code = "invalid_reset"        // 422: the link of a reset is unknown, used or expired
	CodeInvalidName         Code = "invalid_name"         // 422: Errors holds name_empty, name_too_long or name_invalid
	CodeTooManyPasskeys     Code = "too_many_passkeys"    // 422: 20 is the most
	CodeLastFactor          Code = "last_factor"          // 409: the role needs a second factor, and this is the last one
	CodeUnverified          Code = "unverified"           // 422: what was sealed does not open, or is not from who it says
	CodeKeyExpired          Code = "key_expired"          // 409: sealed to an ingest key that is no more: seal it anew
	CodeAddressTaken        Code = "address_taken"        // 409: only with a valid invitation
	CodeInvalidCredentials  Code = "invalid_credentials"  // #nosec G101 -- 401; the name of a code
	CodeNotLoggedIn         Code = "not_logged_in"        // 401
	CodeDeviceRevoked       Code = "device_revoked"       // 401: not logged in, and the browser was revoked: wipe what is kept here
	CodeStepUpRequired      Code = "step_up_required"     // 403: POST /step-up, then again
	CodeEnrollmentRequired  Code = "enrollment_required"  // 403: the role needs a second factor: add one first
	CodeWrongAccount        Code = "wrong_account"        // 409: HeaderAccount names someone else
	CodeCrossOrigin         Code = "cross_origin"         // 403
	CodeNotAccepting        Code = "not_accepting"        // 409: the therapist takes no requests now
	CodeAskedAlready        Code = "asked_already"        // 409: the therapist was asked already, or there is a conversation
	CodeRequestLimit        Code = "request_limit"        // 409: as many requests wait as may
	CodeAnswered            Code = "answered"             // 409: the request was answered already
	CodeForbidden           Code = "forbidden"            // 403: the role may not do this
	CodeNotFound            Code = "not_found"            // 404: not there, or not yours
	CodeMethodNotAllowed    Code = "method_not_allowed"   // 405
	CodeIDConflict          Code = "id_conflict"          // 409: the id is taken by another text or author
	CodeWithdrawn           Code = "withdrawn"            // 409: its author withdrew the message before it came: under this id it is not stored any more
	CodeAlreadySent         Code = "already_sent"         // 409: the message is stored, so it cannot be withdrawn
	CodeDestroyed           Code = "destroyed"            // 410: the texts of the conversation were destroyed on purpose
	CodeConversationClosed  Code = "conversation_closed"  // 409: care has ended there: nothing can be added
	CodePracticeSuspended   Code = "practice_suspended"   // 409: nothing is added there until the practice is resumed; what waits on a device goes on waiting
	CodeUnreadable          Code = "unreadable"           // 409: what is stored of this was changed or damaged, so nothing can build on it
	CodeProtocolNewer       Code = "protocol_newer"       // 409: the server is older than the app; try later
	CodeTooLarge            Code = "too_large"            // 413
	CodeUnsupportedMedia    Code = "unsupported_media"    // 415: send application/json
	CodeMisdirected         Code = "misdirected"          // 421: not the host served here
	CodeTooManyRequests     Code = "too_many_requests"    // 429, with Retry-After
	CodeContactFull         Code = "contact_full"         // 429, with Retry-After: as many questions without a login wait as may, from that network or of all
	CodeInternal            Code = "internal"             // 500
	CodeUnavailable         Code = "unavailable"          // 503, with Retry-After
	CodeStorageFull         Code = "storage_full"         // 507

	CodeNeedsAvailability Code = "availability_required" // 409: PUT /availability/{practice} first, then be listed
)

// Problem is an error answer, application/problem+json (RFC 9457).
type Problem struct {
	Type   string `json:"type,omitempty"`
	Title  string `json:"title" doc:"The kind of problem, for people."`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty" doc:"What to do about it."`
	Code   Code   `json:"code" doc:"The kind of problem, for programs."`
	// Errors holds further codes: of message.Validate for invalid_message, of
	// the fields for invalid_signup and invalid_request, InvitationExpired for
	// invalid_invitation.
	Errors []string `json:"errors,omitempty"`
	// Fields holds what is wrong with each field, for invalid_availability.
	Fields []availability.FieldError `json:"fields,omitempty"`
}

// Error makes a Problem an error.
func (p *Problem) Error() string { return string(p.Code) }

// InvitationExpired is in Problem.Errors of CodeInvalidInvitation where nobody has
// used the invitation, but its time is over.
const InvitationExpired = "expired"

// Codes of fields in Problem.Errors of CodeInvalidSignUp. CodeInvalidName has
// those of names too, CodeInvalidPassword those of passwords without their
// first word.
const (
	FieldEmailInvalid     = "email_invalid"
	FieldNameEmpty        = "name_empty"
	FieldNameTooLong      = "name_too_long"
	FieldNameInvalid      = "name_invalid"
	FieldPasswordTooShort = "password_too_short"
	FieldPasswordTooLong  = "password_too_long"
	FieldPasswordBreached = "password_breached" // it is common, or easy to guess
)
