package httpapi

import (
	"net/http"

	"pleiades/shared/wire"
)

// statuses is the one table from the codes of error answers to HTTP statuses.
var statuses = map[wire.Code]int{
	wire.CodeBadRequest:          http.StatusBadRequest,
	wire.CodeInvalidRequest:      http.StatusUnprocessableEntity,
	wire.CodeInvalidMessage:      http.StatusUnprocessableEntity,
	wire.CodeInvalidAvailability: http.StatusUnprocessableEntity,
	wire.CodeListFull:            http.StatusUnprocessableEntity,
	wire.CodeTicketFull:          http.StatusUnprocessableEntity,
	wire.CodeInvalidSignUp:       http.StatusUnprocessableEntity,
	wire.CodeInvalidInvitation:   http.StatusUnprocessableEntity,
	wire.CodeOwnInvitation:       http.StatusConflict,
	wire.CodeInvalidSignUpLink:   http.StatusUnprocessableEntity,
	wire.CodeInvalidApplication:  http.StatusUnprocessableEntity,
	wire.CodeInvalidAnswerLink:   http.StatusUnprocessableEntity,
	wire.CodeAlreadyDecided:      http.StatusConflict,
	wire.CodeFactorRequired:      http.StatusConflict,
	wire.CodeInvalidPassword:     http.StatusUnprocessableEntity,
	wire.CodeInvalidCode:         http.StatusUnprocessableEntity,
	wire.CodeInvalidPasskey:      http.StatusUnprocessableEntity,
	wire.CodeInvalidReset:        http.StatusUnprocessableEntity,
	wire.CodeInvalidName:         http.StatusUnprocessableEntity,
	wire.CodeTooManyPasskeys:     http.StatusUnprocessableEntity,
	wire.CodeLastFactor:          http.StatusConflict,
	wire.CodeUnverified:          http.StatusUnprocessableEntity,
	wire.CodeKeyExpired:          http.StatusConflict,
	wire.CodeAddressTaken:        http.StatusConflict,
	wire.CodeInvalidCredentials:  http.StatusUnauthorized,
	wire.CodeNotLoggedIn:         http.StatusUnauthorized,
	wire.CodeDeviceRevoked:       http.StatusUnauthorized,
	wire.CodeStepUpRequired:      http.StatusForbidden,
	wire.CodeEnrollmentRequired:  http.StatusForbidden,
	wire.CodeWrongAccount:        http.StatusConflict,
	wire.CodeCrossOrigin:         http.StatusForbidden,
	wire.CodeForbidden:           http.StatusForbidden,
	wire.CodeNotFound:            http.StatusNotFound,
	wire.CodeMethodNotAllowed:    http.StatusMethodNotAllowed,
	wire.CodeIDConflict:          http.StatusConflict,
	wire.CodeDestroyed:           http.StatusGone,
	wire.CodeConversationClosed:  http.StatusConflict,
	wire.CodeUnreadable:          http.StatusConflict,
	wire.CodeProtocolNewer:       http.StatusConflict,
	wire.CodeTooLarge:            http.StatusRequestEntityTooLarge,
	wire.CodeUnsupportedMedia:    http.StatusUnsupportedMediaType,
	wire.CodeMisdirected:         http.StatusMisdirectedRequest,
	wire.CodeTooManyRequests:     http.StatusTooManyRequests,
	wire.CodeInternal:            http.StatusInternalServerError,
	wire.CodeUnavailable:         http.StatusServiceUnavailable,
	wire.CodeStorageFull:         http.StatusInsufficientStorage,
}
