package page

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

func TestPublic(t *testing.T) {
	for _, path := range []string{"/", "/login", signUpPath, confirmPath, forgotPath, resetPath, aboutPath, contactPath, involvedPath, fixPath} {
		t.Run(path+" is whole and safe before the program runs", func(t *testing.T) {
			content, title, description, ok := Public(path)
			if !ok || title == "" || description == "" {
				t.Fatalf("got title %q, description %q, ok %t", title, description, ok)
			}
			html := app.HTMLString(content)
			checkMarkup(t, html)
			for _, input := range regexp.MustCompile(`<(input|button)[^>]*>`).FindAllString(html, -1) {
				if !strings.Contains(input, "disabled") && path != contactPath { // which the server takes, and the program takes over
					t.Errorf("takes input that would be lost: %s", input)
				}
			}
		})
	}

	t.Run("leaves other pages to the shell", func(t *testing.T) {
		for _, path := range []string{"/settings", "/c/" + talk.String(), "/nowhere"} {
			if _, _, _, ok := Public(path); ok {
				t.Errorf("%s is public", path)
			}
		}
		checkMarkup(t, app.HTMLString(Shell()))
	})

	t.Run("has a page for what is not found", func(t *testing.T) {
		content, title := NotFound()
		if title == "" {
			t.Error("no title")
		}
		checkMarkup(t, app.HTMLString(content))
	})
}

// checkMarkup fails on what a strict content security policy blocks and on the
// traps of rendering on the server: false attributes count as set.
func checkMarkup(t *testing.T, html string) {
	t.Helper()
	for _, bad := range []string{" style=", "<script", " onclick", "javascript:", `disabled="false"`, `hidden="false"`, `checked="false"`, `\"`, `\u`} {
		if strings.Contains(html, bad) {
			t.Errorf("has %s", bad)
		}
	}
	if n := strings.Count(html, `id="`+contentID+`"`); n > 1 {
		t.Errorf("has %d elements called %s", n, contentID)
	}
}

// at renders a page of someone's own, as the state has it.
func at(t *testing.T, s *state.App, path string) string {
	t.Helper()
	e := &env{Deps: Deps{State: s, Clock: utc{}}, words: phrase.English()}
	switch path {
	case "/settings":
		return app.HTMLString(newSettings(e))
	case "/invite":
		return app.HTMLString(newInvite(e))
	}
	return app.HTMLString(newHome(e, path))
}

func has(t *testing.T, html string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(html, w) {
			t.Errorf("%q is missing", w)
		}
	}
}

func hasNot(t *testing.T, html string, unwanted ...string) {
	t.Helper()
	for _, w := range unwanted {
		if strings.Contains(html, w) {
			t.Errorf("%q should not be there", w)
		}
	}
}

func account(role wire.Role) wire.Account {
	return wire.Account{ID: me, Name: "Robin Vale", Email: "robin@demo.test", Memberships: []wire.Membership{
		{Practice: wire.Practice{Name: "Juniper Lane", Demo: true}, Role: role},
	}}
}

// loggedIn is a state with one conversation of two messages, one of them new.
func loggedIn(role wire.Role) *state.App {
	s := state.New()
	s.SetLogin(state.LoggedIn, account(role))
	s.SetConnection(state.Online)
	c := wire.Conversation{
		ID: talk, Client: wire.Person{ID: me, Name: "Robin Vale"}, Therapist: wire.Person{ID: peer, Name: "Maya Lindqvist"},
		LastSeq: 2, Rev: 1, LastReadSeq: 1, Unread: 1,
	}
	if role == wire.RoleTherapist {
		c.Client, c.Therapist = wire.Person{ID: peer, Name: "Sam"}, wire.Person{ID: me, Name: "Robin Vale"}
	}
	s.ApplySync([]wire.SyncedConversation{{Conversation: c, Messages: []wire.Message{
		{ID: uuid.UUID{1}, Seq: 1, Body: "first words", Sender: me, AcceptedAt: noon.Add(-time.Hour)},
		{ID: uuid.UUID{2}, Seq: 2, Body: "an answer", Sender: peer, AcceptedAt: noon},
	}}})
	return s
}

