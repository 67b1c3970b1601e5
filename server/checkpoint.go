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
	"time"

	"pleiades/server/audit"
)

// checkpointEvery is how often it is looked whether today's checkpoint is there.
const checkpointEvery = 10 * time.Minute

// checkpoints makes a signed checkpoint of the audit log each day, in UTC.
type checkpoints struct {
	heads func(context.Context) ([]audit.Head, error)
	dir   string
	key   audit.SigningKey
	now   func() time.Time
	log   *slog.Logger
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
	if err := leavePublicKey(filepath.Join(c.checkpoints, "audit.pub"), key.Public+"\n"); err != nil {
		return nil, &usageError{[]string{settingCheckpointDir.variable() + ": " + err.Error()}}
	}
	return &checkpoints{heads: h.db.ListHeads, dir: c.checkpoints, key: key, now: time.Now, log: log}, nil
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

// make makes today's checkpoint unless it is there.
func (c *checkpoints) make(ctx context.Context) error {
	now := c.now().UTC()
	path := filepath.Join(c.dir, now.Format(time.DateOnly)+".checkpoint")
	if _, err := os.Lstat(path); err == nil {
		return nil
	}
	heads, err := c.heads(ctx)
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
