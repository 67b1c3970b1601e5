package httpapi_test

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"pleiades/server/httpapi"
	"pleiades/server/store/storetest"
)

// TestHeaders holds every kind of answer to the letter of what browsers are
// told. That the app works under it, with no report of a violation, all stories
// of the browser show: they fail at the first.
func TestHeaders(t *testing.T) {
	want := map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; " +
			"connect-src 'self'; manifest-src 'self'; worker-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; " +
			"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types pleiades",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Embedder-Policy": "require-corp",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy": "accelerometer=(), aria-notify=(), attribution-reporting=(), autoplay=(), bluetooth=(), " +
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
			"web-share=(), window-management=(), xr-spatial-tracking=()",
		"Referrer-Policy":        "no-referrer",
		"X-Content-Type-Options": "nosniff",
	}
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), nil)
	visitor := s.newcomer(t)
	for path, store := range map[string]string{
		"/": "", "/login": "", "/crisis": "", "/nowhere": "", "/worker.js": "", "/manifest.webmanifest": "", "/healthz": "no-store",
		"/api/v1/me": "no-store", "/api/v1/nowhere": "no-store", "/api/openapi.json": "no-store",
	} {
		t.Run(path, func(t *testing.T) {
			response, _ := visitor.do(http.MethodGet, path, nil, nil)
			for name, value := range want {
				if got := response.Header.Values(name); len(got) != 1 || got[0] != value {
					t.Errorf("%s is %q, want %q", name, got, value)
				}
			}
			if got := response.Header.Get("Cache-Control"); store != "" && got != store {
				t.Errorf("Cache-Control is %q, want %q", got, store)
			}
			if got := response.Header.Get("Strict-Transport-Security"); got != "" {
				t.Errorf("in the clear it says %q", got)
			}
		})
	}

	t.Run("over TLS browsers are to stay there", func(t *testing.T) {
		origin := &url.URL{Scheme: "https", Host: "care.example"}
		s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), func(o *httpapi.Options) { o.PublicURL = origin })
		response, _ := s.newcomer(t).do(http.MethodGet, "/healthz", nil, nil)
		if got := response.Header.Get("Strict-Transport-Security"); got != "max-age=63072000; includeSubDomains" {
			t.Errorf("got %q", got)
		}
	})
}

// What a document may not have: the content security policy refuses it.
var (
	inlineScript = regexp.MustCompile(`(?i)<script(?:>|\s[^>]*>)[^<]`)
	inlineCode   = regexp.MustCompile(`(?i)<[a-z][^>]*\s(?:style|on[a-z]+)=|<style|javascript:`)
	foreignFile  = regexp.MustCompile(`(?i)\ssrc="(?:[a-z]+:|//)|<link rel="(?:stylesheet|preload|icon|manifest|apple-touch-icon)"[^>]*href="(?:[a-z]+:|//)`)
)

// TestEveryDocument holds every page to what is promised of all of them: a way out,
// which works before the program does, no code inline, and nothing from elsewhere.
func TestEveryDocument(t *testing.T) {
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), nil)
	_, pages, err := httpapi.Routes(s.options)
	if err != nil {
		t.Fatal(err)
	}
	visitor, documents := s.newcomer(t), 0
	for _, pattern := range pages {
		path, asked := strings.CutPrefix(strings.NewReplacer("{id}", uuid.NewString(), "{$}", "").Replace(pattern), "GET ")
		if !asked {
			path = "/nowhere"
		}
		response, body := visitor.do(http.MethodGet, path, nil, nil)
		if response.StatusCode == http.StatusFound || !strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") {
			continue
		}
		documents++
		if !bytes.Contains(body, []byte(`class="quick-exit"`)) {
			t.Errorf("%s has no quick exit", path)
		}
		has := func(script string) bool { return bytes.Contains(body, []byte("/"+script+`"`)) }
		if !has("page.js") && !(has("exit.js") && has("vault.js")) { // of which page.js is made, with others
			t.Errorf("%s has no script that leaves", path)
		}
		for _, bad := range []*regexp.Regexp{inlineScript, inlineCode, foreignFile} {
			if found := bad.Find(body); found != nil {
				t.Errorf("%s has %q", path, found)
			}
		}
	}
	if documents < 40 {
		t.Errorf("%d documents were looked at", documents)
	}
	for text, bad := range map[string]*regexp.Regexp{
		`<script defer>alert(1)</script>`: inlineScript, `<p class="x" onclick="x()">`: inlineCode, `<p style="x">`: inlineCode,
		`<img alt="" src="https://other.example/x.png">`: foreignFile, `<link rel="stylesheet" href="//other.example/x.css">`: foreignFile,
	} {
		if !bad.MatchString(text) {
			t.Errorf("%s is not found", text)
		}
	}
}
