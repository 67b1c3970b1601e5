// Package browser is the only door to JavaScript: requests, the event stream,
// what the device keeps, locks, updates, local time. Its other side is
// web/js/boot.js; between them go plain values and JSON.
//
// It must not know what it carries. Outside a browser there is nothing behind
// the door; tests put fakes in its place.
package browser

import "errors"

// ErrNoAnswer says that a request got no answer: there is no connection, or it
// took too long.
var ErrNoAnswer = errors.New("no answer from the server")

// ErrDevice is what the device says when it cannot do as asked. Name is the
// name of the JavaScript error, QuotaExceededError for want of space.
type ErrDevice struct{ Name, Message string }

// Error names the failure.
func (e *ErrDevice) Error() string { return "device: " + e.Name + ": " + e.Message }

// Response is the answer to a request.
type Response struct {
	Status int    `json:"status"`
	Type   string `json:"type"` // the content type
	Body   string `json:"body"`
	// RetryAfter is the Retry-After header, empty if there is none.
	RetryAfter string `json:"retryAfter,omitempty"`
}
