package store_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/chat"
	"pleiades/server/live"
	"pleiades/server/permit"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/message"
)

// mustCountWays returns the URL of a database of PostgreSQL behind something that
// counts how often the server is asked.
func mustCountWays(t *testing.T, of string) (string, *atomic.Int64) {
	t.Helper()
	u, err := url.Parse(of)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	asked, server := new(atomic.Int64), u.Host
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go relay(client, server, asked)
		}
	}()
	u.Host = listener.Addr().String()
	return u.String(), asked
}

// relay passes on what a client and the server say, and counts what is to be answered: queries and Sync
// (https://www.postgresql.org/docs/current/protocol-message-formats.html).
func relay(client net.Conn, server string, asked *atomic.Int64) {
	defer client.Close()
	upstream, err := net.Dial("tcp", server)
	if err != nil {
		return
	}
	defer upstream.Close()
	go func() { _, _ = io.Copy(client, upstream) }()
	in := bufio.NewReader(client)
	head := make([]byte, 5)
	for begin := 1; ; begin = 0 { // the first message has no type
		if _, err := io.ReadFull(in, head[begin:]); err != nil {
			return
		}
		if begin == 0 && (head[0] == 'Q' || head[0] == 'S') {
			asked.Add(1)
		}
		if _, err := upstream.Write(head[begin:]); err != nil {
			return
		}
		if _, err := io.CopyN(upstream, in, int64(binary.BigEndian.Uint32(head[1:]))-4); err != nil {
			return
		}
	}
}

// TestWays holds what is done most to a count of ways to PostgreSQL and back,
// which is the same on every machine and in every network.
func TestWays(t *testing.T) {
	counted, asked := mustCountWays(t, storetest.MustURL(t, storetest.Postgres))
	db := storetest.MustOpenAgain(t, counted)
	p := storetest.MustPractice(t, db, 1)
	service := chat.New(db.Conversations(), live.New(live.Options{}), chat.Options{})
	defer service.Close()
	client := chat.Actor{Account: p.Clients[0]}
	draft := message.Draft{ID: uuid.New(), Body: "hello", WrittenAt: time.Now()}
	send := func() error {
		draft.ID = uuid.New()
		_, _, err := service.Send(t.Context(), client, p.Conversations[0], draft)
		return err
	}
	login := account.LoginSession{
		ID: uuid.New(), Account: p.Clients[0], Stage: permit.StageFull, CreatedAt: time.Now(), LastActAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour),
	}
	claim := chat.Claim{TokenHash: make([]byte, 32), Holds: func(l chat.Login) bool { return l.Stage == login.Stage }}
	if err := db.Accounts().Update(t.Context(), func(tx account.Tx) error { return tx.CreateLogin(t.Context(), login, claim.TokenHash) }); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what string
		do   func() error
		want int64
	}{
		{"a message", send, 2},
		{"a message and its login", func() error {
			draft.ID = uuid.New()
			_, _, err := service.SendClaimed(t.Context(), client, claim, p.Conversations[0], draft)
			return err
		}, 2},
		{"the same again", func() error {
			_, _, err := service.Send(t.Context(), client, p.Conversations[0], draft)
			return err
		}, 3},
		{"a page", func() error {
			_, err := service.ListMessages(t.Context(), client, p.Conversations[0], chat.Page{})
			return err
		}, 1},
		{"a device and the ingest keys", func() error {
			_, _, err := db.Outbox().FindSender(t.Context(), uuid.New())
			return err
		}, 1},
	} {
		if err := errors.Join(send(), c.do()); err != nil { // once for what is remembered
			t.Fatal(err)
		}
		before := asked.Load()
		if err := c.do(); err != nil {
			t.Fatal(err)
		}
		if got := asked.Load() - before; got != c.want {
			t.Errorf("%s: %d ways, want %d", c.what, got, c.want)
		}
	}
}

