package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"pleiades/server/httpapi"
	"pleiades/server/store/storetest"
	"pleiades/shared/help/articles"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

func TestPages(t *testing.T) {
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), nil)
	visitor := s.newcomer(t)

	for _, c := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/", 200},
		{"HEAD", "/", 200},
		{"GET", "/login", 200},
		{"GET", "/signup", 200},
		{"GET", "/confirm", 200},
		{"GET", "/forgot", 200},
		{"GET", "/reset", 200},
		{"GET", "/settings", 200},
		{"GET", "/settings/security", 200},
		{"GET", "/availability", 200},
		{"GET", "/next-appointment", 200},
		{"GET", "/next-appointment?c=0190b5a2-5b3c-7000-8000-000000000000", 200},
		{"GET", "/about", 200},
		{"GET", "/get-involved", 200},
		{"GET", "/contact", 200},
		{"GET", "/help/fix", 200},
		{"GET", "/diagnostics", 200},
		{"GET", "/locked", 200},
		{"GET", "/locked?next=%2Fsettings", 200},
		{"GET", "/removed", 200},
		{"GET", "/shell", 200},
		{"GET", "/crisis", 200},
		{"HEAD", "/crisis", 200},
		{"GET", "/crisis/", 404},
		{"POST", "/crisis", 405},
		{"GET", "/c/" + uuid.NewString(), 200},
		{"GET", "/c/1", 404},
		{"GET", "/c/" + uuid.NewString() + "/x", 404},
		{"GET", `/c/"><script>alert(1)</script>`, 404},
		{"GET", "/login/", 404},
		{"GET", "/nothing", 404},
		{"GET", "//", 404},
		{"GET", "/login/../settings", 404},
		{"GET", "/" + strings.Repeat("x", 30_000), 404},
		{"POST", "/", 405},
		{"POST", "/login", 405},
		{"DELETE", "/nothing", 405},
		{"GET", "/ads.txt", 404},
		{"GET", "/web/000000000000/app.wasm", 404},
		{"GET", "/web", 404},
		{"GET", "/favicon.ico", 302},
		{"GET", "/app.js", 404},
		{"GET", "/app-worker.js", 404},
	} {
		t.Run(c.method+" "+c.path[:min(len(c.path), 30)], func(t *testing.T) {
			response, body := visitor.do(c.method, c.path, nil, nil)
			if response.StatusCode != c.status {
				t.Errorf("got %d, want %d", response.StatusCode, c.status)
			}
			if strings.Contains(string(body), "alert(1)") {
				t.Error("the path is repeated in the page")
			}
			for _, name := range []string{"Content-Security-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Embedder-Policy",
				"Cross-Origin-Resource-Policy", "Referrer-Policy", "X-Content-Type-Options", "Permissions-Policy"} {
				if response.Header.Get(name) == "" {
					t.Errorf("%s is missing", name)
				}
			}
		})
	}

	t.Run("each start makes the same pages", func(t *testing.T) {
		library, err := articles.English()
		if err != nil {
			t.Fatal(err)
		}
		first := httpapi.NewPages(phrase.English(), library)
		for range 10 {
			if !reflect.DeepEqual(httpapi.NewPages(phrase.English(), library), first) {
				t.Fatal("the pages differ")
			}
		}
	})
	t.Run("the app's element comes first and holds no script", func(t *testing.T) {
		_, body := visitor.do("GET", "/", nil, nil)
		_, rest, found := strings.Cut(string(body), "<body>")
		if !found || !strings.HasPrefix(strings.TrimSpace(rest), `<div id="app">`) {
			t.Errorf("got %.100s", rest)
		}
		if strings.Contains(rest, "<script") || strings.Contains(string(body), "style=") {
			t.Error("there is inline script or style")
		}
	})
	t.Run("a page that has not changed is not sent again", func(t *testing.T) {
		response, _ := visitor.do("GET", "/login", nil, nil)
		response, body := visitor.do("GET", "/login", nil, map[string]string{"If-None-Match": response.Header.Get("ETag")})
		if response.StatusCode != http.StatusNotModified || len(body) > 0 {
			t.Errorf("got %d with %d bytes", response.StatusCode, len(body))
		}
	})
	t.Run("the start page of someone logged in is the app's", func(t *testing.T) {
		therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")
		_, start := therapist.do("GET", "/", nil, nil)
		_, shell := visitor.do("GET", "/shell", nil, nil)
		_, front := visitor.do("GET", "/", nil, nil)
		if string(start) != string(shell) || string(start) == string(front) {
			t.Error("the start page is not the shell")
		}
	})
}

