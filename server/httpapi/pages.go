package httpapi

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"hash"
	"html/template"
	"net/http"
	"strings"
	"sync"

	"pleiades/shared/help"
	"pleiades/shared/message"
)

// Page is a page as it is served before the program runs: what everyone may
// see, never anything of a person.
type Page struct {
	Title       string
	Description string
	Public      bool          // search engines may list it
	Plain       bool          // a document alone: the program does not run on it
	Form        bool          // it has a form that the server takes without the program
	Script      string        // of a plain page, the file it runs; empty for none
	Early       string        // the file it runs before it is painted; empty for none
	Content     template.HTML // of the element that the program takes over
}

// Pages are the documents there are, made once at the start.
type Pages struct {
	Front    Page // for people who are not logged in
	LogIn    Page
	SignUp   Page
	Confirm  Page // to confirm a sign-up
	Join     Page // for therapists to apply
	Contact  Page // to ask those who run the service
	Sent     Page // answers who asked there without the program
	Forgot   Page // to ask for a new password
	Reset    Page // to set it
	About    Page
	Involved Page // how to help
	Fix      Page // what mends the app on a device
	Help     []HelpPage
	Shell    Page // for all pages of a person: the program fills it
	NotFound Page
	Words    Words
}

// HelpPage is a page of the Help Center, which the worker keeps.
type HelpPage struct {
	Path string
	Page
}

// Words are the texts around the pages.
type Words struct {
	Lang     string
	AppName  string
	NoScript string
	Failed   string // the program did not start or stopped
	Reload   string
	Fix      string // the link to what mends
}

// shellPath is where the app's empty shell is had by itself: the worker keeps
// it and answers every page load with it.
const shellPath = "/shell"

// helpDataPath is where the app has the articles of the Help Center, which are no
// part of the program.
const helpDataPath = "/help.json"

// helpIndexPath is where the app has what finds passages of the articles.
const helpIndexPath = "/help-index.txt"

// helpWeightsPath is where TARS, the assistant in the app, has what it weighs
// questions by.
const helpWeightsPath = "/help-weights.txt" // #nosec G101 -- the address of a public file

// Pages that the program does not run on, beside crisisPath.
const (
	aboutPath    = "/about"
	contactPath  = "/contact"
	involvedPath = "/get-involved"
	fixPath      = "/help/fix" // mends the app where the program may not even start
)

// documentPaths lists all pages that are documents alone. The worker keeps
// them, and the program leaves to them.
func documentPaths() []string {
	return []string{crisisPath, aboutPath, involvedPath, fixPath}
}

// personalPaths lists the pages of a person beside the conversations: all of them
// are the same empty shell, and no search engine's.
func personalPaths() []string {
	return []string{
		"/availability", "/diagnostics", "/directory", "/invite", "/locked", "/next-appointment",
		"/operator", "/operator/applications", "/operator/practices", "/practice", "/practice/members", "/practice/setup",
		"/removed", "/requests", "/safety-plan", "/settings", "/settings/security", shellPath, "/support", "/who-opened",
	}
}

// The colours around the page: those of its background.
const (
	themeLight = "#f7f5f2"
	themeDark  = "#14171f"
)

//go:embed document.html
var documentText string

// document is a rendered page.
type document struct {
	contentType string // HTML if empty
	body        []byte
	gzip        func() []byte // the body compressed; nil where that is not worth it
	etag        string
	status      int
}

