package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/wire"
)

func TestWalk(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := mustServe(t, db, nil)
		therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")
		client := therapist.mustClient("client@example.test")
		conversation := client.mustConversation().ID
		stream := therapist.mustStream("")

		first := client.mustSend(conversation, "  hello\r\nthere ")
		if first.Seq != 1 || first.Body != "hello\nthere" || first.Sender != client.account.ID {
			t.Errorf("stored message: got %+v", first)
		}
		var event wire.MessageEvent
		stream.must(wire.EventMessage, &event)
		if event.Message.ID != first.ID || event.Message.Body != first.Body || event.Conversation != conversation {
			t.Errorf("event: got %+v, want %+v", event, first)
		}

		var found wire.Message
		client.must(http.StatusOK, "GET", messagePath(conversation, first.ID), nil, &found)
		if found != first {
			t.Errorf("the message stored: got %+v, want %+v", found, first)
		}

		second := therapist.mustSend(conversation, "good to hear from you")
		var page wire.Messages
		client.must(http.StatusOK, "GET", "/conversations/"+conversation.String()+"/messages?after=1", nil, &page)
		if len(page.Messages) != 1 || page.Messages[0].ID != second.ID {
			t.Errorf("after=1: got %+v", page.Messages)
		}
		client.must(http.StatusOK, "GET", "/conversations/"+conversation.String()+"/messages?before=2&limit=10", nil, &page)
		if len(page.Messages) != 1 || page.Messages[0].ID != first.ID {
			t.Errorf("before=2: got %+v", page.Messages)
		}

		mark := "/conversations/" + conversation.String()
		client.must(http.StatusNoContent, "POST", mark+"/delivered", wire.Mark{Seq: 2}, nil)
		client.must(http.StatusNoContent, "POST", mark+"/read", wire.Mark{Seq: 2}, nil)
		if got := client.mustConversation(); got.LastReadSeq != 2 || got.Unread != 0 {
			t.Errorf("own read mark: got %+v", got)
		}
		if got := therapist.mustConversation(); got.PeerDelivered != 2 || got.PeerRead != 0 {
			t.Errorf("read marks are off, but the therapist sees %+v", got)
		}
		shown := true
		var me wire.LoggedIn
		therapist.must(http.StatusOK, "PATCH", "/settings", wire.Settings{ReadReceipts: &shown}, &me)
		if !me.Account.Memberships[0].ReadReceipts || me.Server == "" {
			t.Errorf("settings: got %+v", me)
		}
		if got := therapist.mustConversation(); got.PeerRead != 2 {
			t.Errorf("read marks are on, but the therapist sees %+v", got)
		}

		var missed wire.SyncResponse
		client.must(http.StatusOK, "POST", "/sync", wire.SyncRequest{Have: map[string]int64{conversation.String(): 1}}, &missed)
		if len(missed.Conversations) != 1 || len(missed.Conversations[0].Messages) != 1 || missed.More {
			t.Errorf("sync: got %+v", missed)
		}

		therapist.must(http.StatusNoContent, "POST", "/active", nil, nil)
		therapist.must(http.StatusNoContent, "POST", "/logout", nil, nil)
		stream.mustEnd(wire.EventLoginEnded)
		response, body := therapist.do("GET", "/api/v1/me", nil, nil)
		wantProblem(t, response, body, wire.CodeNotLoggedIn)

		for _, secret := range []string{"hello", "example.test", "Client", password, conversation.String()} {
			if strings.Contains(s.log.String(), secret) {
				t.Errorf("the log holds %q", secret)
			}
		}
	})
}

func TestSendAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := mustServe(t, db, nil)
		therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")
		client := therapist.mustClient("client@example.test")
		conversation := client.mustConversation().ID
		path := "/api/v1" + messagePath(conversation, uuid.New())
		body := []byte(`{"body":"once","writtenAt":"2026-01-02T03:04:05Z"}`)

		t.Run("a hundred times at once is one message", func(t *testing.T) {
			var created, again, seqs sync.Map
			var count atomic.Int64
			var group sync.WaitGroup
			for range 20 {
				group.Go(func() {
					for range 5 {
						response, got := client.do("PUT", path, body, nil)
						n := count.Add(1)
						var stored wire.Message
						if err := json.Unmarshal(got, &stored); err != nil {
							t.Errorf("answer %d: %v", response.StatusCode, err)
						}
						seqs.Store(stored.Seq, true)
						switch response.StatusCode {
						case http.StatusCreated:
							created.Store(n, true)
						case http.StatusOK:
							again.Store(n, true)
						default:
							t.Errorf("got %d %s", response.StatusCode, got)
						}
					}
				})
			}
			group.Wait()
			if size(&created) != 1 || size(&again) != 99 || size(&seqs) != 1 {
				t.Errorf("got %d created, %d repeated, %d seqs; want 1, 99, 1", size(&created), size(&again), size(&seqs))
			}
			var page wire.Messages
			client.must(http.StatusOK, "GET", "/conversations/"+conversation.String()+"/messages", nil, &page)
			if len(page.Messages) != 1 {
				t.Errorf("got %d messages, want 1", len(page.Messages))
			}
		})
		t.Run("other content is a conflict", func(t *testing.T) {
			response, got := client.do("PUT", path, []byte(`{"body":"twice","writtenAt":"2026-01-02T03:04:05Z"}`), nil)
			wantProblem(t, response, got, wire.CodeIDConflict)
		})
		t.Run("another author is a conflict", func(t *testing.T) {
			response, got := therapist.do("PUT", path, body, nil)
			wantProblem(t, response, got, wire.CodeIDConflict)
		})
		t.Run("another time of writing is no conflict", func(t *testing.T) {
			response, _ := client.do("PUT", path, []byte(`{"body":" once ","writtenAt":"2026-02-02T03:04:05Z"}`), nil)
			if response.StatusCode != http.StatusOK {
				t.Errorf("got %d, want 200", response.StatusCode)
			}
		})
	})
}

func size(m *sync.Map) int {
	n := 0
	m.Range(func(any, any) bool { n++; return true })
	return n
}

func TestLogins(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := mustServe(t, db, nil)
		therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")

		t.Run("the cookie is for this host, hidden from scripts, and goes nowhere else", func(t *testing.T) {
			response, _ := s.newcomer(t).do("POST", "/api/v1/login", mustJSON(t, wire.LogIn{Email: "therapist@example.test", Password: password}), nil)
			cookies := response.Header.Values("Set-Cookie")
			if len(cookies) != 2 {
				t.Fatalf("got %d cookies, want those of the login and of the device", len(cookies))
			}
			for name, age := range map[string]string{"pleiades=": "43200", "pleiades-device=": "34560000"} {
				at := slices.IndexFunc(cookies, func(cookie string) bool { return strings.HasPrefix(cookie, name) })
				if at < 0 {
					t.Errorf("there is no cookie %s", name)
					continue
				}
				for _, part := range []string{"Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=" + age} {
					if !strings.Contains(cookies[at], part) {
						t.Errorf("the cookie %s lacks %s", name, part)
					}
				}
				if strings.Contains(cookies[at], "Domain") {
					t.Errorf("the cookie %s names a domain", name)
				}
			}
		})
		t.Run("logging in again ends the login before", func(t *testing.T) {
			old := therapist.newcomer(t)
			old.http.Jar.SetCookies(nil, therapist.http.Jar.Cookies(nil))
			therapist.mustLogIn("therapist@example.test")
			response, body := old.do("GET", "/api/v1/me", nil, nil)
			wantProblem(t, response, body, wire.CodeNotLoggedIn)
			therapist.must(http.StatusOK, "GET", "/me", nil, nil)
		})
		t.Run("wrong password and unknown address get the same answer", func(t *testing.T) {
			response, wrong := s.newcomer(t).do("POST", "/api/v1/login", mustJSON(t, wire.LogIn{Email: "therapist@example.test", Password: "not the password"}), nil)
			wantProblem(t, response, wrong, wire.CodeInvalidCredentials)
			_, unknown := s.newcomer(t).do("POST", "/api/v1/login", mustJSON(t, wire.LogIn{Email: "nobody@example.test", Password: "not the password"}), nil)
			if string(wrong) != string(unknown) {
				t.Errorf("got %s and %s", wrong, unknown)
			}
		})
		t.Run("a request in the name of someone else is refused", func(t *testing.T) {
			response, body := therapist.do("GET", "/api/v1/me", nil, map[string]string{wire.HeaderAccount: uuid.NewString()})
			wantProblem(t, response, body, wire.CodeWrongAccount)
			response, _ = therapist.do("GET", "/api/v1/me", nil, map[string]string{wire.HeaderAccount: therapist.account.ID.String()})
			if response.StatusCode != http.StatusOK {
				t.Errorf("in their own name: got %d", response.StatusCode)
			}
		})
		t.Run("sign-up says the same for a used address, except with an invitation", func(t *testing.T) {
			newcomer := s.newcomer(t)
			again := wire.SignUp{Email: "therapist@example.test", Password: password, Name: "Someone"}
			newcomer.must(http.StatusCreated, "POST", "/signup", again, nil)
			var invitation wire.Invitation
			therapist.must(http.StatusCreated, "POST", "/invitations", nil, &invitation)
			if !strings.HasPrefix(invitation.URL, s.URL+"/signup#") || time.Until(invitation.ExpiresAt) <= 0 {
				t.Errorf("invitation: got %+v", invitation)
			}
			_, again.Invitation, _ = strings.Cut(invitation.URL, "#")
			response, body := newcomer.do("POST", "/api/v1/signup", mustJSON(t, again), nil)
			wantProblem(t, response, body, wire.CodeAddressTaken)
			again.Invitation = "made-up"
			response, body = newcomer.do("POST", "/api/v1/signup", mustJSON(t, again), nil)
			wantProblem(t, response, body, wire.CodeInvalidInvitation)
		})
		t.Run("sign-up names the fields that need a change", func(t *testing.T) {
			response, body := s.newcomer(t).do("POST", "/api/v1/signup", mustJSON(t, wire.SignUp{Email: "nowhere", Password: "short"}), nil)
			problem := wantProblem(t, response, body, wire.CodeInvalidSignUp)
			if got := strings.Join(problem.Errors, " "); got == "" {
				t.Error("no field is named")
			}
		})
		t.Run("a client may not invite", func(t *testing.T) {
			client := therapist.mustClient("another@example.test")
			response, body := client.do("POST", "/api/v1/invitations", nil, nil)
			wantProblem(t, response, body, wire.CodeForbidden)
		})
		t.Run("a login ends without an act of the person", func(t *testing.T) {
			s.clock.Add(account.IdleLimit - time.Second)
			therapist.must(http.StatusOK, "GET", "/me", nil, nil) // no act
			therapist.must(http.StatusNoContent, "POST", "/active", nil, nil)
			s.clock.Add(account.IdleLimit - time.Second)
			therapist.must(http.StatusOK, "GET", "/me", nil, nil)
			s.clock.Add(2 * time.Second)
			response, body := therapist.do("GET", "/api/v1/me", nil, nil)
			wantProblem(t, response, body, wire.CodeNotLoggedIn)
		})
	})
}