func TestFiles(t *testing.T) {
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), nil)
	visitor := s.newcomer(t)
	get := func(t *testing.T, path, contentType string) string {
		t.Helper()
		response, body := visitor.do("GET", path, nil, nil)
		if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != contentType {
			t.Fatalf("got %d of type %q", response.StatusCode, response.Header.Get("Content-Type"))
		}
		return string(body)
	}

	t.Run("the worker is told its build and its files", func(t *testing.T) {
		line, rest, _ := strings.Cut(get(t, "/worker.js", "text/javascript; charset=utf-8"), "\n")
		var build struct {
			Version, Shell   string
			Documents, Files []string
			Scripts          []string
		}
		text, found := strings.CutPrefix(line, "const BUILD = ")
		if err := json.Unmarshal([]byte(strings.TrimSuffix(text, ";")), &build); err != nil || !found {
			t.Fatalf("got %s: %v", line, err)
		}
		if build.Version == "" || build.Shell != "/shell" || len(build.Scripts) != 6 || !slices.Contains(build.Files, "/manifest.webmanifest") || !slices.Contains(build.Files, "/crisis.txt") {
			t.Errorf("got %+v", build)
		}
		for _, path := range []string{"/crisis", "/about", "/get-involved", "/help/fix", "/help", "/help/messaging-your-therapist", "/help/lost-device"} {
			if !slices.Contains(build.Documents, path) {
				t.Errorf("the document %s is not kept: got %v", path, build.Documents)
			}
		}
		for _, path := range []string{"/help.json", "/help-index.txt", "/help-weights.txt"} {
			if !slices.Contains(build.Files, path) {
				t.Errorf("the file %s is not kept", path)
			}
		}
		if rest != "self.build = BUILD;\n" {
			t.Errorf("got %q", rest)
		}
	})
	t.Run("another version is another worker", func(t *testing.T) {
		later := mustServe(t, storetest.MustOpen(t, storetest.SQLite), func(o *httpapi.Options) { o.Version = "later" })
		_, worker := later.newcomer(t).do("GET", "/worker.js", nil, nil)
		if string(worker) == get(t, "/worker.js", "text/javascript; charset=utf-8") {
			t.Error("the worker is the same")
		}
	})
	t.Run("the manifest has what installers ask for", func(t *testing.T) {
		var manifest struct {
			Name, Display, ID string
			StartURL          string `json:"start_url"`
			Icons             []struct{ Src, Sizes, Purpose string }
		}
		if err := json.Unmarshal([]byte(get(t, "/manifest.webmanifest", "application/manifest+json")), &manifest); err != nil {
			t.Fatal(err)
		}
		if manifest.Name == "" || manifest.Display != "standalone" || manifest.StartURL != "/" || len(manifest.Icons) < 3 {
			t.Errorf("got %+v", manifest)
		}
	})
	robots := get(t, "/robots.txt", "text/plain; charset=utf-8")
	disallowed := func(path string) bool {
		return slices.ContainsFunc(strings.Split(robots, "\n"), func(line string) bool {
			begin, found := strings.CutPrefix(line, "Disallow: ")
			return found && strings.HasPrefix(path, begin)
		})
	}
	t.Run("robots are kept from the API and from every page of a person", func(t *testing.T) {
		_, pages, err := httpapi.Routes(s.options)
		if err != nil {
			t.Fatal(err)
		}
		_, shell := visitor.do("GET", "/shell", nil, nil)
		for _, pattern := range append(pages, "GET /api/v1/me") {
			path, asked := strings.CutPrefix(strings.Replace(pattern, "{id}", uuid.NewString(), 1), "GET ")
			if !asked {
				continue
			}
			_, body := visitor.do("GET", path, nil, nil)
			if personal := bytes.Equal(body, shell) || strings.HasPrefix(path, "/api/"); personal && !disallowed(path) {
				t.Errorf("they are let in at %s", path)
			}
		}
		if !disallowed("/shell") || !strings.Contains(robots, "\nSitemap: "+s.URL+"/sitemap.xml\n") {
			t.Errorf("got %s", robots)
		}
	})
	t.Run("the sitemap lists the public pages at our own address", func(t *testing.T) {
		var sitemap struct {
			URLs []struct {
				Loc string `xml:"loc"`
			} `xml:"url"`
		}
		if err := xml.Unmarshal([]byte(get(t, "/sitemap.xml", "application/xml; charset=utf-8")), &sitemap); err != nil {
			t.Fatal(err)
		}
		for _, u := range sitemap.URLs {
			path := strings.TrimPrefix(u.Loc, s.URL)
			if response, _ := visitor.do("GET", path, nil, nil); response.StatusCode != http.StatusOK {
				t.Errorf("%s: got %d", u.Loc, response.StatusCode)
			}
			if disallowed(path) {
				t.Errorf("robots are kept from %s", path)
			}
		}
		if len(sitemap.URLs) == 0 {
			t.Error("it is empty")
		}
	})
	t.Run("health is answered at any host", func(t *testing.T) {
		for _, path := range []string{"/healthz", "/readyz"} {
			if response, _ := visitor.do("GET", path, nil, map[string]string{"Host": "10.0.0.1"}); response.StatusCode != http.StatusOK {
				t.Errorf("%s: got %d", path, response.StatusCode)
			}
		}
	})
}

