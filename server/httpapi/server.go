// Package httpapi is the server's face to the network: the JSON API under
// /api/, the event stream, the documents of the pages and the app's files. It
// owns routes, cookies, headers and how errors become answers.
//
// It must not decide who may do what: it finds out who is asking and lets the
// packages account and chat answer. It keeps nothing.
package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"pleiades/server/account"
	"pleiades/server/chat"
	"pleiades/server/feedback"
	"pleiades/server/live"
	"pleiades/server/outbox"
	"pleiades/server/support"
	"pleiades/shared/crisis"
	"pleiades/shared/help"
	"pleiades/shared/wire"
)

// Assets are the files of the app. Package web provides them.
type Assets interface {
	// ServeHTTP serves the files at their addresses under /web/.
	http.Handler
	// URL returns the address of a file, Precache those of all files the app
	// needs offline.
	URL(name string) string
	Precache() []string
	// Read returns the content of a file.
	Read(name string) ([]byte, error)
}

// Options are what the handler works with. All of them are needed except where
// a default is named.
type Options struct {
	// PublicURL is the one origin served, such as https://care.example. Only
	// its scheme and host count.
	PublicURL *url.URL
	Accounts  *account.Service
	Chat      *chat.Service
	Live      *live.Hub
	Outbox    *outbox.Service
	Support   *support.Service
	// Ready reports whether the database answers.
	Ready  func(context.Context) error
	Assets Assets
	// Prepare returns what is shown. It is called once, aside.
	Prepare func() (Show, error)
	// Crisis holds the emergency numbers and crisis lines to show; those that
	// come with the product if it has no country.
	Crisis crisis.Directory
	// Feedback keeps what people say of it.
	Feedback *feedback.Service
	// Limits say how often things may be done.
	Limits Limits
	// Version names the build of the server.
	Version string
	Log     *slog.Logger
	// Now is the clock; time.Now if nil.
	Now func() time.Time
	// Heartbeat is how often an event stream shows a sign of life and checks
	// its login; 25 s if 0.
	Heartbeat time.Duration
	// TrustedProxies are those whose X-Forwarded-For and X-Forwarded-Host are
	// believed; nobody's if empty.
	TrustedProxies []netip.Prefix
	// BodyTime is how long the body of a request may take to arrive; 30 s if 0.
	BodyTime time.Duration
	// Room is how many bytes of the bodies of requests are held at once, of one
	// place a sixteenth; 256 MiB if 0. The first 64 KiB of each do not count.
	Room int64
}

// Show is what the server shows of its own.
type Show struct {
	Pages Pages
	// Library is the Help Center, whose pages are among Pages.
	Library *help.Library
	// Weights is what help.ParseWeights reads, for TARS in the app.
	Weights string
}

// server holds what the handlers share.
type server struct {
	Options
	// drawn waits until the pages are drawn, which takes longer than all else at
	// the start: only who asks for one, or for what depends on them, waits. Until
	// then there is nothing of the fields below it.
	drawn func() error
	Show
	build string // names the documents and files as a whole: another build, another string
	pages *routes
	// missing is the page where there is none.
	missing     document
	contactForm contactForm

	host   string
	logins *loginStore

	limiters limiters
	held     *gate
	api      *routes

	crossOrigin *http.CrossOriginProtection
}

const defaultHeartbeat = 25 * time.Second

// New makes the handler of everything served on the public address. It draws the
// pages aside; drawn waits for that, and says why it failed: then there are none.
func New(opts Options) (handler http.Handler, drawn func() error, err error) {
	s, err := newServer(opts)
	if err != nil {
		return nil, nil, err
	}
	return s.forwarded(s.observe(s.protect(http.HandlerFunc(s.route)))), s.drawn, nil
}

// routes is a ServeMux that knows what was registered, with huma or without it.
type routes struct {
	http.ServeMux
	patterns []string
}

// Handle registers a handler, and notes it.
func (m *routes) Handle(pattern string, handler http.Handler) {
	m.patterns = append(m.patterns, pattern)
	m.ServeMux.Handle(pattern, handler)
}

// HandleFunc is Handle for a function.
func (m *routes) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	m.Handle(pattern, http.HandlerFunc(handler))
}

func newServer(opts Options) (*server, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Heartbeat == 0 {
		opts.Heartbeat = defaultHeartbeat
	}
	if opts.BodyTime == 0 {
		opts.BodyTime = defaultBodyTime
	}
	if opts.Room == 0 {
		opts.Room = defaultRoom
	}
	if len(opts.Crisis.Countries()) == 0 {
		opts.Crisis = crisis.BuiltIn()
	}
	origin := (&url.URL{Scheme: opts.PublicURL.Scheme, Host: opts.PublicURL.Host}).String()

	s := &server{
		Options:     opts,
		host:        canonicalHost(opts.PublicURL.Scheme, opts.PublicURL.Host),
		logins:      newLoginStore(opts.Accounts, opts.PublicURL),
		limiters:    newLimiters(opts.Limits, opts.Now),
		held:        newGate(opts.Room),
		api:         new(routes),
		pages:       new(routes),
		crossOrigin: http.NewCrossOriginProtection(),
	}
	if err := s.crossOrigin.AddTrustedOrigin(origin); err != nil {
		return nil, errors.New("the public URL is no origin: " + origin)
	}
	s.drawn = sync.OnceValue(func() error { return s.draw(origin) })
	go func() { _ = s.drawn() }() // whoever waits is told
	s.routeAPI(origin)
	return s, nil
}

// draw draws the pages.
func (s *server) draw(origin string) (err error) {
	if s.Show, err = s.Prepare(); err != nil {
		return err
	}
	return s.routePages(origin)
}

// servePage answers with a page, or with what is beside the pages.
func (s *server) servePage(w http.ResponseWriter, r *http.Request) {
	switch err := s.drawn(); {
	case err != nil:
		s.Log.ErrorContext(r.Context(), "the pages are not drawn", "err", err)
		writeProblem(w, newProblem(wire.CodeInternal))
	case !isClean(r.URL):
		s.notFoundPage(w, r)
	default:
		s.pages.ServeHTTP(w, r)
	}
}

// buildName waits for the name of this build.
func (s *server) buildName() string {
	_ = s.drawn() // no name then
	return s.build
}

// route hands the request to the API or to the pages.
func (s *server) route(w http.ResponseWriter, r *http.Request) {
	s.limitBody(w, r)
	switch {
	case r.URL.Path == "/healthz":
		s.answerHealth(w, r, nil)
	case r.URL.Path == "/readyz":
		s.answerHealth(w, r, s.Ready)
	case canonicalHost(s.PublicURL.Scheme, r.Host) != s.host:
		writeProblem(w, newProblem(wire.CodeMisdirected))
	case isAPI(r.URL.Path):
		s.serveAPI(w, r)
	default:
		s.servePage(w, r)
	}
}

// answerHealth says 204 if there is no check or it passes, else 503.
func (s *server) answerHealth(w http.ResponseWriter, r *http.Request, check func(context.Context) error) {
	w.Header().Set("Cache-Control", "no-store")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	if check != nil {
		if err := check(r.Context()); err != nil {
			s.Log.ErrorContext(r.Context(), "not ready", "err", err)
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}
