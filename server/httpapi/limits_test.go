package httpapi_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/httpapi"
	"pleiades/server/limit"
	"pleiades/server/store/storetest"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// wantTooMany fails unless the answer says to come back in that many seconds.
func wantTooMany(t *testing.T, response *http.Response, body []byte, seconds int) {
	t.Helper()
	wantProblem(t, response, body, wire.CodeTooManyRequests)
	if got := response.Header.Get("Retry-After"); response.StatusCode != http.StatusTooManyRequests || got != strconv.Itoa(seconds) {
		t.Errorf("got %d, Retry-After %q, want 429 and %d", response.StatusCode, got, seconds)
	}
}

func TestLimits(t *testing.T) {
	clock := storetest.NewClock(time.Now())
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), func(o *httpapi.Options) {
		o.Now = clock.Now
		o.Limits = httpapi.Limits{
			Login:       limit.Rate{Burst: 10, Every: time.Minute},
			Request:     limit.Rate{Burst: 4, Every: time.Minute},
			Question:    limit.Rate{Burst: 6, Every: time.Second},
			Message:     limit.Rate{Burst: 60, Every: time.Second},
			Invitations: limit.Rate{Burst: 3, Every: time.Minute},
			Application: limit.Rate{Burst: 3, Every: 10 * time.Minute},
		}
	})
	therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")
	client := therapist.mustClient("client@example.test")
	pass := func(d time.Duration) {
		clock.Add(d)
		s.clock.Add(d)
	}
	guess := func() (*http.Response, []byte) {
		body := fmt.Sprintf(`{"email":"%s@example.test","password":"wrong horse battery"}`, uuid.NewString())
		return s.newcomer(t).do("POST", "/api/v1/login", []byte(body), nil)
	}

	t.Run("failed logins of one address, however many accounts they try", func(t *testing.T) {
		for range 20 {
			s.newcomer(t).mustLogIn("client@example.test")
		}
		for range 10 {
			response, body := guess()
			wantProblem(t, response, body, wire.CodeInvalidCredentials)
		}
		response, body := guess()
		wantTooMany(t, response, body, 60)
		pass(time.Minute)
		response, body = guess()
		wantProblem(t, response, body, wire.CodeInvalidCredentials)
		response, body = guess()
		wantTooMany(t, response, body, 60)
		client.mustLogIn("client@example.test") // on a device that was logged in before
		pass(10 * time.Minute)
	})
	t.Run("guesses at one account, by the account's own delay", func(t *testing.T) {
		body := mustJSON(t, wire.LogIn{Email: "client@example.test", Password: "wrong horse battery"})
		for range 3 {
			response, got := s.newcomer(t).do("POST", "/api/v1/login", body, nil)
			wantProblem(t, response, got, wire.CodeInvalidCredentials)
		}
		response, got := s.newcomer(t).do("POST", "/api/v1/login", body, nil)
		wantTooMany(t, response, got, 1)
		pass(10 * time.Minute)
	})
	t.Run("what anyone may ask for", func(t *testing.T) {
		for i := range 4 {
			path, body := "/api/v1/password/reset-request", `{"email":"x@example.test"}`
			if i%2 == 1 {
				path, body = "/api/v1/signup", fmt.Sprintf(`{"email":"n%d@example.test","password":"otter violin gravel","name":"New"}`, i)
			}
			if response, got := s.newcomer(t).do("POST", path, []byte(body), nil); response.StatusCode/100 != 2 {
				t.Errorf("%d: got %d %s", i, response.StatusCode, got)
			}
		}
		response, got := s.newcomer(t).do("POST", "/api/v1/password/reset-request", []byte(`{"email":"x@example.test"}`), nil)
		wantTooMany(t, response, got, 60)
		pass(10 * time.Minute)
	})
	t.Run("invitations that are none, but not those that are", func(t *testing.T) {
		invented := mustJSON(t, wire.SignUp{
			Email: "new@example.test", Password: "otter violin gravel", Name: "New", Invitation: strings.Repeat("A", 43),
		})
		for range 4 {
			response, got := s.newcomer(t).do("POST", "/api/v1/signup", invented, nil)
			wantProblem(t, response, got, wire.CodeInvalidInvitation)
		}
		response, got := s.newcomer(t).do("POST", "/api/v1/signup", invented, nil)
		wantTooMany(t, response, got, 60)
		pass(time.Minute)
		therapist.mustLogIn("therapist@example.test")
		for range 2 {
			therapist.mustClient(message.Text(uuid.NewString() + "@example.test"))
		}
		pass(10 * time.Minute)
	})
	t.Run("questions to passkeys, by themselves", func(t *testing.T) {
		for range 6 {
			s.newcomer(t).must(http.StatusOK, "POST", "/login/passkey/options", nil, nil)
		}
		response, got := s.newcomer(t).do("POST", "/api/v1/login/passkey/options", nil, nil)
		wantTooMany(t, response, got, 1)
	})
	t.Run("applications from one address", func(t *testing.T) {
		taken := 0
		for range 1000 {
			in := wire.Application{
				ID: uuid.New(), Name: "<b>A</b>", Email: "a@example.test", Practice: "B", Country: "C", Profession: "D", Licence: "E", Issuer: "F",
			}
			response, got := s.newcomer(t).do("POST", "/api/v1/therapist-applications", mustJSON(t, in), nil)
			if response.StatusCode == http.StatusAccepted {
				taken++
				continue
			}
			wantTooMany(t, response, got, 600)
		}
		kept, err := s.accounts.ListOpenApplications(t.Context())
		if err != nil || taken != 3 || len(kept) != taken {
			t.Errorf("%d taken, %d kept, %v", taken, len(kept), err)
		}
	})
	t.Run("messages of one account", func(t *testing.T) {
		client.mustLogIn("client@example.test")
		conversation := client.mustConversation().ID
		for range 60 {
			client.mustSend(conversation, "hello")
		}
		late := mustJSON(t, wire.PutMessage{Body: "hello", WrittenAt: s.clock.Now()})
		response, got := client.do("PUT", "/api/v1"+messagePath(conversation, uuid.New()), late, nil)
		wantTooMany(t, response, got, 1)
		therapist.mustLogIn("therapist@example.test")
		therapist.mustSend(conversation, "someone else's")
		pass(time.Second)
		client.mustSend(conversation, "a second later")
	})
	t.Run("invitations of one account", func(t *testing.T) {
		for range 3 {
			therapist.must(http.StatusCreated, "POST", "/invitations", nil, nil)
		}
		response, got := therapist.do("POST", "/api/v1/invitations", nil, nil)
		wantTooMany(t, response, got, 60)
	})
}

