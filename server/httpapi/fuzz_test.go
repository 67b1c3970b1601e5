package httpapi_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/uuid"

	"pleiades/server/store/storetest"
	"pleiades/shared/wire"
)

// FuzzRequest sends bodies, queries and cookies that nobody would: whatever it
// is, the server answers, never with a fault of its own, and says what is wrong
// in a problem document.
func FuzzRequest(f *testing.F) {
	s := mustServe(f, storetest.MustOpen(f, storetest.SQLite), nil)
	client := s.mustStaff(f, wire.RoleTherapist, "therapist@example.test").mustClient("client@example.test")
	conversation := "/api/v1/conversations/" + client.mustConversation().ID.String()
	at := []struct{ method, path string }{
		{"PUT", conversation + "/messages/" + uuid.NewString()},
		{"POST", conversation + "/read"},
		{"POST", conversation + "/delivered"},
		{"POST", conversation + "/agenda"},
		{"POST", "/api/v1/sync"},
		{"POST", "/api/v1/outbox"},
		{"PATCH", "/api/v1/settings"},
		{"POST", "/api/v1/invitations/accept"},
		{"POST", "/api/v1/therapist-applications"},
		{"GET", conversation + "/messages"},
		{"GET", "/api/v1/events"},
	}
	cookies := func() (header string) {
		for _, c := range client.http.Jar.Cookies(nil) {
			header += c.Name + "=" + c.Value + "; "
		}
		return header
	}()
	for i := range at {
		f.Add(uint8(i), []byte(`{"body":"x","writtenAt":"2026-01-02T03:04:05Z"}`), "", "", false)
		f.Add(uint8(i), []byte(`{"seq":1}`), "after=1&limit=2", "", true)
		f.Add(uint8(i), []byte(`{"have":{"`+uuid.NewString()+`":1},"revs":{}}`), "", `login="`, false)
		f.Add(uint8(i), []byte(`{"envelopes":["AAAA",""]}`), "", "", false)
	}
	f.Add(uint8(5), append([]byte{0, 1}, make([]byte, 200)...), "", "", true)
	f.Fuzz(func(t *testing.T, where uint8, body []byte, query, cookie string, wrap bool) {
		to := at[int(where)%len(at)]
		if wrap { // so that what is tried reaches what opens envelopes
			wrapped, err := json.Marshal(map[string][][]byte{"envelopes": {body}})
			if err != nil {
				t.Fatal(err)
			}
			body = wrapped
		}
		r, err := http.NewRequestWithContext(t.Context(), to.method, s.URL+to.path, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.URL.RawQuery = query
		r.RemoteAddr = "192.0.2.1:1"
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Cookie", cookies+cookie)
		if to.path == "/api/v1/events" {
			r.Header.Set("Last-Event-ID", string(body))
			r.Method = http.MethodHead // a stream would not end
		}
		answer := httptest.NewRecorder()
		s.Config.Handler.ServeHTTP(answer, r)
		if answer.Code >= 500 {
			t.Errorf("%s %s?%s: got %d %s", to.method, to.path, query, answer.Code, answer.Body)
		}
		if answer.Code >= 400 && r.Method != http.MethodHead && answer.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s?%s: got %d without a problem document", to.method, to.path, query, answer.Code)
		}
	})
}
