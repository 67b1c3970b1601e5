package storetest

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/uptrace/bun/driver/pgdriver"
)

// Cluster is a PostgreSQL server of our own, its data in a temporary folder.
type Cluster struct {
	dir    string
	port   int
	args   []string // how the server is started: the program first
	who    *syscall.Credential
	server *exec.Cmd
	log    bytes.Buffer
	exited chan error // yields once, when the server has exited
}

// Sync says whether a cluster waits for the disk.
type Sync string

// The choices.
const (
	Durable  Sync = "on"  // it does, as in production
	Volatile Sync = "off" // it need not survive a power cut, and is faster
)

// StartCluster starts a server on a free loopback port. Call Stop in the end.
func StartCluster(sync Sync) (_ *Cluster, err error) {
	bin, err := findBinaries()
	if err != nil {
		return nil, err
	}
	who, err := credential()
	if err != nil {
		return nil, err
	}
	c := &Cluster{who: who, exited: make(chan error, 1)}
	if c.dir, err = os.MkdirTemp(place(sync), "pleiades-postgres-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(c.dir))
		}
	}()
	if who != nil {
		if err := os.Chown(c.dir, int(who.Uid), int(who.Gid)); err != nil {
			return nil, err
		}
	}
	if c.port, err = freePort(); err != nil {
		return nil, err
	}

	data := filepath.Join(c.dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	initdb.Dir = c.dir
	initdb.SysProcAttr = &syscall.SysProcAttr{Credential: who}
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	c.args = []string{filepath.Join(bin, "postgres"), "-D", data, "-k", c.dir, "-p", strconv.Itoa(c.port),
		"-c", "listen_addresses=127.0.0.1", "-c", "fsync=" + string(sync), "-c", "max_connections=200",
		"-c", "shared_buffers=16MB", // all of which each DROP DATABASE looks through
		"-c", "max_wal_size=128MB"}
	if err := c.start(); err != nil {
		return nil, err
	}
	if err := c.await(); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

// place returns the folder for the data of a cluster, "" for that of temporary
// files: what need not survive lies in memory where there is plenty, and a database
// is made and dropped in a tenth of the time.
func place(sync Sync) string {
	const memory = "/dev/shm" // of Linux; in containers often too small
	const plenty = 2 << 30    // bytes; a cluster takes less than 512 MiB
	var free syscall.Statfs_t
	if sync == Durable || syscall.Statfs(memory, &free) != nil || free.Bavail*uint64(free.Bsize) < plenty {
		return ""
	}
	return memory
}

// start starts the server process from a thread that lives until the server
// has exited: Linux sends Pdeathsig when the thread ends that started it.
func (c *Cluster) start() error {
	c.server = exec.Command(c.args[0], c.args[1:]...)
	c.server.Dir = c.dir
	c.server.Stdout, c.server.Stderr = &c.log, &c.log
	// Should the tests be killed, the server goes with them.
	c.server.SysProcAttr = &syscall.SysProcAttr{Credential: c.who, Pdeathsig: syscall.SIGQUIT}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := c.server.Start()
		started <- err
		if err == nil {
			c.exited <- c.server.Wait()
		}
	}()
	return <-started
}

// await waits until the server takes connections.
func (c *Cluster) await() error {
	db := sql.OpenDB(pgdriver.NewConnector(pgdriver.WithDSN(c.url().String())))
	defer db.Close()
	deadline := time.Now().Add(time.Minute)
	for {
		err := db.PingContext(context.Background())
		if err == nil {
			return nil
		}
		select {
		case exit := <-c.exited:
			c.exited <- exit
			return fmt.Errorf("server exited: %v\n%s", exit, c.log.String())
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("server does not answer: %w", err)
		}
	}
}

// Stop ends the server and removes its data.
func (c *Cluster) Stop() error {
	// Nothing in there is worth keeping.
	if err := c.Halt(); err != nil {
		return err
	}
	return os.RemoveAll(c.dir)
}

// Halt shuts the server down in its mode immediate: it drops all connections
// and writes nothing any more, as in a crash.
func (c *Cluster) Halt() error {
	if err := c.server.Process.Signal(syscall.SIGQUIT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop PostgreSQL: %w", err)
	}
	<-c.exited
	return nil
}

// Resume starts the server on its data after Halt, and returns when it takes
// connections.
func (c *Cluster) Resume() error {
	if err := c.start(); err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	return c.await()
}

// Create makes an empty database and returns its URL.
func (c *Cluster) Create(ctx context.Context, name string) (string, error) {
	server := sql.OpenDB(pgdriver.NewConnector(pgdriver.WithDSN(c.url().String())))
	defer server.Close()
	if _, err := server.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		return "", fmt.Errorf("create database: %w", err)
	}
	fresh := c.url()
	fresh.Path = "/" + name
	return fresh.String(), nil
}

func (c *Cluster) url() *url.URL {
	return &url.URL{
		Scheme:   "postgres",
		User:     url.User("postgres"),
		Host:     net.JoinHostPort("127.0.0.1", strconv.Itoa(c.port)),
		Path:     "/postgres",
		RawQuery: "sslmode=disable",
	}
}

// findBinaries returns the folder of the newest PostgreSQL, where Debian puts
// it or else where initdb is on the path.
func findBinaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return filepath.Dir(slices.MaxFunc(found, byVersion)), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", errors.New("not installed: run `make test-setup`")
	}
	return filepath.Dir(path), nil
}

// byVersion compares paths like /usr/lib/postgresql/15/bin/initdb.
func byVersion(a, b string) int {
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	return version(a) - version(b)
}

// credential returns whom the server runs as: PostgreSQL refuses to be root, so
// root becomes the user postgres; anyone else stays who they are.
func credential() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("%w: run `make test-setup`", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
