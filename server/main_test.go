package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/store/storetest"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// asProgram makes the test binary the program itself, to be killed.
const asProgram = "PLEIADES_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(storetest.Main(m))
}

// result is what a command left behind.
type result struct {
	code           int
	stdout, stderr string
}

// run runs the program with an environment, in an empty folder of its own if
// the test is in one.
func run(t *testing.T, env map[string]string, stdin string, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	p := program{
		stdin: strings.NewReader(stdin), stdout: &stdout, stderr: &stderr,
		getenv: func(name string) string { return env[name] },
	}
	code := p.run(t.Context(), args)
	return result{code, stdout.String(), stderr.String()}
}

func TestUsage(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct {
		name   string
		args   []string
		env    map[string]string
		code   int
		stdout string // a part of it
		stderr string // parts of it, separated by |
	}{
		{name: "help lists the commands", args: []string{"--help"}, stdout: "pleiades practice create"},
		{name: "help of a family lists its commands", args: []string{"account", "--help"}, stdout: "pleiades account reset"},
		{name: "help of a command lists its flags", args: []string{"serve", "--help"}, stdout: "PLEIADES_PUBLIC_URL"},
		{name: "version says what it is", args: []string{"version"}, stdout: "protocol  1"},
		{name: "no command", code: 2, stderr: "--help"},
		{name: "unknown command", args: []string{"practise", "list"}, code: 2, stderr: "unknown command"},
		{name: "unknown flag", args: []string{"serve", "--nonsense"}, code: 2, stderr: "nonsense"},
		{name: "stray argument", args: []string{"migrate", "now"}, code: 2, stderr: "unexpected argument"},
		{
			name: "all that is wrong comes at once, without secrets", args: []string{"serve", "--addr", "nowhere"}, code: 2,
			env: map[string]string{
				"PLEIADES_DATABASE_URL": "mysql://root:secret@host/db", "PLEIADES_PUBLIC_URL": "https://care.example/app",
				"PLEIADES_DEMO_PASSWORD": "secret",
			},
			stderr: "PLEIADES_ADDR|PLEIADES_DATABASE_URL|PLEIADES_PUBLIC_URL|PLEIADES_DEMO_PASSWORD",
		},
		{name: "a login that no browser would keep", args: []string{"serve", "--public-url", "http://192.0.2.5:8000"}, code: 2, stderr: "https"},
		{name: "a database without a path", args: []string{"migrate", "--database-url", "sqlite:"}, code: 2, stderr: "must name a file"},
		{name: "a database that nothing keeps", args: []string{"migrate", "--database-url", "sqlite::memory:"}, code: 2, stderr: "must name a file"},
		{name: "a database on a host", args: []string{"migrate", "--database-url", "sqlite://var/pleiades.db"}, code: 2, stderr: "must name a file"},
		{name: "a demo for others", args: []string{"serve", "--demo", "--addr", "0.0.0.0:8000"}, code: 2, stderr: "loopback"},
		{name: "a demo for everyone", args: []string{"serve", "--demo", "--addr", ":8000"}, code: 2, stderr: "loopback"},
		{name: "half of TLS", args: []string{"serve", "--tls-cert", "cert.pem"}, code: 2, stderr: "PLEIADES_TLS_CERT|PLEIADES_TLS_KEY"},
		{
			name: "TLS in the clear", args: []string{"serve", "--tls-cert", "cert.pem", "--tls-key", "key.pem", "--public-url", "http://localhost:8000"},
			code: 2, stderr: "PLEIADES_PUBLIC_URL|https",
		},
		{name: "ACME for nobody", args: []string{"serve", "--acme-email", "someone@care.example"}, code: 2, stderr: "PLEIADES_PUBLIC_URL|host"},
		{name: "proxies that are no addresses", args: []string{"serve", "--trusted-proxies", "10.0.0.0/8, gateway"}, code: 2, stderr: "PLEIADES_TRUSTED_PROXIES|separated by commas"},
		{
			name: "limits and mail that make no sense", args: []string{"serve", "--login-limit", "ten", "--message-limit", "0/1s"}, code: 2,
			env:    map[string]string{"PLEIADES_SMTP_URL": "http://u:secret@mail.example"},
			stderr: "PLEIADES_LOGIN_LIMIT|PLEIADES_MESSAGE_LIMIT|PLEIADES_SMTP_URL",
		},
		{name: "no limit for everyone", args: []string{"serve", "--login-limit", "off", "--addr", "0.0.0.0:8000"}, code: 2, stderr: "PLEIADES_LOGIN_LIMIT|loopback"},
		{name: "a list of passwords that is not there", args: []string{"serve", "--addr", "127.0.0.1:0", "--breached-file", "none.txt"}, code: 2, stderr: "PLEIADES_BREACHED_FILE|none.txt"},
		{name: "numbers of one's own that are not there", args: []string{"serve", "--crisis-file", "none.json"}, code: 2, stderr: "PLEIADES_CRISIS_FILE|none.json"},
		{name: "a practice without a name", args: []string{"practice", "create"}, code: 2, stderr: "--name"},
		{name: "approving nothing", args: []string{"practice", "approve"}, code: 2, stderr: "the id is missing"},
		{name: "suspending nothing", args: []string{"practice", "suspend"}, code: 2, stderr: "the practice is missing"},
		{name: "an account without anything", args: []string{"account", "create"}, code: 2, stderr: "--practice|--role|--name|--email"},
		{
			name: "an operator in a practice", code: 2, stderr: "no practice|--name|--email",
			args: []string{"account", "create", "--operator", "--practice", "00000000-0000-7000-8000-000000000001", "--role", "admin"},
		},
		{name: "an account without an address", args: []string{"account", "reset"}, code: 2, stderr: "--email"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := run(t, c.env, "", c.args...)
			if got.code != c.code {
				t.Errorf("exit code: got %d, want %d", got.code, c.code)
			}
			if !strings.Contains(got.stdout, c.stdout) {
				t.Errorf("stdout: got %q, want %q", got.stdout, c.stdout)
			}
			for part := range strings.SplitSeq(c.stderr, "|") {
				if !strings.Contains(got.stderr, part) {
					t.Errorf("stderr: got %q, want %q", got.stderr, part)
				}
			}
			if c.code != 0 && strings.Count(got.stderr, "\n") != 1 {
				t.Errorf("stderr is not one line: %q", got.stderr)
			}
			if strings.Contains(got.stderr, "secret") {
				t.Error("stderr holds a secret")
			}
		})
	}
	if entries, _ := os.ReadDir("."); len(entries) > 0 {
		t.Errorf("wrong usage left %v behind", entries)
	}
}

