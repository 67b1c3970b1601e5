package httpapi_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/httpapi"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/wire"
)

// badInput is something that nobody should send, and what it is answered.
type badInput struct {
	name   string
	method string
	path   string
	body   string
	header map[string]string
	code   wire.Code
	errs   []string
}

func badInputs(practice, conversation string) []badInput {
	message := conversation + "/messages/" + uuid.NewString()
	const written = `"writtenAt":"2026-01-02T03:04:05Z"`
	return []badInput{
		{name: "no address", method: "PUT", path: "/api/v1/email", body: `{"email":"a@example.test\r\nBcc: b@example.test"}`, code: wire.CodeInvalidRequest, errs: []string{"email"}},
		{name: "an address too long for its field", method: "PUT", path: "/api/v1/email", body: `{"email":"` + strings.Repeat("a", 400) + `@example.test"}`, code: wire.CodeInvalidRequest, errs: []string{"email"}},
		{name: "a code that is none", method: "POST", path: "/api/v1/email/confirm", body: `{"code":"<b>' OR 1=1 --"}`, code: wire.CodeInvalidCode},
		{name: "an application without anything", method: "POST", path: "/api/v1/therapist-applications", body: `{}`, code: wire.CodeInvalidRequest},
		{
			name: "an application with a header in its address", method: "POST", path: "/api/v1/therapist-applications",
			body: `{"id":"` + uuid.NewString() + `","name":"A","email":"a@example.test\r\nBcc: b@example.test","practice":"B","country":"C","profession":"D","licence":"E","issuer":""}`,
			code: wire.CodeInvalidApplication, errs: []string{"email", "issuer"},
		},
		{
			name: "an application of a megabyte", method: "POST", path: "/api/v1/therapist-applications",
			body: `{"message":"` + strings.Repeat("x", 1<<20) + `"}`, code: wire.CodeTooLarge,
		},
		{name: "an answer by a link that is none", method: "POST", path: "/api/v1/therapist-applications/answer", body: `{"token":"x"}`, code: wire.CodeInvalidAnswerLink},

		// Bodies.
		{name: "empty body", method: "PUT", path: message, body: "", code: wire.CodeBadRequest},
		{name: "broken JSON", method: "PUT", path: message, body: `{"body":`, code: wire.CodeBadRequest},
		{name: "two values", method: "PUT", path: message, body: `{"body":"x",` + written + `}{}`, code: wire.CodeBadRequest},
		{name: "broken UTF-8", method: "PUT", path: message, body: "{\"body\":\"\xff\xfe\"," + written + "}", code: wire.CodeBadRequest},
		{name: "overlong UTF-8", method: "PUT", path: message, body: "{\"body\":\"\xc0\xaf\"," + written + "}", code: wire.CodeBadRequest},
		{name: "surrogates as UTF-8", method: "PUT", path: message, body: "{\"body\":\"\xed\xa0\x80\"," + written + "}", code: wire.CodeBadRequest},
		{name: "lone high surrogate", method: "PUT", path: message, body: `{"body":"\ud83d",` + written + `}`, code: wire.CodeBadRequest},
		{name: "lone low surrogate", method: "PUT", path: message, body: `{"body":"x\ude00y",` + written + `}`, code: wire.CodeBadRequest},
		{name: "surrogates the wrong way round", method: "PUT", path: message, body: `{"body":"\ude00\ud83d",` + written + `}`, code: wire.CodeBadRequest},
		{name: "lone surrogate in a field's name", method: "PUT", path: message, body: `{"\ud800":1,"body":"x",` + written + `}`, code: wire.CodeBadRequest},
		{name: "byte order mark", method: "PUT", path: message, body: "\xef\xbb\xbf{}", code: wire.CodeBadRequest},
		{name: "nothing but depth", method: "PUT", path: message, body: strings.Repeat("[", 20_000), code: wire.CodeBadRequest},
		{name: "not an object", method: "PUT", path: message, body: `[]`, code: wire.CodeInvalidRequest},
		{name: "null", method: "PUT", path: message, body: `null`, code: wire.CodeInvalidRequest},
		{name: "missing body field", method: "PUT", path: message, body: `{` + written + `}`, code: wire.CodeInvalidRequest, errs: []string{"body"}},
		{name: "missing time", method: "PUT", path: message, body: `{"body":"x"}`, code: wire.CodeInvalidRequest, errs: []string{"writtenAt"}},
		{name: "unknown field", method: "PUT", path: message, body: `{"body":"x","seq":1,` + written + `}`, code: wire.CodeInvalidRequest, errs: []string{"seq"}},
		{name: "wrong type of body", method: "PUT", path: message, body: `{"body":1,` + written + `}`, code: wire.CodeInvalidRequest, errs: []string{"body"}},
		{name: "null for a text", method: "PUT", path: message, body: `{"body":null,` + written + `}`, code: wire.CodeInvalidRequest, errs: []string{"body"}},
		{name: "time that is no time", method: "PUT", path: message, body: `{"body":"x","writtenAt":"yesterday"}`, code: wire.CodeInvalidRequest, errs: []string{"writtenAt"}},
		{name: "time without a zone", method: "PUT", path: message, body: `{"body":"x","writtenAt":"2026-01-02T03:04:05"}`, code: wire.CodeInvalidRequest, errs: []string{"writtenAt"}},
		{name: "time as a number", method: "PUT", path: message, body: `{"body":"x","writtenAt":1767322800}`, code: wire.CodeInvalidRequest, errs: []string{"writtenAt"}},
		{name: "time beyond year 9999", method: "PUT", path: message, body: `{"body":"x","writtenAt":"9999-12-31T23:59:59-12:00"}`, code: wire.CodeInvalidRequest, errs: []string{"writtenAt"}},
		{name: "time before year 1", method: "PUT", path: message, body: `{"body":"x","writtenAt":"0000-01-01T00:00:00Z"}`, code: wire.CodeInvalidRequest, errs: []string{"writtenAt"}},
		{name: "text of white space", method: "PUT", path: message, body: `{"body":" \n\t ",` + written + `}`, code: wire.CodeInvalidMessage, errs: []string{"empty"}},
		{name: "text too long", method: "PUT", path: message, body: `{"body":"` + strings.Repeat("x", 5001) + `",` + written + `}`, code: wire.CodeInvalidMessage, errs: []string{"too_long"}},
		{name: "text with a NUL", method: "PUT", path: message, body: `{"body":"a\u0000b",` + written + `}`, code: wire.CodeInvalidMessage, errs: []string{"invalid_text"}},
		{name: "two megabytes", method: "PUT", path: message, body: `{"body":"` + strings.Repeat("x", 2<<20) + `",` + written + `}`, code: wire.CodeTooLarge},
		{name: "two megabytes to log in", method: "POST", path: "/api/v1/login", body: strings.Repeat(" ", 2<<20), code: wire.CodeTooLarge},
		{name: "mark that is a fraction", method: "POST", path: conversation + "/read", body: `{"seq":1.5}`, code: wire.CodeInvalidRequest, errs: []string{"seq"}},
		{name: "mark in capitals", method: "POST", path: conversation + "/read", body: `{"seq":1,"SEQ":2}`, code: wire.CodeInvalidRequest, errs: []string{"SEQ"}},
		{name: "mark below 0", method: "POST", path: conversation + "/read", body: `{"seq":-1}`, code: wire.CodeInvalidRequest, errs: []string{"seq"}},
		{name: "mark beyond 64 bits", method: "POST", path: conversation + "/delivered", body: `{"seq":9223372036854775808}`, code: wire.CodeInvalidRequest},
		{name: "mark beyond a float", method: "POST", path: conversation + "/delivered", body: `{"seq":1e999}`, code: wire.CodeBadRequest},
		{name: "log of a kind that is none", method: "GET", path: practice + "/audit?kind=none&person=x&conversation=y&from=now&to=9999-12-31T23:59:59-12:00", code: wire.CodeInvalidRequest, errs: []string{"kind", "person", "conversation", "from", "to"}},
		{name: "log in a format that is none", method: "GET", path: practice + "/audit/export?format=xml", code: wire.CodeInvalidRequest, errs: []string{"format"}},
		{name: "log of no practice", method: "GET", path: "/api/v1/practices/x/audit", code: wire.CodeNotFound},
		{name: "sync of no ids", method: "POST", path: "/api/v1/sync", body: `{"have":{"x":1}}`, code: wire.CodeInvalidRequest, errs: []string{"have"}},
		{name: "sync below 0", method: "POST", path: "/api/v1/sync", body: `{"revs":{"` + uuid.NewString() + `":-1}}`, code: wire.CodeInvalidRequest, errs: []string{"revs"}},
		{name: "sync of lists of no ids", method: "POST", path: "/api/v1/sync", body: `{"agenda":{"x":1}}`, code: wire.CodeInvalidRequest, errs: []string{"agenda"}},
		{name: "sync of lists below 0", method: "POST", path: "/api/v1/sync", body: `{"agenda":{"` + uuid.NewString() + `":-1}}`, code: wire.CodeInvalidRequest, errs: []string{"agenda"}},
		{name: "settings of the wrong type", method: "PATCH", path: "/api/v1/settings", body: `{"readReceipts":"yes"}`, code: wire.CodeInvalidRequest, errs: []string{"readReceipts"}},
		{name: "request without a note", method: "POST", path: "/api/v1/requests", body: `{"practice":"` + uuid.NewString() + `","therapist":"` + uuid.NewString() + `","note":" "}`, code: wire.CodeInvalidRequest, errs: []string{"note"}},
		{name: "request with too long a note", method: "POST", path: "/api/v1/requests", body: `{"practice":"` + uuid.NewString() + `","therapist":"` + uuid.NewString() + `","note":"` + strings.Repeat("x", 501) + `"}`, code: wire.CodeInvalidRequest, errs: []string{"note"}},
		{name: "request to nobody", method: "POST", path: "/api/v1/requests", body: `{"practice":"` + uuid.NewString() + `","therapist":"` + uuid.NewString() + `","note":"x"}`, code: wire.CodeNotFound},
		{name: "withdrawing a request with an id that is none", method: "DELETE", path: "/api/v1/requests/x", code: wire.CodeNotFound},
		{name: "listing at no practice", method: "PUT", path: "/api/v1/directory/listings/x", body: `{"listed":true,"accepting":true,"words":""}`, code: wire.CodeNotFound},
		{name: "invitation that is neither a token nor a code", method: "POST", path: "/api/v1/invitations/accept", body: `{"invitation":"AAAA-\u0000"}`, code: wire.CodeInvalidInvitation},
		{name: "invitation too long", method: "POST", path: "/api/v1/invitations/accept", body: `{"invitation":"` + strings.Repeat("A", 101) + `"}`, code: wire.CodeInvalidRequest, errs: []string{"invitation"}},
		{name: "withdrawing with an id that is none", method: "DELETE", path: "/api/v1/invitations/x", code: wire.CodeNotFound},
		{name: "a therapist's settings for a client", method: "PATCH", path: "/api/v1/settings", body: `{"readReceipts":true}`, code: wire.CodeForbidden},

		// Addresses.
		{name: "message id that is none", method: "PUT", path: conversation + "/messages/1", body: `{"body":"x",` + written + `}`, code: wire.CodeBadRequest},
		{name: "message id without hyphens", method: "PUT", path: conversation + "/messages/" + strings.ReplaceAll(uuid.NewString(), "-", ""), body: `{"body":"x",` + written + `}`, code: wire.CodeBadRequest},
		{name: "message id as a URN", method: "PUT", path: conversation + "/messages/urn:uuid:" + uuid.NewString(), body: `{"body":"x",` + written + `}`, code: wire.CodeBadRequest},
		{name: "message id with an escaped slash", method: "PUT", path: conversation + "/messages/a%2fb", body: `{"body":"x",` + written + `}`, code: wire.CodeBadRequest},
		{name: "page with a broken escape", method: "GET", path: conversation + "/messages?after=%zz", code: wire.CodeBadRequest},
		{name: "page after nothing", method: "GET", path: conversation + "/messages?after=x", code: wire.CodeInvalidRequest, errs: []string{"after"}},
		{name: "page before -1", method: "GET", path: conversation + "/messages?before=-1", code: wire.CodeInvalidRequest, errs: []string{"before"}},
		{name: "page of none", method: "GET", path: conversation + "/messages?limit=0", code: wire.CodeInvalidRequest, errs: []string{"limit"}},
		{name: "page beyond 64 bits", method: "GET", path: conversation + "/messages?after=99999999999999999999", code: wire.CodeInvalidRequest, errs: []string{"after"}},
		{name: "unknown path", method: "GET", path: "/api/v1/nothing", code: wire.CodeNotFound},
		{name: "unknown version", method: "GET", path: "/api/v2/me", code: wire.CodeNotFound},
		{name: "the API's root", method: "GET", path: "/api/", code: wire.CodeNotFound},
		{name: "the API's root without a slash", method: "GET", path: "/api", code: wire.CodeNotFound},
		{name: "slash at the end", method: "GET", path: "/api/v1/me/", code: wire.CodeNotFound},
		{name: "double slash", method: "GET", path: "/api/v1//me", code: wire.CodeNotFound},
		{name: "double slash in front", method: "GET", path: "//api/v1/me", code: wire.CodeNotFound},
		{name: "dots", method: "GET", path: "/api/v1/x/../me", code: wire.CodeNotFound},
		{name: "dots into the API", method: "GET", path: "/web/../api/v1/me", code: wire.CodeNotFound},
		{name: "escaped slash", method: "GET", path: "/api%2fv1%2fme", code: wire.CodeNotFound},
		{name: "very long path", method: "GET", path: "/api/v1/" + strings.Repeat("x", 30_000), code: wire.CodeNotFound},
		{name: "file in the API", method: "GET", path: "/api/v1/index.html", code: wire.CodeNotFound},

		// Methods.
		{name: "PATCH of a message", method: "PATCH", path: message, code: wire.CodeMethodNotAllowed},
		{name: "message that is not there", method: "GET", path: message, code: wire.CodeNotFound},
		{name: "GET of login", method: "GET", path: "/api/v1/login", code: wire.CodeMethodNotAllowed},
		{name: "POST of events", method: "POST", path: "/api/v1/events", code: wire.CodeMethodNotAllowed},
		{name: "TRACE", method: "TRACE", path: "/api/v1/me", code: wire.CodeMethodNotAllowed},
		{name: "made-up method", method: "FETCH", path: "/api/v1/me", code: wire.CodeMethodNotAllowed},

		// Headers.
		{name: "form", method: "POST", path: "/api/v1/login", body: "email=a&password=b", header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, code: wire.CodeUnsupportedMedia},
		{name: "JSON as text", method: "POST", path: "/api/v1/login", body: `{}`, header: map[string]string{"Content-Type": "text/plain"}, code: wire.CodeUnsupportedMedia},
		{name: "JSON in another encoding", method: "POST", path: "/api/v1/login", body: `{}`, header: map[string]string{"Content-Type": "application/json; charset=utf-16"}, code: wire.CodeUnsupportedMedia},
		{name: "content type that is none", method: "POST", path: "/api/v1/login", body: `{}`, header: map[string]string{"Content-Type": ";+;"}, code: wire.CodeUnsupportedMedia},
		{name: "protocol that is no number", method: "GET", path: "/api/v1/me", header: map[string]string{wire.HeaderVersion: "one"}, code: wire.CodeBadRequest},
		{name: "protocol 0", method: "GET", path: "/api/v1/me", header: map[string]string{wire.HeaderVersion: "0"}, code: wire.CodeBadRequest},
		{name: "later protocol", method: "GET", path: "/api/v1/me", header: map[string]string{wire.HeaderVersion: "2"}, code: wire.CodeProtocolNewer},
		{name: "account that is none", method: "GET", path: "/api/v1/me", header: map[string]string{wire.HeaderAccount: "me"}, code: wire.CodeWrongAccount},
		{name: "another site's request", method: "POST", path: "/api/v1/logout", header: map[string]string{"Sec-Fetch-Site": "cross-site"}, code: wire.CodeCrossOrigin},
		{name: "another site's origin", method: "PUT", path: message, body: `{"body":"x",` + written + `}`, header: map[string]string{"Origin": "https://other.example"}, code: wire.CodeCrossOrigin},
		{name: "no origin", method: "POST", path: "/api/v1/login", body: `{}`, header: map[string]string{"Origin": "null"}, code: wire.CodeCrossOrigin},
		{name: "another host", method: "GET", path: "/api/v1/me", header: map[string]string{"Host": "other.example"}, code: wire.CodeMisdirected},
		{name: "another spelling of loopback", method: "GET", path: "/", header: map[string]string{"Host": "localhost"}, code: wire.CodeMisdirected},
		{name: "another host for a page", method: "GET", path: "/robots.txt", header: map[string]string{"Host": "other.example"}, code: wire.CodeMisdirected},
	}
}

