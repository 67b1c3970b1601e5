package httpapi

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"log/slog"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"pleiades/shared/wire"
)

const (
	// maxBody is the most bytes of a request body, save at outboxPath.
	maxBody = 1 << 20
	// defaultBodyTime is how long a body may take to arrive.
	defaultBodyTime = 30 * time.Second
)

// contentSecurityPolicy lets the app run its own files and nothing else: no
// inline code or style, no other origin.
const contentSecurityPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
	"img-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; font-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types pleiades"

// permissionsPolicy denies all that browsers can be told of but passkeys and the
// buttons that copy a link.
const permissionsPolicy = "accelerometer=(), aria-notify=(), attribution-reporting=(), autoplay=(), bluetooth=(), " +
	"browsing-topics=(), camera=(), captured-surface-control=(), clipboard-read=(), clipboard-write=(self), " +
	"compute-pressure=(), deferred-fetch=(), deferred-fetch-minimal=(), digital-credentials-create=(), " +
	"digital-credentials-get=(), display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), " +
	"geolocation=(), gyroscope=(), hid=(), identity-credentials-get=(), idle-detection=(), keyboard-map=(), " +
	"language-detector=(), language-model=(), local-fonts=(), local-network=(), local-network-access=(), " +
	"loopback-network=(), magnetometer=(), media-playback-while-not-visible=(), microphone=(), midi=(), " +
	"on-device-speech-recognition=(), otp-credentials=(), payment=(), picture-in-picture=(), " +
	"private-state-token-issuance=(), private-state-token-redemption=(), publickey-credentials-create=(self), " +
	"publickey-credentials-get=(self), screen-wake-lock=(), serial=(), shared-storage=(), " +
	"speaker-selection=(), storage-access=(), summarizer=(), sync-xhr=(), translator=(), unload=(), usb=(), " +
	"web-share=(), window-management=(), xr-spatial-tracking=()"

// always returns the headers that every answer carries.
func (s *server) always() http.Header {
	header := http.Header{
		"Content-Security-Policy":      {contentSecurityPolicy},
		"Cross-Origin-Opener-Policy":   {"same-origin"},
		"Cross-Origin-Embedder-Policy": {"require-corp"},
		"Cross-Origin-Resource-Policy": {"same-origin"},
		"Permissions-Policy":           {permissionsPolicy},
		"Referrer-Policy":              {"no-referrer"},
		"X-Content-Type-Options":       {"nosniff"},
	}
	if s.PublicURL.Scheme == "https" {
		header.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	}
	return header
}

// protect sets the headers that every answer carries. Their values are shared: an
// answer that needs another one sets it.
func (s *server) protect(next http.Handler) http.Handler {
	always := s.always()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		maps.Copy(w.Header(), always)
		next.ServeHTTP(w, r)
	})
}

// observe logs each request, without anything that says who or what, and turns
// a panic into an answer.
func (s *server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := s.Now()
		answer := &observedWriter{ResponseWriter: w}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				// The value may quote a request; the place is enough to find it.
				s.Log.ErrorContext(r.Context(), "panic", "route", r.Pattern, "stack", string(debug.Stack()))
				if answer.status != 0 {
					panic(http.ErrAbortHandler) // too late for another answer: cut it off
				}
				writeProblem(answer, newProblem(wire.CodeInternal))
			}
			s.Log.LogAttrs(r.Context(), slog.LevelInfo, "request", slog.String("method", r.Method), slog.String("route", r.Pattern),
				slog.Int("status", cmp.Or(answer.status, http.StatusOK)), slog.Duration("duration", s.Now().Sub(began)))
		}()
		next.ServeHTTP(answer, r)
	})
}

// observedWriter remembers the status of an answer.
type observedWriter struct {
	http.ResponseWriter
	status int // 0 until the header is written
}