// TestLimitsOfChanges changes things more often than anyone needs to: whatever
// changes anything counts, but for what the app says by itself, what protects the
// account, and what has a limit of its own.
func TestLimitsOfChanges(t *testing.T) {
	clock := storetest.NewClock(time.Now())
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), func(o *httpapi.Options) {
		o.Now = clock.Now
		o.Limits = httpapi.Limits{Write: limit.Rate{Burst: 3, Every: 10 * time.Second}}
	})
	therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")
	client := therapist.mustClient("client@example.test")
	client.mustLogIn("client@example.test")
	therapist.mustLogIn("therapist@example.test")
	clock.Add(time.Minute) // the invitation counted
	for range 3 {
		therapist.must(http.StatusOK, "PATCH", "/settings", wire.Settings{}, nil)
	}
	free := []string{
		"POST /sync", "POST /conversations/{}/delivered", "POST /conversations/{}/read", "POST /security/seen", "POST /active",
		"PUT /conversations/{}/messages/{}", "POST /availability/preview",
		"POST /login/totp", "POST /login/recovery", "POST /logout", "DELETE /devices", "DELETE /devices/{}",
		"POST /step-up", "POST /step-up/passkey/options", "PUT /password", "DELETE /password/reset", "POST /password/reset/approve", "DELETE /email",
	}
	for _, route := range s.mustRoutes(t, func(o operation) bool { return len(o.Security) > 0 }) {
		method, path, _ := strings.Cut(parameter.ReplaceAllString(route, uuid.NewString()), " ")
		if method == "GET" {
			continue
		}
		login := s.newcomer(t)
		login.mustLogIn("therapist@example.test")
		response, body := login.do(method, "/api/v1"+path, []byte(`{}`), nil)
		if slices.Contains(free, parameter.ReplaceAllString(route, "{}")) {
			if response.StatusCode == http.StatusTooManyRequests {
				t.Errorf("%s counts: %s", route, body)
			}
			continue
		}
		t.Run(route, func(t *testing.T) { wantTooMany(t, response, body, 10) })
	}
	client.must(http.StatusOK, "POST", "/totp", nil, nil) // by itself
	clock.Add(10 * time.Second)
	therapist.mustLogIn("therapist@example.test")
	therapist.must(http.StatusOK, "PATCH", "/settings", wire.Settings{}, nil)
}

