package httpapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

// Problem is wire.Problem as huma wants an error answer.
type Problem struct {
	wire.Problem
	retryAfter time.Duration // for those who came too often
}

var (
	_ huma.StatusError       = (*Problem)(nil)
	_ huma.ContentTypeFilter = (*Problem)(nil)
	_ huma.HeadersError      = (*Problem)(nil)
)

const problemType = "application/problem+json"

// GetStatus returns the HTTP status of the answer.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType returns the media type of RFC 9457.
func (p *Problem) ContentType(string) string { return problemType }

// GetHeaders returns the headers that go with the status.
func (p *Problem) GetHeaders() http.Header {
	header := make(http.Header)
	if p.Status == http.StatusServiceUnavailable || p.Status == http.StatusTooManyRequests || p.Status == http.StatusInsufficientStorage {
		header.Set("Retry-After", "5")
	}
	if p.retryAfter > 0 {
		header.Set("Retry-After", retryHeader(p.retryAfter))
	}
	return header
}

// maxErrors and maxErrorLength bound what Errors repeats of a request.
const (
	maxErrors      = 20
	maxErrorLength = 80
)

// texts are the words of error answers. They never change.
var texts = phrase.English()

// newProblem makes the answer for a code. A code that has no status is a
// mistake of ours.
func newProblem(code wire.Code, errs ...string) *Problem {
	status, known := statuses[code]
	if !known {
		code, status = wire.CodeInternal, http.StatusInternalServerError
	}
	title, detail := texts.Problem(code)
	return &Problem{Problem: wire.Problem{
		Title:  title,
		Status: status,
		Detail: detail,
		Code:   code,
		Errors: errs[:min(len(errs), maxErrors)],
	}}
}

// writeProblem answers outside of huma.
func writeProblem(w http.ResponseWriter, p *Problem) {
	header := w.Header()
	for name, values := range p.GetHeaders() {
		header[name] = values
	}
	header.Set("Content-Type", problemType)
	header.Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the reader is gone: nobody left to tell
}

// useProblems makes huma answer with Problem, in its documents too, and take
// fields by their exact names only. huma keeps both in package variables; this
// is the one place that sets them.
var useProblems = sync.OnceFunc(func() {
	huma.ValidateStrictCasing = true
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return fromHuma(status, errs)
	}
})

// fromHuma turns what huma found wrong with a request into a Problem. Its own
// messages are left out: they may repeat what a person wrote.
func fromHuma(status int, errs []error) *Problem {
	switch status {
	case http.StatusBadRequest:
		return newProblem(wire.CodeBadRequest)
	case http.StatusUnprocessableEntity:
		return newProblem(wire.CodeInvalidRequest, fieldNames(errs)...)
	}
	return newProblem(wire.CodeInternal)
}

// fieldNames lists the fields that huma's validation complains about, each
// once, in the order found.
func fieldNames(errs []error) []string {
	var names []string
	seen := make(map[string]bool)
	for _, err := range errs {
		var detailer huma.ErrorDetailer
		if !errors.As(err, &detailer) {
			continue
		}
		name := fieldName(detailer.ErrorDetail())
		if len(name) > maxErrorLength {
			name = strings.ToValidUTF8(name[:maxErrorLength], "")
		}
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

// fieldName returns the name of a field without its place in the request:
// "body.seq" is "seq". huma reports a missing field at its parent, with the
// name in the message alone.
func fieldName(detail *huma.ErrorDetail) string {
	var missing string
	_, name, nested := strings.Cut(detail.Location, ".")
	switch n, _ := fmt.Sscanf(detail.Message, validation.MsgExpectedRequiredProperty, &missing); {
	case n == 1 && nested:
		return name + "." + missing
	case n == 1:
		return missing
	case !nested:
		return detail.Location
	default:
		return name
	}
}
