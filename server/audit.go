package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/keyring"
	"pleiades/server/store"
)

// verifyAudit checks the audit log and prints what is not as it was written.
func (p program) verifyAudit(ctx context.Context, args []string) (err error) {
	var c config
	set := p.flags("audit verify", "[--checkpoint FILE] [flags]")
	file := set.String("checkpoint", "", "`file` of a signed checkpoint that the log must not fall behind (default the newest of the folder)")
	if err := p.parse(set, args, &c, append(storeSettings(), settingAuditSigningKey)...); err != nil {
		return err
	}
	checkpoint, err := c.checkpoint(*file)
	if err != nil {
		return err
	}
	db, err := openLog(ctx, c, p.log())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	report, err := db.VerifyLog(ctx, checkpoint.Heads)
	if err != nil {
		return err
	}
	for _, finding := range report.Findings {
		fmt.Fprintln(p.stdout, finding)
	}
	fmt.Fprintf(p.stdout, "checked %d events in %d chains and %d rows\n", report.Events, report.Chains, report.Rows)
	if n := len(report.Findings); n > 0 {
		return fmt.Errorf("the audit log or what it protects was tampered with: %d findings", n)
	}
	return nil
}

// openLog opens the database to read its log. It writes nothing there, nor makes
// any file.
func openLog(ctx context.Context, c config, log *slog.Logger) (*store.DB, error) {
	if path, file := strings.CutPrefix(c.databaseURL, "sqlite:"); file {
		if _, err := os.Stat(path); err != nil {
			return nil, &usageError{[]string{settingDatabaseURL.variable() + ": " + err.Error()}}
		}
	}
	db, err := store.Open(ctx, c.databaseURL)
	if err != nil {
		return nil, err
	}
	if err := db.CheckVersion(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	keys, err := keyring.Open(ctx, c.keyFile, db.Keys(), keyring.Options{Log: log, ReadOnly: true})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open keyring: %w", err), db.Close())
	}
	if err := db.UnlockToRead(ctx, keys, log); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// checkpoint reads the checkpoint to verify against: the file that is named, or
// else the newest of the folder, or none where there is none.
func (c config) checkpoint(file string) (audit.Checkpoint, error) {
	keyFile := c.signingKey
	if file == "" {
		if file = newestCheckpoint(c.checkpoints); file == "" {
			return audit.Checkpoint{}, nil
		}
		if _, err := os.Stat(keyFile); errors.Is(err, fs.ErrNotExist) {
			keyFile = filepath.Join(c.checkpoints, publicKeyFile)
		}
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return audit.Checkpoint{}, &usageError{[]string{"--checkpoint: " + err.Error()}}
	}
	key, err := audit.OpenSigningKey(keyFile)
	if err != nil {
		return audit.Checkpoint{}, err
	}
	checkpoint, err := audit.OpenCheckpoint(content, key.Verifier)
	if err != nil {
		return audit.Checkpoint{}, fmt.Errorf("%s: %w", file, err)
	}
	return checkpoint, nil
}

// exportedEvent is a line of the export: all that is hashed, and the hash.
type exportedEvent struct {
	Practice     uuid.UUID         `json:"practice"`
	Number       int64             `json:"number"`
	At           time.Time         `json:"at"`
	Kind         audit.Kind        `json:"kind"`
	Outcome      audit.Outcome     `json:"outcome"`
	Actor        uuid.UUID         `json:"actor,omitzero"`
	Object       uuid.UUID         `json:"object,omitzero"`
	Conversation uuid.UUID         `json:"conversation,omitzero"`
	Details      map[string]string `json:"details,omitempty"`
	Rows         map[string]string `json:"rows,omitempty"` // SHA-256 by name, in hex
	Hash         string            `json:"hash"`
}

// exportAudit prints every event of every chain, a line of JSON each.
func (p program) exportAudit(ctx context.Context, args []string) (err error) {
	var c config
	if err := p.parse(p.flags("audit export", "[flags]"), args, &c, storeSettings()...); err != nil {
		return err
	}
	db, err := openLog(ctx, c, p.log())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	out := json.NewEncoder(p.stdout)
	return db.EachEntry(ctx, func(entry audit.Entry) error {
		event, err := entry.Event()
		if err != nil {
			return fmt.Errorf("practice %s: %w; pleiades audit verify names what was changed", entry.Practice, err)
		}
		line := exportedEvent{
			Practice: entry.Practice, Number: entry.Number, At: event.At, Kind: event.Kind, Outcome: event.Outcome,
			Actor: event.Actor, Object: event.Object, Conversation: event.Conversation,
			Details: event.Details, Hash: hex.EncodeToString(entry.Hash[:]),
		}
		for _, row := range event.Rows {
			if line.Rows == nil {
				line.Rows = make(map[string]string)
			}
			line.Rows[row.Name] = hex.EncodeToString(row.Digest[:])
		}
		return out.Encode(line)
	})
}