func TestHome(t *testing.T) {
	t.Run("is the front page for everyone", func(t *testing.T) {
		s := state.New()
		s.SetLogin(state.LoggedOut, wire.Account{})
		has(t, at(t, s, "/"), phrase.English().Front.Title)
	})

	t.Run("shows nothing of anyone before the device was read", func(t *testing.T) {
		html := at(t, state.New(), "/")
		has(t, html, phrase.English().Nav.Opening)
		hasNot(t, html, phrase.English().Front.Title)
	})

	t.Run("lists a client's conversation", func(t *testing.T) {
		html := at(t, loggedIn(wire.RoleClient), "/")
		has(t, html, `data-testid="conversation-`+talk.String(), "Hello, Robin Vale", "Maya Lindqvist", "an answer",
			"1 new message", `href="/safety-plan"`, `data-state="online"`, `data-testid="queue-count"`, "Demo")
		hasNot(t, html, "invite-open", "login-expired", "update-ready", "unsaved", "install-app")
	})

	t.Run("lets a therapist invite", func(t *testing.T) {
		has(t, at(t, loggedIn(wire.RoleTherapist), "/"), `data-testid="invite-open"`)
		has(t, at(t, loggedIn(wire.RoleTherapist), "/invite"), `data-testid="invite-create"`)
		hasNot(t, at(t, loggedIn(wire.RoleClient), "/invite"), `data-testid="invite-create"`)
		words, offline := phrase.English().Invite, loggedIn(wire.RoleTherapist)
		offline.SetConnection(state.Offline)
		html := at(t, offline, "/invite")
		has(t, html, words.Offline.Text)
		hasNot(t, html, words.Loading)
	})

	t.Run("says what is the matter", func(t *testing.T) {
		s := loggedIn(wire.RoleClient)
		s.ExpireLogin()
		s.SetUpdateReady()
		s.SetUnsaved(true)
		s.SetInstallable(true)
		has(t, at(t, s, "/"), "login-expired", "update-apply", "unsaved", "install-app")
	})

	for name, test := range map[string]struct {
		role       wire.Role
		connection state.Connection
		want       string
	}{
		"a client without a therapist":     {wire.RoleClient, state.Online, phrase.English().Home.NoTherapist.Title},
		"a therapist without clients":      {wire.RoleTherapist, state.Online, phrase.English().Home.NoClients.Title},
		"an admin":                         {wire.RoleAdmin, state.Online, phrase.English().Home.Admin.Title},
		"someone whose list is on its way": {wire.RoleClient, state.Syncing, phrase.English().Home.Fetching},
		"someone offline on a new device":  {wire.RoleClient, state.Offline, phrase.English().Home.FetchingLater},
	} {
		t.Run("has a word for "+name, func(t *testing.T) {
			s := state.New()
			s.SetLogin(state.LoggedIn, account(test.role))
			s.SetConnection(test.connection)
			has(t, at(t, s, "/"), test.want)
		})
	}
}

func TestThread(t *testing.T) {
	path := "/c/" + talk.String()

	t.Run("shows the messages and where they stand", func(t *testing.T) {
		s := loggedIn(wire.RoleClient)
		waiting, rejected := uuid.UUID{3}, uuid.UUID{4}
		s.SetPending([]state.Pending{
			{ID: waiting, Conversation: talk, Body: "still here", WrittenAt: state.MillisOf(noon)},
			{ID: rejected, Conversation: talk, Body: "odd", WrittenAt: state.MillisOf(noon), Rejected: wire.CodeInvalidMessage, Reasons: []string{string(message.CodeTooLong)}},
		})
		s.SetConnection(state.Offline)
		html := at(t, s, path)
		for id, status := range map[uuid.UUID]string{
			{1}: "sent", {2}: "delivered", waiting: "waiting", rejected: "rejected",
		} {
			li := regexp.MustCompile(`<li[^>]*data-testid="message-` + id.String() + `"[^>]*>`).FindString(html)
			if !strings.Contains(li, `data-status="`+status+`"`) {
				t.Errorf("message %s is not %s: %s", id, status, li)
			}
		}
		has(t, html, "first words", "an answer", "Waiting for connection", "message-edit", "message-take-back",
			phrase.English().Message(message.CodeTooLong), `data-testid="compose-input"`, `data-testid="compose-send"`,
			phrase.English().Conversation.Emergency, `aria-current="page"`)
	})

	t.Run("welcomes the first message", func(t *testing.T) {
		s := state.New()
		s.SetLogin(state.LoggedIn, account(wire.RoleClient))
		s.ApplyConversation(wire.Conversation{ID: talk, Client: wire.Person{ID: me}, Therapist: wire.Person{ID: peer, Name: "Maya"}})
		has(t, at(t, s, path), phrase.English().Conversation.Empty("Maya").Title, "compose-input")
	})

	for connection, want := range map[state.Connection]string{
		state.Online:  phrase.English().Conversation.NotFound.Title,
		state.Syncing: phrase.English().Conversation.Loading,
		state.Offline: phrase.English().Conversation.NotHere.Title,
	} {
		t.Run("says why it is missing when "+string(connection), func(t *testing.T) {
			s := state.New()
			s.SetLogin(state.LoggedIn, account(wire.RoleClient))
			s.SetConnection(connection)
			html := at(t, s, path)
			has(t, html, want)
			hasNot(t, html, "compose-input")
		})
	}
}