// TestStrangers walks every operation on a conversation as people who are not
// in it.
func TestStrangers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := mustServe(t, db, nil)
		therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")
		conversation := therapist.mustClient("client@example.test").mustConversation().ID
		rows := []call{
			{"PUT", "/messages/" + uuid.NewString(), `{"body":"x","writtenAt":"2026-01-02T03:04:05Z"}`},
			{"GET", "/messages", ""},
			{"GET", "/messages/" + uuid.NewString(), ""},
			{"DELETE", "/messages/" + uuid.NewString(), ""},
			{"POST", "/read", `{"seq":1}`},
			{"POST", "/delivered", `{"seq":1}`},
			{"POST", "/close", `{}`},
			{"POST", "/reopen", ""},
			{"GET", "/agenda", ""},
			{"PUT", "/agenda/changes/" + uuid.NewString(), `{"kind":"check","item":"` + uuid.NewString() + `","at":"2026-01-02T03:04:05Z"}`},
			{"POST", "/agreement", `{"version":1}`},
			{"GET", "/openings", ""},
		}
		s.wantRows(t, rows, "/api/v1/conversations/{cid}", func(operation) bool { return true })
		strangers := map[string]*person{
			"another client":    therapist.mustClient("other@example.test"),
			"another therapist": s.mustStaff(t, wire.RoleTherapist, "colleague@example.test"),
			"the admin":         s.mustStaff(t, wire.RoleAdmin, "admin@example.test"),
		}
		for who, stranger := range strangers {
			for _, id := range []string{conversation.String(), uuid.NewString(), "nonsense"} {
				for _, c := range rows {
					t.Run(fmt.Sprintf("%s gets 404 at %s %s of %.8s", who, c.method, strings.Split(c.path, "/")[1], id), func(t *testing.T) {
						var body []byte
						if c.body != "" {
							body = []byte(c.body)
						}
						response, got := stranger.do(c.method, "/api/v1/conversations/"+id+c.path, body, nil)
						wantProblem(t, response, got, wire.CodeNotFound)
					})
				}
			}
			var missed wire.SyncResponse
			stranger.must(http.StatusOK, "POST", "/sync", wire.SyncRequest{Have: map[string]int64{conversation.String(): 0}}, &missed)
			for _, c := range missed.Conversations {
				if c.ID == conversation {
					t.Errorf("%s got the conversation by sync", who)
				}
			}
		}
	})
}

func mustJSON(t testing.TB, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