// send returns what is wrong with the answer.
func (c badInput) send(by *person) error {
	var body []byte
	if c.body != "" || c.method == "PUT" {
		body = []byte(c.body)
	}
	response, got := by.do(c.method, c.path, body, c.header)
	problem, err := readProblem(response, got, c.code)
	if c.errs != nil && !slices.Equal(problem.Errors, c.errs) {
		err = errors.Join(err, fmt.Errorf("errors: got %q, want %q", problem.Errors, c.errs))
	}
	if problem.Code == wire.CodeMethodNotAllowed && response.Header.Get("Allow") == "" {
		err = errors.Join(err, errors.New("the methods that are allowed are not named"))
	}
	if bytes.Contains(bytes.ToLower(got), []byte("<html")) {
		err = errors.Join(err, errors.New("the answer is a page"))
	}
	return err
}

// TestBadInput shows that whatever comes in, the answer is a problem document
// that says what is wrong. Its mutants repair what comes, and fail at it.
func TestBadInput(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := mustServe(t, db, nil)
		therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")
		client := therapist.mustClient("client@example.test")
		inputs := badInputs("/api/v1/practices/"+s.practice.ID.String(), "/api/v1/conversations/"+client.mustConversation().ID.String())
		for _, c := range inputs {
			t.Run(c.name, func(t *testing.T) {
				if err := c.send(client); err != nil {
					t.Error(err)
				}
			})
		}
		if log := s.log.String(); strings.Contains(log, "level=ERROR") {
			t.Errorf("something went wrong on our side: %s", log)
		}
		whole := s.Config.Handler
		for mutant, broken := range map[string]http.HandlerFunc{
			"what is no Unicode is replaced": func(w http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				if err != nil {
					t.Error(err)
				}
				r.Body = io.NopCloser(bytes.NewReader(bytes.ToValidUTF8(body, []byte("\uFFFD"))))
				r.ContentLength = -1
				whole.ServeHTTP(w, r)
			},
			"what it is not made for is its own fault": func(w http.ResponseWriter, r *http.Request) {
				if r.Method == "FETCH" {
					w.WriteHeader(http.StatusInternalServerError)
					return
				}
				whole.ServeHTTP(w, r)
			},
		} {
			s.Config.Handler = broken
			if slices.ContainsFunc(inputs, func(c badInput) bool { return c.send(client) != nil }) {
				t.Logf("hostile input → %s → red", mutant)
			} else {
				t.Errorf("hostile input → %s → not noticed", mutant)
			}
		}
	})
}