// TestLimitsWithoutLogin has a place hand over and ask for as much as it may
// without a login.
func TestLimitsWithoutLogin(t *testing.T) {
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), nil)
	for s.outbox.Admit("127.0.0.1") == 0 {
	}
	for _, c := range []call{{"GET", "/ingest-keys", ""}, {"POST", "/outbox", `{"envelopes":[]}`}} {
		response, body := s.newcomer(t).do(c.method, "/api/v1"+c.path, []byte(c.body), nil)
		wantTooMany(t, response, body, 1)
	}
}

// TestLimitsOfOnePlace asks from ever other networks of the one block that a
// customer can be given: they count as one.
func TestLimitsOfOnePlace(t *testing.T) {
	rate := limit.Rate{Burst: 2, Every: time.Hour}
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), func(o *httpapi.Options) {
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		o.Limits = httpapi.Limits{Request: rate, Application: rate, Tickets: rate, Feedback: rate}
	})
	for _, c := range []struct {
		path string
		body func(n int) any
	}{
		{"/signup", func(n int) any {
			return wire.SignUp{Email: message.Text(fmt.Sprintf("n%d@example.test", n)), Password: "otter violin gravel", Name: "New"}
		}},
		{"/therapist-applications", func(int) any {
			return wire.Application{
				ID: uuid.New(), Name: "A", Email: "a@example.test", Practice: "B", Country: "C", Profession: "D", Licence: "E", Issuer: "F",
			}
		}},
		{"/contact", func(int) any {
			return wire.Contact{ID: uuid.New(), Kind: wire.TicketProblem, Email: "a@example.test", Text: "hello"}
		}},
		{"/password/reset-request", func(n int) any { return wire.RequestReset{Email: message.Text(fmt.Sprintf("n%d@example.test", n))} }},
	} {
		t.Run(c.path, func(t *testing.T) {
			taken := 0
			for n := range 10 {
				from := map[string]string{"X-Forwarded-For": fmt.Sprintf("2001:db8:%d:%x::1", len(c.path), n)}
				response, body := s.newcomer(t).do("POST", "/api/v1"+c.path, mustJSON(t, c.body(n)), from)
				if response.StatusCode/100 == 2 {
					taken++
				} else {
					wantProblem(t, response, body, wire.CodeTooManyRequests)
				}
			}
			if taken != rate.Burst {
				t.Errorf("%d of one place are taken, want %d", taken, rate.Burst)
			}
		})
	}
}

// TestLimitsOfEntry logs in with the right password more often than anyone needs
// to: the devices that the account knows stay out of it.
func TestLimitsOfEntry(t *testing.T) {
	clock := storetest.NewClock(time.Now())
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), func(o *httpapi.Options) {
		o.Now = clock.Now
		o.Limits = httpapi.Limits{Entry: limit.Rate{Burst: 8, Every: 10 * time.Second}}
	})
	const email = "client@example.test"
	client := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test").mustClient(email)
	client.mustLogIn(email)
	in := mustJSON(t, wire.LogIn{Email: email, Password: password})
	for n := range 20 {
		response, body := s.newcomer(t).do("POST", "/api/v1/login", in, nil)
		if n < 7 && response.StatusCode != http.StatusOK {
			t.Errorf("login %d: got %d %s", n, response.StatusCode, body)
		}
		if n > 8 {
			wantTooMany(t, response, body, 10)
		}
	}
	for n := range 7 { // on a device that was logged in before
		response, body := client.do("POST", "/api/v1/login", in, nil)
		if response.StatusCode != http.StatusOK {
			t.Errorf("on the own device, login %d: got %d %s", n, response.StatusCode, body)
		}
	}
	unknown := []byte(`{"email":"nobody@example.test","password":"wrong horse battery"}`)
	for range 3 { // the account's own delay comes after three
		response, body := s.newcomer(t).do("POST", "/api/v1/login", unknown, nil)
		wantProblem(t, response, body, wire.CodeInvalidCredentials)
	}
	clock.Add(10 * time.Second)
	if response, body := s.newcomer(t).do("POST", "/api/v1/login", in, nil); response.StatusCode != http.StatusOK {
		t.Errorf("ten seconds later: got %d %s", response.StatusCode, body)
	}
}