func TestReadiness(t *testing.T) {
	db := storetest.MustOpen(t, storetest.SQLite)
	s := mustServe(t, db, func(o *httpapi.Options) { o.Ready = func(context.Context) error { return errors.New("gone") } })
	response, _ := s.newcomer(t).do("GET", "/readyz", nil, nil)
	if response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("got %d", response.StatusCode)
	}
	if response, _ = s.newcomer(t).do("GET", "/healthz", nil, nil); response.StatusCode != http.StatusOK {
		t.Errorf("healthz: got %d", response.StatusCode)
	}
}

func TestPanic(t *testing.T) {
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), func(o *httpapi.Options) {
		o.Ready = func(context.Context) error { panic("something private") }
	})
	response, body := s.newcomer(t).do("GET", "/readyz", nil, nil)
	var problem wire.Problem
	if err := json.Unmarshal(body, &problem); err != nil || response.StatusCode != http.StatusInternalServerError || problem.Code != wire.CodeInternal {
		t.Errorf("got %d %s", response.StatusCode, body)
	}
	if log := s.log.String(); !strings.Contains(log, "panic") || strings.Contains(log, "private") {
		t.Errorf("log: got %s", log)
	}
}

// TestOpenAPI shows that the description is whole: it says what errors look
// like, and points at nothing outside itself. That each of its routes is meant
// is TestRights' part.
func TestOpenAPI(t *testing.T) {
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), nil)
	response, body := s.newcomer(t).do("GET", "/api/openapi.json", nil, nil)
	if response.StatusCode != http.StatusOK {
		t.Fatalf("got %d", response.StatusCode)
	}
	var description struct {
		OpenAPI    string
		Paths      map[string]map[string]struct{ Responses map[string]any }
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(body, &description); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(description.OpenAPI, "3.1") {
		t.Errorf("version: got %q", description.OpenAPI)
	}
	for path, operations := range description.Paths {
		for method, operation := range operations {
			if operation.Responses["default"] == nil {
				t.Errorf("%s %s: no errors are described", method, path)
			}
		}
	}
	for _, name := range []string{"Problem", "Message", "MessageEvent", "ReadEvent", "AgendaEvent", "AvailabilityEvent", "SecurityEvent", "Conversation"} {
		if description.Components.Schemas[name] == nil {
			t.Errorf("schema %s is missing", name)
		}
	}
	text := string(body)
	for rest := text; ; {
		_, after, found := strings.Cut(rest, `"$ref":"`)
		if !found {
			break
		}
		ref, _, _ := strings.Cut(after, `"`)
		name, local := strings.CutPrefix(ref, "#/components/schemas/")
		if !local || description.Components.Schemas[name] == nil {
			t.Errorf("reference to %s leads nowhere", ref)
		}
		rest = after
	}
	if strings.Contains(text, `"$schema"`) {
		t.Error("it points at schemas elsewhere")
	}
}
