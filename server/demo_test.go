package main

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pleiades/server/account"
	"pleiades/server/chat"
	"pleiades/server/store/storetest"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

const demoTestPassword = "a password for the demo"

func TestDemo(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		t.Chdir(t.TempDir())
		h := mustOpenHouse(t, url)
		c := config{demo: true, demoPassword: demoTestPassword}
		var login account.LoginSession

		t.Run("fills an empty database", func(t *testing.T) {
			text, err := h.prepareDemo(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range []string{demoTestPassword, "client@demo.test", "second.client@demo.test", "therapist@demo.test", "admin@demo.test"} {
				if !strings.Contains(text, part) {
					t.Errorf("the logins lack %q", part)
				}
			}
			login = checkDemo(t, h, demoTestPassword)
		})
		t.Run("changes nothing the second time", func(t *testing.T) {
			if _, err := h.prepareDemo(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			checkDemo(t, h, demoTestPassword)
			if err := h.accounts.CheckLogin(t.Context(), login.ID); err != nil {
				t.Errorf("a login from before: %v", err)
			}
		})
		t.Run("takes over a new password", func(t *testing.T) {
			c := config{demo: true, demoPassword: "another password for it"}
			if _, err := h.prepareDemo(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			checkDemo(t, h, "another password for it")
		})
		t.Run("is not served as anything else", func(t *testing.T) {
			_, err := h.prepareDemo(t.Context(), config{})
			var usage *usageError
			if !errors.As(err, &usage) || !strings.Contains(err.Error(), "--demo") {
				t.Errorf("got %v", err)
			}
		})
		t.Run("stays away from real practices", func(t *testing.T) {
			if _, err := h.accounts.CreatePractice(t.Context(), "Quiet Street", false); err != nil {
				t.Fatal(err)
			}
			_, err := h.prepareDemo(t.Context(), c)
			var usage *usageError
			if !errors.As(err, &usage) {
				t.Errorf("got %v", err)
			}
		})
	})
}

// TestDemoCompleted shows that a seed which was killed is completed.
func TestDemoCompleted(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		t.Chdir(t.TempDir())
		h := mustOpenHouse(t, url)
		seed := demoSeed{house: h, password: demoTestPassword, now: time.Now()}
		practice, err := h.accounts.CreatePractice(t.Context(), demoPracticeName, true)
		if err != nil {
			t.Fatal(err)
		}
		therapist, err := seed.member(t.Context(), practice.ID, wire.RoleTherapist, demoTherapist, demoTherapistName)
		if err != nil {
			t.Fatal(err)
		}
		client, err := seed.client(t.Context(), therapist, demoClient, demoClientName)
		if err != nil {
			t.Fatal(err)
		}
		if err := seed.history(t.Context(), client, therapist, demoHistory()[:5]); err != nil {
			t.Fatal(err)
		}

		if _, err := h.prepareDemo(t.Context(), config{demo: true, demoPassword: demoTestPassword}); err != nil {
			t.Fatal(err)
		}
		checkDemo(t, h, demoTestPassword)
	})
}

// checkDemo fails unless the demo is whole. It returns a login of the
// therapist.
func checkDemo(t *testing.T, h *house, password message.Text) account.LoginSession {
	t.Helper()
	practices, err := h.accounts.ListPractices(t.Context())
	if err != nil || len(practices) != 1 || !practices[0].Demo {
		t.Fatalf("practices: got %d, %v", len(practices), err)
	}
	var login account.LoginSession
	var therapist account.Account
	for email, role := range map[message.Text]wire.Role{
		demoClient: wire.RoleClient, demoSecondClient: wire.RoleClient, demoTherapist: wire.RoleTherapist, demoAdmin: wire.RoleAdmin,
	} {
		entry, err := h.accounts.LogIn(t.Context(), email, password, account.Browser{})
		if err != nil {
			t.Fatalf("log in as the %s: %v", role, err)
		}
		person := entry.Account
		if len(person.Memberships) != 1 || person.Memberships[0].Role != role {
			t.Errorf("the %s has %d memberships", role, len(person.Memberships))
		}
		if role == wire.RoleTherapist {
			therapist, login = person, entry.Login
		}
	}
	if !therapist.Memberships[0].ReadReceipts {
		t.Error("the therapist does not show read marks")
	}

	conversations := h.newChat(silent{}, time.Now)
	defer conversations.Close()
	actor := chat.Actor{Account: therapist.ID}
	own, err := conversations.ListConversations(t.Context(), actor)
	if err != nil || len(own) != 2 {
		t.Fatalf("conversations: got %d, %v", len(own), err)
	}
	unread, total := int64(0), int64(0)
	for _, c := range own {
		unread += c.Unread
		total += c.LastSeq
		history, err := conversations.ListMessages(t.Context(), actor, c.ID, chat.Page{Limit: chat.MaxPageSize})
		if err != nil {
			t.Fatal(err)
		}
		for i, m := range history {
			if m.AcceptedAt.After(time.Now()) || i > 0 && !m.AcceptedAt.After(history[i-1].AcceptedAt) {
				t.Errorf("message %d was sent out of order", m.Seq)
			}
			if m.Late {
				t.Errorf("message %d is late", m.Seq)
			}
		}
	}
	checkDemoTerms(t, conversations, actor, own)
	if want := int64(len(demoHistory()) + len(secondDemoHistory())); total != want {
		t.Errorf("got %d messages, want %d", total, want)
	}
	if unread != 3 {
		t.Errorf("the therapist has %d unread messages, want 3", unread)
	}
	return login
}

// checkDemoTerms fails unless the therapist's availability, the clients'
// acknowledgements and the lists are there.
func checkDemoTerms(t *testing.T, conversations *chat.Service, therapist chat.Actor, own []wire.Conversation) {
	t.Helper()
	var lengths []int
	for _, c := range own {
		if c.Availability == nil || c.Style != availability.StyleOpen || c.Agreement.Version != 1 || c.Agreement.Acknowledged != 1 {
			t.Errorf("agreement: got %+v", c.Agreement)
		}
		list, err := conversations.ListAgenda(t.Context(), therapist, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		lengths = append(lengths, len(list.Items))
		byTherapist := 0
		for i, item := range list.Items {
			if item.Author == therapist.Account {
				byTherapist++
			}
			if item.CreatedAt.After(time.Now()) || i > 0 && !item.CreatedAt.After(list.Items[i-1].CreatedAt) {
				t.Errorf("item %d is out of order", i)
			}
		}
		if byTherapist != 1 {
			t.Errorf("the therapist added %d items, want 1", byTherapist)
		}
	}
	slices.Sort(lengths)
	if want := []int{len(secondDemoList()), len(demoList())}; !slices.Equal(lengths, want) {
		t.Errorf("lists of %d items, want %d", lengths, want)
	}
}

func TestDemoPassword(t *testing.T) {
	t.Chdir(t.TempDir())
	made, err := demoPassword(config{})
	if err != nil {
		t.Fatal(err)
	}
	if again, err := demoPassword(config{}); err != nil || again != made {
		t.Errorf("the password was not kept: %v", err)
	}
	info, err := os.Stat(demoPasswordFile)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode: got %v", info.Mode())
	}
	if given, err := demoPassword(config{demoPassword: demoTestPassword}); err != nil || given != demoTestPassword {
		t.Errorf("the configured password does not count: %v", err)
	}
}
