package httpapi

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
)

// routeFiles registers the app's files and what browsers, installers and
// search engines ask for at fixed addresses.
func (s *server) routeFiles(origin string, worker []byte) {
	s.pages.Handle("GET /web/{hash}/{name...}", s.Assets)
	s.file("/worker.js", "text/javascript; charset=utf-8", append(s.workerPrelude(), worker...))
	s.file("/manifest.webmanifest", "application/manifest+json", s.manifest())
	s.file("/robots.txt", "text/plain; charset=utf-8", robots(origin))
	s.file("/sitemap.xml", "application/xml; charset=utf-8", s.sitemap(origin))
	s.pages.HandleFunc("GET /ads.txt", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "not found", http.StatusNotFound) // nobody sells places here
	})
	s.pages.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, s.Assets.URL("icons/icon-192.png"), http.StatusFound)
	})
}

// file serves content at a fixed address.
func (s *server) file(path, contentType string, content []byte) {
	tag := etag(content)
	s.pages.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		serveFresh(w, r, http.StatusOK, tag, content)
	})
}

// workerPrelude is the line before the worker's own text that tells it which
// build it belongs to and what to keep. A new build thereby is a new worker.
func (s *server) workerPrelude() []byte {
	return fmt.Appendf(nil, "const BUILD = %s;\n", mustJSON(map[string]any{
		"version":   s.build,
		"shell":     shellPath,
		"documents": append(documentPaths(), s.helpPaths()...),
		"files":     append(s.Assets.Precache(), "/manifest.webmanifest", crisisDataPath, helpDataPath, helpIndexPath, helpWeightsPath),
		"scripts":   s.deviceScripts(),
	}))
}

// helpPaths lists the pages of the Help Center.
func (s *server) helpPaths() []string {
	paths := make([]string, len(s.Pages.Help))
	for i, page := range s.Pages.Help {
		paths[i] = page.Path
	}
	return paths
}

// deviceScripts lists the scripts that keep and send what is on the device, in
// the order in which they build on each other. The page and the worker run them.
func (s *server) deviceScripts() []string {
	return s.scripts("db.js", "vault.js", "rows.js", "leaving.js", "store.js", "outbox.js")
}

func (s *server) scripts(names ...string) []string {
	urls := make([]string, len(names))
	for i, name := range names {
		urls[i] = s.Assets.URL(name)
	}
	return urls
}

// manifest describes the app to installers (W3C Web Application Manifest).
func (s *server) manifest() []byte {
	icon := func(name, kind, sizes, purpose string) map[string]string {
		return map[string]string{"src": s.Assets.URL(name), "type": kind, "sizes": sizes, "purpose": purpose}
	}
	return mustJSON(map[string]any{
		"id":               "/",
		"name":             s.Pages.Words.AppName,
		"short_name":       s.Pages.Words.AppName,
		"description":      s.Pages.Front.Description,
		"lang":             s.Pages.Words.Lang,
		"dir":              "ltr",
		"start_url":        "/",
		"scope":            "/",
		"display":          "standalone",
		"background_color": themeLight,
		"theme_color":      themeLight,
		"icons": []map[string]string{
			icon("icons/icon.svg", "image/svg+xml", "any", "any"),
			icon("icons/icon-192.png", "image/png", "192x192", "any"),
			icon("icons/icon-512.png", "image/png", "512x512", "any"),
			icon("icons/maskable-512.png", "image/png", "512x512", "maskable"),
		},
	})
}

// mustJSON encodes a value of ours that is known to be fit for it.
func mustJSON(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

// robots tells search engines what is for them: not what begins like a page of a
// person.
func robots(origin string) []byte {
	var text bytes.Buffer
	text.WriteString("User-agent: *\n")
	for _, path := range append([]string{"/api/", "/c/"}, personalPaths()...) {
		text.WriteString("Disallow: " + path + "\n")
	}
	text.WriteString("\nSitemap: " + origin + "/sitemap.xml\n")
	return text.Bytes()
}

// sitemap lists the public pages.
func (s *server) sitemap(origin string) []byte {
	var text bytes.Buffer
	text.WriteString(xml.Header + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n")
	paths := []string{"/", "/login", "/join", aboutPath, contactPath, involvedPath, crisisPath}
	for _, path := range append(paths, s.helpPaths()...) {
		text.WriteString("<url><loc>")
		// Writing to a buffer does not fail.
		_ = xml.EscapeText(&text, []byte(origin+path))
		text.WriteString("</loc></url>\n")
	}
	text.WriteString("</urlset>\n")
	return text.Bytes()
}