func TestOperator(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		t.Chdir(t.TempDir())
		env := map[string]string{"PLEIADES_DATABASE_URL": url}
		must := func(stdin string, args ...string) string {
			t.Helper()
			got := run(t, env, stdin, args...)
			if got.code != 0 {
				t.Fatalf("%v: exit code %d: %s", args, got.code, got.stderr)
			}
			return strings.TrimSpace(got.stdout)
		}
		logIn := func(password string) error {
			h := mustOpenHouse(t, url)
			_, err := h.accounts.LogIn(t.Context(), "jo@example.test", message.Text(password), account.Browser{})
			return err
		}

		must("", "migrate")
		practice := must("", "practice", "create", "--name", "Quiet Street")
		if got := must("", "practice", "list"); got != practice+"\tQuiet Street" {
			t.Errorf("practices: got %q", got)
		}
		in := wire.Application{
			ID: uuid.New(), Name: "Maya", Email: "maya@example.test", Practice: "Juniper Lane",
			Country: "Ireland", Profession: "Psychologist", Licence: "PSI 1234", Issuer: "CORU",
		}
		if err := mustOpenHouse(t, url).accounts.Apply(t.Context(), in, "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
		if got := must("", "practice", "list"); !strings.Contains(got, in.ID.String()+"\tJuniper Lane\tapplication of Maya: Psychologist, licence PSI 1234 of CORU, Ireland") {
			t.Errorf("with an application: got %q", got)
		}
		approved := must("", "practice", "approve", in.ID.String(), "--public-url", "https://messages.example.test")
		if !strings.Contains(approved, "https://messages.example.test/signup#"+wire.StaffInvitation) {
			t.Errorf("approving it: got %q", approved)
		}
		if mails, err := storetest.TakeMails(t.Context(), mustOpenHouse(t, url).db, nil); err != nil || len(mails) != 2 || mails[1].Mail != account.MailApproved {
			t.Errorf("got %d mails, %v; want those of the application, left for the server", len(mails), err)
		}
		if got := must("", "practice", "list"); strings.Contains(got, "application") || !strings.Contains(got, "\tJuniper Lane") {
			t.Errorf("approved: got %q", got)
		}
		must("", "practice", "suspend", "Quiet Street")
		must("", "practice", "suspend", practice) // again, which changes nothing
		if got := must("", "practice", "list"); !strings.Contains(got, practice+"\tQuiet Street\tsuspended 20") {
			t.Errorf("suspended: got %q", got)
		}
		if got := run(t, env, "", "practice", "resume", "Loud Street"); got.code != 1 || !strings.Contains(got.stderr, "no such practice") {
			t.Errorf("resuming one that is none: got %+v", got)
		}
		must("", "practice", "resume", practice)
		if got := must("", "practice", "list"); strings.Contains(got, "suspended") {
			t.Errorf("resumed: got %q", got)
		}
		twin := must("", "practice", "create", "--name", "Quiet Street")
		if got := run(t, env, "", "practice", "suspend", "Quiet Street"); got.code != 1 || !strings.Contains(got.stderr, "give the id") {
			t.Errorf("a name that two have: got %+v", got)
		}
		must("", "practice", "suspend", twin)
		create := []string{"account", "create", "--practice", practice, "--role", "therapist", "--name", "Jo", "--email", "jo@example.test", "--password-stdin"}
		must("the first password\nignored\n", create...)
		if err := logIn("the first password"); err != nil {
			t.Errorf("log in: %v", err)
		}
		must("another password\n", "account", "create", "--operator", "--name", "Olive", "--email", "olive@example.test", "--password-stdin")
		if olive, err := mustOpenHouse(t, url).accounts.FindByEmail(t.Context(), "olive@example.test"); err != nil || !olive.Operator || len(olive.Memberships) > 0 {
			t.Errorf("the operator is %+v, %v", olive, err)
		}
		if got := run(t, env, "the first password\n", create...); got.code != 1 || strings.Contains(got.stderr, "jo@") {
			t.Errorf("the same address again: got %+v", got)
		}
		if got := run(t, env, "short\n", create...); got.code != 1 || !strings.Contains(got.stderr, "12 characters") {
			t.Errorf("a short password: got %+v", got)
		}
		link := must("", "account", "reset", "--email", "JO@example.test", "--public-url", "https://care.example")
		if err := logIn("the first password"); !errors.Is(err, account.ErrInvalidCredentials) {
			t.Errorf("log in with the old password: %v", err)
		}
		link, _, _ = strings.Cut(link, "\n")
		token, found := strings.CutPrefix(link, "https://care.example/reset#")
		if !found {
			t.Fatal("no link is printed")
		}
		const made = "the second one they chose"
		answer, err := mustOpenHouse(t, url).accounts.UseReset(t.Context(), token, made, account.Proof{}, account.Browser{})
		if err != nil || answer.State != wire.ResetDone {
			t.Errorf("use the link: got %+v, %v", answer, err)
		}
		if err := logIn(made); err != nil {
			t.Errorf("log in with the new password: %v", err)
		}
		must("", "account", "disable", "--email", "jo@example.test")
		if err := logIn(made); !errors.Is(err, account.ErrInvalidCredentials) {
			t.Errorf("log in when disabled: %v", err)
		}
		if got := run(t, env, "", "account", "disable", "--email", "nobody@example.test"); got.code != 1 {
			t.Errorf("an unknown account: got %+v", got)
		}

		if err := os.Remove("var/keys/kek"); err != nil {
			t.Fatal(err)
		}
		if got := run(t, env, "", "practice", "list"); got.code != 2 || !strings.Contains(got.stderr, "var/keys/kek") {
			t.Errorf("without its key file: got %+v", got)
		}
		if _, err := os.Stat("var/keys/kek"); !errors.Is(err, fs.ErrNotExist) {
			t.Error("another key file was made")
		}
	})
}

