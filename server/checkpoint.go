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
	"strings"
	"time"

	"pleiades/server/audit"
	"pleiades/server/store"
)

// checkpointEvery is how often it is looked whether today's checkpoint is there.
const checkpointEvery = 10 * time.Minute

// checkpointStale is how old the newest checkpoint may be: a server that was
// stopped over the weekend is no news.
const checkpointStale = 3 * 24 * time.Hour

// checkpointSuffix is what the names of their files end with.
const checkpointSuffix = ".checkpoint"

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

// dailyFiles lists the files of checkpoints in a folder, the newest first.
func dailyFiles(dir string) []string {
	entries, err := os.ReadDir(dir) // sorted, hence by day
	if err != nil {
		return nil
	}
	var files []string
	for _, entry := range slices.Backward(entries) {
		if strings.HasSuffix(entry.Name(), checkpointSuffix) {
			files = append(files, filepath.Join(dir, entry.Name()))
		}
	}
	return files
}

// newestCheckpoint reads the newest checkpoint of a folder that is one, none if
// there is none. Files with later names that are none are wrong: each error names
// one.
func newestCheckpoint(dir string, key audit.SigningKey, now time.Time) (newest audit.Checkpoint, wrong []error) {
	for _, path := range dailyFiles(dir) {
		checkpoint, err := openDaily(path, key, now)
		if err == nil {
			return checkpoint, wrong
		}
		wrong = append(wrong, err)
	}
	return audit.Checkpoint{}, wrong
}

// openDaily reads a checkpoint of the folder. It must be of the day that its name
// says: an old one under a later name would hide that something was taken away. So
// would one of a day to come, made while the clock was wrong, since nothing would
// be compared with those made after it.
func openDaily(path string, key audit.SigningKey, now time.Time) (audit.Checkpoint, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return audit.Checkpoint{}, fmt.Errorf("read checkpoint: %w", err)
	}
	checkpoint, err := audit.OpenCheckpoint(file, key.Verifier)
	if err != nil {
		return audit.Checkpoint{}, fmt.Errorf("%s: %w", path, err)
	}
	if filepath.Base(path) != dailyName(checkpoint.At) {
		return audit.Checkpoint{}, fmt.Errorf("%s: %w: it was signed on %s", path, audit.ErrCheckpoint, checkpoint.At.UTC().Format(time.DateOnly))
	}
	if checkpoint.At.After(now.AddDate(0, 0, 1)) {
		return audit.Checkpoint{}, fmt.Errorf("%s: %w: it is of a day to come", path, audit.ErrCheckpoint)
	}
	return checkpoint, nil
}

// dailyName is the name of the file of a day's checkpoint.
func dailyName(at time.Time) string { return at.UTC().Format(time.DateOnly) + checkpointSuffix }

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
	there, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = audit.WriteNew(path, []byte(text), 0o644); !errors.Is(err, fs.ErrExist) {
			return err
		}
		there, err = os.ReadFile(path)
	}
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
// would hide that something was taken away. The one before is the newest that
// holds; files that do not are told of in the log.
func (c *checkpoints) make(ctx context.Context) error {
	now := c.now().UTC()
	path := filepath.Join(c.dir, dailyName(now))
	_, err := openDaily(path, c.key, now)
	if err == nil {
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("move what lies in its place elsewhere: %w", err)
	}
	last, wrong := newestCheckpoint(c.dir, c.key, now)
	for _, err := range wrong {
		c.log.ErrorContext(ctx, "a file in the folder of checkpoints is wrong: move it elsewhere, and run pleiades audit verify", "err", err)
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
