package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// patience is how long a test waits for anything to become true. No test takes
// this long unless it fails.
const patience = time.Minute

// caller is someone who is logged in, wherever the server is just now.
type caller struct {
	http *http.Client

	mu     sync.Mutex
	base   string // of the server, without a slash
	cookie string
}

func newCaller(base string) *caller {
	return &caller{base: base, http: &http.Client{Timeout: patience, Transport: &http.Transport{}}}
}

// moveTo has the caller find the server at another address, or by another way.
func (c *caller) moveTo(base string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.base = base
}

func (c *caller) request(ctx context.Context, method, path string, body any) (*http.Request, error) {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return nil, err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	r.GetBody = nil // the transport is not to send it again by itself
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.cookie != "" {
		r.Header.Set("Cookie", c.cookie)
	}
	return r, nil
}

// call calls the API and decodes an answer of the 200s. The error tells that
// nobody knows what happened; anything else the server said has a status.
func (c *caller) call(ctx context.Context, method, path string, body, answer any) (status int, code wire.Code, err error) {
	r, err := c.request(ctx, method, "/api/v1"+path, body)
	if err != nil {
		return 0, "", err
	}
	response, err := c.http.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, "", err
	}
	if response.StatusCode >= 300 {
		var problem wire.Problem
		if err := json.Unmarshal(got, &problem); err != nil {
			return 0, "", fmt.Errorf("a %d without a problem: %w", response.StatusCode, err)
		}
		return response.StatusCode, problem.Code, nil
	}
	if answer != nil {
		if err := json.Unmarshal(got, answer); err != nil {
			return 0, "", err
		}
	}
	return response.StatusCode, "", nil
}

func (c *caller) must(t testing.TB, method, path string, body, answer any) {
	t.Helper()
	status, code, err := c.call(t.Context(), method, path, body, answer)
	if err != nil || status >= 300 {
		t.Fatalf("%s %s: got %d %s, %v", method, path, status, code, err)
	}
}

// put sends a message.
func (c *caller) put(ctx context.Context, conversation, id uuid.UUID, body string) (m wire.Message, status int, code wire.Code, err error) {
	path := "/conversations/" + conversation.String() + "/messages/" + id.String()
	status, code, err = c.call(ctx, http.MethodPut, path, wire.PutMessage{Body: message.Text(body), WrittenAt: time.Now()}, &m)
	return m, status, code, err
}

// list reads a whole conversation.
func (c *caller) list(ctx context.Context, conversation uuid.UUID) (all []wire.Message, err error) {
	for after := int64(0); ; after = all[len(all)-1].Seq {
		var page wire.Messages
		status, code, err := c.call(ctx, http.MethodGet, fmt.Sprintf("/conversations/%s/messages?after=%d&limit=200", conversation, after), nil, &page)
		if err != nil || status != http.StatusOK {
			return nil, errors.Join(err, fmt.Errorf("list: %d %s", status, code))
		}
		if len(page.Messages) == 0 {
			return all, nil
		}
		all = append(all, page.Messages...)
	}
}

// logIn logs a new caller in.
func (s *site) logIn(t testing.TB, email message.Text) *caller {
	t.Helper()
	c := newCaller(s.URL)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c.http.Jar = jar
	c.must(t, http.MethodPost, "/login", wire.LogIn{Email: email, Password: password}, nil)
	here, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range jar.Cookies(here) {
		c.cookie += cookie.Name + "=" + cookie.Value + "; "
	}
	c.http.Jar = nil
	t.Cleanup(c.http.CloseIdleConnections)
	return c
}

// people are a therapist and a client, who are logged in, and their
// conversation.
type people struct {
	therapist, client *caller
	conversation      uuid.UUID
}

// mustPeople makes them.
func (s *site) mustPeople(t testing.TB) people {
	t.Helper()
	practice, err := s.accounts.CreatePractice(t.Context(), "Quiet Street", true) // a demo, whose staff need no second factor
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.accounts.CreateAccount(t.Context(), account.NewAccount{
		Practice: practice.ID, Role: wire.RoleTherapist, Name: "Theo", Email: "therapist@example.test", Password: password,
	})
	if err != nil {
		t.Fatal(err)
	}
	p := people{therapist: s.logIn(t, "therapist@example.test")}
	var invitation wire.Invitation
	p.therapist.must(t, http.MethodPost, "/invitations", struct{}{}, &invitation)
	_, token, _ := strings.Cut(invitation.URL, "#")
	newCaller(s.URL).must(t, http.MethodPost, "/signup", wire.SignUp{
		Email: "client@example.test", Password: password, Name: "Client", Invitation: token,
	}, nil)
	p.client = s.logIn(t, "client@example.test")
	var list wire.Conversations
	p.client.must(t, http.MethodGet, "/conversations", nil, &list)
	p.conversation = list.Conversations[0].ID
	return p
}

// moveTo has both find the server elsewhere.
func (p people) moveTo(base string) {
	p.therapist.moveTo(base)
	p.client.moveTo(base)
}