// TestSlowBody shows that a body that does not arrive holds up no connection
// for ever, whether or not anyone wants it.
func TestSlowBody(t *testing.T) {
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), func(o *httpapi.Options) { o.BodyTime = 10 * time.Millisecond })
	for _, c := range []struct {
		name, line string
		status     int
	}{
		{"to an operation", "POST /api/v1/login", http.StatusRequestTimeout},
		{"to no operation", "POST /api/v1/nothing", http.StatusNotFound},
		{"to a page", "POST /", http.StatusMethodNotAllowed},
	} {
		t.Run(c.name, func(t *testing.T) {
			connection, err := net.Dial("tcp", s.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer connection.Close()
			// This only turns a hang into a failure.
			if err := connection.SetDeadline(time.Now().Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			_, err = fmt.Fprintf(connection, "%s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{",
				c.line, s.Listener.Addr())
			if err != nil {
				t.Fatal(err)
			}
			response, err := http.ReadResponse(bufio.NewReader(connection), nil)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if response.StatusCode != c.status {
				t.Errorf("got %d, want %d", response.StatusCode, c.status)
			}
		})
	}
}

// TestNotLoggedIn shows that nothing of a request is looked at before its
// login.
func TestNotLoggedIn(t *testing.T) {
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), nil)
	stranger := s.newcomer(t)
	for _, route := range s.mustRoutes(t, func(o operation) bool { return o.Security != nil }) {
		t.Run(route, func(t *testing.T) {
			method, path, _ := strings.Cut(route, " ")
			path = parameter.ReplaceAllString(path, "nonsense")
			var body []byte
			if method != "GET" {
				body = []byte(`{"nonsense":[1]}`)
			}
			response, got := stranger.do(method, "/api/v1"+path+"?limit=x", body, nil)
			wantProblem(t, response, got, wire.CodeNotLoggedIn)
			response, got = stranger.do(method, "/api/v1"+path, body, map[string]string{"Cookie": "pleiades=" + strings.Repeat("A", 43)})
			wantProblem(t, response, got, wire.CodeNotLoggedIn)
		})
	}
}

