package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func request(assets *Assets, method, url string, header http.Header) *http.Response {
	r := httptest.NewRequest(method, url, nil)
	r.Header = header
	w := httptest.NewRecorder()
	assets.ServeHTTP(w, r)
	return w.Result()
}

func TestServeEncoding(t *testing.T) {
	assets := mustLoad(t, built())
	for _, c := range []struct {
		file, accept, want string
	}{
		{"app.wasm", "", ""},
		{"app.wasm", "gzip, deflate, br, zstd", "br"},
		{"app.wasm", "gzip", "gzip"},
		{"app.wasm", "GZIP", "gzip"},
		{"app.wasm", "br;q=0, gzip", "gzip"},
		{"app.wasm", "br; q=0.0, *", "gzip"},
		{"app.wasm", "br;q=0.1, gzip;q=1.0", "br"},
		{"app.wasm", "br;Q=0.5", "br"},
		{"app.wasm", "*", "br"},
		{"app.wasm", "*;q=0", ""},
		{"app.wasm", "identity", ""},
		{"app.wasm", "identity;q=0", ""},
		{"app.wasm", "br;q=NaN, gzip;q=2, ;;,,=", ""},
		{"style.css", "br, gzip", "gzip"},
		{"style.css", "br", ""},
		{"icons/icon-192.png", "br, gzip", ""},
	} {
		t.Run(c.file+" for "+c.accept, func(t *testing.T) {
			response := request(assets, "GET", assets.URL(c.file), http.Header{"Accept-Encoding": {c.accept}})
			if got := response.Header.Get("Content-Encoding"); got != c.want {
				t.Errorf("Content-Encoding is %q, want %q", got, c.want)
			}
			if got := response.Header.Get("Vary"); got != "Accept-Encoding" {
				t.Errorf("Vary is %q", got)
			}
		})
	}

	t.Run("several header lines count as one list", func(t *testing.T) {
		response := request(assets, "GET", assets.URL(Program), http.Header{"Accept-Encoding": {"gzip", "br"}})
		if got := response.Header.Get("Content-Encoding"); got != "br" {
			t.Errorf("Content-Encoding is %q, want br", got)
		}
	})
}

func TestServeHeaders(t *testing.T) {
	assets := mustLoad(t, built())

	t.Run("each kind has its content type", func(t *testing.T) {
		for name, want := range map[string]string{
			"app.wasm":           "application/wasm",
			"wasm_exec.js":       "text/javascript; charset=utf-8",
			"style.css":          "text/css; charset=utf-8",
			"icons/icon.svg":     "image/svg+xml",
			"icons/icon-192.png": "image/png",
			"icons/favicon.ico":  "image/x-icon",
		} {
			response := request(assets, "GET", assets.URL(name), nil)
			if got := response.Header.Get("Content-Type"); got != want {
				t.Errorf("%s: got %q, want %q", name, got, want)
			}
		}
	})

	t.Run("files may be kept for ever", func(t *testing.T) {
		response := request(assets, "GET", assets.URL(Program), nil)
		if got := response.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("Cache-Control is %q", got)
		}
	})

	t.Run("HEAD answers the headers of GET without a body", func(t *testing.T) {
		accept := http.Header{"Accept-Encoding": {"br"}}
		response := request(assets, "HEAD", assets.URL(Program), accept)
		if got := response.Header.Get("Content-Length"); got != "6" {
			t.Errorf("Content-Length is %q, want 6", got)
		}
		if body := read(t, response); body != "" {
			t.Errorf("body is %q", body)
		}
	})

	t.Run("a known ETag is answered 304, one per encoding", func(t *testing.T) {
		brotli := http.Header{"Accept-Encoding": {"br"}}
		etag := request(assets, "GET", assets.URL(Program), brotli).Header.Get("ETag")

		response := request(assets, "GET", assets.URL(Program), http.Header{"Accept-Encoding": {"br"}, "If-None-Match": {etag}})
		if response.StatusCode != http.StatusNotModified {
			t.Errorf("same encoding: status %d", response.StatusCode)
		}
		response = request(assets, "GET", assets.URL(Program), http.Header{"If-None-Match": {etag}})
		if response.StatusCode != http.StatusOK {
			t.Errorf("other encoding: status %d", response.StatusCode)
		}
	})

	t.Run("the body is the copy that was announced", func(t *testing.T) {
		for accept, want := range map[string]string{"": "plain program", "br": "brotli", "gzip": "gzipped"} {
			response := request(assets, "GET", assets.URL(Program), http.Header{"Accept-Encoding": {accept}})
			if got := read(t, response); got != want {
				t.Errorf("%q: got %q, want %q", accept, got, want)
			}
		}
	})
}

func TestServeRefuses(t *testing.T) {
	assets := mustLoad(t, built())
	url := assets.URL(Program)

	for _, path := range []string{
		"/web/",
		"/web/app.wasm",
		"/web/000000000000/app.wasm",
		strings.Replace(url, Program, "style.css", 1),
		url + ".br",
		url + "/",
		"/web/../web" + strings.TrimPrefix(url, "/web"),
		"/web/README",
	} {
		t.Run(path+" is not found", func(t *testing.T) {
			response := request(assets, "GET", path, nil)
			if response.StatusCode != http.StatusNotFound {
				t.Errorf("status %d", response.StatusCode)
			}
			if got := response.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/plain") {
				t.Errorf("Content-Type is %q", got)
			}
			if got := response.Header.Get("Cache-Control"); got != "" {
				t.Errorf("Cache-Control is %q", got)
			}
		})
	}

	t.Run("other methods are not allowed", func(t *testing.T) {
		response := request(assets, "POST", url, nil)
		if response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("status %d, Allow %q", response.StatusCode, response.Header.Get("Allow"))
		}
	})
}

func read(t *testing.T, response *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