// WriteHeader writes the header once: huma tries again where the reader left
// in the middle of an answer.
func (w *observedWriter) WriteHeader(status int) {
	if w.status != 0 {
		return
	}
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *observedWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (w *observedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// limitBody gives the body of a request, if it has one, its time to arrive,
// whether or not anyone reads it: an answer waits for the rest of the body.
func (s *server) limitBody(w http.ResponseWriter, r *http.Request) {
	if r.Body != nil && r.Body != http.NoBody {
		// Not every connection has deadlines; the server's own limits hold there.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(s.BodyTime))
	}
}

// canonicalHost returns the host in lower case and without the scheme's own
// port.
func canonicalHost(scheme, host string) string {
	host = strings.ToLower(host)
	if scheme == "https" {
		return strings.TrimSuffix(host, ":443")
	}
	return strings.TrimSuffix(host, ":80")
}

// isAPI reports whether a path, however it is spelt, belongs to the API.
func isAPI(p string) bool {
	p = path.Clean("/" + p)
	return p == "/api" || strings.HasPrefix(p, "/api/")
}

// isClean reports whether the address is in its one form. Others are not
// redirected: there is nothing behind them.
func isClean(u *url.URL) bool {
	escaped := u.EscapedPath()
	clean := path.Clean(escaped)
	return escaped == clean || clean != "/" && escaped == clean+"/"
}

// serveAPI checks what can be checked before knowing the operation.
func (s *server) serveAPI(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	pattern := sendRoute
	conversation, id, sends := sentTo(r)
	if !sends {
		if _, pattern = s.api.Handler(r); pattern == "" || !isClean(r.URL) {
			s.refuseRoute(w, r)
			return
		}
	}
	r.Pattern = pattern // for the log, should the request be refused here
	if err := s.crossOrigin.Check(r); err != nil {
		writeProblem(w, newProblem(wire.CodeCrossOrigin))
		return
	}
	if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
		writeProblem(w, newProblem(wire.CodeBadRequest))
		return
	}
	if p := checkProtocol(r.Header); p != nil {
		writeProblem(w, p)
		return
	}
	if r.URL.Path == outboxPath || r.URL.Path == ingestKeysPath { // what needs no login, yet costs
		if wait := s.Outbox.Admit(callerPlace(r)); wait > 0 {
			writeProblem(w, tooMany(wait))
			return
		}
	}
	body, letGo, p := s.readBody(w, r, isJSON)
	defer letGo()
	if p != nil {
		writeProblem(w, p)
		return
	}
	switch pattern {
	case sendRoute:
		if put, plain := readPut(body); sends && plain {
			s.sendShortly(w, r, putMessage{ConversationPath: ConversationPath{conversation}, Message: id, Body: put})
			return
		}
	case postRoute:
		if envelopes, plain := readOutbox(body); plain {
			s.postShortly(w, r, envelopes)
			return
		}
	}
	// JSON is all there is: what the caller would rather have does not matter.
	r.Header.Set("Accept", "application/json")
	s.api.ServeHTTP(w, r)
}

// refuseRoute answers where no operation has this path and method: with 404,
// or with the methods the path does have.
func (s *server) refuseRoute(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	if isClean(r.URL) {
		allowed = s.methods(r)
	}
	switch {
	case len(allowed) == 0:
		writeProblem(w, newProblem(wire.CodeNotFound))
	case r.Method == http.MethodOptions:
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		writeProblem(w, newProblem(wire.CodeMethodNotAllowed))
	}
}

// methods lists what the path of a request can be asked with.
func (s *server) methods(r *http.Request) []string {
	var allowed []string
	for _, method := range []string{http.MethodDelete, http.MethodGet, http.MethodHead, http.MethodPatch, http.MethodPost, http.MethodPut} {
		probe := &http.Request{Method: method, URL: r.URL, Host: r.Host}
		if _, pattern := s.api.Handler(probe); pattern != "" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) > 0 {
		allowed = append(allowed, http.MethodOptions)
	}
	return allowed
}

// checkProtocol refuses a caller that speaks a later version than this server.
func checkProtocol(header http.Header) *Problem {
	value := header.Get(wire.HeaderVersion)
	if value == "" {
		return nil
	}
	version, err := strconv.Atoi(value)
	if err != nil || version < 1 {
		return newProblem(wire.CodeBadRequest)
	}
	if version > wire.Version {
		return newProblem(wire.CodeProtocolNewer)
	}
	return nil
}

// readBody reads the whole body, within its limits, and puts it back as it
// would be read next, if its content type is taken. What it holds counts until it
// is let go. After an error the deadline of limitBody stays.
func (s *server) readBody(w http.ResponseWriter, r *http.Request, taken func(contentType string) bool) (body []byte, letGo func(), refused *Problem) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, func() {}, nil
	}
	place := callerPlace(r)
	if !s.held.enter(place) {
		hangUp(w, r)
		return nil, func() {}, noRoom()
	}
	defer s.held.left(place)
	held := &heldBody{ReadCloser: r.Body, gate: s.held, place: place}
	limit := int64(maxBody)
	if r.URL.Path == outboxPath {
		limit = wire.MaxOutboxBody
	}
	var read bytes.Buffer
	read.Grow(int(min(max(r.ContentLength, 0), freeRoom)) + bytes.MinRead)
	if _, err := read.ReadFrom(http.MaxBytesReader(w, held, limit)); err != nil {
		return nil, held.letGo, unread(err)
	}
	body = read.Bytes()
	if len(body) > 0 && !taken(r.Header.Get("Content-Type")) {
		return nil, held.letGo, newProblem(wire.CodeUnsupportedMedia)
	}
	// The body is all there: from now on the deadline would end the request
	// itself, such as a stream.
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body, held.letGo, nil
}

// unread is the answer to a body that was not read to its end.
func unread(err error) *Problem {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return newProblem(wire.CodeTooLarge)
	case errors.Is(err, errNoRoom):
		return noRoom()
	case errors.Is(err, os.ErrDeadlineExceeded):
		p := newProblem(wire.CodeBadRequest)
		p.Status = http.StatusRequestTimeout
		return p
	}
	return newProblem(wire.CodeBadRequest)
}

// isJSON reports whether a content type is JSON in UTF-8, its only encoding
// (RFC 8259, section 8.1).
func isJSON(contentType string) bool {
	if contentType == "application/json" {
		return true // what nearly all say
	}
	mediaType, parameters, err := mime.ParseMediaType(contentType)
	charset, named := parameters["charset"]
	return err == nil && mediaType == "application/json" && (!named || strings.EqualFold(charset, "utf-8"))
}
