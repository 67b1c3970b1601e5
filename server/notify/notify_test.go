package notify_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/notify"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/message"
)

const (
	to    message.Text = "Jo.Private@example.test"
	token string       = "a-token-for-one"
)

var everyMail = []account.Mail{
	account.MailWelcome, account.MailConfirm, account.MailAddressTaken, account.MailNewAddress, account.MailAddressAsked, account.MailAddressPending, account.MailAddressChanged, account.MailReset, account.MailResetPending,
	account.MailPassword, account.MailNewDevice, account.MailWrongCodes, account.MailFactorAdded, account.MailFactorRemoved,
}

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// post is a Mailer with its store, its clock and what it logs.
type post struct {
	*notify.Mailer
	db    *store.DB
	clock *storetest.Clock
	log   *bytes.Buffer
}

func mustPost(t *testing.T, db *store.DB, smtp, folder string) post {
	t.Helper()
	p := post{db: db, clock: storetest.NewClock(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)), log: &bytes.Buffer{}}
	opts := notify.Options{
		Store:  db.Mails(),
		Origin: &url.URL{Scheme: "https", Host: "care.example"},
		Folder: folder,
		Log:    slog.New(slog.NewTextHandler(p.log, nil)),
		Now:    p.clock.Now,
	}
	var err error
	if smtp != "" {
		if opts.SMTP, err = url.Parse(smtp); err != nil {
			t.Fatal(err)
		}
	}
	if p.Mailer, err = notify.New(opts); err != nil {
		t.Fatal(err)
	}
	return p
}

// mustKeep has a mail wait, stored as what it tells of is, and returns its id.
func (p post) mustKeep(t *testing.T, to message.Text, what account.Mail) uuid.UUID {
	t.Helper()
	l := account.Letter{ID: uuid.Must(uuid.NewV7()), To: to, Mail: what, DueAt: p.clock.Now()}
	if what == account.MailReset || what == account.MailConfirm || what == account.MailNewAddress {
		l.Token = token
	}
	if what == account.MailReset {
		l.EndsAt = l.DueAt.Add(account.ResetLimit)
	}
	err := p.db.Accounts().Update(t.Context(), func(tx account.Tx) error { return tx.CreateMail(t.Context(), l) })
	if err != nil {
		t.Fatal(err)
	}
	return l.ID
}

// mustSend tries each mail that is due.
func (p post) mustSend(t *testing.T) {
	t.Helper()
	if err := p.SendDue(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// mustSendAll sends one of each mail.
func (p post) mustSendAll(t *testing.T) {
	t.Helper()
	for _, what := range everyMail {
		p.mustKeep(t, to, what)
	}
	p.mustSend(t)
}

// checkLog fails if the log says who or what.
func (p post) checkLog(t *testing.T) {
	t.Helper()
	for _, secret := range []string{"Jo.Private", "example.test", token, "secret"} {
		if strings.Contains(p.log.String(), secret) {
			t.Errorf("the log holds %q: %s", secret, p.log)
		}
	}
}

// checkMail fails unless it is a mail that says nothing of anyone.
func checkMail(t *testing.T, text string) (link bool) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Header.Get("To"); !strings.Contains(got, string(to)) {
		t.Errorf("to %q", got)
	}
	if got := m.Header.Get("From"); !strings.Contains(got, "pleiades@care.example") {
		t.Errorf("from %q", got)
	}
	if m.Header.Get("Subject") == "" || m.Header.Get("Auto-Submitted") != "auto-generated" || m.Header.Get("User-Agent") != "" {
		t.Errorf("headers: %v", m.Header)
	}
	body, err := io.ReadAll(m.Body)
	if err != nil {
		t.Fatal(err)
	}
	plain := strings.NewReplacer("=\r\n", "", "=\n", "", "=3D", "=").Replace(string(body))
	for _, secret := range []string{"Jo.Private", "therap", "client", "practice"} {
		if strings.Contains(plain, secret) {
			t.Errorf("the text holds %q", secret)
		}
	}
	if strings.Contains(plain, "%!") || strings.Contains(plain, "%s") {
		t.Errorf("something is missing in %q", plain)
	}
	return strings.Contains(plain, "https://care.example/reset#"+token) || strings.Contains(plain, "https://care.example/confirm#"+token)
}

func TestFiles(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "mail")
	p := mustPost(t, storetest.MustOpen(t, storetest.SQLite), "", folder)
	p.mustSendAll(t)
	names, err := filepath.Glob(filepath.Join(folder, "*.eml"))
	if err != nil || len(names) != len(everyMail) {
		t.Fatalf("got %d files, %v; want %d", len(names), err, len(everyMail))
	}
	links, codes := 0, 0
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("mode %04o", info.Mode().Perm())
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "\r\nContent-Transfer-Encoding: 8bit\r\n") || strings.Contains(string(text), "=\r\n") {
			t.Errorf("its lines are broken: %s", text)
		}
		if checkMail(t, string(text)) {
			links++
		} else if strings.Contains(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n\n"+token+"\n") {
			codes++
		}
		if !strings.Contains(p.log.String(), name) {
			t.Error("the log does not say where it is")
		}
	}
	if links != 2 || codes != 1 {
		t.Errorf("%d mails have a link and %d a code, want those of the reset, the sign-up and the new address", links, codes)
	}
	p.checkLog(t)
}