func TestThreadTake(t *testing.T) {
	open := func(s *state.App) *thread {
		th := newThread(&env{Deps: Deps{State: s, Clock: utc{}}, words: phrase.English()}, talk)
		if came := th.take(s.View(talk), true); came != cameOpening {
			t.Fatalf("opening brought %d", came)
		}
		return th
	}
	arrive := func(s *state.App, sender uuid.UUID) {
		s.ApplyMessage(wire.MessageEvent{Conversation: talk, Message: wire.Message{ID: uuid.UUID{9}, Seq: 3, Sender: sender}})
	}

	t.Run("remembers what was new on opening", func(t *testing.T) {
		if th := open(loggedIn(wire.RoleClient)); th.newFrom != 2 {
			t.Errorf("new from %d", th.newFrom)
		}
	})

	t.Run("announces the other person's message, with a button where it is out of view", func(t *testing.T) {
		s := loggedIn(wire.RoleClient)
		th := open(s)
		arrive(s, peer)
		if came := th.take(s.View(talk), false); came != cameTheirs || !th.below || th.arrived == "" {
			t.Errorf("brought %d, below %t, said %q", came, th.below, th.arrived)
		}
	})

	t.Run("needs no button for someone reading at the bottom", func(t *testing.T) {
		s := loggedIn(wire.RoleClient)
		th := open(s)
		arrive(s, peer)
		if th.take(s.View(talk), true); th.below {
			t.Error("shows the button")
		}
	})

	t.Run("leads to one's own message and says nothing", func(t *testing.T) {
		s := loggedIn(wire.RoleClient)
		th := open(s)
		arrive(s, me)
		if came := th.take(s.View(talk), false); came != cameMine || th.arrived != "" {
			t.Errorf("brought %d, said %q", came, th.arrived)
		}
	})

	t.Run("announces the other person's message above one's own that wait", func(t *testing.T) {
		s := loggedIn(wire.RoleClient)
		s.AddPending(state.Pending{ID: uuid.UUID{8}, Conversation: talk, Body: "waiting"})
		th := open(s)
		arrive(s, peer)
		if came := th.take(s.View(talk), false); came != cameTheirs || !th.below {
			t.Errorf("brought %d, below %t", came, th.below)
		}
	})

	t.Run("stays quiet when what waited is taken back, were it the only message", func(t *testing.T) {
		s := state.New()
		s.SetLogin(state.LoggedIn, account(wire.RoleClient))
		s.ApplyConversation(wire.Conversation{ID: talk, Therapist: wire.Person{ID: peer}})
		s.AddPending(state.Pending{ID: uuid.UUID{8}, Conversation: talk, Body: "waiting"})
		th := open(s)
		s.SetPending(nil)
		if came := th.take(s.View(talk), true); came != cameNothing {
			t.Errorf("brought %d", came)
		}
	})

	t.Run("stays quiet about older messages", func(t *testing.T) {
		s := loggedIn(wire.RoleClient)
		th := open(s)
		if came := th.take(s.View(talk), false); came != cameNothing {
			t.Errorf("brought %d", came)
		}
	})
}

func TestSettings(t *testing.T) {
	t.Run("shows who one is and the way out", func(t *testing.T) {
		html := at(t, loggedIn(wire.RoleClient), "/settings")
		has(t, html, "Robin Vale", "robin@demo.test", "Juniper Lane", "settings-logout")
		hasNot(t, html, "setting-read-receipts")
	})

	t.Run("lets a therapist choose about read marks", func(t *testing.T) {
		has(t, at(t, loggedIn(wire.RoleTherapist), "/settings"), "setting-read-receipts")
	})
}
