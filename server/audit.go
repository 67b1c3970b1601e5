package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

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
	checkpoint, wrong, err := c.checkpoint(*file)
	if err != nil {
		return err
	}
	switch day := checkpoint.At.Format(time.DateOnly); {
	case checkpoint.At.IsZero():
		fmt.Fprintln(p.stdout, "note: there is no checkpoint to compare with; that the log was cut or put back to an earlier day would not be seen")
	case *file == "" && time.Since(checkpoint.At) > checkpointStale:
		fmt.Fprintf(p.stdout, "note: compared with the checkpoint of %s, the newest there is; the log of the server says why it makes none\n", day)
	default:
		fmt.Fprintln(p.stdout, "compared with the checkpoint of", day)
	}
	for _, err := range wrong {
		fmt.Fprintf(p.stdout, "%v: move it elsewhere\n", err)
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
	for _, note := range report.Notes {
		fmt.Fprintln(p.stdout, "note:", note)
	}
	for _, finding := range report.Findings {
		fmt.Fprintln(p.stdout, finding)
	}
	fmt.Fprintf(p.stdout, "checked %d events in %d chains and %d rows\n", report.Events, report.Chains, report.Rows)
	if n := len(report.Findings); n > 0 {
		err = fmt.Errorf("the audit log or what it protects was tampered with: %d findings", n)
	}
	if n := len(wrong); n > 0 {
		err = errors.Join(err, fmt.Errorf("files with the names of checkpoints that are none: %d", n))
	}
	return err
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
// else the newest of the folder, with what is wrong there, or none where there is
// none.
func (c config) checkpoint(file string) (newest audit.Checkpoint, wrong []error, err error) {
	if file == "" {
		return c.newestCheckpoint()
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return audit.Checkpoint{}, nil, &usageError{[]string{"--checkpoint: " + err.Error()}}
	}
	key, err := audit.OpenSigningKey(c.signingKey)
	if err != nil {
		return audit.Checkpoint{}, nil, err
	}
	if newest, err = audit.OpenCheckpoint(content, key.Verifier); err != nil {
		return audit.Checkpoint{}, nil, fmt.Errorf("%s: %w", file, err)
	}
	return newest, nil, nil
}

// newestCheckpoint reads the newest checkpoint of the folder. Elsewhere than on the
// host the public key beside it will do.
func (c config) newestCheckpoint() (newest audit.Checkpoint, wrong []error, err error) {
	if len(dailyFiles(c.checkpoints)) == 0 {
		return audit.Checkpoint{}, nil, nil
	}
	keyFile := c.signingKey
	if _, err := os.Stat(keyFile); errors.Is(err, fs.ErrNotExist) {
		keyFile = filepath.Join(c.checkpoints, publicKeyFile)
	}
	key, err := audit.OpenSigningKey(keyFile)
	if err != nil {
		return audit.Checkpoint{}, nil, err
	}
	newest, wrong = newestCheckpoint(c.checkpoints, key, time.Now())
	return newest, wrong, nil
}
