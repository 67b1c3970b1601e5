// Package faults shows what holds when things break: processes are killed,
// power and networks cut, disks filled. It owns the machinery for that and the
// tests; each test also runs against a mutant, the same server with one thing
// broken on purpose, and must turn red there. It has no code of its own.
package faults

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/calendar"
	"pleiades/server/chat"
	"pleiades/server/feedback"
	"pleiades/server/httpapi"
	"pleiades/server/live"
	"pleiades/server/outbox"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/server/support"
	"pleiades/shared/help/articles"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// password opens every account here.
const password = "long enough to pass"

// noFiles stands in for the built app.
type noFiles struct{ http.Handler }

func (noFiles) URL(name string) string      { return "/web/0123456789ab/" + name }
func (noFiles) Precache() []string          { return nil }
func (noFiles) Read(string) ([]byte, error) { return nil, nil }

// site is a server in this process.
type site struct {
	*httptest.Server
	accounts *account.Service
}

// mustSite serves a database over HTTP until the test ends. broken is the
// mutant's name, "" for the program as it is.
func mustSite(t testing.TB, db *store.DB, broken string) *site {
	t.Helper()
	hub := live.New(live.Options{})
	if broken != silentCommits {
		db.Unheard(hub.Resync)
	}
	talks := chat.New(mutate(db.Conversations(), broken), hub, chat.Options{Zone: calendar.Zone, Outlook: calendar.Outlook})
	t.Cleanup(talks.Close)
	quiet := slog.New(slog.DiscardHandler)
	desk := support.New(db.Tickets(), support.Options{
		Address: account.Address, Changed: func(uuid.UUID, wire.TicketEvent) {},
	})
	s := &site{accounts: account.New(db.Accounts(), account.Options{
		BlindIndexKey: bytes.Repeat([]byte{1}, 32), Origin: &url.URL{Scheme: "http", Host: "localhost:8000"}, Ended: hub.End, Changed: talks.Announce,
		Notice: func(uuid.UUID, wire.SecurityEvent) {},
	})}
	library, err := articles.English()
	if err != nil {
		t.Fatal(err)
	}
	s.Server = httptest.NewUnstartedServer(nil)
	var drawn func() error
	s.Config.Handler, drawn, err = httpapi.New(httpapi.Options{
		PublicURL: &url.URL{Scheme: "http", Host: s.Listener.Addr().String()},
		Accounts:  s.accounts,
		Chat:      talks,
		Live:      hub,
		Outbox:    outbox.New(db.Outbox(), outbox.Options{Chat: talks, Support: desk, Log: quiet}),
		Support:   desk,
		Ready:     db.Ping,
		Assets:    noFiles{http.NotFoundHandler()},
		Prepare: func() (httpapi.Show, error) {
			return httpapi.Show{Pages: httpapi.NewPages(phrase.English(), library), Library: library, Weights: "others\n\n\t00P\n"}, nil
		},
		Feedback:  feedback.New(db.Feedback(), func(string) bool { return false }, time.Now),
		Version:   "test",
		Log:       quiet,
		Heartbeat: 50 * time.Millisecond,
	})
	if err == nil {
		err = drawn()
	}
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() {
		hub.Close()
		s.CloseClientConnections()
		s.Close()
	})
	return s
}
