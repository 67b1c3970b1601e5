package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"pleiades/server/bench/floor"
	"pleiades/server/store/storetest"
)

// subject is the two servers on a kind of database, and the table about them.
type subject struct {
	*bench
	table
	kind           storetest.Kind
	dir            string
	databases      [3]string // URLs: of the product, the floor and what is stored one by one
	product, floor *process
	pairs          []pair
	keyFile        string
}

// measure prints the table of a kind of database.
func (b *bench) measure(ctx context.Context, kind storetest.Kind) (err error) {
	s := &subject{bench: b, kind: kind, dir: filepath.Join(b.dir, string(kind))}
	if err := os.Mkdir(s.dir, 0o700); err != nil {
		return err
	}
	stop, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	if err := s.prepare(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.product.stop(), s.floor.stop()) }()
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"start", s.starts}, {"send", s.sends}, {"alone", s.alone}, {"history", s.histories}, {"outbox", s.outbox}, {"idle", s.crowds}, {"storm", s.storms},
	} {
		if step.name != "start" && !strings.Contains(s.steps, step.name) { // the others need what it starts
			continue
		}
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	s.write(os.Stdout, string(kind))
	return nil
}

// open makes the databases.
func (s *subject) open(ctx context.Context) (stop func() error, err error) {
	names := [...]string{"product", "floor", "single"}
	if s.kind == storetest.SQLite {
		for i, name := range names {
			s.databases[i] = "sqlite:" + filepath.Join(s.dir, name+".db")
		}
		return func() error { return nil }, nil
	}
	cluster, err := storetest.StartCluster(storetest.Durable)
	if err != nil {
		return nil, err
	}
	for i, name := range names {
		if s.databases[i], err = cluster.Create(ctx, name); err != nil {
			return nil, errors.Join(err, cluster.Stop())
		}
	}
	return cluster.Stop, nil
}

// prepare makes the two servers and fills their databases.
func (s *subject) prepare(ctx context.Context) error {
	addr, err := freeAddress()
	if err != nil {
		return err
	}
	origin := &url.URL{Scheme: "http", Host: "localhost:" + portOf(addr)}
	s.keyFile = filepath.Join(s.dir, "keys", "kek")
	s.product = &process{
		name: "pleiades", addr: addr, binary: s.binary, args: []string{"serve"}, dir: s.dir,
		env: []string{
			"PLEIADES_ADDR=" + addr, "PLEIADES_PUBLIC_URL=" + origin.String(), "PLEIADES_DATABASE_URL=" + s.databases[0],
			"PLEIADES_KEY_FILE=" + s.keyFile, "PLEIADES_AUDIT_SIGNING_KEY=" + filepath.Join(s.dir, "keys", "audit"),
			"PLEIADES_CHECKPOINT_DIR=" + filepath.Join(s.dir, "checkpoints"),
			"PLEIADES_LOGIN_LIMIT=off", "PLEIADES_MESSAGE_LIMIT=off",
		},
	}
	migrate := exec.CommandContext(ctx, s.binary, "migrate")
	migrate.Dir, migrate.Env = s.dir, append(os.Environ(), s.product.env...)
	if out, err := migrate.CombinedOutput(); err != nil {
		return fmt.Errorf("migrate: %w\n%s", err, out)
	}
	seed, err := openSeeder(ctx, s.databases[0], s.keyFile)
	if err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	s.pairs, err = seed.pairs(ctx, conversations)
	if err := errors.Join(err, seed.close()); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	var people []floor.Person
	for _, p := range s.pairs {
		people = append(people, p.writer, p.reader)
	}
	data, err := json.Marshal(people)
	if err != nil {
		return err
	}
	file := filepath.Join(s.dir, "people.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		return err
	}
	s.floor, err = s.small("floor", "floor", s.databases[1], file)
	return err
}

// starts measures how long the product takes to start, and leaves both running.
func (s *subject) starts(context.Context) error {
	took, err := s.product.restarts(s.bench.starts)
	if err != nil {
		return err
	}
	s.tell("start, warm (ms)", "%.0f", ms(took.at(50)), atMost(50, " ms"))
	_, err = s.floor.start()
	return err
}

// restarts starts a process so many times and leaves it running.
func (p *process) restarts(n int) (times, error) {
	var took times
	for range n {
		if err := p.stop(); err != nil {
			return nil, err
		}
		d, err := p.start()
		if err != nil {
			return nil, err
		}
		took = append(took, d)
	}
	return took, nil
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func portOf(addr string) string {
	u := url.URL{Host: addr}
	return u.Port()
}