// TestPutOff shows that what is put off and fails undoes its transaction, and
// leaves a connection that can be used.
func TestPutOff(t *testing.T) {
	url := storetest.MustURL(t, storetest.Postgres)
	db := storetest.MustOpenAgain(t, url)
	p := storetest.MustPractice(t, db, 1)
	conversations := db.Conversations()
	put := func(m message.Message, then func(chat.Tx) error) error {
		return conversations.Update(t.Context(), func(tx chat.Tx) error {
			return errors.Join(
				tx.CreateMessages(t.Context(), []chat.NewMessage{{Practice: p.ID, Message: m}}),
				tx.Record(t.Context(), storetest.EventOf(audit.MessageSend, p.ID, m.ID)),
				then(tx))
		})
	}
	nothing := func(chat.Tx) error { return nil }
	good := message.Message{ID: uuid.New(), Conversation: p.Conversations[0], Seq: 1, Sender: p.Clients[0], Body: "hello"}
	lost, regret := good, errors.New("changed my mind")
	lost.ID, lost.Conversation = uuid.New(), uuid.New()
	check := func(name string, err error, ok bool) {
		t.Helper()
		if !ok {
			t.Errorf("%s: error %v", name, err)
		}
		if found, err := conversations.ListMessages(t.Context(), p.Conversations[0], chat.Range{Below: 10, Limit: 10}, anyone); err != nil || len(found) != 0 {
			t.Errorf("%s: %d messages, error %v; want none", name, len(found), err)
		}
	}

	err := conversations.Update(t.Context(), nothing)
	check("nothing to do", err, err == nil)
	err = put(good, func(chat.Tx) error { return regret })
	check("rolled back", err, errors.Is(err, regret))
	err = put(lost, nothing)
	check("of no conversation", err, errors.Is(err, chat.ErrNotFound))
	// The head of the chain is stored with the commit.
	storetest.MustTamper(t, url, "ALTER TABLE audit_heads ADD CHECK (count < 0) NOT VALID")
	err = put(good, nothing)
	check("at the commit", err, err != nil)
}

// TestRolledBack commits a transaction of which a statement failed. PostgreSQL rolls it
// back and calls that no error.
func TestRolledBack(t *testing.T) {
	db := storetest.MustOpen(t, storetest.Postgres)
	tx := store.MustBegin(t, db, "SELECT 1")
	if _, err := tx.ExecContext(t.Context(), "SELECT 1 / 0"); err == nil {
		t.Fatal("a division by zero succeeds")
	}
	if err := tx.Commit(); err == nil {
		t.Error("it counts as committed")
	}
	if got := store.MustQuery(t, db, "SELECT 1"); got != "1" {
		t.Errorf("got %s of the next", got)
	}
}

// TestChainsOfTwo has two processes send at once in the same practices, while others
// write to their chains too: each goes on where it ended. Its mutant does not lock
// the heads when it reads them.
func TestChainsOfTwo(t *testing.T) {
	const writers, each = 12, 15
	for name, mutate := range map[string]func(testing.TB, *store.DB){
		"":                           func(testing.TB, *store.DB) {},
		"heads that were not locked": store.LeaveHeadsUnlocked,
	} {
		t.Run(name, func(t *testing.T) {
			url := storetest.MustURL(t, storetest.Postgres)
			var dbs []*store.DB
			var services []*chat.Service
			for range 2 {
				db := storetest.MustOpenAgain(t, url)
				mutate(t, db)
				service := chat.New(db.Conversations(), live.New(live.Options{}), chat.Options{})
				t.Cleanup(service.Close)
				dbs, services = append(dbs, db), append(services, service)
			}
			practices := []storetest.Practice{storetest.MustPractice(t, dbs[0], writers), storetest.MustPractice(t, dbs[0], writers)}
			var failed atomic.Int64
			var wg sync.WaitGroup
			for i := range writers {
				for at, service := range services {
					wg.Go(func() {
						p := practices[(i+at)%2]
						for range each {
							d := message.Draft{ID: uuid.New(), Body: "hello", WrittenAt: time.Now()}
							if _, _, err := service.Send(t.Context(), chat.Actor{Account: p.Clients[i]}, p.Conversations[i], d); err != nil {
								failed.Add(1)
							}
						}
					})
				}
			}
			for i, db := range dbs {
				wg.Go(func() {
					for range each {
						if err := record(t, db, eventOf(practices[i].ID), eventOf(practices[1-i].ID)); err != nil {
							failed.Add(1)
						}
					}
				})
			}
			wg.Wait()
			report, err := dbs[1].VerifyLog(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			sent := store.MustQuery(t, dbs[0], "SELECT COUNT(*) FROM audit_events WHERE kind = 'message.send'")
			holds := failed.Load() == 0 && len(report.Findings) == 0 && sent == strconv.Itoa(2*writers*each)
			if holds != (name == "") {
				t.Errorf("%d failed, %s messages in the log, findings %v", failed.Load(), sent, report.Findings)
			}
		})
	}
}
