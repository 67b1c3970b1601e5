package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"pleiades/server/audit"
	"pleiades/server/store"
)

// checkpointEvery is how often it is looked whether today's checkpoint is there.
const checkpointEvery = 10 * time.Minute

// publicKeyFile is the name of the file beside the checkpoints that holds the key
// to verify them with.
const publicKeyFile = "audit.pub"

// checkpoints makes a signed checkpoint of the audit log each day, in UTC.
type checkpoints struct {
	db  *store.DB
	dir string
	key audit.SigningKey
	now func() time.Time
	log *slog.Logger
}

// newestCheckpoint returns the file of the newest checkpoint in a folder, empty
// if there is none.
func newestCheckpoint(dir string) string {
	files, err := filepath.Glob(filepath.Join(dir, "*.checkpoint")) // sorted, hence by day
	if err != nil || len(files) == 0 {
		return ""
	}
	return files[len(files)-1]
}

// openCheckpoints opens the signing key, made on the first start, and the
// folder, in which it leaves the public key.
func (h *house) openCheckpoints(c config, log *slog.Logger) (*checkpoints, error) {
	if err := audit.CreateSigningKey(c.signingKey, rand.Reader); err != nil {
		return nil, err
	}
	key, err := audit.OpenSigningKey(c.signingKey)
	if err != nil {
		return nil, err
	}
	if key.Signer == nil {
		return nil, fmt.Errorf("%w %s: holds a public key, which signs nothing", audit.ErrSigningKey, c.signingKey)
	}
	if err := leavePublicKey(filepath.Join(c.checkpoints, publicKeyFile), key.Public+"\n"); err != nil {
		return nil, &usageError{[]string{settingCheckpointDir.variable() + ": " + err.Error()}}
	}
	return &checkpoints{db: h.db, dir: c.checkpoints, key: key, now: time.Now, log: log}, nil
}

// leavePublicKey writes the public key beside the checkpoints. One that is there
// must be the same: if not, someone has exchanged the private one.
func leavePublicKey(path, text string) error {
	err := audit.WriteNew(path, []byte(text), 0o644)
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	there, err := os.ReadFile(path)
	if err == nil && string(there) != text {
		err = fmt.Errorf("%s is of another signing key than ours: move it and its checkpoints away if the key was replaced on purpose", path)
	}
	return err
}

// run makes today's checkpoint, and each day's until ctx ends. What fails is
// logged and tried again.
func (c *checkpoints) run(ctx context.Context) {
	ticker := time.NewTicker(checkpointEvery)
	defer ticker.Stop()
	for {
		if err := c.make(ctx); err != nil && ctx.Err() == nil {
			c.log.ErrorContext(ctx, "no checkpoint of the audit log", "err", err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// make makes today's checkpoint unless it is there. What the one before says of a
// chain stands where the chain no longer holds it: signing what is there now
// would hide that something was taken away.
func (c *checkpoints) make(ctx context.Context) error {
	now := c.now().UTC()
	path := filepath.Join(c.dir, now.Format(time.DateOnly)+".checkpoint")
	if _, err := os.Lstat(path); err == nil {
		return nil
	}
	last, err := c.last()
	if err != nil {
		return err
	}
	heads, err := c.heads(ctx, last)
	if err != nil {
		return err
	}
	audit.SortHeads(heads)
	file, err := audit.Checkpoint{At: now, Heads: heads}.Sign(c.key.Signer)
	if err != nil {
		return err
	}
	if err := audit.WriteNew(path, file, 0o644); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("write checkpoint: %w", err)
	}
	return nil
}

// last reads the newest checkpoint there is, none if there is none.
func (c *checkpoints) last() (audit.Checkpoint, error) {
	path := newestCheckpoint(c.dir)
	if path == "" {
		return audit.Checkpoint{}, nil
	}
	file, err := os.ReadFile(path)
	if err != nil {
		return audit.Checkpoint{}, fmt.Errorf("read checkpoint: %w", err)
	}
	last, err := audit.OpenCheckpoint(file, c.key.Verifier)
	if err != nil {
		return audit.Checkpoint{}, fmt.Errorf("%s: %w", path, err)
	}
	return last, nil
}

// heads returns the ends of the chains to sign.
func (c *checkpoints) heads(ctx context.Context, last audit.Checkpoint) ([]audit.Head, error) {
	current, forged, err := c.db.ListHeads(ctx)
	if err != nil {
		return nil, err
	}
	for _, practice := range forged {
		c.log.ErrorContext(ctx, "the head of a chain of the audit log was changed: run pleiades audit verify", "practice", practice)
	}
	lost, err := c.db.ListLostHeads(ctx, last.Heads)
	if err != nil {
		return nil, err
	}
	heads := slices.Clone(lost)
	for _, head := range lost {
		c.log.ErrorContext(ctx, "a chain of the audit log no longer holds what the last checkpoint saw: run pleiades audit verify",
			"practice", head.Practice, "event", head.Count)
		if err := c.db.RecordBreak(ctx, head, c.now()); err != nil {
			return nil, err
		}
	}
	add := func(more ...audit.Head) {
		for _, head := range more {
			if !slices.ContainsFunc(heads, func(h audit.Head) bool { return h.Practice == head.Practice }) {
				heads = append(heads, head)
			}
		}
	}
	add(current...)
	add(last.Heads...) // those whose heads were changed, or are gone
	return heads, nil
}
