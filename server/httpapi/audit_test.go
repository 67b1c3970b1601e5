package httpapi_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

func TestAuditLog(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := mustServe(t, db, nil)
		therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")
		client := therapist.mustClient("client@example.test")
		conversation := client.mustConversation().ID
		admin := s.mustStaff(t, wire.RoleAdmin, "admin@example.test")
		for range 3 {
			client.mustSend(conversation, "hello")
		}
		log := "/practices/" + s.practice.ID.String() + "/audit"
		list := func(query string) wire.AuditPage {
			t.Helper()
			var page wire.AuditPage
			admin.must(http.StatusOK, "GET", log+query, nil, &page)
			return page
		}

		t.Run("shows what was done, the newest first, with the people", func(t *testing.T) {
			page := list("")
			if page.More || len(page.People) != 3 || page.Entries[0].Kind != "audit.read" || page.Entries[0].Actor != admin.account.ID {
				t.Errorf("got %+v", page)
			}
			if sent := page.Entries[slices.IndexFunc(page.Entries, func(e wire.AuditEntry) bool { return e.Kind == "message.send" })]; sent.Actor != client.account.ID ||
				sent.Conversation != conversation || sent.Object == uuid.Nil || sent.Outcome != "done" {
				t.Errorf("got %+v", sent)
			}
		})
		t.Run("looking again soon is the same looking", func(t *testing.T) {
			before := list("").Entries[0].Number
			if after := list("").Entries[0].Number; after != before {
				t.Errorf("event %d, then %d", before, after)
			}
		})
		t.Run("filters", func(t *testing.T) {
			now := s.clock.Now()
			for query, want := range map[string]int{
				"?kind=message.send": 3,
				"?kind=message.send&person=" + client.account.ID.String():    3,
				"?kind=message.send&person=" + therapist.account.ID.String(): 0,
				"?kind=message.send&conversation=" + conversation.String():   3,
				"?kind=message.send&conversation=" + uuid.NewString():        0,
				"?kind=message.send&from=" + now.UTC().Format(time.RFC3339):  3,
				"?kind=message.send&to=" + now.UTC().Format(time.RFC3339):    0,
				"?kind=message.send&limit=2":                                 2,
			} {
				if got := len(list(query).Entries); got != want {
					t.Errorf("%s: %d events, want %d", query, got, want)
				}
			}
		})
		t.Run("pages meet without a gap", func(t *testing.T) {
			var numbers []int64
			query := "?limit=2"
			for {
				page := list(query)
				for _, e := range page.Entries {
					numbers = append(numbers, e.Number)
				}
				if !page.More {
					break
				}
				query = fmt.Sprintf("?limit=2&below=%d", numbers[len(numbers)-1])
			}
			for i, n := range numbers {
				if n != int64(len(numbers)-i) {
					t.Fatalf("got %v", numbers)
				}
			}
		})
		t.Run("exports a table and lines, and says so", func(t *testing.T) {
			response, body := admin.do("GET", "/api/v1"+log+"/export?kind=message.send", nil, nil)
			rows, err := csv.NewReader(strings.NewReader(string(body))).ReadAll()
			if err != nil || len(rows) != 4 || rows[0][0] != "number" || rows[1][2] != "message.send" ||
				!strings.Contains(response.Header.Get("Content-Disposition"), "attachment") || response.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("got %v, header %v, error %v", rows, response.Header, err)
			}
			_, body = admin.do("GET", "/api/v1"+log+"/export?format=jsonl", nil, nil)
			lines := strings.Split(strings.TrimSpace(string(body)), "\n")
			var first wire.AuditEntry
			if err := json.Unmarshal([]byte(lines[0]), &first); err != nil || first.Kind != "audit.export" || int(first.Number) != len(lines) {
				t.Errorf("got %+v first of %d, error %v", first, len(lines), err)
			}
		})
		t.Run("an attempt of someone else is in it", func(t *testing.T) {
			response, body := therapist.do("GET", "/api/v1"+log, nil, nil)
			wantProblem(t, response, body, wire.CodeNotFound)
			if e := list("?kind=access.deny").Entries; len(e) != 1 || e[0].Actor != therapist.account.ID || e[0].Outcome != "denied" || e[0].Object != s.practice.ID {
				t.Errorf("got %+v", e)
			}
		})
	})
}

func TestOpenings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := mustServe(t, db, nil)
		s.awaitNoon()
		therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")
		client := therapist.mustClient("client@example.test")
		conversation := client.mustConversation().ID
		path := "/conversations/" + conversation.String()
		list := func() []wire.Opening {
			t.Helper()
			var answer wire.Openings
			client.must(http.StatusOK, "GET", path+"/openings", nil, &answer)
			return answer.Openings
		}
		client.mustSend(conversation, "hello")
		therapist.must(http.StatusOK, "POST", "/sync", wire.SyncRequest{}, nil)
		therapist.must(http.StatusNoContent, "POST", path+"/delivered", wire.Mark{Seq: 1}, nil)
		if got := list(); len(got) != 0 {
			t.Errorf("only delivered: got %+v", got)
		}
		client.must(http.StatusNoContent, "POST", path+"/read", wire.Mark{Seq: 1}, nil)
		for range 3 {
			therapist.must(http.StatusNoContent, "POST", path+"/read", wire.Mark{Seq: 1}, nil)
			s.clock.Add(14 * time.Minute)
			therapist.must(http.StatusNoContent, "POST", "/active", nil, nil)
			client.must(http.StatusNoContent, "POST", "/active", nil, nil)
		}
		got := list()
		if len(got) != 2 || got[0].Account != therapist.account.ID || got[0].At != nil || got[0].Day == "" || got[0].Name == "" ||
			got[1].Account != client.account.ID || got[1].At == nil || got[1].Day != "" {
			t.Errorf("got %+v, want the therapist's day and the client's time", got)
		}
		shown := true
		therapist.must(http.StatusOK, "PATCH", "/settings", wire.Settings{ReadReceipts: &shown}, nil)
		got = list()
		if len(got) != 3 || got[0].Account != therapist.account.ID || got[0].At == nil || got[0].Day != "" || got[1].Account != therapist.account.ID {
			t.Errorf("with read marks: got %+v, want the times of two openings of the therapist", got)
		}
	})
}

// TestEveryKindHasWords shows that the app names whatever can be in the log, in
// its order.
func TestEveryKindHasWords(t *testing.T) {
	var named []audit.Kind
	for _, kind := range phrase.English().AuditLog.Kinds {
		named = append(named, audit.Kind(kind.Kind))
	}
	if !slices.Equal(named, audit.Kinds()) {
		t.Errorf("the app names %v, the log holds %v", named, audit.Kinds())
	}
}
