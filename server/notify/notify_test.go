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
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pleiades/server/account"
	"pleiades/server/notify"
	"pleiades/shared/message"
)

const (
	to    message.Text = "Jo.Private@example.test"
	token string       = "a-token-for-one"
)

var everyMail = []account.Mail{
	account.MailWelcome, account.MailConfirm, account.MailAddressTaken, account.MailReset, account.MailResetPending,
	account.MailPassword, account.MailNewDevice, account.MailWrongCodes, account.MailFactorAdded, account.MailFactorRemoved,
}

// post is a Mailer with what it logs.
type post struct {
	*notify.Mailer
	log *bytes.Buffer
}

func mustPost(t *testing.T, smtp, folder string) post {
	t.Helper()
	p := post{log: &bytes.Buffer{}}
	opts := notify.Options{
		Origin: &url.URL{Scheme: "https", Host: "care.example"},
		Folder: folder,
		Log:    slog.New(slog.NewTextHandler(p.log, nil)),
		Now:    func() time.Time { return time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC) },
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

// sendAll sends one of each mail and waits for them.
func (p post) sendAll() {
	for _, what := range everyMail {
		if what == account.MailReset || what == account.MailConfirm {
			p.Send(to, what, token)
		} else {
			p.Send(to, what, "")
		}
	}
	p.Close()
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
	p := mustPost(t, "", folder)
	p.sendAll()
	names, err := filepath.Glob(filepath.Join(folder, "*.eml"))
	if err != nil || len(names) != len(everyMail) {
		t.Fatalf("got %d files, %v; want %d", len(names), err, len(everyMail))
	}
	links := 0
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
		if checkMail(t, string(text)) {
			links++
		}
		if !strings.Contains(p.log.String(), name) {
			t.Error("the log does not say where it is")
		}
	}
	if links != 2 {
		t.Errorf("%d mails have a link, want those of the reset and the sign-up", links)
	}
	p.checkLog(t)
}

func TestSMTP(t *testing.T) {
	server := mustServer(t, "250 2.0.0 ok")
	p := mustPost(t, "smtp://"+server.addr+"?tls=off", "")
	p.sendAll()
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
	server := mustServer(t, "550 5.1.1 no mailbox for Jo.Private@example.test")
	p := mustPost(t, "smtp://"+server.addr+"?tls=off", "")
	p.Send(to, account.MailWelcome, "")
	p.Close()
	if !strings.Contains(p.log.String(), "mail not sent") {
		t.Errorf("the log does not say so: %s", p.log)
	}
	p.checkLog(t)
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

// TestQueue has mails that one mailbox refuses wait together with others.
func TestQueue(t *testing.T) {
	for name, refusal := range map[string]string{
		"for ever":    "550 5.1.1 no such mailbox",
		"for a while": "451 4.7.1 later",
	} {
		t.Run(name, func(t *testing.T) {
			server := mustServer(t, "250 2.0.0 ok")
			server.refuse, server.refusal = "full@", refusal
			server.asked, server.goOn = make(chan string, 10), make(chan struct{})
			p := mustPost(t, "smtp://"+server.addr+"?tls=off", "")
			p.Send("full@example.test", account.MailWelcome, "")
			got := []string{<-server.asked} // and what comes now waits
			p.Send("greeted@example.test", account.MailWelcome, "")
			p.Send("warned@example.test", account.MailNewDevice, "")
			close(server.goOn)
			got = append(got, <-server.asked, <-server.asked)
			p.Close()
			if want := []string{"full@", "warned@", "greeted@"}; !slices.EqualFunc(got, want, strings.Contains) {
				t.Errorf("the server was asked for %q, want %q", got, want)
			}
		})
	}
}

// server is a mail server that takes what it gets, or refuses it.
type server struct {
	addr            string
	refuse, refusal string        // whom it answers otherwise, and how
	asked           chan string   // if not nil, gets each receiver
	goOn            chan struct{} // closed when asked receivers are answered
	mu              sync.Mutex
	mail            []string
}

func mustServer(t *testing.T, answer string) *server {
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
			go s.talk(connection, answer)
		}
	}()
	return s
}

// talk is one conversation of RFC 5321.
func (s *server) talk(connection net.Conn, answer string) {
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
			if s.asked != nil {
				s.asked <- line
				<-s.goOn
			}
			if s.refuse != "" && strings.Contains(line, s.refuse) {
				say(s.refusal)
				continue
			}
			say(answer)
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
