package remote

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/app/browser"
	"pleiades/shared/crisis"
	"pleiades/shared/wire"
)

type fetchFunc func(method, path, body string, headers map[string]string) (browser.Response, error)

func (f fetchFunc) Fetch(_ context.Context, method, path, body string, headers map[string]string) (browser.Response, error) {
	return f(method, path, body, headers)
}

func newClient(f fetchFunc) *Client { return New(f, func() uuid.UUID { return uuid.Nil }) }

func TestCallNamesTheAccount(t *testing.T) {
	account := uuid.UUID{}
	for _, want := range []string{"", "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"} {
		if want != "" {
			account = uuid.MustParse(want)
		}
		var got string
		c := New(fetchFunc(func(_, _, _ string, headers map[string]string) (browser.Response, error) {
			got = headers[wire.HeaderAccount]
			return browser.Response{Status: 204}, nil
		}), func() uuid.UUID { return account })
		if err := c.MarkRead(t.Context(), uuid.Nil, 1); err != nil || got != want {
			t.Errorf("named %q, want %q; error %v", got, want, err)
		}
		if err := c.RateArticle(t.Context(), wire.ArticleRating{Article: "lost-device"}); err != nil || got != "" {
			t.Errorf("a reader is named %q; error %v", got, err)
		}
	}
}

func TestCall(t *testing.T) {
	t.Run("sends JSON and the protocol version", func(t *testing.T) {
		c := newClient(fetchFunc(func(method, path, body string, headers map[string]string) (browser.Response, error) {
			if method != "POST" || path != "/api/v1/login" || body != `{"email":"a@b.test","password":"secret"}` {
				t.Errorf("%s %s %s", method, path, body)
			}
			if headers[wire.HeaderVersion] != strconv.Itoa(wire.Version) || headers["Content-Type"] != "application/json" {
				t.Errorf("headers %v", headers)
			}
			return browser.Response{Status: 200, Type: "application/json", Body: `{"account":{"name":"Test"}}`}, nil
		}))
		answer, err := c.LogIn(t.Context(), wire.LogIn{Email: "a@b.test", Password: "secret"})
		if err != nil || answer.Account.Name != "Test" {
			t.Fatalf("answer %+v, error %v", answer, err)
		}
	})
	t.Run("the server's refusal is a problem", func(t *testing.T) {
		c := newClient(fetchFunc(func(string, string, string, map[string]string) (browser.Response, error) {
			return browser.Response{Status: 401, Type: "application/problem+json", Body: `{"code":"not_logged_in"}`}, nil
		}))
		_, err := c.Me(t.Context())
		var p *wire.Problem
		if !errors.As(err, &p) || p.Code != wire.CodeNotLoggedIn {
			t.Fatalf("error %v", err)
		}
	})
	t.Run("a refusal may say when to try again", func(t *testing.T) {
		for header, want := range map[string]time.Duration{"28": 28 * time.Second, "": 0, "Wed, 21 Oct 2026 07:28:00 GMT": 0} {
			c := newClient(fetchFunc(func(string, string, string, map[string]string) (browser.Response, error) {
				return browser.Response{Status: 429, Type: "application/problem+json", Body: `{"code":"too_many_requests"}`, RetryAfter: header}, nil
			}))
			_, err := c.LogIn(t.Context(), wire.LogIn{})
			var p *wire.Problem
			if !errors.As(err, &p) || p.Code != wire.CodeTooManyRequests {
				t.Fatalf("error %v", err)
			}
			var later *Later
			if errors.As(err, &later); want > 0 && (later == nil || later.After != want) || want == 0 && later != nil {
				t.Errorf("%q: got %+v", header, later)
			}
		}
	})
	for _, cut := range []string{"", `{"id":"`} {
		c := newClient(fetchFunc(func(string, string, string, map[string]string) (browser.Response, error) {
			return browser.Response{Status: 200, Type: "application/json", Body: cut}, nil
		}))
		if _, err := c.Me(t.Context()); !errors.Is(err, browser.ErrNoAnswer) {
			t.Errorf("an answer cut off after %q: error %v", cut, err)
		}
	}
	for name, r := range map[string]browser.Response{
		"a captive portal's page":    {Status: 200, Type: "text/html", Body: "<h1>Welcome to the airport</h1>"},
		"a proxy's error":            {Status: 502, Type: "text/html", Body: "bad gateway"},
		"a problem that has no code": {Status: 404, Type: "application/problem+json", Body: "{}"},
	} {
		t.Run(name+" is no answer", func(t *testing.T) {
			c := newClient(fetchFunc(func(string, string, string, map[string]string) (browser.Response, error) { return r, nil }))
			if _, err := c.Me(t.Context()); !errors.Is(err, browser.ErrNoAnswer) {
				t.Fatalf("error %v", err)
			}
			if err := c.LogOut(t.Context()); !errors.Is(err, browser.ErrNoAnswer) {
				t.Fatalf("logged out: error %v", err)
			}
		})
	}
}

// The flusher speaks the protocol too, from JavaScript.
func TestOutboxScriptSpeaksTheSameProtocol(t *testing.T) {
	script, err := os.ReadFile("../../web/js/outbox.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"const PROTOCOL = " + strconv.Itoa(wire.Version) + ";",
		"const MOST = " + strconv.Itoa(wire.MaxOutbox) + ";",
		`"` + wire.HeaderVersion + `"`,
		`"` + string(wire.CodeKeyExpired) + `"`, `"` + string(wire.CodeUnverified) + `"`, `"` + string(wire.CodeDeviceRevoked) + `"`,
		`"` + string(wire.OutboxAccepted) + `"`, `"` + string(wire.OutboxDuplicate) + `"`, `"` + string(wire.OutboxRejected) + `"`,
	} {
		if !strings.Contains(string(script), want) {
			t.Errorf("outbox.js does not say %s", want)
		}
	}
}

func TestCrisisDirectory(t *testing.T) {
	for name, test := range map[string]struct {
		answer browser.Response
		ok     bool
	}{
		"the server's own":        {browser.Response{Status: 200, Type: "text/plain; charset=utf-8", Body: crisis.BuiltIn().Text()}, true},
		"a captive portal's page": {browser.Response{Status: 200, Type: "text/html", Body: "<h1>Welcome to the airport</h1>"}, false},
		"another text":            {browser.Response{Status: 200, Type: "text/plain", Body: "Welcome to the airport"}, false},
		"an error":                {browser.Response{Status: 502, Type: "text/plain", Body: "bad gateway"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(fetchFunc(func(method, path, _ string, _ map[string]string) (browser.Response, error) {
				if method != "GET" || path != "/crisis.txt" {
					t.Errorf("%s %s", method, path)
				}
				return test.answer, nil
			}))
			directory, err := c.CrisisDirectory(t.Context())
			if ok := err == nil && len(directory.Countries()) > 0; ok != test.ok {
				t.Errorf("%d countries, error %v", len(directory.Countries()), err)
			}
		})
	}
}
