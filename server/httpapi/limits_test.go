package httpapi_test

import (
	"fmt"
	"net/http"
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