func TestGoodInput(t *testing.T) {
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), nil)
	therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")
	client := therapist.mustClient("client@example.test")
	conversation := "/api/v1/conversations/" + client.mustConversation().ID.String()
	put := func(t *testing.T, body string, header map[string]string) string {
		t.Helper()
		response, got := client.do("PUT", conversation+"/messages/"+uuid.NewString(), []byte(body), header)
		if response.StatusCode != http.StatusCreated {
			t.Fatalf("got %d %s", response.StatusCode, got)
		}
		return string(got)
	}
	t.Run("a surrogate pair is one character", func(t *testing.T) {
		if got := put(t, `{"body":"\ud83d\ude00 \\ud83d","writtenAt":"2026-01-02T03:04:05+02:00"}`, nil); !strings.Contains(got, "😀 \\\\ud83d") {
			t.Errorf("got %s", got)
		}
	})
	t.Run("the same origin may write", func(t *testing.T) {
		put(t, `{"body":"x","writtenAt":"2026-01-02T03:04:05.678Z"}`, map[string]string{"Origin": s.URL, "Sec-Fetch-Site": "same-origin"})
	})
	t.Run("what the caller accepts does not matter", func(t *testing.T) {
		put(t, `{"body":"x","writtenAt":"2026-01-02T03:04:05Z"}`, map[string]string{"Accept": "text/html, json;q=x"})
	})
	t.Run("the charset may be named", func(t *testing.T) {
		put(t, `{"body":"x","writtenAt":"2026-01-02T03:04:05Z"}`, map[string]string{"Content-Type": "application/json; charset=UTF-8"})
	})
	t.Run("ids may be in capitals", func(t *testing.T) {
		put(t, `{"body":"x","writtenAt":"2026-01-02T03:04:05Z"}`, map[string]string{wire.HeaderAccount: strings.ToUpper(client.account.ID.String())})
	})
	t.Run("OPTIONS lists the methods", func(t *testing.T) {
		response, _ := client.do("OPTIONS", conversation+"/messages", nil, nil)
		if got := response.Header.Get("Allow"); response.StatusCode != http.StatusNoContent || got != "GET, HEAD, OPTIONS" {
			t.Errorf("got %d, %q", response.StatusCode, got)
		}
	})
	t.Run("empty lists are lists", func(t *testing.T) {
		_, got := client.do("GET", conversation+"/messages?after=99", nil, nil)
		if strings.TrimSpace(string(got)) != `{"messages":[]}` {
			t.Errorf("got %s", got)
		}
	})
}

func TestProduction(t *testing.T) {
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), func(o *httpapi.Options) {
		o.PublicURL = &url.URL{Scheme: "https", Host: "care.example"}
	})
	s.mustCreate(t, wire.RoleTherapist, "therapist@example.test")
	response, _ := s.newcomer(t).do("POST", "/api/v1/login", mustJSON(t, wire.LogIn{Email: "therapist@example.test", Password: password}),
		map[string]string{"Host": "CARE.example:443", "Origin": "https://care.example"})
	if response.StatusCode != http.StatusOK {
		t.Fatalf("got %d", response.StatusCode)
	}
	if got := response.Header.Get("Strict-Transport-Security"); got == "" {
		t.Error("browsers may come back without TLS")
	}
	for _, got := range response.Header.Values("Set-Cookie") {
		if !strings.HasPrefix(got, "__Host-pleiades") || !strings.Contains(got, "Secure") {
			t.Error("a cookie is not bound to the host and TLS")
		}
	}
}
