package httpapi_test

import (
	"net/http"
	"net/url"
	"testing"

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