// TestLimitsOfStepUp has someone show the right password again more often than
// anyone needs to: that, logging in and setting another one are one count on a
// device.
func TestLimitsOfStepUp(t *testing.T) {
	clock := storetest.NewClock(time.Now())
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), func(o *httpapi.Options) {
		o.Now = clock.Now
		o.Limits = httpapi.Limits{Entry: limit.Rate{Burst: 4, Every: 10 * time.Second}}
	})
	therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")
	client := therapist.mustClient("client@example.test")
	client.mustLogIn("client@example.test")
	proof := wire.StepUp{Method: wire.MethodPassword, Password: password}
	client.must(http.StatusOK, "POST", "/step-up", proof, nil)
	client.must(http.StatusOK, "POST", "/step-up", proof, nil)
	client.must(http.StatusNoContent, "PUT", "/password", wire.ChangePassword{Password: password}, nil)
	refused := map[string]call{
		"step up":         {"POST", "/step-up", string(mustJSON(t, proof))},
		"change password": {"PUT", "/password", string(mustJSON(t, wire.ChangePassword{Password: password}))},
		"log in":          {"POST", "/login", string(mustJSON(t, wire.LogIn{Email: "client@example.test", Password: password}))},
	}
	for name, c := range refused {
		response, body := client.do(c.method, "/api/v1"+c.path, []byte(c.body), nil)
		t.Run(name, func(t *testing.T) { wantTooMany(t, response, body, 10) })
	}
	therapist.must(http.StatusOK, "POST", "/step-up", proof, nil)
	clock.Add(10 * time.Second)
	client.must(http.StatusOK, "POST", "/step-up", proof, nil)
}

// TestGuessesOfOnePlace guesses, and asks for passkeys, from ever other addresses
// of one place: it may do ten times what one of them may.
func TestGuessesOfOnePlace(t *testing.T) {
	rate := limit.Rate{Burst: 2, Every: time.Hour}
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), func(o *httpapi.Options) {
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		o.Limits = httpapi.Limits{Login: rate, Question: rate}
	})
	const email = "client@example.test"
	client := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test").mustClient(email)
	for _, c := range []struct {
		path  string
		body  func() any
		heard int // status
	}{
		{"/login", func() any {
			return wire.LogIn{Email: message.Text(uuid.NewString() + "@example.test"), Password: "wrong horse battery"}
		}, http.StatusUnauthorized},
		{"/login/passkey/options", func() any { return nil }, http.StatusOK},
	} {
		t.Run(c.path, func(t *testing.T) {
			ask := func(from string) (*http.Response, []byte) {
				var body []byte
				if in := c.body(); in != nil {
					body = mustJSON(t, in)
				}
				return s.newcomer(t).do("POST", "/api/v1"+c.path, body, map[string]string{"X-Forwarded-For": from})
			}
			heard := 0
			for n := range 30 {
				response, body := ask(fmt.Sprintf("2001:db8:1:%x::1", n))
				if response.StatusCode == c.heard {
					heard++
				} else {
					wantProblem(t, response, body, wire.CodeTooManyRequests)
				}
			}
			if heard != 10*rate.Burst {
				t.Errorf("%d of one place are heard, want %d", heard, 10*rate.Burst)
			}
			for _, from := range []string{"2001:db8:2::1", "192.0.2.1"} {
				for n := range rate.Burst + 1 {
					if response, _ := ask(from); (response.StatusCode == c.heard) != (n < rate.Burst) {
						t.Errorf("%s, time %d: got %d", from, n, response.StatusCode)
					}
				}
			}
		})
	}
	t.Run("a device that was logged in before is spared", func(t *testing.T) {
		from := map[string]string{"X-Forwarded-For": "2001:db8:1:ffff::1"}
		response, body := client.do("POST", "/api/v1/login", mustJSON(t, wire.LogIn{Email: email, Password: password}), from)
		if response.StatusCode != http.StatusOK {
			t.Errorf("got %d %s", response.StatusCode, body)
		}
	})
}