func TestSMTP(t *testing.T) {
	server := mustServer(t, "250 2.0.0 ok", "250 2.0.0 ok")
	p := mustPost(t, storetest.MustOpen(t, storetest.SQLite), "smtp://"+server.addr+"?tls=off", "")
	p.mustSendAll(t)
	texts := server.received()
	if len(texts) != len(everyMail) {
		t.Fatalf("got %d mails, want %d: %s", len(texts), len(everyMail), p.log)
	}
	for _, text := range texts {
		checkMail(t, text)
	}
	p.checkLog(t)
}

func TestRefusedMail(t *testing.T) {
	server := mustServer(t, "550 5.1.1 no mailbox for Jo.Private@example.test", "250 2.0.0 ok")
	p := mustPost(t, storetest.MustOpen(t, storetest.SQLite), "smtp://"+server.addr+"?tls=off", "")
	p.mustKeep(t, to, account.MailWelcome)
	p.mustSend(t)
	p.mustEmpty(t)
	if !strings.Contains(p.log.String(), "mail not sent") {
		t.Errorf("the log does not say so: %s", p.log)
	}
	p.checkLog(t)
}

// TestSentOnce has the server take a mail and then fail: it is sent, and not tried
// again.
func TestSentOnce(t *testing.T) {
	server := mustServer(t, "250 2.0.0 ok", "421 4.3.2 closing")
	p := mustPost(t, storetest.MustOpen(t, storetest.SQLite), "smtp://"+server.addr+"?tls=off", "")
	id := p.mustKeep(t, to, account.MailPassword)
	p.mustSend(t)
	p.mustEmpty(t)
	texts := server.received()
	if len(texts) != 1 || !strings.Contains(texts[0], "Message-ID: <"+id.String()+"@care.example>") {
		t.Errorf("got %q, want one mail with an id by which a second one would be known", texts)
	}
}

func TestCheckSMTP(t *testing.T) {
	for _, good := range []string{
		"smtp://mail.example", "smtp://u:secret@mail.example:587", "smtps://u:secret@mail.example:465?from=care@example.test", "smtp://localhost:2525?tls=off",
	} {
		if err := notify.CheckSMTP(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{"mail.example", "http://u:secret@mail.example", "smtp://", "smtp://u:secret@mail.example/x", "smtp://mail.example?tls=off", "smtp://u:secret@h:x"} {
		if err := notify.CheckSMTP(bad); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: got %v", bad, err)
		}
	}
}

// server is a mail server with one answer to each receiver, and one to what follows
// a mail.
type server struct {
	addr string
	mu   sync.Mutex
	mail []string
}

func mustServer(t *testing.T, receiver, after string) *server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	s := &server{addr: listener.Addr().String()}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go s.talk(connection, receiver, after)
		}
	}()
	return s
}

// talk is one conversation of RFC 5321.
func (s *server) talk(connection net.Conn, receiver, after string) {
	defer connection.Close()
	in := bufio.NewReader(connection)
	say := func(line string) { fmt.Fprintf(connection, "%s\r\n", line) }
	say("220 ready")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(strings.TrimSpace(line)); {
		case strings.HasPrefix(verb, "EHLO"):
			say("250 ready")
		case strings.HasPrefix(verb, "RCPT"):
			say(receiver)
		case verb == "DATA":
			say("354 go on")
			var text strings.Builder
			for line, err := in.ReadString('\n'); err == nil && line != ".\r\n"; line, err = in.ReadString('\n') {
				text.WriteString(line)
			}
			s.mu.Lock()
			s.mail = append(s.mail, text.String())
			s.mu.Unlock()
			say("250 ok")
		case verb == "RSET":
			say(after)
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (s *server) received() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mail
}