// mustOpenHouse opens the database at url with the key file of the folder.
func mustOpenHouse(t *testing.T, url string) *house {
	t.Helper()
	h, err := openHouse(t.Context(), config{databaseURL: url, keyFile: "var/keys/kek"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func TestServeUntil(t *testing.T) {
	t.Run("a stop lets requests finish", func(t *testing.T) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			stop()
			<-ctx.Done()
			w.WriteHeader(http.StatusTeapot)
		})}
		done := make(chan error)
		go func() { done <- serveUntil(ctx, server, listener, nil) }()
		response, err := http.Get("http://" + listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusTeapot {
			t.Errorf("got %d", response.StatusCode)
		}
		if err := <-done; err != nil {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a listener that fails ends it", func(t *testing.T) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		listener.Close()
		if err := serveUntil(t.Context(), &http.Server{}, listener, nil); err == nil {
			t.Error("got no error")
		}
	})
	t.Run("so does what is broken, and it is said", func(t *testing.T) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		broken, fault := make(chan error, 1), errors.New("no pages")
		broken <- fault
		if err := serveUntil(t.Context(), &http.Server{}, listener, broken); !errors.Is(err, fault) {
			t.Errorf("got %v", err)
		}
	})
}

func TestOrigin(t *testing.T) {
	listening := &net.TCPAddr{IP: net.IPv4zero, Port: 8123}
	for _, c := range []struct{ publicURL, want string }{
		{"", "http://localhost:8123"},
		{"https://care.example/", "https://care.example"},
		{"http://127.0.0.1:8000", "http://127.0.0.1:8000"},
	} {
		got, err := (&config{publicURL: c.publicURL}).origin(listening)
		if err != nil || got.String() != c.want {
			t.Errorf("%q: got %v, %v, want %s", c.publicURL, got, err, c.want)
		}
	}
}

