package e2e

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// demoPassword opens the demo accounts of every Server.
const demoPassword = "a demo password for tests"

// Server is one server, with the demo practice unless told otherwise: a process
// that can be stopped, killed and started again at the same address with the
// same data.
type Server struct {
	// URL is the origin it serves, such as "http://localhost:40123".
	URL string
	// Program is the binary to run. A test may change it between Stop and
	// Start, as an update does.
	Program string
	// Password opens the demo accounts. A test may change it between Stop and
	// Start.
	Password string

	t        *testing.T
	demo     bool
	dir      string
	address  string
	database string
	process  *exec.Cmd
	exited   chan error
}

// MustServe starts a server on the database until the test ends. If the test
// fails, what the server logged is shown.
func MustServe(t *testing.T, database string) *Server {
	t.Helper()
	s := newServer(t, database)
	s.demo = true
	s.Start()
	return s
}

// MustServeReal is MustServe without the demo practice: nobody has an account.
func MustServeReal(t *testing.T, database string) *Server {
	t.Helper()
	s := newServer(t, database)
	s.Start()
	return s
}

func newServer(t *testing.T, database string) *Server {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	port := mustFreePort(t)
	s := &Server{
		URL:      fmt.Sprintf("http://localhost:%d", port),
		Program:  path,
		Password: demoPassword,
		t:        t,
		dir:      mustDir(t),
		address:  fmt.Sprintf("127.0.0.1:%d", port),
		database: database,
	}
	t.Cleanup(func() {
		s.Kill()
		if t.Failed() {
			t.Logf("the server's log:\n%s", s.log())
		}
	})
	return s
}

// Start starts the process and returns when it answers.
func (s *Server) Start() {
	s.t.Helper()
	if s.process != nil {
		s.t.Fatal("the server is running already")
	}
	out, err := os.OpenFile(s.logPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	defer out.Close()

	args := []string{"serve"}
	if s.demo {
		args = append(args, "--demo")
	}
	process := exec.Command(s.Program, args...)
	process.Dir = s.dir
	process.Stdout, process.Stderr = out, out
	process.Env = append(os.Environ(),
		"PLEIADES_ADDR="+s.address,
		"PLEIADES_PUBLIC_URL="+s.URL,
		"PLEIADES_DATABASE_URL="+s.database,
		"PLEIADES_KEY_FILE="+filepath.Join(s.dir, "keys", "kek"),
		"PLEIADES_DEMO_PASSWORD="+s.Password,
		"PLEIADES_MESSAGE_LIMIT=off", // long queues are sent at once
	)
	if err := process.Start(); err != nil {
		s.t.Fatal(err)
	}
	exited := make(chan error, 1)
	go func() { exited <- process.Wait() }()
	s.process, s.exited = process, exited
	s.awaitReady()
}

func (s *Server) awaitReady() {
	s.t.Helper()
	deadline := time.After(patience)
	for {
		if response, err := http.Get("http://" + s.address + "/readyz"); err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case err := <-s.exited:
			s.process = nil
			s.t.Fatalf("the server ended at its start: %v", err)
		case <-deadline:
			s.t.Fatal("the server does not get ready")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Stop asks the process to end (SIGTERM) and waits until it has.
func (s *Server) Stop() {
	s.t.Helper()
	if err := s.end(syscall.SIGTERM); err != nil {
		s.t.Fatalf("the server did not end well: %v", err)
	}
}

// Kill ends the process at once (SIGKILL), if it is running.
func (s *Server) Kill() {
	s.t.Helper()
	if s.process != nil {
		_ = s.end(syscall.SIGKILL) // a killed process never ends well
	}
}

func (s *Server) end(signal syscall.Signal) error {
	if err := s.process.Process.Signal(signal); err != nil {
		return err
	}
	select {
	case err := <-s.exited:
		s.process = nil
		return err
	case <-time.After(patience):
		return fmt.Errorf("still running after %v", signal)
	}
}

// Run runs another command of the program on the same data and returns what it
// printed.
func (s *Server) Run(args ...string) string {
	s.t.Helper()
	command := exec.Command(s.Program, args...)
	command.Dir = s.dir
	command.Env = append(os.Environ(),
		"PLEIADES_DATABASE_URL="+s.database,
		"PLEIADES_KEY_FILE="+filepath.Join(s.dir, "keys", "kek"),
	)
	out, err := command.CombinedOutput()
	if err != nil {
		s.t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return string(out)
}

func (s *Server) logPath() string { return filepath.Join(s.dir, "server.log") }

func (s *Server) log() string {
	content, err := os.ReadFile(s.logPath())
	if err != nil {
		return err.Error()
	}
	var lines []string
	for line := range strings.Lines(string(content)) {
		if !strings.Contains(line, `route="GET /web/`) { // many, and never of interest
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// mustFreePort returns a port of the loopback that nobody listens on now.
func mustFreePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}
