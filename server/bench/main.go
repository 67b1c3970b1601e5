// Command bench measures the built program: it loads it as people would, prints a
// table of what it did, and beside it what the least possible server did on the
// same machine at the same time (package floor). Machines differ and are noisy,
// so that the ratio of the two is what counts.
//
// It sees the program from outside, but for its database, which it fills. It must
// not be imported, and nothing depends on it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"pleiades/server/bench/floor"
	"pleiades/server/store/storetest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures, or is one of the small servers that are measured beside the
// program.
func run(ctx context.Context, args []string) error {
	if len(args) == 2 && args[0] == "bare" {
		return serve(ctx, args[1], http.HandlerFunc(bare))
	}
	if len(args) == 4 && args[0] == "floor" {
		return serveFloor(ctx, args[1], args[2], args[3])
	}
	b := bench{}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&b.binary, "binary", "bin/pleiades", "`program` to measure")
	databases := flags.String("databases", "sqlite,postgres", "kinds of databases")
	short := flags.Bool("short", false, "a quick look: short rounds, small crowds, no large database")
	flags.IntVar(&b.streams, "streams", 1000, "idle streams; 10000 with as many open files allowed")
	flags.StringVar(&b.steps, "steps", "send,alone,history,outbox,idle,storm", "what to measure beside the start")
	if err := flags.Parse(args); err != nil {
		return err
	}
	b.size = full
	if *short {
		b.size = quick
		b.streams = min(b.streams, 200)
	}
	for kind := range strings.SplitSeq(*databases, ",") {
		if kind != string(storetest.SQLite) && kind != string(storetest.Postgres) {
			return fmt.Errorf("no such database: %s", kind)
		}
		b.databases = append(b.databases, storetest.Kind(kind))
	}
	return b.run(ctx)
}

// serve serves until ctx ends.
func serve(ctx context.Context, addr string, handler http.Handler) error {
	server := &http.Server{Addr: addr, Handler: handler, ReadHeaderTimeout: patience}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// serveFloor serves the floor for the people in a file.
func serveFloor(ctx context.Context, addr, url, file string) error {
	data, err := os.ReadFile(file) // #nosec G304 -- the driver names it
	if err != nil {
		return err
	}
	var people []floor.Person
	if err := json.Unmarshal(data, &people); err != nil {
		return err
	}
	s, err := floor.Open(ctx, url, people)
	if err != nil {
		return err
	}
	return serve(ctx, addr, s)
}

// size says how much a run does.
type size struct {
	rounds   int           // of each kind, for floor and product in turn
	length   time.Duration // of a round
	rest     time.Duration // of idle streams
	starts   int
	crowd    int // people of the reconnect storm
	messages int // of the large database; 0 for none
}

var (
	full  = size{rounds: 5, length: 3 * time.Second, rest: 20 * time.Second, starts: 7, crowd: 2000, messages: 200_000}
	quick = size{rounds: 3, length: time.Second, rest: 4 * time.Second, starts: 3, crowd: 200}
)

// conversations is how many there are under load.
const conversations = 64

// bench is one run.
type bench struct {
	binary    string
	databases []storetest.Kind
	streams   int
	steps     string
	size
	dir  string
	self string // this program

	bare *process
	echo []func() error // what is asked of it
}

func (b *bench) run(ctx context.Context) (err error) {
	if b.binary, err = filepath.Abs(b.binary); err != nil {
		return err
	}
	if b.self, err = os.Executable(); err != nil {
		return err
	}
	// Beside the binary, not where files lie in memory.
	if b.dir, err = os.MkdirTemp(filepath.Dir(b.binary), "bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	if err := raiseFileLimit(); err != nil {
		return err
	}
	if err := b.startBare(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.bare.stop()) }()
	if err := b.machine(ctx); err != nil {
		return err
	}
	for _, kind := range b.databases {
		if err := b.measure(ctx, kind); err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
	}
	return nil
}

// machine prints what the machine itself can do.
func (b *bench) machine(ctx context.Context) error {
	var t table
	t.fact("machine", describeMachine())
	var rates []float64
	for range b.rounds {
		rate, err := b.bareRound()
		if err != nil {
			return err
		}
		rates = append(rates, rate)
	}
	synced, err := syncs(b.dir, b.length)
	if err != nil {
		return err
	}
	sealed, err := seals(b.length)
	if err != nil {
		return err
	}
	t.fact("bare HTTP requests of 512 bytes, 64 connections", fmt.Sprintf("%.0f/s", median(rates)))
	t.fact("pages of a file brought to the disk, one by one", fmt.Sprintf("%.0f/s", synced))
	t.fact("AES-256-GCM of 512 bytes on one processor", fmt.Sprintf("%.0f/s", sealed))
	t.write(os.Stdout, "the machine")
	return ctx.Err()
}

// startBare starts the server that does nothing but answer.
func (b *bench) startBare() (err error) {
	if b.bare, err = b.small("bare", "bare"); err != nil {
		return err
	}
	if _, err := b.bare.start(); err != nil {
		return err
	}
	for i := range conversations {
		echo, err := b.bare.echo(i)
		if err != nil {
			return errors.Join(err, b.bare.stop())
		}
		b.echo = append(b.echo, echo)
	}
	return nil
}

// bareRound returns how often a second bare HTTP is answered.
func (b *bench) bareRound() (rate float64, err error) {
	l, err := b.bare.round(b.echo, b.length/2)
	return l.rate, err
}

// small returns one of this program's own servers.
func (b *bench) small(name string, args ...string) (*process, error) {
	addr, err := freeAddress()
	if err != nil {
		return nil, err
	}
	args = append([]string{args[0], addr}, args[1:]...)
	return &process{name: name, addr: addr, binary: b.self, args: args, dir: b.dir}, nil
}