func TestLoopback(t *testing.T) {
	for addr, want := range map[string]bool{
		"127.0.0.1:8000": true, "localhost:8000": true, "[::1]:8000": true, "127.9.9.9:1": true,
		":8000": false, "0.0.0.0:8000": false, "192.0.2.1:8000": false, "localhost.example:8000": false, "nonsense": false,
	} {
		if got := loopback(addr); got != want {
			t.Errorf("%s: got %v, want %v", addr, got, want)
		}
	}
}

func TestTrustsAnyDatabase(t *testing.T) {
	for url, want := range map[string]bool{
		"sqlite:var/pleiades.db":                                  false,
		"postgres://pleiades:secret@localhost/pleiades":           false,
		"postgres://pleiades:secret@[::1]:5432/pleiades":          false,
		"postgres:///pleiades":                                    false,
		"postgres://db.example.org/pleiades?sslmode=verify-full":  false,
		"postgres://db.example.org/pleiades":                      true,
		"postgresql://192.0.2.1:5432/pleiades?sslmode=disable":    true,
		"postgres://db.example.org/pleiades?sslmode=require":      true,
		"postgres://db.example.org/pleiades?sslmode=verify-ca":    true,
		"postgres://localhost.example.org/pleiades?sslmode=allow": true,
	} {
		if got := (&config{databaseURL: url}).trustsAnyDatabase(); got != want {
			t.Errorf("%s: got %v, want %v", url, got, want)
		}
	}
}