// routePages renders the documents and registers everything outside the API.
func (s *server) routePages(origin string) error {
	worker, err := s.Assets.Read("worker.js")
	if err != nil {
		return fmt.Errorf("read the worker: %w", err)
	}
	// It is long, so that it is drawn while the rest is.
	crisisPage := s.newCrisisPage(origin)
	drawn := make(chan error, 1)
	go func() {
		_, err := crisisPage.today()
		drawn <- err
	}()
	crisisData := crisisDataDocument(s.Crisis)
	library := *s.Library
	library.Asked = nil // in the index
	helpData := compressedDocument("application/json", mustJSON(library))
	// Made when first asked for, since it takes as long as all the rest.
	helpIndex := sync.OnceValue(func() document {
		return compressedDocument("text/plain; charset=utf-8", []byte(help.PackIndex(s.Library)))
	})
	helpWeights := compressedDocument("text/plain; charset=utf-8", []byte(s.Weights))
	build := s.hashShown()
	if err := <-drawn; err != nil {
		return fmt.Errorf("render %s: %w", crisisPath, err)
	}
	s.build = nameBuild(build, worker, crisisPage.shown.body, crisisData.body, helpData.body, helpWeights.body)

	documents := make(map[string]document)
	pages := map[string]Page{
		"/":        s.Pages.Front,
		"/login":   s.Pages.LogIn,
		"/signup":  s.Pages.SignUp,
		"/confirm": s.Pages.Confirm,
		"/join":    s.Pages.Join,
		"/forgot":  s.Pages.Forgot,
		"/reset":   s.Pages.Reset,
		shellPath:  s.Pages.Shell,
		"":         s.Pages.NotFound,

		aboutPath:    s.Pages.About,
		contactPath:  s.Pages.Contact,
		involvedPath: s.Pages.Involved,
		fixPath:      s.Pages.Fix,
	}
	for _, page := range s.Pages.Help {
		pages[page.Path] = page.Page
	}
	shape, err := template.New("document").Parse(documentText)
	if err != nil {
		return fmt.Errorf("read the shape of pages: %w", err)
	}
	for path, page := range pages {
		rendered, err := s.render(shape, origin, path, page)
		if err != nil {
			return fmt.Errorf("render page %q: %w", path, err)
		}
		documents[path] = rendered
	}
	s.missing = documents[""]
	s.missing.status = http.StatusNotFound

	front, shell := documents["/"], documents[shellPath]
	s.pages.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Cookie")
		if _, err := s.logins.actor(r); err == nil {
			shell.serve(w, r)
			return
		}
		front.serve(w, r)
	})
	s.pages.HandleFunc("GET /login", documents["/login"].serve)
	s.pages.HandleFunc("GET /signup", documents["/signup"].serve)
	s.pages.HandleFunc("GET /confirm", documents["/confirm"].serve)
	s.pages.HandleFunc("GET /join", documents["/join"].serve)
	s.pages.HandleFunc("GET /forgot", documents["/forgot"].serve)
	s.pages.HandleFunc("GET /reset", documents["/reset"].serve)
	s.pages.HandleFunc("GET "+aboutPath, documents[aboutPath].serve)
	if s.contactForm, err = newContactForm(s.Pages, func(page Page) (document, error) {
		return s.render(shape, origin, contactPath, page)
	}); err != nil {
		return fmt.Errorf("read the form of %s: %w", contactPath, err)
	}
	s.pages.HandleFunc("GET "+contactPath, postable(s.contactForm.serve))
	s.pages.HandleFunc("POST "+contactPath, postable(s.postContact))
	s.pages.HandleFunc("GET "+involvedPath, documents[involvedPath].serve)
	s.pages.HandleFunc("GET "+fixPath, documents[fixPath].serve)
	for _, page := range s.Pages.Help {
		s.pages.HandleFunc("GET "+page.Path, documents[page.Path].serve)
	}
	s.pages.HandleFunc("GET "+helpDataPath, helpData.serve)
	s.pages.HandleFunc("GET "+helpIndexPath, func(w http.ResponseWriter, r *http.Request) { helpIndex().serve(w, r) })
	s.pages.HandleFunc("GET "+helpWeightsPath, helpWeights.serve)
	for _, path := range personalPaths() {
		s.pages.HandleFunc("GET "+path, shell.serve)
	}
	s.pages.HandleFunc("GET "+crisisPath, crisisPage.serve)
	s.pages.HandleFunc("GET "+crisisDataPath, crisisData.serve)
	s.pages.HandleFunc("GET /c/{id}", func(w http.ResponseWriter, r *http.Request) {
		if _, err := message.ParseID(r.PathValue("id")); err != nil {
			s.notFoundPage(w, r)
			return
		}
		shell.serve(w, r)
	})
	s.pages.HandleFunc("/", s.notFoundPage)
	s.routeFiles(origin, worker)
	return nil
}

