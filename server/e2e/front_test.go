package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"
	"testing"

	"pleiades/server/store/storetest"
)

// front is what a browser takes for the server, which is behind it. A test can
// have it answer instead of the server, and change scripts on their way.
type front struct {
	t      *testing.T
	behind *httputil.ReverseProxy

	mu     sync.Mutex
	answer func(http.ResponseWriter, *http.Request) bool // reports whether it did; nil never does
	edits  []edit
}

// edit replaces a part of a script, or of all of them that are named so.
type edit struct{ file, from, to string }

// mustServeBehind is MustServe behind a front.
func mustServeBehind(t *testing.T) (*Server, *front) {
	t.Helper()
	server := newServer(t, storetest.MustURL(t, storetest.SQLite))
	server.demo = true
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server.URL = fmt.Sprintf("http://localhost:%d", listener.Addr().(*net.TCPAddr).Port)
	f := &front{t: t}
	f.behind = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: server.address})
			r.Out.Host = r.In.Host
			if len(f.editsOf(r.In.URL.Path)) > 0 { // to be had whole, and in the clear
				r.Out.Header.Set("Accept-Encoding", "identity")
				r.Out.Header.Del("If-None-Match")
			}
		},
		ModifyResponse: f.change,
	}
	http := &http.Server{Handler: f}
	go func() { _ = http.Serve(listener) }() // until it is closed
	t.Cleanup(func() { http.Close() })
	server.Start()
	return server, f
}

// ServeHTTP implements http.Handler.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	answer := f.answer
	f.mu.Unlock()
	if answer == nil || !answer(w, r) {
		f.behind.ServeHTTP(w, r)
	}
}

// Answer has f answer requests, those of which it reports that it did. With nil
// the server answers all.
func (f *front) Answer(answer func(http.ResponseWriter, *http.Request) bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answer = answer
}

// Edit changes scripts from now on.
func (f *front) Edit(edits ...edit) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.edits = append(f.edits, edits...)
}

func (f *front) editsOf(address string) (list []edit) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, e := range f.edits {
		// Pages have all scripts in one.
		if name := path.Base(address); e.file == name || name == "page.js" && e.file != "worker.js" {
			list = append(list, e)
		}
	}
	return list
}

// change makes the edits in a script.
func (f *front) change(answer *http.Response) error {
	edits := f.editsOf(answer.Request.URL.Path)
	if len(edits) == 0 {
		return nil
	}
	script, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	for _, e := range edits {
		if bytes.Count(script, []byte(e.from)) != 1 {
			f.t.Errorf("%s is not once in %s", strconv.Quote(e.from), e.file)
		}
		script = bytes.Replace(script, []byte(e.from), []byte(e.to), 1)
	}
	answer.Header.Del("Etag")
	answer.Header.Set("Content-Length", strconv.Itoa(len(script)))
	answer.ContentLength = int64(len(script))
	answer.Body = io.NopCloser(bytes.NewReader(script))
	return nil
}

// isOutbox reports whether a request hands over what waited.
func isOutbox(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/api/v1/outbox") }

// refuseFull answers what is handed over as a server does whose disk is full.
func refuseFull(w http.ResponseWriter, r *http.Request) bool {
	if !isOutbox(r) {
		return false
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(http.StatusInsufficientStorage)
	_, _ = io.WriteString(w, `{"title":"full","status":507,"code":"storage_full"}`)
	return true
}
