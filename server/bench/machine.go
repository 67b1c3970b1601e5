package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"pleiades/server/bench/floor"
)

// bare serves what costs least: it reads what comes and says so.
func bare(w http.ResponseWriter, r *http.Request) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		http.Error(w, "not read", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"id":"00000000-0000-0000-0000-000000000000","seq":1}`)
}

// syncs returns how often a second a file can be lengthened by a page that
// reaches the disk.
func syncs(dir string, length time.Duration) (rate float64, err error) {
	f, err := os.Create(filepath.Join(dir, "synced")) // #nosec G304 -- a folder of our own
	if err != nil {
		return 0, err
	}
	defer f.Close()
	page := make([]byte, 4096)
	return perSecond(length, func() error {
		if _, err := f.Write(page); err != nil {
			return err
		}
		return f.Sync()
	})
}

// seals returns how often a second one processor encrypts what one message holds.
func seals(length time.Duration) (rate float64, err error) {
	aead, err := floor.NewAEAD(make([]byte, 32))
	if err != nil {
		return 0, err
	}
	plain, out := []byte(text), []byte(nil)
	return perSecond(length, func() error {
		out = aead.Seal(out[:0], nil, plain, nil)
		return nil
	})
}

// singles returns how often a second a database stores one message a commit.
func singles(ctx context.Context, url string, length time.Duration) (rate float64, err error) {
	write, read, postgres, err := floor.Connect(url)
	if err != nil {
		return 0, err
	}
	defer write.Close()
	defer read.Close()
	create, insert := "CREATE TABLE IF NOT EXISTS single (id BLOB PRIMARY KEY, body BLOB NOT NULL)", "INSERT INTO single VALUES (?, ?)"
	if postgres {
		create, insert = "CREATE TABLE IF NOT EXISTS single (id BYTEA PRIMARY KEY, body BYTEA NOT NULL)", "INSERT INTO single VALUES ($1, $2)"
	}
	if _, err := write.ExecContext(ctx, create); err != nil {
		return 0, err
	}
	stmt, err := write.PrepareContext(ctx, insert)
	if err != nil {
		return 0, err
	}
	defer stmt.Close()
	body := []byte(text)
	return perSecond(length, func() error {
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		_, err = stmt.ExecContext(ctx, id[:], body)
		return err
	})
}

// perSecond does something for a while and returns how often a second.
func perSecond(length time.Duration, do func() error) (float64, error) {
	began := time.Now()
	for n := 1; ; n++ {
		if err := do(); err != nil {
			return 0, fmt.Errorf("measure the machine: %w", err)
		}
		if lasted := time.Since(began); lasted >= length {
			return float64(n) / lasted.Seconds(), nil
		}
	}
}

// echo puts what a message holds to the bare server.
func (p *process) echo(n int) (func() error, error) {
	c, err := dial(p.addr, "", n)
	if err != nil {
		return nil, err
	}
	path := "/api/v1/conversations/" + uuid.NewString() + "/messages/" + uuid.NewString()
	body := fmt.Appendf(nil, `{"body":%q,"writtenAt":%q}`, text, time.Now().UTC().Format(time.RFC3339Nano))
	return func() error {
		status, answer, err := c.do("PUT", path, body)
		return expect(200, status, answer, err)
	}, nil
}