// hashShown begins to name everything a browser keeps of this build: if any of it
// changes, so does the name. See nameBuild.
func (s *server) hashShown() hash.Hash {
	sum := sha256.New()
	fmt.Fprintln(sum, s.Version, documentText, s.Pages, s.Assets.Precache(), help.IndexForm)
	for _, group := range s.Library.Asked { // what else is in the index
		fmt.Fprintln(sum, group)
	}
	return sum
}

// nameBuild returns the name, given what hashShown has seen and what else there is.
func nameBuild(sum hash.Hash, contents ...[]byte) string {
	for _, content := range contents {
		sum.Write(content)
	}
	return hex.EncodeToString(sum.Sum(nil))[:12]
}

// render makes the document of a page. One that is not found has no path.
func (s *server) render(shape *template.Template, origin, path string, page Page) (document, error) {
	canonical := ""
	if page.Public {
		canonical = origin + path
	}
	var text bytes.Buffer
	err := shape.Execute(&text, map[string]any{
		"Page":      page,
		"Words":     s.Pages.Words,
		"Canonical": canonical,
		"Light":     themeLight,
		"Dark":      themeDark,
		"Icon":      s.Assets.URL("icons/icon.svg"),
		"TouchIcon": s.Assets.URL("icons/apple-touch-icon.png"),
		"Style":     s.Assets.URL("style.css"),
		"Program":   s.Assets.URL("app.wasm"),
		"Rules":     s.Assets.URL("guidance.rules"),
		"Scripts":   s.plainScripts(page),
		"Early":     s.early(page),
		"Start":     s.Assets.URL("program.js"),
		"Joined":    s.Assets.URL("page.js"),
		"Derive":    s.Assets.URL("derive.js"),
		"Build":     s.build,
		"Documents": strings.Join(documentPaths(), " "),
		"Fix":       fixPath,
	})
	if err != nil {
		return document{}, err
	}
	return document{body: text.Bytes(), etag: etag(text.Bytes()), status: http.StatusOK}, nil
}

// early returns the address of what a page runs before it is painted.
func (s *server) early(page Page) string {
	if page.Early == "" {
		return ""
	}
	return s.Assets.URL(page.Early)
}

// plainScripts lists what a plain page runs: the quick exit, which leaves faster
// and locks, and the page's own.
func (s *server) plainScripts(page Page) []string {
	if !page.Plain {
		return nil
	}
	names := []string{"db.js", "vault.js", "exit.js"}
	if page.Script != "" {
		names = append(names, "features.js", "facts.js", page.Script)
	}
	return s.scripts(names...)
}

// etag returns a strong entity tag of the content.
func etag(content []byte) string {
	sum := sha256.Sum256(content)
	return `"` + hex.EncodeToString(sum[:8]) + `"`
}

// serve answers with the document. The browser may keep it, but asks each time
// whether it still holds.
func (d document) serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", cmp.Or(d.contentType, "text/html; charset=utf-8"))
	tag, body := d.etag, d.body
	if d.gzip != nil {
		header.Add("Vary", "Accept-Encoding")
		if acceptsGzip(r.Header.Values("Accept-Encoding")) {
			header.Set("Content-Encoding", "gzip")
			body = d.gzip()
			tag = etag(body)
		}
	}
	serveFresh(w, r, d.status, tag, body)
}

// acceptsGzip reads Accept-Encoding (RFC 9110, section 12.5.3). What it does
// not understand is no yes.
func acceptsGzip(header []string) bool {
	for item := range strings.SplitSeq(strings.Join(header, ","), ",") {
		coding, weight, weighted := strings.Cut(item, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			value, found := strings.CutPrefix(strings.TrimSpace(weight), "q=")
			return !weighted || found && strings.Trim(value, "0.") != ""
		}
	}
	return false
}

// serveFresh sends content that may change with the next build.
func serveFresh(w http.ResponseWriter, r *http.Request, status int, tag string, content []byte) {
	header := w.Header()
	header.Set("Cache-Control", "no-cache")
	if status == http.StatusOK {
		header.Set("ETag", tag)
		if strings.Contains(r.Header.Get("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	w.WriteHeader(status)
	_, _ = w.Write(content) // the reader is gone: nobody left to tell
}

// notFoundPage answers where there is no page, or no such method for any.
func (s *server) notFoundPage(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	s.missing.serve(w, r)
}
