package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"slices"
	"testing"
	"time"
)

// reader reads what the server has of a conversation, without a page.
type reader struct {
	t       *testing.T
	http    *http.Client
	address string // of the messages
}

// MustRead logs one of the demo's people in who reads a conversation, given its
// path.
func (s *Server) MustRead(email, conversation string) *reader {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r := &reader{s.t, &http.Client{Jar: jar, Timeout: patience}, s.URL + "/api/v1/conversations/" + conversation[len("/c/"):] + "/messages"}
	body, err := json.Marshal(map[string]string{"email": email, "password": demoPassword})
	if err != nil {
		s.t.Fatal(err)
	}
	response, err := r.http.Post(s.URL+"/api/v1/login", "application/json", bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		s.t.Fatalf("logging in was answered with %s", response.Status)
	}
	return r
}

// Texts returns the newest messages, in order.
func (r *reader) Texts() (texts []string) {
	r.t.Helper()
	response, err := r.http.Get(r.address)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	var answer struct{ Messages []struct{ Body string } }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || response.StatusCode != http.StatusOK {
		r.t.Fatalf("reading was answered with %s: %v", response.Status, err)
	}
	for _, m := range answer.Messages {
		texts = append(texts, m.Body)
	}
	return texts
}

// WaitMessage waits until the server has a message.
func (r *reader) WaitMessage(text string) {
	r.t.Helper()
	for deadline := time.Now().Add(patience); !slices.Contains(r.Texts(), text); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			r.t.Fatalf("waited in vain for the message %q at the server, which has %q", text, r.Texts())
		}
	}
}

// ExpectOrder is Tab.ExpectOrder for what the server has.
func (r *reader) ExpectOrder(texts ...string) {
	r.t.Helper()
	expectOrder(r.t, r.Texts(), texts)
}
